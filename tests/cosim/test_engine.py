"""The door to the simulators: what it returns, what it refuses, what it leaves behind."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cosim import cosimulate
from hwsim.errors import InputError, ToolError
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.images import random_image, random_queries
from tests.sealing import edit_vectors
from tests.tools import require_tool


def image_and_vectors(
    folder: Path, parameters: Parameters, *, recalls: int = 2, kernel: list[int] | None = None
) -> tuple[Path, Path]:
    """A random image and vectors; `kernel` gives the LUT's first values, its last one the rest."""
    rng = np.random.default_rng(3)
    image = random_image(parameters, rng)
    if kernel is not None:
        padded = kernel + [kernel[-1]] * (parameters.neurons + 1 - len(kernel))
        image = replace(image, kernel_lut=np.array(padded, dtype=np.int64))
    write_image(folder / "image", image)
    queries = random_queries(parameters, recalls, rng)
    make_vectors(folder / "image", queries, folder / "vectors")
    return folder / "image", folder / "vectors"


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    return image_and_vectors(tmp_path, Parameters(9, 10, lanes=8, max_steps=3))


@pytest.mark.parametrize(
    ("parameters", "kernel", "most"),
    [
        (Parameters(200, 600, 2, None, 8, 64, max_steps=2), [255, 1], 1.05),
        (Parameters(1000, 3000, 2, None, 8, 256, max_steps=1), [255, 1], 1.02),
        # Only the nearest pattern's own group counts.
        (Parameters(1000, 3000, 2, None, 8, 256, max_steps=1), [255, 0], 1.10),
    ],
    ids=["N=200 dense", "N=1000 dense", "N=1000 sparse"],
)
def test_cycles_against_the_bound(
    parameters: Parameters, kernel: list[int], most: float, tmp_path: Path
) -> None:
    require_tool("iverilog")
    folders = image_and_vectors(tmp_path, parameters, kernel=kernel)
    result = cosimulate(*folders, stalls=False)
    assert result.mismatches == ()
    assert result.recalls == 2
    assert result.cycles == result.cycles_predicted
    for cycles, bound in zip(result.cycles, result.cycles_bound, strict=True):
        assert cycles <= most * bound


@pytest.mark.parametrize("stalls", [False, True])
def test_a_wrong_vector_is_a_mismatch(stalls: bool, small: tuple[Path, Path]) -> None:
    require_tool("iverilog")
    image, vectors = small
    words = (vectors / "states.mem").read_text().split()
    words[0] = f"{int(words[0], 16) ^ 1:02x}"
    (vectors / "states.mem").write_text("\n".join(words) + "\n")
    edit_vectors(vectors, lambda document: document["recalls"][0].update(miss=True))
    result = cosimulate(image, vectors, stalls=stalls)
    assert len(result.mismatches) == 2
    assert result.mismatches[0].startswith("recall 0: state word 0 is ")
    assert result.mismatches[1] == "recall 0: miss is 0, expected 1"
    assert result.recalls == 2


def test_nothing_stays_behind(
    small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_tool("iverilog")
    scratch, here = tmp_path / "scratch", tmp_path / "here"
    scratch.mkdir()
    here.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(here)
    assert cosimulate(*small).mismatches == ()
    assert list(scratch.iterdir()) == []
    assert list(here.iterdir()) == []


def test_waves(small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_tool("iverilog")
    monkeypatch.chdir(tmp_path)
    result = cosimulate(*small, waves=True)
    assert result.mismatches == ()
    assert result.waves == "hwsim_engine.fst"
    assert (tmp_path / "hwsim_engine.fst").stat().st_size > 1000


def test_missing_simulator(small: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(ToolError, match=r"iverilog is not on the PATH.*apt-get install iverilog"):
        cosimulate(*small)


def test_unknown_simulator(small: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="simulator is 'modelsim'"):
        cosimulate(*small, simulator="modelsim")


def test_vectors_of_another_image(small: tuple[Path, Path], tmp_path: Path) -> None:
    require_tool("iverilog")
    other = tmp_path / "other"
    other.mkdir()
    image, _ = image_and_vectors(other, Parameters(9, 11, lanes=8))
    with pytest.raises(InputError, match="made from another image"):
        cosimulate(image, small[1])


def test_an_image_whose_path_the_simulator_refuses(tmp_path: Path) -> None:
    require_tool("iverilog")
    folder = tmp_path / "geräte 100%"
    folder.mkdir()
    folders = image_and_vectors(folder, Parameters(9, 10, lanes=8, max_steps=3))
    assert cosimulate(*folders).mismatches == ()


@pytest.mark.parametrize("name", ["absolute", "trained"])
def test_an_image_of_format_1_runs_as_it_did(name: str) -> None:
    require_tool("iverilog")
    folder = Path(__file__).parents[1] / "export" / "format_1" / name
    result = cosimulate(folder / "image", folder / "vectors", stalls=False)
    assert (result.recalls, result.mismatches) == (12, ())
