"""`hwsim export --kit`: what it says, refuses and leaves alone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.files import folders
from hwsim.kit import write
from tests.cli.conftest import Run, folder_content, refused


@pytest.fixture
def memory(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The words of an export."""
    monkeypatch.chdir(tmp_path)
    train = ("train", "--neurons", 40, "--patterns", 30, "--gamma", 0.05, "-o", "m.npz")
    assert run(*train).status == 0
    return ["export", "m.npz", "--bits", 2, "--lanes", 16, "-o", "image"]


def test_a_kit_is_told_checked_and_written_anew(memory: list[object], run: Run) -> None:
    ran = run(*memory, "--kit", "kit")
    assert ran.status == 0
    assert "kit kit: sh kit/simulate.sh icarus runs its self-check" in ran.out
    first = folder_content(Path("kit"))
    assert run("check", "kit").status == 0
    assert run(*memory, "--kit", "kit").status == 0
    assert folder_content(Path("kit")) == first


def test_a_changed_kit_is_told_and_left_alone(memory: list[object], run: Run) -> None:
    run(*memory, "--kit", "kit")
    Path("kit/rtl/hwsim_mac.v").write_text("// mine\n")
    ran = run("check", "kit")
    assert ran.status == 1
    assert "rtl/hwsim_mac.v" in ran.out
    before = folder_content(Path())
    refused(run, *memory, "--kit", "kit", words=("kit", "hwsim_mac.v"))
    refused(run, "check", "kit", "--reseal", words=("kit", "hwsim export --kit"))
    assert folder_content(Path()) == before


@pytest.mark.parametrize("kit", ["image", "image/kit", "."])
def test_kit_and_image_are_two_folders(memory: list[object], run: Run, kit: str) -> None:
    before = folder_content(Path())
    refused(run, *memory, "--kit", kit, words=("kit", "image", "name another path"))
    assert folder_content(Path()) == before


def test_a_folder_of_others_is_refused_before_the_work(memory: list[object], run: Run) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    before = folder_content(Path())
    refused(run, *memory, "--kit", "mine", words=("mine", "notes.txt"))
    assert folder_content(Path()) == before


def test_what_others_put_into_a_kit_stays(memory: list[object], run: Run) -> None:
    run(*memory, "--kit", "kit")
    Path("kit/build/deep/empty").mkdir(parents=True)
    Path("kit/build/deep/log").write_text("mine")
    Path("kit/build/link").symlink_to("/nowhere")
    Path("kit/rtl/mine.v").write_text("// mine\n")
    os.mkfifo("kit/pipe")
    before = folder_content(Path("kit"))
    lut = Path("kit/kernel_lut.mem").read_text()
    assert run(*memory, "--kernel-bits", 4, "--kit", "kit").status == 0
    after = folder_content(Path("kit"))
    assert after.keys() == before.keys()
    assert Path("kit/kernel_lut.mem").read_text() != lut
    assert Path("kit/build/deep/log").read_text() == "mine"
    assert Path("kit/rtl/mine.v").read_text() == "// mine\n"
    assert Path("kit/build/deep/empty").is_dir()
    assert Path("kit/build/link").is_symlink()
    assert Path("kit/pipe").is_fifo()


def test_a_file_in_the_way_of_the_kit_s_is_left_alone(memory: list[object], run: Run) -> None:
    run(*memory, "--kit", "kit")
    Path("kit/other.f").write_text("mine")
    before = folder_content(Path())
    refused(run, *memory, "--prefix", "other", "--kit", "kit", words=("kit", "other.f", "move it"))
    assert folder_content(Path()) == before


def test_what_comes_at_the_last_moment_is_not_lost(
    memory: list[object], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*memory, "--kit", "kit")
    exchange = folders.put_in_place

    def late(new: Path, target: Path) -> None:
        if target.name == "kit" and not Path("kit/late").exists():
            Path("kit/late").write_text("mine")
        exchange(new, target)

    monkeypatch.setattr(folders, "put_in_place", late)
    refused(run, *memory, "--kit", "kit", words=("kit", "late in it was written meanwhile"))
    assert Path("kit/late").read_text() == "mine"


def test_no_image_without_its_kit(
    memory: list[object], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder_content(Path())

    def full(self: Path, content: bytes) -> int:
        if self.suffix == ".core":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, content)

    write = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", full)
    refused(run, *memory, "--kit", "kit", words=("cannot write kit: No space left",))
    assert folder_content(Path()) == before


@pytest.mark.parametrize("last", ["the kit's recalls", "the design"])
def test_of_image_kit_and_design_none_comes_alone(
    memory: list[object], run: Run, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise InputError("no more")

    if last == "the design":
        monkeypatch.setattr(Design, "save", fail)
    else:
        monkeypatch.setattr(write, "specified", fail)
    before = folder_content(Path())
    refused(run, *memory, "--kit", "kit", "--save-design", "d.toml", words=("no more",))
    assert folder_content(Path()) == before


def test_no_image_where_no_path_runs(
    memory: list[object], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder_content(Path())
    monkeypatch.setenv("HWSIM_PATH", "nonsense")
    refused(run, *memory, words=("path is 'nonsense' in HWSIM_PATH",))
    assert folder_content(Path()) == before
