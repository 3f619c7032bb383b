"""How the C is compiled, and that what runs is what lies here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hwsim.errors import ToolError
from hwsim.hardware.fast import native
from hwsim.hardware.fast.native import build
from tests.tools import require_tool


def test_the_module_is_compiled_from_what_lies_here() -> None:
    library = native.compiled_library()
    assert library is not None, "make native tells what stops the compiler"
    assert library.ffi.string(library.lib.hwsim_sources()).decode() == build.digest()
    assert library.ffi.string(library.lib.hwsim_compiler()).decode()[:4] in ("gcc ", "clan")


def test_a_module_of_other_sources_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "digest", lambda: "another")
    native.compiled_library.cache_clear()
    with pytest.raises(ToolError, match="make native"):
        native.compiled_library()
    native.compiled_library.cache_clear()


@pytest.mark.parametrize("source", build.sources(), ids=lambda file: file.name)
def test_the_compiler_has_nothing_to_say(source: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [
            *(require_tool("gcc"), *build.FLAGS, "-Werror", "-fPIC", '-DHWSIM_SOURCES=""'),
            *("-I", build.HERE, "-c", source, "-o", tmp_path / "out.o"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
