"""The benches of training and co-simulation: they run, and say what they measured."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.bench import load, simulation, solvers, synthesis, training
from hwsim.bench.contenders import Point
from hwsim.cli.bench import _restrict
from hwsim.reference.data import random_patterns
from hwsim.reference.training import train
from hwsim.synth import Synthesis
from hwsim.synth.effort import Effort
from hwsim.synth.result import Hop, Silicon
from tests.cli.conftest import Run
from tests.tools import require_tool

ROOT = Path(__file__).resolve().parents[2]


def test_training(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "NEURONS", 20)
    monkeypatch.setattr(training, "PATTERNS", 30)
    monkeypatch.setattr(training, "ROUNDS", 2)
    ran = run("bench", "--what", "training", "-o", tmp_path / "t", "--json")
    assert ran.status == 0, ran.err
    result = json.loads(ran.out)
    assert result == json.loads((tmp_path / "t" / "speed.json").read_text())
    case = result["cases"][0]
    assert (case["neurons"], case["patterns"]) == (20, 30)
    assert case["two_products_ms"] > 0
    assert "hwsim bench --what training" in (tmp_path / "t" / "speed.md").read_text()


def test_solvers(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("NEURONS", 8), ("PATTERNS", 16), ("ROUNDS", 2), ("GAMMAS", (0.1, 0.05))):
        monkeypatch.setattr(solvers, name, value)
    ran = run("bench", "--what", "solvers", "-o", tmp_path / "s", "--json")
    assert ran.status == 0, ran.err
    cases = json.loads(ran.out)["cases"]
    assert [case["gamma"] for case in cases] == [0.1] * 5 + [0.05] * 3
    for case in cases:
        assert 0 < case["least"] <= case["seconds"] <= case["most"]
        assert case["trained"] == (4 if case["name"] == "scikit-learn" else 8)
        assert case["loss"] < 0.6
    assert "| scikit-learn |" in (tmp_path / "s" / "speed.md").read_text()


def test_load(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = (load.Training(60, "converged", "auto"), load.Training(60, "gradient-descent", "sparse"))
    for name, value in (("NEURONS", 80), ("QUERIES", 40), ("TRAININGS", few)):
        monkeypatch.setattr(load, name, value)
    ran = run("bench", "--what", "load", "-o", tmp_path / "l", "--json")
    assert ran.status == 0, ran.err
    dense, sparse = json.loads(ran.out)["cases"]
    assert (dense["matrix"], sparse["matrix"]) == ("dense", "sparse")
    assert dense["dropped"] == dense["field_error"] == 0
    for case in (dense, sparse):
        assert (case["neurons"], case["patterns"]) == (80, 60)
        assert case["bit_accuracy"] == case["recall_10"] == 1
        assert 0.9 < case["recall_20"] <= 1
        assert case["processor_seconds"] > 0
        assert 20 < case["peak_mb"] < 1000  # of its own process
    assert "| converged | dense | 80 | 60 |" in (tmp_path / "l" / "speed.md").read_text()


def test_synthesis(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {
        "target": "up5k", "device": "", "available": {}, "pins_flip_flops": 0, "memories": (),
        "reason": "", "effort": Effort(100.0, 2000.0, 0.1), "tools": {"yosys": "0.70"},
        "image_sha256": "",
    }  # fmt: skip
    area = Silicon("own", 1.5, 2.5, 8.0, 0.5, 1.5, "")
    silicon = Synthesis(
        **kept, cells={}, fits=True, clock_mhz=None, asked_mhz=None, critical_path=(), silicon=area
    )
    asked = []

    def on_device(image: Path, device: str, *, loadable: bool, seeds: int) -> Synthesis:
        assert seeds == 3
        asked.append((hwsim.load_image(image).parameters.lanes, device, loadable))
        made = Synthesis(
            **kept, cells={"luts": 7}, fits=True, clock_mhz=50.0, asked_mhz=60.0,
            critical_path=(Hop("a.mac", 3.0), Hop("a.scan", 1.0)), clocks_mhz=(40.0, 50.0, 51.0),
        )  # fmt: skip
        if loadable:
            return made
        return replace(made, fits=False, reason="too small", clock_mhz=None, clocks_mhz=())

    monkeypatch.setattr(synthesis, "synthesize", on_device)
    monkeypatch.setattr(synthesis, "in_cells", lambda _: silicon)
    engines = tuple(engine for engine in synthesis.ENGINES if engine.size[0] < 1000)
    monkeypatch.setattr(synthesis, "measure", partial(synthesis.measure, engines=engines))
    ran = run("bench", "--what", "synthesis", "-o", tmp_path / "s", "--json")
    assert ran.status == 0, ran.err
    result = json.loads(ran.out)
    assert sorted(asked) == sorted(
        (engine.design.lanes, engine.device, engine.loadable) for engine in engines
    )
    case = result["cases"][0]
    assert (case["luts"], case["longest_in"], case["recalls_per_second"]) == (7, "mac", 5e5)
    assert (case["logic_um2"], case["memories_um2"], case["leakage_uw"]) == (4.0, 8.0, 2.0)
    assert result["settings"]["yosys"] == "0.70"
    assert (case["clock_mhz"], case["least_mhz"], case["most_mhz"]) == (50.0, 40.0, 51.0)
    page = (tmp_path / "s" / "speed.md").read_text()
    assert "| mac |" in page
    assert page.endswith("\n\nN = 64, P = 128, 32 lanes does not fit the up5k: too small.\n")
    assert (
        "\nN = 200, P = 600, 32 lanes, group, 8 bits a kernel value, 1 in flight on the up5k bears "
        "50 of 60 MHz: 3.0 ns in mac, 1.0 ns in scan.\n"
    ) in page
    shown = run("bench", "--what", "synthesis").out.splitlines()
    assert max(map(len, shown[: len(engines) + 2])) <= 100
    assert shown[-1] == "N = 64, P = 128, 32 lanes does not fit the up5k: too small."


def test_protection(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check bits in the image that is synthesized; what they cost, beside the same without."""
    kept = {
        "target": "up5k", "device": "", "available": {}, "pins_flip_flops": 0, "memories": (),
        "reason": "", "effort": Effort(100.0, 2000.0, 0.1), "tools": {}, "image_sha256": "",
        "fits": True, "asked_mhz": 60.0, "critical_path": (),
    }  # fmt: skip
    luts = {"none": 100, "parity": 110, "secded": 150}

    def protection(image: Path) -> str:
        return str(json.loads((image / "manifest.json").read_text()).get("protection", "none"))

    def on_device(image: Path, device: str, *, loadable: bool, seeds: int) -> Synthesis:
        kind = protection(image)
        clock = {"none": 80.0, "parity": 60.0, "secded": 50.0}[kind]
        return Synthesis(**kept, cells={"luts": luts[kind]}, clock_mhz=clock, clocks_mhz=(clock,))

    def in_cells(image: Path) -> Synthesis:
        area = Silicon("own", luts[protection(image)], 0.0, 8.0, 0.5, 1.5, "")
        return Synthesis(**kept, cells={}, clock_mhz=None, silicon=area)

    monkeypatch.setattr(synthesis, "synthesize", on_device)
    monkeypatch.setattr(synthesis, "in_cells", in_cells)
    ran = run("bench", "--what", "protection", "-o", tmp_path / "p", "--json")
    assert ran.status == 0, ran.err
    result = json.loads(ran.out)
    assert len(result["cases"]) == 6
    assert [case["luts"] for case in result["cases"][:3]] == [100, 110, 150]
    page = (tmp_path / "p" / "speed.md").read_text()
    assert "| group | up5k | secded | 150 |" in page
    assert (
        "16 lanes, group, 8 bits a kernel value, secded, 1 in flight on the up5k bears 50" in page
    )
    assert (
        "secded in the group engine on the ecp5-25k: +50% LUTs, -38% MHz, +50% µm² of cells, "
        "+0% µm² of macros, +0% µW of leakage." in page
    )


