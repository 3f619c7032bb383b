"""Instant: what help, completion, a refusal and each command's start load. Counted, not timed.

A module costs its time wherever it is loaded; the machine's load does not change the count.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pytest

from hwsim.cli import cli
from tests.cli.loaded import among, loaded

DRAWING = ("matplotlib", "PIL")
COMPILER = ("numba", "llvmlite")
PARALLEL = ("asyncio", "multiprocessing", "concurrent.futures.process", "dask", "distributed")
HEAVY = (
    *(*DRAWING, *COMPILER, *PARALLEL),
    *("numpy", "scipy", "sklearn", "rich", "cocotb", "bitarray", "threadpoolctl"),
    *("subprocess", "inspect", "difflib", "tomllib", "urllib.request", "importlib.metadata"),
)

# Beyond click itself: hwsim's own light modules, and what of Python's library they lean on. All
# commands' help together load 63; the room above is for Python's other versions.
MOST_MODULES = 75


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command, groups before what is in them."""
    yield path
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def check_light(names: set[str], *, allowed: tuple[str, ...] = ()) -> None:
    heavy = tuple(name for name in HEAVY if name not in allowed)
    assert among(names, heavy) == []
    assert len(names) <= MOST_MODULES, sorted(names)


@pytest.mark.parametrize("words", list(commands(cli)), ids=" ".join)
def test_help_is_light(words: tuple[str, ...], tmp_path: Path) -> None:
    check_light(loaded(*words, "--help", folder=tmp_path))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_version_and_completion_s_script_are_light(shell: str, tmp_path: Path) -> None:
    check_light(loaded("--version", folder=tmp_path))
    check_light(loaded("completion", shell, folder=tmp_path))


@pytest.mark.parametrize(
    "typed",
    [
        "hwsim ",
        "hwsim re",
        "hwsim export --kernel-origin ",
        "hwsim experiments run ",
        "hwsim recall ",
    ],
)
def test_completing_is_light(typed: str, tmp_path: Path) -> None:
    words = typed.split(" ")
    asked = {
        "_HWSIM_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    check_light(loaded(folder=tmp_path, environment=asked))


@pytest.mark.parametrize(
    "arguments",
    [
        "exprot",
        "--versoin",
        "experiments runn",
        "export --bit 3",
        "export --bits",
        "train",
        "recall image",
        "cosim image --sim vcs",
        "train --gamma wide",
        "report image --count 0 -o report",
        "experiments run figure10 -o figures",
    ],
)
def test_a_refusal_is_light(arguments: str, tmp_path: Path) -> None:
    names = loaded(*arguments.split(), folder=tmp_path, status=2)
    check_light(names, allowed=("difflib",))  # looks for the name that was meant


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys; before = set(sys.modules); import hwsim; dir(hwsim)\n"
        "print(*(set(sys.modules) - before))"
    )
    names = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert among(set(names), HEAVY) == []
    assert len(names) <= MOST_MODULES, names


# The commands' work --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a memory, its image and queries."""
    folder = tmp_path_factory.mktemp("work")
    sizes = ("--neurons", 20, "--patterns", 9, "--gamma", 0.1)
    check_absent(
        loaded("train", *sizes, "-o", "memory.npz", folder=folder),
        *("rich", "sklearn", "cocotb", "bitarray", "tomllib"),
        *(*DRAWING, *COMPILER, *PARALLEL),
    )
    check_absent(
        loaded("export", "memory.npz", "--lanes", 8, "-o", "image", "--json", folder=folder),
        *("rich", "scipy", "sklearn", "cocotb"),
        *(*DRAWING, *COMPILER, *PARALLEL),
    )
    np.save(folder / "queries.npy", np.load(folder / "memory.npz")["patterns"][:2])
    return folder


def check_absent(names: set[str], *libraries: str) -> None:
    assert "numpy" in names  # it did work
    assert among(names, libraries) == []


def test_recall_compiles_nothing(work: Path) -> None:
    recall = ("recall", "image", "queries.npy", "-o", "recalls.npz", "--engine")
    absent = ("rich", "sklearn", "cocotb", *DRAWING)
    spec = loaded(*recall, "spec", folder=work)
    check_absent(spec, "scipy", *absent, *COMPILER, *PARALLEL)
    fast = loaded(*recall, "fast", folder=work)
    check_absent(fast, "scipy", "bitarray", *absent, *COMPILER, *PARALLEL)
    jitted = loaded(*recall, "fast", "--path", "jitted", "--force", folder=work)
    check_absent(jitted, "scipy.special", "scipy.optimize", "bitarray", *absent)
    assert set(COMPILER) < jitted


def test_vectors_compile_nothing(work: Path) -> None:
    names = loaded("vectors", "image", "-o", "vectors", folder=work)
    check_absent(names, "rich", "scipy", "sklearn", "cocotb", *DRAWING, *COMPILER, *PARALLEL)


def test_report_draws_without_matplotlib(work: Path) -> None:
    names = loaded("report", "image", "-o", "report", folder=work)
    check_absent(names, "rich", "sklearn", "cocotb", "scipy.optimize", *DRAWING)


def test_nothing_is_drawn_before_it_is_computed(work: Path) -> None:
    for arguments in ("sweep gone.toml -o sweep", "experiments run figure1 -o queries.npy"):
        names = loaded(*arguments.split(), folder=work, status=2)
        check_absent(names, "rich", *DRAWING)


@pytest.mark.parametrize(
    "arguments",
    [
        "recall gone queries.npy -o recalls.npz",
        "vectors gone -o vectors",
        "cosim gone",
        "report gone -o report",
        "export gone.npz -o image",
        "validate gone.npz",
    ],
)
def test_what_is_not_there_is_refused_before_anything_is_compiled(
    work: Path, arguments: str
) -> None:
    names = loaded(*arguments.split(), folder=work, status=2)
    check_absent(names, "rich", "sklearn", "cocotb", *DRAWING, *COMPILER)
