"""Queries in flight: outcomes, totals and cycles of every batch, as specified and predicted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.cosim.engine import engine_testbench
from hwsim.cost.cycles import batch_cycles
from hwsim.export.folder import write_image
from hwsim.export.vectors import engine_counters
from hwsim.hardware import spec
from hwsim.hardware.packing import pack_words
from hwsim.spins import bits_from_spins
from tests.rtl.ruled import random_case
from tests.tools import require_tool


@pytest.mark.parametrize(("slots", "seed"), [(2, 10), (4, 5), (4, 12), (8, 13)])
def test_batches(slots: int, seed: int, tmp_path: Path) -> None:
    require_tool("iverilog")
    image, queries = random_case(seed).make()
    queries, p = queries[: 2 * slots + 1], image.parameters
    outcome, counts = spec.recall_in_flight(image, queries, slots)
    write_image(tmp_path / "image", image)
    bench = engine_testbench(tmp_path / "image")
    bench = replace(
        bench,
        module="test_hwsim_batches",
        parameters={**bench.parameters, "QUERIES_IN_FLIGHT": slots, "TID_BITS": 8},
    )
    rows = [counts.row(batch) for batch in range(len(counts.steps))]
    expected = {
        "slots": slots,
        "limit": 1_000_000,
        "queries": [pack_words(bits, p.lanes) for bits in bits_from_spins(queries)],
        "states": [pack_words(bits, p.lanes) for bits in bits_from_spins(outcome.states)],
        "totals": [{name: int(row[name]) for name in engine_counters(p)} for row in rows],
        "outcomes": [
            {
                name: int(getattr(outcome, name)[q])
                for name in ("steps", "converged", "miss", "distance")
            }
            for q in range(len(queries))
        ],
    }
    (tmp_path / "batches.json").write_text(json.dumps(expected))
    simulation = bench.build("icarus", tmp_path / "build")
    for stalls in ("0", "1"):
        failed, log = simulation.run(
            {
                "HWSIM_BATCHES": str(tmp_path / "batches.json"),
                "HWSIM_RESULT": str(tmp_path / f"result{stalls}.json"),
                "HWSIM_STALLS": stalls,
            },
            seed=1,
        )
        assert failed == 0, log
    in_batch = np.diff([*range(0, len(queries), slots), len(queries)])
    cycles = json.loads((tmp_path / "result0.json").read_text())
    assert np.array_equal(cycles, batch_cycles(p, counts, in_batch))
