"""What the tests of image folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.export.folder import write_image
from tests.export.folders import sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "image"
    write_image(path, sample())
    return path
