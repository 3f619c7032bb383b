"""Engines side by side: their answers, counters and cycles are compared, not what each one does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hwsim.compare import compare_engine
from hwsim.config import DATAFLOWS
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.mutants import mutated
from tests.tools import require_tool


@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_a_difference_of_engines_side_by_side(dataflow: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    image = ruled_image("all", dataflow)
    image = replace(image, parameters=replace(image.parameters, engines=2))
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", ruled_queries(image)[:4], tmp_path / "vectors")
    asked = (tmp_path / "image", tmp_path / "vectors")
    assert compare_engine(*asked).divergence is None
    rtl = mutated(tmp_path / "rtl", "hwsim_partition", "probe_start && owner", "probe_start")
    found = compare_engine(*asked, rtl=rtl).divergence
    assert found is not None
    assert found.stage == "RESULT"
