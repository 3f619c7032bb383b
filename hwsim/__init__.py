"""From a trained kernel associative memory to verified hardware.

    import hwsim

    memory = hwsim.train(patterns, gamma=0.02)     # or hwsim.load_memory("memory.npz")
    image = hwsim.lower(memory, bits=2)            # integers: codes, kernel table, offsets
    recalls = hwsim.recall(image, queries)         # exact to the bit
    hwsim.write_image("image", image)              # ROM files
    hwsim.cosimulate("image", queries)             # the Verilog engine on the same files

A memory is a `Memory` or the path of its .npz, an image an `Image` or the path of its folder;
spins are an array, a DataFrame, nested lists or a .npy of +1 and -1.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# Where each name lives; loaded on first use, for `import hwsim` alone should cost nothing. Editors
# and type checkers read the same names in __init__.pyi.
_HOMES = {
    "Design": "hwsim.design",
    "HwsimError": "hwsim.errors",
    "HwsimWarning": "hwsim.errors",
    "Image": "hwsim.hardware.image",
    "InputError": "hwsim.errors",
    "Memory": "hwsim.reference.memory",
    "Parameters": "hwsim.config",
    "Recalls": "hwsim.hardware.outcome",
    "ToolError": "hwsim.errors",
    "advise": "hwsim.api.study",
    "assess": "hwsim.api.study",
    "associate": "hwsim.api.image",
    "check": "hwsim.api.folder",
    "choose": "hwsim.api.choose",
    "compare": "hwsim.api.compare",
    "cosimulate": "hwsim.api.study",
    "diff": "hwsim.api.diff",
    "faults": "hwsim.api.faults",
    "load_image": "hwsim.api.image",
    "load_memory": "hwsim.api.memory",
    "lower": "hwsim.api.memory",
    "make_vectors": "hwsim.api.study",
    "quantize": "hwsim.api.memory",
    "recall": "hwsim.api.image",
    "recall_asynchronously": "hwsim.api.asynchronous",
    "recall_float": "hwsim.api.memory",
    "save_memory": "hwsim.api.memory",
    "spins_from": "hwsim.spins",
    "synthesize": "hwsim.api.synth",
    "train": "hwsim.api.memory",
    "tune": "hwsim.api.tune",
    "validate": "hwsim.api.study",
    "watch": "hwsim.api.image",
    "write_image": "hwsim.api.image",
    "write_kit": "hwsim.api.kit",
}

__all__ = sorted([*_HOMES, "__version__"])


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    if name == "sklearn":  # a module of its own, for whoever has not imported it
        return importlib.import_module("hwsim.sklearn")
    raise AttributeError(f"module 'hwsim' has no attribute {name!r}{_did_you_mean(name)}")


def _did_you_mean(name: str) -> str:
    if name.startswith("__"):  # asked by the interpreter and by tools, not by a person
        return ""
    from hwsim.suggest import did_you_mean

    return did_you_mean(name, __all__)
