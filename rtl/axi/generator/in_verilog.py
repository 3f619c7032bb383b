"""The registers in Verilog-2005."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generate import Field, Register

_HEAD = """\
// SPDX-License-Identifier: Apache-2.0
//
// The registers of hwsim_wrapper. Made from hwsim.rdl by make registers: change that.
//
// A write acts at the edge at which write_enable is 1, a read's word is there a cycle after
// read_enable. *_known say of either address whether a register is there.
`default_nettype none

module hwsim_registers (
    input  wire        clk,
    input  wire        rst,
    input  wire        write_enable,
    input  wire [11:0] write_address,
    input  wire [31:0] write_data,
    input  wire [3:0]  write_strobe,
    output wire        write_known,
    input  wire        read_enable,
    input  wire [11:0] read_address,
    output reg  [31:0] read_data,
    output wire        read_known,
    output wire        irq,
"""


def text(registers: list[Register]) -> str:
    """The module hwsim_registers."""
    ports = [line for register in registers for line in _ports(register)]
    state = [line for register in registers for line in _state(register)]
    return "\n".join(
        [
            _HEAD + ",\n".join(ports),
            ");",
            "",
            "    wire [31:0] mask = {{8{write_strobe[3]}}, {8{write_strobe[2]}},",
            "                        {8{write_strobe[1]}}, {8{write_strobe[0]}}};",
            "    wire [31:0] ones = write_data & mask;",
            "",
            "    // verilator lint_off UNUSEDSIGNAL",
            "    wire [9:0] write_word = write_address[11:2];",
            "    wire [9:0] read_word = read_address[11:2];",
            "    wire unused = |{write_address[1:0], read_address[1:0]};",
            "    // verilator lint_on UNUSEDSIGNAL",
            "",
            *_interrupt(registers),
            "",
            "    always @(posedge clk) begin",
            *state,
            "        if (rst) begin",
            *(line for register in registers for line in _reset(register)),
            "        end",
            "    end",
            "",
            *_known(registers),
            "",
            *_read(registers),
            "",
            "endmodule",
            "",
            "`default_nettype wire",
            "",
        ]
    )


def _width(field: Field) -> str:
    return f"[{field.bits - 1}:0]" if field.bits > 1 else ""


def _ports(register: Register) -> list[str]:
    """What comes from outside and what goes there."""
    found = []
    for field in register.fields:
        name, width = register.signal(field), f"{_width(field):<7}"
        if field.kind == "input":
            found.append(f"    input  wire {width}{name}")
        elif field.kind == "counter":
            found.append(f"    input  wire        {name}_count")
        elif field.kind == "cause":
            found.append(f"    input  wire        {name}_set")
        elif field.kind in ("kept", "pulse", "written"):
            found.append(f"    output reg  {width}{name}")
        if field.strobe:
            found.append(f"    output reg         {register.name}_written")
    return found


def _interrupt(registers: list[Register]) -> list[str]:
    """What no port shows, and the interrupt."""
    found = [
        f"    reg {_width(field):<7}{register.signal(field)};"
        for register in registers
        for field in register.fields
        if field.kind in ("inner", "cause", "counter")
    ]
    enabled = [
        f"        ({register.signal(field)} && interrupt_enable_{field.name})"
        for register in registers
        for field in register.fields
        if field.kind == "cause"
    ]
    return [*found, "", "    assign irq =", " ||\n".join(enabled) + ";"]


def _hit(register: Register) -> str:
    return f"write_enable && write_word == 10'h{register.offset // 4:03x}"


def _state(register: Register) -> list[str]:
    """What each field becomes at a clock edge."""
    found = []
    for field in register.fields:
        name, bits, hit = register.signal(field), _slice(field), _hit(register)
        if field.kind in ("kept", "inner"):
            kept = f"{name} & ~mask{bits} | ones{bits}"
            found += [f"        if ({hit})", f"            {name} <= {kept};"]
        elif field.kind == "written":
            found.append(f"        if ({hit}) {name} <= ones{bits};")
        elif field.kind == "pulse":
            found.append(f"        {name} <= {hit} && ones{bits};")
        elif field.kind == "cause":
            found += [f"        if ({hit} && ones{bits}) {name} <= 1'b0;"]
            found += [f"        if ({name}_set) {name} <= 1'b1;"]
        elif field.kind == "counter":
            found.append(f"        if ({name}_count && !(&{name})) {name} <= {name} + 1'b1;")
        if field.strobe:
            found.append(f"        {register.name}_written <= {hit};")
    return found


def _reset(register: Register) -> list[str]:
    found = []
    for field in register.fields:
        if field.kind in ("kept", "inner", "pulse", "written", "cause", "counter"):
            value = f"{field.bits}'d{field.reset or 0}"
            found.append(f"            {register.signal(field)} <= {value};")
        if field.strobe:
            found.append(f"            {register.name}_written <= 1'b0;")
    return found


def _slice(field: Field) -> str:
    return f"[{field.high}:{field.low}]" if field.bits > 1 else f"[{field.low}]"


def _words(register: Register) -> list[int]:
    return [register.offset // 4 + half for half in range(register.bits // 32)]


def _known(registers: list[Register]) -> list[str]:
    words = [f"10'h{word:03x}" for register in registers for word in _words(register)]
    lines = [", ".join(words[at : at + 9]) for at in range(0, len(words), 9)]
    return [
        "    function known(input [9:0] word);",
        "        case (word)",
        "            " + ",\n            ".join(lines) + ":",
        "                known = 1'b1;",
        "            default: known = 1'b0;",
        "        endcase",
        "    endfunction",
        "",
        "    assign write_known = known(write_word);",
        "    assign read_known = known(read_word);",
    ]


def _read(registers: list[Register]) -> list[str]:
    lines = [
        f"            10'h{word:03x}: read_data <= {_word(register, half)};"
        for register in registers
        for half, word in enumerate(_words(register))
        if any(field.readable for field in register.fields)
    ]
    return [
        "    always @(posedge clk)",
        "        if (read_enable) case (read_word)",
        *lines,
        "            default: read_data <= 32'd0;",
        "        endcase",
    ]


def _word(register: Register, half: int) -> str:
    """32 bits of a register, as a concatenation with its holes filled."""
    if register.bits == 64:
        return f"{register.signal(register.fields[0])}[{32 * half + 31}:{32 * half}]"
    parts, top = [], 32
    for field in reversed(register.fields):
        if field.high + 1 < top:
            parts.append(f"{top - field.high - 1}'d0")
        constant = field.kind == "constant"
        value = f"{field.bits}'h{field.reset:x}" if constant else register.signal(field)
        parts.append(value if field.readable else f"{field.bits}'d0")
        top = field.low
    if top:
        parts.append(f"{top}'d0")
    if len(parts) == 1:
        return parts[0]
    apart = ", " if len(parts) <= 3 else ",\n                "
    return "{" + apart.join(parts) + "}"
