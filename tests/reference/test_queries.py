"""Noisy queries: every way of drawing them, its numbers held against the generator's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.errors import InputError
from hwsim.reference.data import add_noise, random_patterns
from hwsim.reference.queries import Order, enough, noisy_queries

PATTERNS = random_patterns(20, 7, 1)
ORDERS: tuple[Order, ...] = ("shuffled", "repeated", "sorted", "independent", "stored")


@pytest.mark.parametrize("order", ORDERS)
@given(count=st.integers(1, 30), seed=st.integers(0, 2**32), noise=st.sampled_from((0, 0.1, 0.5)))
def test_what_every_order_keeps(order: Order, count: int, seed: int, noise: float) -> None:
    queries, chosen = noisy_queries(PATTERNS, count, noise, seed, order=order)
    assert len(queries) == len(chosen) == (min(count, 7) if order == "sorted" else count)
    assert ((queries != PATTERNS[chosen]).sum(axis=1) == round(noise * 20)).all()
    again, same = noisy_queries(PATTERNS, count, noise, np.random.default_rng(seed), order=order)
    assert (again == queries).all()
    assert (same == chosen).all()
    if order in ("shuffled", "repeated"):
        for start in range(0, count, 7):  # each once before any again
            assert len(set(chosen[start : start + 7])) == min(7, count - start)
    if order == "repeated":
        assert (chosen == np.resize(chosen[:7], count)).all()
    if order == "sorted":
        assert (np.diff(chosen) > 0).all()
    if order == "stored":
        assert chosen.tolist() == [index % 7 for index in range(count)]


def test_the_streams_are_these_and_stay() -> None:
    """Reported numbers hang on them: the order is drawn first, then the spins."""

    def expected(chosen: object, random: np.random.Generator) -> bytes:
        return add_noise(PATTERNS[chosen], 0.2, random).tobytes()

    def found(count: int | None, order: Order) -> bytes:
        return noisy_queries(PATTERNS, count, 0.2, [5, 3], order=order)[0].tobytes()

    random = np.random.default_rng([5, 3])
    rounds = [random.permutation(7) for _ in range(3)]
    assert found(17, "shuffled") == expected(np.concatenate(rounds)[:17], random)
    random = np.random.default_rng([5, 3])
    assert found(17, "repeated") == expected(np.resize(random.permutation(7), 17), random)
    random = np.random.default_rng([5, 3])
    assert found(4, "sorted") == expected(np.sort(random.permutation(7)[:4]), random)
    random = np.random.default_rng([5, 3])
    assert found(17, "independent") == expected(random.integers(0, 7, 17), random)
    random = np.random.default_rng([5, 3])
    assert found(None, "stored") == expected(np.arange(7), random)


def test_a_generator_goes_on() -> None:
    random = np.random.default_rng(0)
    first, _ = noisy_queries(PATTERNS, None, 0.3, random)
    second, _ = noisy_queries(PATTERNS, None, 0.3, random)
    assert (first != second).any()
    assert (first == noisy_queries(PATTERNS, None, 0.3, 0)[0]).all()


def test_complaints() -> None:
    with pytest.raises(InputError, match="count is 0; at least one query is needed"):
        noisy_queries(PATTERNS, 0, 0.1, 0)
    with pytest.raises(InputError, match="noise is 2; it must be a fraction"):
        noisy_queries(PATTERNS, 1, 2, 0)
    with pytest.raises(InputError, match=r"order is 'shufled'; .* did you mean 'shuffled'"):
        noisy_queries(PATTERNS, 1, 0.1, 0, order="shufled")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "noises", "expected"),
    [
        ((100, 200), 2, 1000),
        ((1000, 3000), 1, 200),
        ((1000, 3000), 2, 100),
        ((65536, 10**6), 1, 20),
    ],
)
def test_how_many_measure_a_mean(size: tuple[int, int], noises: int, expected: int) -> None:
    assert enough(*size, noises) == expected
