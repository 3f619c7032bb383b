"""Folders: replaced as a whole, or given further files one by one."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from hwsim.errors import InputError
from hwsim.files.carrying import carry_over, first_left
from hwsim.files.listing import LISTING, Listing, first_foreign, list_folder, read_listing
from hwsim.files.single import check_file, write_file
from hwsim.files.staging import alone_in, held, put_in_place, recover, temporary_beside, told_as
from hwsim.files.targets import (
    cannot_write,
    check_outside,
    check_parents,
    keep_mode,
    made_mode,
    parents_made,
    real_target,
)

_REMEDY = "move it away, or name an empty or new folder"


def check_folder(path: Path, kind: str, *, others_stay: bool = False) -> None:
    """Refuse before long work the folder that `replace_folder` would refuse after it.

    Args:
        path: the folder to be.
        kind: of what will be written, a word of the listing.
        others_stay: what others put beside unchanged files of hwsim's stays there; else it is
            refused.

    Raises:
        InputError: `path` is a file, the current folder or above it, in a folder that hwsim wrote,
            holds anything but unchanged files of hwsim's of the same kind, or nobody may write
            there.
    """
    try:
        target = real_target(path)
        check_parents(target)
        check_outside(path, target)
        if _holds_current_folder(target):
            raise InputError(
                f"cannot write folder {path}: it is or holds the current folder; name a new folder"
            )
        if target.parent.is_dir():
            with alone_in(target.parent):  # else it may be exchanged while it is looked at
                recover(target)
                _check_replaceable(path, target, kind, others_stay)
    except OSError as error:
        raise cannot_write(path, error) from error


def _holds_current_folder(target: Path) -> bool:
    try:
        return Path.cwd().is_relative_to(target)
    except FileNotFoundError:  # it was removed
        return False


def _check_replaceable(path: Path, target: Path, kind: str, others_stay: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise InputError(f"cannot write folder {path}: a file of that name exists")
    if (reason := first_foreign(target, kind, others_stay=others_stay)) is not None:
        raise InputError(f"cannot write folder {path}: {reason}; {_REMEDY}")
    if not os.access(target, os.W_OK | os.X_OK):  # exchanging would not ask, and removing fail
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


@contextlib.contextmanager
def replace_folder(path: Path, kind: str, *, others_stay: bool = False) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; it becomes `path` when the block ends well.

    Args, Raises: as `check_folder`; also InputError when the disk is full. `path` is then as it
    was.
    """
    check_folder(path, kind, others_stay=others_stay)
    target = real_target(path)
    try:
        mode = made_mode(target, 0o777)
        with (
            contextlib.ExitStack() as older,
            parents_made(target),
            temporary_beside(target, lambda name: name.mkdir(mode)) as temporary,
        ):
            with told_as(temporary, str(path)):
                yield temporary
            (temporary / LISTING).write_bytes(list_folder(temporary, kind).encode())
            with alone_in(target.parent):
                _check_replaceable(path, target, kind, others_stay)
                keep_mode(target, temporary)
                if others_stay and target.exists():
                    carry_over(path, target, temporary)
                older.enter_context(held(target))  # until it is removed
                put_in_place(temporary, target)
                _check_removable(path, target, temporary, kind, others_stay)
    except OSError as error:
        raise cannot_write(path, error) from error


def _check_removable(path: Path, target: Path, older: Path, kind: str, others_stay: bool) -> None:
    """Exchange the folders back if somebody put a file into the older one at the last moment."""
    if not older.exists():
        return
    reason = first_foreign(older, kind, others_stay=others_stay)
    if others_stay and reason is None and (late := first_left(older, target)) is not None:
        reason = f"{late} in it was written meanwhile"
    if reason is not None:
        put_in_place(older, target)
        raise InputError(f"cannot write folder {path}: {reason}; {_REMEDY}")


class Shelf:
    """A folder that gets files one by one, beside whatever else lies in it.

    What others put there is left alone; a file of the same name is replaced only if the folder's
    listing has it and it is unchanged.
    """

    def __init__(self, path: Path, kind: str) -> None:
        """
        Args:
            path: the folder, which need not exist yet.
            kind: a word of the listing.

        Raises:
            InputError: it is a file, cannot be written, holds another kind of hwsim's, or lies in a
                folder that hwsim wrote.
        """
        self.path = path
        self.kind = kind
        try:
            target = real_target(path)
            if target.exists() and not target.is_dir():
                raise InputError(f"cannot write folder {path}: a file of that name exists")
            check_parents(target / LISTING)
            check_outside(path, target)
            found = read_listing(target)
        except OSError as error:
            raise cannot_write(path, error) from error
        if found is None and (target / LISTING).exists():
            raise InputError(f"{path / LISTING} is damaged; {_REMEDY}")
        if found is not None and found.kind != kind:
            raise InputError(f"cannot write folder {path}: it holds {found.kind}; {_REMEDY}")
        self._listing = found or Listing(kind)

    def check(self, names: Iterable[str]) -> None:
        """Raise InputError if a file of one of these names may not be written."""
        with alone_in(self.path) if self.path.is_dir() else contextlib.nullcontext():
            self._check(names)

    def _check(self, names: Iterable[str]) -> None:
        """As `check`, alone in the folder: what another run adds meanwhile is its own."""
        self._listing = read_listing(self.path) or self._listing
        for name in names:
            check_file(self.path / name)
            try:
                status = (self.path / name).lstat()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise cannot_write(self.path / name, error) from error
            if not stat.S_ISREG(status.st_mode) or not self._listing.is_ours(self.path, name):
                raise InputError(
                    f"cannot write {self.path / name}: it exists, and hwsim did not write it or it "
                    f"was changed since; {_REMEDY}"
                )

    def write(self, name: str, content: bytes | str) -> None:
        """Write one file, whole or not at all, and list it; other runs may write here as well.

        Raises:
            InputError: it may not be written, or the disk is full.
        """
        data = content.encode() if isinstance(content, str) else content
        try:
            with parents_made(self.path / name), alone_in(self.path):
                self._check([name])
                # Under both hashes while it is replaced, so that a kill leaves it ours either way.
                self._listing.pending[name] = hashlib.sha256(data).hexdigest()
                self._save()
                write_file(self.path / name, data)
                self._listing.files[name] = self._listing.pending.pop(name)
                self._save()
        except OSError as error:
            raise cannot_write(self.path / name, error) from error

    def _save(self) -> None:
        write_file(self.path / LISTING, self._listing.encode())
