"""Memories with targets through the commands: what is answered, kept, and refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.cost.cycles import engine_cycles
from hwsim.hardware import spec
from hwsim.reference.queries import noisy_queries
from tests.cli.conftest import Run
from tests.tools import require_tool

P, N, M = 40, 50, 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Patterns, classes of them, queries."""
    made = tmp_path_factory.mktemp("outputs")
    rng = np.random.default_rng(5)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (P, N))
    classes = np.full((P, M), -1, dtype=np.int8)
    classes[np.arange(P), rng.integers(0, M, P)] = 1
    np.save(made / "x.npy", patterns)
    np.save(made / "y.npy", classes)
    flips = rng.choice(np.array([1, -1], dtype=np.int8), (P, N), p=[0.9, 0.1])
    np.save(made / "q.npy", patterns * flips)
    return made


@pytest.fixture(scope="module")
def memory(folder: Path) -> Path:
    made = hwsim.train(folder / "x.npy", 0.04, targets=folder / "y.npy", method="converged")
    hwsim.save_memory(folder / "m.npz", made)
    return folder / "m.npz"


@pytest.fixture(scope="module")
def image(folder: Path, memory: Path) -> Path:
    hwsim.write_image(folder / "image", hwsim.lower(memory, lanes=16))
    return folder / "image"


