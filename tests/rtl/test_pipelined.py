"""The engine with a register more behind its memories: the same outcome, its own cycles exactly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hwsim.cosim import cosimulate
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.mutants import mutated
from tests.tools import require_tool

# rules and dataflow of `ruled_image`, queries in flight, engines
IMAGES = [
    ("no rule", "group", 1, 1),
    ("all", "group", 1, 1),
    ("all", "row", 1, 1),
    ("all, absolute", "row", 2, 1),
    ("any limits", "group", 4, 1),
    ("all", "group", 1, 2),
    ("no rule", "row", 1, 4),
]

# rules and dataflow that show it, file, what stands there, what the mutant has instead
MUTANTS = [
    ("all", "group", "hwsim_phases", "= travelling[2+PIPELINED]", "= travelling[2]"),
    (
        "no rule",
        "group",
        "hwsim_measure",
        "state_operand = delayed;",
        "state_operand = state_data;",
    ),
    ("no rule", "group", "hwsim_mac", "= first_fetched[PIPELINED]", "= first_fetched[0]"),
    (
        "no rule",
        "group",
        "hwsim_slot",
        "{given, given_address, given_data}",
        "{given, state_write_address, given_data}",
    ),
    ("no rule", "row", "hwsim_threshold", "= delayed_3;", "= delayed_2;"),
    ("no rule", "group", "hwsim_product", "{PART_BITS{1'b0}} - once", "once"),
    ("no rule", "group", "hwsim_product", "once + (once << 1)", "once"),
    ("no rule", "row", "hwsim_product", "offset[2*j]}, minus", "offset[2*j]}, once"),
    ("no rule", "group", "hwsim_mac", "!issuing || two_left", "!issuing || one_left"),
    ("no rule", "row", "hwsim_product", "<< (2 * i)", "<< (2 * i + 1)"),
    ("no rule", "row", "hwsim_row_mac", "= product_later;", "= product_delayed;"),
    (
        "all",
        "group",
        "hwsim_control",
        "scan_done, exceeds, kernel_sum == 0, candidates_done",
        "scan_done, beyond, kernel_sum == 0, candidates_done",
    ),
    ("all", "group", "hwsim_copy", "arrived <= fetched[PIPELINED]", "arrived <= fetched[0]"),
]


def pipelined(name: str, dataflow: str, slots: int = 1, engines: int = 1) -> Image:
    image = ruled_image(name, dataflow)
    changed = replace(image.parameters, pipelined=True, queries_in_flight=slots, engines=engines)
    return replace(image, parameters=changed)


@pytest.mark.parametrize(("name", "dataflow", "slots", "engines"), IMAGES)
def test_engine_equals_specification(
    name: str, dataflow: str, slots: int, engines: int, tmp_path: Path
) -> None:
    require_tool("iverilog")
    image = pipelined(name, dataflow, slots, engines)
    queries = ruled_queries(image)
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", queries, tmp_path / "vectors")
    result = cosimulate(tmp_path / "image", tmp_path / "vectors", stalls=True, seed=1)
    assert result.mismatches == ()
    assert result.recalls == len(queries)
    assert result.cycles == result.cycles_predicted


@pytest.mark.parametrize(("name", "dataflow", "module", "original", "mutant"), MUTANTS)
def test_mutant_is_caught(
    name: str, dataflow: str, module: str, original: str, mutant: str, tmp_path: Path
) -> None:
    require_tool("iverilog")
    image = pipelined(name, dataflow)
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", ruled_queries(image)[-9:], tmp_path / "vectors")
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    assert cosimulate(tmp_path / "image", tmp_path / "vectors", rtl=rtl, seed=1).mismatches
