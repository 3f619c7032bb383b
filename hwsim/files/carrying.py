"""What others put into a folder of hwsim's, taken along when the folder is replaced."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from hwsim.errors import InputError
from hwsim.files.listing import unlisted


def carry_over(path: Path, older: Path, newer: Path) -> None:
    """Give the folder `newer` what lies in `older` unlisted: by the same names, still there too.

    Args:
        path: the folder's name for a person.
        older: with a sound listing.
        newer: made by hwsim, to take its place.

    Raises:
        InputError: `newer` has a file where something to be taken along lies.
        OSError: it cannot be taken along.
    """
    for name in unlisted(older):
        source, target = older / name, newer / name
        for place in (target, *target.parents):
            if place == newer:
                break
            if os.path.lexists(place) and (place == target or not place.is_dir()):
                raise InputError(
                    f"cannot write folder {path}: {name} in it is not one of hwsim's files, and "
                    f"{place.relative_to(newer)} would be; move it away"
                )
        _make_parents(older, newer, Path(name).parent)
        if stat.S_ISDIR(source.lstat().st_mode):
            _make_parents(older, newer, Path(name))
        else:
            _link(source, target)


def _make_parents(older: Path, newer: Path, name: Path) -> None:
    """The folders on the way to `name`, with the modes that they have."""
    for folder in reversed((name, *name.parents)):
        if not (newer / folder).is_dir():
            (newer / folder).mkdir()
            shutil.copystat(older / folder, newer / folder)


def _link(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the file system knows no such names."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def first_left(older: Path, newer: Path) -> str | None:
    """The first unlisted thing in `older` that `newer` has not, or not as it is now."""
    for name in unlisted(older):
        try:
            one, other = (older / name).lstat(), (newer / name).lstat()
        except OSError:
            return name
        if stat.S_ISDIR(one.st_mode) and stat.S_ISDIR(other.st_mode):
            continue
        if (one.st_size, one.st_mtime_ns) != (other.st_size, other.st_mtime_ns):
            return name
    return None
