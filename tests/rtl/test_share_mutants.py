"""Deliberate mistakes in what engines side by side add: a testbench must see every one of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.rtl.flight import Batches, batches
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.mutants import mutated
from tests.rtl.simulators import run_block
from tests.tools import require_tool

# Modules with a testbench of their own, and their parameters there.
BLOCKS = {
    "hwsim_barrier": {"ENGINES": 4},
    "hwsim_meeting": {"ENGINES": 4, "DISTANCE_BITS": 5},
    "hwsim_lead": {"ACTIVE_BITS": 3},
    "hwsim_join": {"ENGINES": 4, "ACTIVE_BITS": 3, "CANDIDATE_BITS": 5, "KERNEL_SUM_BITS": 9,
                   "SUM_BITS": 12, "NEURON_BITS": 4},
}  # fmt: skip

# file, what stands there, what the mutant has instead
BLOCK_MUTANTS = [
    ("hwsim_barrier", "(outstanding & ~done) == 0;", "(outstanding & done) != 0;"),
    ("hwsim_barrier", "start ? taking_part", "start ? {ENGINES{1'b1}}"),
    ("hwsim_meeting", "DISTANCE_BITS] < smallest)", "DISTANCE_BITS] <= smallest)"),
    ("hwsim_meeting", "(!probing || owner[e])", "(1'b1)"),
    ("hwsim_meeting", "list_start ? ~list_ended : ", ""),
    ("hwsim_meeting", "probe_start ? owner : ", ""),
    ("hwsim_lead", "lead <= most - active_groups", "lead <= {ACTIVE_BITS{1'b0}}"),
    ("hwsim_lead", "clear ? {ACTIVE_BITS{1'b0}} : loaded", "loaded"),
    ("hwsim_lead", "mac_start ? ahead : load_address < active_groups", "ahead"),
    ("hwsim_lead", "load_address < active_groups", "1'b1"),
    ("hwsim_lead", "mac_start && !ahead", "!ahead"),
    ("hwsim_join", "if (sum_valid_of[e]) begin", "if (1'b1) begin"),
    ("hwsim_join", "total = total + sums", "total = sums"),
    ("hwsim_join", "total_kernel = total_kernel + ", "total_kernel = "),
    ("hwsim_join", ".taking_part(active)", ".taking_part({ENGINES{1'b1}})"),
    ("hwsim_join", "> largest_active)", "> 0)"),
    ("hwsim_join", "> largest_candidates)", "> 0)"),
    ("hwsim_join", "sum_valid <= |", "sum_valid <= &"),
]

# rules and dataflow of `ruled_image` that show it, then as above
ENGINE_MUTANTS = [
    ("all", "group", "hwsim_partition", "radius_read && owner", "radius_read"),
    ("all", "group", "hwsim_partition", "copy_start && owner", "copy_start"),
    ("all", "group", "hwsim_partition", "list_start && !list_ended", "list_start"),
    ("all", "group", "hwsim_partition", "probe_start && owner", "probe_start"),
    ("all", "group", "hwsim_partition", ".best(best)", ".best(nearest)"),
    ("all", "group", "hwsim_partition", ".nearest(best)", ".nearest(nearest)"),
    ("no rule", "row", "hwsim_partition", "& {MOST_CANDIDATE_BITS{active}}", ""),
    ("no rule", "row", "hwsim_partition", "& {KERNEL_SUM_BITS{active}}", ""),
    ("no rule", "row", "hwsim_partition", "row_start && candidates != 0", "row_start"),
    ("no rule", "row", "hwsim_partition", "candidates_start && active", "candidates_start"),
    ("no rule", "row", "hwsim_partition", "most_candidates - candidates", "{LEAD_WIDTH{1'b0}}"),
    ("no rule", "group", "hwsim_partitions", "{E{write}}", "{{(E-1){1'b0}}, write}"),
    ("all", "group", "hwsim_partitions", "&lists_ended", "|lists_ended"),
    ("no rule", "group", "hwsim_partitions", "&macs_ready", "|macs_ready"),
    ("no rule", "group", "hwsim_partitions", "state_read && e == 0", "state_read"),
    ("any limits", "group", "hwsim_partitions", "if (owner[i]) radius", "if (1'b1) radius"),
    ("no rule", "row", "hwsim_row_mac", "!absent && turn == 0", "turn == 0"),
    ("no rule", "row", "hwsim_row_mac", "if (absent && last_turn) left", "if (absent) left"),
]


@pytest.mark.parametrize(("module", "original", "mutant"), BLOCK_MUTANTS)
def test_block_mutant_is_caught(module: str, original: str, mutant: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    assert run_block(module, dict(BLOCKS[module]), tmp_path / "build", rtl=rtl)[0]


@pytest.mark.parametrize(("rules", "dataflow", "module", "original", "mutant"), ENGINE_MUTANTS)
def test_engine_mutant_is_caught(
    rules: str, dataflow: str, module: str, original: str, mutant: str, tmp_path: Path
) -> None:
    require_tool("iverilog")
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    asked = four_engines(rules, dataflow, tmp_path, rtl)
    failed, _ = asked.run(limit=2 * sum(asked.cycles))
    assert failed or asked.measured() != asked.cycles


def four_engines(rules: str, dataflow: str, folder: Path, rtl: Path) -> Batches:
    image = ruled_image(rules, dataflow)
    image = replace(image, parameters=replace(image.parameters, engines=4))
    return batches(image, ruled_queries(image)[:10], 1, folder, rtl)
