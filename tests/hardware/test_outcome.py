"""Queries that are refused, and the table of counts."""

from __future__ import annotations

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.outcome import Counts, bits_from_spins, check_queries, spins_from_bits

THREE = Parameters(neurons=3, patterns=2)


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 2), (1, 2, 3), ()])
def test_queries_of_the_wrong_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError) as caught:
        check_queries(THREE, np.ones(shape, dtype=np.int8))
    assert str(caught.value) == (
        f"queries have shape {shape}; the image has 3 neurons, so (Q, 3) is expected"
    )


@pytest.mark.parametrize("spin", [0, 2, -2, np.nan])
def test_the_first_spin_that_is_none(spin: float) -> None:
    queries = np.ones((2, 3))
    queries[1, 2] = spin
    with pytest.raises(InputError, match=rf"^queries\[1, 2\] is {spin:.1f}; spins are \+1 or -1$"):
        check_queries(THREE, queries)


def test_legal_queries_pass() -> None:
    check_queries(THREE, np.array([[1, -1, 1]], dtype=np.int8))
    check_queries(THREE, np.empty((0, 3), dtype=np.int8))


def test_spins_and_bits() -> None:
    spins = np.array([[1, -1, -1]], dtype=np.int8)
    bits = bits_from_spins(spins)
    assert bits.tolist() == [[1, 0, 0]]
    assert bits.dtype == np.uint8
    assert spins_from_bits(bits).tolist() == spins.tolist()
    assert spins_from_bits(bits).dtype == np.int8


def test_counts_from_rows() -> None:
    counts = Counts.from_rows([{"steps": 2, "pattern_reads": 7}, {"steps": 1}])
    assert counts.steps.tolist() == [2, 1]
    assert counts.pattern_reads.tolist() == [7, 0]
    assert counts.thresholds.tolist() == [0, 0]  # left out counts 0
    assert all(getattr(counts, name).dtype == np.int64 for name in Counts.names())
    row = counts.row(0)
    assert (row["steps"], row["pattern_reads"], sum(row.values())) == (2, 7, 9)
    assert tuple(row) == Counts.names()
