"""What a recall keeps in memory: padded extents, buffers of a block, and how many bytes that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.config import SHORTLIST, Parameters
from hwsim.hardware.fast import tiles
from hwsim.hardware.fast.operands import Buffers
from hwsim.hardware.fast.path import Path
from hwsim.hardware.fast.plan import Plan, codes_are_whole, make_plan
from hwsim.hardware.fast.threads import thread_count

_ALIGNMENT = 64  # bytes of a cache line and of the widest vector
# What a block may take: more amortises a pass over the image, less stays in the caches.
_BLOCK_BYTES = 2**21
_MOST_QUERIES = 512  # in a block
_SAME_SETS = 128  # sums: rows so far apart, or a multiple, fall into few of a cache's sets
_LEAST_PACKED = 64  # of an image whose codes are made anew for every block


def aligned(shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Zeros that start at a cache line."""
    kind = np.dtype(dtype)
    size = int(np.prod(shape)) * kind.itemsize
    raw = np.zeros(size + _ALIGNMENT, dtype=np.uint8)
    start = -raw.ctypes.data % _ALIGNMENT
    return raw[start : start + size].view(kind).reshape(shape)


def align(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    out = aligned(values.shape, values.dtype)
    out[...] = values
    return out


def has_rules(parameters: Parameters) -> bool:
    """Whether recalls count otherwise than in the group dataflow without rules."""
    p = parameters
    return p.row or p.radius_bits > 0 or p.winner_limit > 0 or p.coarse_words > 0


@dataclass(frozen=True)
class Sizes:
    """Padded extents of one image's arrays."""

    state_words: int  # of 64 bits
    words: int  # of 32 bits, of a pattern
    coarse_words: int  # of 32 bits, of a first scan that is not whole
    columns: int  # patterns, padded to whole vectors
    codes: int  # neurons, padded to whole tiles of byte products
    width: int  # neurons, padded to whole tiles and words; sums in a row of products

    @classmethod
    def of(cls, parameters: Parameters) -> Sizes:
        codes = sum(tiles.tile_widths(parameters.neurons))
        words = tiles.padded_words(parameters.neurons)
        coarse_bits = parameters.coarse_words * parameters.lanes
        vector = math.lcm(tiles.TILE, tiles.DISTANCES)
        return cls(
            state_words=-(-words // tiles.PER_STATE_WORD),
            words=words,
            coarse_words=tiles.padded_words(coarse_bits) if parameters.shortlist else 0,
            columns=-(-parameters.patterns // vector) * vector,
            codes=codes,
            width=_products_width(codes),
        )

    def depth(self, plan: Plan) -> int:
        """Patterns in tiles of codes and rows of kernel bytes: all columns, and zeros behind."""
        together = 4 * tiles.NEURONS if plan.tile_registers else 1
        return -(-self.columns // together) * together


def _products_width(codes: int) -> int:
    """Sums in a row of products: whole words, and no two rows in one set of a first-level cache."""
    width = -(-codes // tiles.STATE_WORD) * tiles.STATE_WORD
    return width + tiles.NEURONS * (width % _SAME_SETS == 0)


def _query_bytes(parameters: Parameters, plan: Plan) -> int:
    """Bytes of buffers that one query of a block takes."""
    sizes = Sizes.of(parameters)
    kernel = (
        sizes.depth(plan) * plan.kernel_bytes
        if plan.dense == "dot"
        else np.dtype(plan.matrix).itemsize * (sizes.columns + sizes.width)
    )
    return (
        np.dtype(tiles.distance_dtype(parameters.neurons)).itemsize
        * (sizes.columns + parameters.groups + tiles.DISTANCES)
        + kernel
        + sizes.width * np.dtype(plan.accumulator).itemsize
        + (sizes.state_words * 2 + sizes.coarse_words) * 8
        + 200  # a query's numbers
    )


def _rows_together(plan: Plan) -> int:
    """Rows of products that are always made together."""
    return tiles.NEURONS if plan.tile_registers else tiles.ROWS


def block_queries(parameters: Parameters, plan: Plan | None = None) -> int:
    """How many queries go through the stages together."""
    plan = plan or make_plan(parameters)
    each = _query_bytes(parameters, plan)
    together = 2 * tiles.NEURONS if plan.tile_registers else tiles.ROWS  # two rows of registers
    least = _LEAST_PACKED if plan.packed else together
    return max(least, min(_MOST_QUERIES, _BLOCK_BYTES // each // together * together))


def memory_bytes(
    parameters: Parameters, threads: int | None = None, path: Path | None = None
) -> dict[str, int]:
    """Bytes a recall takes besides image, queries and results, however many queries there are.

    `image` is the image prepared for the stages, `blocks` the buffers of all threads. Where BLAS
    multiplies, `image` holds the codes once more as floats.

    Args:
        parameters: of the image.
        threads: how many blocks run at once; None for one a core.
        path: what recalls; None for the one chosen.
    """
    plan, sizes = make_plan(parameters, path=path), Sizes.of(parameters)
    cells = parameters.patterns * parameters.neurons
    image = sizes.columns * sizes.words * 4
    image += 11 * (parameters.neurons + 1) + 1024 + 8 * sizes.width  # LUT, its bytes, offsets
    if not plan.packed:
        image += cells if codes_are_whole(parameters) else 2 * cells
    if has_rules(parameters):
        image += 8 * parameters.patterns * (sizes.state_words + 1)
        image += sizes.columns * sizes.coarse_words * 4
    if plan.dense == "dot":
        codes = len(plan.slices) * sizes.codes * sizes.depth(plan)
        image += 0 if plan.packed else codes * plan.code_bits // 8
    else:
        image += cells * np.dtype(plan.matrix).itemsize
    block = block_queries(parameters, plan) * _query_bytes(parameters, plan)
    return {"image": image, "blocks": block * (threads or thread_count())}


def new_buffers(parameters: Parameters, plan: Plan, queries: int) -> Buffers:
    """Buffers for blocks of so many queries, or of as many as byte products take together."""
    sizes = Sizes.of(parameters)
    together = _rows_together(plan)
    queries = -(-queries // together) * together
    kind = tiles.distance_dtype(parameters.neurons)
    kernel_bytes = plan.kernel_bytes * sizes.depth(plan) if plan.dense == "dot" else 0
    running = aligned((queries, sizes.state_words), np.uint64)
    coarse = aligned((queries, -(-sizes.coarse_words // tiles.PER_STATE_WORD)), np.uint64)
    return Buffers(
        distances=aligned((queries * sizes.columns,), kind),
        minima=aligned((queries, parameters.groups), kind),
        products=aligned((queries, sizes.width), plan.accumulator),
        kernel=aligned((queries * kernel_bytes,), np.uint8),
        found=np.zeros((queries, 5), dtype=np.int64),
        sums=np.zeros(queries, dtype=np.int64),
        flips=np.zeros(queries, dtype=np.int64),
        few=np.zeros(queries, dtype=np.int64),
        many=np.zeros(queries, dtype=np.int64),
        live=np.zeros(queries, dtype=np.int64),
        winner=np.zeros(queries, dtype=np.int64),
        radius=np.zeros(queries, dtype=np.int64),
        ended=np.zeros(queries, dtype=np.int64),
        shortlist=np.zeros(SHORTLIST, dtype=np.int64),
        completed=aligned((queries * tiles.DISTANCES,), kind),
        coarse=coarse,
        running=running,
        final=aligned((queries, sizes.state_words), np.uint64),
        coarse_halves=coarse.view(np.uint32),
        halves=running.view(np.uint32),
    )
