"""A sample of `make faults`: the same faulty cells in the Verilog engine and in the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hwsim.hardware import fast
from hwsim.reliability.machine import FaultyCells, recall_with
from hwsim.reliability.maps import FaultMap, flipped
from hwsim.reliability.places import places
from hwsim.reliability.registers import registers
from hwsim.spins import spins_from_bits
from tests.reliability.engine import Engine, drawn, images
from tests.tools import require_tool


@pytest.mark.parametrize(
    ("name", "memories"),
    [
        ("group, no rules", ("weights_1", "kernel_lut", "accumulators")),
        ("row, rules", ("patterns", "distances", "candidates")),
    ],
)
def test_the_engine_with_faulty_cells_is_the_model_with_them(
    name: str, memories: tuple[str, ...], tmp_path: Path
) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()[name], tmp_path)
    for memory in memories:
        faults = drawn(places(engine.image.parameters)[memory], 0.03, 1)
        assert len(faults)
        assert engine.differences(faults, 3, 1) == []


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("group, no rules", ("kernel_sum", "kernel_planes", "running_sum", "nearest")),
        ("row, rules", ("shortlist", "lane_accumulators", "threshold_word", "winner", "miss")),
    ],
)
def test_the_engine_with_stuck_bits_of_registers_is_the_model_with_them(
    name: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()[name], tmp_path)
    rng = np.random.default_rng(3)
    changed = 0
    for register in names:
        place = registers(engine.image.parameters)[register]
        cells = rng.choice(place.bits, max(place.bits // 9, 1), replace=False)
        faults = FaultMap(place, cells, rng.integers(0, 2, len(cells)))
        assert engine.differences(faults, 2, 1) == []
        queries = engine.queries(2, 1)
        changed += engine.recall(faults, queries)[0] != fast.recall(engine.image, queries)
    assert changed


@pytest.mark.parametrize("name", ["row, no rules", "group, no rules"])
def test_a_step_in_which_no_pattern_has_a_kernel_value_repeats_the_state_and_is_a_miss(
    name: str, tmp_path: Path
) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()[name], tmp_path)
    place = places(engine.image.parameters)["distances"]
    far = FaultMap(place, np.arange(place.bits), np.ones(place.bits, dtype=np.int64))
    assert engine.differences(far, 3, 1) == []
    queries = spins_from_bits(engine.image.patterns_of(slice(0, 2)))
    recalls = recall_with(engine.image, FaultyCells(far), queries)
    assert recalls.miss.all()
    assert (recalls.states == queries).all()
    assert not recalls.counts.weight_reads.any() or name.startswith("group")


def test_faults_that_one_side_alone_has_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()["group, no rules"], tmp_path)
    faults = drawn(places(engine.image.parameters)["state"], 0.3, 1)
    sound = FaultyCells(flipped(faults.place))
    monkeypatch.setattr("tests.reliability.engine.FaultyCells", lambda _: sound)
    assert engine.differences(faults, 2, 1)
