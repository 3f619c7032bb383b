"""The bench times the same update by all programs, and says what it measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim import bench
from hwsim.bench.contenders import Float32, Point, alternate, distance_stage
from hwsim.bench.stages import stage_times
from hwsim.errors import InputError
from hwsim.hardware import fast, spec
from hwsim.hardware.fast.jitted import roofline
from hwsim.hardware.fast.native.recall import tables
from hwsim.hardware.fast.path import paths
from hwsim.report.performance import growth_plots, write_performance

TINY = Point(64, 40, 0.02, queries=30)
DENSE = replace(TINY, gamma=0.001)


@pytest.fixture
def tiny_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = {"sparse-1000": TINY, "dense-1000": DENSE, "small-200": TINY}
    monkeypatch.setattr(bench, "CASES", cases)
    monkeypatch.setattr(bench, "SECONDS", 0.0)
    monkeypatch.setattr(bench, "REST", 0.0)
    monkeypatch.setattr(bench, "ROUNDS", {"quick": 2, "whole": 2, "curve": 1})
    monkeypatch.setattr(
        bench,
        "CURVES",
        {
            "neurons": (64, 128),
            "patterns": (20, 40),
            "weight_bits": (1, 8),
            "kernel_bits": (1, 16),
            "queries": (1, 20),
            "gamma": (0.001, 0.02),
        },
    )


@pytest.mark.parametrize("point", [TINY, DENSE, replace(TINY, weight_bits=3, gamma=0.9)])
def test_all_contenders_update_the_same_queries_alike(point: Point) -> None:
    image, queries = point.image(1), point.query_spins(1)
    exact = fast.recall(image, queries)
    np.testing.assert_array_equal(exact.states[:2], spec.recall(image, queries[:2]).states)
    assert (exact.steps == 1).all()
    baseline = Float32(point, image, queries)
    baseline.run()
    # Rounding of kernel values makes the two differ here and there, never in most of the bits.
    assert (baseline.states == exact.states).mean() > 0.95
    assert np.isfinite(baseline.states).all()


def test_queries_are_noisy_stored_patterns() -> None:
    image, queries = TINY.image(1), TINY.query_spins(1)
    _, distance = fast.FastModel(image).nearest(queries)
    assert (distance == round(0.1 * 64)).all()


@pytest.mark.usefixtures("tiny_bench")
def test_a_quick_run_reports_every_case() -> None:
    calls: list[tuple[int, int]] = []
    result = bench.run(quick=True, progress=lambda *call: calls.append(call)).to_dict()
    assert calls == [(n, 3) for n in range(1, 4)]
    assert [case["name"] for case in result["cases"]] == ["sparse-1000", "dense-1000", "small-200"]
    for case in result["cases"]:
        for name in ("float32", "spec", "fast", "ruled", "hamming", "distance"):
            assert case[f"{name}_us"] > 0, name
        assert case["ratio"] == case["float32_us"] / case["fast_us"]
        assert all(spent > 0 for spent in case["others_us"].values())
        assert case["quartiles"].keys() >= {"float32", "fast", "ratio", *case["others_us"]}
        assert all(low <= high for low, high in case["quartiles"].values())
        assert case["roofline_fraction"] > 0
        assert case["path"] in paths()
        assert all(spent > 0 for spent in case["stages"].values())
    assert result["cases"][1]["nonzero_share"] == 1.0
    assert result["curves"] == []
    json.dumps(result, allow_nan=False)


@pytest.mark.usefixtures("tiny_bench")
@pytest.mark.parametrize("path", paths())
def test_a_path_is_forced(path: str) -> None:
    for case in bench.run(quick=True, path=path).cases:
        assert case.path == path
        assert case.roofline_fraction > 0
    with pytest.raises(InputError, match="path is 'none'"):
        bench.run(quick=True, path="none")


@pytest.mark.usefixtures("tiny_bench")
def test_a_whole_run_is_written_and_drawn(tmp_path: Path) -> None:
    result = bench.run()
    assert {row["quantity"] for row in result.curves} == set(bench.CURVES)
    write_performance(tmp_path / "performance", result)
    written = json.loads((tmp_path / "performance" / "performance.json").read_text())
    assert written == result.to_dict()
    text = (tmp_path / "performance" / "performance.md").read_text()
    for case in written["cases"]:
        assert f"| {case['name']} |" in text
    for name, svg in growth_plots(result.curves).items():
        assert name in text
        assert (tmp_path / "performance" / name).read_text() == svg
    write_performance(tmp_path / "performance", result)  # over its own


def test_the_real_cases_are_the_agreed_ones() -> None:
    sizes = {
        name: (case.neurons, case.patterns, case.weight_bits, case.kernel_bits)
        for name, case in bench.CASES.items()
    }
    assert sizes == {
        "sparse-1000": (1000, 3000, 2, 8),
        "dense-1000": (1000, 3000, 2, 8),
        "small-200": (200, 600, 2, 8),
    }
    assert bench.CASES["sparse-1000"].gamma == bench.CASES["small-200"].gamma == 0.02
    dense = bench.CASES["dense-1000"].image(0).kernel_lut
    assert dense[400] > 1, "a typical pattern, 0.4 N further away than the nearest, counts"


def test_contenders_take_turns() -> None:
    turns: list[str] = []
    works = {name: (lambda name=name: turns.append(name), 2) for name in ("a", "b")}
    times = alternate(works, 3, seconds=0.0, rest=0.0)
    assert turns[4:] == ["a", "a", "b", "b"] * 3
    assert {name: len(each) for name, each in times.items()} == {"a": 3, "b": 3}


def test_the_stages_are_those_a_query_goes_through() -> None:
    sparse = replace(TINY, patterns=400, gamma=0.9)  # a row among so many is worth adding
    stages = stage_times(fast.FastModel(sparse.image(1)), sparse.query_spins(1), 1)
    assert set(stages.times) == {"distance", "select", "rows", "threshold"}
    assert stages.products_fraction is None
    model = fast.FastModel(DENSE.image(1))
    by_bytes = {"look_up", "byte_products", "threshold"} if model.plan.dense == "dot" else set()
    stages = stage_times(model, DENSE.query_spins(1), 1)
    assert set(stages.times) == {"distance", "select"} | by_bytes
    if model.path.name in tables():
        assert stages.products_fraction is not None
        assert stages.products_fraction > 0


def test_the_distance_stage_does_every_block() -> None:
    model = fast.FastModel(TINY.image(1), threads=2)
    model.block = 8
    distance_stage(model, TINY.query_spins(1))()


def test_the_roofline_does_the_words_it_names() -> None:
    for work, words in roofline.works(10**5).values():
        assert 10**5 <= words < 3 * 10**5
        work()


def test_plain_popcounts_count() -> None:
    first = np.array([0, 2**64 - 1, 5], dtype=np.uint64)
    second = np.array([0, 0, 1], dtype=np.uint64)
    assert roofline.differing_bits(first, second, 1) == 65
