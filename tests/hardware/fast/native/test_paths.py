"""Every path's leaf stages against NumPy, at the edges of what `paths/` proves to be exact."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.hardware.fast.native.conftest import TILE, AnyPath, all_paths, elsewhere, paths_here
from tests.hardware.fast.native.remote import NEWEST_ARM, OLDEST_ARM, RemotePath

_SPAN: Final = 1024
_CASES: Final = settings(max_examples=150, deadline=None)
_PATHS: Final = pytest.mark.parametrize(
    "path", [*paths_here(), *elsewhere()], ids=lambda path: path.name
)
_SEEDS: Final = st.integers(0, 2**32 - 1)


def test_the_last_path_runs_everywhere_and_all_have_names_of_their_own() -> None:
    paths = all_paths()
    assert paths
    assert paths[-1].name == "generic"
    assert paths[-1].runs_here
    assert len({path.name for path in paths}) == len(paths)


def test_an_arm_without_dot_products_is_told_apart() -> None:
    for machine, runs in ((NEWEST_ARM, [True] * 3), (OLDEST_ARM, [False, True, True])):
        names = enumerate(("neon_dot", "neon", "generic"))
        assert [RemotePath(machine, *named).runs_here for named in names] == runs


def _bits(rng: np.random.Generator, shape: tuple[int, ...], kind: Any) -> npt.NDArray[Any]:
    """Words of random bits, some all ones and some all zeros."""
    out = rng.integers(0, np.iinfo(kind).max, shape, dtype=kind, endpoint=True)
    extreme = rng.integers(0, 8, shape)
    out[extreme == 0] = 0
    out[extreme == 1] = np.iinfo(kind).max
    return out


def _differing(
    tiles: npt.NDArray[np.uint32], states: npt.NDArray[np.uint64], first: int, last: int
) -> npt.NDArray[np.int64]:
    """(Q, tiles * 16)."""
    halves = states.view(np.uint32)[:, np.newaxis, first:last, np.newaxis]
    counts = np.bitwise_count(tiles[np.newaxis, :, first:last] ^ halves)
    return counts.sum(axis=2, dtype=np.int64).reshape(len(states), -1)


@_PATHS
@_CASES
@given(
    seed=_SEEDS,
    words=st.integers(1, 70),
    tiles=st.integers(1, 6),
    queries=st.one_of(st.integers(1, 9), st.sampled_from([63, 64, 65, 67])),
    wide=st.booleans(),
    half=st.integers(0, 34),
)
def test_distances(
    path: AnyPath, seed: int, words: int, tiles: int, queries: int, wide: bool, half: int
) -> None:
    rng = np.random.default_rng(seed)
    patterns = _bits(rng, (tiles, words, TILE), np.uint32)
    states = _bits(rng, (queries, -(-words // 2) + seed % 2), np.uint64)
    out = np.full((queries, tiles * TILE + TILE), 7, dtype=np.uint32 if wide else np.uint16)
    head = min(2 * half, words)
    path.distances(patterns, states, 0, head, out)
    if head > 0:
        assert np.array_equal(out[:, :-TILE], _differing(patterns, states, 0, head))
    else:
        out[:, :-TILE] = 0
    if 0 < head < words:
        path.distances(patterns, states, head, words, out)
        assert np.array_equal(out[:, :-TILE], _differing(patterns, states, 0, words))
    assert (out[:, -TILE:] == 7).all()


@_PATHS
@pytest.mark.parametrize(
    ("neurons", "kind"), [(2**15 - 32, np.uint16), (2**15, np.uint32), (2**16, np.uint32)]
)
def test_distances_where_every_bit_differs(path: AnyPath, neurons: int, kind: Any) -> None:
    words = neurons // 32
    patterns = np.zeros((1, words, TILE), dtype=np.uint32)
    patterns[:, :, ::2] = 2**32 - 1
    states = np.zeros((6, -(-words // 2)), dtype=np.uint64)
    states[1::2] = 2**64 - 1
    for queries in (2, 6):
        out = np.empty((queries, TILE), dtype=kind)
        path.distances(patterns, states[:queries], 0, words, out)
        assert out.tolist() == [[neurons, 0] * 8, [0, neurons] * 8] * (queries // 2)


@_PATHS
@_CASES
@given(
    seed=_SEEDS,
    blocks=st.integers(1, 10),
    vectors=st.integers(1, 4),
    wide=st.booleans(),
    origin=st.sampled_from([0, 0, 1, 5, 127, 255, 256, 1000, 32767]),
)
def test_look_up(
    path: AnyPath, seed: int, blocks: int, vectors: int, wide: bool, origin: int
) -> None:
    rng = np.random.default_rng(seed)
    entries = 128 * blocks
    table = rng.integers(0, 256, entries).astype(np.uint8)
    table[-1] = 0
    kind = np.uint32 if wide else np.uint16
    near = origin + rng.integers(-3, entries + 3, 32 * vectors)
    edges = [0, origin, origin + entries - 1, origin + entries, np.iinfo(kind).max, 2**15]
    near[: len(edges)] = edges
    distances = near.clip(0, np.iinfo(kind).max).astype(kind)
    total, values = path.look_up(distances, origin, table)
    moved = distances.astype(np.int64) - origin
    expected = table[np.where(moved < 0, entries, moved).clip(max=entries - 1)]
    assert np.array_equal(values, expected)
    assert total == int(expected.sum())


def _together(most: int) -> int:
    """Quads whose pairs of products fit 16 bits with a sign."""
    return (2**15 - 1) // (2 * most)


@st.composite
def _largest(draw: st.DrawFn) -> tuple[int, int]:
    """A largest kernel byte and a largest code, both rather at an edge."""
    kernel = draw(st.sampled_from([1, 15, 127, 128, 254, 255]) | st.integers(1, 255))
    code = draw(st.sampled_from([1, 3, 7, 15, 31, 63, 64, 65, 127]) | st.integers(1, 127))
    return kernel, code


@_PATHS
@_CASES
@given(
    seed=_SEEDS,
    largest=_largest(),
    quads=st.integers(1, 40),
    rows=st.sampled_from([1, 8, 16, 24, 40]),
    width=st.sampled_from([32, 48]),
    full=st.booleans(),
    more=st.booleans(),
)
@example(seed=0, largest=(255, 64), quads=4, rows=8, width=48, full=True, more=True)
@example(seed=0, largest=(255, 3), quads=6, rows=8, width=48, full=True, more=False)
def test_products(
    path: AnyPath,
    seed: int,
    largest: tuple[int, int],
    quads: int,
    rows: int,
    width: int,
    full: bool,
    more: bool,
) -> None:
    kernel_max, code_max = largest
    code_max = min(code_max, path.most_product // kernel_max)
    most = kernel_max * code_max
    rng = np.random.default_rng(seed)
    quads *= 4
    codes = rng.integers(0, code_max + 1, (quads, width, 4)).astype(np.int8)
    kernel = rng.integers(0, kernel_max + 1, (rows, 4 * quads + 4 * (seed % 9))).astype(np.uint8)
    if full:  # all that there may be: one more quad than is added up before it is widened, too
        codes[:], kernel[:] = code_max, kernel_max
    out = rng.integers(-(2**20), 2**20, (rows, width + 5)).astype(np.int32)
    before = out.copy()
    path.products(codes, kernel, most, out, more)
    expected = np.einsum(
        "rqj,qij->ri", kernel[:, : 4 * quads].reshape(rows, quads, 4).astype(np.int64), codes
    )
    assert np.array_equal(out[:, :width], expected + (before[:, :width] if more else 0))
    assert np.array_equal(out[:, width:], before[:, width:])


@_PATHS
@pytest.mark.parametrize("code", [1, 2, 3, 7, 15, 31, 63, 64, 127])
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_products_just_short_of_and_beyond_the_widening(
    path: AnyPath, code: int, beyond: int
) -> None:
    kernel = min(255, path.most_product // code)
    for together in (_together(kernel * code), (2**16 - 1) // (kernel * code)):
        quads = -(-max(together + beyond, 1) // 4) * 4
        codes = np.full((quads, 48, 4), code, dtype=np.int8)
        values = np.zeros((8, 4 * quads), dtype=np.uint8)
        values[:, : 4 * max(together + beyond, 1)] = kernel
        out = np.empty((8, 48), dtype=np.int32)
        path.products(codes, values, kernel * code, out, False)
        assert (out == kernel * code * 4 * max(together + beyond, 1)).all()


@_PATHS
def test_products_of_a_whole_span_at_their_largest(path: AnyPath) -> None:
    code = path.most_product // 255
    codes = np.full((_SPAN // 4, 48, 4), code, dtype=np.int8)
    kernel = np.full((8, _SPAN), 255, dtype=np.uint8)
    out = np.empty((8, 48), dtype=np.int32)
    path.products(codes, kernel, 255 * code, out, False)
    assert (out == _SPAN * 255 * code).all()
