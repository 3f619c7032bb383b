"""Which word of a memory, which bits, and which neurons and patterns a byte of a ROM file holds.

The formats need not be taken apart for it: a byte belongs to the word whose change changes it, and
to those of its bits that change it. Every format has a fixed layout, so words of zeros tell.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.audit.compare import Place
from hwsim.config import Parameters
from hwsim.export.formats import Encoder
from hwsim.hardware.layout import MemoryShape


def place_in(
    name: str, encode: Encoder, shape: MemoryShape, parameters: Parameters, first: int = 0
) -> Place:
    """What finds the place of a byte, given its offset; None for bytes that hold no word.

    Args:
        name: of the memory; `queries` and `states` are laid out as patterns.
        encode: the format.
        shape: the memory's.
        parameters: of the image.
        first: the memory's word that the file begins with.
    """

    def place(offset: int) -> str | None:
        word = _word(name, encode, shape, offset)
        if word is None:
            return None
        bits = [b for b in range(shape.width) if _changes(name, encode, shape, offset, word, b)]
        if not bits:  # of a checksum, which many bits change and this digit none alone
            return None
        return (
            f"word {word}, {_range('bit', bits)}: {meaning(name, parameters, first + word, bits)}"
        )

    return place


def meaning(name: str, parameters: Parameters, word: int, bits: list[int]) -> str:
    """What bits of a word stand for."""
    p = parameters
    if name == "kernel_lut":
        return f"the kernel value at distance {word}"
    if name == "offsets":
        return f"the offset of neuron {word}"
    if name == "weights":
        rest, plane = divmod(word, p.weight_bits)
        group, neuron = divmod(rest, p.neurons)
        lanes = [group * p.lanes + bit for bit in bits if group * p.lanes + bit < p.patterns]
        of = _range("pattern", lanes) if lanes else "unused lanes"
        return f"plane {plane} of the codes of neuron {neuron}, {of}"
    row, column = divmod(word, p.words)
    lanes = [column * p.lanes + bit for bit in bits if column * p.lanes + bit < p.neurons]
    owner = {"queries": "query", "states": "the state of recall"}.get(name, "pattern")
    return f"{owner} {row}, {_range('neuron', lanes) if lanes else 'unused lanes'}"


def _range(noun: str, numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    return f"{noun}s {numbers[0]} to {numbers[-1]}"


def _word(name: str, encode: Encoder, shape: MemoryShape, offset: int) -> int | None:
    """The word that a byte belongs to, by bisection."""
    plain = encode(name, shape, _rows(shape))

    def among_first(count: int) -> bool:
        rows = _rows(shape)
        rows[:count] = _ones(shape)
        return encode(name, shape, rows)[offset : offset + 1] != plain[offset : offset + 1]

    if offset >= len(plain) or not among_first(shape.depth):
        return None
    low, high = 0, shape.depth  # not among the first `low`, among the first `high`
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if among_first(middle) else (middle, high)
    return low


def _changes(
    name: str, encode: Encoder, shape: MemoryShape, offset: int, word: int, bit: int
) -> bool:
    """Whether a bit of one word shows in a byte."""
    rows = _rows(shape)
    plain = encode(name, shape, rows)[offset]
    rows[word, bit // 8] = 1 << (bit % 8)
    return encode(name, shape, rows)[offset] != plain


def _rows(shape: MemoryShape) -> npt.NDArray[np.uint8]:
    return np.zeros((shape.depth, shape.row_bytes), dtype=np.uint8)


def _ones(shape: MemoryShape) -> npt.NDArray[np.uint8]:
    value = (1 << shape.width) - 1
    return np.frombuffer(value.to_bytes(shape.row_bytes, "little"), dtype=np.uint8)
