"""The same bytes of every file: one thread or many, one process or many, the first run or the next.

What each command printed is not compared: it tells times.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.kills.commands import prepare, program
from tests.kills.killing import Snapshot, snapshot

THREADS = ("OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
TRAIN = "train --neurons 120 --patterns 360 --gamma 0.02 --steps 40 -o out.npz"
COMMANDS = {
    TRAIN: "out.npz",
    f"{TRAIN} --method converged": "out.npz",
    "export m.npz --bits 2 --offset-bits 8 --format mem,coe,mif,ihex,bin,c,stream -o out": "out",
    "export m.npz --bits 2 --offset-bits 8 --format ihex-word -o out": "out",
    "vectors image --count 20 -o out": "out",
    "recall image q0.npy -o out.npz": "out.npz",
    "report image --memory m.npz -o out": "out",
}
IN_PROCESSES = {
    "sweep sw0.toml -o out": "out",
    "experiments run figure1 figure9 --quick -o out": "out",
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    prepare(folder)
    return folder


def run(words: str, output: str, inputs: Path, folder: Path, threads: int) -> Snapshot:
    """What a command leaves, run with so many threads, on as many processors if there are."""
    folder.mkdir(parents=True)
    for file in inputs.iterdir():
        (folder / file.name).symlink_to(file)
    cores = sorted(os.sched_getaffinity(0))[:threads]
    done = subprocess.run(
        program(*words.split()),
        cwd=folder,
        env={**os.environ, **dict.fromkeys(THREADS, str(threads))},
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = snapshot(folder / output)
    assert found
    if "points.jsonl" in found:  # finished points stand there as they came
        found["points.jsonl"] = b"".join(sorted(found["points.jsonl"].splitlines(True)))
    return found


@pytest.mark.parametrize("words", COMMANDS)
def test_threads_and_repetition_change_no_byte(words: str, inputs: Path, tmp_path: Path) -> None:
    first, *others = (
        run(words, COMMANDS[words], inputs, tmp_path / name / "work", threads)
        for name, threads in (("one", 1), ("another", 1), ("many", 4))
    )
    for other in others:
        assert other == first


@pytest.mark.parametrize("words", IN_PROCESSES)
def test_processes_change_no_byte(words: str, inputs: Path, tmp_path: Path) -> None:
    output = IN_PROCESSES[words]
    one, many = (
        run(f"{words} --jobs {jobs}", output, inputs, tmp_path / f"{jobs}", jobs) for jobs in (1, 3)
    )
    assert one.keys() == many.keys()
    assert one == many
