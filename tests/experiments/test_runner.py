"""Running experiments: names, shared memories, the same files whatever the number of processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hwsim.errors import InputError
from hwsim.experiments.catalogue import TITLES, find, names
from hwsim.experiments.result import FAILS, HOLDS, HOLDS_PARTLY, OUR_OWN, UNDECIDED
from hwsim.experiments.runner import choose, compute, run
from hwsim.experiments.settings import Settings
from hwsim.files import LISTING
from hwsim.report import paper

SOME = ("figure6", "figure2", "nearest-baseline")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_bytes_from_one_process_and_from_two(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    once = run(
        SOME, tmp_path / "a", quick=True, trials=2, jobs=1,
        progress=lambda *at: calls.append(at),
    )  # fmt: skip
    paper.draw(once, tmp_path / "a")
    twice = run(SOME, tmp_path / "b", quick=True, trials=2, jobs=2)
    paper.draw(twice, tmp_path / "b")
    files = contents(tmp_path / "a")
    assert files == contents(tmp_path / "b")
    assert [result.name for result in once.results] == ["figure2", "figure6", "nearest-baseline"]
    assert {"figure2.json", "figure2.csv", "figure2.svg", "nearest-baseline-costs.csv"} <= set(
        files
    )
    assert "README.md" not in files  # the study is of all experiments
    assert not once.conclusions
    # Two memories, one a seed, serve all three experiments' six trials.
    assert calls == [(done, 8) for done in range(1, 9)]
    for result in once.results:
        content = json.loads(files[f"{result.name}.json"])
        assert content["verdicts"]
        assert {v["outcome"] for v in content["verdicts"]} <= {
            HOLDS, HOLDS_PARTLY, FAILS, UNDECIDED, OUR_OWN
        }  # fmt: skip
    assert b"<dc:date>" not in files["figure2.svg"]


def test_run_alone_writes_tables_and_no_drawing(tmp_path: Path) -> None:
    run(["figure6"], tmp_path, quick=True, trials=1, jobs=1)
    data = {"figure6.json", "figure6.csv", "figure6-statistics.csv"}
    assert set(contents(tmp_path)) == {*data, LISTING}


def test_every_experiment_has_a_drawing_and_a_title() -> None:
    assert set(paper.DRAWINGS) == set(names())
    assert names()[:9] == [f"figure{number}" for number in range(1, 10)]
    assert {name: find(name).title for name in names()} == TITLES
    assert [find(name).name for name in names()] == names()


def test_names_are_chosen_once_and_in_order() -> None:
    assert [e.name for e in choose(["figure9", "figure1", "figure9"])] == ["figure1", "figure9"]
    assert [e.name for e in choose(["figure9", "all"])] == names()
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
        compute(["figure6"], Settings(), jobs=0)
