"""The declaration of the datapath's memories against sizes and names written out by hand."""

from __future__ import annotations

import re
from pathlib import Path

from hwsim.config import Parameters
from hwsim.export.manifest import MemoryFiles
from hwsim.export.vectors import engine_counters
from hwsim.hardware.memories import MEMORIES, image_memories, memories
from hwsim.hardware.outcome import Counts

ENGINE = Path(__file__).resolve().parents[2] / "rtl" / "hwsim_engine.v"

# 70 neurons are 3 words of 32 lanes, 95 patterns 3 groups; distances to 70 take 7 bits, indices of
# 3 groups 2; 95 * 31 * (1 + 2 + 5) = 23560 takes 15.
WITH_OFFSETS = Parameters(
    70, 95, weight_bits=3, plane_weights=(1, 2, 5), kernel_bits=5, lanes=32,
    offset_bits=4, offset_frac_bits=1,
)  # fmt: skip
SIZES = {  # kind, width, depth, bits that are no padding
    "patterns": ("rom", 32, 95 * 3, 95 * 70),
    "weights": ("rom", 32, 3 * 70 * 3, 95 * 70 * 3),
    "kernel_lut": ("rom", 5, 71, None),
    "offsets": ("rom", 4, 70, None),
    "state": ("buffer", 32, 3, 70),
    "distances": ("buffer", 7, 95, None),
    "group_minima": ("buffer", 7, 3, None),
    "active_list": ("buffer", 2, 3, None),
    "accumulators": ("buffer", 15, 70, None),
    "kernel_planes": ("register", 32, 10, None),
}


def test_sizes_by_hand() -> None:
    p = WITH_OFFSETS
    assert {
        memory.name: (
            memory.kind,
            memory.width(p),
            memory.depth(p),
            None if memory.useful_bits is None else memory.useful_bits(p),
        )
        for memory in memories(p)
    } == SIZES


def test_offsets_are_there_when_they_have_bits() -> None:
    without = Parameters(70, 95)
    assert [memory.name for memory in memories(without)] == [
        name for name in SIZES if name != "offsets"
    ]
    assert [memory.name for memory in image_memories(without)] == [
        "patterns",
        "weights",
        "kernel_lut",
    ]
    assert [memory.name for memory in image_memories(WITH_OFFSETS)][3:] == ["offsets"]


def test_every_count_of_an_access_belongs_to_one_memory() -> None:
    declared = [counter for memory in MEMORIES for counter in memory.counters]
    counted = [name for name in Counts.names() if name.endswith(("_reads", "_writes"))]
    assert declared == counted
    for memory in MEMORIES:  # the contract's names, which vectors hold
        assert bool(memory.writes) == (memory.kind == "buffer")


def test_the_counters_of_the_engine_keep_their_names_and_order() -> None:
    assert engine_counters(Parameters(5, 5)) == (
        "pattern_reads",
        "weight_reads",
        "lut_reads",
        "offset_reads",
        "state_reads",
        "state_writes",
        "distance_reads",
        "distance_writes",
        "group_minimum_reads",
        "group_minimum_writes",
        "active_list_reads",
        "active_list_writes",
        "accumulator_reads",
        "accumulator_writes",
        "groups_skipped",
    )


def test_the_engine_takes_a_file_for_each_rom() -> None:
    declared = {memory.file_parameter for memory in MEMORIES if memory.kind == "rom"}
    assert declared == {
        "PATTERNS_FILE",
        "WEIGHTS_FILE",
        "KERNEL_LUT_FILE",
        "OFFSETS_FILE",
        "RADIUS_FILE",
        "SCALES_FILE",
    }
    assert declared == set(re.findall(r"parameter (\w+_FILE)", ENGINE.read_text()))


def test_a_manifest_has_room_for_each_rom() -> None:
    roms = tuple(memory.name for memory in MEMORIES if memory.kind == "rom")
    assert MemoryFiles.__struct_fields__ == roms


def test_names_and_titles_tell_memories_apart() -> None:
    assert len({memory.name for memory in MEMORIES}) == len(MEMORIES)
    assert [memory.title for memory in MEMORIES] == [
        "pattern memory",
        "weight memory",
        "kernel LUT",
        "offset memory",
        "radius memory",
        "scale memory",
        "state memory",
        "distance buffer",
        "shortlist",
        "group minima",
        "active list",
        "candidate list",
        "kernel values",
        "weight buffer",
        "accumulator memory",
        "lane accumulators",
        "kernel planes",
    ]
