"""What hwsim.rdl says of each word of registers, for the proof of hwsim_registers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generate import Field, Register

_HEAD = """\
// SPDX-License-Identifier: Apache-2.0
//
// hwsim_registers, and what hwsim.rdl says of one word of them. Made by make registers.
//
// value has the word's bits but constants, readable says which of them are read. What they do:
// merged, they are written with strobes; replaced, they are written whole; pulsed, they are 1 for a
// cycle; cleared, by a 1, and set by sets; counted, they count the cycles in which sets[0] is 1;
// others follow an input. inner_* are registers of hwsim_registers, connected from without.
`default_nettype none

module register_map (
    input  wire        clk,
    input  wire        rst,
    input  wire        write_enable,
    input  wire [11:0] write_address,
    input  wire [31:0] write_data,
    input  wire [3:0]  write_strobe,
    output wire        write_known,
    input  wire        read_enable,
    input  wire [11:0] read_address,
    output wire [31:0] read_data,
    output wire        read_known,
    output wire        irq,
    output wire        irq_expected,
    input  wire [9:0]  word,
    output reg         exists,
    output reg         has_strobe,
    output reg         strobe,
    output reg  [31:0] reset, constant, merged, replaced, pulsed, cleared, counted,
    output reg  [31:0] readable, sets, value
);
"""
_MASKS = {
    "kept": "merged",
    "inner": "merged",
    "written": "replaced",
    "pulse": "pulsed",
    "cause": "cleared",
    "counter": "counted",
}
_HERE = ("inner", "cause", "counter")  # no port shows their value


def text(registers: list[Register]) -> str:
    """The module register_map."""
    causes = [
        f"(inner_{register.signal(field)} && inner_interrupt_enable_{field.name})"
        for register in registers
        for field in register.fields
        if field.kind == "cause"
    ]
    return "\n".join(
        [
            _HEAD,
            *_filled((each for register in registers for each in _declared(register)), 4),
            "",
            "    assign irq_expected =",
            "        " + " ||\n        ".join(causes) + ";",
            "",
            "    hwsim_registers registers (",
            *_filled((f".{name}({name})," for name in _connected(registers)), 8),
            "        .irq(irq)",
            "    );",
            "",
            "    always @* begin",
            "        {exists, has_strobe, strobe} = 3'b100;",
            "        {reset, constant, merged, replaced, pulsed, cleared, counted} = 224'd0;",
            "        {readable, sets, value} = 96'd0;",
            "        case (word)",
            *(line for register in registers for line in _described(register)),
            "            default: exists = 1'b0;",
            "        endcase",
            "    end",
            "",
            "endmodule",
            "",
            "`default_nettype wire",
            "",
        ]
    )


def _ports(register: Register, field: Field) -> list[tuple[str, int, bool]]:
    """Names of a field's ports at hwsim_registers, their bits, whether they are inputs."""
    name = register.signal(field)
    found = {
        "input": [(name, field.bits, True)],
        "counter": [(f"{name}_count", 1, True)],
        "cause": [(f"{name}_set", 1, True)],
        "kept": [(name, field.bits, False)],
        "pulse": [(name, field.bits, False)],
        "written": [(name, field.bits, False)],
    }.get(field.kind, [])
    return [*found, (f"{register.name}_written", 1, False)] if field.strobe else found


def _declared(register: Register) -> list[str]:
    found = []
    for field in register.fields:
        for name, bits, given in _ports(register, field):
            kind = "(* anyseq *) reg " if given else "wire "
            found.append(f"{kind}[{bits - 1}:0] {name};")
        if field.kind in _HERE:
            found.append(f"wire [{field.bits - 1}:0] inner_{register.signal(field)};")
    return found


def _connected(registers: list[Register]) -> list[str]:
    bus = ["clk", "rst"]
    bus += [f"write_{name}" for name in ("enable", "address", "data", "strobe", "known")]
    bus += [f"read_{name}" for name in ("enable", "address", "data", "known")]
    return bus + [
        name
        for register in registers
        for field in register.fields
        for name, _, _ in _ports(register, field)
    ]


def _described(register: Register) -> list[str]:
    """The case of each word of a register."""
    found = []
    for half in range(register.bits // 32):
        bits = (bit for field in register.fields for bit in _bits(register, field, half))
        lines = _filled(bits, 16)
        label = f"            10'h{register.offset // 4 + half:03x}: "
        if len(lines) == 1 and len(line := f"{label}begin {lines[0].strip()} end") <= 100:
            found.append(line)
        else:
            found += [f"{label}begin", *lines, "            end"]
    return found


def _filled(items: Iterable[str], indent: int) -> list[str]:
    """Items in lines of a hundred columns."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + 1 + len(item) <= 100:
            lines[-1] += f" {item}"
        else:
            lines.append(" " * indent + item)
    return lines


def _bits(register: Register, field: Field, half: int) -> list[str]:
    """What the bits of a field are."""
    name, at = register.signal(field), f"[{min(field.high, 31)}:{field.low}]"
    ones = f"{min(field.bits, 32)}'h{(1 << min(field.bits, 32)) - 1:x}"
    if field.kind == "constant":
        return [f"constant{at} = {field.bits}'h{field.reset:x};"]
    source = f"{name}[{32 * half} +: 32]" if register.bits == 64 else name
    own = "inner_" if field.kind in _HERE else ""
    found = [f"value{at} = {own}{source};"]
    if field.kind in _MASKS:
        found.append(f"{_MASKS[field.kind]}{at} = {ones};")
    if field.reset:
        found.append(f"reset{at} = {field.bits}'h{field.reset:x};")
    if field.readable:
        found.append(f"readable{at} = {ones};")
    if field.kind == "cause":
        found.append(f"sets{at} = {name}_set;")
    if field.kind == "counter":
        found.append(f"sets[0] = {name}_count;")
    if field.strobe:
        found += ["has_strobe = 1'b1;", f"strobe = {register.name}_written;"]
    return found
