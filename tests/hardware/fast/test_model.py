"""Blocks, threads, memory and errors of the fast model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware import fast, spec
from hwsim.hardware.fast import model as model_module
from hwsim.hardware.fast.memory import new_buffers
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.path import JITTED, Path, paths
from hwsim.hardware.fast.threads import share, take
from hwsim.spins import spins_from_bits
from tests.hardware.fast.agreement import (
    assert_same,
)
from tests.images import random_image, random_queries


def test_many_blocks_on_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "_ROUND", 1)  # progress as often as it can be
    monkeypatch.setattr(model_module, "_WORTH_A_THREAD", 1)
    rng = np.random.default_rng(3)
    image = random_image(Parameters(30, 40, lanes=8, max_steps=5), rng)
    queries = random_queries(image.parameters, 101, rng)
    expected = spec.recall(image, queries)
    for threads in (1, 3):
        model = FastModel(image, threads=threads)
        model.block = 8
        calls: list[tuple[int, int]] = []
        assert_same(model.recall(queries, lambda *call, into=calls: into.append(call)), expected)
        each = 8 * threads
        assert calls == [(min(each * n, 101), 101) for n in range(1, -(-101 // each) + 1)]
        assert_same(model.recall(queries), expected)  # buffers used before


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
    row: int, column: int, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_module, "_WORTH_A_THREAD", 1)
    image = random_image(Parameters(70, 5), np.random.default_rng(4))
    queries = np.ones((40, 70), dtype=np.int8)
    queries[0, 1], queries[row + 30, column] = -1, value
    model = FastModel(image)
    model.block = 8
    for recall in (model.recall, lambda given: spec.recall(image, given)):
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
        Parameters(60000, 3, lanes=8),
        Parameters(1, 1),
    ):
        image = random_image(p, rng)
        model = FastModel(image)
        stated = fast.memory_bytes(p, threads=1)
        arrays = [each for each in model.image if isinstance(each, np.ndarray)]
        arrays += [model.loop._matrix] if hasattr(model.loop, "_matrix") else []
        assert sum(array.nbytes for array in arrays) <= stated["image"]
        buffers = new_buffers(p, model.plan, model.block)._asdict()
        for view in ("coarse_halves", "halves"):  # of memory that others name, too
            del buffers[view]
        assert sum(array.nbytes for array in buffers.values()) <= stated["blocks"]


@pytest.mark.parametrize("path", paths().values(), ids=lambda path: path.name)
def test_memory_at_the_size_of_the_paper(path: Path) -> None:
    stated = fast.memory_bytes(Parameters(1000, 3000), threads=2, path=path)
    floats = 4 * 1000 * 3000 if path is JITTED else 0  # what BLAS multiplies, besides the codes
    assert sum(stated.values()) < 16 * 2**20 + floats


def test_nearest_is_the_first_of_the_nearest() -> None:
    rng = np.random.default_rng(9)
    image = random_image(Parameters(12, 50), rng)
    queries = random_queries(image.parameters, 40, rng)
    apart = (queries[:, np.newaxis] != spins_from_bits(image.patterns)).sum(axis=2)
    index, distance = FastModel(image).nearest(queries)
    np.testing.assert_array_equal(index, apart.argmin(axis=1))
    np.testing.assert_array_equal(distance, apart.min(axis=1))


def test_no_thread_is_woken_for_what_takes_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def noted(work: Callable[[], bool], threads: int) -> list[bool]:
        asked.append(threads)
        return share(work, threads)

    monkeypatch.setattr(model_module, "share", noted)
    model = FastModel(random_image(Parameters(200, 600), np.random.default_rng(6)), threads=2)
    queries = random_queries(model.parameters, 400, np.random.default_rng(6))
    model.nearest(queries[:1])
    model.nearest(queries[:64])
    model.nearest(queries)
    assert asked == [1, 1, 2]


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_are_positive(threads: int) -> None:
    image = random_image(Parameters(8, 5), np.random.default_rng(1))
    with pytest.raises(InputError, match=f"threads is {threads}; there must be 1 or more"):
        FastModel(image, threads=threads)


def test_an_error_stops_the_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "_WORTH_A_THREAD", 1)
    rng = np.random.default_rng(2)
    model = FastModel(random_image(Parameters(30, 40, lanes=8), rng), threads=2)
    model.block = 8
    queries = random_queries(model.parameters, 800, rng)
    expected = model.recall(queries)
    caller = threading.get_ident()
    failed = threading.Event()
    blocks: list[int] = []

    def fails(*arguments: Any) -> bool:
        if threading.get_ident() == caller:
            failed.set()
            raise KeyboardInterrupt
        failed.wait(60)
        time.sleep(0.1)  # the caller has stopped the counter by then
        counter, block = arguments[2], arguments[3]
        while take(counter) * block < len(queries):
            blocks.append(1)
        return True

    with monkeypatch.context() as patched:
        patched.setattr(model.loop, "recall", fails)
        with pytest.raises(KeyboardInterrupt):
            model.recall(queries)
    assert blocks == []
    assert_same(model.recall(queries), expected)
