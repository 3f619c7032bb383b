"""The fast model is the specification: every state, step, flag and count, by every method."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import KERNEL_ORIGINS, Parameters
from hwsim.errors import InputError
from hwsim.hardware import fast, spec
from hwsim.hardware.fast import distance, target
from hwsim.hardware.fast import engine as engines
from hwsim.hardware.fast import plan as plans
from hwsim.hardware.fast import run as runs
from hwsim.hardware.fast.engine import Engine
from hwsim.hardware.fast.memory import Buffers
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, Recalls, spins_from_bits
from tests.images import corner_queries, random_image, random_queries, small_images

ROOT = Path(__file__).resolve().parents[2]
COMPILED = not numba.config.DISABLE_JIT
METHODS = plans.METHODS


def assert_same(ours: Recalls, theirs: Recalls) -> None:
    for name in ("states", "steps", "converged", "miss", "distance"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        assert mine.dtype == other.dtype, name
        np.testing.assert_array_equal(mine, other, err_msg=name)
    for name in Counts.names():
        np.testing.assert_array_equal(
            getattr(ours.counts, name), getattr(theirs.counts, name), err_msg=name
        )


def all_queries(image: Image, rng: np.random.Generator) -> np.ndarray:
    return np.concatenate([corner_queries(image, rng), random_queries(image.parameters, 3, rng)])


def check_all_methods(image: Image, queries: np.ndarray) -> Recalls:
    expected = spec.recall(image, queries)
    assert_same(fast.recall(image, queries), expected)
    for method in METHODS:
        assert_same(Engine(image, method=method, threads=1).recall(queries), expected)
    return expected


def simple_image(
    weights: np.ndarray, patterns: np.ndarray, lut: list[int], **parameters: object
) -> Image:
    """An image of given codes and bits, LUT zero past the given values."""
    count, neurons = patterns.shape
    p = Parameters(neurons, count, lanes=8, **parameters)  # type: ignore[arg-type]
    table = np.zeros(neurons + 1, dtype=np.int64)
    table[: len(lut)] = lut
    return Image(
        p,
        patterns.astype(np.uint8),
        weights.astype(np.uint8),
        table,
        np.zeros(neurons, dtype=np.int64),
        0.1,
    )


# Random legal parameters ----------------------------------------------------------------------


@settings(max_examples=200 if COMPILED else 12)
@given(small_images(), st.integers(0, 2**32 - 1))
def test_it_is_the_specification(image: Image, seed: int) -> None:
    check_all_methods(image, all_queries(image, np.random.default_rng(seed)))


@settings(max_examples=25 if COMPILED else 2)
@given(small_images(max_neurons=150, max_patterns=150), st.integers(0, 2**32 - 1))
def test_it_is_the_specification_past_a_word(image: Image, seed: int) -> None:
    check_all_methods(image, corner_queries(image, np.random.default_rng(seed)))


# Sizes around every word, tile and chunk ---------------------------------------------------------


@pytest.mark.parametrize(
    "neurons", [1, 47, 48, 49, 63, 64, 65, 128, 193, 320, 450, 700, 1000, 1100]
)
@pytest.mark.parametrize("patterns", [1, 9])
def test_every_number_of_words(neurons: int, patterns: int) -> None:
    rng = np.random.default_rng(neurons + patterns)
    p = Parameters(neurons, patterns, kernel_bits=3, lanes=512, max_steps=2)
    image = random_image(p, rng)
    check_all_methods(image, corner_queries(image, rng)[-2:])


@pytest.mark.skipif(not COMPILED, reason="too slow without the compiler")
@pytest.mark.parametrize("neurons", [32767, 32768, 65535, 65536])
def test_distances_that_fill_their_type(neurons: int) -> None:
    rng = np.random.default_rng(neurons)
    p = Parameters(neurons, 3, weight_bits=1, kernel_bits=1, lanes=512, max_steps=1)
    image = random_image(p, rng)
    stored = spins_from_bits(image.patterns)
    queries = np.concatenate([stored, -stored, random_queries(p, 2, rng)])
    index, smallest = Engine(image).nearest(queries)
    apart = (queries[:, np.newaxis] != stored).sum(axis=2)
    np.testing.assert_array_equal(index, apart.argmin(axis=1))
    np.testing.assert_array_equal(smallest, apart.min(axis=1))
    alone = replace(
        image,
        parameters=replace(p, patterns=1),
        patterns=image.patterns[:1],
        weights=image.weights[:1],
        kernel_lut=np.ones_like(image.kernel_lut),  # whatever pads a row must not count
    )
    assert check_all_methods(alone, -stored[:1]).distance[0] == neurons


def test_more_patterns_than_one_span_of_byte_products() -> None:
    rng = np.random.default_rng(5)
    for kernel_bits, weight_bits in ((16, 8), (8, 2), (9, 7)):
        p = Parameters(5, 4200, kernel_bits=kernel_bits, weight_bits=weight_bits, max_steps=2)
        image = random_image(p, rng)
        lut = np.full(6, p.kernel_max)
        check_all_methods(replace(image, kernel_lut=lut), corner_queries(image, rng)[-2:])


# What must not be missed --------------------------------------------------------------------------


def test_a_tie_keeps_the_bit() -> None:
    patterns = np.array([[1, 0, 1], [1, 0, 1]])
    image = simple_image(np.array([[1, 1, 0], [0, 0, 1]]), patterns, [7], weight_bits=1)
    queries = spins_from_bits(np.array([[1, 0, 1], [0, 0, 1]], dtype=np.uint8))
    recalls = check_all_methods(image, queries)
    np.testing.assert_array_equal(recalls.states, queries)
    assert recalls.converged.all()


@pytest.mark.parametrize("max_steps", [1, 2, 7])
def test_a_cycle_of_period_two_runs_out_of_steps(max_steps: int) -> None:
    patterns = np.array([[1, 0, 1, 1], [0, 1, 0, 0]])
    image = simple_image(1 - patterns, patterns, [9], weight_bits=1, max_steps=max_steps)
    queries = spins_from_bits(patterns.astype(np.uint8))
    recalls = check_all_methods(image, queries)
    assert not recalls.converged.any()
    assert (recalls.steps == max_steps).all()
    np.testing.assert_array_equal(recalls.states, queries if max_steps % 2 == 0 else -queries)


def test_a_miss_comes_back_as_it_was() -> None:
    patterns = np.array([[1, 0, 1, 1, 0]])
    image = simple_image(patterns, patterns, [9, 3], weight_bits=1, kernel_origin="absolute")
    queries = spins_from_bits(np.concatenate([patterns, 1 - patterns]).astype(np.uint8))
    recalls = check_all_methods(image, queries)
    np.testing.assert_array_equal(recalls.miss, [False, True])
    np.testing.assert_array_equal(recalls.states, queries)


@pytest.mark.parametrize("origin", KERNEL_ORIGINS)
def test_a_lut_of_zeros(origin: str) -> None:
    patterns = np.array([[1, 0, 1, 1, 0], [0, 0, 1, 0, 0]])
    image = simple_image(patterns, patterns, [0], weight_bits=1, kernel_origin=origin)
    recalls = check_all_methods(image, spins_from_bits(patterns.astype(np.uint8)))
    assert recalls.miss.all()
    assert (recalls.counts.groups_active == 0).all()


@pytest.mark.parametrize("origin", KERNEL_ORIGINS)
@pytest.mark.parametrize("neurons", [700, 1000, 1100, 2100])
@pytest.mark.parametrize("radius", [-1, 0, 60])
def test_patterns_ruled_out_by_half_of_their_words(neurons: int, radius: int, origin: str) -> None:
    rng = np.random.default_rng(neurons + radius)
    p = Parameters(neurons, 53, lanes=16, kernel_bits=8, max_steps=2, kernel_origin=origin)
    image = random_image(p, rng)
    stored = image.patterns.copy()
    stored[18] = stored[40]
    stored[18, -20:] ^= 1  # differs in the words that come last
    stored[52, -70:] = stored[6, -70:]
    lut = np.zeros(neurons + 1, dtype=np.int64)
    lut[: radius + 1] = np.arange(200, 200 - radius - 1, -1)
    image = replace(image, patterns=stored, kernel_lut=lut)
    head = Engine(image).image.head
    assert 0 < head < distance.padded_words(neurons)
    mixed = stored[[40, 18, 6, 52, 40, 0, 22, 10]]
    mixed[4, -10:] ^= 1  # as far from 18 as from 40
    mixed[5, : 32 * head] = stored[2, : 32 * head]  # the nearest by its first words is not
    mixed[6, : 32 * head] ^= 1  # the nearest comes last by its first words
    mixed[7, : 32 * head : 3] ^= 1
    noisy = mixed[:4] ^ (rng.random(mixed[:4].shape) < 0.05)
    states = np.concatenate([mixed, noisy, rng.integers(0, 2, (2, neurons))]).astype(np.uint8)
    check_all_methods(image, spins_from_bits(states))


# No float decides a bit ---------------------------------------------------------------------------


@given(
    st.integers(1, 2**20),
    st.integers(1, 16),
    st.lists(st.integers(1, 255), min_size=1, max_size=8),
    st.sampled_from((0, 1, 16)),
    st.sampled_from((0, 1, 16)),
)
@settings(max_examples=500)
def test_the_plan_never_leaves_the_exact_range(
    patterns: int, kernel_bits: int, plane_weights: list[int], offset_bits: int, frac_bits: int
) -> None:
    p = Parameters(
        1, patterns, len(plane_weights), tuple(plane_weights), kernel_bits,
        offset_bits=offset_bits, offset_frac_bits=frac_bits,
    )  # fmt: skip
    plan = plans.make_plan(p)
    largest = patterns * (2**kernel_bits - 1) * sum(plane_weights)
    assert largest <= 2 ** (np.finfo(plan.matrix).nmant + 1)
    assert max(2 * largest, p.largest_field) <= np.iinfo(plan.accumulator).max
    assert patterns * 255 < 2**32  # a sum of bytes of kernel values fits anywhere
    codes = np.arange(2 ** len(plane_weights), dtype=np.uint8).reshape(-1, 1)
    whole = np.zeros(codes.shape, dtype=np.int64)
    for part in plan.slices:
        cut = plans.slice_codes(part, codes)
        assert cut.min() >= 0
        assert cut.max() == sum(part.weights) <= 127
        whole += part.scale * cut.astype(np.int64)
    np.testing.assert_array_equal(whole, plans.whole_codes(p, codes))
    assert whole.max() == sum(plane_weights)
    assert sorted(plane for part in plan.slices for plane in part.planes) == list(
        range(len(plane_weights))
    )


@pytest.mark.parametrize(
    ("patterns", "weight_bits", "kernel_bits"),
    [
        (85, 2, 16),  # 85 * 65535 * 3 = 2**24 - 65,791: float32
        (86, 2, 16),  # past 2**24: float64
        (128, 1, 16),
        (514, 7, 8),  # 514 * 255 * 127 = 2**24 - 131,326
        (600, 8, 16),  # past int32
    ],
)
def test_all_values_at_their_largest(patterns: int, weight_bits: int, kernel_bits: int) -> None:
    rng = np.random.default_rng(patterns)
    neurons = 9
    p = Parameters(
        neurons, patterns, weight_bits, None, kernel_bits, lanes=8, max_steps=2,
        offset_bits=16, offset_frac_bits=16,
    )  # fmt: skip
    top = 2**weight_bits - 1
    weights = np.full((patterns, neurons), top)
    weights[: patterns // 2, 1] = 0  # nearly cancels: the last unit decides
    weights[: (patterns + 1) // 2, 2] = 0
    weights[:, 3] = 0
    weights[:, 4] = np.where(np.arange(patterns) % 2, 0, top)
    offsets = np.array([-(2**15), 2**15 - 1, -(2**15), 2**15 - 1, 0, 0, 1, -1, 0])
    image = Image(
        p,
        rng.integers(0, 2, (patterns, neurons)).astype(np.uint8),
        weights.astype(np.uint8),
        np.full(neurons + 1, p.kernel_max),
        offsets,
        0.0,
    )
    check_all_methods(image, all_queries(image, rng))
    almost = image.kernel_lut.copy()
    almost[4:] -= 1
    check_all_methods(replace(image, kernel_lut=almost), all_queries(image, rng))


def test_float32_is_used_up_to_its_last_integer_only() -> None:
    assert plans.make_plan(Parameters(1, 85, 2, None, 16)).matrix is np.float32
    assert plans.make_plan(Parameters(1, 86, 2, None, 16)).matrix is np.float64


# Blocks, threads, memory, errors ------------------------------------------------------------------


def test_many_blocks_on_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_ROUND", 1)  # progress as often as it can be
    rng = np.random.default_rng(3)
    image = random_image(Parameters(30, 40, lanes=8, max_steps=5), rng)
    queries = random_queries(image.parameters, 101, rng)
    expected = spec.recall(image, queries)
    for threads in (1, 3):
        engine = Engine(image, threads=threads)
        engine.block = 8
        calls: list[tuple[int, int]] = []
        assert_same(engine.recall(queries, lambda *call, into=calls: into.append(call)), expected)
        each = 8 * threads
        assert calls == [(min(each * n, 101), 101) for n in range(1, -(-101 // each) + 1)]
        assert_same(engine.recall(queries), expected)  # buffers used before


def test_sparse_and_dense_queries_share_a_block() -> None:
    rng = np.random.default_rng(11)
    p = Parameters(64, 400, kernel_bits=8, max_steps=3, kernel_origin="absolute")
    image = random_image(p, rng)
    lut = np.zeros(65, dtype=np.int64)
    lut[:33] = np.arange(255, 255 - 33 * 7, -7)
    image = replace(image, kernel_lut=lut)
    stored = spins_from_bits(image.patterns[:4])
    far = np.ones((4, 64), dtype=np.int8)  # and queries that see about half of the patterns
    assert_same(
        fast.recall(image, np.concatenate([stored, -stored, far])),
        spec.recall(image, np.concatenate([stored, -stored, far])),
    )


def test_no_queries_and_other_types() -> None:
    rng = np.random.default_rng(2)
    image = random_image(Parameters(70, 5), rng)
    assert_same(
        fast.recall(image, np.zeros((0, 70), dtype=np.int8)),
        spec.recall(image, np.zeros((0, 70), dtype=np.int8)),
    )
    queries = random_queries(image.parameters, 4, rng)
    expected = spec.recall(image, queries)
    for given_queries in (
        queries.astype(np.int64),
        np.asfortranarray(queries),
        np.repeat(queries, 2, axis=0)[::2],
    ):
        assert_same(fast.recall(image, given_queries), expected)


@pytest.mark.parametrize(
    ("row", "column", "value"), [(0, 0, 0), (2, 69, 2), (1, 3, -128), (3, 64, 0)]
)
def test_a_wrong_spin_is_named_as_the_specification_names_it(
    row: int, column: int, value: int
) -> None:
    image = random_image(Parameters(70, 5), np.random.default_rng(4))
    queries = np.ones((40, 70), dtype=np.int8)
    queries[row + 30, column] = value
    engine = Engine(image)
    engine.block = 8
    for recall in (engine.recall, lambda given: spec.recall(image, given)):
        with pytest.raises(InputError, match=rf"queries\[{row + 30}, {column}\] is {value};"):
            recall(queries)
        with pytest.raises(InputError, match=r"queries have shape \(40, 69\)"):
            recall(queries[:, 1:])


def test_memory_stays_within_what_is_stated() -> None:
    rng = np.random.default_rng(8)
    for p in (
        Parameters(200, 600),
        Parameters(100, 300, 8, None, 16),
        Parameters(130, 70, 3, (1, 200, 9), 4, lanes=8),
    ):
        image = random_image(p, rng)
        engine = Engine(image)
        stated = fast.memory_bytes(p, threads=1)
        arrays = [engine.image.tiled_patterns, engine.image.slices]
        arrays += [] if engine.matrix is None else [engine.matrix]
        arrays += [] if engine.image.codes is image.weights else [engine.image.codes]
        assert sum(array.nbytes for array in arrays) <= stated["image"]
        buffers = Buffers.of(p, engine.plan, engine.block)
        assert sum(array.nbytes for array in buffers) <= stated["blocks"]
    large = fast.memory_bytes(Parameters(1000, 3000), threads=2)
    assert sum(large.values()) < 16 * 2**20


def test_nearest_is_the_first_of_the_nearest() -> None:
    rng = np.random.default_rng(9)
    image = random_image(Parameters(12, 50), rng)
    queries = random_queries(image.parameters, 40, rng)
    apart = (queries[:, np.newaxis] != spins_from_bits(image.patterns)).sum(axis=2)
    index, distance = Engine(image).nearest(queries)
    np.testing.assert_array_equal(index, apart.argmin(axis=1))
    np.testing.assert_array_equal(distance, apart.min(axis=1))


# Without the compiler -----------------------------------------------------------------------------


@pytest.mark.skipif(not COMPILED, reason="this is that run")
def test_the_same_without_the_compiler() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_a_host_without_wide_vectors_computes_the_same() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__),
            *("-k", "every_number_of_words or largest or tie or threads"),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_compiled_code_belongs_to_the_sources_it_came_from(tmp_path: Path) -> None:
    (tmp_path / "stage.py").write_text("A = 1\n")
    first = target.sources_digest(tmp_path)
    assert target.sources_digest(tmp_path) == first
    (tmp_path / "stage.py").write_text("A = 2\n")
    assert target.sources_digest(tmp_path) != first
    digest = target.sources_digest(Path(target.__file__).parent)[:16]
    for function in (runs.recall_blocks, distance.distances):
        if hasattr(function, "stats"):  # compiled, not replaced by plain Python
            assert f"numba-{digest}" in function.stats.cache_path
