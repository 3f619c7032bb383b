"""What an argument may be: one of some names, a file of some kind, a folder.

Each type says how the shell completes it. Whether a path is there and readable is said by who
reads it, in hwsim's own words.
"""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from hwsim.printable import told
from hwsim.suggest import did_you_mean

if TYPE_CHECKING:  # generic only since click 8.2
    _Choice = click.Choice[str]
    _Path = click.Path[Path]
    Items = list[CompletionItem[str]]
else:
    _Choice, _Path = click.Choice, click.Path

# A script of click's hands a name to the shell as it is: the shell must not have to quote it.
PLAIN_NAME = re.compile(r"[\w./+@%=-]+")


class Choice(_Choice):
    """One of some names; a refusal says which was probably meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name."""
        if value not in self.choices:
            names = ", ".join(self.choices)
            self.fail(
                f"{told(value)} is not one of {names}{did_you_mean(value, self.choices)}",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


class Between(click.FloatRange):
    """A number from a range; nan, which click takes for one of any, is of none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number."""
        found: float = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value} is not in the range {self._describe_range()}", param, ctx)
        return found


class Named(_Path):
    """A path that is not empty: an empty one would be the current folder's."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """The path."""
        if not os.fspath(value):
            self.fail("it is empty; give a name", param, ctx)
        return super().convert(value, param, ctx)


class File(Named):
    """A path that the shell completes to files of one suffix and to folders on the way there.

    click leaves every file to the shell, which would offer those of other suffixes too.
    """

    def __init__(self, suffix: str) -> None:
        super().__init__()
        self.suffix = suffix

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        """The names themselves; where the shell does better, what kind it shall look for."""
        found = self._candidates(incomplete)
        if not found or not all(PLAIN_NAME.fullmatch(name) for name in found):
            return [CompletionItem(incomplete, type="file")]
        if len(found) == 1 and found[0].endswith("/"):  # the shell adds no space after a folder
            return [CompletionItem(incomplete, type="dir")]
        return [CompletionItem(name) for name in found]

    def _candidates(self, incomplete: str) -> list[str]:
        """What `incomplete` may become, folders with a slash at their end."""
        above, slash, start = incomplete.rpartition("/")
        try:
            entries = {entry.name: entry.is_dir() for entry in os.scandir(above + slash or ".")}
        except OSError:
            return []
        return [
            above + slash + name + "/" * is_folder
            for name, is_folder in sorted(entries.items())
            if name.startswith(start)
            and (start or not name.startswith("."))
            and (is_folder or name.endswith(self.suffix))
        ]


class Folder(Named):
    """A path that the shell completes to folders."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> Items:
        """Left to the shell."""
        return [CompletionItem(incomplete, type="dir")]


FOLDER = Folder()
NPY, NPZ, TOML, SVG = File(".npy"), File(".npz"), File(".toml"), File(".svg")
LIB = File(".lib")
