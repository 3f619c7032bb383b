"""Quantized weights: codes, what a code stands for, and each neuron's scale and offset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.codes import check_bits, check_plane_weights
from hwsim.errors import InputError
from hwsim.show import Record

FloatArray = npt.NDArray[np.float64]

AT_ONCE: Final = 2**23  # doubles that are in memory together: 64 MB


def blocks(count: int, others: int) -> Iterator[slice]:
    """The rows of a matrix with so many columns, or the other way round, as many as may be held."""
    size = max(AT_ONCE // others, 1)
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def plane_signs(bits: int) -> npt.NDArray[np.int64]:
    """2 * bit_p(c) - 1 of every code c and plane p, (2**B, B)."""
    codes = np.arange(2**bits)[:, np.newaxis]
    return 2 * (codes >> np.arange(bits) & 1) - 1


def code_values(plane_weights: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """What each code stands for: v[c] = sum_p C[p] * (2 * bit_p(c) - 1), (2**B,)."""
    values: npt.NDArray[np.int64] = plane_signs(len(plane_weights)) @ np.array(plane_weights)
    return values


@dataclass(frozen=True, eq=False, repr=False)
class QuantizedWeights(Record):
    """Weights as the hardware holds them: w[m, i] is about scale[i] * v[m, i] + mid[i].

    The scale never reaches the hardware, for only the sign of a neuron's field matters; of mid it
    is mid / scale that does, as the offset.

    Attributes:
        codes: (P, N) uint8, 0 … 2**B - 1.
        plane_weights: C, B positive integers.
        scale: (N,) float64, 0 or more.
        mid: (N,) float64.

    Raises:
        InputError: shapes disagree or a value is out of range.
    """

    codes: npt.NDArray[np.uint8]
    plane_weights: tuple[int, ...]
    scale: FloatArray
    mid: FloatArray

    def __post_init__(self) -> None:
        check_bits(self.bits)
        check_plane_weights(self.plane_weights, self.bits)
        if self.codes.ndim != 2 or self.codes.size == 0:
            raise InputError(f"codes have shape {self.codes.shape}; they must be (P, N)")
        for name, values in (("scale", self.scale), ("mid", self.mid)):
            if values.shape != self.codes.shape[1:]:
                raise InputError(
                    f"{name} has shape {values.shape}, codes {self.codes.shape}; give one value a "
                    "neuron, (N,)"
                )
            broken = np.flatnonzero(~np.isfinite(values))
            if len(broken):
                raise InputError(
                    f"{name} is not finite everywhere: {name}[{broken[0]}] is {values[broken[0]]}"
                )
        if self.codes.max() >= 2**self.bits:
            raise InputError(
                f"code {self.codes.max()} does not fit {self.bits} bits, which hold up to "
                f"{2**self.bits - 1}"
            )
        negative = np.flatnonzero(self.scale < 0)
        if len(negative):
            raise InputError(
                f"scale {self.scale[negative[0]]} is negative, which would turn signs over; give "
                "scales of 0 or more"
            )

    @property
    def bits(self) -> int:
        """B."""
        return len(self.plane_weights)

    def _shown(self) -> Mapping[str, object]:
        count, neurons = self.codes.shape
        return {
            "N": neurons,
            "P": count,
            "bits": self.bits,
            "plane_weights": self.plane_weights,
            "scale": f"{self.scale.min():.4g}…{self.scale.max():.4g}",
            "mid": f"{self.mid.min():.4g}…{self.mid.max():.4g}",
        }

    def integers(self) -> npt.NDArray[np.int64]:
        """v, (P, N): what the codes stand for."""
        values: npt.NDArray[np.int64] = code_values(self.plane_weights)[self.codes]
        return values

    def dequantized(self) -> FloatArray:
        """scale * v + mid, (P, N): the quantized float network's alpha."""
        alpha: FloatArray = self.scale * self.integers() + self.mid
        return alpha
