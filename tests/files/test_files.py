"""Files and folders appear whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from hwsim.errors import InputError
from hwsim.files import (
    LISTING,
    check_folder,
    replace_folder,
    staged_file,
    staging,
    write_file,
)

KIND = "report"


def fails_with(number: int) -> Callable[..., NoReturn]:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def make_folder(path: Path, content: str) -> None:
    with replace_folder(path, KIND) as folder:
        (folder / "info.json").write_text(content)
        (folder / "data.mem").write_text(content)


# Files ----------------------------------------------------------------------------------------


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    write_file(path, "±1")
    assert path.read_bytes() == "±1".encode()
    write_file(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert names(path.parent) == ["file.txt"]


def test_modes_are_those_of_an_ordinary_file_and_folder(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write_file(tmp_path / "file", "")
        make_folder(tmp_path / "folder", "")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o750


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_file(path, "old")
    monkeypatch.setattr(Path, "write_bytes", fails_with(errno.ENOSPC))
    with pytest.raises(InputError) as caught:
        write_file(path, "new")
    assert str(caught.value) == f"cannot write {path}: No space left on device"
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_a_write_that_the_system_cuts_short_keeps_the_old_file(tmp_path: Path) -> None:
    # A real failure half-way through: the process may write no file beyond 1000 bytes.
    path = tmp_path / "file"
    write_file(path, "old")
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from hwsim.errors import InputError\n"
        "from hwsim.files import write_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_file(Path(sys.argv[1]), bytes(5000))\n"
        "except InputError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"cannot write {path}: File too large\n"
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_block_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    def half_a_file() -> None:
        with staged_file(tmp_path / "file") as temporary:
            temporary.write_text("half")
            raise error

    def half_a_folder() -> None:
        with replace_folder(tmp_path / "folder", KIND) as folder:
            (folder / "info.json").write_text("half")
            raise error

    for interrupted in (half_a_file, half_a_folder):
        with pytest.raises(error):
            interrupted()
    assert names(tmp_path) == []


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, whom no mode stops.
    monkeypatch.setattr(Path, "touch", fails_with(errno.EACCES))
    with pytest.raises(InputError) as caught:
        write_file(tmp_path / "file", "new")
    assert str(caught.value) == f"cannot write {tmp_path / 'file'}: Permission denied"
    monkeypatch.setattr(Path, "mkdir", fails_with(errno.EROFS))
    with pytest.raises(InputError) as caught:
        make_folder(tmp_path / "folder", "new")
    assert str(caught.value) == f"cannot write {tmp_path / 'folder'}: Read-only file system"


@pytest.mark.parametrize("write", [write_file, make_folder])
def test_a_path_below_a_regular_file(tmp_path: Path, write: Callable[[Path, str], None]) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(InputError) as caught:
        write(file / "out", "new")
    assert str(caught.value) == f"cannot write {file / 'out'}: {file} is a file, not a folder"
    with pytest.raises(InputError) as caught:
        write(file / "deeper" / "out", "new")
    deeper = file / "deeper" / "out"
    assert str(caught.value) == f"cannot write {deeper}: {file} is a file, not a folder"
    assert file.read_text() == "mine"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_file(tmp_path, "new")
    assert str(caught.value) == f"cannot write {tmp_path}: it is a folder; name a file"


def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"it is a device or a pipe; name a file$"):
        write_file(tmp_path / "pipe", "new")
    assert (tmp_path / "pipe").is_fifo()


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    write_file(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"
    make_folder(tmp_path / "folder", "old")
    (tmp_path / "folder-link").symlink_to("folder")
    make_folder(tmp_path / "folder-link", "new")
    assert (tmp_path / "folder-link").is_symlink()
    assert (tmp_path / "folder" / "data.mem").read_text() == "new"


# Folders --------------------------------------------------------------------------------------


def test_a_folder_is_made_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder"
    with replace_folder(path, KIND) as folder:
        (folder / "stale.coe").write_text("of an earlier run")
    make_folder(path, "new")
    assert (path / "data.mem").read_text() == "new"
    assert names(path) == ["data.mem", LISTING, "info.json"]
    assert names(path.parent) == ["folder"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    make_folder(tmp_path / "folder", "new")
    assert (tmp_path / "folder" / "data.mem").read_text() == "new"


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.tex"
    thesis.write_text("years of work")
    with pytest.raises(InputError) as caught:
        make_folder(tmp_path, "new")
    assert str(caught.value) == (
        f"cannot write folder {tmp_path}: thesis.tex in it is not known as hwsim's own: there is "
        f"no sound {LISTING}; move it away, or name an empty or new folder"
    )
    assert thesis.read_text() == "years of work"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError) as caught:
        make_folder(tmp_path / "file", "new")
    assert str(caught.value) == (
        f"cannot write folder {tmp_path / 'file'}: a file of that name exists"
    )
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("writes", [0, 1])
def test_a_full_disk_keeps_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    path = tmp_path / "folder"
    make_folder(path, "old")
    write_text, left = Path.write_text, [writes]

    def fill_up(self: Path, *args: Any, **kwargs: Any) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        return write_text(self, *args, **kwargs)

    monkeypatch.setattr(Path, "write_text", fill_up)
    with pytest.raises(InputError) as caught:
        make_folder(path, "new")
    assert str(caught.value) == f"cannot write {path}: No space left on device"
    assert (path / "info.json").read_text() == (path / "data.mem").read_text() == "old"
    assert names(tmp_path) == ["folder"]


@pytest.mark.parametrize("failing", [0, 1])
def test_a_folder_that_cannot_be_exchanged_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    # A mount point, say: the first rename moves the old folder away, the second brings the new.
    path = tmp_path / "folder"
    make_folder(path, "old")
    rename, calls = Path.rename, iter(range(9))

    def busy(self: Path, target: Path) -> Path:
        if next(calls) == failing:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        return rename(self, target)

    monkeypatch.setattr(staging, "_renameat2", lambda: None)
    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(InputError, match="Device or resource busy"):
        make_folder(path, "new")
    assert (path / "data.mem").read_text() == "old"
    assert names(tmp_path) == ["folder"]


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(InputError, match="loop: it is a loop"):
        write_file(loop, "content")
    with pytest.raises(InputError, match="loop: it is a loop"), replace_folder(loop, KIND):
        pass
    assert loop.is_symlink()


def test_many_at_once_leave_one_whole_folder(tmp_path: Path) -> None:
    """Processes that publish the same folder take turns; the last one stands, nothing else."""
    target = tmp_path / "same"
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from hwsim.files import replace_folder\n"
        f"for turn in range(20):\n"
        f"    with replace_folder(Path(sys.argv[1]), {KIND!r}) as folder:\n"
        "        (folder / 'info.json').write_text(sys.argv[2])\n"
        "        (folder / 'data').write_text(sys.argv[2])\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(target), str(index)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(4)
    ]
    errors = [process.communicate()[1] for process in running]
    assert errors == [""] * 4
    assert names(tmp_path) == ["same"]
    assert (target / "info.json").read_text() == (target / "data").read_text()


def test_a_folder_can_be_refused_before_the_work(tmp_path: Path) -> None:
    check_folder(tmp_path / "new" / "deep", KIND)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path, tmp_path / "file"):
        with pytest.raises(InputError) as early:
            check_folder(path, KIND)
        with pytest.raises(InputError) as late:
            make_folder(path, "new")
        assert str(early.value) == str(late.value)
    make_folder(tmp_path / "mine", "old")
    check_folder(tmp_path / "mine", KIND)
    assert (tmp_path / "mine" / "data.mem").read_text() == "old"
