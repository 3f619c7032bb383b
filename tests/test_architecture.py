"""Who may know whom, enforced: this table is the documentation of hwsim's architecture.

A room is a package or a module of hwsim. It may import itself and the rooms of levels below its
own; rooms of one level are neighbours that do not know each other. So `reference`, the float
world, and `hardware`, the integer world, are blind to each other, every rounding decision lies in
`compress` between them, and "bit-exact" is a property of the structure.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LEVELS: tuple[tuple[str, ...], ...] = (
    ("errors", "show"),  # what can go wrong; how a record shows itself
    ("suggest", "choices"),  # the name that was meant; the names there are
    ("files", "cache", "simulators"),  # written whole or not at all; found on this machine
    ("config",),  # the parameters
    ("spins", "design"),  # ±1, and bits; every choice of a design, and its default
    ("arrays",),  # .npy files
    ("reference", "hardware"),  # floats; integers
    ("compress", "export", "cost"),  # float to integer; files; pure functions of counts
    ("measure",),  # what exploration and study measure with
    ("validation", "golden", "cosim_result"),  # float against exact; golden vectors; the verdict
    ("assessment",),  # energy and accuracy of one image
    ("cosim",),  # the simulators
    ("explore", "experiments"),  # finding a design; the paper's figures and studies, not drawn
    ("demo",),  # the whole path, once
    ("report", "bench", "doctor"),  # draw or tell, compute nothing
    ("hwsim",),  # what `import hwsim` offers
    ("cli",),  # parse, one call, render, exit code
    ("__main__",),  # python -m hwsim
)

# Two ways to the same numbers: what both know could hide one error in both. And a report draws what
# others computed.
COMPUTING = (
    *("compress", "golden", "assessment", "hardware.spec", "hardware.fast", "measure.recalls"),
    *("experiments.runner", "experiments.conclusions", "explore.advise", "explore.sweep.run"),
)
BLIND = (
    *(("report", room) for room in COMPUTING),
    ("hardware.spec", "hardware.fast"),
    *(("cosim", model) for model in ("hardware.spec", "hardware.fast", "golden", "validation")),
)

# Each of these libraries has one room that knows it.
ONLY_IN = {
    "numba": "hardware.fast",
    "llvmlite": "hardware.fast",
    "bitarray": "hardware.packing",
    "click": "cli",
    "matplotlib": "report",
    "cocotb": "cosim",
    "cocotb_tools": "cosim",
}

LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
MODULES = sorted((ROOT / "hwsim").rglob("*.py"))


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def module_name(file: Path) -> str:
    """Dotted name below hwsim; `hwsim` for the package itself."""
    parts = file.relative_to(ROOT / "hwsim").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "hwsim"


def imports(file: Path) -> Iterator[str]:
    """Dotted names a file imports, anywhere in it; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} line {node.lineno}: import absolutely"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(file: Path) -> Iterator[str]:
    """Dotted names below hwsim that a file imports."""
    for name in imports(file):
        if name == "hwsim" or name.startswith("hwsim."):
            below = name.removeprefix("hwsim").lstrip(".")
            if below != "__version__":  # a plain text that everybody may show
                yield below if below.split(".")[0] in LEVEL else "hwsim"


@pytest.mark.parametrize("file", MODULES, ids=module_name)
def test_imports_go_downward_only(file: Path) -> None:
    module = module_name(file)
    room = module.split(".")[0]
    assert room in LEVEL, f"{room} is a new room; give it a level in this table"
    for name in own_imports(file):
        other = name.split(".")[0]
        assert other == room or LEVEL[other] < LEVEL[room], f"{module} must not import {name}"
    for one, two in (*BLIND, *(pair[::-1] for pair in BLIND)):
        if within(module, one):
            assert not [name for name in own_imports(file) if within(name, two)]


@pytest.mark.parametrize("file", MODULES, ids=module_name)
def test_a_library_is_known_to_one_room(file: Path) -> None:
    for name in imports(file):
        room = ONLY_IN.get(name.split(".")[0])
        assert room is None or within(module_name(file), room), f"only {room} imports {name}"


@pytest.mark.parametrize("file", sorted((ROOT / "cosim").rglob("*.py")), ids=lambda f: f.stem)
def test_testbenches_know_the_vectors_not_the_models(file: Path) -> None:
    models = [name for name in own_imports(file) if name.startswith(("hardware", "golden"))]
    assert not models


def test_the_table_is_not_vacuous() -> None:
    assert {"errors", "config", "hardware.spec", "compress", "cli"} <= set(
        map(module_name, MODULES)
    )
    assert "config.Parameters" in set(own_imports(ROOT / "hwsim/hardware/spec.py")) | set(
        own_imports(ROOT / "hwsim/hardware/image.py")
    )


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
