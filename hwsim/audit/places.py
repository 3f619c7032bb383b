"""Which word of a memory, which bits, and which neurons and patterns a byte of a ROM file holds.

The formats need not be taken apart for it: a byte belongs to the word whose change changes it, and
to those of its bits that change it. Every format has a fixed layout, so words of zeros tell.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hwsim.audit.compare import Place
from hwsim.config import Parameters
from hwsim.export.formats.streams import Rows, Stream
from hwsim.hardware.layout import BLOCK_BYTES, MemoryShape


def place_in(
    name: str, stream: Stream, shape: MemoryShape, parameters: Parameters, first: int = 0
) -> Place:
    """What finds the place of a byte, given its offset; None for bytes that hold no word.

    Args:
        name: of the memory; `queries` and `states` are laid out as patterns.
        stream: the format.
        shape: the memory's.
        parameters: of the image.
        first: the memory's word that the file begins with.
    """

    def place(offset: int) -> str | None:
        word = _word(name, stream, shape, offset)
        if word is None:
            return None
        bits = _bits(name, stream, shape, offset, word)
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
    unit = "output" if p.outputs else "neuron"
    if name in ("offsets", "scales"):
        return f"the {name[:-1]} of {unit} {word}"
    if name == "weights":
        rest, plane = divmod(word, p.weight_bits)
        group, neuron = divmod(rest, p.fields)
        lanes = [group * p.lanes + bit for bit in bits if group * p.lanes + bit < p.patterns]
        of = _range("pattern", lanes) if lanes else "unused lanes"
        return f"plane {plane} of the codes of {unit} {neuron}, {of}"
    row, column = divmod(word, p.words)
    lanes = [column * p.lanes + bit for bit in bits if column * p.lanes + bit < p.neurons]
    owner = {"queries": "query", "states": "the state of recall"}.get(name, "pattern")
    return f"{owner} {row}, {_range('neuron', lanes) if lanes else 'unused lanes'}"


def _range(noun: str, numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    return f"{noun}s {numbers[0]} to {numbers[-1]}"


def _word(name: str, stream: Stream, shape: MemoryShape, offset: int) -> int | None:
    """The word that a byte belongs to, by bisection."""
    ones = _value(shape, (1 << shape.width) - 1)
    plain = _byte(name, stream, shape, offset)

    def among_first(count: int) -> bool:
        return _byte(name, stream, shape, offset, range(count), ones) != plain

    if plain is None or not among_first(shape.depth):
        return None
    low, high = 0, shape.depth  # not among the first `low`, among the first `high`
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if among_first(middle) else (middle, high)
    return low


def _bits(name: str, stream: Stream, shape: MemoryShape, offset: int, word: int) -> list[int]:
    """The bits of a word that show in a byte."""
    plain = _byte(name, stream, shape, offset)

    def shows(bit: int) -> bool:
        value = _value(shape, 1 << bit)
        return _byte(name, stream, shape, offset, range(word, word + 1), value) != plain

    return [bit for bit in range(shape.width) if shows(bit)]


def _byte(
    name: str,
    stream: Stream,
    shape: MemoryShape,
    offset: int,
    words: range = range(0),
    value: Rows | int = 0,
) -> int | None:
    """A byte of the file whose words are 0 but for some; None past its end."""
    for piece in stream(name, shape, _filled(shape, words, value)):
        if offset < len(piece):
            return piece[offset]
        offset -= len(piece)
    return None


def _filled(shape: MemoryShape, words: range, value: Rows | int) -> Iterator[Rows]:
    """Blocks of words that are 0, and some that have a value."""
    size = BLOCK_BYTES // shape.row_bytes
    for start in range(0, shape.depth, size):
        rows = np.zeros((min(size, shape.depth - start), shape.row_bytes), dtype=np.uint8)
        rows[max(words.start - start, 0) : max(words.stop - start, 0)] = value
        yield rows


def _value(shape: MemoryShape, value: int) -> Rows:
    return np.frombuffer(value.to_bytes(shape.row_bytes, "little"), dtype=np.uint8)
