"""Reset in the midst of a recall."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.config import DATAFLOWS
from hwsim.cosim import engine_testbench
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.rtl.images import ruled_image, ruled_queries
from tests.tools import require_tool


@pytest.mark.parametrize("dataflow", DATAFLOWS)
@pytest.mark.parametrize("rules", ["no rule", "all"])
def test_nothing_is_left_of_a_recall(rules: str, dataflow: str, tmp_path: Path) -> None:
    """Forty resets, anywhere; then every answer, cycle and counter is as ever."""
    require_tool("iverilog")
    image = ruled_image(rules, dataflow)
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", ruled_queries(image), tmp_path / "vectors")
    bench = engine_testbench(tmp_path / "image", module="test_hwsim_reset")
    simulation = bench.build("icarus", tmp_path / "build")
    failed, log = simulation.run({"HWSIM_VECTORS": str(tmp_path / "vectors")}, seed=5)
    assert failed == 0, log
