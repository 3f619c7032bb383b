"""Temporary names beside what they will become: locked while their run lives, removed after it.

A name is `.TARGET.hwsim-` and sixteen random digits. Its run holds a lock on it, which the system
lets go when the run ends, however it ends: a name whose lock is free is nobody's any more. Names
are made, exchanged and removed under a lock on the folder that holds them.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import functools
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from hwsim.errors import InputError

# What stands in the way of a target's name in a temporary one, so that no name grows too long.
_SHOWN: Final = 40
_TEMPORARY: Final = re.compile(r"\..*\.hwsim-(old-)?[0-9a-f]{16}", re.DOTALL)
_PATIENCE: Final = 10.0  # seconds for another run to let go of a folder; exchanges take far less

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


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


def publish_mode(path: Path, base: int) -> None:
    """Give `path` the mode an ordinary open() or mkdir() would: temporary ones are private."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(base & ~umask)


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


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs of hwsim from making, exchanging or removing names in `folder`.

    A temporary folder belongs to one run, which holds its lock. A file system may know no locks.
    """
    if _is_temporary(folder):
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        patience = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > patience:
                    reason = f"another program keeps {folder} locked"
                    raise BlockingIOError(errno.EAGAIN, reason) from None
                time.sleep(0.01)
            except OSError:
                break
        yield
    finally:
        os.close(descriptor)


def _is_temporary(path: Path) -> bool:
    return _TEMPORARY.fullmatch(path.name) is not None


def _prefix(target: Path) -> str:
    return f".{target.name[:_SHOWN]}.hwsim-"


@contextlib.contextmanager
def temporary_beside(target: Path, make: Callable[[Path], None]) -> Iterator[Path]:
    """Yield a new, locked temporary name beside `target`; it is gone after the block.

    What killed runs left beside `target` is removed first, and a folder that a kill took away
    between two renames comes back.

    Args:
        target: in a folder that exists.
        make: makes the file or folder of the name it is given.
    """
    with alone_in(target.parent):
        if not _is_temporary(target.parent):
            _recover(target)
            remove_leftovers(target.parent)
        temporary = target.parent / f"{_prefix(target)}{secrets.token_hex(8)}"
        make(temporary)
        descriptor = os.open(temporary, os.O_RDONLY)
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield temporary
    finally:
        try:
            remove(temporary)
        finally:
            os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file or a folder of our own, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary names in `folder` whose run is over; call it alone in the folder."""
    for path in folder.iterdir():
        if _is_temporary(path) and _is_abandoned(path):
            with contextlib.suppress(OSError):
                remove(path)


def _is_abandoned(path: Path) -> bool:
    """Whether it is ours and no run holds its lock; no, where that cannot be told."""
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path, flags)
    except OSError:
        return False
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _recover(target: Path) -> None:
    """Put back the folder that a run killed between two renames had moved away."""
    if os.path.lexists(target):
        return
    for path in target.parent.glob(f"{_glob_escape(_prefix(target))}old-*"):
        if _is_temporary(path):
            path.rename(target)
            return


def _glob_escape(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


def put_in_place(new: Path, target: Path) -> None:
    """Give the folder `new` the name `target`; call it alone in their folder.

    An older folder there then has the name `new`: at once where the system can exchange two names,
    else by way of a third name, from which `_recover` brings it back after a kill.
    """
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        return
    retired = target.parent / f"{_prefix(target)}old-{secrets.token_hex(8)}"
    target.rename(retired)
    try:
        new.rename(target)
    except OSError:
        retired.rename(target)
        raise
    retired.rename(new)


@functools.cache
def _renameat2() -> Callable[..., int] | None:
    """The C library's renameat2, where it has one (glibc 2.28, musl 1.2.6)."""
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    function.argtypes = (
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_uint,
    )
    result: Callable[..., int] = function
    return result


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where system or file system cannot.

    Raises:
        OSError: it can, and failed.
    """
    function = _renameat2()
    if function is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    if function(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


@contextlib.contextmanager
def scratch_folder(purpose: str, where: Path | None = None) -> Iterator[Path]:
    """A private folder that is gone after the block, or at the next call if the run is killed.

    Args:
        purpose: a word for its name.
        where: the folder to hold it; None for the system's temporary folder.

    Raises:
        InputError: there is no folder that can be written.
    """
    try:
        holder = Path(tempfile.gettempdir()) if where is None else where
        with contextlib.ExitStack() as stack:
            target = holder.resolve() / f"hwsim-{purpose}"
            folder = stack.enter_context(
                temporary_beside(target, lambda path: path.mkdir(mode=0o700))
            )
            kept = stack.pop_all()  # what the block itself raises is not about this folder
    except OSError as error:
        raise InputError(f"no temporary folder: {error.strerror or error}; set TMPDIR") from error
    with kept:
        yield folder
