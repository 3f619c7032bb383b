"""Whatever type an argument of `import hwsim` has, it is taken or refused in one line.

Each function of the front door is called with legal arguments but for one, which is each of a zoo
of values that its annotation does not name.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

import hwsim
from hwsim.sklearn import KernelMemory

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (10, 24))
MEMORY = hwsim.train(X, 0.08)
IMAGE = hwsim.lower(MEMORY, lanes=8)

# What is legal, whatever else is: `m.npz`, `i` and `q.npy` are files beside.
ANSWERING: Final = hwsim.lower(hwsim.train(X, 0.08, targets=X[:, :3], steps=5))
LEGAL: Final[dict[str, dict[str, Any]]] = {
    "Design": {},
    "Image": {
        name: getattr(IMAGE, name)
        for name in ("parameters", "patterns", "codes", "kernel_lut", "offsets", "gamma")
    },
    "Memory": {"patterns": X, "alpha": MEMORY.alpha, "gamma": 0.08},
    "Parameters": {"neurons": 24, "patterns": 10},
    "advise": {"memory": MEMORY, "queries": 4},
    "associate": {"image": ANSWERING, "queries": X},
    "assess": {"image": IMAGE, "queries": X[:2], "originals": X[:2]},
    "check": {"path": "i"},
    "choose": {"memory": MEMORY, "queries": 4},
    "compare": {"designs": [IMAGE], "queries": 2},
    "cosimulate": {"image": IMAGE, "vectors": X[:1]},
    "diff": {"image": IMAGE, "queries": X[:2], "engine": False},
    "faults": {
        "image": IMAGE,
        **{"rates": 0.1, "memories": "radius", "maps": 1, "count": 1},
        **{"slow_maps": 1, "slow_count": 1},
    },
    "load_image": {"path": "i"},
    "load_memory": {"path": "m.npz"},
    "lower": {"memory": MEMORY},
    "make_vectors": {"image": IMAGE, "queries": X[:2], "path": "v"},
    "quantize": {"alpha": MEMORY},
    "recall": {"image": IMAGE, "queries": X},
    "tune": {"memory": MEMORY, "bits": 2, "steps": 2},
    "recall_float": {"memory": MEMORY, "queries": X},
    "recall_asynchronously": {"network": MEMORY, "queries": X},
    "save_memory": {"path": "other.npz", "memory": MEMORY},
    "spins_from": {"values": X},
    "synthesize": {"image": "i", "target": "up5k"},
    "train": {"patterns": X, "gamma": 0.08},
    "validate": {"memory": MEMORY, "queries": 3},
    "watch": {"image": IMAGE, "queries": X},
    "write_image": {"path": "other", "image": IMAGE},
    "write_kit": {"path": "kit", "image": "i"},
}
CLASSES = ("Design", "Image", "Memory", "Parameters")
NAMES = [
    name for name in hwsim.__all__ if name in CLASSES or inspect.isfunction(getattr(hwsim, name))
]

ZOO: Final[dict[str, Any]] = {
    "None": None,
    "a switch": True,
    "a whole number": 5,
    "a huge number": 10**5000,
    "a number": 2.5,
    "no number": float("nan"),
    "a complex number": 1j,
    "text": "much",
    "bytes": b"much",
    "an object": object(),
    "a function": lambda *_: None,
    "a set": {1},
    "a dict": {},
    "a dict of numbers": {5: 5},
    "a list": [1, "a", None],
    "a date": np.datetime64("NaT"),
    "a NumPy number": np.array(5),
    "an array": np.full((2, 2), 0.5),
    "a masked array": np.ma.masked_array(X, mask=X > 0),
    "a record array": np.zeros(3, dtype=[("a", int)]),
    "a memory": MEMORY,
    "an image": IMAGE,
    "a path": Path("nowhere"),
}
# What of the zoo an annotation's part names; what else it takes is not in the zoo.
WHOLE = {"a whole number", "a NumPy number"}
PATHS = {"text", "a path"}
NAMED: Final[dict[str, set[str]]] = {
    "None": {"None"},
    "bool": {"a switch"},
    "int": WHOLE,
    "float": {*WHOLE, "a number", "no number"},
    "str": {"text"},
    "Callable": {"a function"},
    "Progress": {"a function"},
    "Sequence": set(),
    "tuple": set(),
    "Mapping": {"a dict"},
    "dict": {"a dict"},
    "AnyPath": PATHS,
    "AnyMemory": {*PATHS, "a memory"},
    "AnyImage": {*PATHS, "an image"},
    "AnyImages": {*PATHS, "an image", "a dict"},
    "AnyDesign": PATHS,
    "AnySpins": PATHS,
    "npt.ArrayLike": {"an array", "a switch"},
    "npt.DTypeLike": {"None"},
    "Memory": {"a memory"},
    "Parameters": set(),
    "Rows": set(ZOO),  # of Image: left aside where patterns and codes are given
    "SpinArray": set(),
    "FloatArray": set(),
    "Integers": set(),
    "npt.NDArray": {"an array"},
    "Any": set(ZOO),  # notes, ready for JSON
}


def foreign(name: str) -> Iterator[tuple[str, str]]:
    """Each parameter with each of the zoo that its annotation does not name."""
    for parameter in inspect.signature(getattr(hwsim, name)).parameters.values():
        bare = re.sub(r"\[[^\[\]]*\]", "", str(parameter.annotation))
        while "[" in bare:
            bare = re.sub(r"\[[^\[\]]*\]", "", bare)
        taken = set().union(*(NAMED[part] for part in bare.split(" | ")))
        yield from ((parameter.name, kind) for kind in ZOO if kind not in taken)


METHODS: Final[dict[str, tuple[Callable[[Any], Any], set[str]]]] = {
    # what takes one value, and what of the zoo it takes
    "Design.load": (hwsim.Design.load, set()),
    "Design.from_dict": (hwsim.Design.from_dict, {"a dict"}),
    "Design.save": (hwsim.Design().save, PATHS),
    "Recalls.plot(which)": (
        lambda value: hwsim.recall(IMAGE, X).plot(which=value),
        {"None", *WHOLE},
    ),
    "Recalls.plot(steps)": (lambda value: hwsim.recall(IMAGE, X).plot(steps=value), {"a switch"}),
    "Trajectory.text": (lambda value: hwsim.watch(IMAGE, X).text(ascii_only=value), {"a switch"}),
    "KernelMemory(gamma)": (
        lambda value: KernelMemory(value).fit(X),
        {"a whole number", "a number", "a NumPy number"},
    ),
    "KernelMemory(binarize)": (
        lambda value: KernelMemory(binarize=value).fit(X),
        {"None", "no number", "a whole number", "a number", "a NumPy number"},
    ),
    "KernelMemory(noise)": (lambda value: KernelMemory(noise=value).fit(X).score(X), set()),
}


@pytest.mark.parametrize("name", METHODS)
def test_another_type_is_refused_by_methods(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call, taken = METHODS[name]
    for kind, value in ZOO.items():
        if kind not in taken:
            with pytest.raises(hwsim.InputError) as refused:
                call(value)
            assert "\n" not in str(refused.value), kind


@pytest.mark.parametrize("name", NAMES)
def test_another_type_is_refused_in_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hwsim.save_memory("m.npz", MEMORY)
    hwsim.write_image("i", IMAGE)
    before = sorted(tmp_path.rglob("*"))
    told = {
        f"{argument} = {kind}": refusal(name, argument, ZOO[kind])
        for argument, kind in foreign(name)
    }
    assert {call: words for call, words in told.items() if not 0 < len(words) < 400} == {}
    assert {call: words for call, words in told.items() if "\n" in words} == {}
    assert sorted(tmp_path.rglob("*")) == before


def refusal(name: str, argument: str, value: Any) -> str:
    """What is said of a call with one argument of another type; nothing where it is taken."""
    try:
        getattr(hwsim, name)(**{**LEGAL[name], argument: value})
    except hwsim.InputError as error:
        return str(error)
    return ""
