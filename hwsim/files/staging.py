"""Temporary names beside what they will become: locked while their run lives, removed after it.

A name is `.TARGET.hwsim-` and sixteen random digits. Its run holds a lock on it, which the system
lets go when the run ends, however it ends: a name whose lock is free is nobody's any more. Whoever
removes such a name holds the lock as well, so that nobody takes a name that is being made for one
that was left. `.TARGET.hwsim-old-…` is a folder moved away where names cannot be exchanged: it may
be the only one there is, and goes back where it was if nothing stands there.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import functools
import hashlib
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
_DIGEST: Final = 12  # digits of a longer name's hash, which stand for the rest of it
_TEMPORARY: Final = re.compile(r"\..*\.hwsim-(old-)?[0-9a-f]{16}", re.DOTALL)
_MOVED: Final = re.compile(r"\.(.*)\.hwsim-old-[0-9a-f]{16}", re.DOTALL)
_PATIENCE: Final = 10.0  # seconds for another run to let go of a folder; exchanges take far less

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let runs of hwsim that exchange names in `folder` take turns.

    It is a courtesy: every step is whole by itself. So where the file system knows no locks, the
    folder may not be read, or somebody keeps it locked for long, the run goes on. A temporary
    folder is one run's own, which holds its lock already.
    """
    if _is_temporary(folder):
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        yield
        return
    try:
        patience = time.monotonic() + _PATIENCE
        while not _locked(descriptor) and time.monotonic() < patience:
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Try to lock; whether it worked, or the file system knows no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _is_temporary(path: Path) -> bool:
    return _TEMPORARY.fullmatch(path.name) is not None


def _prefix(target: Path) -> str:
    """How temporary names of `target` begin: of no other's."""
    name = target.name
    if len(name) > _SHOWN:
        digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:_DIGEST]
        name = f"{name[: _SHOWN - _DIGEST]}{digest}"
    return f".{name}.hwsim-"


_living: set[Path] = set()  # temporary names of this process


def remove_all() -> None:
    """Remove the temporary names of this process that a request to end has left, if any."""
    for path in list(_living):
        remove(path)


@contextlib.contextmanager
def temporary_beside(target: Path, make: Callable[[Path], None]) -> Iterator[Path]:
    """Yield a new, locked temporary name beside `target`; it is gone after the block.

    What killed runs left beside `target` is removed first.

    Args:
        target: in a folder that exists.
        make: makes the file or folder of the name it is given.
    """
    if not _is_temporary(target.parent):  # nobody else writes in there
        remove_leftovers(target.parent)
    descriptor = -1
    temporary = target
    try:
        while descriptor < 0:
            temporary = target.parent / f"{_prefix(target)}{secrets.token_hex(8)}"
            _living.add(temporary)
            make(temporary)
            descriptor = _lock_new(temporary)
        yield temporary
    finally:
        if temporary is not target:
            remove(temporary)
            _living.discard(temporary)
        if descriptor >= 0:
            os.close(descriptor)


def _lock_new(temporary: Path) -> int:
    """A descriptor that holds the lock; -1 if another run took the name for an abandoned one."""
    try:
        descriptor = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return -1
    if _locked(descriptor):
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), temporary.lstat()):
                return descriptor
    os.close(descriptor)
    return -1


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep the folder `path` locked, whatever name it gets meanwhile; nothing if there is none.

    A folder that is exchanged away has a temporary name, and without a lock it would be another
    run's to remove while it is still looked at.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield
        return
    try:
        _locked(descriptor)
        yield
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file or a folder of our own, if it is there; a request to end comes after that."""
    try:
        _remove(path)
    except BaseException:
        _remove(path)
        raise


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary names in `folder` whose run is over, and put back what it moved away."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - many, in a temporary folder
    except OSError:
        return  # it may be written but not read
    for name in names:
        path = folder / name
        if _is_temporary(path):
            with contextlib.suppress(OSError), _abandoned(path) as is_ours:
                if is_ours and not _put_back(path):
                    remove(path)


@contextlib.contextmanager
def _abandoned(path: Path) -> Iterator[bool]:
    """Whether it is ours and no run holds its lock, which is held here; no, if nobody can tell."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        ours = os.fstat(descriptor).st_uid == os.geteuid()
        if ours:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield ours
    finally:
        os.close(descriptor)


def _put_back(path: Path) -> bool:
    """Whether `path` is a folder moved away, whose name is free: then it has that name again."""
    if (moved := _MOVED.fullmatch(path.name)) is None:
        return False
    if len(moved[1]) < _SHOWN:
        target = path.with_name(moved[1])
        if not os.path.lexists(target):
            path.rename(target)
            return True
        return False
    # The name was cut: whether it is free, only a run that writes there can tell.
    return not any(_prefix(entry) == f".{moved[1]}.hwsim-" for entry in path.parent.iterdir())


def recover(target: Path) -> None:
    """Put back the folder that a run killed between two renames had moved away."""
    if os.path.lexists(target) or not target.parent.is_dir():
        return
    for path in target.parent.glob(f"{_glob_escape(_prefix(target))}old-*"):
        if _is_temporary(path):
            with contextlib.suppress(OSError), _abandoned(path) as is_ours:
                if is_ours:
                    path.rename(target)
                    return


def _glob_escape(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


def put_in_place(new: Path, target: Path) -> None:
    """Give the folder `new` the name `target`; call it alone in their folder.

    An older folder there then has the name `new`: at once where the system can exchange two names,
    else by way of a third name, from which the next run brings it back after a kill.
    """
    if not os.path.lexists(target):
        new.rename(target)
        return
    if _exchange(new, target):
        return
    retired = target.parent / f"{_prefix(target)}old-{secrets.token_hex(8)}"
    try:
        target.rename(retired)
        new.rename(target)
        retired.rename(new)
    except BaseException:
        if os.path.lexists(retired):
            retired.rename(new if os.path.lexists(target) else target)
        raise


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
    name, remedy = (str(holder), "") if where else (f"temporary folder {holder}", "; set TMPDIR")
    with kept, told_as(folder, name, remedy):
        try:
            yield folder
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise InputError(f"cannot write {name}: {error.strerror}{remedy}") from error


@contextlib.contextmanager
def told_as(temporary: Path, name: str, remedy: str = "") -> Iterator[None]:
    """Let errors of the block name what a person knows, instead of something in `temporary`."""
    try:
        yield
    except InputError as error:
        message = str(error)
        if not message.startswith(f"cannot write {temporary}"):
            raise
        reason = message.rpartition(": ")[2]
        raise InputError(f"cannot write {name}: {reason}{remedy}") from error
