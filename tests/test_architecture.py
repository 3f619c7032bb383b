"""Who may know whom, enforced.

The contracts of pyproject.toml are the table: import-linter holds them, indirect imports included.
By hand here is what it cannot see: the testbenches, which are scripts outside the package, and
files that outgrow their room or name a place on somebody's machine.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint_imports(folder: Path) -> tuple[int, str]:
    """Exit status and report of import-linter on the package below `folder`."""
    # grimp's cache is left out: it would be one more thing that could be stale
    command = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_imports_keep_their_contracts() -> None:
    status, report = lint_imports(ROOT)
    assert status == 0, report


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("hardware/layout.py", "import hwsim.reference.kernel", "Imports go down"),
        ("errors.py", "import hwsim.config", "Imports go down"),
        ("cost/cycles.py", "def f():\n    from hwsim.export import folder", "Imports go down"),
        ("spare.py", "", "Imports go down"),
        ("hardware/spec.py", "import hwsim.hardware.fast", "Two ways to the same numbers"),
        # through hardware.layout, which the specification knows by way of the image
        ("hardware/layout.py", "import hwsim.hardware.fast.plan", "Two ways to the same numbers"),
        ("export/manifest.py", "import hwsim.hardware.spec", "The door to the simulators"),
        ("demo.py", "import hwsim", "No room goes through the front door"),
        ("report/page.py", "import hwsim.golden", "A report draws what others computed"),
        ("cost/cycles.py", "import numba", "numba and llvmlite"),
        ("export/folder.py", "import click", "click"),
    ],
)
def test_a_breach_is_seen(tmp_path: Path, file: str, line: str, contract: str) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.toml", "*.html", "*.css")
    shutil.copytree(ROOT / "hwsim", tmp_path / "hwsim", ignore=ignored)
    with (tmp_path / "hwsim" / file).open("a") as stream:
        stream.write(f"\n{line}\n")
    status, report = lint_imports(tmp_path)
    assert status == 1, report
    assert re.search(rf"^{contract}.* BROKEN", report, re.MULTILINE), report


def imports(file: Path) -> Iterator[str]:
    """Dotted names a file imports, anywhere in it; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_testbenches_know_the_vectors_not_the_models() -> None:
    known = {file.name: set(imports(file)) for file in (ROOT / "cosim").rglob("*.py")}
    assert "cocotb" in known["test_hwsim_engine.py"]
    for bench, names in known.items():
        assert not [name for name in names if name.split(".")[0] == "hwsim"], bench


# Files ----------------------------------------------------------------------------------------

GENERATED = {"build", "demo", "sim_build", "__pycache__", "node_modules"}


def text_files(*rooms: str) -> Iterator[Path]:
    """Source and documentation below the given folders of the repository."""
    for room in rooms or (".",):
        for folder, folders, files in os.walk(ROOT / room):
            folders[:] = [
                name
                for name in folders
                if name not in GENERATED
                and not name.endswith(".egg-info")
                and (name[0] != "." or name in (".ci", ".github"))
            ]
            for name in files:
                file = Path(folder, name)
                if file.suffix in {
                    *(".py", ".v", ".vh", ".md", ".toml", ".yml", ".yaml", ".json", ".sh"),
                    *(".cfg", ".css", ".html", ".svg", ".csv", ""),
                }:
                    yield file


def test_the_top_holds_the_rooms_that_the_readme_shows_and_nothing_a_run_left() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    folders = {path.partition("/")[0] for path in listed if "/" in path}
    assert {name for name in folders if not name.startswith(".")} == {
        *("cosim", "docs", "hwsim", "reports", "rtl", "tests"),
    }


def test_no_file_outgrows_its_room() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in text_files("hwsim", "rtl", "cosim")
        if file.suffix in {".py", ".v", ".vh"}
        and (lines := len(file.read_text().splitlines())) > 400
    }
    assert not long, "past 400 lines, look for the joint"


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    place = re.compile(r"(?<![\w.~-])/(work|root|home)/\w")
    assert place.search("in " + "/ho" + "me/anna/hwsim")
    found = {
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in text_files()
        if (match := place.search(file.read_text(errors="replace")))
    }
    assert not found
