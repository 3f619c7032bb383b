"""Seven neurons, three patterns: a plain search counted by hand, with any lanes and in batches.

A pattern is one word of any lanes, so few lanes leave fewest unused.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from hwsim.config import Parameters
from hwsim.cost.comparisons import Comparison, search_comparisons
from hwsim.cost.tables import load_technology

FULL_ADDER = Fraction("0.03") / 8
XNOR = FULL_ADDER * 4 / 9
REGISTER = FULL_ADDER * 6 / 9
# two operands; the tree's 4 sums of 2 bits, 2 of 3, 1 of 4; of 64 lanes 32 sums of 2 to 1 of 7
REGISTERS = {8: 16 + 8 + 6 + 4, 64: 128 + 64 + 48 + 32 + 20 + 12 + 7}


def sram(bits: int, width: int) -> float:
    """10 pJ per 64 bits at 8 KB = 65536 bits, by the square root of the capacity below."""
    return 10 / 64 * math.sqrt(bits / 65536) * width


def by_hand(lanes: int, scans: Fraction) -> float:
    """Load the query; read three patterns in a share of a scan, against the state; send one."""
    state = (1 + 3) * sram(lanes, lanes)
    patterns = float(3 * scans + 1) * sram(3 * lanes, lanes)
    word = lanes * XNOR + (lanes - 1) * FULL_ADDER + REGISTERS[lanes] * REGISTER
    distance, least = 3 * FULL_ADDER, 3 * FULL_ADDER  # of 3 bits
    return state + patterns + float(3 * (word + distance + least))


def searches(lanes: int, slots: int, queries: int) -> dict[str, Comparison]:
    parameters = Parameters(7, 3, lanes=lanes, queries_in_flight=slots)
    ways = search_comparisons(parameters, load_technology(), None, 1.0, (), queries)
    return {way.name: way for way in ways}


@pytest.mark.parametrize(
    ("slots", "queries", "scans"),
    [(1, 6, Fraction(1)), (4, 6, Fraction(2, 6)), (4, 8, Fraction(1, 4)), (8, 5, Fraction(1, 5))],
)
def test_a_search_shares_reads_and_takes_the_lanes_that_are_best(
    slots: int, queries: int, scans: Fraction
) -> None:
    found = searches(64, slots, queries)
    assert found.keys() == {"nearest", "nearest_best"}
    for name, lanes in ("nearest", 64), ("nearest_best", 8):
        way = found[name]
        assert way.lanes == lanes
        assert way.total_pj == pytest.approx(by_hand(lanes, scans))
        assert way.footprint_bits == (3 + slots) * lanes
        assert way.cycles == pytest.approx(float(3 * scans + 2))  # a word in, a word out
        assert way.answer_cycles == pytest.approx(float((3 * scans + 2) / scans))
    assert found["nearest_best"].title == "cheapest nearest-pattern search, 8 lanes"


def test_the_engines_own_lanes_may_be_best() -> None:
    assert searches(8, 1, 5).keys() == {"nearest"}