@pytest.mark.parametrize("gamma", [0.1, 0.02])
def test_all_solvers_minimise_the_same_loss(gamma: float) -> None:
    patterns = random_patterns(30, 40, 0)
    alpha = train(patterns, gamma, method="converged").alpha
    theirs, times = solvers.scikit_learn(patterns, gamma)
    assert times == 7.5
    assert np.allclose(theirs, alpha[:, :4], atol=5e-3)
    falkon, times = solvers.falkon_like(patterns, gamma, centres=40)
    assert times == 1
    assert np.allclose(falkon, alpha, atol=1e-4)
    half, _ = solvers.falkon_like(patterns, gamma)
    assert np.count_nonzero(half.any(axis=1)) == 20


def test_two_machines_side_by_side(run: Run, tmp_path: Path) -> None:
    here = ROOT / "reports" / "performance"
    result = json.loads((here / "performance.json").read_text())
    result["machine"] |= {"processor": "another | one", "features": ["avx2", "bmi2"]}
    for case in result["cases"]:
        case["path"] = "avx2"
    other = tmp_path / "other"
    other.mkdir()
    (other / "performance.json").write_text(json.dumps(result))
    ran = run("bench", "--beside", here, "--beside", other, "-o", tmp_path / "both")
    assert ran.status == 0, ran.err
    assert ran.out.count("another") == ran.out.count("avx2") == 3
    page = (tmp_path / "both" / "machines.md").read_text()
    lines = [line for line in page.splitlines() if line.startswith("| sparse-1000 |")]
    assert len(lines) == 2
    assert "another" not in lines[0]
    assert lines[1].endswith("| avx2 |")
    assert "features avx2 bmi2" in page
    assert run("check", tmp_path / "both").status == 0
    as_json = run("bench", "--beside", other, "--json")
    assert json.loads(as_json.out)["machines"] == [result]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "holds no bench of recall: cannot read performance.json"),
        ("[]", "is not a JSON object"),
        ("{}", "has no machine or no cases"),
        ('{"machine": {}, "cases": [1]}', "has a case without name"),
        ('{"machine": {}, "cases": [{"name": "a", "neurons": "2"}]}', "has a case without neurons"),
    ],
)
def test_what_is_no_bench_is_refused(
    run: Run, tmp_path: Path, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "performance.json").write_text(content)
    ran = run("bench", "--beside", tmp_path, "-o", tmp_path / "both")
    assert ran.status == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "both").exists()


