"""The same faulty cells in the Verilog engine and in the model, of every memory.

`python -m tests.reliability.faults 200 10` (make faults) takes every memory of the engine in both
dataflows, with rules and without: 200 recalls of each, under 10 fault maps, in Verilator by the
plain testbench. It writes reports/verification/faults.json and the page beside it; the name of a
design after these makes that one anew. Fails if any recall differs.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from hwsim.export.folder import write_image
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.reliability.machine import FaultyCells, recall_with
from hwsim.reliability.maps import FaultMap, flipped
from hwsim.reliability.places import places
from hwsim.report import markdown
from hwsim.report.document import Document, Section, Table, Text
from tests.reliability.engine import (
    LANES,
    NEURONS,
    PATTERNS,
    drawn,
    images,
    noisy_patterns,
    write_answers,
)
from tests.rtl.opinions import question_of, verilated
from tests.rtl.spoiled import rams, spoilers, write_cells

RATES: Final = (0.003, 0.01, 0.03)
REPORTS: Final = Path(__file__).parents[2] / "reports" / "verification"


class Plain:
    """An image's engine, compiled once, with cells that a folder's files tell.

    Args:
        image: one engine, one query in flight.
        folder: empty.
        recalls: that are asked each time.
    """

    def __init__(self, image: Image, folder: Path, recalls: int) -> None:
        self.image, self.folder, self.recalls = image, folder, recalls
        self.memories = [
            place for place in places(image.parameters).values() if place.name == place.memory
        ]
        self.made = 0
        write_image(folder / "image", image)
        self.run: Callable[..., str] | None = None

    def differences(self, faults: FaultMap, seed: int) -> tuple[int, list[str]]:
        """Recalls that end in another state than without faults; what the engine answers otherwise.

        The queries are noisy stored patterns.
        """
        queries = noisy_patterns(self.image, self.recalls, seed)
        found = recall_with(self.image, FaultyCells(faults), queries)
        hit = (found.states != fast.recall(self.image, queries).states).any(axis=1).sum()
        self.made += 1
        folder = self.folder / f"answers{self.made}"
        folder.mkdir()
        write_answers(folder / "vectors", self.folder / "image", self.image, queries, found)
        asked = question_of(self.folder / "image", folder / "vectors", folder)
        for place in self.memories:
            same = place.memory == faults.place.memory
            write_cells(folder, faults if same else flipped(place), [f"{place.memory}.mem"])
        if self.run is None:
            bench = folder / "tb_plain.v"
            body, end, rest = bench.read_text().rpartition("endmodule")
            text = spoilers(rams(self.memories), "engine", flat=False)
            bench.write_text(f"{body}{text}{end}{rest}")
            patience = f"PATIENCE={100 * int(asked.answer.split()[-2])}"
            options = [f"-G{option}" for option in (*asked.of_both, patience)]
            self.run = verilated(folder, options, [*asked.sources, bench.name], optimised="-O1")
        said = self.run(where=folder, seconds=600)
        return int(hit), [] if said == asked.answer else said.splitlines()


def run(recalls: int, maps: int, only: str = "") -> Iterator[dict[str, Any]]:
    """Every memory of every image; what was compared and what differs."""
    each = recalls // maps
    for name, image in images().items():
        if only not in ("", name):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            engine = Plain(image, Path(scratch), each)
            for place in places(image.parameters).values():
                row: dict[str, Any] = {
                    "image": name, "memory": place.name, "cells": 0, "recalls": each * maps,
                    "hit": 0, "differences": [],
                }  # fmt: skip
                for seed in range(maps):
                    faults = drawn(place, RATES[seed % len(RATES)], seed)
                    hit, differ = engine.differences(faults, seed)
                    row["cells"] += len(faults)
                    row["hit"] += hit
                    row["differences"] += differ
                yield row


def page(rows: Sequence[dict[str, Any]]) -> str:
    """What was compared, in words and a table a design."""
    lead = Text.of(
        f"Engines of N = {NEURONS}, P = {PATTERNS}, 2 bits and {LANES} lanes, in Verilator by the "
        "plain testbench, against the exact model with the same faults: states, flags, steps, "
        "distances, cycles and every counter of every recall. Of a memory one faulty cell in three "
        "is stuck at 0 or 1, the others are read inverted; maps have "
        f"{', '.join(map(str, RATES))} of its cells in turn. Queries are stored patterns with 10 % "
        "noise. Hit: recalls that end in another state than without faults. The command make "
        "faults makes this page."
    )
    total = sum(row["recalls"] for row in rows)
    differ = sum(len(row["differences"]) for row in rows)
    verdict = Text.of(f"Of {total:,} faulty recalls {differ or 'none'} differ.")
    tables = [
        Table(
            name,
            ("memory", "faulty cells", "recalls", "hit", "differences"),
            tuple(
                (row["memory"], f"{row['cells']:,}", f"{row['recalls']:,}", f"{row['hit']:,}",
                 str(len(row["differences"])))
                for row in rows if row["image"] == name
            ),
        )
        for name in dict.fromkeys(row["image"] for row in rows)
    ]  # fmt: skip
    sections = (Section("Recalls by design and memory", (verdict, *tables), "faults"),)
    return markdown.render(Document("Faulty cells in the Verilog engine", (lead,), sections))


def write(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    """`faults.json` and `faults.md`, with what is there of designs that these rows leave out."""
    file = folder / "faults.json"
    before = json.loads(file.read_text()) if file.exists() else []
    made = {row["image"] for row in rows}
    kept = [row for row in before if row["image"] not in made]
    order = list(images())
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
