"""A sequence through the commands: trained, exported, replayed, measured, reported."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.hardware import spec
from hwsim.measure.associations import AssociationValidation
from hwsim.reference.queries import noisy_queries
from tests.cli.conftest import Run
from tests.sealing import edit_vectors
from tests.tools import require_tool

P, N, T = 30, 80, 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory, its image of T steps, and noisy cues of its first patterns."""
    made = tmp_path_factory.mktemp("sequences")
    rng = np.random.default_rng(8)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (P, N))
    memory = hwsim.train(patterns, 0.04, sequence="cyclic", method="converged")
    hwsim.save_memory(made / "m.npz", memory)
    hwsim.write_image(made / "image", hwsim.lower(made / "m.npz", max_steps=T, lanes=16))
    np.save(made / "q.npy", np.where(rng.random((3, N)) < 0.1, -patterns[:3], patterns[:3]))
    return made


def order(memory: Path) -> np.ndarray:
    """What the three cues should become, (3, T, N)."""
    patterns = hwsim.load_memory(memory).patterns
    return patterns[(np.arange(3)[:, None] + np.arange(1, T + 1)) % P]


def test_train_takes_the_next_patterns_for_targets(run: Run, tmp_path: Path) -> None:
    for kind, last in (("cyclic", 0), ("ending", -1)):
        out = tmp_path / f"{kind}.npz"
        ran = run(
            "train", "--neurons", 40, "--patterns", 9, "--gamma", 0.05, "--sequence", kind,
            "-o", out, "--json",
        )  # fmt: skip
        assert ran.status == 0
        assert json.loads(ran.out)["sequence"] == kind
        memory = hwsim.load_memory(out)
        assert memory.targets is not None
        assert np.array_equal(memory.targets[:-1], memory.patterns[1:])
        assert np.array_equal(memory.targets[-1], memory.patterns[last])


def test_every_step_comes_back_in_order(run: Run, folder: Path, tmp_path: Path) -> None:
    assert hwsim.load_image(folder / "image").parameters.max_steps == T
    expected = spec.associate(hwsim.load_image(folder / "image"), np.load(folder / "q.npy"))
    assert np.array_equal(expected.trajectories, order(folder / "m.npz"))
    for model in ("fast", "spec"):
        out = tmp_path / f"{model}.npz"
        ran = run("recall", folder / "image", folder / "q.npy", "-o", out, "--model", model)
        assert ran.status == 0
        assert "3 queries" in ran.out
        assert f"a sequence of {T} steps each" in ran.out
        with np.load(out) as saved:
            assert np.array_equal(saved["trajectories"], expected.trajectories)
            assert np.array_equal(saved["states"], expected.states)
    ran = run("recall", folder / "image", folder / "q.npy", "-o", out, "--json")
    assert json.loads(ran.out)["sequence_steps"] == T
    assert json.loads(ran.out)["recalls"] == 3


def test_export_replays_as_many_steps_as_it_is_told(run: Run, folder: Path, tmp_path: Path) -> None:
    ran = run("export", folder / "m.npz", "--lanes", 16, "--max-steps", T, "-o", tmp_path / "i")
    assert ran.status == 0
    assert f"a sequence of {T} steps takes" in ran.out
    assert "steps right, 20% noise" in ran.out
    assert hwsim.load_image(tmp_path / "i") == hwsim.load_image(folder / "image")
    design = json.loads((tmp_path / "i" / "manifest.json").read_text())["provenance"]["design"]
    assert design["max_steps"] == T
    one = run("export", folder / "m.npz", "-o", tmp_path / "one")
    assert "--max-steps T replays T steps" in one.err
    assert hwsim.load_image(tmp_path / "one").parameters.max_steps == 1


def test_a_sequence_costs_its_steps(run: Run, folder: Path) -> None:
    """Energy and cycles are of the whole sequence, and as many times one step's but for ports."""
    found = {
        steps: json.loads(
            run("validate", folder / "m.npz", "--max-steps", steps, "--noise", "0", "--json").out
        )
        for steps in (1, T)
    }
    assert (found[1]["results"], found[T]["results"]) == (1, T)
    assert found[T]["cycles"] == pytest.approx(T * found[1]["cycles"], rel=0.01)
    assert found[T]["energy_pj"] == pytest.approx(T * found[1]["energy_pj"], rel=0.01)


