"""Files whose names are bytes and no text are read and written, and told as Python writes them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run

ODD = os.fsdecode(b"\xff")


@pytest.fixture
def memory(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    np.save(f"p{ODD}.npy", np.random.default_rng(0).choice([-1, 1], (12, 20)))
    memory = f"m{ODD}.npz"
    train = ("train", "--patterns-file", f"p{ODD}.npy", "--gamma", 0.05, "-o", memory)
    assert run(*train).status == 0
    return memory


def test_image_kit_vectors_and_report(memory: str, run: Run) -> None:
    image, kit = f"i{ODD}", f"k{ODD}"
    assert run("export", memory, "--lanes", 8, "-o", image, "--kit", kit).status == 0
    told = json.loads(Path(image, "manifest.json").read_text("utf-8"))["provenance"]
    assert told["memory"] == r"m\udcff.npz"
    assert Path(kit, "simulate.sh").is_file()
    for words in (
        ("vectors", image, "--queries", f"p{ODD}.npy", "-o", f"v{ODD}"),
        ("report", image, "-o", f"r{ODD}"),
        ("watch", image, f"p{ODD}.npy", "--shape", "4x5", "-o", f"w{ODD}.svg"),
    ):
        ran = run(*words)
        assert ran.status == 0, ran.err
        assert Path(str(words[-1])).exists()
    assert run("check", image).out.startswith(r"image i\udcff: ")


def test_comparisons_and_experiments(memory: str, run: Run) -> None:
    for image in ("one", f"two{ODD}"):
        assert run("export", memory, "--lanes", 8, "-o", image).status == 0
    ran = run("compare", "one", f"two{ODD}", "-o", f"c{ODD}")
    assert ran.status == 0, ran.err
    page = Path(f"c{ODD}", "comparison.html").read_text("utf-8")
    assert r"two\udcff" in page
    study = ("experiments", "run", "figure3", "--quick", "--jobs", 1)
    ran = run(*study, "--patterns-file", f"p{ODD}.npy", "-o", f"e{ODD}")
    assert ran.status == 0, ran.err
