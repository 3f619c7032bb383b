"""Experiments with values of one's own, and with a memory of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hwsim.compress.lower import lower
from hwsim.design import PLAIN, Design
from hwsim.errors import HwsimWarning, InputError
from hwsim.experiments.catalogue import find, names
from hwsim.experiments.own import STORED, TRAINED, OwnMemory, OwnPatterns
from hwsim.experiments.parameters import KINDS, Parameter
from hwsim.experiments.result import FAILS, HOLDS, HOLDS_PARTLY, OUR_OWN, UNDECIDED, Result
from hwsim.experiments.runner import compute, run
from hwsim.experiments.settings import Settings
from hwsim.experiments.setup import Setup
from hwsim.hardware import fast
from hwsim.measure.memories import MemoryKey
from hwsim.reference.memory import load_memory, save_memory
from hwsim.reference.queries import noisy_queries
from hwsim.report import paper

# Of every parameter a value that none has by itself, and small.
OTHER: dict[str, Any] = {
    "neurons": 24, "patterns": 40, "load": 1.25, "gamma": 0.07, "data": "digits",
    "method": "converged", "penalty": "l1", "regularization": 0.03, "steps": 20, "bits": 3,
    "quantizer": "symmetric", "kernel_bits": 7, "kernel_origin": "absolute", "offset_bits": 5,
    "offset_source": "learned", "max_steps": 3, "noise": 0.25, "queries": 6, "sparsity": 0.35,
    "learning_rate": 0.05, "samples": 11, "outputs": 4,
}  # fmt: skip
TRAINING = {*STORED, *TRAINED}
OUTCOMES = {HOLDS, HOLDS_PARTLY, FAILS, UNDECIDED, OUR_OWN}
SMALL = {"neurons": 24, "gamma": 0.07, "steps": 20}


def own_memory(folder: Path) -> Path:
    save_memory(folder / "own.npz", MemoryKey(20, 30, 0.06, seed=4).train())
    return folder / "own.npz"


def every_parameter() -> list[tuple[str, str]]:
    return [(name, parameter.name) for name in names() for parameter in find(name).parameters]


def test_every_kind_has_a_value_of_the_test_s_own() -> None:
    assert set(OTHER) == set(KINDS)


@pytest.mark.parametrize(("experiment", "parameter"), every_parameter())
def test_every_parameter_reaches_the_setup(experiment: str, parameter: str) -> None:
    found = find(experiment)
    setup = found.set_up(Settings(given={parameter: OTHER[parameter]}))
    several = isinstance(setup[parameter], tuple)
    assert setup[parameter] == ((OTHER[parameter],) if several else OTHER[parameter])
    assert not setup.of_the_study
    told = setup.to_dict()
    if parameter == "load" and "patterns" in setup.values:
        assert told["patterns"] == round(OTHER["load"] * told["neurons"])
    else:
        assert told[parameter] == ([OTHER[parameter]] if several else OTHER[parameter])
    others = {name for name in setup.values if name != parameter}
    usual = found.set_up(Settings())
    assert {name: usual[name] for name in others} == {name: setup[name] for name in others}
    if parameter in TRAINING:
        assert found.memories(setup, 0) != found.memories(usual, 0)


@pytest.mark.parametrize("name", names())
def test_every_experiment_runs_and_draws_with_values_of_one_s_own(name: str) -> None:
    experiment = find(name)
    known = {parameter.name: parameter for parameter in experiment.parameters}
    given: dict[str, Any] = {key: value for key, value in SMALL.items() if key in known}
    for key, value in {"noise": 0.25, "queries": 6, "sparsity": 0.35, "samples": 11}.items():
        if key in known:
            given[key] = value
    (result,) = compute([name], Settings(trials=2, given=given), jobs=1)
    assert {verdict.outcome for verdict in result.verdicts} <= OUTCOMES
    assert result.title.startswith(f"{experiment.title} (here with ")
    read = Result.from_json(result.to_json())
    assert paper.DRAWINGS[name](read).startswith("<?xml")
    for key, value in given.items():
        assert result.parameters[key] == ([value] if known[key].several else value)


def test_what_is_given_is_what_is_measured() -> None:
    """Figure 5's numbers, made by hand from the same seeds."""
    given = {"neurons": 24, "patterns": 40, "gamma": 0.07, "noise": [0.1, 0.3], "bits": 3,
             "quantizer": "neuron-mse", "queries": 30, "offset_source": "learned"}  # fmt: skip
    (result,) = compute(["figure5"], Settings(seed=2, trials=2, given=given), jobs=1)
    for index, noise in enumerate((0.1, 0.3)):
        accuracies = []
        for seed in (2, 3):
            memory = MemoryKey(24, 40, 0.07, seed).train()
            design = Design(bits=3, quantizer="neuron-mse", offset_bits=8, **PLAIN)
            queries, chosen = noisy_queries(
                memory.patterns, 30, noise, [seed, 5, index], order="repeated"
            )
            states = fast.recall(lower(memory, design), queries).states
            accuracies.append(np.mean(states == memory.patterns[chosen]))
        (row,) = result.rows("rows", noise=noise)
        assert row["exact"] == pytest.approx(np.mean(accuracies))
        assert row["exact_std"] == pytest.approx(np.std(accuracies, ddof=1))
    assert result.title == (
        "Recall accuracy against input noise (here with neurons 24, patterns 40, gamma 0.07, "
        "noise 0.1, 0.3, bits 3, quantizer neuron-mse, queries 30, offset_source learned)"
    )


