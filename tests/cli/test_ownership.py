"""Nobody's file is lost: each command over what others have, or hwsim wrote as another kind."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

import hwsim
from tests.cli.conftest import Run
from tests.cli.test_bad_input import refused

Content = dict[str, bytes | str]


def content(folder: Path) -> Content:
    """Every file's bytes, every other thing's kind."""
    return {
        str(path.relative_to(folder)): (
            path.read_bytes()
            if path.is_file() and not path.is_symlink()
            else str(stat.S_IFMT(path.lstat().st_mode))
        )
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    path = tmp_path / "q.npy"
    np.save(path, np.ones((2, 20), np.int8))
    return path


def thesis(folder: Path) -> None:
    (folder / ".git").mkdir(parents=True)
    (folder / "thesis.tex").write_text("x")


FOREIGN = {
    "report": ("report.json", "report.html"),
    "export": ("hwsim_parameters.vh", "top.v", "manifest.json"),
    "vectors": ("vectors.json",),
    "demo": ("demo.json",),
    "bench": ("bench.json", "performance.json"),
}


@pytest.mark.parametrize("command", FOREIGN)
@pytest.mark.parametrize("place", ["p", ".", "link", "p/"])
def test_a_marker_s_name_does_not_make_a_folder_ours(
    run: Run,
    image: Path,
    memory: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    place: str,
) -> None:
    folder = tmp_path / "p"
    thesis(folder)
    for name in FOREIGN[command]:
        (folder / name).write_text("{}")
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(folder if place == "." else tmp_path)
    before = content(tmp_path)
    words = {"report": [image], "export": [memory], "vectors": [image]}.get(command, [])
    refused(run, command, *words, "-o", place, words=("cannot write",))
    assert content(tmp_path) == before


@pytest.mark.parametrize("place", ["/", "~", "..", "."])
@pytest.mark.parametrize("command", ["export", "vectors", "report", "demo"])
def test_the_root_the_home_and_the_folder_above(
    run: Run,
    image: Path,
    memory: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    place: str,
) -> None:
    home = tmp_path / "home"
    thesis(home / "sub")
    monkeypatch.chdir(home / "sub")
    before = content(tmp_path)
    words = {"export": [memory], "vectors": [image], "report": [image]}.get(command, [])
    refused(run, command, *words, "-o", str(home) if place == "~" else place, words=("cannot",))
    assert content(tmp_path) == before


def test_an_image_with_others_files_in_it_or_edited_ones_is_kept(
    run: Run, image: Path, memory: Path, queries: Path
) -> None:
    again = ("export", memory, "--bits", 2, "--lanes", 8, "-o", image)
    assert run(*again).status == 0
    (image / "vectors").mkdir()
    shutil.copy(queries, image / "vectors")
    shutil.copy(queries, image / "out.npz")
    before = content(image)
    refused(run, *again, words=("out.npz in it", "move it away"))
    (image / "out.npz").unlink()
    refused(run, *again, words=("vectors/", "in it is not one of hwsim's files"))
    shutil.rmtree(image / "vectors")
    constraints = image / "hwsim_parameters.vh"
    constraints.write_text(constraints.read_text() + "// a designer's note\n")
    refused(run, *again, words=("hwsim_parameters.vh in it was changed",))
    assert "designer" in constraints.read_text()
    assert before.keys() >= content(image).keys()


@pytest.fixture
def owned(run: Run, image: Path, memory: Path, tmp_path: Path) -> dict[str, Path]:
    """A folder of each kind, by that."""
    folders = {kind: tmp_path / kind for kind in ("image", "vectors", "report", "comparison")}
    folders |= {"kit": tmp_path / "kit", "sweep": tmp_path / "sweep"}
    spec = tmp_path / "sweep.toml"
    spec.write_text("[sweep]\nneurons = 12\npatterns = 6\nbits = 1\nlanes = 8\nqueries = 5\n")
    for words in (
        ("vectors", image, "--count", 1, "-o", folders["vectors"]),
        ("report", image, "-o", folders["report"]),
        ("compare", image, "-o", folders["comparison"]),
        ("export", memory, "--lanes", 8, "-o", tmp_path / "other", "--kit", folders["kit"]),
        ("sweep", spec, "-o", folders["sweep"]),
    ):
        assert run(*words).status == 0, words
    return folders


def test_nothing_is_written_into_a_folder_of_hwsim_s(
    run: Run,
    owned: dict[str, Path],
    memory: Path,
    queries: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "aside").mkdir()
    (tmp_path / "aside" / "link").symlink_to(owned["image"])
    image, spec = owned["image"], tmp_path / "sweep.toml"
    before = content(tmp_path)
    words = ("it lies in", "a folder that hwsim wrote; name a path outside it")
    for inside in (*owned.values(), owned["image"] / "deep", tmp_path / "aside" / "link"):
        refused(run, *TRAIN, "-o", inside / "m.npz", words=words)
        refused(run, "recall", image, queries, "-o", inside / "r.npz", words=words)
        refused(run, "watch", image, queries, "-o", inside / "w.svg", words=words)
        design = ("export", memory, "-o", tmp_path / "new", "--save-design", inside / "d.toml")
        refused(run, *design, words=words)
        for command in (
            ("export", memory),
            ("export", memory, "-o", tmp_path / "new", "--kit"),
            ("vectors", image, "--count", 1),
            ("report", image),
            ("compare", image),
            ("synth", image, "--target", "up5k"),
            ("sweep", spec),
            ("experiments", "run", "figure1", "--quick"),
            ("bench", "--quick"),
            ("demo",),
        ):
            output = () if command[-1] == "--kit" else ("-o",)
            refused(run, *command, *output, inside / "x", words=words)
        monkeypatch.chdir(inside if inside.is_dir() else tmp_path / "image")
        refused(run, "cosim", image, "--count", 1, "--waves", words=words)
        with pytest.raises(hwsim.InputError, match="it lies in"):
            hwsim.write_image(inside / "x", hwsim.load_image(image))
        with pytest.raises(hwsim.InputError, match="it lies in"):
            hwsim.save_memory(inside / "m.npz", hwsim.load_memory(memory))
    assert content(tmp_path) == before


def test_outputs_of_a_command_lie_apart(run: Run, memory: Path, tmp_path: Path) -> None:
    before = content(tmp_path)
    new, kit = tmp_path / "new", tmp_path / "kit"
    for words in (
        ("--kit", new / "kit"),
        ("--save-design", new / "d.toml"),
        ("--kit", kit, "--save-design", kit / "d.toml"),
        ("--save-design", new),
    ):
        refused(run, "export", memory, "-o", new, *words, words=("one lies in the other",))
    assert content(tmp_path) == before


def test_one_kind_s_folder_is_not_another_s(run: Run, image: Path, tmp_path: Path) -> None:
    before = content(image)
    for command in ("vectors", "report"):
        refused(run, command, image, "-o", image, words=("it holds image, not",))
    refused(run, "demo", "-o", image, words=("it holds image, not demo",))
    assert content(image) == before


TRAIN = ("train", "--neurons", 6, "--patterns", 4, "--gamma", 0.1, "--steps", 3)


def test_results_are_not_written_over_a_memory_nor_a_memory_over_others(
    run: Run, image: Path, queries: Path, tmp_path: Path
) -> None:
    memory, recalls, foreign = (tmp_path / f"{name}.npz" for name in ("m", "r", "f"))
    assert run(*TRAIN, "-o", memory).status == 0
    assert run("recall", image, queries, "-o", recalls).status == 0
    np.savez(foreign, years=np.arange(9))
    before = content(tmp_path)
    for path in (memory, foreign):
        refused(run, "recall", image, queries, "-o", path, words=(path.name, "--force"))
    for path in (recalls, foreign):
        refused(run, *TRAIN, "-o", path, words=(path.name, "--force"))
    assert content(tmp_path) == before
    assert run(*TRAIN, "-o", memory).status == 0  # an earlier one of the same kind
    assert run("recall", image, queries, "-o", recalls).status == 0
    assert content(tmp_path) == before
    assert run(*TRAIN, "-o", foreign, "--force").status == 0
    assert foreign.read_bytes() == memory.read_bytes()


def test_an_output_that_is_an_input(
    run: Run, image: Path, memory: Path, queries: Path, tmp_path: Path
) -> None:
    before = content(tmp_path)
    refused(run, "recall", image, queries, "-o", queries, words=("q.npy", ".npz"))
    refused(run, "export", memory, "-o", memory, words=("memory.npz", "a file of that name"))
    refused(
        run, *("train", "--patterns-file", queries, "--gamma", 0.1, "-o", queries), words=("q.npy",)
    )
    assert content(tmp_path) == before


def test_force_is_for_one_regular_file(
    run: Run, image: Path, queries: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.npz").mkdir()
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "thesis").write_text("x")
    (tmp_path / "link.npz").symlink_to("thesis")
    before = content(tmp_path)
    for name in ("folder.npz", "pipe.npz", "link.npz"):
        refused(run, *TRAIN, "-o", tmp_path / name, "--force", words=(name,))
    assert content(tmp_path) == before


def test_a_write_protected_file_is_not_replaced_by_renaming(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.npz"
    assert run(*TRAIN, "-o", path).status == 0
    access, parents = os.access, "hwsim.files.single.check_parents"
    monkeypatch.setattr(parents, lambda target: None)
    monkeypatch.setattr(  # root may write everywhere
        os, "access", lambda file, mode: mode != os.W_OK and access(file, mode)
    )
    refused(run, *TRAIN, "--seed", 1, "-o", path, words=("m.npz: Permission denied",))


@pytest.mark.parametrize("foreign", ["figure1.json", "figure1.csv", "figure1.svg"])
def test_experiments_refuse_others_files_before_they_compute(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, foreign: str
) -> None:
    def too_late(*_: object, **__: object) -> None:
        raise AssertionError("the work came first")

    monkeypatch.setattr("hwsim.experiments.runner.compute", too_late)
    thesis(tmp_path / "out")
    (tmp_path / "out" / foreign).write_text("mine")
    before = content(tmp_path)
    command = ("experiments", "run", "figure1", "--quick", "-o", tmp_path / "out")
    refused(run, *command, words=(foreign, "did not write it"))
    assert content(tmp_path) == before


def test_a_sweep_adds_nothing_to_somebody_s_folder_and_leaves_none(
    run: Run, tmp_path: Path
) -> None:
    spec = tmp_path / "sw.toml"
    spec.write_text("[sweep]\nneurons = 8\npatterns = 4\n")
    thesis(tmp_path / "out")
    before = content(tmp_path)
    refused(run, "sweep", spec, "-o", tmp_path / "out", words=("points.jsonl",))
    refused(
        run, *("sweep", spec, "-o", tmp_path / "new" / "deep", "--scheduler", "tcp://nowhere:1"),
        words=("nowhere",),
    )  # fmt: skip
    spec.write_text("[sweep]\nneurons = 8\n")
    refused(run, "sweep", spec, "-o", tmp_path / "new", words=("patterns",))
    spec.write_text("[sweep]\nneurons = 8\npatterns = 4\n")
    assert content(tmp_path) == before


def test_a_waveform_is_written_over_a_waveform_only(
    run: Run, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    waves = tmp_path / "hwsim_engine.fst"
    waves.write_text("mine")
    monkeypatch.setattr("hwsim.golden.make_vectors", None)  # the work
    refused(run, "cosim", image, "--waves", words=("hwsim_engine.fst", "not a waveform"))
    assert waves.read_text() == "mine"


@pytest.mark.parametrize("seed", ["1e31", "10000000000000000000000000000000", "-1"])
def test_a_seed_that_could_not_be_kept_is_refused_before_training(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: str
) -> None:
    monkeypatch.setattr("hwsim.reference.training.train", None)
    refused(run, *TRAIN, "--seed", seed, "-o", tmp_path / "m.npz", words=("seed", seed))
    assert list(tmp_path.iterdir()) == []


def test_a_listing_says_what_was_written(image: Path) -> None:
    listing = json.loads((image / "hwsim-files.json").read_text())
    assert listing["kind"] == "image"
    assert sorted(listing["files"]) == sorted(
        path.name for path in image.iterdir() if path.name != "hwsim-files.json"
    )
