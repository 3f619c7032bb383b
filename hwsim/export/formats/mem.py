"""Verilog `$readmemh`: one word a line, most significant digit first, every word written."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.export.formats.streams import Rows, whole
from hwsim.hardware.layout import MemoryShape
from hwsim.printable import told


def hex_digits(width: int) -> int:
    """Hexadecimal digits that hold `width` bits."""
    return -(-width // 4)


def hex_words(shape: MemoryShape, rows: npt.NDArray[np.uint8]) -> list[str]:
    """The words as hexadecimal numerals of equal length, most significant digit first."""
    step, digits = 2 * shape.row_bytes, hex_digits(shape.width)
    text = np.ascontiguousarray(rows[:, ::-1]).tobytes().hex()
    return [text[start + step - digits : start + step] for start in range(0, len(text), step)]


def stream(name: str, shape: MemoryShape, blocks: Iterable[Rows]) -> Iterator[bytes]:
    """The file's content for blocks of words (n, ceil(width / 8)) uint8, little-endian bytes."""
    size = 2 * shape.row_bytes
    digits = hex_digits(shape.width)
    for rows in blocks:
        text = np.frombuffer(np.ascontiguousarray(rows[:, ::-1]).tobytes().hex().encode(), np.uint8)
        lines = np.empty((len(rows), digits + 1), dtype=np.uint8)
        lines[:, :digits] = text.reshape(-1, size)[:, size - digits :]
        lines[:, digits] = ord("\n")
        yield lines.tobytes()


encode = whole(stream)


def most_bytes(shape: MemoryShape) -> int:
    """Bytes of a file worth reading: twice the words, so that a message can count them."""
    return 2 * shape.depth * (hex_digits(shape.width) + len("\r\n")) + (1 << 12)


def decode(
    content: bytes, shape: MemoryShape, file: str, remedy: str = "export the image again"
) -> npt.NDArray[np.uint8]:
    """Words (depth, ceil(width / 8)) uint8 from a file's content.

    Raises:
        InputError: too few or too many words, or a line that is not a word of that width.
    """
    lines = content.decode("ascii", errors="replace").splitlines()
    digits = hex_digits(shape.width)
    for number, line in enumerate(lines, 1):
        if len(line) != digits or not all(c in "0123456789abcdefABCDEF" for c in line):
            raise InputError(
                f"{file} line {number} is {told(line)}; a word of {shape.width} bits is "
                f"{digits} hexadecimal digits; {remedy}"
            )
    if len(lines) != shape.depth:
        kind = "short" if len(lines) < shape.depth else "long"
        raise InputError(
            f"{file} is too {kind}: {len(lines)} words, it must have {shape.depth}; {remedy}"
        )
    padded = "".join(line.rjust(2 * shape.row_bytes, "0") for line in lines)
    rows = np.frombuffer(bytes.fromhex(padded), dtype=np.uint8).reshape(shape.depth, -1)
    spare = 8 * shape.row_bytes - shape.width
    over = np.flatnonzero(rows[:, 0] >> (8 - spare)) if spare else np.array([], dtype=np.int64)
    if len(over):
        raise InputError(
            f"{file} line {int(over[0]) + 1} is {told(lines[int(over[0])])}, "
            f"more than {shape.width} bits; {remedy}"
        )
    return np.ascontiguousarray(rows[:, ::-1])


def read(
    stream: IO[bytes], size: int, shape: MemoryShape, file: str, counts: Iterable[int], digest: Any
) -> Iterator[Rows]:
    """Words of a file from its start, so many a time as `counts` says, which add up to the depth.

    A file as `stream` writes it is never held whole; of another one, `decode` says what is wrong.

    Args:
        stream: the file, open, and nothing read.
        size: of it in bytes.
        shape: of the memory.
        file: its name, for messages.
        counts: words of each block.
        digest: of hashlib, gets all that is read.

    Raises:
        InputError: as `decode`.
    """
    line = hex_digits(shape.width) + 1
    plain, done = size == shape.depth * line, 0
    whole: Rows | None = None
    for count in counts:
        rows = None
        if plain:
            content = stream.read(count * line)
            digest.update(content)
            rows = _plain_words(content, shape, count)
        if rows is None:
            if whole is None:
                plain, rest = False, stream.read()
                digest.update(rest)
                stream.seek(0)
                whole = decode(stream.read(), shape, file)
            rows = whole[done : done + count]
        yield rows
        done += count


def _plain_words(content: bytes, shape: MemoryShape, count: int) -> Rows | None:
    """So many lines as `stream` writes them, or in capitals, as words; None for anything else."""
    digits = hex_digits(shape.width)
    if len(content) != count * (digits + 1):
        return None
    lines = np.frombuffer(content, np.uint8).reshape(count, digits + 1)
    if (lines[:, digits] != ord("\n")).any():
        return None
    padded = np.full((count, 2 * shape.row_bytes), ord("0"), dtype=np.uint8)
    padded[:, -digits:] = lines[:, :digits]
    try:
        values = binascii.unhexlify(padded)
    except binascii.Error:  # something that is no digit
        return None
    rows = np.frombuffer(values, np.uint8).reshape(count, shape.row_bytes)
    spare = 8 * shape.row_bytes - shape.width
    if spare and (rows[:, 0] >> (8 - spare)).any():
        return None
    return np.ascontiguousarray(rows[:, ::-1])
