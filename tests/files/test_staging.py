"""What a killed run leaves: never half a file, and nothing after the next run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from hwsim.errors import InputError
from hwsim.files import check_folder, replace_folder, scratch_folder, staging, write_file

HOLD = """
import sys, time
from pathlib import Path
from hwsim.files import check_folder, replace_folder, scratch_folder, staged_file
what, path = sys.argv[1], Path(sys.argv[2])
opened = {
    "file": lambda: staged_file(path),
    "folder": lambda: replace_folder(path, "image"),
    "scratch": lambda: scratch_folder("test", path),
}[what]()
with opened as temporary:
    if temporary.is_dir():
        (temporary / "half").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def hold(what: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, what, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str], number: int) -> None:
    process.send_signal(number)
    process.communicate()


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("what", ["file", "folder"])
def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path, what: str) -> None:
    end(hold(what, tmp_path / "target"), signal.SIGKILL)
    assert len(names(tmp_path)) == 1
    write_file(tmp_path / "other", "new")
    assert names(tmp_path) == ["other"]


def test_a_scratch_folder_goes_with_the_next_one(tmp_path: Path) -> None:
    end(hold("scratch", tmp_path), signal.SIGKILL)
    assert len(names(tmp_path)) == 1
    with scratch_folder("other", tmp_path) as folder:
        assert names(tmp_path) == [folder.name]
    assert names(tmp_path) == []


@pytest.mark.parametrize("what", ["file", "folder", "scratch"])
def test_what_a_living_run_holds_stays(tmp_path: Path, what: str) -> None:
    process = hold(what, tmp_path if what == "scratch" else tmp_path / "target")
    (held,) = names(tmp_path)
    write_file(tmp_path / "other", "new")
    assert names(tmp_path) == sorted([held, "other"])
    end(process, signal.SIGKILL)


def test_only_names_of_ours_are_removed(tmp_path: Path) -> None:
    foreign = [
        ".x.hwsim-",
        ".x.hwsim-12345",
        "x.hwsim-0123456789abcdef",
        ".hwsim-notes",
        ".x.old.1",
    ]
    for name in foreign:
        (tmp_path / name).write_text("mine")
    write_file(tmp_path / "other", "new")
    assert names(tmp_path) == sorted([*foreign, "other"])


def test_a_link_of_such_a_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".x.hwsim-0123456789abcdef").symlink_to(tmp_path / "mine")
    write_file(tmp_path / "out" / "other", "new")
    assert (tmp_path / "mine" / "thesis").read_text() == "mine"


KILLED_BETWEEN = """
import os, signal, sys
from pathlib import Path
from hwsim.files import check_folder, replace_folder, staging
staging._renameat2 = lambda: None
rename = Path.rename
def killed(self, target):
    rename(self, target)
    if "hwsim-old-" in Path(target).name:
        os.kill(os.getpid(), signal.SIGKILL)
Path.rename = killed
with replace_folder(Path(sys.argv[1]), "image") as folder:
    (folder / "a").write_text("new")
"""


def kill_between_renames(target: Path) -> None:
    """Leave what a kill leaves where names cannot be exchanged: the folder by another name."""
    with replace_folder(target, "image") as folder:
        (folder / "a").write_text("old")
    done = subprocess.run([sys.executable, "-c", KILLED_BETWEEN, target], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not target.exists()


# The last two differ only beyond what of a name stands in a temporary one.
NAMES = ["two", "a[*]?", "x" * 60 + "1", "x" * 60 + "2"]


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_taken_away_by_a_kill_between_two_renames_comes_back(
    tmp_path: Path, name: str
) -> None:
    kill_between_renames(tmp_path / name)
    check_folder(tmp_path / name, "image")
    assert (tmp_path / name / "a").read_text() == "old"
    with replace_folder(tmp_path / name, "image") as folder:
        (folder / "a").write_text("new")
    assert (tmp_path / name / "a").read_text() == "new"
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_taken_away_is_never_lost_to_another_run(tmp_path: Path, name: str) -> None:
    kill_between_renames(tmp_path / name)
    for other in ("other", *NAMES):
        if other != name:
            write_file(tmp_path / other, "new")
    check_folder(tmp_path / name, "image")
    assert (tmp_path / name / "a").read_text() == "old"
    assert names(tmp_path) == sorted({"other", *NAMES})


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_an_interrupt_between_two_renames_leaves_the_folder_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    with replace_folder(tmp_path / "two", "image") as folder:
        (folder / "a").write_text("old")
    monkeypatch.setattr(staging, "_renameat2", lambda: None)
    rename, left = Path.rename, [calls]

    def interrupted(self: Path, target: Path) -> Path:
        moved = rename(self, target)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), replace_folder(tmp_path / "two", "image") as folder:
        (folder / "a").write_text("new")
    assert (tmp_path / "two" / "a").read_text() == ("old" if calls == 1 else "new")
    assert names(tmp_path) == ["two"]


def test_without_an_exchange_the_folder_is_replaced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_renameat2", lambda: None)
    for text in ("old", "new"):
        with replace_folder(tmp_path / "two", "image") as folder:
            (folder / "a").write_text(text)
    assert (tmp_path / "two" / "a").read_text() == "new"
    assert names(tmp_path) == ["two"]


def test_files_and_folders_are_written_into_a_folder_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(seconds: float) -> NoReturn:
        raise AssertionError("it waits for its own lock")

    monkeypatch.setattr(staging.time, "sleep", wait)
    with replace_folder(tmp_path / "outer", "demo") as folder:
        write_file(folder / "a", "1")
        with replace_folder(folder / "inner", "image") as inner:
            write_file(inner / "b", "2")
    with replace_folder(tmp_path / "outer", "demo"):
        assert (tmp_path / "outer" / "inner" / "b").read_text() == "2"


def test_folders_made_for_a_file_that_failed_go_again(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with pytest.raises(RuntimeError), replace_folder(tmp_path / "kept" / "a" / "b" / "c", "image"):
        raise RuntimeError
    assert names(tmp_path / "kept") == []
    assert names(tmp_path) == ["kept"]


def test_a_name_as_long_as_names_can_be(tmp_path: Path) -> None:
    for name in ("x" * 255, "é" * 127, "\N{GRINNING FACE}" * 63):
        write_file(tmp_path / name, "new")
        with replace_folder(tmp_path / "folder" / name, "image"):
            pass
        assert (tmp_path / name).read_text() == "new"
    with pytest.raises(InputError, match="File name too long"):
        write_file(tmp_path / ("x" * 256), "new")


def test_no_temporary_folder_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(staging.tempfile, "gettempdir", none)
    with pytest.raises(InputError, match=r"^no temporary folder: .*; set TMPDIR$"):
        scratch_folder("x").__enter__()


def test_errors_of_the_block_are_not_taken_for_errors_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), scratch_folder("x", tmp_path):
        os.stat(tmp_path / "missing")  # noqa: PTH116
