"""The wheel and the sdist, built from this folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel built from what is unpacked of it, as pip would."""
    folder = tmp_path_factory.mktemp("archives")
    sdist = build("sdist", ROOT, folder)
    subprocess.run(["tar", "-xzf", sdist, "-C", folder], check=True)
    return sdist, build("wheel", unpacked(sdist), folder)


def unpacked(sdist: Path) -> Path:
    """The folder that lies beside it."""
    return sdist.with_name(sdist.name.removesuffix(".tar.gz"))


def build(target: str, source: Path, output: Path, **variables: str) -> Path:
    """Build one archive; all have files of one age, which is what reproducible builds give."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(output)]
    ran = subprocess.run(
        command,
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1600000000", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (archive,) = output.glob({"sdist": "*.tar.gz", "wheel": "*.whl"}[target])
    return archive


@pytest.fixture(scope="session")
def sdist(archives: tuple[Path, Path]) -> Path:
    return archives[0]


@pytest.fixture(scope="session")
def wheel(archives: tuple[Path, Path]) -> Path:
    return archives[1]
