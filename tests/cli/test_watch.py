"""`hwsim watch`: a recall step by step, plain in a pipe, in motion on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import sys
from pathlib import Path
from subprocess import Popen
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.cli.conftest import Run, refused


@pytest.fixture
def queries(image: Path, memory: Path, tmp_path: Path) -> Path:
    """Three stored patterns, two spins of each flipped."""
    spins = np.load(memory)["patterns"][:3]
    spins[:, :2] *= -1
    path = tmp_path / "queries.npy"
    np.save(path, spins)
    return path


def test_it_tells_what_recall_tells(run: Run, image: Path, queries: Path, tmp_path: Path) -> None:
    run("recall", image, queries, "-o", tmp_path / "recalls.npz")
    with np.load(tmp_path / "recalls.npz") as archive:
        recalls = dict(archive)
    for query in range(3):
        told = json.loads(run("watch", image, queries, "--query", query, "--json").out)
        assert told["states"][0] == np.load(queries)[query].tolist()
        assert told["states"][-1] == recalls["states"][query].tolist()
        assert len(told["steps"]) == recalls["steps"][query]
        assert told["converged"] == recalls["converged"][query]
        assert told["steps"][-1]["distance"] == recalls["distance"][query]


def test_a_pipe_gets_every_step_and_nothing_moves(run: Run, image: Path, queries: Path) -> None:
    ran = run("watch", image, queries)
    assert ran.status == 0
    assert "\x1b" not in ran.out
    head, *_, end = ran.out.splitlines()
    assert end.startswith("converged after")
    steps = [f"step {number + 1}" for number in range(int(end.split()[2]))]
    assert re.split("  +", head) == ["pattern 0", "query", *steps]


def test_a_terminal_gets_motion_then_the_same(run: Run, image: Path, queries: Path) -> None:
    plain = run("watch", image, queries).out
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "hwsim", "watch", str(image), str(queries), "--delay", "0.01"]
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    size = {"COLUMNS": "200", "LINES": "60", "PYTHONUTF8": "1"}
    with Popen(command, stdout=slave, env={**environment, **size}) as program:
        os.close(slave)
        shown = b""
        while piece := _read(master):
            shown += piece
    os.close(master)
    assert program.returncode == 0
    motion, rest = shown.decode().replace("\r\n", "\n").rsplit("\x1b[J", 1)
    assert rest == plain
    assert (
        motion.count("wrong")
        == json.loads(run("watch", image, queries, "--json").out)["steps"][-1]["step"] + 1
    )


def _read(terminal: int) -> bytes:
    """What is there, nothing at the end: Linux then says EIO."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_it_draws(run: Run, image: Path, queries: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "steps.svg"
    ran = run("watch", image, queries, "--query", 2, "-o", drawn)
    assert ran.status == 0
    assert str(drawn) in ran.err
    ElementTree.parse(drawn)
    assert run("watch", image, queries, "-o", drawn).status == 0  # its own
    drawn.write_text("mine")
    refused(run, "watch", image, queries, "-o", drawn, words=("not a picture that hwsim drew",))
    assert run("watch", image, queries, "-o", drawn, "--force").status == 0


def test_bad_input(run: Run, image: Path, queries: Path, tmp_path: Path) -> None:
    refused(run, "watch", image, queries, "--query", 3, words=("query is 3; there are 3",))
    for shape in ("8by8", "8", "x", "1000000x1", "8x"):
        refused(run, "watch", image, queries, "--shape", shape, words=("no shape", "such as 8x8"))
    refused(run, "watch", image, queries, "--shape", "3x5", words=("15 spins; a state has",))
    gif = tmp_path / "steps.gif"
    refused(run, "watch", image, queries, "-o", gif, words=("steps.gif", "must end in .svg"))
    assert not gif.exists()
    refused(run, "watch", tmp_path / "gone", queries, words=("gone",))
