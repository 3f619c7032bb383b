"""Deliberate mistakes in the rules and in the row dataflow: the engine's testbench sees each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from hwsim.cosim import cosimulate
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.mutants import mutated
from tests.rtl.ruled import cases
from tests.tools import require_tool

# what shows it: rules and dataflow, or the name of a corner; file, what stands there, what the
# mutant has instead
MUTANTS = [
    # off by one in the radius, the winner's limit, the reach, T
    ("any limits", "row", "hwsim_phases", "reached < radius", "reached <= radius"),
    ("any limits", "row", "hwsim_phases", "reached < radius", "reached + 1 < radius"),
    ("stop", "row", "hwsim_phases", "reached < radius", "reached <= radius"),
    ("any limits", "row", "hwsim_control", "kernel_sum > WINNER", "kernel_sum >= WINNER"),
    ("any limits", "group", "hwsim_control", "kernel_sum > WINNER", "kernel_sum >= WINNER"),
    ("winner", "row", "hwsim_control", "kernel_sum > WINNER", "kernel_sum > 1 + WINNER"),
    ("abandon", "row", "hwsim_entries", "REACH_32 = REACH;", "REACH_32 = REACH - 1;"),
    ("abandon", "row", "hwsim_entries", "REACH_32 = REACH;", "REACH_32 = REACH + 1;"),
    ("all, one step", "row", "hwsim_control", "winner_fixed && !last_step", "winner_fixed"),
    # how a step ends
    ("any limits", "group", "hwsim_control", "winner_fixed && !last_step", "!last_step"),
    ("any limits", "group", "hwsim_control", "copy_done ? at_pattern : !changed", "!changed"),
    ("any limits", "group", "hwsim_engine", "confirmed[turn] ? {DISTANCE_BITS{1'b0}}",
     "1'b0 ? 0"),
    # search
    ("stop", "group", "hwsim_phases", "word != 0", "word > 1"),
    ("all", "group", "hwsim_phases", "start && !first_step && (SWEEPS", "start && (SWEEPS"),
    ("duplicates apart", "", "hwsim_minima", "value < minimum)", "value <= minimum)"),
    ("any limits", "group", "hwsim_entries", "{DISTANCE_BITS{1'b0}} : flips", "0 : 0"),
    ("abandon", "row", "hwsim_entries", "first_step ? {DISTANCE_BITS{1'b0}} : flips", "flips"),
    ("abandon", "row", "hwsim_nearest", "scanning || sweeping)", "scanning)"),
    ("any limits, absolute", "row", "hwsim_entries", "beyond ? {1'b0, nearest} :", "0 ? 0 :"),
    ("any limits", "row", "hwsim_shortlist", "value} < values[(i-1)", "value} <= values[(i-1)"),
    # winner and copy
    ("any limits", "group", "hwsim_control", "scanned || anew", "scanned"),
    ("any limits", "group", "hwsim_threshold", "flips <= {FLIP", "flips <= ~{FLIP"),
    ("winner", "group", "hwsim_control", "anew = judged && beyond && slot != 1", "anew = 1'b0"),
    ("any limits, absolute", "row", "hwsim_control", "!= 0 || at_pattern)", "!= 0 || 1'b1)"),
    ("any limits", "row", "hwsim_control", "copy_done ? nearest : threshold", "threshold"),
    ("winner", "row", "hwsim_copy", "assign state_write = arrived", "assign state_write = 1'b0"),
    ("winner", "row", "hwsim_copy", "pattern * WORD_COUNT", "0 * WORD_COUNT"),
    # row dataflow
    ("no rule", "row", "hwsim_candidates", "&& value != 0", "&& value > 1"),
    ("no rule", "row", "hwsim_candidates", "&& value != 0", ""),
    ("no rule", "row", "hwsim_candidates", "issuing && exists}", "issuing}"),
    ("no rule", "row", "hwsim_candidates", "if (start) begin\n            candidates",
     "if (rst) begin\n            candidates"),
    ("no rule", "row", "hwsim_row_mac", "occupied == 0 && !last_word", "!last_word"),
    ("no rule", "row", "hwsim_row_mac", "if (start || word_summed) acc", "if (start) acc"),
    ("no rule", "row", "hwsim_row_mac", "if (word_summed) shadow", "if (valid[2]) shadow"),
    ("no rule", "row", "hwsim_row_mac", "from_pattern[1+PIPELINED] ?", "from_pattern[0] ?"),
    ("no rule", "row", "hwsim_row_mac", "if (listed_last[1]) word", "if (0) word"),
    ("no rule", "row", "hwsim_row_mac", "if (start) word <= {WORD", "if (rst) word <= {WORD"),
    ("no rule", "row", "hwsim_row_mac", "&& listed_last[1]) offset <=", "&& 1'b0) offset <="),
    ("no rule", "row", "hwsim_row_mac", "16*plane +: 16", "16 +: 16"),
]  # fmt: skip

Vectors = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Vectors:
    """A folder with `image` and its golden `vectors`, made when first asked for."""

    @cache
    def of(name: str, dataflow: str) -> Path:
        folder = tmp_path_factory.mktemp("rules")
        if dataflow:
            image = ruled_image(name, dataflow)
            queries = ruled_queries(image)
        else:
            image, queries = next(case for case in cases() if case.name == name).make()
        write_image(folder / "image", image)
        make_vectors(folder / "image", queries, folder / "vectors")
        return folder

    return of


@pytest.mark.parametrize(("name", "dataflow"), sorted({mutant[:2] for mutant in MUTANTS}))
def test_the_unmutated_engine_passes(name: str, dataflow: str, vectors: Vectors) -> None:
    """Or a broken engine would look like a caught mutant."""
    require_tool("iverilog")
    folder = vectors(name, dataflow)
    assert cosimulate(folder / "image", folder / "vectors", seed=7).mismatches == ()


@pytest.mark.parametrize(("name", "dataflow", "module", "original", "mutant"), MUTANTS)
def test_mutant_is_caught(
    name: str,
    dataflow: str,
    module: str,
    original: str,
    mutant: str,
    vectors: Vectors,
    tmp_path: Path,
) -> None:
    require_tool("iverilog")
    folder = vectors(name, dataflow)
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    assert cosimulate(folder / "image", folder / "vectors", rtl=rtl, seed=7).mismatches
