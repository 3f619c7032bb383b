"""The study of load and width: what it measures, and what it concludes from made-up numbers."""

from __future__ import annotations

import numpy as np
import pytest

from hwsim.experiments.catalogue import find
from hwsim.experiments.result import Result
from hwsim.experiments.settings import Settings
from hwsim.measure.rows import Row
from hwsim.reference.training import train
from hwsim.spins import SpinArray
from tests.experiments.committed import table

CAPACITY = find("capacity")
SETUP = CAPACITY.set_up(Settings())


def made(recalled: dict[tuple[int, float], list[float]]) -> Result:
    """The study of numbers by size and width, at loads 1, 2, 4 and 8."""
    rows: list[Row] = [
        {
            "method": method, "neurons": neurons, "gamma": gamma, "load": load, "trials": 5,
            "recalled": share, "recalled_std": 0.0, "steps": share, "steps_std": 0.0,
        }
        for method in ("gradient-descent", "converged")
        for (neurons, gamma), shares in recalled.items()
        for load, share in zip((1.0, 2.0, 4.0, 8.0), shares, strict=True)
    ]  # fmt: skip
    return CAPACITY.judged(SETUP, {"rows": rows, "digits": []})


@pytest.mark.parametrize(
    ("large", "width", "load"),
    [
        ([1.0, 1.0, 0.2, 0.0], "reproduced", "not reproduced"),
        ([1.0, 1.0, 1.0, 0.0], "not reproduced", "not reproduced"),
        ([1.0, 1.0, 1.0, 1.0], "not reproduced", "reproduced"),
    ],
)
def test_the_larger_network_decides(large: list[float], width: str, load: str) -> None:
    small, narrow = [1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]
    by_width = made({(50, 0.2): small, (100, 0.1): large})
    assert by_width.verdict("width-grows").outcome == width
    by_gamma = made({(50, 0.1): narrow, (100, 0.1): large})
    assert by_gamma.verdict("load-stays").outcome == load


def test_a_loss_at_once_is_told_with_its_place() -> None:
    found = made({(50, 0.1): [1.0, 0.995, 0.3, 0.0]}).verdict("lost-at-once")
    assert "under half at 2 of 2: 0.300 at P/N = 4, 0.995 at 2 (N = 50, gamma 0.1" in found.measured
    none = made({(50, 0.1): [1.0, 1.0, 1.0, 1.0]}).verdict("lost-at-once")
    assert none.measured == "under half at 0 of 0: none was lost"


def followed(patterns: SpinArray, gamma: float, method: str) -> bool:
    """Whether every pattern leads to the next, by the kernel's own sum."""
    memory = train(patterns, gamma, sequence="cyclic", method=method)
    apart = (patterns[:, None, :] != patterns[None, :, :]).sum(axis=2)
    fields = np.exp(-4 * gamma * apart) @ memory.alpha.astype(np.float64)
    return bool((np.sign(fields) == np.roll(patterns, -1, axis=0)).all())


def test_the_committed_sequences_agree_with_a_sum_of_ones_own() -> None:
    """Small ones: where every follower is learned, all steps are right, and else some are not."""
    for method, gamma, load in (("converged", 0.025, 8), ("gradient-descent", 0.1, 4)):
        (row,) = table("capacity", method=method, neurons=50, gamma=gamma, load=load)
        rng = np.random.default_rng(0)
        patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (50 * load, 50))
        assert followed(patterns, gamma, method) == (row["steps"] == 1)
