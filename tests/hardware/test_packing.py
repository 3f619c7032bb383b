"""Words against literals written by hand, and the primitive against its definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hwsim.hardware.packing import (
    lane_mask,
    pack_words,
    unpack_words,
    words_from_bytes,
    xnor_popcount,
)


def bits(text: str) -> np.ndarray:
    """Bits in reading order: the first is lane 0."""
    return np.array([int(c) for c in text.replace(" ", "")], dtype=np.uint8)


def test_lane_j_has_value_two_to_the_j() -> None:
    assert pack_words(bits("10000000"), 8) == [0x01]
    assert pack_words(bits("00000001"), 8) == [0x80]
    assert pack_words(bits("1010"), 8) == [0x05]


def test_words_follow_each_other_and_the_last_is_padded_with_zeros() -> None:
    assert pack_words(bits("11110000 01000000 101"), 8) == [0x0F, 0x02, 0x05]
    assert pack_words(bits("11110000 01000000 101"), 16) == [0x020F, 0x0005]


def test_unpack_against_a_literal() -> None:
    assert unpack_words([0x0F, 0x05], 8, 11).tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]


def test_lane_mask() -> None:
    assert lane_mask(8, 3) == 0b111
    assert lane_mask(8, 8) == lane_mask(8, 100) == 0xFF
    assert lane_mask(512, 512) == 2**512 - 1


def test_words_from_bytes_are_little_endian() -> None:
    rows = np.array([[0x01, 0x80], [0xFF, 0x00]], dtype=np.uint8)
    assert list(words_from_bytes(rows)) == [0x8001, 0x00FF]


def test_xnor_popcount_against_literals() -> None:
    assert xnor_popcount(0b1100, 0b1010, 0b1111) == 2  # lanes 0 and 3 agree
    assert xnor_popcount(0b1100, 0b1010, 0b0111) == 1
    assert xnor_popcount(0, 0, 0xFF) == 8
    assert xnor_popcount(0, 0xFF, 0xFF) == 0
    assert xnor_popcount(0xF0, 0xFF, 0x33) == 2  # against all ones: popcount(a & mask)


WORDS = st.integers(0, 2**64 - 1)


@given(WORDS, WORDS, WORDS)
def test_xnor_popcount_counts_lanes_that_agree(a: int, b: int, mask: int) -> None:
    agree = sum((a >> j & 1) == (b >> j & 1) and mask >> j & 1 for j in range(64))
    assert xnor_popcount(a, b, mask) == agree


@given(st.lists(st.integers(0, 1), min_size=1, max_size=70), st.sampled_from([8, 16, 64]))
def test_unpack_undoes_pack(values: list[int], lanes: int) -> None:
    words = pack_words(np.array(values, dtype=np.uint8), lanes)
    assert len(words) == -(-len(values) // lanes)
    unpacked = unpack_words(words, lanes, len(values))
    assert unpacked.dtype == np.uint8
    assert unpacked.tolist() == values
