"""`hwsim export --kit`: what it says, refuses and leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    refused(run, *memory, "--kit", kit, words=("kit", "image", "name another folder"))
    assert folder_content(Path()) == before


def test_a_folder_of_others_is_refused_before_the_work(memory: list[object], run: Run) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    before = folder_content(Path())
    refused(run, *memory, "--kit", "mine", words=("mine", "notes.txt"))
    assert folder_content(Path()) == before
