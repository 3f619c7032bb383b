"""An image folder to take apart, and ways to damage it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export.folder import load_image
from hwsim.hardware.image import Image
from tests.images import random_image
from tests.sealing import edit_manifest

# Unused lanes in patterns (10 of 16) and weights (9 of 16); three hexadecimal digits a LUT word.
PARAMETERS = Parameters(
    neurons=10, patterns=9, kernel_bits=9, lanes=8, offset_bits=3, offset_frac_bits=1
)
MEMORIES = ("patterns", "weights", "kernel_lut", "offsets")


def sample() -> Image:
    return random_image(PARAMETERS, np.random.default_rng(5))


def refused(folder: Path) -> str:
    """The message load_image refuses the folder with: one line that says what to do."""
    with pytest.raises(InputError) as caught:
        load_image(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def edit_memory(folder: Path, name: str, edit: Callable[[list[str]], None]) -> None:
    """Change a memory's lines and give the manifest the new hash: a wrong writer, not damage."""
    file = folder / f"{name}.mem"
    lines = file.read_text().splitlines()
    edit(lines)
    file.write_text("\n".join(lines) + "\n")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    edit_manifest(folder, lambda manifest: manifest["memories"][name].update(sha256=digest))


def set_line(number: int, text: str) -> Callable[[list[str]], None]:
    def edit(lines: list[str]) -> None:
        lines[number] = text

    return edit
