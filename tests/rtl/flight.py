"""What the testbench of queries in flight is asked: packets, and the specification's answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.cosim.engine import engine_testbench
from hwsim.cosim.testbench import Simulation
from hwsim.cost.cycles import batch_cycles, recall_cycles
from hwsim.export.folder import write_image
from hwsim.export.vectors import engine_counters
from hwsim.hardware import spec
from hwsim.hardware.image import Image
from hwsim.hardware.packing import pack_words
from hwsim.spins import bits_from_spins

TID_BITS = 8
FLAGS = ("steps", "converged", "miss", "distance")


@dataclass(frozen=True)
class Batches:
    """Queries in flight on an engine that is compiled.

    Attributes:
        folder: to work in.
        simulation: the engine's.
        expected: as cosim/test_hwsim_batches.py takes it.
        cycles: predicted, of each batch.
    """

    folder: Path
    simulation: Simulation
    expected: Mapping[str, Any]
    cycles: list[int]

    def run(self, *, stalls: bool = False, **changes: Any) -> tuple[int, str]:
        """Simulate; how many tests failed, and what was said."""
        (self.folder / "batches.json").write_text(json.dumps({**self.expected, **changes}))
        environment = {
            "HWSIM_BATCHES": str(self.folder / "batches.json"),
            "HWSIM_RESULT": str(self.folder / "result.json"),
            "HWSIM_STALLS": str(int(stalls)),
        }
        return self.simulation.run(environment, seed=1)

    def measured(self) -> list[int]:
        """Cycles of each batch, of the last run without stalls."""
        cycles: list[int] = json.loads((self.folder / "result.json").read_text())
        return cycles


def batches(
    image: Image,
    queries: npt.NDArray[np.int8],
    slots: int,
    folder: Path,
    rtl: Path | None = None,
) -> Batches:
    """Compile the engine for an image, and ask the specification.

    An image for several engines side by side takes one query at a time.
    """
    p = image.parameters
    outcome, counts = spec.recall_in_flight(image, queries, slots)
    write_image(folder / "image", image)
    bench = engine_testbench(folder / "image", rtl=rtl, module="test_hwsim_batches")
    own = {"QUERIES_IN_FLIGHT": slots, "TID_BITS": TID_BITS}
    bench = replace(bench, parameters={**bench.parameters, **own})
    firsts = range(0, len(queries), slots)
    predicted = (
        recall_cycles(p, counts)
        if slots == 1
        else batch_cycles(p, counts, np.diff([*firsts, len(queries)]))
    ).tolist()
    totals: list[dict[str, int] | None] = [None] * len(queries)
    for batch, first in enumerate(firsts):
        row = counts.row(batch)
        last = min(first + slots, len(queries)) - 1
        totals[last] = {name: int(row[name]) for name in engine_counters(p)}
        totals[last]["cycles"] = predicted[batch]
    tids = [7 * number % 2**TID_BITS for number in range(len(queries))]
    expected = {
        "packets": [
            {"words": pack_words(bits, p.lanes), "tid": tid}
            for bits, tid in zip(bits_from_spins(queries), tids, strict=True)
        ],
        "results": [
            {
                "words": pack_words(bits, p.lanes),
                "tid": tid,
                **{name: int(getattr(outcome, name)[number]) for name in FLAGS},
            }
            for number, (bits, tid) in enumerate(
                zip(bits_from_spins(outcome.states), tids, strict=True)
            )
        ],
        "totals": totals,
        "resets": 0,
        "longest": max(predicted),
        "limit": 20 * sum(predicted) + 1000,
    }
    return Batches(folder, bench.build("icarus", folder / "build"), expected, predicted)
