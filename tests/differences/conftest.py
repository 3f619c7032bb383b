"""A trained memory, images of it, and queries, small enough for the specification."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hwsim.compress.lower import lower
from hwsim.export.folder import write_image
from hwsim.hardware.image import Image
from hwsim.hardware.rules import without_rules
from hwsim.reference.memory import Memory
from hwsim.reference.training import train
from hwsim.spins import SpinArray, spins_from_bits
from tests.cli.conftest import run

__all__ = ["run"]  # the program, as a fixture here too

Lowered = Callable[..., Image]


@pytest.fixture(scope="module")
def memory() -> Memory:
    """40 patterns of 30 neurons."""
    bits = np.random.default_rng(1).integers(0, 2, (40, 30))
    return train(spins_from_bits(bits), 0.05)


@pytest.fixture(scope="module")
def queries(memory: Memory) -> SpinArray:
    """12 noisy patterns."""
    rng = np.random.default_rng(2)
    return (memory.patterns[:12] * np.where(rng.random((12, 30)) < 0.2, -1, 1)).astype(np.int8)


@pytest.fixture(scope="module")
def lowered(memory: Memory) -> Lowered:
    """The memory's image, 2 bits, 8 lanes, offsets and no rules but for choices given."""

    def image(**choices: object) -> Image:
        given = {"bits": 2, "lanes": 8, "offset_bits": 8, **choices}
        return without_rules(lower(memory, **given))  # type: ignore[arg-type]

    return image


@pytest.fixture
def folder(lowered: Lowered, tmp_path: Path) -> Path:
    """The image's folder."""
    write_image(tmp_path / "image", lowered())
    return tmp_path / "image"
