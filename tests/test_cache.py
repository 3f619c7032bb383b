"""Compiled code is kept where that is safe, never outlives its source, and old code goes away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hwsim import cache
from hwsim.cache import cache_home, compiled_folder, is_usable


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home of our own."""
    for variable in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def package(folder: Path, text: str = "A = 1\n") -> Path:
    """A folder with two source files of a fixed age."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("one.py", "two.py"):
        (folder / name).write_text(text)
        os.utime(folder / name, (1, 1))
    return folder


def kept(source: Path, compiler: str = "numba 1", processor: str = "x86") -> Path:
    """The folder for `source`, with something in it."""
    folder = compiled_folder(source, compiler=compiler, processor=processor)
    assert folder is not None
    (folder / "code").touch()
    return folder


def test_the_order_of_places(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_home() == home / ".cache" / "hwsim"
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert cache_home() == Path("/xdg/hwsim")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/numba")
    assert cache_home() == Path("/numba/hwsim")


def test_the_same_source_finds_its_code_again(tmp_path: Path) -> None:
    source = package(tmp_path / "source")
    assert kept(source) == kept(source)


@pytest.mark.parametrize("change", ["source", "name", "compiler"])
def test_a_change_leads_elsewhere_and_removes_the_old(tmp_path: Path, change: str) -> None:
    source = package(tmp_path / "source")
    old = kept(source)
    compiler = "numba 1"
    if change == "source":  # of the same size and age
        (source / "two.py").write_text("A = 2\n")
        os.utime(source / "two.py", (1, 1))
    elif change == "name":
        (source / "two.py").rename(source / "three.py")
    else:
        compiler = "numba 2"
    new = kept(source, compiler)
    assert new != old
    assert not old.exists()
    assert kept(source, compiler) == new


def test_two_installations_and_two_processors_side_by_side(tmp_path: Path) -> None:
    first, second = package(tmp_path / "first"), package(tmp_path / "second", "A = 3\n")
    folders = [kept(first), kept(second), kept(first, processor="other")]
    assert len(set(folders)) == 3
    assert [kept(first), kept(second), kept(first, processor="other")] == folders
    assert all((folder / "code").exists() for folder in folders)


def test_code_of_an_uninstalled_source_goes_with_the_next_version(tmp_path: Path) -> None:
    gone, other = package(tmp_path / "gone"), package(tmp_path / "other")
    old = kept(gone)
    for file in gone.iterdir():
        file.unlink()
    gone.rmdir()
    kept(other)
    assert not old.parent.exists()


def test_what_is_not_ours_stays(tmp_path: Path, home: Path) -> None:
    theirs = home / ".cache" / "hwsim" / "notes"
    theirs.mkdir(parents=True)
    (theirs / "text").touch()
    kept(package(tmp_path / "source"))
    assert (theirs / "text").exists()


@pytest.mark.parametrize("home_path", ["/nonexistent/home", "/dev/null", "/proc"])
def test_nowhere_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home_path: str) -> None:
    source = package(tmp_path / "source")
    monkeypatch.setenv("HOME", home_path)
    assert compiled_folder(source, compiler="", processor="") is None
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/cache")
    assert compiled_folder(source, compiler="", processor="") is None
    assert not Path("/nonexistent").exists()


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("could not determine home directory")

    monkeypatch.setattr(Path, "home", no_home)
    assert cache_home() is None


def test_code_in_another_user_s_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_usable(tmp_path / "cache")
    other = os.geteuid() + 1
    monkeypatch.setattr(cache.os, "geteuid", lambda: other)
    assert not is_usable(tmp_path / "cache")


def test_root_leaves_nothing_in_another_user_s_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache.os, "geteuid", lambda: 0)
    if tmp_path.stat().st_uid == 0:
        os.chown(tmp_path, 12345, -1)
    assert not is_usable(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
