"""Deliberate mistakes in the search stage: its own testbench must see every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from hwsim.cosim.simulators import source_folder
from tests.rtl.mutants import mutated
from tests.rtl.simulators import run_block
from tests.tools import require_tool

NAMES = (
    "NEURONS", "PATTERNS", "LANES", "COARSE_WORDS", "REACH", "RADIUS_BITS", "ORIGIN_NEAREST",
)  # fmt: skip
# What one cannot show, the others do: nearest and absolute, short lists, sweeps without a list,
# scans alone.
CONFIGURATIONS = [
    dict(zip(NAMES, values, strict=True))
    for values in [
        (130, 70, 32, 1, 20, 7, 1),
        (33, 40, 8, 1, 6, 1, 0),
        (60, 15, 8, 3, 20, 6, 1),
        (64, 40, 16, 4, 5, 5, 1),
        (70, 45, 32, 0, 0, 6, 1),
    ]
]

# module, what stands there, what the mutant has instead
MUTANTS = [
    ("hwsim_entries", "LISTS ? COARSE_WORDS - 1", "LISTS ? COARSE_WORDS"),
    ("hwsim_entries", "distance_data} < limit_and_flips", "distance_data} <= limit_and_flips"),
    ("hwsim_entries", "{1'b0, nearest} + REACH_32", "{1'b0, nearest} - 1'b1 + REACH_32"),
    ("hwsim_entries", ": beyond ? {1'b0, nearest} : REACH", ": REACH"),
    ("hwsim_entries", "first_step ? {DISTANCE_BITS{1'b0}} : flips", "flips"),
    ("hwsim_entries", ": distance_data - fallen", ": distance_data"),
    ("hwsim_entries", "if (sweep_start)\n                    limit", "limit"),
    ("hwsim_entries", "(others || (sweeping && !complete))", "(others || sweeping)"),
    ("hwsim_entries", "fetched && take;", "fetched;"),
    ("hwsim_entries", "(sweeping && offering)) && take", "(sweeping && offering))"),
    ("hwsim_entries", "row <= first_step ? OTHER_ADDRESS", "row <= !first_step ? OTHER_ADDRESS"),
    ("hwsim_shortlist", "value} < values[0 +:", "value} <= values[0 +:"),
    ("hwsim_shortlist", "else if ({1'b0, value} <", "else if ({1'b0, value} <="),
    ("hwsim_shortlist", "SIZE = 16", "SIZE = 12"),
    ("hwsim_shortlist", "if (clear) values", "if (1'b0) values"),
    ("hwsim_measure", "measured <= last;", "measured <= last && counted;"),
    ("hwsim_measure", " & {DISTANCE_BITS{counted}}", ""),
    ("hwsim_measure", "take ? entry_base : bases", "take ? bases : bases"),
    ("hwsim_minima", "value < minimum)", "value <= minimum)"),
    ("hwsim_nearest", "minimum_data < nearest)", "minimum_data <= nearest)"),
    ("hwsim_nearest", "completed_first || distance < nearest", "distance < nearest"),
    ("hwsim_nearest", "distance < nearest)", "distance <= nearest)"),
    ("hwsim_phases", "reached < radius", "reached <= radius"),
    ("hwsim_phases", "SWEEPS || winner_fixed", "1'b1"),
    ("hwsim_nearest", "!(LISTS && scanning)", "1'b1"),
    ("hwsim_nearest", "(LISTED + 3) / 4", "LISTED / 4"),
    ("hwsim_nearest", "LAST_OF_LIST[1:0] : 2'd3", "2'd3 : 2'd3"),
    ("hwsim_nearest", "batch == 3'd0 && completed", "completed"),
    ("hwsim_search", "(sweep_start && !first_step)", "sweep_start"),
]

# Of a search in step with others.
IN_STEP = [CONFIGURATIONS[k] | {"IN_STEP": 1} for k in (0, 4)]
MUTANTS_IN_STEP = [
    ("hwsim_phases", "grant ? 4'd0 : waiting", "waiting"),
    ("hwsim_phases", "waiting & {4{grant}}", "waiting"),
    ("hwsim_phases", "travelling[1+PIPELINED] ? radius_data : kept", "radius_data"),
    ("hwsim_phases", "if (travelling[1+PIPELINED]) kept", "kept"),
    ("hwsim_nearest", "(IN_STEP != 0 && sweeping) ? entry_shared", "1'b0 ? entry_shared"),
    ("hwsim_measure", "{fetched[0], reading && needed}", "{fetched[0], reading}"),
    ("hwsim_measure", "state_read = reading && needed", "state_read = reading"),
    ("hwsim_measure", "if (take) own <= entry_needed", "own <= entry_needed"),
]


def seen(
    folder: Path, rtl: Path, configurations: Iterable[Mapping[str, int]] = CONFIGURATIONS
) -> bool:
    """Whether any configuration's testbench fails."""
    return any(
        run_block("hwsim_search", dict(configuration), folder / f"build{k}", rtl=rtl)[0]
        for k, configuration in enumerate(configurations)
    )


def test_the_unmutated_search_passes(tmp_path: Path) -> None:
    """Or a broken environment would look like a caught mutant."""
    require_tool("iverilog")
    assert not seen(tmp_path, source_folder("rtl"), [*CONFIGURATIONS, *IN_STEP])


@pytest.mark.parametrize(("module", "original", "mutant"), MUTANTS)
def test_mutant_is_caught(module: str, original: str, mutant: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    assert seen(tmp_path, mutated(tmp_path / "rtl", module, original, mutant))


@pytest.mark.parametrize(("module", "original", "mutant"), MUTANTS_IN_STEP)
def test_mutant_in_step_is_caught(module: str, original: str, mutant: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    assert seen(tmp_path, rtl, IN_STEP)
