"""The notebooks as they are committed; the site's build runs them, and an error fails it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.docs.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def test_there_are_three() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == ["energy", "recall", "two-bits"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_no_output_is_committed(notebook: Path) -> None:
    document = json.loads(notebook.read_text())
    assert set(document["metadata"]) == {"kernelspec", "language_info"}
    for cell in document["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_every_plot_names_its_axes(notebook: Path) -> None:
    for cell in json.loads(notebook.read_text())["cells"]:
        source = "".join(cell["source"])
        if "plt.subplots" in source:
            assert "set_xlabel" in source


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_every_cell_that_draws_has_a_picture(site: Path, notebook: Path) -> None:
    cells = json.loads(notebook.read_text())["cells"]
    drawn = sum("plt.subplots" in "".join(cell["source"]) for cell in cells)
    page = (site / "notebooks" / f"{notebook.stem}.html").read_text("utf-8")
    assert page.count('.svg"') >= drawn > 0
