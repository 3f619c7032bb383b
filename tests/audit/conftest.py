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
from hwsim.hardware.rules import with_rules
from tests.images import near_queries, random_image, random_queries, remembering_image

BEFORE = Path(__file__).parent / "before"  # as hwsim 0.1.0 wrote them, at commit d398f2b
# Unused lanes in patterns and weights; two planes that weigh otherwise than 1 and 2.
PARAMETERS = Parameters(
    neurons=5, patterns=3, weight_bits=2, plane_weights=(1, 3), kernel_bits=5, lanes=8,
    offset_bits=3, offset_frac_bits=1, max_steps=7,
)  # fmt: skip
RULED, RULED_SEED = (
    Parameters(neurons=12, patterns=4, weight_bits=2, kernel_bits=5, lanes=8, max_steps=7), 0
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
    rng = np.random.default_rng(1)
    queries = random_queries(PARAMETERS, 3, rng)
    make_vectors(folder / "image", queries, folder / "vectors")
    # Every rule and memory that there can be; seeds at which each rule acts on the image.
    plain = remembering_image(RULED, np.random.default_rng(RULED_SEED))
    ruled = with_rules(plain, dataflow="row", coarse_words=1)
    p = ruled.parameters
    assert p.radius_bits > 1
    assert p.winner_limit
    assert p.coarse_words
    write_image(folder / "ruled", ruled, list(FORMATS))
    make_vectors(folder / "ruled", near_queries(ruled, 3, rng), folder / "ruled-vectors")
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
