"""hwsim diff and hwsim.diff: two images, two releases, what is printed, exit status, bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.cost.cycles import recall_bound, recall_cycles
from hwsim.differences.release import first_of_release, read_release
from hwsim.export.folder import load_image, write_image
from hwsim.export.vectors import write_vectors
from hwsim.hardware import spec
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.rules import with_rules
from hwsim.reference.memory import Memory, save_memory
from hwsim.spins import SpinArray
from tests.cli.conftest import Run
from tests.differences.conftest import Lowered
from tests.rtl.mutants import mutated
from tests.tools import require_tool

BUG = (
    "hwsim_threshold",
    "zero ? OUTPUTS == 0 && old_word[0] : !negative",
    "!negative ^ (neuron == 17)",
)
BEFORE = Path(__file__).parent.parent / "audit" / "before"


def file_of(queries: SpinArray, folder: Path) -> Path:
    np.save(folder / "q.npy", queries)
    return folder / "q.npy"


# Two images -----------------------------------------------------------------------------------


def test_two_images(lowered: Lowered, queries: SpinArray) -> None:
    first = lowered()
    assert hwsim.diff(first, queries, lowered()).equal
    codes = first.codes.copy()
    codes[3, 11] ^= 3
    table = first.kernel_lut.copy()
    table[4:] = 0
    parameters = replace(first.parameters, max_steps=7)
    second = replace(first, codes=codes, kernel_lut=table, parameters=parameters)
    found = hwsim.diff(first, queries, second)
    named = {each.name: each for each in found.unlike}
    assert set(named) == {"max_steps", "weight memory", "kernel LUT"}
    assert (named["max_steps"].first, named["max_steps"].second) == (50, 7)
    assert named["weight memory"].place == {"pattern": 3, "neuron": 11}
    assert named["weight memory"].count == 1
    assert named["kernel LUT"].place == {"distance": 4}
    assert found.first is not None
    assert (found.first.query, found.first.step, found.first.stage) == (0, 1, "THRESHOLD")
    before, after = (
        hwsim.recall(replace(each, parameters=replace(each.parameters, max_steps=1)), queries[:1])
        for each in (first, second)
    )
    changed = np.flatnonzero(before.states[0] != after.states[0])
    assert found.first.neuron == changed[0]


def test_images_with_and_without_rules_end_the_same(lowered: Lowered, queries: SpinArray) -> None:
    found = hwsim.diff(lowered(), queries, with_rules(lowered(), dataflow="row"))
    assert found.first is None
    assert "dataflow" in [each.name for each in found.unlike]


# Two releases ---------------------------------------------------------------------------------


def test_vectors_of_the_previous_release() -> None:
    with pytest.warns(hwsim.HwsimWarning, match="has no manifest_sha256"):
        found = hwsim.diff(BEFORE / "image", BEFORE / "vectors", engine=False)
    assert found.equal
    assert found.compared[0] == "vectors and this release"
    assert found.queries == 3


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("states", {"stage": "RESULT", "quantity": "state", "neuron": 13, "word": 1, "bit": 5}),
        ("converged", {"stage": "RESULT", "quantity": "converged"}),
        ("lut_reads", {"stage": "COUNTERS", "quantity": "lut_reads"}),
    ],
)
def test_an_answer_of_another_release(
    change: str, where: dict[str, Any], folder: Path, queries: SpinArray, tmp_path: Path
) -> None:
    image = load_image(folder)
    recalls = spec.recall(image, queries)
    states, converged, counts = recalls.states.copy(), recalls.converged.copy(), recalls.counts
    if change == "states":
        states[2, 13] *= -1
    elif change == "converged":
        converged[2] ^= True
    else:
        counts = replace(counts, lut_reads=counts.lut_reads + (np.arange(len(queries)) == 2))
    theirs = Recalls(states, converged, recalls.miss, recalls.distance, counts)
    cycles = recall_cycles(image.parameters, recalls.counts)
    bounds = recall_bound(recalls.counts)
    write_vectors(tmp_path / "v", folder, image, queries, theirs, cycles, bounds)
    found = first_of_release(image, *read_release(tmp_path / "v", image))
    assert found is not None
    assert found.query == 2
    assert {name: getattr(found, name) for name in where} == where


# The program ----------------------------------------------------------------------------------


def test_a_sound_engine_is_equal(
    run: Run,
    folder: Path,
    queries: SpinArray,
    memory: Memory,
    tmp_path: Path,
) -> None:
    require_tool("iverilog")
    save_memory(tmp_path / "m.npz", memory)
    arguments = ("diff", folder, file_of(queries[:3], tmp_path))
    ran = run(*arguments)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("Verilog engine in icarus: equal\n") or "but for rounding" in ran.out
    ran = run(*arguments, "--memory", tmp_path / "m.npz", "--no-engine", "--json")
    assert ran.status == 0
    found = json.loads(ran.out)
    assert found["equal"]
    assert all(place["rounding"] for place in found["roundings"])


def test_a_bug_in_the_engine(
    run: Run,
    folder: Path,
    queries: SpinArray,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require_tool("iverilog")
    monkeypatch.chdir(tmp_path)
    rtl = mutated(tmp_path / "rtl", *BUG)
    ran = run("diff", folder, file_of(queries[:3], tmp_path), "--rtl", rtl, "--waves")
    assert ran.status == 1
    assert "THRESHOLD: write of the state memory, neuron 17, word 2, bit 1: expected" in ran.out
    assert "waveform hwsim_engine.fst" in ran.out
    assert (tmp_path / "hwsim_engine.fst").stat().st_size > 0
    ran = run("diff", folder, tmp_path / "q.npy", "--rtl", rtl, "--json")
    assert ran.status == 1
    place = json.loads(ran.out)["divergences"][0]
    assert (place["stage"], place["neuron"], place["word"], place["bit"]) == ("THRESHOLD", 17, 2, 1)
    assert place["cycle"] > 0
    # A co-simulation that fails says so by itself.
    result = hwsim.cosimulate(folder, queries[:3], rtl=rtl)
    assert result.divergence is not None
    assert (result.divergence.stage, result.divergence.neuron) == ("THRESHOLD", 17)


def test_bad_input_is_one_line(
    run: Run,
    folder: Path,
    queries: SpinArray,
    tmp_path: Path,
) -> None:
    q, narrow = file_of(queries, tmp_path), tmp_path / "narrow.npy"
    np.save(narrow, queries[:, :20])
    image = load_image(folder)
    bits = image.patterns[:, :20].copy()
    parameters = replace(image.parameters, neurons=20, offset_bits=0, offset_frac_bits=0)
    small = replace(
        image, parameters=parameters, patterns=bits, codes=image.codes[:, :20],
        kernel_lut=image.kernel_lut[:21], offsets=np.zeros(20, dtype=np.int64),
    )  # fmt: skip
    write_image(tmp_path / "small", small)
    no, engine = tmp_path / "no", "--no-engine"
    for arguments, told in (
        ((folder,), "missing argument '[IMAGE2] QUERIES.npy'"),
        ((no, q), "is no image"),
        ((folder, tmp_path / "no.npy"), "no.npy does not exist"),
        ((folder, no), "holds no golden vectors"),
        ((folder, narrow), "the network has 30 neurons"),
        ((folder, q, "--memory", no), "no does not exist"),
        ((folder, q, "--sim", "icarsu"), "did you mean 'icarus'?"),
        ((folder, q, "--rtl", tmp_path), "which holds no hwsim_*.v"),
        ((folder, folder, folder, q), "4 paths are given; give one image or two, then queries"),
        ((folder, folder, no), "is no .npy; two images are compared on queries"),
        ((folder, no, q), "is no image"),
        ((folder, tmp_path / "small", q), "the images have 30 and 20 neurons"),
        ((tmp_path / "small", BEFORE / "vectors", engine), "neurons is "),
    ):
        ran = run("diff", *arguments)
        assert ran.status == 2, arguments
        assert told in ran.err, ran.err
        assert ran.err.count("\n") == 1, ran.err
        assert ran.out == ""
