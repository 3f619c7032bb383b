"""Only what hwsim wrote, and nobody changed, is ever replaced."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwsim.errors import InputError
from hwsim.files import LISTING, Kind, Shelf, check_file, replace_folder, reseal, write_file
from hwsim.files.archive import write_archive
from hwsim.files.listing import read_listing
from hwsim.files.seals import canonical_sha256


def snapshot(folder: Path) -> dict[str, bytes | str]:
    """Everything below a folder: content of files, what else is there by its mode."""
    found: dict[str, bytes | str] = {}
    for entry in sorted(folder.rglob("*")):
        mode = entry.lstat().st_mode
        found[str(entry.relative_to(folder))] = (
            entry.read_bytes() if entry.is_file() and not entry.is_symlink() else oct(mode)
        )
    return found


def make(path: Path, text: str = "old", kind: str = "image") -> None:
    with replace_folder(path, kind) as folder:
        (folder / "a.mem").write_text(text)
        (folder / "sub").mkdir()
        (folder / "sub" / "b.mem").write_text(text)


def refused(path: Path, kind: str = "image") -> str:
    """The message of a refusal, which leaves everything as it was."""
    before = snapshot(path.parent)
    with pytest.raises(InputError) as caught:
        make(path, "new", kind)
    assert snapshot(path.parent) == before
    return str(caught.value)


# Folders --------------------------------------------------------------------------------------


def test_an_unchanged_folder_is_replaced_whole(tmp_path: Path) -> None:
    make(tmp_path / "image")
    with replace_folder(tmp_path / "image", "image") as folder:
        (folder / "c.mem").write_text("new")
    assert sorted(snapshot(tmp_path)) == ["image", "image/c.mem", f"image/{LISTING}"]


def add_file(folder: Path) -> str:
    (folder / "thesis.tex").write_text("years of work")
    return "thesis.tex"


def add_hidden_folder(folder: Path) -> str:
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref")
    return ".git/HEAD"


def add_empty_folder(folder: Path) -> str:
    (folder / "sub" / "mine").mkdir()
    return "sub/mine"


def add_link(folder: Path) -> str:
    (folder / "sub" / "link").symlink_to("/etc/passwd")
    return "sub/link"


def add_link_to_folder(folder: Path) -> str:
    (folder / "sub" / "link").symlink_to("/")
    return "sub/link"


def replace_by_link(folder: Path) -> str:
    (folder / "a.mem").rename(folder.parent / "elsewhere")
    (folder / "a.mem").symlink_to(folder.parent / "elsewhere")
    return "a.mem"


def add_pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return "pipe"


def add_socket(folder: Path, monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    place = Path.cwd()
    os.chdir(folder)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("s")
    finally:
        os.chdir(place)
    return "s"


def change_byte(folder: Path) -> str:
    (folder / "sub" / "b.mem").write_text("olD")
    return "sub/b.mem"


def lengthen(folder: Path) -> str:
    with (folder / "a.mem").open("a") as stream:
        stream.write("\n")
    return "a.mem"


def swap(folder: Path) -> str:
    (folder / "a.mem").unlink()
    (folder / "a.mem").mkdir()
    (folder / "a.mem" / "x").write_text("old")
    return "a.mem/x"


@pytest.mark.parametrize(
    "meddle",
    [
        add_file, add_hidden_folder, add_empty_folder, add_link, add_link_to_folder,
        replace_by_link, add_pipe, add_socket, change_byte, lengthen, swap,
    ],
)  # fmt: skip
def test_anything_else_in_it_is_named_and_stays(
    tmp_path: Path, meddle: Callable[[Path], str]
) -> None:
    make(tmp_path / "image")
    name = meddle(tmp_path / "image")
    assert f"{name} in it" in refused(tmp_path / "image")


def test_a_file_that_somebody_removed_is_no_obstacle(tmp_path: Path) -> None:
    make(tmp_path / "image")
    (tmp_path / "image" / "a.mem").unlink()
    make(tmp_path / "image", "new")
    assert (tmp_path / "image" / "a.mem").read_text() == "new"


def test_a_folder_of_another_kind_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "image")
    assert "it holds image, not vectors" in refused(tmp_path / "image", "vectors")


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", "[" * 100000, '{"format_version": 1}', "\0", "null", "1e999"]
)
def test_a_listing_that_is_none_owns_nothing(tmp_path: Path, content: str) -> None:
    make(tmp_path / "image")
    (tmp_path / "image" / LISTING).write_text(content)
    assert "a.mem in it is not known as hwsim's own" in refused(tmp_path / "image")


def test_a_listing_that_was_edited_owns_nothing(tmp_path: Path) -> None:
    make(tmp_path / "image")
    (tmp_path / "image" / "mine.v").write_text("module mine; endmodule")
    content = json.loads((tmp_path / "image" / LISTING).read_text())
    content["files"]["mine.v"] = content["files"]["a.mem"]
    (tmp_path / "image" / LISTING).write_text(json.dumps(content))
    assert read_listing(tmp_path / "image") is None
    assert "in it is not known" in refused(tmp_path / "image")


def test_sealing_anew_takes_the_files_over(tmp_path: Path) -> None:
    make(tmp_path / "image")
    change_byte(tmp_path / "image")
    reseal(tmp_path / "image", "image")
    make(tmp_path / "image", "new")
    assert (tmp_path / "image" / "sub" / "b.mem").read_text() == "new"


@pytest.mark.parametrize("place", [".", "..", "/", "sub/.."])
def test_the_current_folder_and_those_above_it_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "here" / "sub").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(InputError, match=r"current folder|root of the file system"):
        make(Path(place))
    assert sorted(snapshot(tmp_path)) == ["here", "here/sub"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    a=st.dictionaries(
        st.text(), st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
    ),
)
def test_the_canonical_hash_knows_content_not_layout(a: dict[str, int | str | float]) -> None:
    turned = dict(reversed(list(a.items())))
    spread = json.loads(json.dumps(turned, indent=4))
    assert canonical_sha256(a) == canonical_sha256(spread)
    assert canonical_sha256({**a, "x": 1}, "x") == canonical_sha256({**a, "x": 2}, "x")
    assert canonical_sha256({**a, "x": 1}) != canonical_sha256({**a, "x": 2})


# Files one by one -----------------------------------------------------------------------------


def test_a_shelf_adds_beside_what_others_put_there(tmp_path: Path) -> None:
    (tmp_path / "mine.tex").write_text("mine")
    shelf = Shelf(tmp_path, "experiments")
    shelf.write("figure1.json", "one")
    Shelf(tmp_path, "experiments").write("figure2.json", "two")
    Shelf(tmp_path, "experiments").write("figure1.json", "new")
    assert (tmp_path / "mine.tex").read_text() == "mine"
    assert (tmp_path / "figure1.json").read_text() == "new"
    listing = read_listing(tmp_path)
    assert listing is not None
    assert sorted(listing.files) == ["figure1.json", "figure2.json"]
    assert not listing.pending


def test_runs_at_once_lose_no_entry_of_a_listing(tmp_path: Path) -> None:
    shared = [f"shared{number}.json" for number in range(20)]  # every run writes these the same

    def run(worker: int) -> None:
        shelf = Shelf(tmp_path / "out", "experiments")
        own = [f"{worker}-{number}.json" for number in range(20)]
        shelf.check([*own, *shared])
        for name in [name for pair in zip(own, shared, strict=True) for name in pair]:
            shelf.write(name, name)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    listing = read_listing(tmp_path / "out")
    assert listing is not None
    assert not listing.pending
    assert sorted(listing.files) == sorted(
        [*(f"{worker}-{number}.json" for worker in range(4) for number in range(20)), *shared]
    )


@pytest.mark.parametrize("foreign", ["file", "changed", "link", "folder"])
def test_a_shelf_refuses_to_write_over_others(tmp_path: Path, foreign: str) -> None:
    folder = tmp_path / "out"
    shelf = Shelf(folder, "experiments")
    shelf.write("a.json", "ours")
    place = folder / ("a.json" if foreign == "changed" else "b.json")
    if foreign == "link":
        (tmp_path / "target").write_text("mine")
        place.symlink_to(tmp_path / "target")
    elif foreign == "folder":
        place.mkdir()
    else:
        place.write_text("mine")
    before = snapshot(tmp_path)
    for attempt in (lambda: shelf.check([place.name]), lambda: shelf.write(place.name, "x")):
        with pytest.raises(InputError, match=f"cannot write .*{place.name}: it "):
            attempt()
    assert snapshot(tmp_path) == before


def test_a_kill_while_a_file_is_replaced_leaves_it_ours(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "experiments")
    shelf.write("a.json", "old")
    listing = read_listing(tmp_path)
    assert listing is not None
    for written in ("old", "new"):  # killed before, and after, the file itself was exchanged
        listing.pending["a.json"] = (
            "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"  # of "new"
        )
        (tmp_path / LISTING).write_bytes(listing.encode())
        (tmp_path / "a.json").write_text(written)
        Shelf(tmp_path, "experiments").check(["a.json"])
    (tmp_path / "a.json").write_text("mine")
    with pytest.raises(InputError, match="changed since"):
        Shelf(tmp_path, "experiments").check(["a.json"])


# Single files ---------------------------------------------------------------------------------

ARRAYS = {"a": np.arange(5), "b": np.zeros((2, 3), dtype=np.int8)}


def test_an_archive_is_replaced_by_its_own_kind_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.npz"
    write_archive(path, ARRAYS, Kind.RECALLS)
    first = path.read_bytes()
    write_archive(path, ARRAYS, Kind.RECALLS)
    assert path.read_bytes() == first
    with np.load(path) as archive:
        assert sorted(archive.files) == ["a", "b"]
        assert archive["a"].tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(InputError) as caught:
        write_archive(path, ARRAYS, Kind.MEMORY)
    assert str(caught.value) == (
        f"cannot write {path}: it exists and is not a memory that hwsim trained; name another "
        "file, or give --force (force=True in Python) to replace it"
    )
    assert path.read_bytes() == first
    write_archive(path, ARRAYS, Kind.MEMORY, force=True)
    check_file(path, Kind.MEMORY)


@pytest.mark.parametrize(
    "content", [b"", b"thesis", b"PK\x05\x06", b"PK\x05\x06" + bytes(16) + b"\x0d\0hwsim memorx"]
)
def test_a_file_of_somebody_else_s_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "out.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="--force"):
        check_file(path, Kind.MEMORY)
    assert path.read_bytes() == content


def test_a_memory_saved_by_numpy_is_somebody_else_s(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", **ARRAYS)
    with pytest.raises(InputError, match="not a memory that hwsim trained"):
        check_file(tmp_path / "own.npz", Kind.MEMORY)


def test_a_text_is_known_by_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    write_file(path, f"{Kind.DESIGN.value}\n[design]\n", Kind.DESIGN)
    write_file(path, f"{Kind.DESIGN.value}\n[design]\nbits = 1\n", Kind.DESIGN)
    path.write_text("[design]\n")
    with pytest.raises(InputError, match="not a design that hwsim saved"):
        write_file(path, "new", Kind.DESIGN)
    assert path.read_text() == "[design]\n"


def test_force_replaces_a_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(InputError):
            check_file(tmp_path / name, Kind.MEMORY, force=True)
