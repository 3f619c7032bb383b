"""Deliberate mistakes in the Verilog: the engine's testbench must see every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hwsim.cosim import cosimulate
from hwsim.cosim.result import CosimResult
from hwsim.cosim.simulators import source_folder
from tests.rtl.images import two_origins
from tests.rtl.mutants import mutated
from tests.tools import require_tool

# file, what stands there, what the mutant has instead
MUTANTS = [
    ("hwsim_xnor_popcount", "{SLICES{~(a ^ b)}}", "{SLICES{a ^ b}}"),
    ("hwsim_minima", "value < minimum)", "value > minimum)"),
    ("hwsim_nearest", "minimum_data < nearest)", "minimum_data <= nearest + 1)"),
    ("hwsim_kernel_lookup", "distance - nearest : distance", "distance : distance - nearest"),
    ("hwsim_scan", "active <= value != 0", "active <= 1'b1"),
    ("hwsim_scan", "active <= value != 0", "active <= value > 1"),
    ("hwsim_kernel_loader", "if (present[4+PIPELINED])\n", "\n"),
    ("hwsim_kernel_loader", "planes <= transposed(waiting)", "planes <= waiting"),
    ("hwsim_kernel_loader", "if (clear) kernel_sum", "if (rst) kernel_sum"),
    ("hwsim_mac", "if (clear) first_group <= 1'b1", "if (rst) first_group <= 1'b1"),
    ("hwsim_mac", "counted && first_plane && !first_group", "counted && first_plane"),
    ("hwsim_mac", "PLANE_WEIGHTS[8*which +: 8]", "8'd1 << which"),
    ("hwsim_mac", "(base << 1) + words", "base + words"),
    ("hwsim_mac", "digits <= digits << 1", "digits <= digits"),
    ("hwsim_mac", "one_left <= two_left", "one_left <= 1'b0"),
    ("hwsim_control", "slots_left <= !none_active", "slots_left <= none_active"),
    ("hwsim_mac", "groups_left <= active_groups - 1'b1", "groups_left <= active_groups"),
    ("hwsim_threshold", "zero ? OUTPUTS == 0 && old_word[0] : !negative", "!negative"),
    ("hwsim_threshold", "zero ? OUTPUTS == 0 && old_word[0] : !negative", "!negative && !zero"),
    ("hwsim_threshold", "wide_difference <<< OFFSET_FRAC_BITS", "wide_difference"),
    ("hwsim_threshold", "$signed({1'b0, kernel_sum})", "$signed({2'b01, kernel_sum[0]})"),
    ("hwsim_threshold", "word >> UNUSED", "word"),
    ("hwsim_threshold", "weighted + (number << digit)", "weighted + number"),
    ("hwsim_threshold", "&& new_bit != old_word[0]", "&& new_bit"),
    ("hwsim_threshold", "first_lane <= last_lane || last_neuron", "first_lane <= last_lane"),
    ("hwsim_control", "steps == limit", "steps > limit"),
    ("hwsim_control", "if (missable) miss <= none", "miss <= none"),
    ("hwsim_control", "converged <= OUTPUTS == 0 && (repeated || confirms)", "converged <= 1'b1"),
    ("hwsim_control", "(load_done || values_loaded) && mac_ready", "load_done && mac_ready"),
    ("hwsim_result_port", "!m_axis_tvalid || m_axis_tready", "1'b1"),
    ("hwsim_query_port", "s_axis_tready && s_axis_tvalid", "s_axis_tready"),
    ("hwsim_counters", "if (!waiting) begin", "begin"),
    ("hwsim_counters", "of_engines(lut_read)", "of_slots(distance_read)"),
    ("hwsim_counters", "cleared <= clear && !rst", "cleared <= 1'b0"),
]


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two images with golden vectors: what one cannot show, the other does."""
    folder = tmp_path_factory.mktemp("mutants")
    two_origins(folder)
    return folder


def run_engine(vectors: Path, rtl: Path) -> Iterator[CosimResult]:
    for folder in (vectors / "nearest", vectors / "absolute"):
        yield cosimulate(folder / "image", folder / "vectors", rtl=rtl, seed=7)


def test_the_unmutated_engine_passes(vectors: Path) -> None:
    """Or a broken environment would look like a caught mutant."""
    require_tool("iverilog")
    for result in run_engine(vectors, source_folder("rtl")):
        assert result.mismatches == ()
        assert result.recalls == 24


@pytest.mark.parametrize(("module", "original", "mutant"), MUTANTS)
def test_mutant_is_caught(
    module: str, original: str, mutant: str, vectors: Path, tmp_path: Path
) -> None:
    require_tool("iverilog")
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    assert any(result.mismatches for result in run_engine(vectors, rtl))
