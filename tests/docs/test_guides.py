"""The guides: every command and every block of Python in them, run as a reader would."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.conftest import ROOT
from tests.documents import examples, run_examples, shows

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_block_runs(guide: Path, tmp_path: Path) -> None:
    assert run_examples(guide.read_text(), tmp_path)


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
