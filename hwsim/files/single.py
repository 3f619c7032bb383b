"""Single files, whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from hwsim.errors import InputError
from hwsim.files.marks import Kind, is_of_kind
from hwsim.files.staging import (
    cannot_write,
    check_parents,
    parents_made,
    publish_mode,
    real_target,
    temporary_beside,
)


def check_file(path: Path, kind: Kind | None = None, *, force: bool = False) -> None:
    """Refuse before long work the file that could not be written after it.

    Args:
        path: the file to be.
        kind: of what will be written; an existing file must be of it. None: whoever calls knows
            that the file may be replaced.
        force: replace a regular file whatever it is.

    Raises:
        InputError: `path` is a folder, a device, below a file, where nobody may write, or a file
            that hwsim did not write.
    """
    try:
        target = real_target(path)
        if target.is_dir():
            raise InputError(f"cannot write {path}: it is a folder; name a file")
        if target.exists() and not target.is_file():  # renaming onto /dev/null would remove it
            raise InputError(f"cannot write {path}: it is a device or a pipe; name a file")
        check_parents(target)
        if kind is not None and not force and target.exists() and not is_of_kind(target, kind):
            raise InputError(
                f"cannot write {path}: it exists and is not {kind.title}; name another file, or "
                "give --force (force=True in Python) to replace it"
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
        with parents_made(target), temporary_beside(target, lambda name: name.touch(0o600)) as name:
            yield name
            publish_mode(name, 0o666)
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
