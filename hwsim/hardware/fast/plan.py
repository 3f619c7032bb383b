"""Which arithmetic is exact for which parameters: every bound in one place.

Codes count from zero here: u[m, i] = sum_p C[p] * bit_p, so v = 2u - sum(C) and

    a[i] = sum_m k[m] * v[m, i] = 2 * sum_m k[m] * u[m, i] - sum(C) * S.

All terms k * u are integers >= 0, so every partial sum, in whatever order, lies between 0 and

    bound = P * (2**KB - 1) * sum(C).

- int32 accumulators: 2 * bound and the largest |f| are at most 2**31 - 1.
- int64 accumulators: always. bound <= 2**20 * 2**16 * 2**11 = 2**47, and the largest |f| is below
  2**63 (`Parameters.largest_field`); 2a * 2**F and z * S are parts of that bound.
- float32 matrix products: bound <= 2**24. Integers up to 2**24 are exact in float32, so are their
  products and sums, and neither order nor fused operations can matter.
- float64 matrix products: bound <= 2**53, always.
- byte products (`dot`): codes are cut into slices of planes worth at most 127 (a signed byte), or
  as much less as a path needs (`most_product`), and kernel values into unsigned bytes; the products
  of one span fit 32 bits (proof there), and slices and bytes add up to parts of `bound` in the
  accumulator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters, default_plane_weights
from hwsim.errors import InputError
from hwsim.hardware.fast.path import Method, Path, chosen_path

_SIGNED_BYTE: Final = 127
MOST_BYTES: Final = 2**26  # of codes and their tiles that are kept; a larger image stays packed
# Patterns in a span, whose codes of a tile stay in the first-level cache for all queries.
_SPAN: Final = 512
_SPAN_OF_TILE_REGISTERS: Final = 640
TILE_REGISTERS: Final = ("amx",)  # paths
# Codes that take more than a second-level cache lends them come too late for tile registers: they
# are kept at 2 or 4 bits, and made bytes a span of a tile at a time.
FOLDED_BYTES: Final = 2**20
# Adding one row of codes costs about as much as so many patterns' share of a blocked matrix product
# and of the look-up before it, measured at N = 1000, P = 3000.
_ROWS_ADVANTAGE: Final = {
    "amx": 150,
    "avx512vpopcntdq": 17,
    "avx512vnni": 20,
    "avxvnni": 15,
    "avx2": 11,
    "ssse3": 11,
    "generic": 5,
}
_OTHER_ADVANTAGE: Final = 20  # of paths that were not measured


@dataclass(frozen=True)
class Slice:
    """Planes of a weight code whose weighted bits fit a path's bytes, times a common scale."""

    planes: tuple[int, ...]
    plane_weights: tuple[int, ...]
    scale: int


@dataclass(frozen=True)
class Plan:
    """The exact arithmetic for one choice of parameters.

    Attributes:
        bound: largest sum_m k[m] * u[m, i].
        accumulator: int32 or int64.
        matrix: float32 or float64, for BLAS.
        slices: how codes are cut for byte products.
        kernel_bytes: how many bytes a kernel value takes there, 1 or 2.
        dense: the method for queries with many kernel values that are not 0.
        most_rows: queries with at most so many such values go by `rows`.
        packed: whether codes are made from the image's planes where they are used.
        tile_registers: whether byte products are made by these: of 32 neurons rather than 48, 64
            patterns and 16 queries at a time.
        code_bits: of a code in tiles: 8, or folded 4 or 2.
        span: most patterns whose products are made together.
    """

    bound: int
    accumulator: type[np.signedinteger[Any]]
    matrix: type[np.floating[Any]]
    slices: tuple[Slice, ...]
    kernel_bytes: int
    dense: Method
    most_rows: int
    packed: bool
    tile_registers: bool
    code_bits: int
    span: int


def _slices(plane_weights: tuple[int, ...], most: int) -> tuple[Slice, ...]:
    """Cut codes into slices of at most `most`, planes in their order, as many as fit."""
    slices: list[Slice] = []
    for plane, weight in enumerate(plane_weights):
        planes: tuple[int, ...] = (plane,)
        weights = [weight]
        if slices:
            longer = (*slices[-1].planes, plane)
            together = [plane_weights[each] for each in longer]
            if sum(together) // math.gcd(*together) <= most:
                planes, weights = longer, together
                slices.pop()
        scale = 1 if sum(weights) <= most else math.gcd(*weights)
        slices.append(Slice(planes, tuple(each // scale for each in weights), scale))
    return tuple(slices)


def make_plan(
    parameters: Parameters, method: Method | None = None, path: Path | None = None
) -> Plan:
    """Choose the arithmetic.

    Args:
        parameters: of the image.
        method: force one way for all queries, which tests need.
        path: what it is for; None for the one chosen.

    Raises:
        InputError: the path has no such method.
    """
    p, path = parameters, path or chosen_path()
    if method is not None and method not in path.methods:
        raise InputError(f"method is {method}; path {path.name} has {', '.join(path.methods)}")
    bound = p.patterns * p.kernel_max * sum(p.C)
    narrow = max(2 * bound, p.largest_field) < 2**31
    dense = path.methods[0]
    most_rows = p.patterns // _ROWS_ADVANTAGE.get(path.name, _OTHER_ADVANTAGE)
    if method is not None:
        most_rows = p.patterns if method == "rows" else 0
        dense = dense if method == "rows" else method
    slices = _slices(p.C, min(_SIGNED_BYTE, path.most_product // min(p.kernel_max, 255)))
    tiles_and_codes = p.patterns * p.neurons * (len(slices) + 1 + (not codes_are_whole(p)))
    tile_registers = path.name in TILE_REGISTERS
    code_bits = 8
    if tile_registers and p.patterns * p.neurons * len(slices) > FOLDED_BYTES:
        code_bits = _bits_of(max(sum(part.plane_weights) for part in slices))
    return Plan(
        bound=bound,
        accumulator=np.int32 if narrow else np.int64,
        matrix=np.float32 if bound <= 2**24 else np.float64,
        slices=slices,
        kernel_bytes=-(-p.kernel_bits // 8),
        dense=dense,
        most_rows=most_rows,
        packed=path.packs and tiles_and_codes > MOST_BYTES,
        tile_registers=tile_registers,
        code_bits=code_bits,
        span=_SPAN_OF_TILE_REGISTERS if tile_registers else _SPAN,
    )


def _bits_of(largest_code: int) -> int:
    """Of 2, 4 and 8, the least that hold it."""
    return next(bits for bits in (2, 4, 8) if largest_code < 2**bits)


def slice_codes(part: Slice, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.int8]:
    """A slice's codes, 0 to 127; times its scale and over all slices they add up to u."""
    out = np.zeros(codes.shape, dtype=np.int8)
    for plane, weight in zip(part.planes, part.plane_weights, strict=True):
        out += (((codes >> plane) & 1) * np.uint8(weight)).astype(np.int8)
    return out


def codes_are_whole(parameters: Parameters) -> bool:
    """Whether the codes are the u themselves: plane weights 1, 2, 4, …"""
    return default_plane_weights(parameters.weight_bits) == parameters.C


def whole_codes(parameters: Parameters, codes: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
    """u (P, N): the codes themselves for plane weights 1, 2, 4, …, else uint16 (at most 2040)."""
    if codes_are_whole(parameters):
        return codes
    out = np.zeros(codes.shape, dtype=np.uint16)
    for plane, weight in enumerate(parameters.C):
        out += ((codes >> plane) & 1) * np.uint16(weight)
    return out
