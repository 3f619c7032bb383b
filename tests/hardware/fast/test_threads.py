"""Threads take every block once, end together, and outlive neither an error nor a fork."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.hardware import spec
from hwsim.hardware.fast import model as model_module
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.threads import Counter, new_counter, share, take
from hwsim.hardware.outcome import Recalls
from tests.hardware.fast.agreement import assert_same
from tests.images import random_image, random_queries


def mark(counter: Counter, taken: np.ndarray) -> int:
    mine = 0
    while True:
        number = take(counter)
        if number >= len(taken):
            return mine
        taken[number] += 1
        mine += 1


def test_no_number_is_taken_twice_or_left_out() -> None:
    counter = new_counter()
    taken = np.zeros(30_000, dtype=np.int64)
    each = share(lambda: mark(counter, taken), 4)
    assert (taken == 1).all()
    assert sum(each) == len(taken)
    assert len(each) == 4
    assert take(counter) == len(taken) + 4


def test_the_caller_is_one_of_the_threads() -> None:
    assert share(threading.get_ident, 1) == [threading.get_ident()]
    idents = share(threading.get_ident, 3)
    assert idents[0] == threading.get_ident()
    assert threading.get_ident() not in idents[1:]


@pytest.mark.parametrize("caller_fails", [True, False])
def test_an_error_is_raised_when_all_have_ended(caller_fails: bool) -> None:
    caller = threading.get_ident()
    ended: list[int] = []

    def work() -> None:
        if (threading.get_ident() == caller) == caller_fails:
            raise ValueError("wrong")
        time.sleep(0.05)
        ended.append(threading.get_ident())

    with pytest.raises(ValueError, match="wrong"):
        share(work, 2)
    assert len(ended) == 1


def recall_in_a_child(seed: int) -> np.ndarray:
    image = random_image(Parameters(30, 40, lanes=8), np.random.default_rng(seed))
    queries = random_queries(image.parameters, 40, np.random.default_rng(seed))
    return FastModel(image, threads=2).recall(queries).states


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork.*:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "_WORTH_A_THREAD", 1)
    here = recall_in_a_child(1)  # the pool is there, and so is its thread
    with multiprocessing.get_context("fork").Pool(1) as children:
        there = children.apply_async(recall_in_a_child, (1,)).get(timeout=300)
    np.testing.assert_array_equal(there, here)


def test_several_callers_share_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "_WORTH_A_THREAD", 1)
    rng = np.random.default_rng(7)
    image = random_image(Parameters(30, 40, lanes=8, max_steps=5), rng)
    queries = random_queries(image.parameters, 90, rng)
    expected = spec.recall(image, queries)
    model = FastModel(image, threads=2)
    model.block = 8
    results: list[object] = []
    callers = [
        threading.Thread(target=lambda: results.append(model.recall(queries))) for _ in range(5)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(results) == 5
    for result in results:
        assert isinstance(result, Recalls)
        assert_same(result, expected)


def test_the_caller_does_it_all_while_the_interpreter_ends() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import atexit, threading\n"
            "from hwsim.hardware.fast.threads import share\n"
            "atexit.register(lambda: print(len(share(threading.get_ident, 3))))\n",
        ],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
