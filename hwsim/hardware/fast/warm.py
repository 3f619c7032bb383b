"""What is compiled on first use, compiled beforehand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hwsim.config import Parameters
from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.fast.path import JITTED, chosen_path
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules, without_rules


def warm() -> tuple[str, Path | None]:
    """Compile what recalls by the path that is chosen will need, for networks of common sizes.

    Returns:
        The path's name, and the folder where the compiled code is kept; None where nothing is:
        the C was compiled at installation, or this user has no such folder.
    """
    path = chosen_path()
    if path is not JITTED:
        return path.name, None
    p = Parameters(neurons=32, patterns=16, lanes=8)
    bits = np.random.default_rng(0).integers(0, 2, (p.patterns, p.neurons)).astype(np.uint8)
    lut = np.zeros(p.neurons + 1, dtype=np.int64)
    lut[:4] = p.kernel_max
    offsets = np.zeros(p.neurons, dtype=np.int64)
    plain = without_rules(Image(p, bits, bits, lut, offsets, gamma=0.1))
    spins = 2 * bits.astype(np.int8) - 1
    for image in (plain, with_rules(plain, coarse_words=1)):
        for method in path.methods:
            model = FastModel(image, method=method, threads=1)
            model.recall(spins)
            model.nearest(spins)
    from hwsim.hardware.fast.jitted.kept import folder

    return path.name, folder()
