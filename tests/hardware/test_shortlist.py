"""The specification's shortlist, entry by entry as in the Verilog, is the least of all bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hwsim.config import BATCH, SHORTLIST, Parameters
from hwsim.hardware.spec.machine import Registers
from hwsim.hardware.spec.shortlist import Shortlist

P = Parameters(60, 40, lanes=8)


@given(st.lists(st.integers(0, P.neurons), min_size=SHORTLIST, max_size=P.patterns))
def test_the_least_bounds_stand_in_order_and_ties_by_the_lower_pattern(bounds: list[int]) -> None:
    shortlist = Shortlist(P, Registers())
    for _ in range(2):  # what the first round leaves is cleared
        shortlist.clear()
        for pattern, bound in enumerate(bounds):
            shortlist.insert(bound, pattern)
        least = sorted((bound, pattern) for pattern, bound in enumerate(bounds))[:SHORTLIST]
        for first in range(0, SHORTLIST, BATCH):
            assert shortlist.batch(BATCH) == least[first : first + BATCH]
            shortlist.drop()


@given(st.lists(st.integers(0, P.neurons), max_size=SHORTLIST - 1))
def test_entries_that_nothing_was_put_into_stand_behind_all_others(bounds: list[int]) -> None:
    shortlist = Shortlist(P, Registers())
    shortlist.clear()
    for pattern, bound in enumerate(bounds):
        shortlist.insert(bound, pattern)
    least = sorted((bound, pattern) for pattern, bound in enumerate(bounds))
    assert shortlist.batch(len(bounds)) == least
    empty = shortlist.entries[len(bounds) :]
    assert {entry >> shortlist.index for entry in empty} <= {1 << P.distance_bits}
