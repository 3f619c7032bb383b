"""Engines side by side: every outcome, counter and cycle as specified and predicted."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hwsim.config import DATAFLOWS
from hwsim.hardware.image import Image
from tests.rtl.flight import Batches, batches
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.ruled import Case, random_case
from tests.tools import require_tool

COSIMS = int(os.environ.get("HWSIM_COSIMS", "4"))


def side_by_side(image: Image, engines: int) -> Image:
    return replace(image, parameters=replace(image.parameters, engines=engines))


def asked(image: Image, queries: npt.NDArray[np.int8], engines: int, folder: Path) -> Batches:
    require_tool("iverilog")
    return batches(side_by_side(image, engines), queries, 1, folder)


def random_shares(seed: int) -> tuple[Case, int]:
    """A case of any sizes and rules with as many groups as engines, or more."""
    rng = np.random.default_rng([12, seed])
    case, engines = random_case(2000 + seed), int(rng.choice([2, 4, 8]))
    lanes = 8 if rng.random() < 0.7 else 16
    patterns = int(rng.integers((engines - 1) * lanes + 1, (engines + 3) * lanes))
    return replace(
        case, parameters=replace(case.parameters, patterns=patterns, lanes=lanes)
    ), engines


@pytest.mark.parametrize("seed", range(COSIMS))
def test_random_images(seed: int, tmp_path: Path) -> None:
    """A few of those that `make cosims` runs."""
    case, engines = random_shares(seed)
    both = asked(*case.make(), engines, tmp_path)
    assert_passes(both)
    failed, said = both.run(stalls=True)
    assert failed == 0, said


@pytest.mark.parametrize("rules", ["no rule", "all", "all, whole scan", "any limits"])
@pytest.mark.parametrize("dataflow", DATAFLOWS)
@pytest.mark.parametrize("engines", [2, 4])
def test_rules(engines: int, dataflow: str, rules: str, tmp_path: Path) -> None:
    image = ruled_image(rules, dataflow)
    assert_passes(asked(image, ruled_queries(image)[:12], engines, tmp_path))


@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_nothing_is_left_of_a_recall(dataflow: str, tmp_path: Path) -> None:
    """Twenty resets, anywhere; then every answer, cycle and counter is as ever."""
    image = ruled_image("all", dataflow)
    failed, said = asked(image, ruled_queries(image)[:8], 4, tmp_path).run(resets=20)
    assert failed == 0, said


def assert_passes(asked: Batches) -> None:
    failed, said = asked.run()
    assert failed == 0, said
    assert asked.measured() == asked.cycles
