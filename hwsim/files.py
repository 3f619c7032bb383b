"""Writing files and folders whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hwsim.errors import InputError


def _cannot_write(path: Path, error: OSError) -> InputError:
    if isinstance(error, FileExistsError):  # from mkdir: "File exists" alone would mislead
        return InputError(f"cannot write {path}: {error.filename} is a file, not a folder")
    return InputError(f"cannot write {path}: {error.strerror or error}")


def _published_mode(path: Path, base: int) -> None:
    """Give `path` the mode an ordinary open() or mkdir() would: temporary ones are private."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(base & ~umask)


def _target(path: Path) -> Path:
    """Where `path` leads: what is replaced is the file, and a symbolic link stays one."""
    try:
        return path.resolve()
    except RuntimeError as error:  # how Python before 3.13 tells of a loop
        raise InputError(f"cannot write {path}: it is a loop of symbolic links") from error


def _check_parents(target: Path) -> None:
    nearest = next(folder for folder in target.parents if folder.exists())
    if not nearest.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(nearest))
    if not os.access(nearest, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(nearest))


def check_file(path: Path) -> None:
    """Refuse before long work the file that could not be written after it.

    Raises:
        InputError: `path` is a folder, a device, below a file or where nobody may write.
    """
    try:
        target = _target(path)
        if target.is_dir():
            raise InputError(f"cannot write {path}: it is a folder; name a file")
        if target.exists() and not target.is_file():  # renaming onto /dev/null would remove it
            raise InputError(f"cannot write {path}: it is a device or a pipe; name a file")
        _check_parents(target)
    except OSError as error:
        raise _cannot_write(path, error) from error


@contextlib.contextmanager
def staged_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it becomes `path` when the block ends well.

    Raises:
        InputError: the folder cannot be written or the disk is full; `path` is then as it was.
    """
    temporary: Path | None = None
    try:
        check_file(path)
        target = _target(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _published_mode(temporary, 0o666)
        temporary.replace(target)
        temporary = None
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_file(path: Path, content: bytes | str) -> None:
    """Write `content` (text as UTF-8) to `path`, whole or not at all.

    Raises:
        InputError: the folder cannot be written or the disk is full; `path` is then as it was.
    """
    data = content.encode() if isinstance(content, str) else content
    with staged_file(path) as temporary:
        temporary.write_bytes(data)


def check_folder(path: Path, marker: str) -> None:
    """Refuse before long work the folder that `replace_folder` would refuse after it.

    Raises:
        InputError: `path` exists, is not empty and does not hold a file named `marker`, or nobody
            may write there.
    """
    try:
        target = _target(path)
        _check_parents(target)
        if target.parent.is_dir():
            with _alone_in(target.parent):  # else it may be exchanged while it is looked at
                if target.exists():
                    _check_replaceable(path, target, marker)
    except OSError as error:
        raise _cannot_write(path, error) from error


@contextlib.contextmanager
def replace_folder(path: Path, marker: str) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; it becomes `path` when the block ends well.

    An existing folder is replaced only if it is empty or holds a file named `marker`, that is, if
    it came from an earlier run of the same command.

    Raises:
        InputError: `path` holds something else, or the disk is full; `path` is then as it was.
    """
    check_folder(path, marker)
    temporary: Path | None = None
    try:
        target = _target(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        yield temporary
        _published_mode(temporary, 0o777)
        with _alone_in(target.parent):
            if target.exists():
                _check_replaceable(path, target, marker)
                _exchange(temporary, target)
            else:
                temporary.replace(target)
        temporary = None
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs of hwsim from exchanging folders here; a file system may know no locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _check_replaceable(path: Path, target: Path, marker: str) -> None:
    if not target.is_dir():
        raise InputError(f"cannot write folder {path}: a file of that name exists")
    if any(target.iterdir()) and not (target / marker).is_file():
        raise InputError(
            f"cannot write folder {path}: it exists and holds no {marker}, so an earlier run "
            "did not make it; name an empty or new folder"
        )


def _exchange(new: Path, target: Path) -> None:
    """Put folder `new` in the place of `target` and remove what was there."""
    retired = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
    try:
        target.replace(retired)
    except OSError:
        retired.rmdir()
        raise
    try:
        new.replace(target)
    except OSError:
        retired.replace(target)
        raise
    shutil.rmtree(retired, ignore_errors=True)
