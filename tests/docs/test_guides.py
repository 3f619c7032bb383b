"""The guides: every command and every block of Python in them, run as a reader would."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.export.folder import write_image
from tests.docs.conftest import ROOT
from tests.documents import examples, run_examples, shows
from tests.images import random_image
from tests.tools import require_tool

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_block_runs(guide: Path, tmp_path: Path) -> None:
    assert run_examples(guide.read_text(), tmp_path)


def test_the_designer_s_instance_leaves_no_input_open(tmp_path: Path) -> None:
    found = examples((ROOT / "docs" / "guides" / "designer.md").read_text())
    (design,) = (example.text for example in found if example.language == "my_design.v")
    (tmp_path / "my_design.v").write_text(design)
    write_image(tmp_path / "image", random_image(Parameters(12, 9), np.random.default_rng(1)))
    compiled = subprocess.run(
        [require_tool("iverilog"), "-g2005", "-Wall", "-I", "image", "-s", "my_design",
         "-o", "my_design", *sorted((ROOT / "rtl").glob("*.v")), "my_design.v"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert compiled.returncode == 0, compiled.stderr
    assert "dangling" not in compiled.stderr


def test_there_are_four() -> None:
    names = ["architect", "designer", "elsewhere", "researcher"]
    assert [guide.stem for guide in GUIDES] == names


def test_what_is_shown_must_be_printed() -> None:
    printed = "first\n two  words\nlast 0.125\n"
    assert shows(printed, "two words\nlast …\n")
    assert shows(printed, "first\n…\nlast 0.1…\n")
    assert not shows(printed, "first\nlast 0.125\n")
    assert not shows(printed, "two word\n")
    written, example = examples(
        "```toml\n# a.toml\nx = 1\n```\n\n```bash\nls\n```\n\n```text\nfile\n```\n\n"
        "```toml\ny = 1\n```\n"
    )
    assert (written.language, written.text) == ("a.toml", "x = 1\n")
    assert (example.language, example.text, example.shown) == ("bash", "ls\n", "file\n")
