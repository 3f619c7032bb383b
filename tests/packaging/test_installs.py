"""The README's five minutes from the wheel, elsewhere, for each way of installing it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.documents import run_examples
from tests.packaging.installing import (
    DEBIAN,
    OLDEST,
    PINNED,
    ROOT,
    Installation,
    can_run,
    install_for_another,
    install_pipx,
    install_prefix,
    install_target,
    install_user,
    install_venv,
    make_venv,
    pip,
    run,
)
from tests.tools import require_tool

README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder outside the repository, with a space in its path, that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="hwsim installed ") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def five_minutes(installation: Installation, place: Path) -> None:
    """Run the README's blocks as a new user of the machine would: nothing but hwsim is new."""
    work, programs, home = place / "my work", place / "programs", place / "home"
    for folder in (work, programs, home):
        folder.mkdir()
    if installation.user:
        os.chown(work, 65534, 65534)
    (programs / "hwsim").symlink_to(installation.program)
    simulator = Path(require_tool("iverilog")).parent
    # No `python` on this PATH is the one with hwsim.
    environment = {
        "PATH": f"{programs}:{simulator}:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        **installation.environment,
    }
    outputs = run_examples(
        f"```bash\nhwsim --version\nhwsim doctor\n```\n{README}",
        work,
        python=installation.python,
        environment=environment,
        user=installation.user,
    )
    assert outputs[0].startswith(f"hwsim, version {PROJECT['version']}\n")
    assert "4 recalls co-simulated in icarus: bit-exact" in outputs[1]
    assert "5 recalls co-simulated in icarus: bit-exact" in outputs[3]


def files(folder: Path) -> set[Path]:
    """Everything in a folder."""
    return set(folder.rglob("*"))


def test_a_clean_environment_and_what_uninstalling_leaves(wheel: Path, place: Path) -> None:
    python = make_venv(place / "a venv")
    pip(python, "install", "-q", "-c", PINNED, *PROJECT["dependencies"])
    before = files(place / "a venv")
    pip(python, "install", "-q", "--no-deps", "--no-index", wheel)
    five_minutes(Installation(place / "a venv" / "bin" / "hwsim", python), place)
    pip(python, "uninstall", "-q", "-y", "hwsim")
    assert files(place / "a venv") - before == set()
    # What is kept for the user is where the system expects what may be thrown away.
    left = {file.relative_to(place / "home").parts[0] for file in files(place / "home")}
    assert left <= {".cache", ".config"}


def test_the_oldest_allowed_dependencies(wheel: Path, place: Path) -> None:
    oldest = dict(line.split("==") for line in OLDEST.read_text().splitlines())
    pinned = dict(line.split("==") for line in PINNED.read_text().splitlines())
    names = {name.lower().replace("_", "-"): name for name in pinned}
    both = {**{name: pinned[names[name]] for name in names}, **oldest}
    constraints = place / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in both.items()))
    python = make_venv(place / "a venv")
    pip(python, "install", "-q", "-c", constraints, wheel)
    installed = pip(python, "list", "--format=freeze").splitlines()
    for requirement in PROJECT["dependencies"]:
        name = requirement.split(">=")[0]
        assert f"{name}=={oldest[name]}" in {line.replace("_", "-") for line in installed}
    five_minutes(Installation(place / "a venv" / "bin" / "hwsim", python), place)


Method = Callable[..., Installation]


@pytest.mark.installs
@pytest.mark.parametrize("method", [install_user, install_target, install_prefix, install_pipx])
def test_one_way(wheel: Path, place: Path, method: Method) -> None:
    five_minutes(method(wheel, place), place)


@pytest.mark.installs
@pytest.mark.parametrize("method", [install_venv, install_user, install_target, install_prefix])
def test_debian_s_python(wheel: Path, place: Path, method: Method) -> None:
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    if not can_run((str(DEBIAN), "-c", new_enough)):
        pytest.skip(f"{DEBIAN} is missing or older than 3.11")
    five_minutes(method(wheel, place, DEBIAN), place)


@pytest.mark.installs
def test_without_a_compiler(sdist: Path, place: Path) -> None:
    python = make_venv(place / "a venv")
    pip(python, "install", "-q", "-c", PINNED, sdist, CC="false")
    program = place / "a venv" / "bin" / "hwsim"
    found = json.loads(run(program, "doctor", "--json"))["findings"]
    assert {row["name"]: row["version"] for row in found}["compiled C"] is None
    five_minutes(Installation(program, python), place)


@pytest.mark.installs
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_other_pythons(wheel: Path, place: Path, version: str) -> None:
    python = shutil.which(f"python{version}")
    if python is None or not can_run((python, "--version")):
        pytest.skip(f"python{version} is not installed")
    five_minutes(install_venv(wheel, place, Path(python)), place)


@pytest.mark.installs
def test_read_only_for_a_user_without_a_home(wheel: Path, place: Path) -> None:
    installation = install_for_another(wheel, place)
    run("chmod", "-R", "a-w", place / "venv")
    try:
        five_minutes(installation, place)
    finally:
        run("chmod", "-R", "u+w", place / "venv")
