"""The datapath drawn: an arrow from each stage to the next, with and without offsets."""

from __future__ import annotations

import re

import pytest

from hwsim.config import Parameters
from hwsim.cost.footprint import engine_memories
from hwsim.report.drawing import datapath

STAGES = ["LOAD", "DISTANCE", "SCAN", "KERNEL", "ACCUMULATE", "THRESHOLD"]


@pytest.mark.parametrize("offset_bits", [0, 8])
def test_arrows_join_the_stages_and_none_leaves_the_last(offset_bits: int) -> None:
    parameters = Parameters(70, 95, lanes=32, offset_bits=offset_bits)
    drawing = datapath(parameters, engine_memories(parameters), {}, "a title")
    boxes = re.findall(r'class="box" x="214" y="(\d+)" width="142" height="(\d+)"', drawing)
    tops = [int(top) for top, _ in boxes]
    bottoms = [int(top) + int(height) for top, height in boxes]
    assert [name for name in re.findall(r">([A-Z]+)<", drawing) if name in STAGES] == STAGES
    arrows = re.findall(r'd="M285.0,(\d+)L285.0,(\d+)M', drawing)
    assert [(int(start), int(end)) for start, end in arrows] == [
        *zip(bottoms[:-1], tops[1:], strict=True)
    ]
    assert ("#memory-offsets" in drawing) is (offset_bits > 0)
