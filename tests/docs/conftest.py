"""The site, built once for all workers as `make docs` builds it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site; a warning or a notebook's error fails the build."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    built = shared / "site"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (built / "index.html").is_file():
            build(ROOT / "docs", built)
    return built


def build(source: Path, built: Path) -> None:
    """Build the site with the options of the Makefile."""
    options = ["-W", "--keep-going", "-n", "-q", "-d", str(built.parent / "doctrees")]
    ended = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(source), str(built)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
