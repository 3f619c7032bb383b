"""Packets of a wrong length at the engine's query port."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.cosim import engine_testbench
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.images import corner_queries, random_image
from tests.tools import require_tool


@pytest.mark.parametrize(("neurons", "lanes"), [(5, 8), (30, 16), (70, 16)])
def test_packets_of_a_wrong_length_are_dropped_whole(
    neurons: int, lanes: int, tmp_path: Path
) -> None:
    """The queries between them are answered as the vectors say, cycles and counters included."""
    require_tool("iverilog")
    rng = np.random.default_rng([neurons, lanes])
    image = random_image(Parameters(neurons, 40, lanes=lanes, max_steps=3), rng)
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", corner_queries(image, rng), tmp_path / "vectors")
    bench = engine_testbench(tmp_path / "image", module="test_hwsim_packets")
    simulation = bench.build("icarus", tmp_path / "build")
    environment = {"HWSIM_VECTORS": str(tmp_path / "vectors")}
    failed, log = simulation.run(environment, seed=neurons)
    assert failed == 0, log
