"""Permissions, other programs' locks, other users' names: what is around a file that is written."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hwsim.errors import InputError
from hwsim.files import (
    LISTING,
    Shelf,
    check_folder,
    replace_folder,
    scratch_folder,
    staging,
    write_file,
)
from hwsim.files.listing import Listing, read_listing

LEFT = ".x.hwsim-0123456789abcdef"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def make(path: Path, text: str = "new") -> None:
    with replace_folder(path, "image") as folder:
        (folder / "a.mem").write_text(text)


def test_what_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "old")
    make(tmp_path / "folder", "old")
    (tmp_path / "file").chmod(0o600)
    (tmp_path / "folder").chmod(0o2750)
    write_file(tmp_path / "file", "new")
    make(tmp_path / "folder")
    assert (mode(tmp_path / "file"), mode(tmp_path / "folder")) == (0o600, 0o2750)


def test_a_set_group_folder_hands_its_group_on(tmp_path: Path) -> None:
    tmp_path.chmod(0o2755)
    make(tmp_path / "deep" / "folder")
    assert mode(tmp_path / "deep") & mode(tmp_path / "deep" / "folder") & stat.S_ISGID


def test_a_private_file_is_never_open_to_others(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "old")
    (tmp_path / "file").chmod(0o600)
    from hwsim.files import staged_file

    with staged_file(tmp_path / "file") as temporary:
        assert mode(temporary) == 0o600


def test_a_folder_that_another_program_keeps_locked_is_written_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `flock . hwsim export …` waits for us while it holds the lock.
    monkeypatch.setattr(staging, "_PATIENCE", 0.05)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        for text in ("old", "new"):
            make(tmp_path / "folder", text)
    finally:
        os.close(descriptor)
    assert (tmp_path / "folder" / "a.mem").read_text() == "new"


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(staging.fcntl, "flock", no_locks)
    (tmp_path / LEFT).write_text("may be another run's")
    for text in ("old", "new"):
        make(tmp_path / "folder", text)
    assert sorted(os.listdir(tmp_path)) == [LEFT, "folder"]  # noqa: PTH208


def test_another_user_s_leftover_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / LEFT).mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    write_file(tmp_path / "file", "new")
    assert (tmp_path / LEFT).is_dir()


def test_a_name_that_is_removed_while_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making a name and locking it, another run may take it for a leftover."""
    lock, made = staging._lock_new, []

    def removed(path: Path) -> int:
        made.append(path)
        if len(made) == 1:
            staging.remove_leftovers(tmp_path)
        return lock(path)

    monkeypatch.setattr(staging, "_lock_new", removed)
    make(tmp_path / "folder")
    assert len(made) == 2
    assert sorted(os.listdir(tmp_path)) == ["folder"]  # noqa: PTH208


def test_a_file_added_at_the_last_moment_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "folder", "old")
    exchange = staging._exchange

    def add(one: Path, other: Path) -> bool:
        (tmp_path / "folder" / "thesis.tex").write_text("x")
        monkeypatch.setattr(staging, "_exchange", exchange)
        return exchange(one, other)

    monkeypatch.setattr(staging, "_exchange", add)
    with pytest.raises(InputError, match=r"thesis\.tex in it is not one of hwsim's files"):
        make(tmp_path / "folder")
    assert (tmp_path / "folder" / "thesis.tex").read_text() == "x"
    assert (tmp_path / "folder" / "a.mem").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["folder"]  # noqa: PTH208


@pytest.mark.parametrize("digest", [["x"], {"x": 1}, 1, None])
def test_a_listing_of_the_wrong_kind_with_a_right_hash_owns_nothing(
    tmp_path: Path, digest: object
) -> None:
    make(tmp_path / "folder")
    crafted = Listing("image", {"a.mem": digest})  # type: ignore[dict-item]
    (tmp_path / "folder" / LISTING).write_bytes(crafted.encode())
    assert read_listing(tmp_path / "folder") is None
    with pytest.raises(InputError, match="not known as hwsim's own"):
        check_folder(tmp_path / "folder", "image")


def test_a_folder_that_may_be_written_and_not_read(tmp_path: Path) -> None:
    with unreadable(tmp_path):
        write_file(tmp_path / "file", "new")
        make(tmp_path / "folder")
    assert (tmp_path / "file").read_text() == "new"


@contextmanager
def unreadable(folder: Path) -> Iterator[None]:
    """A drop box; for root, by a file system that says so."""
    listdir, opened = os.listdir, os.open

    def denied(path: object, *others: object) -> object:
        raise PermissionError(13, "Permission denied")

    def open_but_not_list(path: object, flags: int, *others: object) -> int:
        if Path(str(path)) == folder:
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, *others)  # type: ignore[arg-type]

    os.listdir, os.open = denied, open_but_not_list  # type: ignore[assignment]
    try:
        yield
    finally:
        os.listdir, os.open = listdir, opened


@pytest.mark.parametrize("number", [28, 122, 27])
def test_no_room_in_a_scratch_folder_names_what_holds_it(tmp_path: Path, number: int) -> None:
    with (
        pytest.raises(InputError) as caught,
        scratch_folder("memories", tmp_path),
    ):
        raise OSError(number, os.strerror(number))
    assert str(caught.value) == f"cannot write {tmp_path}: {os.strerror(number)}"
    with pytest.raises(InputError) as caught, scratch_folder("x", tmp_path) as folder:
        raise InputError(f"cannot write {folder}/deep/a.npz: {os.strerror(number)}")
    assert str(caught.value) == f"cannot write {tmp_path}: {os.strerror(number)}"


def test_a_shelf_s_listing_is_sound_after_each_file(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "out", "sweep")
    for name in ("a", "b"):
        shelf.write(name, name)
        listing = json.loads((tmp_path / "out" / LISTING).read_text())
        assert listing["files"][name] == hashlib.sha256(name.encode()).hexdigest()
