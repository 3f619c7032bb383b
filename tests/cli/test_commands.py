"""What the commands print and leave, on a small memory that plain NumPy wrote."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.choices import PATHS
from hwsim.cli.common import duration
from hwsim.cosim.simulators import source_folder, verilator_root
from hwsim.hardware import spec
from hwsim.hardware.fast.path import paths
from hwsim.hardware.fast.processor import processor_name
from hwsim.reference.queries import enough
from tests.cli.conftest import Run
from tests.sealing import edit_vectors


def test_recall_by_both_models_is_the_specification(run: Run, image: Path, tmp_path: Path) -> None:
    queries = np.random.default_rng(1).choice(np.array([-1, 1], dtype=np.int8), (9, 20))
    np.save(tmp_path / "q.npy", queries)
    expected = spec.recall(hwsim.load_image(image), queries)
    for option, model in (("--model", "spec"), ("--model", "fast"), ("--engine", "spec")):
        out = tmp_path / f"{model}.npz"
        ran = run("recall", image, tmp_path / "q.npy", "-o", out, option, model, "--json")
        assert ran.status == 0
        result = json.loads(ran.out)
        assert (result["recalls"], result["model"], result["engine"]) == (9, model, model)
        with np.load(out) as saved:
            assert saved["states"].dtype == np.int8
            assert (saved["states"] == expected.states).all()
            assert (saved["steps"] == expected.steps).all()
            assert (saved["converged"] == expected.converged).all()
            assert (saved["miss"] == expected.miss).all()
            assert (saved["distance"] == expected.distance).all()


def test_recall_takes_the_path_that_is_named(run: Run, image: Path, tmp_path: Path) -> None:
    queries = np.random.default_rng(1).choice(np.array([-1, 1], dtype=np.int8), (9, 20))
    np.save(tmp_path / "q.npy", queries)
    files = []
    for options in ([], ["--path", "generic"], ["--path", "jitted"]):
        out = tmp_path / f"{len(options) and options[1]}.npz"
        assert run("recall", image, tmp_path / "q.npy", "-o", out, *options).status == 0
        files.append(out.read_bytes())
    assert files == files[:1] * 3
    other = next(path for path in PATHS if path not in paths())
    out = tmp_path / "none.npz"
    for options, words in (
        (["--path", other], "here run "),
        (["--path", "avx_2"], "did you mean"),
        (["--path", "generic", "--model", "spec"], "the specification has none"),
    ):
        ran = run("recall", image, tmp_path / "q.npy", "-o", out, *options)
        assert ran.status == 2
        assert words in ran.err
        assert not out.exists()


def test_export_writes_every_format(run: Run, memory: Path, tmp_path: Path) -> None:
    output = tmp_path / "all"
    formats = "mem,coe,mif,ihex,ihex-word,bin,c,stream"
    options = ("--offset-bits", 4, "--format", formats, "--prefix", "net")
    assert run("export", memory, *options, "-o", output).status == 0
    for name in ("patterns", "weights", "kernel_lut", "offsets"):
        files = sorted(path.name for path in output.glob(f"{name}.*"))
        assert len(files) == 8, files
    assert (output / "hwsim_parameters.vh").read_text().count("`define NET_") > 11
    assert "net_weights[" in (output / "weights.h").read_text()


def test_export_twice_is_the_same_bytes(run: Run, memory: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("export", memory, "--offset-bits", 6, "-o", tmp_path / name).status == 0
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_validate_explains_every_difference(run: Run, memory: Path) -> None:
    ran = run("validate", memory, "--kernel-bits", 2, "--noise", "0,0.2,0.4", "--json")
    assert ran.status == 0
    result = json.loads(ran.out)
    partings = [row["parting"] for row in result["recall"]]
    assert sum(row["states_unlike_quantized"] for row in result["recall"]) > 0
    assert all(parting["unexplained"] == 0 for parting in partings)
    assert set(result["bit_accuracy"]) == {"float32", "quantized", "exact"}


def test_cosim_json(run: Run, image: Path, tmp_path: Path) -> None:
    ran = run("cosim", image, "--count", 3, "--noise", 0.2, "--json")
    assert ran.status == 0
    result = json.loads(ran.out)
    assert result["recalls"] == 3
    assert result["mismatches"] == 0
    assert result["cycles"] == result["cycles_predicted"] > result["cycles_bound"]


def test_cosim_finds_a_difference(run: Run, image: Path, tmp_path: Path) -> None:
    vectors = tmp_path / "v"
    assert run("vectors", image, "--count", 2, "-o", vectors).status == 0
    edit_vectors(vectors, lambda document: document["recalls"][1].update(steps=99))
    ran = run("cosim", image, "--vectors", vectors)
    assert ran.status == 1
    assert "steps" in ran.out
    assert "bit-exact" not in ran.out


def test_report_leaves_three_forms(run: Run, image: Path, memory: Path, tmp_path: Path) -> None:
    output = tmp_path / "r"
    ran = run("report", image, "--memory", memory, "--clock", 100, "-o", output, "--json")
    assert ran.status == 0
    printed, kept = json.loads(ran.out), json.loads((output / "report.json").read_text())
    assert printed["total_energy_pj"] == kept["total_energy_pj"] > 0
    assert kept["provenance"]["command"].startswith(f"hwsim report {image} --memory")
    assert (output / "report.html").is_file()
    assert (output / "report.md").is_file()
    assert kept["queries"] == enough(20, 12) == 1000  # few recalls miss the mean
    assert hwsim.assess(hwsim.load_image(image)).queries == 1000


def test_train_repeats_exactly(run: Run, tmp_path: Path) -> None:
    size = ["--neurons", 16, "--patterns", 8, "--gamma", 0.05, "--steps", 30]
    outputs = [tmp_path / "a.npz", tmp_path / "b.npz", tmp_path / "c.npz"]
    for output, seed in zip(outputs, (1, 1, 2), strict=True):
        assert run("train", *size, "--seed", seed, "-o", output).status == 0
    a, b, c = (hwsim.load_memory(output) for output in outputs)
    assert (a.alpha == b.alpha).all()
    assert not (a.patterns == c.patterns).all()
    assert a.provenance["seed"] == 1


def test_own_patterns(run: Run, tmp_path: Path) -> None:
    patterns = np.random.default_rng(0).choice(np.array([-1.0, 1.0]), (6, 10))
    np.save(tmp_path / "p.npy", patterns)
    output = tmp_path / "m.npz"
    files = ["--patterns-file", tmp_path / "p.npy", "-o", output]
    assert run("train", *files, "--gamma", 0.1, "--steps", 20).status == 0
    assert (hwsim.load_memory(output).patterns == patterns).all()


def test_patterns_as_weights(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "m.npz"
    size = ["--neurons", 8, "--patterns", 4, "--method", "bayes", "--noise", 0.2]
    ran = run("train", *size, "-o", output)
    assert "gamma 0.3466" in ran.out
    assert "--max-steps 1" in ran.err
    ran = run("train", *size, "--json", "-o", output)
    assert json.loads(ran.out)["gamma"] == pytest.approx(np.log(4) / 4)
    memory = hwsim.load_memory(output)  # a warning of a note that it does not know is an error
    assert (memory.alpha == memory.patterns).all()
    assert memory.provenance["noise"] == 0.2


def test_unstable_step_size_warns_in_one_line(run: Run, tmp_path: Path) -> None:
    size = ["--neurons", 20, "--patterns", 60, "--gamma", 0.001, "--steps", 5]
    ran = run("train", *size, "-o", tmp_path / "m.npz")
    assert ran.status == 0
    assert [line.split(":")[0] for line in ran.err.splitlines()] == ["Warning"]
    assert "unstable" in ran.err


def test_long_training_is_foretold(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = ["--neurons", 40, "--patterns", 50, "--gamma", 0.3, "--steps", 5]
    quiet = run("train", *size, "-o", tmp_path / "m.npz")
    monkeypatch.setattr("hwsim.cli.memory.FORETOLD", 2000)
    told = run("train", *size, "-o", tmp_path / "m.npz")
    assert (quiet.err, quiet.out) == ("", told.out)
    assert "50 patterns of 40 neurons: kernel matrix dense" in told.err
    assert re.search(r"(KiB|MiB) of memory, about [\d.]+ seconds?$", told.err.strip())
    thin = run("train", *size, "--matrix", "sparse", "-o", tmp_path / "m.npz", "--json")
    assert "kernel matrix sparse" in thin.err
    assert json.loads(thin.out)["dropped"] < 1e-9


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.02, "0.02 seconds"),
        (1, "1 second"),
        (59.6, "60 seconds"),
        (90, "1.5 minutes"),
        (3600, "1 hour"),
        (90000, "25 hours"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_doctor_knows_icarus(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran = run("doctor", "--json")
    findings = {row["name"]: row for row in json.loads(ran.out)["findings"]}
    assert findings["numpy"]["version"] == np.__version__
    assert findings["python"]["version"] == sys.version.split()[0]
    assert findings["Verilog sources"]["version"] == str(source_folder("rtl"))
    assert "libpython" in findings["libpython"]["version"]
    assert findings["folder for compiled code"]["version"]
    assert findings["processor"]["version"].startswith(processor_name())
    assert findings["compiled C"]["version"].endswith(" generic")
    for_kits = findings["verilator on the PATH"]
    if verilator_root() is not None:  # the Python package's, which no kit sees
        assert for_kits["version"] is None
        assert f'{verilator_root()}/bin:$PATH"' in for_kits["remedy"]
        assert f"verilator on the PATH: {for_kits['remedy']}\n" in run("doctor").out
    else:
        assert for_kits["version"] == findings["verilator"]["version"]
    assert not for_kits["required"]
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/dev/null/cache")
    ran = run("doctor", "--json")
    assert ran.status == 1
    result = json.loads(ran.out)
    assert not result["ready"]
    missing = {row["name"]: row for row in result["findings"]}["iverilog"]
    assert missing["version"] is None
    assert "apt-get install iverilog" in missing["remedy"]
    (kept,) = [row for row in result["findings"] if row["name"] == "folder for compiled code"]
    assert not kept["required"]
    assert kept["version"] is None


def test_usage_is_one_line(run: Run) -> None:
    for arguments in (["nonsense"], ["export"], ["train", "--gamma"]):
        ran = run(*arguments)
        assert ran.status == 2
        assert len(ran.err.splitlines()) == 1
        assert ran.err.startswith("Error: ")


@pytest.mark.parametrize("arguments", [[], ["experiments"]])
def test_no_command_is_help_in_lines(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Usage: ")
    assert "\nCommands:\n" in ran.err


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        (b"x\xff", {"PYTHONUTF8": "1"}),  # bytes that are no UTF-8
        ("ü".encode(), {"PYTHONIOENCODING": "ascii"}),  # a letter that the terminal lacks
        (b"a b '\"$(x)", {}),
    ],
)
def test_any_name_on_disk(
    memory: Path, tmp_path: Path, name: bytes, environment: dict[str, str]
) -> None:
    # A program of its own: the encodings are chosen when Python starts.
    folder = bytes(tmp_path) + b"/" + name
    steps = [
        [b"export", bytes(memory), b"-o", folder],
        [b"vectors", folder, b"-o", folder + b"v"],
        [b"report", folder, b"-o", folder + b"r"],
    ]
    for step in steps:
        ran = subprocess.run(
            [sys.executable, "-m", "hwsim", *step],
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0
        # All that is said is what this small memory loses.
        said = ran.stderr.splitlines()
        assert all(line.startswith(b"Warning: recall accuracy at ") for line in said)


def test_progress_shows_on_a_terminal_only(
    run: Run, memory: Path, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in many a CI; a colour is no terminal
    for arguments in (
        ["vectors", image, "-o", tmp_path / "v"],
        ["validate", memory, "--advise", "--noise", "0.1"],
    ):
        ran = run(*arguments)
        assert (ran.status, ran.err) == (0, "")


@pytest.mark.parametrize("name", sorted(hwsim.__all__))
def test_public_names_are_there(name: str) -> None:
    assert getattr(hwsim, name).__doc__


def test_unknown_public_name() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = hwsim.nonsense


def test_advice_names_the_options_of_export(run: Run, memory: Path, tmp_path: Path) -> None:
    ran = run("validate", memory, "--advise", "--noise", "0.1,0", "--json")
    assert ran.status == 0
    advice = json.loads(ran.out)
    assert advice["noise"] == [0, 0.1]
    choice = advice["choice"]
    for reached, goal in zip(choice["recall_accuracy"], advice["goal"], strict=True):
        assert reached >= goal
    words = run("validate", memory, "--advise", "--noise", "0.1,0").out.split("found: ")[1]
    options = words.split(": ")[0].split()
    assert run("export", memory, *options, "-o", tmp_path / "advised").status == 0
    assert hwsim.load_image(tmp_path / "advised").parameters.weight_bits == choice["bits"]


def test_memory_off_chip_is_charged_as_dram(run: Run, image: Path, tmp_path: Path) -> None:
    outputs = []
    for kib in (0, 2048):
        ran = run("report", image, "--on-chip", kib, "-o", tmp_path / "r", "--json")
        assert ran.status == 0
        outputs.append(json.loads(ran.out)["total_energy_pj"])
    assert outputs[0] > 10 * outputs[1]
