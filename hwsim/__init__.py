"""From a trained kernel associative memory to verified hardware.

memory = hwsim.load_memory("memory.npz")       # or hwsim.train(patterns, gamma)
image = hwsim.lower(memory, bits=2)            # integers: codes, kernel LUT, offsets
recalls = hwsim.recall(image, queries)         # exact to the bit
hwsim.write_image("image", image)              # ROM files
hwsim.make_vectors("image", queries, "vectors")
hwsim.cosimulate("image", "vectors")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Loaded on first use: a command that only trains does not pay for the compiler of the fast model.
_HOMES = {
    "Design": "hwsim.design",
    "HwsimError": "hwsim.errors",
    "Image": "hwsim.hardware.image",
    "Memory": "hwsim.reference.memory",
    "Parameters": "hwsim.config",
    "cosimulate": "hwsim.cosim",
    "load_image": "hwsim.export.folder",
    "load_memory": "hwsim.reference.memory",
    "lower": "hwsim.compress.lower",
    "make_vectors": "hwsim.golden",
    "recall": "hwsim.hardware.fast",
    "save_memory": "hwsim.reference.memory",
    "spins_from": "hwsim.spins",
    "train": "hwsim.reference.training",
    "write_image": "hwsim.export.folder",
}

__all__ = [
    "Design",
    "HwsimError",
    "Image",
    "Memory",
    "Parameters",
    "cosimulate",
    "load_image",
    "load_memory",
    "lower",
    "make_vectors",
    "recall",
    "save_memory",
    "spins_from",
    "train",
    "write_image",
]

if TYPE_CHECKING:
    from hwsim.compress.lower import lower
    from hwsim.config import Parameters
    from hwsim.cosim import cosimulate
    from hwsim.design import Design
    from hwsim.errors import HwsimError
    from hwsim.export.folder import load_image, write_image
    from hwsim.golden import make_vectors
    from hwsim.hardware.fast import recall
    from hwsim.hardware.image import Image
    from hwsim.reference.memory import Memory, load_memory, save_memory
    from hwsim.reference.training import train
    from hwsim.spins import spins_from


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'hwsim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
