"""What is printed is shown: a terminal obeys no name, and Rich takes no brackets for its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.cli.common import print_table
from hwsim.cli.streams import say, tell
from hwsim.printable import printable

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NAME = "a\x1b[31m\x1b]0;title\x07\x9b2J\u202e[/][bold]ü"


@given(st.text(st.characters()))
def test_every_character_is_shown(text: str) -> None:
    assert not OBEYED.search(printable(text))
    assert printable(printable(text)) == printable(text)
    if not OBEYED.search(text) and text.isprintable():
        assert printable(text) == text


def test_names_and_tables(capsys: pytest.CaptureFixture[str]) -> None:
    say(NAME)
    tell(f"{NAME}\n{NAME}")
    print_table([NAME, "value"], [[NAME, "[/]"]], title=NAME)
    out, err = capsys.readouterr()
    shown = printable(NAME)
    assert err == f"{shown}\n"
    assert out.startswith(f"{shown}\n{shown}\n")
    assert out.count(shown) == 5
    assert not OBEYED.search(out + err)


def hwsim(*arguments: str, folder: Path) -> str:
    command = [sys.executable, "-m", "hwsim", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_commands(tmp_path: Path) -> None:
    memory, image = f"{NAME}.npz", f"{NAME} image"
    sizes = ("--neurons", "20", "--patterns", "9", "--gamma", "0.1")
    said = hwsim("train", *sizes, "-o", memory, folder=tmp_path)
    said += hwsim("export", memory, "--lanes", "8", "-o", image, folder=tmp_path)
    said += hwsim("export", memory, "--lanes", "8", "-o", memory, folder=tmp_path)  # in the way
    said += hwsim("vectors", image, "-o", f"{NAME} vectors", folder=tmp_path)
    said += hwsim("recall", f"{NAME} gone", "q.npy", "-o", "r.npz", folder=tmp_path)
    said += hwsim(f"recal{NAME}", f"--{NAME}", folder=tmp_path)
    assert (tmp_path / image / "manifest.json").exists()
    assert said.count(printable(NAME)) >= 5
    assert not OBEYED.search(said)


@pytest.mark.parametrize("errors", ["surrogateescape", "strict"])
def test_an_encoding_without_a_letter_is_no_error(errors: str) -> None:
    code = "import sys, hwsim.cli.streams as s\nwith s.standard_streams(): s.tell('16.7 \u00b5s')"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONIOENCODING": f"ascii:{errors}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("16.7 \\xb5s\n", "")


@pytest.mark.parametrize("variable", ["MPLBACKEND", "NUMPY_MADVISE_HUGEPAGE"])
def test_a_library_s_variable_that_would_end_it(tmp_path: Path, variable: str) -> None:
    code = "import hwsim.cli; hwsim.cli.run(['--version']); import hwsim.report.charts"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, variable: "none such"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""


def test_no_folder_for_matplotlib_is_no_matter_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "sw.toml").write_text(
        "[sweep]\nneurons = 20\nload = 1.5\nnoise = 0.1\ntrials = 1\nqueries = 4\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "hwsim", "sweep", "sw.toml", "--jobs", "1", "-o", "out"],
        cwd=tmp_path, env={**os.environ, "MPLCONFIGDIR": str(tmp_path / "file")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "atplotlib" not in done.stderr
