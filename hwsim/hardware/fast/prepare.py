"""An image made ready for the stages: tiled, cut, padded and aligned."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.config import BATCH
from hwsim.hardware.fast import tiles
from hwsim.hardware.fast.memory import Sizes, align, aligned
from hwsim.hardware.fast.operands import Prepared, Rules
from hwsim.hardware.fast.plan import Plan, slice_codes
from hwsim.hardware.image import Image


def prepare(
    image: Image, plan: Plan, sizes: Sizes, codes: npt.NDArray[np.unsignedinteger[Any]]
) -> Prepared:
    """What every recall works on.

    Args:
        image: the integers.
        plan, sizes: for its parameters.
        codes: (P, N), `plan.whole_codes`; empty where the plan leaves the image packed.
    """
    p = image.parameters
    depth = sizes.depth(plan)
    widths = tiles.tile_widths(p.neurons, plan.tile_registers)
    slices = aligned((0, 0), np.int8)
    planes = np.zeros((0, 0, 0), dtype=np.uint64)
    if plan.packed:
        planes = image.plane_rows.view("<u8").astype(np.uint64, copy=False)
    elif plan.dense == "dot":
        size = sizes.codes * depth * plan.code_bits // 8
        slices = aligned((len(plan.slices), size), np.int8)
        for row, part in zip(slices, plan.slices, strict=True):
            tiled = tiles.tile_codes(slice_codes(part, image.codes), depth, widths)
            row[:] = tiles.fold(tiled, plan.code_bits)
    offsets = np.zeros(-(-p.neurons // tiles.STATE_WORD) * tiles.STATE_WORD, dtype=plan.accumulator)
    offsets[: p.neurons] = image.offsets
    last = int(np.count_nonzero(image.kernel_lut)) - 1
    # rule abandon remembers every distance
    head = sizes.words if p.coarse_words else tiles.head_words(p.neurons, p.lanes, last)
    return Prepared(
        neurons=p.neurons,
        state_words=sizes.state_words,
        words=sizes.words,
        first_word=0,
        head=head,
        columns=sizes.columns,
        patterns=p.patterns,
        depth=depth,
        lanes=p.lanes,
        last=last,
        padding=int(np.iinfo(tiles.distance_dtype(p.neurons)).max),
        nearest=p.nearest,
        code_sum=sum(p.C),
        frac_bits=p.offset_frac_bits,
        most_rows=plan.most_rows,
        most_counted=p.patterns if p.row else plan.most_rows,
        tiled_patterns=_tiled(image, p.neurons, sizes.words, sizes.columns),
        codes=codes,
        slices=slices,
        planes=planes,
        plane_weights=np.array(p.C, dtype=np.int64),
        slice_weights=_slice_weights(plan, p.weight_bits),
        widths=np.array(widths),
        code_bits=plan.code_bits,
        span=plan.span,
        scales=np.array([part.scale for part in plan.slices], dtype=np.int64),
        lut=np.ascontiguousarray(image.kernel_lut, dtype=np.int64),
        lut_bytes=tiles.cut_lut(image.kernel_lut, plan.kernel_bytes),
        offsets=offsets,
    )


def _tiled(image: Image, neurons: int, words: int, columns: int) -> npt.NDArray[np.uint32]:
    """The first neurons of all patterns, `tiles.tile_patterns`, flat."""
    made = aligned((columns // tiles.TILE, words, tiles.TILE), np.uint32)
    tiles.tile_patterns(image.pattern_rows, neurons, made)
    return made.reshape(-1)


def _slice_weights(plan: Plan, planes: int) -> npt.NDArray[np.uint8]:
    """What each plane is worth in each slice, 0 where it is in another one."""
    weights = np.zeros((len(plan.slices), planes), dtype=np.uint8)
    for row, part in zip(weights, plan.slices, strict=True):
        row[list(part.planes)] = part.plane_weights
    return weights


def prepare_rules(image: Image, sizes: Sizes) -> Rules:
    """What the rules and the row dataflow work on besides."""
    p = image.parameters
    coarse_bits = min(p.coarse_words * p.lanes, p.neurons)
    coarse = aligned((0,), np.uint32)
    if sizes.coarse_words:
        coarse = _tiled(image, coarse_bits, tiles.padded_words(coarse_bits), sizes.columns)
    return Rules(
        row=p.row,
        words=p.words,
        coarse_words=p.coarse_words,
        whole=p.coarse_words == p.words,
        reach=p.reach,
        shortlist=p.shortlist,
        batch=BATCH,
        winner_limit=p.winner_limit,
        candidate_words=p.candidate_words,
        coarse_bits=coarse_bits,
        coarse_tiles=coarse,
        patterns=align(tiles.state_words(image.pattern_rows, sizes.state_words)),
        radius=image.radius,
    )