def test_the_study_s_own_values_given_by_hand_change_nothing() -> None:
    setup = find("figure5").set_up(Settings(given={"neurons": "200", "gamma": "0.02"}))
    assert setup == find("figure5").set_up(Settings())
    assert setup.of_the_study
    assert not find("figure5").set_up(Settings(quick=True)).of_the_study


@pytest.mark.parametrize("name", [name for name in names() if find(name).takes_memory])
def test_a_memory_of_one_s_own(name: str, tmp_path: Path) -> None:
    own = OwnMemory.of(own_memory(tmp_path))
    (result,) = compute([name], Settings(trials=2, data=own), jobs=1)
    told = {key: result.parameters[key] for key in ("memory", "sha256", "neurons", "patterns")}
    assert told == {"memory": "own.npz", "sha256": own.sha256, "neurons": 20, "patterns": 30}
    assert not set(result.parameters) & {"method", "penalty", "load", "steps"}
    assert "own.npz" in result.title
    assert {verdict.outcome for verdict in result.verdicts} <= OUTCOMES
    assert paper.DRAWINGS[name](Result.from_json(result.to_json())).startswith("<?xml")


@pytest.mark.parametrize("name", names())
def test_patterns_of_one_s_own(name: str, tmp_path: Path) -> None:
    np.save(tmp_path / "own.npy", np.random.default_rng(3).choice([-1, 1], (30, 20)))
    own = OwnPatterns.of(tmp_path / "own.npy")
    known = {parameter.name for parameter in find(name).parameters}
    given = {key: value for key, value in {"steps": 20, "queries": 6}.items() if key in known}
    setup = find(name).set_up(Settings(data=own, given=given))
    keys = find(name).memories(setup, seed=1)
    assert keys == find(name).memories(setup, seed=2)
    assert all((key.neurons, key.patterns) == (20, 30) for key in keys)
    assert all((key.make_patterns() == np.load(own.path)).all() for key in keys)
    (result,) = compute([name], Settings(trials=2, data=own, given=given), jobs=1)
    assert result.parameters["patterns_file"] == "own.npy"
    assert (result.parameters["neurons"], result.parameters["patterns"]) == (20, 30)
    assert "load" not in result.parameters
    assert str(tmp_path) not in result.to_json()
    assert paper.DRAWINGS[name](Result.from_json(result.to_json())).startswith("<?xml")


def test_trials_of_a_memory_of_one_s_own_differ_in_noise_alone(tmp_path: Path) -> None:
    own = OwnMemory.of(own_memory(tmp_path))
    figure1, figure5 = compute(["figure1", "figure5"], Settings(trials=2, data=own), jobs=1)
    assert all(row["margin_std"] == 0 for row in figure1.tables["rows"])
    assert any(row["exact_std"] > 0 for row in figure5.tables["rows"])


