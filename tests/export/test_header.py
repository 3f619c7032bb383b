"""The Verilog header: Icarus reads its macros, and they are the numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hwsim.config import Parameters
from hwsim.export import header
from tests.tools import run_verilog

FULL = Parameters(
    neurons=70,
    patterns=95,
    weight_bits=3,
    plane_weights=(1, 255, 16),
    kernel_bits=9,
    lanes=32,
    offset_bits=6,
    offset_frac_bits=4,
    max_steps=65535,
    kernel_origin="absolute",
    dataflow="row",
    shared_planes=(0, 2),
    radius_bits=1,
    winner_limit=48545,
    coarse_words=2,
    reach=71,
    queries_in_flight=4,
)
FULL_VALUES = {
    "NEURONS": "70",
    "PATTERNS": "95",
    "WEIGHT_BITS": "3",
    "PLANE_WEIGHTS": "1113857",  # 10 ff 01 in hexadecimal, plane 0 lowest
    "KERNEL_BITS": "9",
    "LANES": "32",
    "OFFSET_BITS": "6",
    "OFFSET_FRAC_BITS": "4",
    "MAX_STEPS": "65535",
    "ORIGIN_NEAREST": "0",
    "ACCUMULATOR_BITS": "29",  # 95 * 511 * (272 * 16 + 32) = 212 821 280 < 2**28
    "DATAFLOW_ROW": "1",
    "SHARED_PLANES": "5",
    "RADIUS_BITS": "1",
    "WINNER_LIMIT": "48545",
    "COARSE_WORDS": "2",
    "REACH": "71",
    "QUERIES_IN_FLIGHT": "4",
    "ENGINES": "1",
    "PATTERNS_WIDTH": "32",
    "PATTERNS_DEPTH": "285",
    "PATTERNS_FILE": "patterns.mem",
    "WEIGHTS_WIDTH": "32",
    "WEIGHTS_DEPTH": "285",  # one of the three planes is stored
    "WEIGHTS_FILE": "weights.mem",
    "KERNEL_LUT_WIDTH": "9",
    "KERNEL_LUT_DEPTH": "71",
    "KERNEL_LUT_FILE": "kernel_lut.mem",
    "OFFSETS_WIDTH": "6",
    "OFFSETS_DEPTH": "70",
    "OFFSETS_FILE": "offsets.mem",
    "RADIUS_WIDTH": "1",
    "RADIUS_DEPTH": "95",
    "RADIUS_FILE": "radius.mem",
}
PLAIN = Parameters(neurons=3, patterns=2, lanes=8)
PLAIN_VALUES = {
    "NEURONS": "3",
    "PLANE_WEIGHTS": "513",  # 02 01
    "OFFSET_BITS": "0",
    "ORIGIN_NEAREST": "1",
    "ACCUMULATOR_BITS": "12",  # 2 * 255 * 3 = 1530 < 2**11
    "DATAFLOW_ROW": "0",
    "SHARED_PLANES": "0",
    "WEIGHTS_DEPTH": "6",
}


@pytest.mark.parametrize(
    ("parameters", "values"), [(FULL, FULL_VALUES), (PLAIN, PLAIN_VALUES)], ids=["full", "plain"]
)
def test_icarus_reads_every_macro(
    parameters: Parameters, values: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / header.FILE).write_text(header.encode(parameters))
    shows = "\n".join(
        f'$display("{"%0s" if name.endswith("FILE") else "%0d"}", `HWSIM_{name});'
        for name in values
    )
    include = f'`include "{header.FILE}"\n'
    source = f"{include}{include}module bench;\ninitial begin\n{shows}\nend\nendmodule\n"
    assert run_verilog(source, tmp_path) == list(values.values())


def test_no_macros_of_a_memory_that_is_not_there() -> None:
    assert "OFFSETS_" not in header.encode(PLAIN)
    assert "RADIUS_FILE" not in header.encode(PLAIN)
    shared = replace(PLAIN, dataflow="row", shared_planes=(0, 1))
    assert "WEIGHTS_" not in header.encode(shared)


def test_wide_numbers_say_their_width() -> None:
    assert "`define HWSIM_PLANE_WEIGHTS 16'h0201\n" in header.encode(PLAIN)
    assert "`define HWSIM_SHARED_PLANES 5\n" in header.encode(FULL)
    assert "`define HWSIM_WINNER_LIMIT 64'h000000000000bda1\n" in header.encode(FULL)


def test_the_header_of_format_1_knows_no_rules() -> None:
    first = header.encode(PLAIN, format_version=1)
    assert first == "".join(
        line
        for line in header.encode(PLAIN).splitlines(keepends=True)
        if not any(
            name in line
            for name in (
                *("DATAFLOW", "SHARED", "RADIUS", "WINNER_LIMIT", "COARSE_WORDS", "REACH"),
                *("QUERIES", "ENGINES"),
            )
        )
    )


def test_the_engine_s_parameters() -> None:
    engine = header.verilog_parameters(FULL)
    assert {name: str(value) for name, value in engine.items()} == {
        name: value
        for name, value in FULL_VALUES.items()
        if not name.endswith(("_WIDTH", "_DEPTH", "_FILE"))
    }
