"""What the formats have in common: a file's content comes piece by piece, from blocks of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.layout import MemoryShape

Rows = npt.NDArray[np.uint8]
Encoder = Callable[[str, MemoryShape, Rows], bytes]
Stream = Callable[[str, MemoryShape, Iterable[Rows]], Iterator[bytes]]


def whole(stream: Callable[..., Iterator[bytes]]) -> Callable[..., bytes]:
    """The encoder of words at once, (depth, ceil(width / 8)) uint8, that a stream makes."""

    def encode(name: str, shape: MemoryShape, rows: Rows, **more: Any) -> bytes:
        return b"".join(stream(name, shape, [rows], **more))

    return encode


def joined(pieces: Iterable[list[str]], separator: str) -> Iterator[bytes]:
    """Items with a separator between any two, one piece a list."""
    before = ""
    for piece in pieces:
        if piece:
            yield (before + separator.join(piece)).encode()
            before = separator


def recut(blocks: Iterable[Rows], size: int) -> Iterator[Rows]:
    """The same rows in blocks of `size`, the last with what is left."""
    waiting: list[Rows] = []
    count = 0
    for block in blocks:
        waiting.append(block)
        count += len(block)
        if count >= size:
            rows = np.concatenate(waiting)
            kept = count % size
            for start in range(0, count - kept, size):
                yield rows[start : start + size]
            waiting, count = [rows[count - kept :]], kept
    if count:
        yield np.concatenate(waiting)