def test_side_by_side_measures_nothing(run: Run, tmp_path: Path) -> None:
    ran = run("bench", "--beside", tmp_path, "--quick")
    assert ran.status == 2
    assert "--beside measures nothing" in ran.err


@pytest.mark.parametrize(
    ("path", "core", "disabled"),
    [
        ("avx2", "Haswell", {"X86_V4", "AVX512_ICL"}),
        ("generic", "Prescott", {"X86_V3", "X86_V4", "AVX512_ICL"}),
        ("avx512vnni", None, set()),
    ],
)
def test_a_path_restricts_blas_and_numpy_alike(
    path: str, core: str | None, disabled: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"):
        monkeypatch.setenv(name, "")  # put back at the end
        monkeypatch.delenv(name)
    _restrict(path)
    assert os.environ.get("OPENBLAS_CORETYPE") == core
    found = set(os.environ.get("NPY_DISABLE_CPU_FEATURES", "").split())
    assert found & {"X86_V3", "X86_V4", "AVX512_ICL"} <= disabled
    assert bool(found) == bool(core)


def test_a_path_is_of_recall(run: Run) -> None:
    ran = run("bench", "--what", "training", "--path", "avx2")
    assert ran.status == 2
    assert "--path is for a bench of recall" in ran.err


def test_cosim(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_tool("iverilog")
    tiny = simulation.SimulationCase(Point(20, 30, 0.02), 2, 8)
    monkeypatch.setattr(simulation, "CASES", {"tiny": tiny})
    monkeypatch.setattr(simulation, "ROUNDS", 1)
    ran = run("bench", "--what", "cosim", "-o", tmp_path / "c", "--json")
    assert ran.status == 0, ran.err
    (case,) = json.loads(ran.out)["cases"]
    assert case["recalls"] == 2
    # words in and out and latencies are part of it, so more than the reads of two steps
    assert case["cycles"] > 2 * (30 * 3 + 20 * 2)
    assert case["overhead"] == case["cocotb_seconds"] / case["plain_seconds"]
    assert "tiny" in (tmp_path / "c" / "speed.md").read_text()
