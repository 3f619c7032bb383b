"""The same faulty cells in the Verilog engine and in the model, recall by recall, by cocotb."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hwsim.config import Parameters
from hwsim.cosim.engine import drive, engine_testbench
from hwsim.cosim.testbench import Simulation
from hwsim.cost.cycles import engine_cycles, recall_bound
from hwsim.differences.watch import RAMS, ROMS
from hwsim.export.folder import write_image
from hwsim.export.vectors import check_vectors, write_vectors
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.protection import code
from hwsim.hardware.rules import with_rules
from hwsim.reliability.guarded import code_words
from hwsim.reliability.machine import FaultyCells, Guarded, Told, recall_guarded, recall_with
from hwsim.reliability.maps import FaultMap, draw_map
from hwsim.reliability.places import Place, places
from hwsim.spins import SpinArray, spins_from_bits
from tests.images import random_image
from tests.rtl.spoiled_registers import words

# Memories whose depths are powers of two: past the last word a model gives 0, a simulator X.
NEURONS, PATTERNS, LANES = 63, 64, 8


def images() -> dict[str, Image]:
    """One image a dataflow, with rules and without, by name."""
    rng = np.random.default_rng(16)
    found = {}
    for dataflow in ("group", "row"):
        plain = Parameters(
            NEURONS, PATTERNS, 2, None, 4, LANES, offset_bits=6, offset_frac_bits=2, max_steps=4
        )
        image = random_image(plain, rng)
        for rules in (False, True):
            made = with_rules(image, dataflow=dataflow, stop=rules, winner=rules, radius=rules,
                              coarse_words=3 * rules)  # fmt: skip
            found[f"{dataflow}, {'rules' if rules else 'no rules'}"] = made
    return found


def noisy_patterns(image: Image, recalls: int, seed: int) -> SpinArray:
    """Stored patterns with 10 % noise."""
    rng = np.random.default_rng([seed, 7])
    chosen = rng.integers(0, image.parameters.patterns, recalls)
    queries = spins_from_bits(image.patterns_of(chosen))
    queries[rng.random(queries.shape) < 0.1] *= -1
    return queries


def write_answers(
    vectors: Path, folder: Path, image: Image, queries: SpinArray, found: Recalls
) -> None:
    """The model's answers, faults or not, as golden vectors of the image in a folder."""
    cycles = engine_cycles(image.parameters, found.counts, len(queries))
    bounds = recall_bound(found.counts, 1)
    write_vectors(vectors, folder, image, queries, found, cycles, bounds)


@dataclass
class Engine:
    """An image's engine, compiled once."""

    image: Image
    folder: Path
    simulation: Simulation
    protection: str = "none"

    @classmethod
    def build(cls, image: Image, folder: Path, protection: str = "none") -> Engine:
        write_image(folder / "image", image, protection=protection)
        bench = engine_testbench(folder / "image", module="test_hwsim_faults")
        return cls(image, folder, bench.build("icarus", folder / "build"), protection)

    def cells(self, place: Place) -> Place:
        """The memory with its check bits."""
        chosen = code(self.protection, place.width)
        return place if chosen is None else code_words(place, chosen)

    def queries(self, recalls: int, seed: int) -> SpinArray:
        """Noisy stored patterns."""
        return noisy_patterns(self.image, recalls, seed)

    def recall(self, faults: FaultMap, queries: SpinArray) -> tuple[Recalls, Told | None]:
        """By the model; and what the check bits say."""
        place = faults.place
        if not place.register:
            place = places(self.image.parameters)[place.name]
        chosen = None if place.register else code(self.protection, place.width)
        if chosen is None:
            return recall_with(self.image, FaultyCells(faults), queries), None
        return recall_guarded(self.image, Guarded(FaultyCells(faults), chosen), queries)

    def write_vectors(self, queries: SpinArray, found: Recalls) -> None:
        """The model's answers, as golden vectors."""
        write_answers(self.folder / "vectors", self.folder / "image", self.image, queries, found)

    def differences(self, faults: FaultMap, recalls: int, seed: int) -> list[str]:
        """What the engine answers otherwise than the model, of noisy stored patterns."""
        place = faults.place
        queries = self.queries(recalls, seed)
        found, seen = self.recall(faults, queries)
        self.write_vectors(queries, found)
        vectors = check_vectors(self.folder / "vectors", self.folder / "image")
        errors = None if seen is None else np.stack([seen.corrected, seen.detected], 1).tolist()
        told: dict[str, Any] = {"errors": errors, "stuck": []}
        if place.register:
            told["stuck"] = self._stuck(faults)
        else:
            told["rom"] = place.counter in ROMS
            told["instances"] = (ROMS if told["rom"] else RAMS)[place.counter]
            told["words"] = [[a, each.keep, each.flip] for a, each in faults.words().items()]
        asked = self.folder / "faults.json"
        asked.write_text(json.dumps(told))
        failed, answer = drive(
            self.simulation, self.folder / "vectors", vectors, stalls=False, seed=seed,
            extra={"HWSIM_FAULTS": str(asked.resolve())},
        )  # fmt: skip
        assert answer["recalls"] == recalls or answer["mismatches"]
        assert bool(failed) == bool(answer["mismatches"])
        return list(answer["mismatches"])

    def _stuck(self, faults: FaultMap) -> list[list[Any]]:
        """Stuck bits of a register, as the testbench takes them."""
        place = faults.place
        parts = [
            [
                (part.path, part.low + bit)
                for part in word.parts
                for bit in range(part.width or place.width)
            ]
            for word in words(place, self.image.parameters)
        ]
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for cell, value in zip(faults.cells.tolist(), faults.values.tolist(), strict=True):
            word, position = divmod(cell, place.width)
            path, bit = parts[word][position]
            found[path].append((bit, value))
        return [[*each] for each in found.items()]


def drawn(place: Place, rate: float, seed: int) -> FaultMap:
    """A map of a memory: one cell in three stuck, the others flipped, none past neuron N.

    The engine takes lanes past neuron N as they are read, without a mask; the model takes them
    for 0, as every image has them.
    """
    rng = np.random.default_rng([seed, *place.name.encode()])
    flips = draw_map(place, "flip", min(max(rate, 1.5 / place.bits), 1.0), rng)
    stuck = rng.random(len(flips)) < 1 / 3
    values = np.where(stuck, rng.integers(0, 2, len(flips)), flips.values)
    neurons = flips.addresses % -(-NEURONS // LANES) * LANES + flips.bits
    unused = (place.memory in ("state", "patterns")) & (neurons >= NEURONS)
    return FaultMap(place, flips.cells[~unused], values[~unused])
