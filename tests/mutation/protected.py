"""Engines with check bits, some cells of whose memories are faulty.

The testbench knows from the specification, under the same faults, what states, counters and the two
counts of errors must be.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from hwsim.export.folder import write_image
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.protection import Code, code
from hwsim.reliability.guarded import code_words
from hwsim.reliability.machine import Fault, FaultyCells, Guarded, recall_with
from hwsim.reliability.maps import FaultMap, flipped
from hwsim.reliability.places import Place, places
from hwsim.spins import SpinArray
from tests.images import near_queries, random_queries
from tests.mutation.bench import Bench
from tests.reliability.engine import images, write_answers
from tests.rtl.opinions import Question, question_of
from tests.rtl.spoiled import rams, write_cells

# Shares of words with one flipped cell, and with two: what is corrected leaves recalls as they are,
# what is not would soon leave nothing of them.
SHARES: Final = {
    "secded": ((0.6, 0.0), (0.6, 0.0), (1.0, 0.0), (0.4, 0.02), (0.3, 0.1)),
    "parity": ((0.02, 0.0), (0.05, 0.01), (0.01, 0.02), (0.0, 0.0)),
}


@dataclass(frozen=True)
class Protected:
    """An engine of `tests.reliability.engine.images` with check bits.

    Attributes:
        image: its name there.
        protection: `parity` or `secded`.
    """

    name: str
    image: str
    protection: str
    modules: tuple[str, ...]

    def bench(self, folder: Path) -> Bench:
        image = _graded(images()[self.image])
        asked = [
            self._question(image, folder / f"image{number}", number)
            for number in range(len(SHARES[self.protection]))
        ]
        for file in asked[0].folder.glob("*.v"):
            shutil.copy(file, folder)
        most = max(int(question.answer.split()[-2]) for question in asked)
        stressed = {"STALLS": 1, "DISTURBED": 2, "PATIENCE": 4 * most + 20_000}
        options = replace(asked[0], asked={**asked[0].asked, **stressed}).of_testbench
        answers = [(question.folder, question.answer) for question in asked]
        spoiled = rams(cells for cells, _ in self._memories(image))
        return Bench(
            folder, "engine", asked[0].sources, asked[0].parameters, options, answers, spoiled
        )

    def _memories(self, image: Image) -> list[tuple[Place, Code]]:
        """Every one, with its check bits, and their code."""
        found = []
        for place in places(image.parameters).values():
            chosen = code(self.protection, place.width)
            if place.name == place.memory and chosen is not None:
                found.append((code_words(place, chosen), chosen))
        return found

    def _question(self, image: Image, folder: Path, number: int) -> Question:
        """Some recalls under some faults, whatever they leave of them."""
        folder.mkdir(parents=True)
        rng = np.random.default_rng([5, number])
        write_image(folder / "image", image, protection=self.protection)
        queries = np.concatenate(
            [near_queries(image, 30, rng), random_queries(image.parameters, 8, rng)]
        )
        single, double = SHARES[self.protection][number]
        hit = [
            (drawn(cells, single, double, rng), chosen) for cells, chosen in self._memories(image)
        ]
        guarded = [Guarded(FaultyCells(faults), chosen) for faults, chosen in hit]
        recalls, errors = told(image, guarded, queries)
        write_answers(folder / "vectors", folder / "image", image, queries, recalls)
        asked = question_of(folder / "image", folder / "vectors", folder)
        for faults, _ in hit:
            memory = faults.place.memory  # netlists know the second name
            write_cells(folder, faults, [f"{memory}.{self.protection}", f"{memory}.mem"])
        (folder / "errors.mem").write_text(
            "".join(f"{corrected:016x}{detected:016x}\n" for corrected, detected in errors)
        )
        return replace(asked, asked={**asked.asked, "ERRORS_FILE": "errors.mem"})


def _graded(image: Image) -> Image:
    """The image with all kernel values, where it has any, so that each bit of them counts."""
    lut = image.kernel_lut
    values = np.linspace(image.parameters.kernel_max, 1, int((lut > 0).sum())).astype(np.int64)
    return replace(image, kernel_lut=np.concatenate([values, lut[len(values) :]]))


def drawn(place: Place, single: float, double: float, rng: np.random.Generator) -> FaultMap:
    """Flipped cells: one in such a share of the words, two in such a one."""
    cells: list[int] = []
    chance = rng.random(len(place.words))
    for word, at in enumerate(chance.tolist()):
        count = 1 if at < single else 2 if at < single + double else 0
        bits = rng.choice(place.width, count, replace=False)
        cells += sorted((word * place.width + bits).tolist())
    return flipped(place, *cells)


def told(
    image: Image, guarded: Sequence[Guarded], queries: SpinArray
) -> tuple[Recalls, list[tuple[int, int]]]:
    """Recalls under these faults; of each, how many reads were corrected, and how many told."""
    seen = [(0, 0)]
    faults: list[Fault] = list(guarded)
    recalls = recall_with(
        image, faults, queries,
        lambda: seen.append((sum(each.corrected for each in guarded),
                             sum(each.detected for each in guarded))),
    )  # fmt: skip
    errors = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(seen)]
    return recalls, errors
