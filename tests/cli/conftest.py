"""Run the program in this process and see what it prints and returns."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from hwsim.cli import main


@dataclass(frozen=True)
class Ran:
    """Exit status, standard output, standard error."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def refused(run: Run, *arguments: object, words: tuple[str, ...]) -> None:
    """Assert status 2, nothing on stdout, and one line on stderr that holds all `words`."""
    ran = run(*arguments)
    assert ran.status == 2, ran
    assert ran.out == ""
    lines = ran.err.splitlines()
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("Error: ")
    for word in words:
        assert word in lines[0]


def folder_content(folder: Path) -> dict[str, bytes]:
    """Every file below it, by its path."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A function of the program's arguments."""

    def call(*arguments: object) -> Ran:
        with warnings.catch_warnings():
            warnings.simplefilter("default")  # the program prints warnings, it does not raise them
            with pytest.raises(SystemExit) as ended:
                main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, captured.out, captured.err)

    return call


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """A small memory as anybody's NumPy writes one."""
    rng = np.random.default_rng(3)
    patterns = rng.choice(np.array([-1, 1]), (12, 20))
    path = tmp_path / "memory.npz"
    np.savez(path, patterns=patterns, alpha=patterns * rng.normal(3, 0.3, (12, 20)), gamma=0.05)
    return path


@pytest.fixture
def image(run: Run, memory: Path, tmp_path: Path) -> Path:
    """The image of `memory`, 2 bits, 8 lanes."""
    path = tmp_path / "image"
    assert run("export", memory, "--bits", 2, "--lanes", 8, "-o", path).status == 0
    return path
