"""The same faults in the Verilog engine and in the model, of every memory and register.

`python -m tests.reliability.faults 200 10` (make faults) takes every memory of the engine in both
dataflows, with rules and without, and every register that the model knows: 200 recalls of each,
under 10 fault maps, in Verilator by the plain testbench. It writes reports/verification/faults.json
and the page beside it; the name of a design after these makes that one anew. Fails if any recall
differs.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

import hwsim
from hwsim.export.folder import write_image
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.reliability.machine import (
    DisturbedWrites,
    Fault,
    FaultyCells,
    FaultySpecification,
    recall_with,
)
from hwsim.reliability.maps import Disturbance, FaultMap, flipped
from hwsim.reliability.places import Place, places
from hwsim.reliability.registers import registers
from hwsim.report import markdown
from hwsim.report.document import Document, Section, Table, Text
from hwsim.spins import SpinArray, bits_from_spins
from tests.reliability.engine import (
    LANES,
    NEURONS,
    PATTERNS,
    drawn,
    images,
    noisy_patterns,
    write_answers,
)
from tests.rtl import spoiled_registers
from tests.rtl.opinions import question_of, verilated
from tests.rtl.spoiled import rams, spoilers, write_cells
from tests.rtl.spoiled_registers import Upsets, write_bits

RATES: Final = (0.003, 0.01, 0.03)
REPORTS: Final = Path(__file__).parents[2] / "reports" / "verification"


@dataclass(frozen=True)
class Compared:
    """What came of faults in a memory or a register.

    Attributes:
        faulty: cells, or values of a register with bits turned over.
        recalls: that were compared.
        hit: those that end in another state than without faults.
        overdue: of those first asked, that the faults keep from ending within T steps.
        differences: what the engine answers otherwise.
    """

    faulty: int
    recalls: int
    hit: int
    overdue: int
    differences: list[str]

    @classmethod
    def together(cls, several: Sequence[Compared]) -> Compared:
        """All of some."""
        return cls(
            sum(each.faulty for each in several),
            sum(each.recalls for each in several),
            sum(each.hit for each in several),
            sum(each.overdue for each in several),
            [line for each in several for line in each.differences],
        )


class Recorded(DisturbedWrites):
    """Values of a register that have bits turned over.

    Attributes:
        values: that each word took so far.
        upsets: the bits, by word and how many values it took before.
    """

    def __init__(self, place: Place, disturbance: Disturbance) -> None:
        super().__init__(place, disturbance)
        self.values: Counter[int] = Counter()
        self.upsets: dict[tuple[int, int], int] = {}

    def written(self, address: int) -> None:
        """A word takes a value."""
        super().written(address)
        if self.wrong[address]:
            self.upsets[address, self.values[address]] = self.wrong[address]
        self.values[address] += 1


class Plain:
    """An image's engine, compiled once, with cells and registers that a folder's files tell.

    Args:
        image: one engine, one query in flight.
        folder: empty.
        recalls: that are asked each time, stored patterns with noise.
    """

    def __init__(self, image: Image, folder: Path, recalls: int) -> None:
        self.image, self.folder, self.recalls = image, folder, recalls
        self.memories = [
            place for place in places(image.parameters).values() if place.name == place.memory
        ]
        self.registers = [*registers(image.parameters).values()]
        self.made = 0
        write_image(folder / "image", image)
        self.run: Callable[..., str] | None = None

    def faulty(self, faults: FaultMap, seed: int) -> Compared:
        """With cells, or bits of a register, that are faulty all the time."""
        return self._compared(faults, lambda: FaultyCells(faults), seed)

    def upset(self, place: Place, seed: int) -> Compared:
        """With bits of a register's values turned over, about one a recall."""

        def disturbed(rate: float) -> Recorded:
            return Recorded(place, Disturbance(rate, np.random.default_rng([seed, 8])))

        sound = disturbed(0.0)
        recall_with(self.image, sound, noisy_patterns(self.image, self.recalls, seed))
        bits = sum(sound.values.values()) * place.width
        return self._compared(flipped(place), lambda: disturbed(self.recalls / bits), seed)

    def _compared(self, faults: FaultMap, make: Callable[[], Fault], seed: int) -> Compared:
        """A recall that does not end has no answer to compare: others take its place."""
        queries = noisy_patterns(self.image, self.recalls, seed)
        overdue = 0
        while True:
            machine = FaultySpecification(self.image, make())
            late = np.array([machine.recall(bits).overdue for bits in bits_from_spins(queries)])
            overdue = max(overdue, int(late.sum()))
            if late.all():
                return Compared(len(faults), 0, 0, overdue, [])
            if not late.any():
                break
            queries = np.resize(queries[~late], queries.shape)
        fault = make()
        found = recall_with(self.image, fault, queries)
        clean = fast.recall(self.image, queries).states
        hit = int((found.states != clean).any(axis=1).sum())
        upsets = fault.upsets if isinstance(fault, Recorded) else {}
        told = self._told(queries, found, faults, upsets)
        return Compared(len(faults) or len(upsets), len(queries), hit, overdue, told)

    def _told(
        self, queries: SpinArray, found: Recalls, faults: FaultMap, upsets: Upsets
    ) -> list[str]:
        """What the engine answers otherwise than the model found."""
        self.made += 1
        folder = self.folder / f"answers{self.made}"
        folder.mkdir()
        write_answers(folder / "vectors", self.folder / "image", self.image, queries, found)
        asked = question_of(self.folder / "image", folder / "vectors", folder)
        for place in self.memories:
            same = place.memory == faults.place.memory
            write_cells(folder, faults if same else flipped(place), [f"{place.memory}.mem"])
        for place in self.registers:
            same = place.name == faults.place.name
            write_bits(folder, faults if same else flipped(place), upsets if same else {})
        if self.run is None:
            bench = folder / "tb_plain.v"
            body, end, rest = bench.read_text().rpartition("endmodule")
            text = spoilers(rams(self.memories), "engine", flat=False)
            text += spoiled_registers.spoilers(self.registers, self.image.parameters, "engine")
            bench.write_text(f"{body}{text}{end}{rest}")
            patience = f"PATIENCE={100 * int(asked.answer.split()[-2])}"
            options = [f"-G{option}" for option in (*asked.of_both, patience)]
            self.run = verilated(folder, options, [*asked.sources, bench.name], optimised="-O1")
        said = self.run(where=folder, seconds=600)
        return [] if said == asked.answer else said.splitlines()


