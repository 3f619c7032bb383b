"""Verilog `$readmemh`: one word a line, most significant digit first, every word written."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.hardware.layout import MemoryShape


def hex_digits(width: int) -> int:
    """Hexadecimal digits that hold `width` bits."""
    return -(-width // 4)


def hex_words(shape: MemoryShape, rows: npt.NDArray[np.uint8]) -> list[str]:
    """The words as hexadecimal numerals of equal length, most significant digit first."""
    step, digits = 2 * shape.row_bytes, hex_digits(shape.width)
    text = np.ascontiguousarray(rows[:, ::-1]).tobytes().hex()
    return [text[start + step - digits : start + step] for start in range(0, len(text), step)]


def encode(name: str, shape: MemoryShape, rows: npt.NDArray[np.uint8]) -> bytes:
    """The file's content for words `rows` (depth, ceil(width / 8)) uint8, little-endian bytes."""
    return ("\n".join(hex_words(shape, rows)) + "\n").encode()


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
                f"{file} line {number} is {line[:24]!r}; a word of {shape.width} bits is "
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
            f"{file} line {int(over[0]) + 1} is {lines[int(over[0])]!r}, "
            f"more than {shape.width} bits; {remedy}"
        )
    return np.ascontiguousarray(rows[:, ::-1])
