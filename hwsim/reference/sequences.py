"""Sequences: each pattern's target is the next one, and outputs fed back replay them.

Hetero-association in time (Amari 1972; Kleinfeld and Sompolinsky 1986): a state decides the next
one alone, so a pattern that comes back must always be followed by the same one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.choices import SEQUENCES
from hwsim.errors import InputError
from hwsim.reference.kernel import hamming_distances
from hwsim.reference.memory import Memory
from hwsim.reference.recall import field
from hwsim.spins import SpinArray, spins_from_bits
from hwsim.suggest import check_choice

IntArray = npt.NDArray[np.int64]


def next_patterns(patterns: SpinArray, kind: str) -> SpinArray:
    """The target of each pattern of a sequence, (P, N) int8: the pattern after it.

    Args:
        patterns: (P, N) int8 of ±1, in order.
        kind: what follows the last one: `cyclic` the first, `ending` itself, where a replay stays.

    Raises:
        InputError: no such kind, or one pattern is followed by two.
    """
    check_choice("sequence", kind, SEQUENCES)
    after = np.roll(patterns, -1, axis=0)
    if kind == "ending":
        after[-1] = patterns[-1]
    first: dict[bytes, int] = {}
    for index, (state, follower) in enumerate(zip(patterns, after, strict=True)):
        before = first.setdefault(state.tobytes(), index)
        if not np.array_equal(after[before], follower):
            raise InputError(
                f"patterns {before} and {index} are equal, but what follows them is not: a step "
                "sees nothing but the state before it; leave one out, or change a spin of it"
            )
    return after


def successors(memory: Memory) -> IntArray:
    """Which pattern each one's target is, (P,); -1 where it is none."""
    assert memory.targets is not None
    at: dict[bytes, int] = {}
    for index, state in enumerate(memory.patterns):
        at.setdefault(state.tobytes(), index)
    found = [at.get(target.tobytes(), -1) for target in memory.targets]
    return np.array(found, dtype=np.int64)


def check_feedback(memory: Memory, steps: int) -> None:
    """Raise InputError for a memory with targets that are no next states.

    Args:
        memory: with targets.
        steps: above 1, for the message.
    """
    assert memory.targets is not None
    said = f"max_steps is {steps}, but the memory has"
    if memory.outputs != memory.neurons:
        raise InputError(
            f"{said} {memory.outputs} outputs and {memory.neurons} neurons, so that no output is a "
            "next state; leave max_steps out, or train with targets (P, N)"
        )
    classes = bool(((memory.targets > 0).sum(axis=1) == 1).all())
    if classes and (successors(memory) < 0).all():
        raise InputError(
            f"{said} classes for targets, a single +1 each, whose answer is a label of one step; "
            "leave max_steps out, or train with the next patterns (--sequence)"
        )


def pattern_by_step(memory: Memory, chosen: IntArray, steps: int) -> IntArray:
    """Whose target the state after each step should be, (Q, T); -1 once a target is no pattern.

    Args:
        memory: with targets.
        chosen: (Q,) patterns that the cues were made from.
        steps: T.
    """
    after = np.append(successors(memory), -1)  # of none, none
    found = np.empty((len(chosen), steps), dtype=np.int64)
    found[:, 0] = chosen
    for t in range(1, steps):
        found[:, t] = after[found[:, t - 1]]
    return found


def replay(
    memory: Memory,
    cues: SpinArray,
    steps: int,
    alpha: npt.NDArray[np.floating[Any]] | None = None,
) -> SpinArray:
    """The float network's states after each step, (Q, T, N) int8; a field of 0 is -1.

    Args:
        memory: with targets (P, N).
        cues: (Q, N) int8 of ±1.
        steps: T.
        alpha: (P, N) in place of the memory's own.
    """
    states = np.empty((len(cues), steps, memory.neurons), dtype=np.int8)
    state = cues
    for t in range(steps):
        state = spins_from_bits(field(memory, state, alpha=alpha, origin=None) > 0)
        states[:, t] = state
    return states


def replay_nearest(memory: Memory, cues: SpinArray, steps: int) -> SpinArray:
    """As `replay`, by the target of the nearest pattern, of equally near ones the lowest."""
    assert memory.targets is not None
    states = np.empty((len(cues), steps, memory.neurons), dtype=np.int8)
    state = cues
    for t in range(steps):
        state = memory.targets[hamming_distances(state, memory.patterns).argmin(axis=1)]
        states[:, t] = state
    return states


def shares_right(
    states: SpinArray, wanted: SpinArray, known: npt.NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Shares of bits, of steps and of whole sequences that are right.

    Args:
        states, wanted: (Q, T, N) int8 of ±1.
        known: (Q, T), the steps that are judged; the first of each query is.
    """
    right = states == wanted
    step = right.all(axis=2)
    return (
        float(right[known].mean()),
        float(step[known].mean()),
        float((step | ~known).all(axis=1).mean()),
    )
