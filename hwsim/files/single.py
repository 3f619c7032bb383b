"""Single files, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from hwsim.errors import InputError
from hwsim.files.marks import Kind, is_of_kind
from hwsim.files.staging import temporary_beside
from hwsim.files.targets import (
    cannot_write,
    check_outside,
    check_parents,
    keep_mode,
    made_mode,
    parents_made,
    real_target,
)


def check_file(path: Path, kind: Kind | None = None, *, force: bool = False) -> None:
    """Refuse before long work the file that could not be written after it.

    Args:
        path: the file to be.
        kind: of what will be written; an existing file must be of it. None: whoever calls knows
            that the file may be replaced, and lists it if its folder has a listing.
        force: replace a regular file whatever it is.

    Raises:
        InputError: `path` is a folder, a device, below a file, where nobody may write, in a folder
            that hwsim wrote, or a file that it did not.
    """
    try:
        target = real_target(path)
        if target.is_dir():
            raise InputError(f"cannot write {path}: it is a folder; name a file")
        if target.exists() and not target.is_file():  # renaming onto /dev/null would remove it
            raise InputError(f"cannot write {path}: it is a device or a pipe; name a file")
        check_parents(target)
        if kind is not None:
            check_outside(path, target)
        if not target.exists():
            return
        if not os.access(target, os.W_OK):  # renaming would not ask
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
        if kind is None or is_of_kind(target, kind):
            return
        if not force:
            raise InputError(
                f"cannot write {path}: it exists and is not {kind.title}; name another file, or "
                "give --force (force=True in Python) to replace it"
            )
        if path.is_symlink():
            raise InputError(
                f"cannot write {path}: it is a link to {target}, which is not {kind.title}; name "
                "that file to replace it"
            )
    except OSError as error:
        raise cannot_write(path, error) from error


@contextlib.contextmanager
def staged_file(path: Path, kind: Kind | None = None, *, force: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it becomes `path` when the block ends well.

    Args, Raises: as `check_file`; also InputError when the disk is full. `path` is then as it was.
    """
    check_file(path, kind, force=force)
    target = real_target(path)
    try:
        mode = made_mode(target, 0o666)
        with (
            parents_made(target),
            temporary_beside(target, lambda name: name.touch(mode, exist_ok=False)) as name,
        ):
            yield name
            keep_mode(target, name)
            check_file(path, kind, force=force)  # somebody may have put another there meanwhile
            name.replace(target)
    except OSError as error:
        raise cannot_write(path, error) from error


def write_file(
    path: Path, content: bytes | str, kind: Kind | None = None, *, force: bool = False
) -> None:
    """Write `content` (text as UTF-8) to `path`, whole or not at all.

    Args, Raises: as `staged_file`.
    """
    data = content.encode() if isinstance(content, str) else content
    with staged_file(path, kind, force=force) as temporary:
        temporary.write_bytes(data)
