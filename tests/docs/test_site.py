"""The site builds without a warning, loads nothing from outside, and no link in it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

import hwsim
from tests.docs.conftest import ROOT
from tests.docs.site import broken_links, loads_from_outside, outside, read_page


def test_nothing_is_loaded_from_outside(site: Path) -> None:
    assert not loads_from_outside(site)


def test_no_link_is_broken(site: Path) -> None:
    assert not broken_links(site)


def test_the_build_is_the_makefiles() -> None:
    command = next(
        line for line in (ROOT / "Makefile").read_text().splitlines() if "sphinx" in line
    )
    assert "-m sphinx -W --keep-going -n " in command


@pytest.mark.parametrize("name", [name for name in hwsim.__all__ if name[0] != "_"])
def test_everything_that_hwsim_offers_is_in_the_reference(site: Path, name: str) -> None:
    page = read_page((site / "api" / "index.html").read_text("utf-8"))
    assert f"hwsim.{name}" in page.anchors


def test_every_command_is_in_the_reference(site: Path) -> None:
    from hwsim.cli import cli

    page = read_page((site / "commands.html").read_text("utf-8"))
    for name in cli.list_commands(None):
        assert any(anchor.startswith(f"hwsim-{name}") for anchor in page.anchors), name


def test_the_checks_can_fail(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<style>@import "https://a.example/b.css";</style>'
        '<script src="//cdn.example/x.js"></script>'
        '<a href="#nowhere">a</a><a href="gone.html">b</a><a href="#here" id="here">c</a>'
        '<a href="https://example.org">d</a>'
    )
    (tmp_path / "site.css").write_text("p { background: url(https://a.example/c.png) }")
    assert len(loads_from_outside(tmp_path)) == 3
    assert broken_links(tmp_path) == ["page.html: #nowhere", "page.html: gone.html"]
    assert not any(map(outside, ("data:image/png;base64,AA", "_static/site.css")))
