"""Running experiments: names, shared memories, the same files whatever the number of processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hwsim import experiments
from hwsim.errors import InputError
from hwsim.experiments.catalogue import CATALOGUE, find
from hwsim.experiments.memories import MemoryKey, Store
from hwsim.experiments.result import NOT_REPRODUCED, OUR_OWN, PARTLY, REPRODUCED
from hwsim.experiments.runner import choose
from hwsim.experiments.settings import Settings
from hwsim.report import paper

SOME = ("figure6", "figure2", "nearest-baseline")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_bytes_from_one_process_and_from_two(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    once = paper.run(
        SOME, tmp_path / "a", quick=True, trials=2, jobs=1,
        progress=lambda *at: calls.append(at),
    )  # fmt: skip
    paper.run(SOME, tmp_path / "b", quick=True, trials=2, jobs=2)
    files = contents(tmp_path / "a")
    assert files == contents(tmp_path / "b")
    assert [result.name for result in once] == ["figure2", "figure6", "nearest-baseline"]
    assert {"figure2.json", "figure2.csv", "figure2.svg", "nearest-baseline-costs.csv"} <= set(
        files
    )
    assert "README.md" not in files  # the study is of all experiments
    # Two memories, one a seed, serve all three experiments' six trials.
    assert calls == [(done, 8) for done in range(1, 9)]
    for result in once:
        content = json.loads(files[f"{result.name}.json"])
        assert content["verdicts"]
        assert {v["outcome"] for v in content["verdicts"]} <= {
            REPRODUCED, PARTLY, NOT_REPRODUCED, OUR_OWN
        }  # fmt: skip
    assert b"<dc:date>" not in files["figure2.svg"]


def test_run_alone_writes_tables_and_no_drawing(tmp_path: Path) -> None:
    experiments.run(["figure6"], tmp_path, quick=True, trials=1, jobs=1)
    assert set(contents(tmp_path)) == {"figure6.json", "figure6.csv", "figure6-statistics.csv"}


def test_every_experiment_has_a_drawing_and_a_title() -> None:
    assert set(paper.DRAWINGS) == set(experiments.names())
    assert experiments.names()[:9] == [f"figure{number}" for number in range(1, 10)]
    assert all(experiment.title for experiment in CATALOGUE.values())


def test_names_are_chosen_once_and_in_order() -> None:
    assert [e.name for e in choose(["figure9", "figure1", "figure9"])] == ["figure1", "figure9"]
    assert [e.name for e in choose(["figure9", "all"])] == experiments.names()
    with pytest.raises(InputError, match="no experiment 'figure10'"):
        find("figure10")
    with pytest.raises(InputError, match="no experiment is named"):
        choose([])


def test_settings() -> None:
    assert Settings(seed=3, trials=4).seeds == (3, 4, 5, 6)
    assert Settings(trials=10, quick=True).trials == 2
    with pytest.raises(InputError, match="trials is 0"):
        Settings(trials=0)
    with pytest.raises(InputError, match="seed is -1"):
        Settings(seed=-1)
    with pytest.raises(InputError, match="jobs is 0"):
        experiments.compute(["figure6"], Settings(), jobs=0)


def test_a_stored_memory_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = MemoryKey(12, 10, 0.1, seed=0)
    store = Store(tmp_path)
    first = store.load(key)
    monkeypatch.setattr(MemoryKey, "train", lambda self: pytest.fail("trained again"))
    assert (store.load(key).alpha == first.alpha).all()


def test_digits_are_chosen_by_seed() -> None:
    key = MemoryKey(64, 20, 0.1, seed=1, data="digits")
    other = MemoryKey(64, 20, 0.1, seed=2, data="digits")
    assert (key.make_patterns() == key.make_patterns()).all()
    assert (key.make_patterns() != other.make_patterns()).any()
    with pytest.raises(InputError, match="digits have 64 pixels"):
        MemoryKey(63, 20, 0.1, seed=1, data="digits").make_patterns()
    with pytest.raises(InputError, match="there are 1750 digits"):
        MemoryKey(64, 9999, 0.1, seed=1, data="digits").make_patterns()
    with pytest.raises(InputError, match="data is 'faces'"):
        MemoryKey(64, 20, 0.1, seed=1, data="faces").make_patterns()
