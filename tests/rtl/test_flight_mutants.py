"""Deliberate mistakes in what queries in flight share: a testbench must see every one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.cosim.simulators import source_folder
from tests.rtl.flight import batches
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.mutants import mutated
from tests.rtl.simulators import run_block
from tests.tools import require_tool

# What stands in hwsim_turns, what the mutant has instead.
TURNS = [
    ("turn == LAST_SLOT[SLOT_BITS-1:0]", "1'b0"),
    ("active != 0 && between && !query_offered", "active != 0 && !query_offered"),
    ("active != 0 && between && !query_offered", "active != 0 && between"),
    ("active | (selected & {SLOTS{query_accepted}})", "active"),
    ("? {SLOTS{1'b1}} : winner_fixed)", "? {SLOTS{1'b1}} : {SLOTS{1'b0}})"),
    ("& ~first_step", ""),
    ("next_kind == SWEEP || next_kind == PASS", "next_kind == PASS"),
    ("next_kind == SWEEP || next_kind == PASS", "next_kind != SEND"),
    ("wire             chosen = !loading && !grants", "wire             chosen = !loading"),
    ("wire [SLOTS-1:0] settled = ~active |", "wire [SLOTS-1:0] settled ="),
    ("(lists != 0) ? lists : (looks != 0) ? looks", "(looks != 0) ? looks : (lists != 0) ? lists"),
    ("candidates & (~candidates + 1'b1)", "candidates"),
    ("search_done & {SLOTS{kind == PROBE}}", "search_done"),
    ("(search_done & ~searched)", "search_done"),
    ("kind == UPDATE || kind == PROBE || kind == SEND", "kind == PROBE || kind == SEND"),
    ("(active & ~selected) == 0", "1'b1"),
    ("if (result_sent) active <= active & ~selected;", ""),
    ("if (batch_sent) turn <= {SLOT_BITS{1'b0}};", ""),
    ("ended <= {SLOTS{1'b0}};", ""),
]

# module, what stands there, what the mutant has instead: in the wiring
WIRING = [
    ("hwsim_engine", "threshold_done && selected[s]", "threshold_done"),
    ("hwsim_ports", "tids[turn*TID_BITS +: TID_BITS] <=", "tids[0 +: TID_BITS] <="),
    ("hwsim_engine", "steps[turn*16 +: 16]", "steps[0 +: 16]"),
    ("hwsim_engine", "query_dropped && first_query", "query_dropped"),
    ("hwsim_engine", "all_sent || query_dropped_first", "result_sent || query_dropped_first"),
    ("hwsim_share", "states[turn*LANES +: LANES]", "states[0 +: LANES]"),
    ("hwsim_share", "winners[turn*PATTERN_BITS +:", "winners[0 +:"),
    ("hwsim_share", "radius_addresses[turn*PATTERN_BITS +:", "radius_addresses[0 +:"),
    ("hwsim_share", "distances[turn*DISTANCE_BITS +:", "distances[0 +:"),
    ("hwsim_share", "if (pattern_reads[i])", "if (1'b0)"),
    ("hwsim_share", ".entry_shared(|entry_wanted)", ".entry_shared(entry_wanted[s])"),
    ("hwsim_slot", "state_write && selected", "state_write"),
    ("hwsim_slot", "distance_read && selected", "distance_read"),
]


def seen_by_turns(folder: Path, rtl: Path) -> bool:
    """Whether the testbench of hwsim_turns fails, with a shortlist or without."""
    return any(
        run_block("hwsim_turns", {"SLOTS": 4, "SWEEPS": sweeps}, folder / f"{sweeps}", rtl=rtl)[0]
        for sweeps in (0, 1)
    )


def seen_in_batches(folder: Path, rtl: Path) -> bool:
    """Of two slots, a packet too long in the midst of the first batch."""
    image = ruled_image("any limits", "row")
    asked = batches(image, ruled_queries(image)[-9:], 2, folder, rtl)
    packets, totals = list(asked.expected["packets"]), list(asked.expected["totals"])
    words = image.parameters.words
    packets.insert(1, {"words": [0] * (words + 1), "tid": 0})
    totals[1] = {
        **totals[1],
        "cycles": totals[1]["cycles"] + words + 1,
        "state_writes": totals[1]["state_writes"] + words,
    }
    return asked.run(packets=packets, totals=totals)[0] > 0


def test_the_unmutated_engine_passes(tmp_path: Path) -> None:
    """Or a broken environment would look like a caught mutant."""
    require_tool("iverilog")
    assert not seen_by_turns(tmp_path, source_folder("rtl"))
    assert not seen_in_batches(tmp_path, source_folder("rtl"))


@pytest.mark.parametrize(("original", "mutant"), TURNS)
def test_mutant_of_the_turns_is_caught(original: str, mutant: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    assert seen_by_turns(tmp_path, mutated(tmp_path / "rtl", "hwsim_turns", original, mutant))


@pytest.mark.parametrize(("module", "original", "mutant"), WIRING)
def test_mutant_of_the_wiring_is_caught(
    module: str, original: str, mutant: str, tmp_path: Path
) -> None:
    require_tool("iverilog")
    assert seen_in_batches(tmp_path, mutated(tmp_path / "rtl", module, original, mutant))
