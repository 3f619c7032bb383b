"""A sample of `make faults`: the same faulty cells in the Verilog engine and in the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.reliability.machine import FaultyCells
from hwsim.reliability.maps import flipped
from hwsim.reliability.places import places
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


def test_faults_that_one_side_alone_has_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()["group, no rules"], tmp_path)
    faults = drawn(places(engine.image.parameters)["state"], 0.3, 1)
    sound = FaultyCells(flipped(faults.place))
    monkeypatch.setattr("tests.reliability.engine.FaultyCells", lambda _: sound)
    assert engine.differences(faults, 2, 1)
