"""Every kind of file that once was not met cleanly, through the command that reads it.

The readers themselves are tested in tests/fuzz; here, what a person sees: status 2, one short line,
and nothing that was not there before.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_bad_input import folder_content
from tests.fuzz.corpus import CORPUS, SOUND

SWEEP = "[sweep]\nneurons = 20\nload = 1.5\nnoise = 0.1\ntrials = 1\nqueries = 4\n"
# The name of the damaged file in a folder with sound ones, and the command that reads it.
READ_BY = {
    "queries": ("x.npy", "recall image x.npy -o out.npz"),
    "patterns": ("x.npy", "train --patterns-file x.npy --gamma 0.05 --steps 2 -o out.npz"),
    "memory": ("x.npz", "export x.npz -o out"),
    "technology": ("x.toml", "report image --technology x.toml --count 2 -o out"),
    "sweep": ("x.toml", "sweep x.toml --jobs 1 -o out"),
    "design": ("x.toml", "export memory.npz --design x.toml -o out"),
    "manifest": ("image/manifest.json", "vectors image --count 2 -o out"),
    "vectors": ("vectors/vectors.json", "cosim image --vectors vectors"),
    "journal": ("out/points.jsonl", "sweep sweep.toml --jobs 1 -o out"),
}
KINDS = [
    (reader, kind)
    for reader, kinds in CORPUS.items()
    for kind in kinds
    if (reader, kind) not in SOUND  # loaded: tests/fuzz compares the data
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What is made once, empty at first."""
    return {"folder": tmp_path_factory.mktemp("sound")}


@pytest.fixture
def place(run: Run, memory: Path, image: Path, sound: dict[str, Path], tmp_path: Path) -> Path:
    """A folder of sound files of every kind."""
    made = sound["folder"]
    if not any(made.iterdir()):
        shutil.copy(memory, made)
        shutil.copytree(image, made / "image")
        (made / "sweep.toml").write_text(SWEEP)
        assert run("vectors", image, "--count", 2, "-o", made / "vectors").status == 0
        (made / "out").mkdir()
    return Path(shutil.copytree(made, tmp_path / "place"))


@pytest.mark.parametrize(("reader", "kind"), KINDS)
def test_a_damaged_file_is_one_line_and_nothing_is_written(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch, reader: str, kind: str
) -> None:
    name, typed = READ_BY[reader]
    (place / name).write_bytes(CORPUS[reader][kind])
    monkeypatch.chdir(place)
    before = folder_content(place)
    ran = run(*typed.split())
    assert (ran.status, ran.out) == (2, ""), ran
    (line,) = ran.err.splitlines()
    assert line.startswith("Error: ")
    assert name.rpartition("/")[2] in line
    assert len(line) <= 400
    assert folder_content(place) == before
