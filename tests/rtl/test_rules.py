"""The engine with its rules and in the row dataflow, against the specification: bit and cycle."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.config import DATAFLOWS
from hwsim.cosim import cosimulate
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.rtl.images import RULES, ruled_image, ruled_queries
from tests.tools import require_tool


@pytest.mark.parametrize("dataflow", DATAFLOWS)
@pytest.mark.parametrize("name", RULES)
def test_engine_equals_specification(name: str, dataflow: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    image = ruled_image(name, dataflow)
    write_image(tmp_path / "image", image)
    recalls = make_vectors(tmp_path / "image", ruled_queries(image), tmp_path / "vectors")
    counts = recalls.counts
    for event in RULES[name].acts:
        assert getattr(counts, event).sum() > 0, event  # or nothing of the rule was tested
    result = cosimulate(tmp_path / "image", tmp_path / "vectors", seed=1)
    assert result.mismatches == ()
    assert result.recalls == len(recalls.states)
    assert result.cycles == result.cycles_predicted
