"""Verilog `$readmemh` of words with check bits above them, for the engine's protected memories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from hwsim.export.formats import mem
from hwsim.export.formats.streams import Rows, whole
from hwsim.hardware.layout import MemoryShape
from hwsim.hardware.protection import code


def checked_shape(protection: str, shape: MemoryShape) -> MemoryShape:
    """The memory with check bits beside each word."""
    chosen = code(protection, shape.width)
    return MemoryShape(shape.width + (0 if chosen is None else chosen.check_bits), shape.depth)


def stream(
    name: str, shape: MemoryShape, blocks: Iterable[Rows], *, protection: str
) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes."""
    checks = _checks(protection, shape.width)
    wide = checked_shape(protection, shape)

    def with_checks() -> Iterator[Rows]:
        for rows in blocks:
            bits = np.unpackbits(rows, axis=1, bitorder="little")[:, : shape.width]
            odd = (bits.astype(np.float32) @ checks).astype(np.int64) & 1  # exact: width < 2**24
            yield np.packbits(np.hstack([bits, odd.astype(np.uint8)]), axis=1, bitorder="little")

    return mem.stream(name, wide, with_checks())


encode_parity = whole(partial(stream, protection="parity"))
encode_secded = whole(partial(stream, protection="secded"))


@lru_cache
def _checks(protection: str, width: int) -> npt.NDArray[np.float32]:
    """(width, check bits): whether a data bit is in a check; encoding it alone says so."""
    chosen = code(protection, width)
    assert chosen is not None
    words = [chosen.encode(1 << bit) >> width for bit in range(width)]
    return np.array(
        [[word >> check & 1 for check in range(chosen.check_bits)] for word in words],
        dtype=np.float32,
    )