def test_the_engine_s_answers_are_told_as_sequences_and_steps(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    require_tool("iverilog")
    image, vectors = folder / "image", tmp_path / "v"
    ran = run("vectors", image, "--queries", folder / "q.npy", "-o", vectors)
    assert ran.out == f"3 golden vectors in {vectors}, each a sequence of {T} steps\n"
    ran = run("vectors", image, "--queries", folder / "q.npy", "-o", vectors, "--json")
    told = json.loads(ran.out)
    assert (told["recalls"], told["sequence_steps"]) == (3, T)
    ran = run("cosim", image, "--vectors", vectors)
    assert ran.status == 0
    assert [line.split(":")[0] for line in ran.out.splitlines()[:3]] == [
        f"sequence {index}" for index in range(3)
    ]
    assert f"3 sequences of {T} steps co-simulated in icarus: bit-exact" in ran.out
    assert "recall" not in ran.out
    assert "batch" not in ran.out
    # the second cue's seventh step
    edit_vectors(vectors, lambda document: document["recalls"][T + 6].update(label=N - 1))
    result = hwsim.cosimulate(image, vectors)
    assert (result.recalls, result.results, len(result.cycles)) == (3, T, 3)
    assert len(result.mismatches) == 1
    assert result.mismatches[0].startswith("sequence 1, step 7: label is ")


def test_validate_tells_steps_right(run: Run, folder: Path) -> None:
    ran = run(
        "validate", folder / "m.npz", "--max-steps", T, "--noise", "0,0.4", "--queries", 8, "--json"
    )
    assert ran.status == 0
    clean, noisy = json.loads(ran.out)["rows"]
    for model in ("float", "quantized", "exact", "nearest"):
        assert clean["steps"][model] == clean["sequences"][model] == 1
        assert noisy["sequences"][model] <= noisy["steps"][model] <= noisy["bits"][model]
    assert noisy["steps"]["exact"] < 1
    found = hwsim.validate(folder / "m.npz", max_steps=T, noise=[0, 0.4], queries=8)
    assert [row.steps for row in found.rows] == [clean["steps"], noisy["steps"]]


def test_shares_are_those_of_the_trajectories(folder: Path) -> None:
    memory = hwsim.load_memory(folder / "m.npz")
    cues, chosen = noisy_queries(memory.patterns, 8, 0.4, np.random.default_rng(0), order="sorted")
    wanted = memory.patterns[(chosen[:, None] + np.arange(1, T + 1)) % P]
    states = hwsim.associate(folder / "image", cues).trajectories
    nearest = (cues.astype(int) @ memory.patterns.T).argmax(axis=1)
    by_search = memory.patterns[(nearest[:, None] + np.arange(1, T + 1)) % P]
    found = hwsim.validate(memory, max_steps=T, lanes=16, noise=0.4, queries=8)
    assert isinstance(found, AssociationValidation)
    (row,) = found.rows
    assert row.steps is not None
    assert row.sequences is not None
    for name, each in (("exact", states), ("nearest", by_search)):
        right = (each == wanted).all(axis=2)
        assert row.bits[name] == pytest.approx((each == wanted).mean())
        assert row.steps[name] == pytest.approx(right.mean())
        assert row.sequences[name] == pytest.approx(right.all(axis=1).mean())
    assert row.steps["exact"] < row.steps["nearest"] < 1
    assert row.steps["exact"] < row.bits["exact"]
    assert row.lost == row.steps["float"] - row.steps["exact"]


def test_an_image_notes_how_many_steps_it_has(folder: Path) -> None:
    plain = hwsim.train(hwsim.load_memory(folder / "m.npz").patterns, 0.04, steps=5)
    assert hwsim.lower(plain, check=False).provenance["design"]["max_steps"] == 50
    assert hwsim.lower(folder / "m.npz").provenance["design"]["max_steps"] == 1


def test_a_report_says_how_many_steps_are_right(run: Run, folder: Path, tmp_path: Path) -> None:
    ran = run(
        "report", folder / "image", "--memory", folder / "m.npz", "--count", 6, "-o", tmp_path / "r"
    )
    assert ran.status == 0
    assert f"a recall is a sequence of {T} steps" in ran.out
    told = json.loads((tmp_path / "r" / "report.json").read_text())
    assert told["sequence"]["steps"] == T
    assert told["sequence"]["right"]["engine"] == {"bits": 1, "steps": 1, "sequences": 1}
    assert told["sequence"]["stored"] == 1
    ways = {way["name"]: way for way in told["comparisons"]}
    words = -(-N // 16)
    # a search of all patterns every step, a query in and T states out
    assert ways["nearest"]["cycles"] == T * P * words + (1 + T) * words
    counts = {action["name"]: action["count"] for action in ways["nearest"]["actions"]}
    assert counts["distance_xnors"] == T * P * words
    assert counts["minimum_comparisons"] == T * P
    assert counts["pattern_reads"] == T * (P + 1) * words
    assert told["counts"]["passes"]["mean"] == T
    page = (tmp_path / "r" / "report.md").read_text()
    assert "| engine | 1.0000 | 1.0000 | 1.0000 |" in page
    found = hwsim.assess(folder / "image", memory=folder / "m.npz", count=6)
    assert found.engine.total_pj == told["total_energy_pj"]
    assert found.engine.accuracy == 1
    without = run("report", folder / "image", "--count", 6, "-o", tmp_path / "w", "--json")
    assert json.loads(without.out)["sequence"]["right"] == {}


def test_what_cannot_be_fed_back_is_refused(run: Run, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    x = rng.choice(np.array([-1, 1], dtype=np.int8), (5, 8))
    for targets, words in (
        (x[:, :3], "max_steps is 7, but the memory has 3 outputs and 8 neurons"),
        (2 * np.eye(8, dtype=np.int8)[:5] - 1, "classes for targets, a single +1 each"),
    ):
        hwsim.save_memory(tmp_path / "m.npz", hwsim.train(x, 0.1, targets=targets, steps=5))
        for command in ("export", "validate"):
            out = ("-o", tmp_path / "i") if command == "export" else ()
            ran = run(command, tmp_path / "m.npz", "--max-steps", 7, *out)
            assert ran.status == 2
            assert words in ran.err
            assert ran.err.count("\n") == 1
            assert not (tmp_path / "i").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--targets", "q.npy"), "targets and sequence both say"),
        (
            ("--method", "bayes", "--noise", "0.1"),
            "sequence is cyclic, but method bayes is for the patterns themselves; leave it out",
        ),
    ],
)
def test_train_refuses_what_does_not_go_with_a_sequence(
    run: Run, folder: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    given = [folder / word if word == "q.npy" else word for word in options]
    gamma = () if "bayes" in options else ("--gamma", "0.1")
    ran = run(
        "train", "--neurons", 20, "--patterns", 4, *gamma, "--sequence", "cyclic", *given,
        "-o", tmp_path / "m.npz",
    )  # fmt: skip
    assert ran.status == 2
    assert words in ran.err
    assert not (tmp_path / "m.npz").exists()
