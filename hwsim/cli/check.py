"""Folders that hwsim wrote against what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hwsim.cli.common import emit, example, json_option, note
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER
from hwsim.quantities import counted

if TYPE_CHECKING:
    from hwsim.audit import Audit


@click.command(
    short_help="Say which byte of which file is not as it was written.",
    epilog=example("hwsim check image"),
)
@click.argument("folder", type=FOLDER)
@click.option(
    "--image",
    type=FOLDER,
    help="The image of golden vectors, where it is not beside them.",
)
@click.option("--reseal", is_flag=True, help="Make all hashes anew after an edit that was meant.")
@json_option
def check(folder: Path, image: Path | None, reseal: bool, as_json: bool) -> int:
    """Compare a folder that hwsim wrote with what was written, byte by byte.

    FOLDER is an image, golden vectors, a sweep, experiments, a report, a benchmark or a demo. Files
    are held against their hashes, and what follows from others is computed anew: header, other
    formats, answers and cycles of golden vectors, tables. Exit status 1 if something differs.

    With --reseal the content must be sound but for the hashes; a file that no longer follows from
    the others is to be deleted first. Folders of an earlier hwsim get their hashes so.
    """
    from hwsim.audit import check as checking
    from hwsim.audit import reseal as sealing

    written = sealing.reseal(folder, image) if reseal else []
    found = checking.check(folder, image)
    result = {**found.to_dict(), "sealed": written} if reseal else found.to_dict()
    emit(result, as_json, lambda: _print(found, written if reseal else None))
    return 0 if found.sound else 1


def _print(found: Audit, written: list[str] | None) -> None:
    if written is not None:
        tell(f"sealed: {', '.join(written) or 'nothing had changed'}")
    for difference in found.differences:
        tell(f"differs: {difference}")
    for text in found.notes:
        note(f"Note: {text}")
    count = len(found.differences)
    verdict = counted(count, "difference")
    if found.sound:
        verdict = "all as written" if found.files else "nothing tells what was written"
    tell(f"{found.kind} {found.folder}: {counted(len(found.files), 'file')}, {verdict}")
