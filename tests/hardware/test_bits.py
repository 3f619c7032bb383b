"""Packed rows against plain Python, and images kept so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware import bits, layout
from hwsim.hardware.assembly import Assembly
from hwsim.hardware.image import Image
from tests.images import random_image, small_images


@given(st.integers(1, 200), st.integers(1, 5), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_rows_hold_every_bit_in_its_place(n: int, count: int, planes: int, seed: int) -> None:
    codes = np.random.default_rng(seed).integers(0, 2**planes, (count, n))
    rows = bits.pack_codes(codes, planes)
    assert rows.shape == (count, planes, bits.row_bytes(n))
    for m in range(count):
        for plane in range(planes):
            whole = int.from_bytes(rows[m, plane].tobytes(), "little")
            assert whole == sum((int(code) >> plane & 1) << i for i, code in enumerate(codes[m]))
    assert np.array_equal(bits.unpack_codes(rows, n), codes)
    assert np.array_equal(bits.pack(codes & 1), rows[:, 0])
    assert np.array_equal(bits.unpack(rows[:, 0], n), codes & 1)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_transposed(eights: int, columns: int, more: int, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(0, 256, (more, 8 * eights, columns), np.uint8)
    plain = np.unpackbits(rows, axis=-1, bitorder="little").swapaxes(-1, -2)
    assert np.array_equal(bits.transposed(rows), np.packbits(plain, axis=-1, bitorder="little"))


@given(small_images(), st.integers(1, 4000))
def test_a_memory_in_blocks_is_the_memory(image: Image, size: int) -> None:
    p = image.parameters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "BLOCK_BYTES", size)
        assembly = Assembly(p)
        for name, whole in image.memory_rows().items():
            blocks = layout.blocks(p, name)
            assert [block.words.start for block in blocks[1:]] == [
                block.words.stop for block in blocks[:-1]
            ]
            for block, words in zip(blocks, image.memory_blocks(name), strict=True):
                assert np.array_equal(words, whole[block.words])
                assembly.put(name, block, words)
    assert assembly.image(image.gamma) == image


@given(small_images(), st.data())
def test_some_patterns_alone(image: Image, data: st.DataObject) -> None:
    p = image.parameters
    some = np.array(data.draw(st.lists(st.integers(0, p.patterns - 1), max_size=5)), dtype=np.int64)
    assert np.array_equal(image.patterns_of(some), image.patterns[some])
    assert np.array_equal(image.codes_of(some), image.codes[some])


@given(small_images(), st.integers(1, 60))
def test_the_place_of_a_wrong_value_in_whatever_part_it_is(image: Image, size: int) -> None:
    p = image.parameters
    codes = image.codes.astype(np.int64)
    codes[-1, -1] = -1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bits, "_AT_ONCE", size)
        with pytest.raises(InputError, match=rf"codes\[{p.patterns - 1}, {p.neurons - 1}\] is -1;"):
            Image(p, image.patterns, codes, image.kernel_lut, image.offsets, image.gamma)


def test_rows_are_not_written_and_arrays_are_one_s_own() -> None:
    image = random_image(Parameters(70, 5, 3), np.random.default_rng(1))
    with pytest.raises(ValueError, match="read-only"):
        image.pattern_rows[0, 0] = 1
    before = image.patterns
    image.patterns[:] = 0
    assert np.array_equal(image.patterns, before)
