"""Bugs of engines side by side are named where they show first, and in which engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hwsim.config import DATAFLOWS
from hwsim.differences import compare_engine
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.mutants import mutated
from tests.tools import require_tool

# dataflow, file, what stands there, what the bug has instead; where it shows first
BUGS: list[tuple[str, str, str, str, dict[str, Any]]] = [
    (  # in all memories of this kind, of all engines: the first one's patterns are read first
        "group", "hwsim_rom", "word <= memory[address]", "word <= memory[address] ^ (address == 7)",
        {"memory": "pattern memory of engine 0", "word": 7, "bit": 0, "pattern": 1},
    ),
    (  # lane 3 is no group's nearest, in engines that have two groups
        "group", "hwsim_minima", "value < minimum)",
        "value < minimum && (lane != 3 || GROUPS == 1))",
        {"memory": "group minima of engine 1"},
    ),
    (
        "group", "hwsim_join", "total_kernel = total_kernel + ", "total_kernel = ",
        {"stage": "KERNEL", "quantity": "kernel sum S"},
    ),
    (
        "row", "hwsim_join", "total = total + sums", "total = sums",
        {"stage": "ACCUMULATE", "quantity": "sum U"},
    ),
    (
        "row", "hwsim_meeting", "DISTANCE_BITS] < smallest)", "DISTANCE_BITS] > smallest)",
        {"memory": "radius memory of engine 2", "word": 4, "pattern": 28},
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Image and golden vectors of four engines, in either dataflow."""
    asked = {}
    for dataflow in DATAFLOWS:
        folder = tmp_path_factory.mktemp(dataflow)
        image = ruled_image("all", dataflow)
        image = replace(image, parameters=replace(image.parameters, engines=4))
        write_image(folder / "image", image)
        make_vectors(folder / "image", ruled_queries(image)[:8], folder / "vectors")
        asked[dataflow] = (folder / "image", folder / "vectors")
    return asked


@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_they_do_what_the_specification_does(
    dataflow: str, folders: dict[str, tuple[Path, Path]]
) -> None:
    require_tool("iverilog")
    assert compare_engine(*folders[dataflow]).divergence is None


@pytest.mark.parametrize(("dataflow", "module", "original", "mutant", "where"), BUGS)
def test_a_bug_is_named_where_it_is(
    dataflow: str,
    module: str,
    original: str,
    mutant: str,
    where: dict[str, Any],
    folders: dict[str, tuple[Path, Path]],
    tmp_path: Path,
) -> None:
    require_tool("iverilog")
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    found = compare_engine(*folders[dataflow], rtl=rtl).divergence
    assert found is not None
    print(found)
    assert {key: getattr(found, key) for key in where} == where, found
