"""A small image with every format and offsets, golden vectors beside it, and a small sweep."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from hwsim.compress.kernel_lut import kernel_lut
from hwsim.config import Parameters
from hwsim.explore import sweep as sweeps
from hwsim.export.folder import write_image
from hwsim.export.formats import FORMATS
from hwsim.golden import make_vectors
from tests.images import random_image, random_queries

BEFORE = Path(__file__).parent / "before"  # as hwsim 0.1.0 wrote them, at commit d398f2b
# Unused lanes in patterns and weights; two planes that weigh otherwise than 1 and 2.
PARAMETERS = Parameters(
    neurons=5, patterns=3, weight_bits=2, plane_weights=(1, 3), kernel_bits=5, lanes=8,
    offset_bits=3, offset_frac_bits=1, max_steps=7,
)  # fmt: skip
SWEEP = "[sweep]\nneurons = 12\npatterns = 10\nbits = [1, 2]\ntrials = 2\nqueries = 5\n"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    image = dataclasses.replace(
        random_image(PARAMETERS, np.random.default_rng(5)),
        gamma=0.125,
        kernel_lut=kernel_lut(PARAMETERS.neurons, 0.125, PARAMETERS.kernel_bits),
    )
    write_image(folder / "image", image, list(FORMATS), provenance={"über": [1, 2.5e-7]})
    queries = random_queries(PARAMETERS, 3, np.random.default_rng(1))
    make_vectors(folder / "image", queries, folder / "vectors")
    (folder / "sweep.toml").write_text(SWEEP)
    sweeps.run(folder / "sweep.toml", folder / "sweep", jobs=1)
    return folder


@pytest.fixture
def folders(made: Path, tmp_path: Path) -> Path:
    """A folder of one's own with image, vectors, sweep and sweep.toml."""
    return Path(shutil.copytree(made, tmp_path / "folders"))


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The same kinds of folders, by an earlier hwsim."""
    return Path(shutil.copytree(BEFORE, tmp_path / "before"))
