"""A report shows what hwsim synth made of its image."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.export.folder import write_image
from tests.cli.conftest import Run
from tests.comparison.test_synthesized import synthesis
from tests.images import random_image


@pytest.fixture
def image(tmp_path: Path) -> Path:
    write_image(tmp_path / "i", random_image(Parameters(12, 9, lanes=8), np.random.default_rng(1)))
    return tmp_path / "i"


def test_devices_and_standard_cells(run: Run, image: Path, tmp_path: Path) -> None:
    path = [{"module": "a.mac", "nanoseconds": 3.0}, {"module": "a.scan", "nanoseconds": 1.0}]
    device = synthesis(tmp_path / "device", image, critical_path=path)
    cells = synthesis(
        tmp_path / "cells", image, target="liberty", clock_mhz=None, cells={"gates": 5},
        area_um2=12345.6, leakage_uw=1500.0,
    )  # fmt: skip
    ran = run(
        "report", image, "--synthesis", device, "--synthesis", cells, "-o", tmp_path / "r", "--json"
    )
    assert ran.status == 0, ran.err
    first, second = json.loads(ran.out)["syntheses"]
    cycles = json.loads(ran.out)["timing"]["cycles_mean"]
    assert first["recalls_per_second"] == pytest.approx(80e6 / cycles)
    assert (second["area_um2"], second["recalls_per_second"]) == (12345.6, None)
    page = (tmp_path / "r" / "report.md").read_text()
    assert "| ecp5-25k | 900 | 400 | 5 | 80.0 MHz |" in page
    assert "| mac | – | – |" in page
    assert "| liberty | – | – | – | – | – | – | 0.0123 mm² | 1.5 mW |" in page
    assert (tmp_path / "r" / "synthesis.csv").exists()


def test_of_another_image_it_is_refused(run: Run, image: Path, tmp_path: Path) -> None:
    write_image(tmp_path / "j", random_image(Parameters(12, 9, lanes=8), np.random.default_rng(2)))
    other = synthesis(tmp_path / "other", tmp_path / "j")
    ran = run("report", image, "--synthesis", other, "-o", tmp_path / "r")
    assert ran.status == 2
    assert "is the synthesis of another image" in ran.err
    assert not (tmp_path / "r").exists()
