"""The engine with its rules and in the row dataflow, against the specification: bit and cycle."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hwsim.config import DATAFLOWS
from hwsim.cosim import cosimulate
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from tests.rtl import ruled
from tests.rtl.images import RULES, ruled_image, ruled_queries
from tests.tools import require_tool


@pytest.mark.parametrize("dataflow", DATAFLOWS)
@pytest.mark.parametrize("name", RULES)
def test_engine_equals_specification(name: str, dataflow: str, tmp_path: Path) -> None:
    image = ruled_image(name, dataflow)
    counts = assert_equal(image, ruled_queries(image), tmp_path).counts
    for event in RULES[name].acts:
        assert getattr(counts, event).sum() > 0, event  # or nothing of the rule was tested


@pytest.mark.parametrize("case", ruled.cases(), ids=lambda case: case.name)
def test_corners(case: ruled.Case, tmp_path: Path) -> None:
    assert_equal(*case.make(), tmp_path, stalls=case.parameters.max_steps % 2 == 0)


def test_the_corners_show_all_that_rules_do() -> None:
    seen = set()
    for case in ruled.cases():
        seen |= ruled.happenings(*case.make())
    assert seen == ruled.HAPPENINGS


@pytest.mark.parametrize("seed", range(int(os.environ.get("HWSIM_COSIMS", "5"))))
def test_random_images(seed: int, tmp_path: Path) -> None:
    """A few of those that `make cosims` runs."""
    assert_equal(*ruled.random_case(seed).make(), tmp_path, stalls=seed % 2 == 0)


def assert_equal(
    image: Image, queries: npt.NDArray[np.int8], folder: Path, *, stalls: bool = True
) -> Recalls:
    """Simulate an image; what the specification says of it."""
    require_tool("iverilog")
    write_image(folder / "image", image)
    recalls = make_vectors(folder / "image", queries, folder / "vectors")
    result = cosimulate(folder / "image", folder / "vectors", stalls=stalls, seed=1)
    assert result.mismatches == ()
    assert result.recalls == len(queries)
    assert result.cycles == result.cycles_predicted
    return recalls
