"""What `import hwsim` shows: names, signatures, help, types; and what it costs."""

from __future__ import annotations

import doctest
import inspect
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mypy import api, stubtest
from mypy.options import Options

import hwsim
from hwsim import assessment, cosim, golden, kit, synth, validation
from hwsim.explore import advise, choose
from hwsim.export import folder
from hwsim.hardware import fast
from hwsim.reference import memory, training
from hwsim.reference import recall as float_network

ROOT = str(Path(hwsim.__file__).parent.parent)
FUNCTIONS = sorted(name for name in hwsim.__all__ if inspect.isfunction(getattr(hwsim, name)))
CLASSES = sorted(name for name in hwsim.__all__ if inspect.isclass(getattr(hwsim, name)))


def python(*arguments: str, cwd: Path | None = None) -> str:
    ran = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=cwd
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_import_loads_neither_numpy_nor_any_room() -> None:
    loaded = python("-c", "import sys, hwsim; dir(hwsim); print(*sys.modules)").split()
    assert "numpy" not in loaded
    assert [name for name in loaded if name.startswith("hwsim")] == ["hwsim"]


def test_completing_a_name_loads_no_compiler() -> None:
    # what rlcompleter and pydoc do: they look every name up
    command = (
        "import sys, hwsim; [getattr(hwsim, name) for name in dir(hwsim)]; print(*sys.modules)"
    )
    loaded = set(python("-c", command).split())
    assert not loaded & {"numba", "llvmlite", "scipy", "sklearn", "matplotlib", "cocotb", "click"}
    assert "hwsim.hardware.image" in loaded


def test_dir_lists_what_there_is() -> None:
    assert dir(hwsim) == sorted(hwsim.__all__)
    assert {*FUNCTIONS, *CLASSES, "__version__"} == set(hwsim.__all__)


def test_a_star_import_brings_every_name() -> None:
    names: dict[str, Any] = {}
    exec("from hwsim import *", names)
    assert set(hwsim.__all__) <= set(names)


def test_the_help_of_the_package_names_and_explains_everything() -> None:
    text = pydoc.plain(pydoc.render_doc(hwsim))
    for name in {*FUNCTIONS, *CLASSES}:
        assert name in text
    assert "Quantize a float memory into an image" in text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_is_explained(name: str) -> None:
    function = getattr(hwsim, name)
    text = inspect.getdoc(function)
    assert text is not None
    lines = [line.strip() for line in text.splitlines()]
    explained = {
        word.strip("* ") for line in lines if ":" in line for word in line.split(":")[0].split(",")
    }
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.kind is not parameter.VAR_POSITIONAL
        assert parameter.annotation is not parameter.empty
        if not (name in ("lower", "validate") and parameter.kind is parameter.KEYWORD_ONLY):
            assert parameter.name in explained, f"{name} does not explain {parameter.name}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_run(name: str) -> None:
    function = getattr(hwsim, name)
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder().find(function, name, globs={}):
        assert runner.run(test).failed == 0


def test_an_unknown_name_is_told_and_the_nearest_proposed() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'recal'; did you mean 'recall'\?"):
        _ = hwsim.recal  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"no attribute '__wrapped__'$"):
        _ = hwsim.__wrapped__  # type: ignore[attr-defined]
    assert not hasattr(hwsim, "frobnicate")
    with pytest.raises(ImportError, match="cannot import name 'recal'"):
        exec("from hwsim import recal")


BEHIND: dict[str, tuple[Any, set[str]]] = {
    # the function that does the work, and what of its arguments the door makes of others
    "train": (training.train, set()),
    "save_memory": (memory.save_memory, set()),
    "load_memory": (memory.load_memory, set()),
    "recall_float": (float_network.recall, set()),
    "write_image": (folder.write_image, set()),
    "synthesize": (synth.synthesize, {"image_folder"}),
    "write_kit": (kit.write_kit, {"image_folder"}),
    "load_image": (folder.load_image, {"outputs"}),  # it takes any
    "recall": (fast.recall, set()),
    "make_vectors": (golden.make_vectors, {"image_folder", "origin"}),  # from self_test
    "cosimulate": (cosim.cosimulate, {"image_folder", "vectors_folder"}),
    "assess": (assessment.assess, {"judged"}),  # the demo alone gives it
    "advise": (advise.advise, set()),
    "choose": (choose.choose, set()),
    "validate": (validation.validate, {"quantized", "image", "noises"}),
}


@pytest.mark.parametrize("name", BEHIND)
def test_the_door_leads_to_every_argument_with_its_default(name: str) -> None:
    function, made = BEHIND[name]
    shown = inspect.signature(getattr(hwsim, name)).parameters
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name not in made:
            assert parameter.name in shown, f"{name} does not take {parameter.name}"
            if parameter.default is not parameter.empty:
                assert shown[parameter.name].default == parameter.default


# TYPES ------------------------------------------------------------------------------------------


def test_the_stub_agrees_with_the_package() -> None:
    options = Options()
    options.ignore_missing_imports = True
    options.python_version = (3, 12)  # NumPy's own stubs use its syntax
    options.mypy_path = [ROOT]
    options.incremental = False  # trees from mypy's cache are not whole
    stubtest.build_stubs(["hwsim"], options)
    assert [error.get_description() for error in stubtest.test_module("hwsim")] == []


PROGRAM = """
import numpy as np
import hwsim

memory = hwsim.train([[1, -1], [-1, -1]], gamma=0.1)
image: hwsim.Image = hwsim.lower(memory, bits=2, lanes=8)
states = hwsim.recall(image, "queries.npy").states
reveal_type(states)
reveal_type(hwsim.recall_float("memory.npz", np.ones((1, 2))))
hwsim.lower(memory, bits="two")
hwsim.lower(memory, bit=2)
hwsim.recal(image, states)
"""


def test_a_type_checker_sees_real_types_through_the_lazy_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # an editable installation is a hook, which mypy does not follow
    monkeypatch.setenv("MYPYPATH", ROOT)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    found, trouble, _ = api.run(
        [
            "--strict",
            "--cache-dir",
            str(tmp_path / "cache"),
            "--config-file",
            "",
            "--python-version",
            "3.12",
            str(program),
        ]
    )
    assert not trouble
    lines = found.splitlines()
    assert any("numpy.ndarray" in line and "_8Bit" in line for line in lines)
    assert any('"hwsim.reference.recall.FloatRecalls"' in line for line in lines)
    errors = [line for line in lines if "error" in line and "program.py" in line]
    assert [line.split(":")[1] for line in errors] == ["10", "11", "12"], found


def test_a_path_is_of_the_fast_model() -> None:
    image = hwsim.lower(hwsim.train([[1, -1, 1, -1], [1, 1, -1, -1]], gamma=0.1))
    query = [[1, -1, 1, 1]]
    assert hwsim.recall(image, query, path="generic").states.tolist() == [[1, -1, 1, -1]]
    with pytest.raises(hwsim.InputError, match="path is 'avx2', of the fast model"):
        hwsim.recall(image, query, model="spec", path="avx2")
    with pytest.raises(hwsim.InputError, match="path"):
        hwsim.recall(image, query, path="avx3")
