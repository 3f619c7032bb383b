"""Classes from few bits: the contenders on small digits, and the report's own numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hwsim.bench import bonsai, class_sets, classification, neighbours
from hwsim.report import classes, speed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def split() -> class_sets.Split:
    return class_sets.split_of(classification.DIGITS, 3)


def test_a_split_holds_a_quarter_of_each_class_out(split: class_sets.Split) -> None:
    everything = np.bincount(split.labels) + np.bincount(split.asked_labels)
    assert everything.sum() == 1797
    assert np.abs(np.bincount(split.asked_labels) - everything / 4).max() <= 0.5
    assert split.spins[1].shape == (len(split.labels), 64)
    assert split.spins[2].shape == (len(split.labels), 128)
    assert np.array_equal(split.spins[1], np.where(split.grey > 8, 1, -1))


def test_quick_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "ROUNDS", 2)
    found = classification._contest(classification.DIGITS, 0, 5)
    assert found["1-NN, all samples"].accuracy > 0.93
    assert found["k-means 1-NN"].prototypes == 60
    for name, each in found.items():
        assert 0.3 < each.accuracy <= 1, name
        assert (each.nj is None) == (each.cycles is None)
    two = found["kernel, 2 bits afterwards"]
    one = found["kernel, 1 bit afterwards"]
    # 60 patterns are 64 lanes: ten outputs' weights of one bit more, and wider accumulators
    assert 0.64 <= two.kbit - one.kbit < 0.8
    assert two.nj is not None
    assert two.nj > (one.nj or 0) > 0


def test_a_nearest_search_holds_patterns_labels_and_a_query(split: class_sets.Split) -> None:
    stored, owners = classification._prototypes(split, 2, 1)
    found = classification._nearest(split, stored, owners, 1)
    assert found.kbit == (20 * 64 + 20 * 4 + 64) / 1000
    assert found.cycles == pytest.approx(22, abs=2)


def test_learned_vectors_go_where_their_class_is() -> None:
    rng = np.random.default_rng(1)
    centres = rng.choice(np.array([-1, 1], dtype=np.int8), (2, 40))
    samples = np.repeat(centres, 50, axis=0)
    samples[rng.random(samples.shape) < 0.1] *= -1
    labels = np.repeat([0, 1], 50)
    start = rng.choice(np.array([-1, 1], dtype=np.int8), (2, 40))
    start[0], start[1] = samples[0], samples[60]
    found = neighbours.learn_vectors(start, np.array([0, 1]), samples, labels, 0)
    assert (found == centres).mean() > (start == centres).mean()


def test_proto_nn_s_slopes_are_the_loss_s() -> None:
    rng = np.random.default_rng(2)
    parts = {
        "projection": rng.normal(size=(6, 3)),
        "prototypes": rng.normal(size=(4, 3)),
        "scores": rng.normal(size=(4, 2)),
        "width": np.float64(-1.0),
    }
    samples, labels = rng.normal(size=(5, 6)), np.array([0, 1, 1, 0, 1])

    def loss() -> float:
        kernel = neighbours._kernel(parts, samples)[0]
        return neighbours.log_loss(kernel @ parts["scores"] * 5.0, labels)[0]

    slopes = neighbours._slopes(parts, samples, labels)
    before = loss()
    for name in ("projection", "prototypes", "scores"):
        parts[name][1, 1] += 1e-6
        assert (loss() - before) / 1e-6 == pytest.approx(slopes[name][1, 1], rel=1e-3), name
        parts[name][1, 1] -= 1e-6
    parts["width"] = parts["width"] + 1e-6
    assert (loss() - before) / 1e-6 == pytest.approx(slopes["width"], rel=1e-3)


@pytest.mark.parametrize("name", ["projection", "turns", "scores", "gates"])
def test_bonsai_s_slopes_are_the_loss_s(name: str) -> None:
    rng = np.random.default_rng(3)
    parts = {
        "projection": rng.normal(size=(5, 4)),
        "turns": rng.normal(size=(3, 4)) / 4,
        "scores": rng.normal(size=(7, 4, 2)),
        "gates": rng.normal(size=(7, 4, 2)),
    }
    samples, labels = rng.normal(size=(6, 5)), np.array([0, 1, 1, 0, 1, 0])

    def loss() -> float:
        return neighbours.log_loss(bonsai.scores(parts, samples, 1.5)[0], labels)[0]

    slope, before = bonsai.slopes(parts, samples, labels, 1.5)[name], loss()
    for place in np.ndindex(parts[name].shape):
        parts[name][place] += 1e-6
        assert (loss() - before) / 1e-6 == pytest.approx(slope[place], rel=1e-3, abs=1e-6), place
        parts[name][place] -= 1e-6


def test_a_sample_s_score_is_its_path_s() -> None:
    """Three levels by hand: to the left where theta z is above 0."""
    parts = {
        "projection": np.eye(2),
        "turns": np.array([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]),
        "scores": np.arange(1.0, 8)[:, None, None] * np.ones((7, 2, 1)),
        "gates": np.full((7, 2, 1), 50.0),  # tanh is 1 or -1
    }
    for sample, path in (([2, 1], (0, 1, 3)), ([2, -1], (0, 1, 4)), ([-1, 2], (0, 2, 6))):
        found = bonsai.scores(parts, np.array([sample], dtype=float), np.inf)[0]
        assert found[0, 0] == sum(sample) * sum(node + 1 for node in path)


def test_bonsai_takes_no_more_numbers_than_proto_nn() -> None:
    assert bonsai.numbers(64, 10, 1) == 65 * 10 + 10 + 3 * 2 * 10 * 10
    assert [bonsai.depth_within(*each) for each in ((64, 10), (30, 2), (20, 4))] == [1, 2, 1]
    rng = np.random.default_rng(0)
    samples = rng.random((80, 6))
    labels = ((samples[:, 0] > 0.5) ^ (samples[:, 1] > 0.5)).astype(int)  # no plane divides them
    answers, nodes, bits = bonsai.bonsai(samples, labels, samples, 300, 1)
    assert (answers == labels).mean() > 0.9
    assert (nodes, bits) == (7, 8 * 10 * (7 + 3 + 7 * 4) + 4 * 32)


def test_the_report_shows_what_the_readme_says() -> None:
    result = json.loads((ROOT / "reports" / "beyond" / speed.RESULT).read_text())
    assert result["settings"]["splits"] == classification.SPLITS
    assert [(case["data"], case["name"]) for case in result["cases"]] == [
        (data, name) for data in class_sets.SETS for name in classification.contenders(data, 1)
    ]
    cases = {case["name"]: case for case in result["cases"] if case["data"] == "digits"}
    learned = cases["kernel, 2 bits and prototypes in the loop"]
    assert learned["accuracy"] >= 0.96
    assert learned["kbit"] <= 12
    hundred = cases["kernel, 2 bits and prototypes in the loop, one threshold"]
    assert (hundred["prototypes"], hundred["accuracy"] >= 0.93) == (100, True)
    assert result["notes"] == classification._notes(result["cases"])
    words = " ".join((ROOT / "README.md").read_text().split())
    every, vectors, proto, tree = (
        cases[name]
        for name in (
            *("1-NN, all samples", "learned vectors (LVQ), 80"),
            *("ProtoNN, our own", "Bonsai, our own"),
        )
    )
    assert vectors["kbit"] <= learned["kbit"]
    assert vectors["nj"] <= learned["nj"]
    for told in (
        f"60 prototypes in {learned['kbit']:.1f} kbit and {learned['nj']:.2f} nJ are right on "
        f"{learned['accuracy']:.3f}; learned vectors within that on {vectors['accuracy']:.3f}",
        f"{every['kbit']:.0f} kbit and {every['nj']:.0f} nJ, on {every['accuracy']:.3f}, ProtoNN's "
        f"8-bit numbers in {proto['kbit']:.1f} kbit on {proto['accuracy']:.3f}, a Bonsai tree's in "
        f"{tree['kbit']:.1f} on {tree['accuracy']:.3f}",
    ):
        assert told in words
    for name, (_, drawn) in classes.charts(result["cases"], classification.DIGITS).items():
        assert (ROOT / "reports" / "beyond" / name).read_text() == drawn


def test_at_equal_cost_no_other_is_dearer() -> None:
    result = json.loads((ROOT / "reports" / "beyond" / speed.RESULT).read_text())
    cases = {case["name"]: case for case in result["cases"] if case["data"] == "digits"}
    few = cases["kernel, 2 bits and 40 prototypes in the loop"]
    within = [
        case
        for name, case in cases.items()
        if "kernel, " not in name and case["kbit"] <= few["kbit"]
    ]
    best = max(within, key=lambda case: case["accuracy"])
    (note,) = (note for note in result["notes"] if note.startswith("digits, 8.16 kbit"))
    assert f"40 prototypes, 2 bits in the loop, are right on {few['accuracy']:.4f}" in note
    assert f"{best['name']} on {best['accuracy']:.4f}" in note


def test_other_sets_are_scaled_by_what_is_learned_from() -> None:
    split = class_sets.split_of("breast cancer", 1)
    assert (split.features, split.classes, split.fine) == (30, 2, 4)
    assert split.spins[4].shape == (len(split.labels), 120)
    assert set(np.unique(split.grey)) == set(range(17))
    known = np.arange(101.0)[:, None] * [1.0, 2.0]
    scaled = class_sets._scaled(np.array([[2.5, 195.0], [-9.0, 100.0]]), known)
    assert scaled.tolist() == [[0, 16], [0, 8]]


def test_a_learned_projection_keeps_who_is_near(split: class_sets.Split) -> None:
    spins, asked, bits = class_sets.projected(split)
    assert spins.shape == split.grey.shape
    assert asked.shape == split.asked_grey.shape
    assert bits == 64 * 64 * 8 + 64 * (8 + 5 + 6)
    apart = (spins.astype(int) @ spins.T.astype(int)).astype(float)
    wanted = -((split.grey[:, None] - split.grey[None]) ** 2).sum(axis=2)
    # Hamming distances of the signs follow the samples' own distances
    assert np.corrcoef(apart.ravel(), wanted.ravel())[0, 1] > 0.6
