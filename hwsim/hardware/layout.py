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

W = ceil(N/L) words a pattern, B' planes that are not the patterns themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.hardware.memories import image_memories


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
            *(g * parameters.neurons * parameters.weight_bits for g in (groups.start, groups.stop))
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


def _pad_columns(bits: npt.NDArray[np.uint8], multiple: int) -> npt.NDArray[np.uint8]:
    missing = -bits.shape[1] % multiple
    return np.pad(bits, ((0, 0), (0, missing))) if missing else bits


def pack_patterns(parameters: Parameters, bits: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Rows of N bits, (R, N) uint8, as words (R * ceil(N/L), L/8); states pack the same way."""
    packed = np.packbits(_pad_columns(bits, parameters.lanes), axis=1, bitorder="little")
    return packed.reshape(-1, parameters.lanes // 8)


def unpack_patterns(parameters: Parameters, rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Words (R * ceil(N/L), L/8) as rows of bits (R, N) uint8."""
    flat = rows.reshape(-1, parameters.words * parameters.lanes // 8)
    return np.unpackbits(flat, axis=1, bitorder="little", count=parameters.neurons)


def pack_weights(parameters: Parameters, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Weight codes (P, N) uint8 as the words of the weight memory, (depth, L/8)."""
    return (_pack_rows if parameters.row else _pack_groups)(parameters, codes)


def unpack_weights(parameters: Parameters, rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The words of the weight memory as weight codes (P, N) uint8, shared planes 0."""
    return (_unpack_rows if parameters.row else _unpack_groups)(parameters, rows)


def _pack_rows(parameters: Parameters, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    bits = ((codes >> plane & 1).astype(np.uint8) for plane in parameters.stored_planes)
    planes = [pack_patterns(parameters, plane) for plane in bits]
    return np.stack(planes, axis=1).reshape(parameters.weight_depth, -1)


def _unpack_rows(parameters: Parameters, rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    by_plane = rows.reshape(parameters.pattern_depth, len(parameters.stored_planes), -1)
    codes = np.zeros((parameters.patterns, parameters.neurons), dtype=np.uint8)
    for position, plane in enumerate(parameters.stored_planes):
        codes |= unpack_patterns(parameters, by_plane[:, position]) << plane
    return codes


def _pack_groups(parameters: Parameters, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    rows = np.empty(
        (parameters.groups, parameters.neurons, parameters.weight_bits, parameters.lanes // 8),
        dtype=np.uint8,
    )
    by_neuron = _pad_columns(np.ascontiguousarray(codes.T), parameters.lanes)
    for plane in range(parameters.weight_bits):
        packed = np.packbits((by_neuron >> plane) & 1, axis=1, bitorder="little")
        groups = packed.reshape(parameters.neurons, parameters.groups, -1)
        rows[:, :, plane] = groups.transpose(1, 0, 2)
    return rows.reshape(parameters.weight_depth, -1)


def _unpack_groups(parameters: Parameters, rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    cube = rows.reshape(parameters.groups, parameters.neurons, parameters.weight_bits, -1)
    codes = np.zeros((parameters.neurons, parameters.patterns), dtype=np.uint8)
    for plane in range(parameters.weight_bits):
        packed = cube[:, :, plane].transpose(1, 0, 2).reshape(parameters.neurons, -1)
        bits = np.unpackbits(packed, axis=1, bitorder="little", count=parameters.patterns)
        codes |= bits << plane
    return np.ascontiguousarray(codes.T)


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
