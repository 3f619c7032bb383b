"""Every Verilog module under its own cocotb testbench."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.cosim.simulators import source_folder
from tests.rtl.simulators import random_memory, run_block
from tests.tools import require_tool


def words(n: int, lanes: int) -> int:
    return -(-n // lanes)


# module, its integer parameters, (file parameter, width, depth) of its memory
CASES = [
    ("hwsim_rom", {"WIDTH": 12, "DEPTH": 37, "ADDRESS_BITS": 6}, ("FILE", 12, 37)),
    ("hwsim_rom", {"WIDTH": 1, "DEPTH": 1, "ADDRESS_BITS": 1}, ("FILE", 1, 1)),
    (
        "hwsim_rom",
        {"WIDTH": 12, "DEPTH": 37, "ADDRESS_BITS": 6, "PIPELINED": 1},
        ("FILE", 12, 37),
    ),
    ("hwsim_ram", {"WIDTH": 70, "DEPTH": 9, "ADDRESS_BITS": 4}, None),
    ("hwsim_ram", {"WIDTH": 64, "DEPTH": 9, "ADDRESS_BITS": 4, "PROTECTION": 1}, None),
    ("hwsim_ram", {"WIDTH": 17, "DEPTH": 9, "ADDRESS_BITS": 4, "PROTECTION": 2}, None),
    ("hwsim_error_counters", {"MEMORIES": 1}, None),
    ("hwsim_error_counters", {"MEMORIES": 32}, None),
    ("hwsim_xnor_popcount", {"LANES": 8, "SLICES": 1}, None),
    ("hwsim_xnor_popcount", {"LANES": 8, "SLICES": 16}, None),
    ("hwsim_xnor_popcount", {"LANES": 32, "SLICES": 5}, None),
    ("hwsim_xnor_popcount", {"LANES": 512, "SLICES": 2}, None),
    *(
        (
            "hwsim_search",
            {"NEURONS": n, "PATTERNS": p, "LANES": lanes, "COARSE_WORDS": c, "REACH": reach,
             "RADIUS_BITS": bits, "ORIGIN_NEAREST": nearest},
            None,
        )
        for n, p, lanes, c, reach, bits, nearest in [
            (1, 1, 8, 0, 0, 0, 1),  # today's distance stage
            (70, 95, 32, 0, 0, 0, 1),
            (70, 95, 32, 0, 0, 6, 1),
            (16, 16, 16, 0, 0, 1, 0),
            (1, 1, 8, 1, 1, 1, 1),
            (1, 2, 8, 1, 2, 2, 1),
            (7, 3, 8, 1, 8, 0, 0),
            (9, 1, 8, 1, 3, 2, 1),  # short batches
            (9, 2, 8, 1, 10, 1, 0),
            (17, 6, 8, 2, 4, 3, 1),
            (60, 15, 8, 3, 20, 6, 1),
            (33, 40, 8, 1, 6, 1, 0),
            (33, 40, 8, 4, 34, 1, 0),  # everything is within reach
            (64, 100, 8, 2, 5, 5, 1),
            (64, 100, 8, 8, 5, 5, 1),  # the first scan is whole
            (130, 70, 32, 1, 20, 7, 1),
            (130, 70, 32, 5, 30, 8, 0),
            (200, 130, 64, 1, 1, 0, 1),
        ]
    ),
    *(
        (
            "hwsim_search",
            {"NEURONS": n, "PATTERNS": p, "LANES": lanes, "COARSE_WORDS": c, "REACH": reach,
             "RADIUS_BITS": bits, "ORIGIN_NEAREST": nearest, "IN_STEP": 1},
            None,
        )
        for n, p, lanes, c, reach, bits, nearest in [
            (1, 1, 8, 0, 0, 0, 1),
            (70, 45, 32, 0, 0, 6, 1),
            (1, 2, 8, 1, 2, 2, 1),
            (17, 6, 8, 2, 4, 3, 1),
            (33, 40, 8, 1, 6, 1, 0),
            (64, 40, 8, 8, 5, 5, 1),  # the first scan is whole
            (130, 70, 32, 1, 20, 7, 1),
        ]
    ),
    *(
        (
            "hwsim_measure",
            {"LANES": lanes, "WORDS": w, "BASES": bases, "DISTANCE_BITS": bits,
             "ADDRESS_BITS": address_bits},
            None,
        )
        for lanes, w, bases, bits, address_bits in [
            (8, 1, 0, 1, 1), (8, 1, 1, 4, 4), (32, 3, 1, 7, 6), (64, 5, 0, 9, 7), (16, 4, 1, 6, 5),
        ]
    ),
    *(
        ("hwsim_minima", {"PATTERNS": p, "LANES": lanes, "DISTANCE_BITS": bits}, None)
        for p, lanes, bits in [(1, 8, 1), (8, 8, 3), (45, 8, 5), (130, 64, 9)]
    ),
    *(
        ("hwsim_shortlist", {"DISTANCE_BITS": bits, "PATTERN_BITS": pattern_bits}, None)
        for bits, pattern_bits in [(1, 1), (2, 5), (10, 12)]
    ),
    *(
        (
            "hwsim_entries",
            {"PATTERNS": p, "WORDS": w, "COARSE_WORDS": c, "REACH": reach, "RADIUS_BITS": radius,
             "ORIGIN_NEAREST": nearest, "DISTANCE_BITS": bits, "ADDRESS_BITS": 12},
            None,
        )
        for p, w, c, reach, radius, nearest, bits in [
            (1, 1, 0, 0, 0, 1, 1),
            (5, 3, 0, 0, 4, 1, 5),
            (1, 1, 1, 1, 0, 1, 1),
            (40, 5, 2, 7, 1, 1, 5),
            (40, 5, 5, 32, 1, 0, 5),
            (21, 2, 1, 12, 1, 0, 5),
        ]
    ),
    *(
        (
            "hwsim_kernel_lookup",
            {"NEURONS": n, "KERNEL_BITS": bits, "ORIGIN_NEAREST": nearest},
            ("KERNEL_LUT_FILE", bits, n + 1),
        )
        for n, bits, nearest in [(1, 1, 1), (200, 8, 1), (64, 16, 0)]
    ),
    ("hwsim_scan", {"GROUPS": 1, "KERNEL_BITS": 1}, None),
    ("hwsim_scan", {"GROUPS": 17, "KERNEL_BITS": 8}, None),
    ("hwsim_kernel_loader", {"PATTERNS": 1, "KERNEL_BITS": 1, "LANES": 8}, None),
    ("hwsim_kernel_loader", {"PATTERNS": 95, "KERNEL_BITS": 9, "LANES": 32}, None),
    ("hwsim_kernel_loader", {"PATTERNS": 64, "KERNEL_BITS": 16, "LANES": 16}, None),
    *(
        (
            "hwsim_mac",
            {"NEURONS": n, "PATTERNS": p, "WEIGHT_BITS": b, "KERNEL_BITS": bits, "LANES": lanes,
             "PLANE_WEIGHTS": weights, "SUM_BITS": 40},
            ("WEIGHTS_FILE", lanes, words(p, lanes) * n * b),
        )
        for n, p, b, bits, lanes, weights in [
            (1, 1, 1, 1, 8, 1),
            (7, 40, 2, 4, 8, 0x0201),
            (3, 100, 8, 3, 16, 0x07FF_0103_0511_0201),
            (40, 100, 3, 9, 32, 0x05FF01),
        ]
    ),
    *(
        ("hwsim_candidates", {"PATTERNS": p, "KERNEL_BITS": bits, "LANES": lanes}, None)
        for p, bits, lanes in [(1, 1, 8), (8, 16, 8), (95, 9, 32), (100, 4, 8), (130, 16, 64)]
    ),
    *(
        (
            "hwsim_row_mac",
            {"NEURONS": n, "PATTERNS": p, "WEIGHT_BITS": b, "KERNEL_BITS": bits, "LANES": lanes,
             "PLANE_WEIGHTS": weights, "SHARED_PLANES": shared, "LEAD_BITS": lead,
             "SUM_BITS": (p * (2**bits - 1) * sum(weights.to_bytes(b, "little"))).bit_length()},
            ("WEIGHTS_FILE", lanes, p * words(n, lanes) * (b - shared.bit_count()))
            if shared.bit_count() < b else None,
        )
        for n, p, b, bits, lanes, weights, shared, lead in [
            (1, 1, 1, 1, 8, 0x01, 0b1, 0),
            (1, 1, 1, 16, 8, 0xFF, 0b0, 0),
            (7, 3, 1, 8, 8, 0x01, 0b1, 1),
            (33, 40, 1, 4, 16, 0x01, 0b1, 0),
            (16, 20, 2, 16, 16, 0x0201, 0b10, 4),
            (40, 20, 2, 8, 8, 0x0203, 0b00, 0),
            (25, 30, 3, 9, 8, 0x05FF01, 0b101, 6),
            (20, 9, 8, 16, 8, 0x07FF_0103_0511_0201, 0b00000000, 0),
            (9, 20, 8, 16, 8, 0xFFFF_FFFF_FFFF_FFFF, 0b11111111, 5),
            (65, 12, 8, 3, 32, 0x07FF_0103_0511_0201, 0b10010010, 3),
            (130, 70, 2, 8, 64, 0x0201, 0b10, 7),
        ]
    ),
    *(
        ("hwsim_copy", {"NEURONS": n, "PATTERNS": p, "LANES": lanes}, None)
        for n, p, lanes in [(1, 1, 8), (8, 5, 8), (64, 1, 8), (70, 95, 32), (130, 33, 64)]
    ),
    *(
        (
            "hwsim_threshold",
            {"NEURONS": n, "LANES": lanes, "PLANE_WEIGHT_SUM": total, "OFFSET_BITS": zb,
             "OFFSET_FRAC_BITS": frac, "KERNEL_SUM_BITS": 10, "SUM_BITS": 22,
             "FIELD_BITS": 42},
            ("OFFSETS_FILE", zb, n) if zb else None,
        )
        for n, lanes, total, zb, frac in [
            (1, 8, 1, 0, 0),
            (7, 8, 3, 1, 0),
            (70, 32, 300, 16, 16),
            (64, 16, 3, 0, 5),
            (33, 16, 255, 5, 2),
        ]
    ),
    *(
        ("hwsim_product", {"OFFSET_BITS": zb, "SUM_BITS": bits}, None)
        for zb, bits in [(1, 1), (2, 9), (3, 4), (5, 12), (8, 18), (16, 20)]
    ),
    ("hwsim_query_port", {"NEURONS": 1, "LANES": 8}, None),
    ("hwsim_query_port", {"NEURONS": 70, "LANES": 32}, None),
    ("hwsim_query_port", {"NEURONS": 64, "LANES": 32}, None),
    ("hwsim_result_port", {"LANES": 8, "WORDS": 1}, None),
    ("hwsim_result_port", {"LANES": 32, "WORDS": 5}, None),
    *(
        (
            "hwsim_control",
            {"GROUPS": groups, "MAX_STEPS": steps, "DATAFLOW_ROW": row, "RADII": radii,
             "WINNER_LIMIT": limit, "ORIGIN_NEAREST": nearest},
            None,
        )
        for groups, steps, row, radii, limit, nearest in [
            (1, 1, 0, 0, 0, 1),
            (5, 4, 0, 0, 0, 1),
            (5, 4, 0, 1, 0, 1),
            (1, 3, 0, 1, 100, 1),
            (5, 4, 0, 1, 100, 1),
            (5, 4, 0, 0, 100, 0),
            (5, 1, 0, 1, 100, 1),
            (5, 4, 1, 0, 0, 1),
            (5, 4, 1, 1, 100, 1),
            (1, 1, 1, 1, 100, 0),
        ]
    ),
    ("hwsim_turns", {"SLOTS": 2, "SWEEPS": 1}, None),
    ("hwsim_turns", {"SLOTS": 4, "SWEEPS": 0}, None),
    ("hwsim_turns", {"SLOTS": 8, "SWEEPS": 1}, None),
    ("hwsim_counters", {}, None),
    ("hwsim_counters", {"SLOTS": 8}, None),
    ("hwsim_counters", {"SLOTS": 4, "ENGINES": 4}, None),
    *(("hwsim_barrier", {"ENGINES": engines}, None) for engines in (2, 8)),
    *(
        ("hwsim_meeting", {"ENGINES": engines, "DISTANCE_BITS": bits}, None)
        for engines, bits in [(2, 1), (4, 8), (8, 10)]
    ),
    *(
        (
            "hwsim_label",
            {"OUTPUTS": outputs, "SCALE_BITS": scale, "FIELD_BITS": bits, "SCORE_BITS": score},
            ("SCALES_FILE", scale, outputs) if scale else None,
        )
        for outputs, scale, bits, score in [
            (10, 8, 12, 20), (1, 0, 4, 4), (2, 1, 9, 10), (33, 0, 21, 21), (64, 16, 40, 64),
        ]
    ),
    *(("hwsim_lead", {"ACTIVE_BITS": bits}, None) for bits in (1, 2, 4)),
    *(
        (
            "hwsim_join",
            {"ENGINES": engines, "ACTIVE_BITS": active, "CANDIDATE_BITS": candidate,
             "KERNEL_SUM_BITS": kernel, "SUM_BITS": total, "NEURON_BITS": neuron},
            None,
        )
        for engines, active, candidate, kernel, total, neuron in [
            (2, 1, 4, 4, 5, 1), (4, 4, 10, 18, 20, 8), (8, 5, 9, 21, 30, 10),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize(("module", "parameters", "memory"), CASES)
def test_block(
    module: str, parameters: dict[str, int], memory: tuple[str, int, int] | None, tmp_path: Path
) -> None:
    require_tool("iverilog")
    chosen: dict[str, int | str] = dict(parameters)
    file = None
    if memory is not None:
        name, width, depth = memory
        file = random_memory(tmp_path / "memory.mem", width, depth, seed=len(CASES))
        chosen[name] = str(file)
    failed, log = run_block(module, chosen, tmp_path / "build", file)
    assert failed == 0, log


def test_every_module_has_a_testbench() -> None:
    modules = {path.stem for path in source_folder("rtl").glob("*.v")}
    # The parameter check has no behaviour: its test is that elaboration fails. The engine's own
    # testbench runs on golden vectors, and is that of its wiring too; the search's that of its own.
    # What hwsim_correct is asked comes from the model: tests/rtl/test_protection.py.
    of_engine = {"hwsim_parameter_check", "hwsim_share", "hwsim_slot"}
    of_engine |= {"hwsim_phases", "hwsim_nearest", "hwsim_outputs", "hwsim_ports"}
    of_engine |= {"hwsim_engines", "hwsim_partitions", "hwsim_partition", "hwsim_update"}
    tested = {module for module, _, _ in CASES} | {"hwsim_engine", "hwsim_correct"} | of_engine
    assert modules == tested
    for module in tested - of_engine:
        assert (source_folder("cosim") / f"test_{module}.py").exists()
