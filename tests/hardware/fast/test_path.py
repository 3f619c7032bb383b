"""Which path is taken, and what is said of one that is not there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hwsim.choices import PATHS
from hwsim.errors import InputError
from hwsim.hardware.fast.path import VARIABLE, chosen_path, paths


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_the_fastest_is_taken_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    fastest, *_, last = paths()
    assert last == "jitted"
    assert chosen_path().name == fastest
    monkeypatch.setenv(VARIABLE, "generic")
    assert chosen_path().name == "generic"
    assert chosen_path("jitted").name == "jitted"
    monkeypatch.setenv(VARIABLE, "")
    assert chosen_path().name == fastest


def test_every_path_here_has_a_name_that_the_commands_know() -> None:
    assert [path for path in PATHS if path in paths()] == list(paths())


def test_a_path_that_is_not_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"path is 'jited'; here run .*did you mean 'jitted'\?"):
        chosen_path("jited")
    monkeypatch.setenv(VARIABLE, "Generic")
    with pytest.raises(InputError, match=r"'Generic' in HWSIM_PATH; .*did you mean 'generic'\?"):
        chosen_path()


def test_numba_is_imported_for_its_own_path_alone() -> None:
    program = (
        "import sys, numpy as np\n"
        "from hwsim.hardware import fast\n"
        "from tests.images import Parameters, random_image, random_queries\n"
        "rng = np.random.default_rng(0)\n"
        "image = random_image(Parameters(30, 40, lanes=8), rng)\n"
        "fast.recall(image, random_queries(image.parameters, 4, rng))\n"
        "print([name for name in ('numba', 'llvmlite', 'cffi') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
