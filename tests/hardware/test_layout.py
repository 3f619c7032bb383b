"""The memories' addresses and bits against words written out by hand from the contract."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from hwsim.config import Parameters
from hwsim.hardware import bits, layout
from hwsim.hardware.image import Image
from hwsim.hardware.layout import MemoryShape, memory_shapes
from hwsim.hardware.packing import pack_words, words_from_bytes
from tests.images import small_images


def rows(*words: bytes) -> list[list[int]]:
    """Words as lists of little-endian bytes."""
    return [list(word) for word in words]


def test_patterns_of_less_than_a_word() -> None:
    p = Parameters(neurons=3, patterns=2, lanes=8)
    states = np.array([[1, 0, 1], [0, 1, 1]], dtype=np.uint8)
    assert layout.pack_patterns(p, states).tolist() == [[0b101], [0b110]]


def test_patterns_of_two_words_lie_at_m_times_w() -> None:
    p = Parameters(neurons=10, patterns=2, lanes=8)
    states = np.array([[1, 0, 0, 0, 0, 0, 0, 1, 1, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]], np.uint8)
    #                neuron 7 is bit 7 of word 0,  neurons 8 and 9 are bits 0 and 1 of word 1
    assert layout.pack_patterns(p, states).tolist() == rows(b"\x81", b"\x01", b"\x02", b"\x02")


def test_a_wide_word_is_little_endian() -> None:
    p = Parameters(neurons=17, patterns=1, lanes=32)
    states = np.zeros((1, 17), dtype=np.uint8)
    states[0, [0, 9, 16]] = 1
    assert layout.pack_patterns(p, states).tolist() == rows(b"\x01\x02\x01\x00")


# Codes of neuron 0 and of neuron 1, patterns 0 to 8; L = 8, so pattern 8 is lane 0 of group 1.
#   neuron 0: 0 1 2 3 0 1 2 3 | 1   plane 0: 01010101 | 1, plane 1: 00110011 | 0 (lane 0 first)
#   neuron 1: 3 3 0 0 2 2 1 1 | 2   plane 0: 11000011 | 0, plane 1: 11001100 | 1
CODES = np.array([[0, 1, 2, 3, 0, 1, 2, 3, 1], [3, 3, 0, 0, 2, 2, 1, 1, 2]], dtype=np.uint8).T
TWO_GROUPS = Parameters(neurons=2, patterns=9, weight_bits=2, lanes=8)
WEIGHT_WORDS = rows(  # address (g * N + i) * B + p
    *(b"\xaa", b"\xcc", b"\xc3", b"\x33"),  # group 0: neuron 0 planes 0 and 1, neuron 1
    *(b"\x01", b"\x00", b"\x00", b"\x01"),  # group 1
)


def test_weights_of_two_planes_and_two_groups() -> None:
    assert layout.weight_words(TWO_GROUPS, bits.pack_codes(CODES, 2)).tolist() == WEIGHT_WORDS


def test_weights_read_back_from_the_literal() -> None:
    words = np.array(WEIGHT_WORDS, dtype=np.uint8)
    planes = layout.plane_rows(TWO_GROUPS, words, len(CODES))
    assert np.array_equal(bits.unpack_codes(planes, 2), CODES)


def test_integers_are_two_s_complement() -> None:
    values = np.array([3, -1, -8, 7, 0])
    words = layout.pack_integers(4, values)
    assert words.tolist() == [[0x3], [0xF], [0x8], [0x7], [0x0]]
    assert layout.unpack_integers(4, words, signed=True).tolist() == values.tolist()
    assert layout.unpack_integers(4, words, signed=False).tolist() == [3, 15, 8, 7, 0]


def test_integers_wider_than_a_byte() -> None:
    words = layout.pack_integers(10, np.array([-2, 511, -512]))
    assert words.tolist() == rows(b"\xfe\x03", b"\xff\x01", b"\x00\x02")
    assert layout.unpack_integers(10, words, signed=True).tolist() == [-2, 511, -512]


@pytest.mark.parametrize("width", [1, 8, 16])
def test_integer_extremes(width: int) -> None:
    values = np.array([-(2 ** (width - 1)), 2 ** (width - 1) - 1])
    words = layout.pack_integers(width, values)
    assert layout.unpack_integers(width, words, signed=True).tolist() == values.tolist()


def test_shapes() -> None:
    p = Parameters(neurons=70, patterns=95, weight_bits=3, kernel_bits=9, lanes=32, offset_bits=5)
    assert memory_shapes(p) == {
        "patterns": MemoryShape(32, 95 * 3),
        "weights": MemoryShape(32, 3 * 70 * 3),
        "kernel_lut": MemoryShape(9, 71),
        "offsets": MemoryShape(5, 70),
    }
    assert MemoryShape(9, 71).bits == 639
    assert [MemoryShape(width, 1).row_bytes for width in (1, 8, 9, 512)] == [1, 1, 2, 64]


def test_no_offsets_memory_without_offset_bits() -> None:
    assert "offsets" not in memory_shapes(Parameters(neurons=3, patterns=2, offset_frac_bits=4))


@given(small_images())
def test_every_bit_is_where_the_contract_says(image: Image) -> None:
    p = image.parameters
    words = {name: list(words_from_bytes(rows)) for name, rows in image.memory_rows().items()}
    for m in range(p.patterns):
        assert words["patterns"][m * p.words : (m + 1) * p.words] == pack_words(
            image.patterns[m], p.lanes
        )
    for address, word in enumerate(words["weights"]):
        (group, i), plane = divmod(address // p.weight_bits, p.neurons), address % p.weight_bits
        codes = image.codes[group * p.lanes : (group + 1) * p.lanes, i]
        assert word == sum((int(code) >> plane & 1) << j for j, code in enumerate(codes))
    assert words["kernel_lut"] == image.kernel_lut.tolist()
    for i, word in enumerate(words.get("offsets", [])):
        assert word == int(image.offsets[i]) % 2**p.offset_bits


@given(small_images())
def test_shapes_and_round_trip(image: Image) -> None:
    p, memories = image.parameters, image.memory_rows()
    assert list(memories) == list(memory_shapes(p))
    for name, shape in memory_shapes(p).items():
        assert memories[name].shape == (shape.depth, shape.row_bytes)
        assert memories[name].dtype == np.uint8
    assert np.array_equal(layout.unpack_patterns(p, memories["patterns"]), image.patterns)
    assert np.array_equal(layout.plane_rows(p, memories["weights"], p.patterns), image.plane_rows)
