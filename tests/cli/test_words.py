"""What commands tell first: of which queries a mean is, and the search beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hwsim.cli.synth import print_synthesis
from hwsim.config import Parameters
from hwsim.export.folder import write_image
from hwsim.synth.effort import effort
from hwsim.synth.result import Placed, Silicon, Synthesis
from tests.cli.conftest import Run
from tests.images import random_image

IMAGE = random_image(Parameters(12, 9, lanes=8), np.random.default_rng(1))


def test_a_report_tells_what_it_is_the_mean_of(run: Run, tmp_path: Path) -> None:
    write_image(tmp_path / "i", IMAGE)
    ran = run("report", tmp_path / "i", "--count", 1, "--noise", 0.25, "-o", tmp_path / "r")
    assert ran.status == 0, ran.err
    first, mean, search = ran.out.splitlines()
    assert first.endswith(" cycles on average")
    assert mean == "mean of 1 recall: 1 stored pattern with 25% of the spins flipped, seed 0"
    assert "nearest-pattern search" in search


@pytest.mark.parametrize(("model", "title"), [("fast", "fast model"), ("spec", "specification")])
def test_a_recall_tells_the_model_by_its_title(
    run: Run, tmp_path: Path, model: str, title: str
) -> None:
    write_image(tmp_path / "i", IMAGE)
    np.save(tmp_path / "q.npy", np.ones((2, 12), np.int8))
    command = ("recall", tmp_path / "i", tmp_path / "q.npy", "--model", model)
    ran = run(*command, "-o", tmp_path / "r.npz")
    assert ran.status == 0, ran.err
    assert ran.out.startswith(f"2 recalls by the {title}: ")


@pytest.mark.parametrize("silicon", [None, Silicon("own", 1.0, 2.0, 3.0, 4.0, 5.0, "own")])
def test_a_synthesis_tells_the_search_beside_it(
    capsys: pytest.CaptureFixture[str], silicon: Silicon | None
) -> None:
    spent = effort(IMAGE)
    assert spent.beside is not None
    assert spent.beside.engine.cycles == spent.cycles
    assert spent.beside.engine.energy_pj == spent.energy_pj
    print_synthesis(
        Synthesis(
            "up5k", "device", {"luts": 7}, {"luts": 9}, 1,
            (Placed("patterns", block_rams=1), Placed("weights", block_rams=2, flip_flops=1)),
            True, 50.0, 60.0, (), "", spent, {"yosys": "0.70"}, "", silicon=silicon,
        )
    )  # fmt: skip
    told = capsys.readouterr().out
    assert f"{spent.beside.sentence()}, by counts and figures at 45 nm\n" in told
    assert ("energy-delay of both" in told) is (silicon is None)
    assert ("nJ a recall by figures for silicon at 45 nm, not for this device" in told) is (
        silicon is None
    )
    assert "1 block ram " in told
    assert "2 block rams, 1 flip flop " in told
