"""Queries in flight: outcomes, totals and cycles of every batch, as specified and predicted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hwsim.config import DATAFLOWS
from tests.rtl.flight import Batches, batches
from tests.rtl.images import ruled_image, ruled_queries
from tests.tools import require_tool


@pytest.mark.parametrize("dataflow", DATAFLOWS)
@pytest.mark.parametrize("slots", [2, 4, 8])
def test_all_rules(slots: int, dataflow: str, tmp_path: Path) -> None:
    """Offered without a gap, the last batch not full; then with gaps, and batches by chance."""
    asked = ruled_batches("all", dataflow, slots, tmp_path)
    failed, said = asked.run()
    assert failed == 0, said
    assert asked.measured() == asked.cycles
    failed, said = asked.run(stalls=True)
    assert failed == 0, said


@pytest.mark.parametrize("rules", ["no rule", "all"])
def test_nothing_is_left_of_a_batch(rules: str, tmp_path: Path) -> None:
    """Twenty resets, anywhere; then every answer, cycle and counter is as ever."""
    failed, said = ruled_batches(rules, "group", 4, tmp_path).run(resets=20)
    assert failed == 0, said


@pytest.mark.parametrize("slots", [2, 4])
def test_packets_of_a_wrong_length_are_dropped_within_a_batch(slots: int, tmp_path: Path) -> None:
    """What is dropped after a batch's first query counts with it, and changes nothing else."""
    asked = ruled_batches("all", "row", slots, tmp_path)
    rng = np.random.default_rng(slots)
    packets, totals = [], list(asked.expected["totals"])
    words = len(asked.expected["packets"][0]["words"])
    beats = written = 0
    for number, query in enumerate(asked.expected["packets"]):
        for _ in range(rng.integers(0, 3)):
            length = int(rng.choice([k for k in range(1, 2 * words + 2) if k != words]))
            packets.append({"words": [0] * length, "tid": 0})
            if number % slots:
                beats += length
                written += min(length, words)
        packets.append(query)
        if totals[number] is not None:
            counted = totals[number]
            totals[number] = {
                **counted,
                "cycles": counted["cycles"] + beats,
                "state_writes": counted["state_writes"] + written,
            }
            beats = written = 0
    assert len(packets) > len(totals) + slots
    for stalls in (False, True):
        failed, said = asked.run(stalls=stalls, packets=packets, totals=totals)
        assert failed == 0, said


def ruled_batches(rules: str, dataflow: str, slots: int, folder: Path) -> Batches:
    require_tool("iverilog")
    image = ruled_image(rules, dataflow)
    return batches(image, ruled_queries(image)[: 2 * slots + 1], slots, folder)
