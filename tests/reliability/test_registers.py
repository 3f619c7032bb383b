"""Faults in the registers that the specification computes in: studies, and what single ones do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.reliability.machine import FaultyCells, FaultySpecification
from hwsim.reliability.maps import FaultMap
from hwsim.reliability.places import places
from hwsim.reliability.registers import registers

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (10, 24))
MEMORY = hwsim.train(X, 0.05)
IMAGE = hwsim.lower(MEMORY, lanes=8)
FEW: dict[str, Any] = {
    "rates": (1e-3, 0.1), "maps": 8, "count": 5, "slow_maps": 2, "slow_count": 2
}  # fmt: skip


@pytest.mark.parametrize("dataflow", ["group", "row"])
def test_registers_take_each_kind_that_befalls_values(dataflow: str) -> None:
    image = hwsim.lower(MEMORY, lanes=8, dataflow=dataflow)
    asked = FEW | {"rates": (0.0, 0.5), "memories": "registers"}
    study = hwsim.faults(image, kinds=("flip", "stuck", "burst", "read", "write", "upset"), **asked)
    held = [*registers(image.parameters)]
    kinds = dict.fromkeys(point.kind for point in study.points)
    assert [*kinds] == ["flip", "stuck", "burst", "write"]  # nothing reads them, none gathers
    for kind in kinds:
        assert [*dict.fromkeys(point.place for point in study.points if point.kind == kind)] == held
        for name in held:
            never, often = study.curve(name, kind)
            assert (never.hit, never.changed.mean) == (0, 0)
            assert often.hit <= (often.maps if kind != "write" else often.recalls)
        assert any(study.curve(name, kind)[1].changed.mean for name in held)
    assert not study.prices


def test_registers_have_no_check_bits() -> None:
    asked = FEW | {"memories": ("field", "offsets"), "protect": ("none", "secded")}
    study = hwsim.faults(IMAGE, **asked)
    labels = {(point.place, point.protection) for point in study.points}
    assert labels == {("field", "none"), ("offsets", "none"), ("offsets", "secded")}
    assert {price.place for price in study.prices} == {"offsets"}
    with pytest.raises(hwsim.InputError, match="protect is secded; field is a register"):
        hwsim.faults(IMAGE, **asked | {"protect": "secded"})
    with pytest.raises(hwsim.InputError, match="protect is triple; steps is a register"):
        hwsim.faults(IMAGE, **FEW | {"memories": "registers", "protect": "triple"})
    every = hwsim.faults(IMAGE, **FEW | {"protect": "parity", "rates": 0.0})
    assert {point.place for point in every.points} == {*places(IMAGE.parameters)}
    with pytest.raises(hwsim.InputError, match="keep protects memories; field has no check bits"):
        hwsim.faults(IMAGE, **FEW | {"memories": "field", "keep": 0.5})
    with pytest.raises(hwsim.InputError, match="registers has no check bits"):
        hwsim.faults(IMAGE, **FEW | {"memories": "registers", "keep": 0.5})
    with pytest.raises(hwsim.InputError, match="no memory that was named has faults of reads"):
        hwsim.faults(IMAGE, **FEW | {"memories": "registers", "kinds": "read"})


def test_a_recall_that_a_faulty_step_counter_keeps_from_ending_is_cut_off_after_t_steps() -> None:
    image = hwsim.lower(MEMORY, lanes=8, max_steps=3, stop=False, winner=False, radius=False,
                        coarse_words=0)  # fmt: skip
    place = registers(image.parameters)["steps"]
    odd = FaultMap(place, np.array([0, 2]), np.array([0, 1]))  # 4, 6, … never 3
    rng = np.random.default_rng(3)
    late = 0
    for bits in rng.integers(0, 2, (40, image.parameters.neurons), dtype=np.uint8):
        machine = FaultySpecification(image, FaultyCells(odd))
        answer = machine.recall(bits)
        sound = FaultySpecification(image).recall(bits)
        assert answer.overdue == (not sound.converged)
        assert not (answer.overdue and answer.converged)
        assert len(answer.passes) <= image.parameters.max_steps
        late += answer.overdue
    assert late
