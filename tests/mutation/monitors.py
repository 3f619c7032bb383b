"""What looks into a netlist while a testbench drives it: registers that no answer shows alone.

`counters`: a recall takes some hundred cycles, a counter has 64 bits. It is set on by a number in
the midst of a recall, and must show it at the end.

`shortlists`: a search finds the nearest pattern whatever the shortlist says, later. Beside each
stands `monitor_shortlist.v`, which sorts in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.rtl.opinions import COUNTERS

SHORTLIST: Final = Path(__file__).with_name("monitor_shortlist.v")
# In the order of tb_plain's `ahead`: the counters' names, and where they are in an engine.
COUNTING: Final = {
    **{name: f"counters.{name}" for name in ("cycles", *COUNTERS)},
    **{
        f"{name}_errors": f"error_counters.counting.{name}_so_far"
        for name in ("corrected", "detected")
    },
}
Register = tuple[str, int, int]  # its path, its lowest bit in the counter, its width
_PORTS: Final = (
    "clear", "insert", "value", "pattern", "drop", "next_position", "next_value", "next_pattern",
    "done_position", "done_pattern",
)  # fmt: skip


def monitors(netlist: str, top: str) -> str:
    """Verilog to put into a testbench: raises `wrong` where something is.

    Args:
        netlist: flat, with the names that blocks had in it.
        top: what the testbench calls its instance of it.
    """
    return _counters(netlist, top) + _shortlists(netlist, top)


def _counters(netlist: str, top: str) -> str:
    found = {}
    for name, place in COUNTING.items():
        path, pieces = _registers(netlist, place)
        if sum(width for _, _, width in pieces) == 64:
            registers = [(f"{top}.{register}", low, width) for register, low, width in pieces]
            found[name] = (f"{top}.\\{path} ", registers)
    return counters_ahead(found)


def counters_ahead(counters: Mapping[str, tuple[str, Sequence[Register]]]) -> str:
    """Verilog that sets counters on in the eighth cycle of each recall, and tells the testbench.

    Args:
        counters: the path of each, `cycles` among them, and the registers that hold it.
    """
    lines = []
    for at, name in enumerate(COUNTING):
        if name in counters:
            path, registers = counters[name]
            lines.append(f"        count = {path} + far;\n        ahead[{at}] = far;\n")
            lines += [
                f"        {register} <= count[{low}+:{width}];\n"
                for register, low, width in registers
            ]
    return (
        "    reg [63:0] count, far;\n"
        "    integer    further = 0, dice = 7;\n"
        f"    always @(negedge clk) if ({counters['cycles'][0]} == 64'd8) begin\n"
        "        // ones below some place, so that a few events carry up to it; never 0\n"
        "        far = {$random(dice), $random(dice)} | 64'd1;\n"
        "        far = (far << (5 + further % 58)) - 64'd16;\n"
        "        further = further + 1;\n" + "".join(lines) + "    end\n\n"
    )


def _registers(netlist: str, counter: str) -> tuple[str, list[Register]]:
    """A counter's name, and the registers that hold it, each with its lowest bit and its width.

    A register with a mutant has a name of its own, and another wire in place of one bit.
    """
    name = re.search(rf"\\((?:engine\.)?{re.escape(counter)}) ;", netlist)
    if name is None:
        return "", []
    path = re.escape(name[1])
    if re.search(rf"reg \[63:0\] \\{path} ;", netlist):
        return name[1], [(f"\\{name[1]} ", 0, 64)]
    found = []
    for items, register in re.findall(r"^  assign (.*) = (_\d+_);$", netlist, re.MULTILINE):
        width = re.search(rf"^  reg \[(\d+):0\] {register};", netlist, re.MULTILINE)
        part = re.search(rf"(.*?)\\{path} (?:\[(\d+)(?::\d+)?\])?(.*)", items)
        if width is None or part is None:
            continue
        top = int(part[2] or 63) + ("_" in part[1])  # the wire of a mutant is the topmost bit
        found.append((register, top - int(width[1]), int(width[1]) + 1))
    return name[1], found


def _shortlists(netlist: str, top: str) -> str:
    text = ""
    paths = re.findall(r"^ *wire \\(\S*shortlist)\.insert ;", netlist, re.MULTILINE)
    for number, path in enumerate(paths):
        widths = {
            name: re.search(rf"\[(\d+):0\] \\{re.escape(path)}\.{name} ;", netlist)
            for name in ("value", "pattern")
        }
        value, pattern = (1 if width is None else int(width[1]) + 1 for width in widths.values())
        ports = "".join(f", .{port}({top}.\\{path}.{port} )" for port in _PORTS)
        text += (
            f"    wire wrong_{number};\n"
            f"    monitor_shortlist #(.DISTANCE_BITS({value}), .PATTERN_BITS({pattern})) "
            f"shortlist_{number} (\n        .clk(clk){ports}, .wrong(wrong_{number}));\n"
            f"    always @(posedge clk) if (wrong_{number}) begin\n"
            f'        $display("FAIL: shortlist {number}");\n        wrong = wrong + 1;\n    end\n'
        )
    return text
