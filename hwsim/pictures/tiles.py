"""A state as a tile of pixels: ink for +1, paper for -1, and what is wrong in a colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.pictures.picture import number
from hwsim.printable import told

Spins: TypeAlias = npt.NDArray[np.int8]
Shape: TypeAlias = tuple[int, int]

SIDE = 80.0  # of a tile, where its pixels are no smaller than one of the screen


def grid(neurons: int, shape: Any = None) -> Shape:
    """Rows and columns of a tile of N spins.

    Args:
        neurons: N.
        shape: rows and columns whose product is N; None for about a square, whose last row may be
            short.

    Raises:
        InputError: it is no pair of whole numbers, or holds more or fewer spins than N.
    """
    if shape is None:
        columns = math.isqrt(neurons - 1) + 1
        return -(-neurons // columns), columns
    pair = tuple(shape) if isinstance(shape, Sequence) and not isinstance(shape, str) else ()
    if len(pair) != 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in pair):
        raise InputError(f"shape is {told(shape)}; it must be rows and columns, such as (8, 8)")
    rows, columns = map(int, pair)
    if rows * columns != neurons:
        raise InputError(
            f"shape is ({rows}, {columns}), {rows * columns} spins; a state has {neurons}"
        )
    return rows, columns


def pixel(shape: Shape) -> float:
    """Width of a pixel."""
    return min(max(1.0, SIDE / max(shape)), 12.0)


def tile(x: float, y: float, spins: Spins, shape: Shape, stored: Spins | None = None) -> str:
    """One state; against `stored`, a pixel too many is full and one that lacks is small."""
    rows, columns = shape
    side = pixel(shape)
    lit = _raster(spins > 0, shape)
    layers = []
    if stored is None:
        layers.append(f'<path class="ink" d="{_runs(lit)}"/>')
    else:
        wanted = _raster(stored > 0, shape)
        layers.append(f'<path class="ink" d="{_runs(lit & wanted)}"/>')
        layers.append(f'<path class="wrong" d="{_runs(lit & ~wanted)}{_dots(wanted & ~lit)}"/>')
    return (
        f'<rect class="line" x="{number(x - 0.5)}" y="{number(y - 0.5)}" '
        f'width="{number(columns * side + 1)}" height="{number(rows * side + 1)}"/>'
        f'<g transform="translate({number(x)} {number(y)}) scale({side:.6g})" '
        f'shape-rendering="crispEdges">' + "".join(layers) + "</g>"
    )


def _raster(bits: npt.NDArray[np.bool_], shape: Shape) -> npt.NDArray[np.bool_]:
    """Rows and columns of pixels; what the last row lacks is paper."""
    full = np.zeros(shape[0] * shape[1], dtype=np.bool_)
    full[: len(bits)] = bits
    return full.reshape(shape)


def _runs(mask: npt.NDArray[np.bool_]) -> str:
    """A path of one rectangle for each run of pixels in a row."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return "".join(
        f"M{start} {row}h{end - start}v1h-{end - start}z"
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )


def _dots(mask: npt.NDArray[np.bool_]) -> str:
    """A path of a small square in each pixel."""
    return "".join(
        f"M{column}.3 {row}.3h.4v.4h-.4z"
        for row, column in zip(*map(list, np.nonzero(mask)), strict=True)
    )