def test_the_same_bytes_whatever_the_processes(tmp_path: Path) -> None:
    memory = own_memory(tmp_path)
    for jobs in (1, 2):
        run(["figure5"], tmp_path / str(jobs), trials=2, jobs=jobs, memory=memory,
            given={"noise": [0.1], "queries": 5})  # fmt: skip
    ones, twos = ((tmp_path / jobs / "figure5.json").read_bytes() for jobs in "12")
    assert ones == twos
    assert json.loads(ones)["parameters"]["noise"] == [0.1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sparsity": 0.1}, "figure5 has no parameter --sparsity; it has --neurons, "),
        ({"neuron": 1}, "figure5 has no parameter --neuron; .* did you mean 'neurons'"),
        ({"gamma": [0.1, 0.2]}, "--gamma has 2 values; this experiment takes one"),
        ({"noise": []}, "--noise has 0 values"),
        ({"gamma": "wide"}, "--gamma is 'wide'; it must be a number"),
        ({"neurons": 2.5}, "--neurons is 2.5; it must be a whole number"),
        ({"neurons": None}, "--neurons is None; it must be a whole number"),
        ({"neurons": 0}, "--neurons is 0; it must be from 1 to 65536"),
        ({"gamma": float("nan")}, "--gamma is nan; it must be a number"),
        ({"noise": 1.5}, "--noise is 1.5; it must be from 0 to 1"),
        ({"regularization": -1}, "--lambda is -1.0; it must be from 0"),
        ({"method": "newton"}, "--method is 'newton'; it must be one of"),
        ({"patterns": 3, "load": 3}, "--patterns and --load say the same"),
        ({"quantizer": "sign-zero"}, "sign-zero makes 1 bit"),
    ],
)
def test_what_an_experiment_cannot_take_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        find("figure5").set_up(Settings(given=given))


def test_memories_that_do_not_go_with_what_is_asked_are_refused(tmp_path: Path) -> None:
    own = OwnMemory.of(own_memory(tmp_path))
    with pytest.raises(InputError, match=r"figure7 trains several .* \(--patterns-file\)"):
        find("figure7").set_up(Settings(data=own))
    for name in sorted(TRAINING):
        if any(parameter.name == name for parameter in find("figure5").parameters):
            with pytest.raises(InputError, match=f" {name}( [0-9.]+)?; leave --"):
                find("figure5").set_up(Settings(data=own, given={name: OTHER[name]}))
    agreeing = {"neurons": 20, "patterns": "30", "gamma": 0.06}
    setup = find("figure5").set_up(Settings(data=own, given=agreeing))
    assert setup == find("figure5").set_up(Settings(data=own))
    save_memory(own.path, MemoryKey(20, 30, 0.06, seed=5).train(), force=True)
    with pytest.raises(InputError, match=r"own\.npz has changed"):
        compute(["figure6"], Settings(trials=1, data=own), jobs=1)
    with pytest.raises(InputError, match=r"none\.npz"):
        run(["figure6"], tmp_path / "out", memory=tmp_path / "none.npz")
    with pytest.raises(InputError, match="--memory has its patterns; leave --patterns-file out"):
        run(["figure6"], tmp_path / "out", memory=own.path, patterns_file=own.path)
    assert not (tmp_path / "out").exists()


def test_what_is_odd_about_a_memory_is_told_once(tmp_path: Path) -> None:
    memory = load_memory(own_memory(tmp_path))
    np.savez(tmp_path / "m.npz", patterns=memory.patterns, alpha=memory.alpha, gamma=0.06, mixing=2)
    with pytest.warns(HwsimWarning, match=r"m\.npz: mixing: numbers that hwsim") as told:
        run(["figure6"], tmp_path / "out", trials=1, jobs=1, memory=tmp_path / "m.npz")
    assert len([each for each in told if "mixing" in str(each.message)]) == 1


def test_patterns_that_change_are_noticed(tmp_path: Path) -> None:
    np.save(tmp_path / "own.npy", np.ones((3, 5), np.int8))
    own = OwnPatterns.of(tmp_path / "own.npy")
    np.save(own.path, np.ones((4, 5), np.int8))
    with pytest.raises(InputError, match=r"own\.npy has changed"):
        compute(["figure6"], Settings(trials=1, data=own), jobs=1)
    with pytest.raises(InputError, match=r"own\.npy holds \(4, 5\) spins now, \(3, 5\) before"):
        own.key({"gamma": 0.1}).make_patterns()


def test_a_value_that_was_given_twice_counts_once() -> None:
    assert Parameter("noise", (0.1,)).taken(["0.2", 0.2, "0.3"]) == (0.2, 0.3)


def test_stored_patterns_follow_the_load_unless_given() -> None:
    setup = Setup({"neurons": 10, "patterns": None, "load": 2.5, "gamma": 0.1}, {}, (0,))
    assert setup.key(3) == MemoryKey(10, 25, 0.1, 3)
    assert setup.key(3, neurons=20).patterns == 50
