"""Which bit of which word of which memory means what, as docs/contract.md says.

The sizes are declared in `memories`. Words are kept as (depth, ceil(width / 8)) uint8,
little-endian bytes, so that a memory of any width is one NumPy array; unused bits are 0.

| memory     | width | address                  | bit j of the word             |
|------------|-------|--------------------------|-------------------------------|
| patterns   | L     | m * ceil(N/L) + w        | neuron w*L + j of pattern m   |
| weights    | L     | (g * N + i) * B + p      | plane p of v[g*L + j, i]      |
|   (`row`)  | L     | (m * W + w) * B' + q     | stored plane q of v[m, w*L+j] |
| kernel_lut | KB    | d - d0                   | bit j of the value            |
| offsets    | ZB    | i                        | bit j, two's complement       |
| radius     | RB    | m                        | bit j of the number           |
| scales     | SB    | i                        | bit j of the number           |

W = ceil(N/L) words a pattern, B' planes that are not the patterns themselves. With outputs of their
own, i is an output, and N in an address of the weights their number M.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.hardware import bits
from hwsim.hardware.bits import Rows
from hwsim.hardware.memories import image_memories

BLOCK_BYTES: Final = 2**20  # of words at once


@dataclass(frozen=True)
class MemoryShape:
    """Width in bits and depth in words of one memory."""

    width: int
    depth: int

    @property
    def bits(self) -> int:
        """Bits the memory stores, unused lanes included."""
        return self.width * self.depth

    @property
    def row_bytes(self) -> int:
        """Bytes that hold one word."""
        return -(-self.width // 8)


def memory_shapes(parameters: Parameters) -> dict[str, MemoryShape]:
    """Width and depth of every memory of an image, by name; no offsets when ZB = 0."""
    return {
        memory.name: MemoryShape(memory.width(parameters), memory.depth(parameters))
        for memory in image_memories(parameters)
    }


def share_cut(parameters: Parameters, groups: range) -> dict[str, slice]:
    """The words of patterns, weights and radius memory that belong to a share of the groups."""
    first = groups.start * parameters.lanes
    stop = min(groups.stop * parameters.lanes, parameters.patterns)
    if parameters.row:
        weights = slice(
            *(m * parameters.words * len(parameters.stored_planes) for m in (first, stop))
        )
    else:
        weights = slice(
            *(g * parameters.fields * parameters.weight_bits for g in (groups.start, groups.stop))
        )
    return {
        "patterns": slice(first * parameters.words, stop * parameters.words),
        "weights": weights,
        "radius": slice(first, stop),
    }


@dataclass(frozen=True)
class Rom:
    """Words of a memory that one ROM of the engine holds.

    Attributes:
        memory: whose.
        words: which.
        shape: the ROM's.
    """

    memory: str
    words: slice
    shape: MemoryShape


def roms(parameters: Parameters) -> dict[str, Rom]:
    """The engine's ROMs by name: every memory whole, or of engines side by side each one's share.

    A share's name ends with the engine's number. What no share has its own of stays whole.
    """
    cuts = [share_cut(parameters, groups) for groups in parameters.shares]
    found = {}
    for name, shape in memory_shapes(parameters).items():
        if parameters.engines == 1 or name not in cuts[0]:
            found[name] = Rom(name, slice(0, shape.depth), shape)
            continue
        for engine, cut in enumerate(cuts):
            words = cut[name]
            own = MemoryShape(shape.width, words.stop - words.start)
            found[f"{name}_{engine}"] = Rom(name, words, own)
    return found


def _pad_columns(states: npt.NDArray[np.uint8], multiple: int) -> npt.NDArray[np.uint8]:
    missing = -states.shape[1] % multiple
    return np.pad(states, ((0, 0), (0, missing))) if missing else states


def pack_patterns(parameters: Parameters, states: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Rows of N bits, (R, N) uint8, as words (R * ceil(N/L), L/8); states pack the same way."""
    packed = np.packbits(_pad_columns(states, parameters.lanes), axis=1, bitorder="little")
    return packed.reshape(-1, parameters.lanes // 8)


def unpack_patterns(parameters: Parameters, rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Words (R * ceil(N/L), L/8) as rows of bits (R, N) uint8."""
    flat = rows.reshape(-1, parameters.words * parameters.lanes // 8)
    return np.unpackbits(flat, axis=1, bitorder="little", count=parameters.neurons)


def pattern_words(parameters: Parameters, rows: Rows) -> Rows:
    """Patterns as rows of `bits`, (R, bytes), as words (R * ceil(N/L), L/8)."""
    words = _resized(rows, parameters.words * parameters.lanes // 8)
    return words.reshape(-1, parameters.lanes // 8)


def pattern_rows(parameters: Parameters, words: Rows) -> Rows:
    """The inverse of `pattern_words`; bits past N are left out."""
    flat = words.reshape(-1, parameters.words * parameters.lanes // 8)
    return _cleared(_resized(flat, bits.row_bytes(parameters.neurons)), parameters.neurons)


def weight_words(parameters: Parameters, planes: Rows) -> Rows:
    """The words of the weight memory that hold some patterns, whole groups or the last ones.

    Args:
        parameters: of the image.
        planes: (n, B, bytes), rows of `bits`.

    Returns:
        (words, L/8).
    """
    p = parameters
    if p.row:
        size = p.words * p.lanes // 8
        words = _resized(planes[:, list(p.stored_planes)], size)
        words = words.reshape(len(planes), len(p.stored_planes), p.words, -1).swapaxes(1, 2)
        return words.reshape(-1, p.lanes // 8)
    groups = -(-len(planes) // p.lanes)
    whole = np.zeros((groups * p.lanes, *planes.shape[1:]), dtype=np.uint8)
    whole[: len(planes)] = planes
    by_plane = whole.reshape(groups, p.lanes, p.weight_bits, -1).swapaxes(1, 2)
    by_neuron = bits.transposed(by_plane)[:, :, : p.fields]
    return by_neuron.swapaxes(1, 2).reshape(-1, p.lanes // 8)


def plane_rows(parameters: Parameters, words: Rows, patterns: int) -> Rows:
    """The inverse of `weight_words`: (patterns, B, bytes), shared planes 0."""
    p = parameters
    size = bits.row_bytes(p.fields)
    if p.row:
        planes = np.zeros((patterns, p.weight_bits, size), dtype=np.uint8)
        stored = words.reshape(patterns, p.words, len(p.stored_planes), -1).swapaxes(1, 2)
        rows = _resized(stored.reshape(patterns, len(p.stored_planes), -1), size)
        planes[:, list(p.stored_planes)] = _cleared(rows, p.neurons)
        return planes
    by_neuron = words.reshape(-1, p.fields, p.weight_bits, p.lanes // 8).swapaxes(1, 2)
    whole = np.zeros((*by_neuron.shape[:2], 8 * size, p.lanes // 8), dtype=np.uint8)
    whole[:, :, : p.fields] = by_neuron
    by_plane = bits.transposed(whole)  # (groups, B, L, bytes)
    return by_plane.swapaxes(1, 2).reshape(-1, p.weight_bits, size)[:patterns]


def _resized(rows: Rows, size: int) -> Rows:
    """The same rows with so many bytes: what is cut off is 0, and so is what is put behind."""
    out = np.zeros((*rows.shape[:-1], size), dtype=np.uint8)
    both = min(size, rows.shape[-1])
    out[..., :both] = rows[..., :both]
    return out


def _cleared(rows: Rows, neurons: int) -> Rows:
    """Rows whose bits past N are made 0, in place."""
    whole, rest = divmod(neurons, 8)
    if rest:
        rows[..., whole] &= (1 << rest) - 1
    rows[..., whole + (rest > 0) :] = 0
    return rows


@dataclass(frozen=True)
class Block:
    """A part of a memory that is read, written or made at once.

    Attributes:
        words: which.
        patterns: whose; empty for a memory of other things.
    """

    words: slice
    patterns: slice


def blocks(parameters: Parameters, name: str, words: slice | None = None) -> list[Block]:
    """A memory, or the share of it in `words`, in blocks of about a megabyte.

    Args:
        parameters: of the image.
        name: of the memory.
        words: whole patterns' or groups', see `share_cut`; None for all.
    """
    p, shape = parameters, memory_shapes(parameters)[name]
    words = words or slice(0, shape.depth)
    if name not in ("patterns", "weights"):
        return [Block(words, slice(0))]
    # Words of a unit, and patterns in it.
    if name == "patterns":
        per, each = p.words, 1
    elif p.row:
        per, each = p.words * len(p.stored_planes), 1
    else:
        per, each = p.fields * p.weight_bits, p.lanes
    step = max(BLOCK_BYTES // (per * shape.row_bytes), 1)
    units = range(words.start // per, words.stop // per, step)
    found = []
    for unit in units:
        stop = min(unit + step, words.stop // per)
        patterns = slice(unit * each, min(stop * each, p.patterns))
        found.append(Block(slice(unit * per, stop * per), patterns))
    return found


def pack_integers(width: int, values: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Integers (n,), negative ones in two's complement of `width` <= 56 bits, as words."""
    masked = (values & ((1 << width) - 1)).astype("<u8")
    return masked.view(np.uint8).reshape(-1, 8)[:, : -(-width // 8)].copy()


def unpack_integers(
    width: int, rows: npt.NDArray[np.uint8], *, signed: bool
) -> npt.NDArray[np.int64]:
    """Words (n, ceil(width / 8)) as integers (n,) int64, two's complement if `signed`."""
    wide = np.zeros((len(rows), 8), dtype=np.uint8)
    wide[:, : rows.shape[1]] = rows
    values = wide.view("<u8").reshape(-1).astype(np.int64)
    if signed:
        values -= (values >> (width - 1)) << width
    return values
