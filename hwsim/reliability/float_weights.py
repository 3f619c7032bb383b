"""The float network with its weights hit: 32 bits a weight in memory, of which any may flip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.reference.memory import Memory
from hwsim.reference.recall import field, held
from hwsim.reliability.maps import FaultMap
from hwsim.reliability.places import Place
from hwsim.spins import SpinArray

Weights = npt.NDArray[np.float32]

WIDTH = 32


def float_place(memory: Memory) -> Place:
    """The memory that holds the weights as float32, one a word."""
    return Place(
        name="float32",
        title="float32 weights",
        memory="weights",
        width=WIDTH,
        depth=memory.alpha.size,
        first=0,
        stride=1,
        counter="",
        written=False,
        persistent_on="float",
    )


def stored(memory: Memory) -> Weights:
    """The weights (P, N) as float32 holds them."""
    return held(memory.alpha, np.float32).astype(np.float32)


def hit(memory: Memory, faults: FaultMap, *, guarded: bool) -> Weights:
    """The weights (P, N) as they are read.

    Args:
        memory: the float network.
        faults: cells of `float_place` that give back the other bit.
        guarded: what is not finite is read as 0, the rest clipped to the largest weight.
    """
    weights = stored(memory)
    most = np.abs(weights).max()
    words = weights.view(np.uint32).reshape(-1)
    np.bitwise_xor.at(words, faults.addresses, np.uint32(1) << faults.bits.astype(np.uint32))
    if guarded:
        weights[~np.isfinite(weights)] = 0
        np.clip(weights, -most, most, out=weights)
    return weights


def recall(memory: Memory, weights: Weights, queries: SpinArray, max_steps: int) -> SpinArray:
    """Last states (Q, N) of the float32 network; a field that is no number keeps the spin."""
    states = queries.copy()
    moving = np.arange(len(states))
    for _ in range(max_steps):
        before = states[moving]
        with np.errstate(all="ignore"):
            fields = field(memory, before, alpha=weights, origin=None, dtype=np.float32)
        after = np.where(fields > 0, 1, np.where(fields < 0, -1, before)).astype(np.int8)
        states[moving] = after
        moving = moving[(after != before).any(axis=1)]
        if not len(moving):
            break
    return states
