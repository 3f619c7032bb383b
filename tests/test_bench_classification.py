"""Classes from few bits: the contenders on small digits, and the report's own numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hwsim.bench import classification, neighbours
from hwsim.report import speed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def split() -> classification.Split:
    return classification._split(3)


def test_a_split_holds_a_quarter_of_each_class_out(split: classification.Split) -> None:
    everything = np.bincount(split.labels) + np.bincount(split.asked_labels)
    assert everything.sum() == 1797
    assert np.abs(np.bincount(split.asked_labels) - everything / 4).max() <= 0.5
    assert split.spins[1].shape == (len(split.labels), 64)
    assert split.spins[2].shape == (len(split.labels), 128)
    assert np.array_equal(split.spins[1], np.where(split.grey > 8, 1, -1))


def test_quick_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "ROUNDS", 2)
    found = classification._contest(0, 5)
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


def test_a_nearest_search_holds_patterns_labels_and_a_query(split: classification.Split) -> None:
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


def test_the_report_shows_what_the_readme_says() -> None:
    result = json.loads((ROOT / "reports" / "beyond" / speed.RESULT).read_text())
    assert result["settings"]["splits"] == classification.SPLITS
    cases = {case["name"]: case for case in result["cases"]}
    assert list(cases) == list(classification._contenders(1))
    learned = cases["kernel, 2 bits and prototypes in the loop"]
    assert learned["accuracy"] >= 0.96
    assert learned["kbit"] <= 12
    hundred = cases["kernel, 2 bits and prototypes in the loop, one threshold"]
    assert (hundred["prototypes"], hundred["accuracy"] >= 0.93) == (100, True)
    assert result["notes"] == classification._notes(result["cases"])
