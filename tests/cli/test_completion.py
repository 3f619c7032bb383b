"""Completion: the scripts run by the shells themselves, and what they are told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hwsim.choices import SHELLS
from hwsim.experiments.catalogue import names
from tests.cli.conftest import Run
from tests.tools import require_tool

BIN = Path(sys.executable).parent  # where the program itself is

# Each calls the function that the script defines, as the shell would; what click's script asks of a
# shell that is not at its prompt is answered here.
ASK = {
    "bash": """
        compopt() { :; }
        eval "$(hwsim completion bash)"
        read -ra COMP_WORDS <<< "$1"; [[ $1 == *' ' ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _hwsim_completion hwsim
        printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "zsh": """
        compdef() { : }
        compadd() { print -rl -- ${(P)@[-1]} }
        _describe() { print -rl -- ${${(P)3}%%:*} }
        eval "$(hwsim completion zsh)"
        words=("${(@s: :)1}"); CURRENT=$#words
        _hwsim_completion
    """,
    "fish": """
        hwsim completion fish | source
        complete --do-complete $argv[1] | string replace --regex '\\t.*' ''
    """,
}
START = {
    "bash": ("--noprofile", "--norc", "-c", ASK["bash"], "bash"),
    "zsh": ("--no-rcs", "-c", ASK["zsh"], "zsh"),
    "fish": ("--no-config", "-c", ASK["fish"]),
}

Told = Callable[[str], list[str]]


def complete(shell: str, typed: str, folder: Path) -> list[str]:
    """What a shell offers after `typed`."""
    done = subprocess.run(
        [require_tool(shell), *START[shell], typed],
        cwd=folder,
        env={
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes(shell: str, tmp_path: Path) -> None:
    # Sorted: fish sorts what it is told.
    assert sorted(complete(shell, "hwsim ex", tmp_path)) == ["experiments", "export"]
    origins = complete(shell, "hwsim export --kernel-origin ", tmp_path)
    assert sorted(origins) == ["absolute", "nearest"]
    assert complete(shell, "hwsim validate --quantizer neuron-k", tmp_path) == ["neuron-kmeans"]
    assert complete(shell, "hwsim export --kernel-b", tmp_path) == ["--kernel-bits"]
    assert complete(shell, "hwsim experiments run figure1", tmp_path) == ["figure1"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_files_of_the_suffix(shell: str, tmp_path: Path) -> None:
    for name in ("memory.npz", "my.npz", "memory.txt"):
        (tmp_path / name).touch()
    (tmp_path / "many").mkdir()
    found = complete(shell, "hwsim export m", tmp_path)
    assert found == ["many/", "memory.npz", "my.npz"]
    assert complete(shell, "hwsim export me", tmp_path) == ["memory.npz"]


# What the shells are told ---------------------------------------------------------------------


@pytest.fixture
def told(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Told:
    """A function of what was typed to the lines `kind,word` that bash gets."""
    monkeypatch.chdir(tmp_path)

    def call(typed: str) -> list[str]:
        words = typed.split(" ")
        monkeypatch.setenv("_HWSIM_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        ran = run()
        assert (ran.status, ran.err) == (0, "")
        return ran.out.split()

    return call


def test_every_experiment_is_offered(told: Told) -> None:
    assert told("hwsim experiments run ") == [f"plain,{name}" for name in (*names(), "all")]


def test_a_folder_on_the_way_is_the_shell_s_business(told: Told, tmp_path: Path) -> None:
    (tmp_path / "only").mkdir()
    assert told("hwsim export on") == ["dir,on"]
    assert told("hwsim export only/") == ["file,only/"]
    (tmp_path / "only" / "x.npz").touch()
    (tmp_path / "only" / ".hidden.npz").touch()
    assert told("hwsim export only/") == ["plain,only/x.npz"]
    assert told("hwsim recall im") == ["dir,im"]


def test_a_name_that_needs_quotes_is_the_shell_s_business(told: Told, tmp_path: Path) -> None:
    (tmp_path / "two words.npz").touch()
    assert told("hwsim export tw") == ["file,tw"]


def test_a_folder_that_cannot_be_read_offers_nothing(told: Told) -> None:
    assert told("hwsim export gone/x") == ["file,gone/x"]


def test_an_unknown_shell_is_refused(run: Run) -> None:
    ran = run("completion", "zhs")
    assert ran.status == 2
    assert ran.err == (
        "Error: invalid value for 'SHELL': 'zhs' is not one of bash, zsh, fish; did you mean "
        "'zsh'? (hwsim completion --help)\n"
    )
