"""Sequences: what follows what, how a float memory replays it, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.errors import InputError
from hwsim.reference import sequences
from hwsim.reference.memory import Memory
from hwsim.reference.training import train

A, B, C = ([1, 1, 1, -1], [1, -1, 1, 1], [-1, -1, 1, -1])


def spins(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int8)


def test_after_the_last_comes_the_first_or_itself() -> None:
    x = spins(A, B, C)
    assert np.array_equal(sequences.next_patterns(x, "cyclic"), spins(B, C, A))
    assert np.array_equal(sequences.next_patterns(x, "ending"), spins(B, C, C))
    assert np.array_equal(x, spins(A, B, C))


@given(st.integers(1, 9), st.integers(8, 20), st.integers(0, 2**32))
def test_a_cycle_comes_round(count: int, neurons: int, seed: int) -> None:
    x = np.unique(np.random.default_rng(seed).choice(spins([1, -1])[0], (count, neurons)), axis=0)
    state = x
    for _ in range(len(x)):
        state = sequences.next_patterns(state, "cyclic")
    assert np.array_equal(state, x)
    memory = Memory(x, np.zeros(x.shape), 0.1, targets=sequences.next_patterns(x, "ending"))
    steps = sequences.pattern_by_step(memory, np.arange(len(x)), len(x) + 2)
    last = len(x) - 1
    assert np.array_equal(steps, np.minimum(np.add.outer(range(last + 1), range(last + 3)), last))


def test_a_pattern_with_two_followers_is_refused() -> None:
    with pytest.raises(InputError, match="patterns 0 and 2 are equal, but what follows them"):
        sequences.next_patterns(spins(A, B, A, C), "cyclic")
    assert len(sequences.next_patterns(spins(A, B, A, B), "cyclic")) == 4
    with pytest.raises(InputError, match="patterns 1 and 3 are equal"):
        sequences.next_patterns(spins(A, B, A, B), "ending")
    with pytest.raises(InputError, match="sequence is 'ring'"):
        sequences.next_patterns(spins(A), "ring")


def test_an_end_that_is_no_pattern_is_not_judged() -> None:
    memory = Memory(spins(A, B), np.zeros((2, 4)), 0.1, targets=spins(B, C))
    assert sequences.successors(memory).tolist() == [1, -1]
    of = sequences.pattern_by_step(memory, np.array([0, 1]), 3)
    assert of.tolist() == [[0, 1, -1], [1, -1, -1]]
    assert memory.targets is not None
    states = memory.targets[of]
    states[:, 2] *= -1  # nobody knows what should stand there
    assert sequences.shares_right(states, memory.targets[of], of >= 0) == (1, 1, 1)
    states[0, 1, 0] *= -1
    bits, steps, whole = sequences.shares_right(states, memory.targets[of], of >= 0)
    assert (bits, steps, whole) == (11 / 12, 2 / 3, 1 / 2)


@pytest.mark.parametrize("kind", ["cyclic", "ending"])
def test_a_float_memory_and_a_search_replay(kind: str) -> None:
    x = np.random.default_rng(4).choice(spins([1, -1])[0], (12, 60))
    memory = train(x, 0.04, sequence=kind, method="converged")
    assert memory.provenance["sequence"] == kind
    cue = x[2:3].copy()
    cue[0, :6] *= -1
    wanted = [*range(3, 12), *([0, 1, 2] if kind == "cyclic" else [11] * 3)]
    for replay in (sequences.replay, sequences.replay_nearest):
        assert np.array_equal(replay(memory, cue, 12)[0], x[wanted])


def test_classes_and_other_sizes_are_no_next_states() -> None:
    x = spins(A, B, [-1, -1, -1, -1])
    for targets, words in (
        (spins([1, -1], [-1, 1], [1, 1]), "has 2 outputs and 4 neurons"),
        (2 * np.eye(4, dtype=np.int8)[:3] - 1, "classes for targets, a single +1 each"),
    ):
        memory = Memory(x, np.zeros(targets.shape), 0.1, targets=targets)
        with pytest.raises(InputError) as refused:
            sequences.check_feedback(memory, 9)
        assert str(refused.value).startswith("max_steps is 9, but the memory has")
        assert words in str(refused.value)
    ring = 2 * np.eye(4, dtype=np.int8) - 1  # a single +1 each, and yet a sequence of states
    one_hot = Memory(ring, np.zeros((4, 4)), 0.1, targets=np.roll(ring, -1, axis=0))
    sequences.check_feedback(one_hot, 9)


def test_targets_and_a_sequence_are_one_too_many() -> None:
    with pytest.raises(InputError, match="targets and sequence both say"):
        train(spins(A, B), 0.1, targets=spins(B, A), sequence="cyclic")