def test_train_keeps_the_targets(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.npz"
    ran = run(
        "train", "--patterns-file", folder / "x.npy", "--targets", folder / "y.npy", "--gamma",
        "0.04", "--method", "converged", "-o", out, "--json",
    )  # fmt: skip
    assert ran.status == 0
    result = json.loads(ran.out)
    assert (result["outputs"], result["bit_accuracy"]) == (M, 1)
    loaded = hwsim.load_memory(out)
    assert loaded.targets is not None
    assert np.array_equal(loaded.targets, np.load(folder / "y.npy"))
    assert loaded.alpha.shape == (P, M)


def test_training_is_one_regression_an_output(folder: Path, memory: Path) -> None:
    """An output's weights are those of a neuron whose bits are its targets."""
    x, y = np.load(folder / "x.npy"), np.load(folder / "y.npy")
    one = hwsim.train(x, 0.04, targets=y[:, 2:3], method="converged")
    assert np.allclose(one.alpha[:, 0], hwsim.load_memory(memory).alpha[:, 2], atol=1e-6)
    own = hwsim.train(x, 0.04, targets=x, method="converged")
    assert np.array_equal(own.alpha, hwsim.train(x, 0.04, method="converged").alpha)


def test_outputs_that_are_the_patterns_answer_a_recall_s_first_step(folder: Path) -> None:
    x, q = np.load(folder / "x.npy"), np.load(folder / "q.npy")
    memory = hwsim.train(x, 0.04, method="converged")
    own = hwsim.train(x, 0.04, targets=x, method="converged")
    states = hwsim.recall(hwsim.lower(memory, max_steps=1, check=False), q).states
    found = hwsim.associate(hwsim.lower(own), q)
    assert (found.fields != 0).all()
    assert np.array_equal(found.states, states)


def test_recall_gives_fields_and_labels(
    run: Run, folder: Path, image: Path, tmp_path: Path
) -> None:
    expected = spec.associate(hwsim.load_image(image), np.load(folder / "q.npy"))
    for model in ("fast", "spec"):
        out = tmp_path / f"{model}.npz"
        ran = run("recall", image, folder / "q.npy", "-o", out, "--model", model, "--json")
        assert ran.status == 0
        assert json.loads(ran.out)["outputs"] == M
        with np.load(out) as saved:
            assert set(saved) == {"fields", "states", "labels", "miss", "distance"}
            for name in saved:
                assert np.array_equal(saved[name], getattr(expected, name)), name
    assert (expected.labels == np.argmax(np.load(folder / "y.npy"), axis=1)).mean() > 0.9


def test_the_image_is_written_read_and_checked(
    run: Run, image: Path, memory: Path, tmp_path: Path
) -> None:
    out = tmp_path / "image"
    ran = run("export", memory, "--lanes", "16", "--format", "mem,coe,c", "-o", out, "--json")
    assert ran.status == 0
    result = json.loads(ran.out)
    assert result["parameters"]["outputs"] == M
    assert result["footprint_bits"]["weights"] == 3 * M * 2 * 16  # three groups, two planes
    assert result["footprint_bits"]["scales"] == 8 * M
    assert [row["noise"] for row in result["kept"]["rows"]] == [0.1, 0.2]
    assert hwsim.load_image(out) == hwsim.load_image(image)
    assert run("check", out).status == 0
    scales = (out / "scales.mem").read_text()
    (out / "scales.mem").write_text(scales.replace(scales[:2], "01", 1))
    found = run("check", out)
    assert found.status == 1
    assert "the scale of output 0" in found.out + found.err


def test_validate_holds_the_models_side_by_side(run: Run, memory: Path) -> None:
    ran = run("validate", memory, "--noise", "0,0.1", "--json")
    assert ran.status == 0
    clean, noisy = json.loads(ran.out)["rows"]
    assert clean["bits"]["float"] == clean["labels"]["float"] == clean["labels"]["nearest"] == 1
    assert noisy["labels"]["exact"] > 0.9
    assert json.loads(ran.out)["energy_pj"] > 0
    assert "labels right, 10% noise" in run("validate", memory, "--noise", "0.1").out


def test_the_engine_answers_with_the_same_fields_and_labels(
    run: Run, folder: Path, image: Path, tmp_path: Path
) -> None:
    require_tool("iverilog")
    out = tmp_path / "vectors"
    assert run("vectors", image, "--queries", folder / "q.npy", "-o", out).status == 0
    found = spec.associate(hwsim.load_image(image), np.load(folder / "q.npy"))
    rows = json.loads((out / "vectors.json").read_text())["recalls"]
    assert [row["fields"] for row in rows] == found.fields.tolist()
    assert [row["label"] for row in rows] == found.labels.tolist()
    assert run("check", out, "--image", image).status == 0
    ran = run("cosim", image, "--vectors", out)
    assert ran.status == 0, ran.out
    assert f"{P} recalls co-simulated in icarus: bit-exact" in ran.out + ran.err
    assert hwsim.cosimulate(image, np.load(folder / "q.npy")[:2]).mismatches == ()


def test_an_edited_label_or_field_is_found(run: Run, image: Path, tmp_path: Path) -> None:
    for name in ("label", "fields"):
        out = tmp_path / name
        hwsim.make_vectors(image, None, out, count=3)
        document = json.loads((out / "vectors.json").read_text())
        if name == "label":
            document["recalls"][1]["label"] ^= 1
        else:
            document["recalls"][1]["fields"][2] += 1
        (out / "vectors.json").write_text(json.dumps(document))
        found = run("check", out, "--image", image, "--reseal")
        assert found.status == 2
        assert f"recalls[1].{name}" in found.err
        del document["recalls"][1][name]
        (out / "vectors.json").write_text(json.dumps(document))
        found = run("check", out, "--image", image, "--reseal")
        assert found.status == 2
        assert f"recalls[1].{name} is missing; it must be with every" in found.err


def test_a_report_says_how_many_labels_are_right(
    run: Run, memory: Path, image: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r"
    ran = run("report", image, "--memory", memory, "--count", 40, "--noise", "0.3", "-o", out)
    assert ran.status == 0
    assert "a recall gives 5 outputs" in ran.out
    told = json.loads((out / "report.json").read_text())
    loaded = hwsim.load_memory(memory)
    assert loaded.targets is not None
    queries, chosen = noisy_queries(loaded.patterns, 40, 0.3, 0)
    found = hwsim.associate(image, queries)
    wanted = loaded.targets[chosen]
    right = told["outputs"]["right"]
    assert 0.5 < right["labels"]["engine"] < 1
    assert right["labels"]["engine"] == np.mean(found.labels == np.argmax(wanted, axis=1))
    assert right["bits"]["engine"] == np.mean((found.fields > 0) == (wanted > 0))
    nearest = loaded.targets[np.argmax(queries @ loaded.patterns.T.astype(int), axis=1)]
    assert right["labels"]["nearest"] == np.mean((nearest == wanted).all(axis=1))
    assert set(right["labels"]) == {"engine", "float32", "nearest"}
    assert (
        f"| engine | {right['bits']['engine']:.4f} | {right['labels']['engine']:.4f} |"
        in (out / "report.md").read_text()
    )
    energy = hwsim.assess(image, memory=memory, count=40, noise=0.3)
    assert energy.engine.total_pj == told["total_energy_pj"]
    cycles = engine_cycles(hwsim.load_image(image).parameters, found.counts, 40)
    assert told["timing"]["cycles_mean"] == cycles.mean()
    without = run("report", image, "--count", 6, "-o", tmp_path / "w", "--json")
    assert json.loads(without.out)["outputs"]["right"] == {"bits": {}, "labels": {}}


@pytest.mark.parametrize(
    "command",
    [
        ("watch", "image", "q.npy"),
        ("diff", "image", "q.npy"),
        ("compare", "image", "-o", "out"),
        ("faults", "image"),
    ],
)
def test_what_recalls_states_says_so(
    run: Run, folder: Path, image: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    places = {"image": image, "q.npy": folder / "q.npy", "out": tmp_path / "out"}
    ran = run(*(places.get(word, word) for word in command))
    assert ran.status == 2
    assert f"{image}: the image has 5 outputs other than the patterns" in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--auto",), "the memory has 5 outputs other than the patterns"),
        (("--kit", "kit"), "--kit does not take a memory with targets"),
        (("--format", "stream"), "--format stream does not take a memory with targets"),
        (("--dataflow", "row"), "dataflow is 'row'; with outputs"),
        (("--engines", "2", "--lanes", "8"), "engines is 2; with outputs"),
        (("--stop",), "stop is True; a memory with targets has no rules"),
        (("--no-stop", "--radius"), "radius is True; a memory with targets has no rules"),
        (("--coarse-words", "2"), "coarse_words is 2; a memory with targets has no rules"),
    ],
)
def test_export_refuses_what_is_not_proved(
    run: Run, memory: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    ran = run("export", memory, *options, "-o", tmp_path / "image")
    assert ran.status == 2
    assert words in ran.err
    assert not (tmp_path / "image").exists()


@pytest.mark.parametrize("rule", [{"stop": True}, {"winner": True}, {"coarse_words": 1}])
def test_rules_asked_for_by_name_are_refused_with_targets(
    run: Run, memory: Path, rule: dict[str, int]
) -> None:
    words = "a memory with targets has no rules"
    for function in (hwsim.lower, hwsim.validate):
        with pytest.raises(hwsim.InputError, match=words):
            function(memory, **rule)
    assert words in run("validate", memory, "--winner").err


def test_rules_that_are_off_by_name_change_nothing(memory: Path) -> None:
    off = hwsim.lower(memory, stop=False, winner=False, radius=False, coarse_words=0)
    assert off.parameters == hwsim.lower(memory).parameters


def test_validate_saves_the_design_of_a_memory_with_targets(
    run: Run, memory: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "design.toml"
    assert run("validate", memory, "--bits", "1", "--save-design", saved).status == 0
    assert hwsim.Design.load(saved) == hwsim.Design(bits=1)
    assert run("export", memory, "--design", saved, "-o", tmp_path / "image").status == 0


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (np.ones((P - 1, 2), np.int8), "targets have 39 rows, patterns 40"),
        (np.full((P, 2), 2, np.int8), "t.npy: targets[0, 0] is 2; "),
        (np.ones((P, 0), np.int8), "t.npy: targets have shape (40, 0); at least one"),
        (np.ones(P, np.int8), "targets have shape (40,); (P, M) is expected, of labels a single"),
    ],
)
def test_train_refuses_targets_that_are_none(
    run: Run, folder: Path, tmp_path: Path, targets: object, words: str
) -> None:
    np.save(tmp_path / "t.npy", targets)
    ran = run(
        "train", "--patterns-file", folder / "x.npy", "--targets", tmp_path / "t.npy",
        "--gamma", "0.1", "-o", tmp_path / "m.npz",
    )  # fmt: skip
    assert ran.status == 2
    assert words in ran.err
    assert not (tmp_path / "m.npz").exists()


def test_bayes_is_for_the_patterns_themselves(run: Run, folder: Path, tmp_path: Path) -> None:
    ran = run(
        "train", "--patterns-file", folder / "x.npy", "--targets", folder / "y.npy",
        "--method", "bayes", "--noise", "0.1", "-o", tmp_path / "m.npz",
    )  # fmt: skip
    assert ran.status == 2
    assert "targets are given, but method bayes" in ran.err


def test_targets_of_equal_patterns_that_differ_are_told(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    rows = np.arange(P) % (P - 2)  # the last two are the first two again
    patterns, targets = np.load(folder / "x.npy")[rows], np.load(folder / "y.npy")[rows]
    np.save(tmp_path / "x.npy", patterns)
    for changed, words in (
        (False, "patterns 0 and 38 are equal, 2 of 40 a copy"),
        (True, "patterns 1 and 39 are equal, but their targets are not, 1 of 40 unlike"),
    ):
        if changed:
            targets[-1] = np.roll(targets[-1], 1)
        np.save(tmp_path / "y.npy", targets)
        ran = run(
            "train", "--patterns-file", tmp_path / "x.npy", "--targets", tmp_path / "y.npy",
            "--gamma", "0.1", "--steps", 5, "-o", tmp_path / "m.npz",
        )  # fmt: skip
        assert ran.status == 0
        assert words in ran.err
        with pytest.warns(hwsim.HwsimWarning, match=words):
            hwsim.validate(tmp_path / "m.npz", noise=0.1)


def test_the_memory_must_have_the_image_s_outputs(
    run: Run, folder: Path, image: Path, tmp_path: Path
) -> None:
    patterns = np.load(folder / "x.npy")
    for targets, has in (
        (None, "no targets"),
        (patterns[:, :1], "1 output"),
        (patterns, "50 outp"),
    ):
        other = hwsim.train(patterns, 0.04, targets=targets, steps=5)
        hwsim.save_memory(tmp_path / "o.npz", other, force=True)
        ran = run("report", image, "--memory", tmp_path / "o.npz", "-o", tmp_path / "r")
        assert ran.status == 2
        assert f"the memory has {has}" in ran.err
        assert "the image 5 outputs; give the memory the image was made from" in ran.err
        assert not (tmp_path / "r").exists()
        with pytest.raises(hwsim.InputError, match=f"the memory has {has}"):
            hwsim.assess(image, memory=other, count=3)


def test_what_recalls_states_refuses_before_anything_is_written(
    run: Run, memory: Path, image: Path, folder: Path, tmp_path: Path
) -> None:
    queries, out = folder / "q.npy", tmp_path / "out"
    for line, remedy in (
        (("export", memory, "--auto", "-o", out), "hwsim export without --auto"),
        (("validate", memory, "--advise"), "validate without --advise"),
        (("tune", memory, "--bits", 2, "-o", tmp_path / "t.npz"), "hwsim export without"),
        (("watch", image, queries), "hwsim recall (hwsim.associate) gives what they are"),
        (("compare", image, "-o", out), "hwsim report (hwsim.assess) what they cost"),
        (("faults", image), "hwsim recall (hwsim.associate)"),
        (("diff", image, queries), "hwsim recall (hwsim.associate)"),
        (("vectors", image, "--self-test", "-o", out), "hwsim recall (hwsim.associate)"),
    ):
        ran = run(*line)
        assert (ran.status, ran.out) == (2, ""), line
        assert "5 outputs other than the patterns, so it recalls no states, which this" in ran.err
        assert remedy in ran.err
        assert ran.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_at_least_one_noise_is_measured(memory: Path) -> None:
    with pytest.raises(hwsim.InputError, match="noise is empty; at least one fraction"):
        hwsim.validate(memory, noise=[])


def test_no_check_bits_with_outputs(image: Path, tmp_path: Path) -> None:
    words = "protection is parity and outputs is 5, and the engine has check bits only where"
    with pytest.raises(hwsim.InputError, match=f"{words} .* let protection be none"):
        hwsim.write_image(tmp_path / "i", hwsim.load_image(image), protection="parity")
    assert not (tmp_path / "i").exists()


def test_recalls_of_states_say_what_they_are_for(run: Run, memory: Path, folder: Path) -> None:
    with pytest.raises(hwsim.InputError, match="5 outputs other than the patterns"):
        hwsim.recall_float(memory, folder / "q.npy")
    with pytest.raises(hwsim.InputError, match="5 outputs other than the patterns"):
        hwsim.recall(hwsim.lower(memory), folder / "q.npy")
    plain = hwsim.lower(hwsim.train(folder / "x.npy", 0.04, steps=5), check=False)
    with pytest.raises(hwsim.InputError, match="no outputs other than the patterns"):
        hwsim.associate(plain, folder / "q.npy")
