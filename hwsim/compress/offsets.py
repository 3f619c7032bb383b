"""Per-neuron offsets: learned in float, then rounded to ZB bits.

An offset adds mid[i] to every weight of neuron i, so its share of the field is mid[i] * S with
S = sum of the kernel values. What coarse codes lose most is just that common mode: the rounding
errors of P weights do not cancel, and far patterns, of which there are many, all enter with nearly
the same kernel value.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.callers import stacklevel
from hwsim.compress.weights import FloatArray, QuantizedWeights, blocks, code_values
from hwsim.config import MAX_OFFSET_BITS, MAX_OFFSET_FRAC_BITS
from hwsim.errors import HwsimWarning, InputError
from hwsim.reference.data import add_noise
from hwsim.reference.memory import Memory

CALIBRATION_PATTERNS: Final = 1024  # stored patterns used, each with and without noise
CALIBRATION_NOISE: Final = 0.2  # the paper's heavy noise


class LoweringWarning(HwsimWarning):
    """Lowering succeeded, but lost something that more bits would keep."""


def calibration_states(memory: Memory, seed: int) -> npt.NDArray[np.int8]:
    """States on which offsets are learned: stored patterns, then the same with 20 % noise.

    Returns:
        (2 Q, N) int8, Q = min(P, 1024) patterns chosen at random.
    """
    rng = np.random.default_rng(seed)
    chosen = memory.patterns
    if memory.stored > CALIBRATION_PATTERNS:
        chosen = chosen[rng.choice(memory.stored, CALIBRATION_PATTERNS, replace=False)]
    return np.concatenate([chosen, add_noise(chosen, CALIBRATION_NOISE, rng)])


def learn_offsets(
    memory: Memory,
    quantized: QuantizedWeights,
    seed: int = 0,
    states: npt.NDArray[np.int8] | None = None,
) -> QuantizedWeights:
    """Choose each neuron's scale and mid so that its fields fit the float ones best.

    Over the calibration states, with the kernel counted from where it suits, neuron i's float
    field h and integer field a = sum v K and S = sum K are known; scale and mid minimise
    sum (h - scale * a - mid * S)**2. Only mid / scale reaches the hardware. A neuron keeps what its
    quantizer gave where that has no solution with a positive scale.

    Args:
        memory: the float memory.
        quantized: its quantized weights.
        seed: of the calibration states.
        states: (Q, N) of ±1 in place of these.

    Returns:
        The same codes with other scales and mids.
    """
    if states is None:
        states = calibration_states(memory, seed)
    sums, wanted, given = _fields(memory, quantized, states)
    # Least squares in two unknowns: take the part along S out of both, then regress.
    power, given_power = float(sums @ sums), np.sum(given**2, axis=0)
    wanted_share, given_share = sums @ wanted / power, sums @ given / power
    wanted -= np.outer(sums, wanted_share)
    given -= np.outer(sums, given_share)
    rest = np.sum(given**2, axis=0)
    solvable = rest > 1e-9 * given_power  # else a is a multiple of S: all codes equal
    scale = np.sum(given * wanted, axis=0) / np.where(solvable, rest, 1)
    solvable &= scale > 0
    mid = wanted_share - scale * given_share
    return replace(
        quantized,
        scale=np.where(solvable, scale, quantized.scale),
        mid=np.where(solvable, mid, quantized.mid),
    )


def _fields(
    memory: Memory, quantized: QuantizedWeights, states: npt.NDArray[np.int8]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sums of kernel values (Q,), float fields and integer fields (Q, N) or (Q, M) of states.

    Doubles of the kernel and of the weights are made a block at a time.
    """
    values = code_values(quantized.plane_weights).astype(np.float64)
    sums = np.empty(len(states))
    fields = memory.alpha.shape[1]
    wanted, given = np.empty((2, len(states), fields))
    for rows in blocks(len(states), memory.stored):
        kernel = memory.kernel(states[rows])
        sums[rows] = kernel.sum(axis=1)
        for neurons in blocks(fields, memory.stored):
            wanted[rows, neurons] = kernel @ memory.alpha[:, neurons].astype(np.float64)
            given[rows, neurons] = kernel @ values[quantized.codes[:, neurons]]
    return sums, wanted, given


def offset_ratios(quantized: QuantizedWeights) -> FloatArray:
    """mid / scale of each neuron, (N,), no farther from 0 than can matter.

    |a| is at most sum(C) * S, so an offset beyond sum(C) decides every sign alone; one more makes
    sure that it still does after rounding. A neuron of scale 0 has the sign of its mid.
    """
    limit = sum(quantized.plane_weights) + 1.0
    return np.divide(
        quantized.mid,
        quantized.scale,
        out=limit * np.sign(quantized.mid),
        where=np.abs(quantized.mid) < limit * quantized.scale,
    )


def integer_offsets(
    quantized: QuantizedWeights, offset_bits: int, offset_frac_bits: int | None = None
) -> tuple[npt.NDArray[np.int64], int]:
    """z = round(2**F * mid / scale), a half to the even integer, in ZB bits of two's complement.

    Args:
        quantized: with the scales and mids to use.
        offset_bits: ZB, 0 to 16; 0 means no offsets at all.
        offset_frac_bits: F, 0 to 16, or None for the most that let every offset fit.

    Returns:
        z (N,) int64, and F.

    Warns:
        LoweringWarning: offsets do not fit ZB bits and were clipped.

    Raises:
        InputError: ZB or F is outside its range.
    """
    for name, value, most in (
        ("offset_bits", offset_bits, MAX_OFFSET_BITS),
        ("offset_frac_bits", offset_frac_bits or 0, MAX_OFFSET_FRAC_BITS),
    ):
        if not 0 <= value <= most:
            raise InputError(f"{name} is {value}; it must be from 0 to {most}")
    if offset_bits == 0:
        return np.zeros(quantized.codes.shape[1], dtype=np.int64), 0
    ratios = offset_ratios(quantized)
    low, high = -(2 ** (offset_bits - 1)), 2 ** (offset_bits - 1) - 1
    if offset_frac_bits is None:
        offset_frac_bits = _most_frac_bits(ratios, low, high)
    offsets = np.rint(np.ldexp(ratios, offset_frac_bits))
    clipped = np.clip(offsets, low, high)
    changed = int(np.count_nonzero(clipped != offsets))
    if changed:
        worst = float(np.abs(ratios).max())
        warnings.warn(
            f"{changed} of {len(ratios)} offsets do not fit {offset_bits} bits with "
            f"{offset_frac_bits} of fraction (largest {worst:.3g}) and were clipped; give more "
            "offset bits or fewer of fraction",
            LoweringWarning,
            stacklevel=stacklevel(),
        )
    return clipped.astype(np.int64), offset_frac_bits


def _most_frac_bits(ratios: FloatArray, low: int, high: int) -> int:
    """The largest F at which every rounded offset fits; 0 when none does or there are none."""
    if not ratios.any():
        return 0
    for frac_bits in range(MAX_OFFSET_FRAC_BITS, 0, -1):
        offsets = np.rint(np.ldexp(ratios, frac_bits))
        if offsets.min() >= low and offsets.max() <= high:
            return frac_bits
    return 0
