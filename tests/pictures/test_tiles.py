"""States as pixels and as text: read back, they are the spins that were drawn."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.errors import InputError
from hwsim.pictures import beside, blocks, grid
from hwsim.pictures.tiles import tile

Spins = npt.NDArray[np.int8]
DRAWN = re.compile(r'class="(ink|wrong)" d="([^"]*)"')
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\3z|M(\d+)\.3 (\d+)\.3h\.4v\.4h-\.4z")


@st.composite
def spins(draw: st.DrawFn) -> tuple[Spins, Spins, tuple[int, int]]:
    """A state, another one, and a shape."""
    neurons = draw(st.integers(1, 40))
    shape = draw(st.none() | st.sampled_from([n for n in range(1, 41) if neurons % n == 0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    state, stored = rng.choice(np.array([-1, 1], dtype=np.int8), (2, neurons))
    return state, stored, grid(neurons, None if shape is None else (shape, neurons // shape))


def pixels(svg: str, neurons: int, columns: int) -> dict[str, set[int]]:
    """Which spins are ink, which a full and which a small mark of what is wrong."""
    found: dict[str, set[int]] = {"ink": set(), "wrong": set(), "lacks": set()}
    for kind, path in DRAWN.findall(svg):
        assert RUN.sub("", path) == ""
        for x, y, length, lacking_x, lacking_y in RUN.findall(path):
            if length:
                first = int(y) * columns + int(x)
                assert int(x) + int(length) <= columns
                found[kind] |= set(range(first, first + int(length)))
            else:
                found["lacks"].add(int(lacking_y) * columns + int(lacking_x))
    assert max(max(each, default=0) for each in found.values()) < neurons
    return found


@given(spins())
def test_a_tile_shows_every_spin(given_: tuple[Spins, Spins, tuple[int, int]]) -> None:
    state, stored, shape = given_
    lit, wanted = set(np.flatnonzero(state > 0)), set(np.flatnonzero(stored > 0))
    plain = pixels(tile(0, 0, state, shape), len(state), shape[1])
    assert plain == {"ink": lit, "wrong": set(), "lacks": set()}
    against = pixels(tile(3, 4, state, shape, stored), len(state), shape[1])
    assert against == {"ink": lit & wanted, "wrong": lit - wanted, "lacks": wanted - lit}


@given(spins(), st.booleans())
def test_text_shows_every_spin(
    given_: tuple[Spins, Spins, tuple[int, int]], ascii_only: bool
) -> None:
    state, _, (rows, columns) = given_
    lines = blocks(state, (rows, columns), ascii_only=ascii_only)
    signs = " .'#" if ascii_only else " ▄▀█"
    read = [[(signs.index(sign) >> 1, signs.index(sign) & 1) for sign in line] for line in lines]
    bits = np.array(read).transpose(0, 2, 1).ravel()  # line, half, column
    assert bits[: len(state)].tolist() == (state > 0).tolist()
    assert not bits[len(state) :].any()


@given(spins())
def test_colours_tell_what_is_wrong(given_: tuple[Spins, Spins, tuple[int, int]]) -> None:
    state, stored, (rows, columns) = given_
    meaning = {"255": (-1, -1), "16": (1, 1), "217": (-1, 1), "160": (1, -1)}
    lines = blocks(state, (rows, columns), stored=stored)
    cells = [re.findall(r"\x1b\[38;5;(\d+);48;5;(\d+)m▀", line) for line in lines]
    levels = np.array(cells).transpose(0, 2, 1).ravel()[: len(state)]
    assert [meaning[level] for level in levels] == list(zip(state, stored, strict=True))


def test_a_shape_is_about_a_square_or_what_was_said() -> None:
    assert grid(64) == (8, 8)
    assert grid(200) == (14, 15)
    assert grid(1) == (1, 1)
    assert grid(64, [4, 16]) == (4, 16)
    for shape, words in (
        ((8, 9), r"shape is \(8, 9\), 72 spins; a state has 64"),
        ((8,), "it must be rows and columns"),
        (8, "it must be rows and columns"),
        ("88", "it must be rows and columns"),
        ((-8, -8), "it must be rows and columns"),
        ((8.0, 8), "it must be rows and columns"),
    ):
        with pytest.raises(InputError, match=words):
            grid(64, shape)


def test_tiles_stand_beside_each_other_while_there_is_room() -> None:
    tiles = [("one", ["ab", "cd"]), ("second", ["ef", "gh"]), ("3", ["ij", "kl"])]
    assert beside(tiles, 2, None) == [
        "one      second   3", "ab       ef       ij", "cd       gh       kl", "",
    ]  # fmt: skip
    assert beside(tiles, 2, 20)[:3] == ["one      second", "ab       ef", "cd       gh"]
    assert len(beside(tiles, 2, 1)) == 12