def engines() -> dict[str, Image]:
    """Those of random integers, and a trained memory's, whose rules end most recalls."""
    rng = np.random.default_rng(17)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (PATTERNS, NEURONS))
    memory = hwsim.train(patterns, gamma=0.04)
    trained = {
        f"{dataflow}, trained": hwsim.lower(
            memory, bits=2, lanes=LANES, kernel_bits=4, max_steps=4, dataflow=dataflow
        )
        for dataflow in ("group", "row")
    }
    return images() | trained


def run(recalls: int, maps: int, only: str = "") -> Iterator[dict[str, Any]]:
    """Every memory and register of every image; what was compared and what differs."""
    for name, image in engines().items():
        if only not in ("", name):
            continue
        p = image.parameters
        with tempfile.TemporaryDirectory() as scratch:
            engine = Plain(image, Path(scratch), recalls // maps)
            for place in (places(p) | registers(p)).values():
                maps_of = [drawn(place, RATES[seed % len(RATES)], seed) for seed in range(maps)]
                found = [engine.faulty(faults, seed) for seed, faults in enumerate(maps_of)]
                yield _row(name, place, "faulty", found)
                if place.register:
                    found = [engine.upset(place, seed) for seed in range(maps)]
                    yield _row(name, place, "write", found)


def _row(image: str, place: Place, kind: str, found: Sequence[Compared]) -> dict[str, Any]:
    sort = "register" if place.register else "memory"
    return {"image": image, "sort": sort, "name": place.name, "kind": kind,
            **asdict(Compared.together(found))}  # fmt: skip


def page(rows: Sequence[dict[str, Any]]) -> str:
    """What was compared, in words and two tables a design."""
    lead = (
        Text.of(
            f"Engines of N = {NEURONS}, P = {PATTERNS}, 2 bits and {LANES} lanes, in Verilator by "
            "the plain testbench, against the exact model with the same faults: states, flags, "
            "steps, distances, cycles and every counter of every recall. Of a memory one faulty "
            "cell in three is stuck at 0 or 1, the others are read inverted; maps have "
            f"{', '.join(map(str, RATES))} of its cells in turn. Queries are stored patterns with "
            "10 % noise. Hit: recalls that end in another state than without faults. Integers are "
            "random, so that recalls run through all stages, or a trained memory's, whose rules "
            "end most recalls. The command make faults makes this page."
        ),
        Text.of(
            "Registers are those that the exact model computes in. Faulty: one bit in three is "
            "stuck, the others are inverted in every value that the register takes; write: about "
            "one bit a recall turns over as a value is taken, and stays so until the next one. "
            "Overdue: of the recalls first asked, those that a fault keeps from ending within T "
            "steps, which the contract does not allow; they have no answer to compare, and others "
            "take their place, where any end."
        ),
    )
    total = sum(row["recalls"] for row in rows)
    differ = sum(len(row["differences"]) for row in rows)
    verdict = Text.of(f"Of {total:,} faulty recalls {differ or 'none'} differ.")
    tables = []
    for name in dict.fromkeys(row["image"] for row in rows):
        own = [row for row in rows if row["image"] == name]
        tables.append(
            Table(
                f"{name}: memories",
                ("memory", "faulty cells", "recalls", "hit", "differences"),
                tuple(
                    (row["name"], *_numbers(row, "faulty", "recalls", "hit"),
                     str(len(row["differences"])))
                    for row in own if row["sort"] == "memory"
                ),
            )
        )  # fmt: skip
        tables.append(
            Table(
                f"{name}: registers",
                ("register", "kind", "bits", "recalls", "hit", "overdue", "differences"),
                tuple(
                    (row["name"], row["kind"],
                     *_numbers(row, "faulty", "recalls", "hit", "overdue"),
                     str(len(row["differences"])))
                    for row in own if row["sort"] == "register"
                ),
            )
        )  # fmt: skip
    sections = (Section("Recalls by design, memory and register", (verdict, *tables), "faults"),)
    return markdown.render(
        Document("Faulty cells in the Verilog engine", lead, sections), captions=True
    )


def _numbers(row: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(f"{row[name]:,}" for name in names)


def write(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    """`faults.json` and `faults.md`, with what is there of designs that these rows leave out."""
    file = folder / "faults.json"
    before = json.loads(file.read_text()) if file.exists() else []
    made = {row["image"] for row in rows}
    kept = [row for row in before if row["image"] not in made]
    order = list(engines())
    together = sorted([*kept, *rows], key=lambda row: order.index(row["image"]))
    file.write_text(json.dumps(together, indent=1) + "\n")
    (folder / "faults.md").write_text(page(together))


def main(recalls: str, maps: str, only: str = "") -> int:
    """Compare, and write the report."""
    rows = []
    for row in run(int(recalls), int(maps), only):
        rows.append(row)
        print(*row.values(), flush=True)
    write(rows, REPORTS)
    return int(any(row["differences"] for row in rows))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
