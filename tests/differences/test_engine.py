"""Bugs planted in the Verilog: each is named at its stage and index, where it shows first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hwsim.compress.lower import lower
from hwsim.differences import compare_engine
from hwsim.divergence import Divergence
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.rules import with_rules
from hwsim.reference.training import train
from hwsim.spins import spins_from_bits
from tests.rtl.images import two_origins
from tests.rtl.mutants import mutated
from tests.tools import require_tool

# file, what stands there, what the bug has instead; where it shows first
BUGS: list[tuple[str, str, str, dict[str, Any]]] = [
    (  # loses the last neuron's bit of a query
        "hwsim_query_port", ">> UNUSED)", ">> UNUSED + 1)",
        {"stage": "LOAD", "memory": "state memory", "word": 2, "bit": 4, "neuron": 20},
    ),
    (  # one bit of one word, in all memories of this kind: the patterns' is read first
        "hwsim_rom", "word <= memory[address]", "word <= memory[address] ^ (address == 7)",
        {"stage": "DISTANCE", "memory": "pattern memory", "word": 7, "bit": 0, "pattern": 2,
         "neuron": 8},
    ),
    (  # a word is lost, and read as unknown
        "hwsim_ram", "if (write_enable) memory", "if (write_enable && write_address != 2) memory",
        {"stage": "DISTANCE", "memory": "state memory", "word": 2},
    ),
    (  # lane 5 of a group is no group's nearest
        "hwsim_minima", "value < minimum)", "value < minimum && lane != 5)",
        {"stage": "DISTANCE", "memory": "group minima", "word": 4, "group": 4},
    ),
    (  # a lane that never agrees: too far by one where it does
        "hwsim_xnor_popcount", "{SLICES{~(a ^ b)}}", "{SLICES{~(a ^ b) & ~(SLICES == 1)}}",
        {"stage": "DISTANCE", "memory": "distance buffer", "word": 0, "pattern": 0},
    ),
    (
        "hwsim_scan", "list_data = group", "list_data = group ^ (group == 2)",
        {"stage": "SCAN", "memory": "active list", "expected": 2, "found": 3},
    ),
    (
        "hwsim_kernel_lookup", "distance - nearest :", "distance - nearest + (distance == 10) :",
        {"stage": "KERNEL", "memory": "kernel LUT", "word": 5, "pattern": 7},
    ),
    (  # lane 5 gets lane 4's value
        "hwsim_kernel_loader", "values[j*KERNEL_BITS+c]", "values[(j ^ (j == 5))*KERNEL_BITS+c]",
        {"stage": "KERNEL", "group": 1, "pattern": 13},
    ),
    (
        "hwsim_mac", ".write_data(accumulator)", ".write_data(accumulator ^ (summed_neuron == 13))",
        {"stage": "ACCUMULATE", "memory": "accumulator memory", "word": 13, "bit": 0, "neuron": 13},
    ),
    (
        "hwsim_threshold", "(wide_difference <<<", "(neuron == 6) + (wide_difference <<<",
        {"stage": "THRESHOLD", "quantity": "field f", "neuron": 7},
    ),
    (
        "hwsim_control", "steps == limit", "steps > limit",
        {"stage": "ITERATE", "step": 7, "found": 7},
    ),
    (
        "hwsim_result_port", "m_axis_tdata = state_data", "m_axis_tdata = state_data ^ last_word",
        {"stage": "SEND", "quantity": "result word", "neuron": 0},
    ),
    (
        "hwsim_counters", "of_engines(lut_read)", "of_slots(distance_read)",
        {"stage": "COUNTERS", "quantity": "lut_reads"},
    ),
]  # fmt: skip

# The same of the row dataflow with all rules.
ROW_BUGS: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "hwsim_copy", "state_data = pattern_data", "state_data = pattern_data ^ (word == 2)",
        {"stage": "COPY", "memory": "state memory", "word": 2, "bit": 0, "neuron": 16},
    ),
    (
        "hwsim_row_mac", "sum = shadow[SUM_BITS-1:0]", "sum = shadow[SUM_BITS-1:0] ^ (neuron == 9)",
        {"stage": "ACCUMULATE", "quantity": "sum U", "bit": 0, "neuron": 9},
    ),
    (
        "hwsim_candidates", "&& value != 0", "&& value[0] == 0",
        {"stage": "KERNEL", "memory": "candidate list", "word": 0},
    ),
    (
        "hwsim_shortlist", "next_pattern = patterns", "next_pattern = 1 ^ patterns",
        {"stage": "SHORTLIST", "memory": "pattern memory"},
    ),
    (
        "hwsim_nearest", "minimum_data < nearest)", "minimum_data <= nearest + 1)",
        {"stage": "SWEEP", "memory": "radius memory", "word": 13, "pattern": 13},
    ),
    (
        "hwsim_entries", "distance_data - fallen", "distance_data - fallen - 1",
        {"stage": "SWEEP", "memory": "distance buffer"},
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with `image` and `vectors`: of both origins, and of rows with all rules."""
    require_tool("iverilog")
    folder = tmp_path_factory.mktemp("diff")
    folders = two_origins(folder)
    rng = np.random.default_rng(1)
    patterns = spins_from_bits(rng.integers(0, 2, (60, 40)))
    image = with_rules(lower(train(patterns, 0.1), lanes=8, bits=2), dataflow="row", coarse_words=2)
    noise = np.repeat((0.25, 0.05), 4)[:, np.newaxis]
    noisy = patterns[:8] * np.where(rng.random((8, 40)) < noise, -1, 1)
    folders["row"] = folder / "row"
    write_image(folders["row"] / "image", image)
    make_vectors(folders["row"] / "image", noisy.astype(np.int8), folders["row"] / "vectors")
    return folders


def first(folder: Path, **options: Any) -> Divergence | None:
    return compare_engine(folder / "image", folder / "vectors", seed=7, **options).divergence


@pytest.mark.parametrize("name", ["nearest", "absolute", "row"])
def test_the_engine_does_what_the_specification_does(name: str, folders: dict[str, Path]) -> None:
    assert first(folders[name]) is None


@pytest.mark.parametrize(
    ("name", "bug"),
    [*(("nearest", bug) for bug in BUGS), *(("row", bug) for bug in ROW_BUGS)],
    ids=[bug[0] for bug in (*BUGS, *ROW_BUGS)],
)
def test_a_bug_is_named_where_it_is(
    name: str, bug: tuple[str, str, str, dict[str, Any]], folders: dict[str, Path], tmp_path: Path
) -> None:
    module, original, mutant, where = bug
    found = first(folders[name], rtl=mutated(tmp_path / "rtl", module, original, mutant))
    assert found is not None
    assert {key: getattr(found, key) for key in where} == where, found
    print(found)
