"""Where a person wants something written: what the name leads to, and whether it can be written."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from hwsim.errors import InputError
from hwsim.files.listing import LISTING


def cannot_write(path: Path, error: OSError) -> InputError:
    """The error for a person: the path that was typed, not a temporary one."""
    if isinstance(error, FileExistsError):  # from mkdir: "File exists" alone would mislead
        return InputError(f"cannot write {path}: {error.filename} is a file, not a folder")
    return InputError(f"cannot write {path}: {error.strerror or error}")


def real_target(path: Path) -> Path:
    """Where `path` leads: what is replaced is the file, and a symbolic link stays one.

    Raises:
        InputError: a loop of symbolic links, or a name that no file system takes.
    """
    try:
        target = path.resolve()
    except FileNotFoundError as error:  # of Path.cwd()
        raise InputError(
            f"cannot write {path}: the current folder is gone; change to another"
        ) from error
    except RuntimeError as error:  # how Python before 3.13 tells of a loop
        raise InputError(f"cannot write {path}: it is a loop of symbolic links") from error
    except ValueError as error:
        raise InputError(f"cannot write {str(path)!r}: {error}") from error
    if not target.name:
        raise InputError(f"cannot write {path}: it is the root of the file system; name a folder")
    return target


def check_parents(target: Path) -> None:
    """Raise OSError unless `target` could be made: its nearest folder is one, and writable."""
    nearest = next(folder for folder in target.parents if folder.exists())
    if not nearest.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(nearest))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(nearest))


def check_outside(path: Path, target: Path) -> None:
    """Refuse what would lie in a folder that hwsim wrote, where it would be nobody's: `hwsim check`
    would tell of it, and the folder could not be replaced any more.

    Args:
        path: the name that was typed.
        target: where it leads.

    Raises:
        InputError: a folder above `target` holds a listing.
    """
    for folder in target.parents:
        if (folder / LISTING).is_file():
            raise InputError(
                f"cannot write {path}: it lies in {folder}, a folder that hwsim wrote; name a path "
                "outside it"
            )


def made_mode(target: Path, base: int) -> int:
    """The mode of what is made beside `target`: private if that is, until it takes its place.

    Args:
        target: what it will replace, if that exists.
        base: 0o666 for a file and 0o777 for a folder, of which the system takes umask and rules of
            the folder's own away.
    """
    return base & 0o700 if target.exists() else base


def keep_mode(target: Path, new: Path) -> None:
    """Give `new` the permissions that `target`, which it replaces, has: its owner chose them."""
    if target.exists():
        new.chmod(stat.S_IMODE(target.stat().st_mode))


@contextlib.contextmanager
def parents_made(target: Path) -> Iterator[None]:
    """Make the folders above `target`; those made here go again if the block fails."""
    made = [folder for folder in target.parents if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
