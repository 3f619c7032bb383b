"""The registers of hwsim_wrapper. Made from rtl/axi/hwsim.rdl by `make registers`.

Needs nothing else: copy it to where the engine is driven from.
"""

from __future__ import annotations

# Offset in bytes, by register. One of 64 bits has its high half 4 bytes further on.
OFFSETS = {
    "identity": 0x000,
    "version": 0x004,
    "neurons": 0x008,
    "patterns": 0x00C,
    "widths": 0x010,
    "features": 0x014,
    "max_steps": 0x018,
    "control": 0x020,
    "settings": 0x024,
    "step_limit": 0x028,
    "status": 0x02C,
    "interrupt_enable": 0x030,
    "interrupt_cause": 0x034,
    "short_packets": 0x038,
    "long_packets": 0x03C,
    "load_memory": 0x040,
    "load_address": 0x044,
    "load_data": 0x048,
    "check": 0x04C,
    "crc": 0x050,
    "weight_address": 0x060,
    "results": 0x080,
    "outcome": 0x084,
    "distance": 0x088,
    "weight_waits": 0x08C,
    "cycles": 0x100,
    "pattern_reads": 0x108,
    "weight_reads": 0x110,
    "lut_reads": 0x118,
    "offset_reads": 0x120,
    "radius_reads": 0x128,
    "state_reads": 0x130,
    "state_writes": 0x138,
    "distance_reads": 0x140,
    "distance_writes": 0x148,
    "group_minimum_reads": 0x150,
    "group_minimum_writes": 0x158,
    "active_list_reads": 0x160,
    "active_list_writes": 0x168,
    "candidate_reads": 0x170,
    "candidate_writes": 0x178,
    "kernel_value_reads": 0x180,
    "kernel_value_writes": 0x188,
    "accumulator_reads": 0x190,
    "accumulator_writes": 0x198,
    "groups_skipped": 0x1A0,
    "corrected_errors": 0x1A8,
    "detected_errors": 0x1B0,
}

# (lowest bit, number of bits), by field, by register.
FIELDS = {
    "identity": {"value": (0, 32)},
    "version": {"minor": (0, 8), "major": (8, 8)},
    "neurons": {"value": (0, 32)},
    "patterns": {"value": (0, 32)},
    "widths": {
        "lanes": (0, 10),
        "weight_bits": (12, 4),
        "kernel_bits": (16, 5),
        "offset_bits": (24, 5),
    },
    "features": {
        "offset_frac_bits": (0, 5),
        "radius_bits": (8, 5),
        "queries_in_flight": (16, 4),
        "engines": (20, 4),
        "origin_nearest": (24, 1),
        "dataflow_row": (25, 1),
        "protection": (26, 2),
        "external_weights": (28, 1),
        "two_banks": (29, 1),
        "counters": (30, 1),
        "loadable": (31, 1),
    },
    "max_steps": {"value": (0, 16)},
    "control": {"start": (0, 1), "abort": (1, 1), "soft_reset": (2, 1), "exchange": (3, 1)},
    "settings": {"auto_start": (0, 1), "load": (1, 1)},
    "step_limit": {"value": (0, 16)},
    "status": {
        "busy": (0, 1),
        "result_waiting": (1, 1),
        "load_ready": (2, 1),
        "checking": (3, 1),
        "exchanging": (4, 1),
        "bank": (5, 1),
        "queued": (8, 8),
    },
    "interrupt_enable": {
        "done": (0, 1),
        "short_packet": (1, 1),
        "long_packet": (2, 1),
        "aborted": (3, 1),
        "load_error": (4, 1),
        "checked": (5, 1),
        "exchanged": (6, 1),
        "weight_error": (7, 1),
        "memory_error": (8, 1),
    },
    "interrupt_cause": {
        "done": (0, 1),
        "short_packet": (1, 1),
        "long_packet": (2, 1),
        "aborted": (3, 1),
        "load_error": (4, 1),
        "checked": (5, 1),
        "exchanged": (6, 1),
        "weight_error": (7, 1),
        "memory_error": (8, 1),
    },
    "short_packets": {"value": (0, 32)},
    "long_packets": {"value": (0, 32)},
    "load_memory": {"memory": (0, 3), "engine": (4, 3)},
    "load_address": {"value": (0, 32)},
    "load_data": {"value": (0, 32)},
    "check": {"words": (0, 32)},
    "crc": {"value": (0, 32)},
    "weight_address": {"value": (0, 32)},
    "results": {"value": (0, 32)},
    "outcome": {"steps": (0, 16), "converged": (16, 1), "miss": (17, 1)},
    "distance": {"value": (0, 32)},
    "weight_waits": {"value": (0, 32)},
    "cycles": {"value": (0, 64)},
    "pattern_reads": {"value": (0, 64)},
    "weight_reads": {"value": (0, 64)},
    "lut_reads": {"value": (0, 64)},
    "offset_reads": {"value": (0, 64)},
    "radius_reads": {"value": (0, 64)},
    "state_reads": {"value": (0, 64)},
    "state_writes": {"value": (0, 64)},
    "distance_reads": {"value": (0, 64)},
    "distance_writes": {"value": (0, 64)},
    "group_minimum_reads": {"value": (0, 64)},
    "group_minimum_writes": {"value": (0, 64)},
    "active_list_reads": {"value": (0, 64)},
    "active_list_writes": {"value": (0, 64)},
    "candidate_reads": {"value": (0, 64)},
    "candidate_writes": {"value": (0, 64)},
    "kernel_value_reads": {"value": (0, 64)},
    "kernel_value_writes": {"value": (0, 64)},
    "accumulator_reads": {"value": (0, 64)},
    "accumulator_writes": {"value": (0, 64)},
    "groups_skipped": {"value": (0, 64)},
    "corrected_errors": {"value": (0, 64)},
    "detected_errors": {"value": (0, 64)},
}


def pack(register: str, **fields: int) -> int:
    """The word of a register with these fields, others 0."""
    word = 0
    for name, value in fields.items():
        low, bits = FIELDS[register][name]
        if not 0 <= value < 1 << bits:
            raise ValueError(f"{register}.{name} is {value}, and has {bits} bits")
        word |= value << low
    return word


def unpack(register: str, word: int) -> dict[str, int]:
    """The fields in a register's word."""
    return {name: word >> low & (1 << bits) - 1 for name, (low, bits) in FIELDS[register].items()}
