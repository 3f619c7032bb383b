"""Writing a report's folder: Markdown, JSON and HTML that say the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from hwsim.cost.energy import EnergyReport
from hwsim.files import replace_folder, write_file
from hwsim.report import markdown, page
from hwsim.report.document import Document, Section
from hwsim.report.energy_sections import energy_sections
from hwsim.report.source_sections import source_sections
from hwsim.report.tables import csv_files

RESULT: Final = "report.json"
FOLDER_KIND: Final = "report"


def write_report(
    path: Path,
    report: EnergyReport,
    extra_sections: Sequence[Section] = (),
    *,
    title: str = "Energy and footprint of a recall",
    extra_json: dict[str, Any] | None = None,
) -> None:
    """Write `report.md`, `.json` and `.html`, figures, and tables as CSV, whole or not at all.

    Args:
        path: the folder; replaced if an earlier report, refused if it holds anything else.
        report: the estimate.
        extra_sections: put before the estimate's own.
        title: of Markdown and page.
        extra_json: further keys of the JSON; the estimate's own win.

    Raises:
        InputError: the folder cannot be written.
    """
    sections = (*extra_sections, *energy_sections(report), *source_sections(report))
    document = Document(title, (), sections)
    content = {**(extra_json or {}), **report.to_dict()}
    with replace_folder(path, FOLDER_KIND) as folder:
        for figure in document.figures():
            write_file(folder / markdown.figure_file(figure), figure.png or figure.svg)
        for name, text in csv_files(document).items():
            write_file(folder / name, text)
        write_file(folder / "report.md", markdown.render(document))
        write_file(folder / "report.html", page.render(document))
        write_file(folder / RESULT, json.dumps(content, indent=2, allow_nan=False) + "\n")
