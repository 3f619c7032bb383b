"""Every bad input: one line that names the offender, status 2, nothing written or lost."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.conftest import Run, folder_content, refused


def altered_memory(memory: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    with np.load(memory) as archive:
        content = dict(archive)
    change(content)
    path = memory.with_name("altered.npz")
    np.savez(path, **content)
    return path


def set_alpha(value: float) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        content["alpha"][3, 4] = value

    return change


def set_spin(value: int) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        content["patterns"][2, 1] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (set_alpha(np.nan), ("alpha[3, 4]", "nan")),
        (set_alpha(np.inf), ("alpha[3, 4]", "inf")),
        (set_spin(0), ("patterns[2, 1]", "0")),
        (set_spin(3), ("patterns[2, 1]", "3")),
        (lambda content: content.update(alpha=content["alpha"][:-1]), ("alpha", "11", "12")),
        (lambda content: content.update(alpha=content["alpha"][:, :-1]), ("alpha", "19", "20")),
        (lambda content: content.update(gamma=0.0), ("gamma", "0")),
        (lambda content: content.update(gamma=-1.0), ("gamma", "-1")),
        (lambda content: content.update(gamma=np.nan), ("gamma", "nan")),
        (lambda content: content.pop("gamma"), ("gamma",)),
    ],
)
def test_memory_that_is_not_sound(
    run: Run,
    memory: Path,
    tmp_path: Path,
    change: Callable[[dict[str, Any]], None],
    words: tuple[str, ...],
) -> None:
    altered = altered_memory(memory, change)
    before = folder_content(tmp_path)
    for command in (["export", altered, "-o", tmp_path / "new"], ["validate", altered]):
        refused(run, *command, words=("altered.npz", *words))
    assert folder_content(tmp_path) == before


def test_pickled_memory(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pickled.npz"
    np.savez(path, patterns=np.array([[1, "x"]], dtype=object), alpha=np.ones((1, 2)), gamma=1.0)
    refused(run, "export", path, "-o", tmp_path / "new", words=("pickled.npz", "pickle"))


@pytest.mark.parametrize("bits", [0, 9, -1])
def test_bits(run: Run, memory: Path, tmp_path: Path, bits: int) -> None:
    refused(
        run, "export", memory, "--bits", bits, "-o", tmp_path / "new", words=("bits", str(bits))
    )
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--lanes", 12, ("lanes", "12", "64")),
        ("--kernel-bits", 17, ("kernel_bits", "17", "16")),
        ("--offset-bits", 17, ("offset_bits", "17")),
        ("--max-steps", 0, ("max_steps", "0")),
        ("--quantizer", "best", ("quantizer", "best", "minmax")),
        ("--format", "mem,hex", ("format", "hex", "ihex")),
        ("--prefix", "my-net", ("prefix", "'my-net'", "underscores")),
        ("--kernel-origin", "middle", ("kernel-origin", "middle", "nearest")),
        ("--bits", "two", ("bits", "two")),
    ],
)
def test_export_options(
    run: Run, memory: Path, tmp_path: Path, option: str, value: object, words: tuple[str, ...]
) -> None:
    refused(run, "export", memory, option, value, "-o", tmp_path / "new", words=words)
    assert not (tmp_path / "new").exists()


def test_fraction_bits_without_offsets(run: Run, memory: Path, tmp_path: Path) -> None:
    options = ("--offset-bits", 0, "--offset-frac-bits", 3)
    words = ("offset_frac_bits is 3", "offset_bits is 0", "--offset-bits")
    refused(run, "export", memory, *options, "-o", tmp_path / "new", words=words)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("value", [0, -0.5, "nan"])
def test_gamma_of_training(run: Run, tmp_path: Path, value: object) -> None:
    size = ["--neurons", 8, "--patterns", 4]
    output = tmp_path / "m.npz"
    refused(run, "train", *size, "--gamma", value, "-o", output, words=("gamma", str(value)))
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ("gamma is missing", "gradient-descent")),
        (["--method", "bayes"], ("noise is missing",)),
        (["--method", "bayes", "--noise", 0.5], ("noise is 0.5", "below 0.5")),
        (["--method", "bayes", "--noise", 0.1, "--gamma", 1], ("gamma is 1.0", "leave it out")),
        (["--noise", 0.1, "--gamma", 1], ("noise is of method bayes alone",)),
    ],
)
def test_training_and_its_noise(
    run: Run, tmp_path: Path, arguments: list[object], words: tuple[str, ...]
) -> None:
    size, output = ["--neurons", 8, "--patterns", 4], tmp_path / "m.npz"
    refused(run, "train", *size, *arguments, "-o", output, words=words)
    assert not output.exists()


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


IMAGE_DAMAGE: list[tuple[str, Callable[[Path], object], tuple[str, ...]]] = [
    ("missing", Path.unlink, ("weights.mem",)),
    (
        "short",
        lambda file: file.write_text("\n".join(lines_of(file)[:-1]) + "\n"),
        ("weights.mem", "short"),
    ),
    (
        "long",
        lambda file: file.write_text("\n".join([*lines_of(file), "00"]) + "\n"),
        ("weights.mem", "long"),
    ),
    (
        "altered",
        lambda file: file.write_text(
            "\n".join([f"{int(lines_of(file)[0], 16) ^ 1:02x}", *lines_of(file)[1:]]) + "\n"
        ),
        ("weights.mem", "altered"),
    ),
    (
        "not hexadecimal",
        lambda file: file.write_text("\n".join(["zz", *lines_of(file)[1:]]) + "\n"),
        ("weights.mem", "zz"),
    ),
]


@pytest.mark.parametrize(
    ("damage", "words"), [row[1:] for row in IMAGE_DAMAGE], ids=[row[0] for row in IMAGE_DAMAGE]
)
def test_damaged_image(
    run: Run,
    image: Path,
    tmp_path: Path,
    damage: Callable[[Path], object],
    words: tuple[str, ...],
) -> None:
    damage(image / "weights.mem")
    np.save(tmp_path / "q.npy", np.ones((2, 20), dtype=np.int8))
    before = folder_content(tmp_path)
    for command in (
        ["recall", image, tmp_path / "q.npy", "-o", tmp_path / "out.npz"],
        ["vectors", image, "-o", tmp_path / "v"],
        ["cosim", image],
        ["report", image, "-o", tmp_path / "r"],
    ):
        refused(run, *command, words=words)
    assert folder_content(tmp_path) == before


def test_newer_manifest(run: Run, image: Path, tmp_path: Path) -> None:
    manifest = json.loads((image / "manifest.json").read_text())
    manifest["format_version"] += 1
    (image / "manifest.json").write_text(json.dumps(manifest))
    refused(run, "cosim", image, words=("manifest.json", "format_version", "update"))


def test_no_image(run: Run, tmp_path: Path) -> None:
    refused(run, "cosim", tmp_path / "none", words=("none", "manifest.json"))


@pytest.mark.parametrize("shape", [(2, 19), (2, 21), (2, 2, 20)])
def test_queries_of_another_size(
    run: Run, image: Path, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    np.save(tmp_path / "q.npy", np.ones(shape, dtype=np.int8))
    out = tmp_path / "out.npz"
    refused(run, "recall", image, tmp_path / "q.npy", "-o", out, words=("q.npy",))
    refused(run, "cosim", image, "--queries", tmp_path / "q.npy", words=("q.npy",))
    assert not out.exists()


def test_queries_that_are_no_spins(run: Run, image: Path, tmp_path: Path) -> None:
    queries = np.ones((2, 20), dtype=np.int8)
    queries[1, 7] = 3
    np.save(tmp_path / "q.npy", queries)
    out = tmp_path / "out.npz"
    refused(run, "recall", image, tmp_path / "q.npy", "-o", out, words=("q.npy", "[1, 7]"))


def test_no_icarus(run: Run, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(run, "cosim", image, words=("iverilog", "apt-get install iverilog"))
    refused(run, "demo", "-o", tmp_path / "demo", words=("iverilog",))
    assert not (tmp_path / "demo").exists()


def test_full_disk(
    run: Run, memory: Path, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder_content(tmp_path)

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    for command in (
        ["export", memory, "--bits", 4, "-o", image],
        ["export", memory, "-o", tmp_path / "new"],
        ["vectors", image, "-o", tmp_path / "v"],
        ["report", image, "-o", tmp_path / "r"],
    ):
        refused(run, *command, words=("No space left on device",))
    monkeypatch.undo()
    assert folder_content(tmp_path) == before


def test_unwritable_folder(run: Run, memory: Path, image: Path, tmp_path: Path) -> None:
    # Root may write everywhere, so a file stands where a folder is needed.
    (tmp_path / "file").write_text("kept")
    below = tmp_path / "file" / "below"
    before = folder_content(tmp_path)
    for command in (
        ["export", memory, "-o", below],
        ["vectors", image, "-o", below],
        ["train", "--neurons", 4, "--patterns", 2, "--gamma", 0.1, "-o", f"{below}.npz"],
    ):
        refused(run, *command, words=("file",))
    assert folder_content(tmp_path) == before


def test_folder_of_somebody_else_is_kept(run: Run, memory: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    before = folder_content(tmp_path)
    refused(run, "export", memory, "-o", tmp_path / "thesis", words=("thesis",))
    assert folder_content(tmp_path) == before


def test_vectors_of_another_image(run: Run, memory: Path, image: Path, tmp_path: Path) -> None:
    vectors = tmp_path / "v"
    assert run("vectors", image, "--count", 1, "-o", vectors).status == 0
    assert run("export", memory, "--bits", 3, "--lanes", 8, "-o", image).status == 0
    refused(run, "cosim", image, "--vectors", vectors, words=("another image",))


def test_vectors_and_queries(run: Run, image: Path, tmp_path: Path) -> None:
    refused(run, "cosim", image, "--vectors", "v", "--queries", "q", words=("--queries",))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--neurons", 8], ("--patterns",)),
        (["--neurons", 0, "--patterns", 3], ("neurons", "0", "65536")),
        (["--neurons", 8, "--patterns", 3, "--steps", 0], ("steps", "0")),
        (["--patterns-file", "none.npy"], ("none.npy",)),
        (["--patterns-file", "none.npy", "--neurons", 8], ("--patterns-file",)),
    ],
)
def test_training_arguments(
    run: Run, tmp_path: Path, arguments: list[object], words: tuple[str, ...]
) -> None:
    output = tmp_path / "m.npz"
    refused(run, "train", *arguments, "--gamma", 0.1, "-o", output, words=words)
    assert not output.exists()


def test_noise_that_is_no_list(run: Run, memory: Path) -> None:
    refused(run, "validate", memory, "--noise", "0;1", words=("noise", "0;1"))
    refused(run, "validate", memory, "--noise", "1.5", words=("noise", "1.5"))


def test_memory_with_own_queries(run: Run, image: Path, memory: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "q.npy", np.ones((2, 20), dtype=np.int8))
    options = ["--queries", tmp_path / "q.npy", "--memory", memory, "-o", tmp_path / "r"]
    refused(run, "report", image, *options, words=("--memory", "--queries"))
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("work", "arguments"),
    [
        ("hwsim.hardware.spec.recall", ("vectors", "IMAGE")),
        ("hwsim.assessment.assess", ("report", "IMAGE")),
        ("hwsim.bench.run", ("bench",)),
        ("hwsim.bench.training.measure", ("bench", "--what", "training")),
        ("hwsim.bench.simulation.measure", ("bench", "--what", "cosim")),
    ],
)
def test_a_wrong_output_folder_is_refused_before_the_work(
    run: Run,
    image: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    work: str,
    arguments: tuple[str, ...],
) -> None:
    def too_late(*_: object, **__: object) -> None:
        raise AssertionError("the work came first")

    monkeypatch.setattr(work, too_late)
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis.tex").write_text("years of work")
    typed = [image if word == "IMAGE" else word for word in arguments]
    refused(run, *typed, "-o", taken, words=("taken", "thesis.tex"))
    assert folder_content(taken) == {str(taken / "thesis.tex"): b"years of work"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.txt", ("out.txt", ".npz")),
        (".npz", (".npz", "stem")),
        ("image/manifest.json/out.npz", ("manifest.json", "is a file, not a folder")),
        ("taken.npz", ("taken.npz", "it is a folder")),
    ],
)
def test_a_wrong_output_file_is_refused_before_the_work(
    run: Run,
    image: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    words: tuple[str, ...],
) -> None:
    def too_late(*_: object, **__: object) -> None:
        raise AssertionError("the work came first")

    monkeypatch.setattr("hwsim.hardware.fast.recall", too_late)
    monkeypatch.setattr("hwsim.reference.data.random_patterns", too_late)
    queries = tmp_path / "queries.npy"
    np.save(queries, np.ones((2, 20), dtype=np.int8))
    (tmp_path / "taken.npz").mkdir()
    before = folder_content(tmp_path)
    refused(run, "recall", image, queries, "-o", tmp_path / name, words=words)
    sizes = ("--neurons", 20, "--patterns", 9, "--gamma", 0.1)
    refused(run, "train", *sizes, "-o", tmp_path / name, words=words)
    assert folder_content(tmp_path) == before


def test_quick_is_of_recall(run: Run) -> None:
    refused(run, "bench", "--what", "training", "--quick", words=("--quick", "training"))
