"""Pages of the site in headless Chromium: accessible, and no wider than a narrow screen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.report.browser import DARK, accessibility, run_script

PAGES = ("index.html", "contract.html", "guides/designer.html")


@pytest.fixture
def copied(site: Path, tmp_path: Path) -> Path:
    """The site where a browser may write beside its pages."""
    return Path(shutil.copytree(site, tmp_path / "site"))


@pytest.mark.parametrize(
    ("name", "options"), [(name, ()) for name in PAGES] + [(PAGES[1], (DARK,))]
)
def test_a_page_is_accessible(copied: Path, name: str, options: tuple[str, ...]) -> None:
    result = accessibility(copied / name, *options)
    assert result["dark"] is bool(options)
    assert not result["violations"]
    assert len(result["passes"]) > 10


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_wider_than_a_narrow_screen(copied: Path, name: str) -> None:
    frame = copied / "frame.html"
    frame.write_text(
        f'<body><iframe src="{name}" style="width:360px;height:800px"></iframe></body>'
    )
    script = (
        "window.onload=()=>setTimeout(()=>{const d=document.querySelector('iframe')"
        ".contentDocument.documentElement;done([d.clientWidth,d.scrollWidth])},500)"
    )
    shown, needed = run_script(frame, script)
    assert shown > 300
    assert needed <= shown
