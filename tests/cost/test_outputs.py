"""What an answer of outputs of their own costs, by hand."""

from __future__ import annotations

import numpy as np

from hwsim.config import Parameters
from hwsim.cost.cycles import recall_bound, recall_cycles
from hwsim.cost.engine import engine_actions
from hwsim.cost.footprint import engine_memories, footprint_bits, weight_bits
from hwsim.cost.hierarchy import system
from hwsim.cost.tables import load_technology
from hwsim.hardware.accesses import closed_form
from hwsim.hardware.outcome import Counts

# 40 neurons are 3 words of 16 lanes, 20 patterns 2 groups, 5 outputs 1 word of a result.
P = Parameters(
    40, 20, lanes=16, kernel_bits=8, offset_bits=4, max_steps=1, outputs=5, scale_bits=8
)  # fmt: skip


def counted(groups: int) -> Counts:
    """One answer in which so many groups of 16 patterns, and 4, are active."""
    return closed_form(
        P,
        steps=np.array([1]),
        active_steps=np.array([int(groups > 0)]),
        groups_active=np.array([groups]),
        kernel_values=np.array([(0, 16, 20)[groups]]),
    )


def test_cycles_by_hand() -> None:
    # query 3 and result 1, sending 3; scan 20 * 3 + 5 + log2(16), its end 1; list 2 + 8; then
    # load 16 + 8, a slot as long as a load (for 5 outputs are 10 reads), and the last group:
    # 10 reads + 13 + log2(16) + log2(8)
    assert recall_cycles(P, counted(2)).tolist() == [4 + 3 + 69 + 1 + 10 + 24 + 24 + 30]
    assert recall_cycles(P, counted(1)).tolist() == [4 + 3 + 69 + 1 + 10 + 24 + 30]
    assert recall_cycles(P, counted(0)).tolist() == [4 + 3 + 69 + 1 + 10]
    assert recall_bound(counted(2)).tolist() == [60 + 20]


def test_counts_by_hand() -> None:
    row = counted(2).row(0)
    expected = {
        "pattern_reads": 60,
        "weight_reads": 2 * 5 * 2,
        "offset_reads": 5,
        "state_reads": 60 + 1,  # the search's, and the result's word; no old bits
        "state_writes": 3 + 1,  # the query's, and the outputs' signs
        "accumulator_reads": 5,
        "accumulator_writes": 5,
        "thresholds": 5,
        "weight_popcounts": 20 * 8,
    }
    assert {name: row[name] for name in expected} == expected


def test_memory_by_hand() -> None:
    sizes = footprint_bits(P)
    assert (sizes["weights"], sizes["scales"], sizes["offsets"]) == (2 * 5 * 2 * 16, 5 * 8, 5 * 4)
    assert sizes["accumulators"] == 5 * (20 * 255 * 3).bit_length()
    assert weight_bits(P) == 20 * 5 * 2


def test_scores_are_priced() -> None:
    memories = system(engine_memories(P), load_technology(), None)
    counts = counted(2).row(0)
    actions = {each.name: each for each in engine_actions(P, counts, 100, memories)}
    for name in ("scales_reads", "scale_multiplications", "score_comparisons", "score_registers"):
        assert actions[name].count == 5, name
        assert actions[name].energy_pj > 0
    assert "state_comparisons" not in actions  # no old bit, none to compare with
    assert actions["scales_reads"].component == "scale memory"
