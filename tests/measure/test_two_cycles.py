"""Cycles of two states: found where there are some, in no fixed point, and told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.cli import run
from hwsim.compress.lower import lower
from hwsim.hardware import fast, spec
from hwsim.hardware.image import Image
from hwsim.measure.two_cycles import in_two_cycle, told
from hwsim.reference.memory import Memory
from tests.images import near_queries, small_images

# Each of two patterns sends to the other: what its weights hold is the other's spins.
PAIR = np.array([[1, 1, 1, 1, -1, -1, -1, -1], [1, -1, 1, -1, 1, -1, 1, -1]], dtype=np.int8)
SWAPPING = Memory(PAIR, PAIR[::-1].astype(np.float64), 0.5)


@pytest.mark.parametrize("max_steps", [4, 5])
def test_two_patterns_that_send_to_each_other(max_steps: int) -> None:
    image = lower(SWAPPING, lanes=8, max_steps=max_steps)
    recalls = fast.recall(image, PAIR)
    assert not recalls.converged.any()
    assert in_two_cycle(image, recalls.states).all()
    assert in_two_cycle(image, recalls.states, spec.recall).all()


def test_a_fixed_point_is_no_cycle() -> None:
    image = lower(Memory(PAIR, PAIR.astype(np.float64), 0.5), lanes=8)
    assert not in_two_cycle(image, PAIR).any()
    assert not in_two_cycle(image, PAIR[:0]).any()


@given(image=small_images(), seed=st.integers(0, 2**32 - 1))
def test_it_is_what_two_single_steps_say(image: Image, seed: int) -> None:
    states = near_queries(image, 6, np.random.default_rng(seed))
    single = replace(image, parameters=replace(image.parameters, max_steps=1))
    once = fast.recall(single, states).states
    twice = fast.recall(single, once).states
    wanted = (twice == states).all(axis=1) & (once != states).any(axis=1)
    assert np.array_equal(in_two_cycle(image, states), wanted)


def test_words() -> None:
    assert told(1, 9).startswith("1 of 9 recall goes to and fro between two states (period two)")
    assert told(2, 9).startswith("2 of 9 recalls go to and fro")


def test_commands_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("swap.npz", patterns=PAIR, alpha=SWAPPING.alpha, gamma=0.5)
    np.save("queries.npy", PAIR)
    assert run(["export", "swap.npz", "--lanes", "8", "-o", "image"]) == 0
    capsys.readouterr()
    assert run(["recall", "image", "queries.npy", "-o", "out.npz", "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["period_two"] == 2
    assert "2 of 2 recalls go to and fro between two states" in shown.err
    run(["validate", "swap.npz", "--lanes", "8", "--noise", "0"])
    assert "at 0% noise 2 of 2 recalls go to and fro" in capsys.readouterr().out.replace("\n", " ")
