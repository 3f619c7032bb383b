"""Behavioural models of the ECP5's cells, of which Yosys has the block RAM as a black box.

As Yosys and hwsim synth use it: words of 1, 2, 4, 9, 18 or 36 bits, synchronous reads, an output
register a half where REGMODE says so. A word of 36 bits is two rows of 18, written by port A and
read by port B through the outputs of both halves. After Lattice FPGA-TN-02204.
"""

from __future__ import annotations


def block_ram() -> str:
    """Verilog of the module DP16KD."""
    contents = [f"INITVAL_{slot:02X}" for slot in range(64)]
    numbered = {"AD": 14, "DI": 18, "DO": 18}
    ports, buses = [], []
    for half in "AB":
        ports += [f"input wire {name}{half}" for name in ("CE", "OCE", "CLK", "WE", "RST")]
        ports += [f"input wire CS{half}{bit}" for bit in range(3)]
        for name, width in numbered.items():
            way = "output" if name == "DO" else "input"
            pins = [f"{name}{half}{bit}" for bit in range(width)]
            ports += [f"{way} wire {pin}" for pin in pins]
            joined = "{" + ", ".join(reversed(pins)) + "}"
            if way == "input":
                buses.append(f"wire [{width - 1}:0] {name}{half} = {joined};")
            else:
                buses.append(f"assign {joined} = {name}{half};")
    texts = ["REGMODE_A", "REGMODE_B", "RESETMODE", "ASYNC_RESET_RELEASE", "CSDECODE_A",
             "CSDECODE_B", "CLKAMUX", "CLKBMUX", "WRITEMODE_A", "WRITEMODE_B", "GSR"]  # fmt: skip
    parameters = [
        *(f"parameter [319:0] {name} = 320'd0" for name in contents),
        "parameter DATA_WIDTH_A = 18", "parameter DATA_WIDTH_B = 18",
        *(f'parameter {name} = "NOREG"' for name in texts),
    ]  # fmt: skip
    lines = ",\n".join
    fill = "\n".join(f"fill({slot}, {name});" for slot, name in enumerate(contents))
    outputs = "\n".join(
        f'wire [17:0] DO{half} = (REGMODE_{half} == "OUTREG") ? kept_{half.lower()}'
        f" : read_{half.lower()};"
        for half in "AB"
    )
    return (
        f"module DP16KD #(\n{lines(parameters)}\n) (\n{lines(ports)}\n);\n"
        f"{BODY}\n{outputs}\n{chr(10).join(buses)}\ninitial begin\n{fill}\nend\nendmodule\n"
    )


BODY = """
reg [17:0] rows [0:1023];
reg [17:0] read_a, read_b, kept_a, kept_b;

task fill(input integer slot, input [319:0] values);
    integer i;
    for (i = 0; i < 16; i = i + 1) rows[16 * slot + i] = values[20 * i +: 18];
endtask

// Where a word narrower than a row lies in it: bytes of 9 bits, of which less than 9 leave the top.
function integer place(input [13:0] address, input integer width);
    place = (width == 18) ? 0
        : 9 * address[3] + ((width == 9) ? 0 : (address[2:0] & (8 - width)));
endfunction

function [17:0] part(input [13:0] address, input integer width);
    part = (rows[address[13:4]] >> place(address, width)) & ((19'd1 << width) - 19'd1);
endfunction

task write(input [13:0] address, input [17:0] data, input integer width);
    reg [17:0] mask;
    begin
        mask = ((19'd1 << width) - 19'd1) << place(address, width);
        if (width == 18) mask = {{9{address[1]}}, {9{address[0]}}};
        rows[address[13:4]] = (rows[address[13:4]] & ~mask)
            | ((data << place(address, width)) & mask);
    end
endtask

always @(posedge CLKB) begin
    kept_b <= OCEB ? read_b : kept_b;
    if (DATA_WIDTH_B == 36) kept_a <= OCEA ? read_a : kept_a;
    if (CEB) read_b <= (DATA_WIDTH_B == 36) ? rows[{ADB[13:5], 1'b1}] : part(ADB, DATA_WIDTH_B);
    if (CEB && DATA_WIDTH_B == 36) read_a <= rows[{ADB[13:5], 1'b0}];
end

always @(posedge CLKA) begin
    if (DATA_WIDTH_B != 36) kept_a <= OCEA ? read_a : kept_a;
    if (CEA && DATA_WIDTH_B != 36) read_a <= part(ADA, DATA_WIDTH_A);
end

// Writes at the end of the step, so that a read of the same cycle finds the old word.
always @(posedge CLKA) if (CEA && WEA) begin : writes
    reg [13:0] address;
    reg [35:0] data;
    address = ADA;
    data = {DIB, DIA};
    #0;
    if (DATA_WIDTH_A == 36) begin
        write({address[13:5], 3'b000, address[1:0]}, data[17:0], 18);
        write({address[13:5], 3'b100, address[3:2]}, data[35:18], 18);
    end else write(address, data[17:0], DATA_WIDTH_A);
end
"""

LOGIC = """
module LUT4 (input wire A, B, C, D, output wire Z);
    parameter [15:0] INIT = 16'd0;
    assign Z = INIT[{D, C, B, A}];
endmodule

module PFUMX (input wire ALUT, BLUT, C0, output wire Z);
    assign Z = C0 ? ALUT : BLUT;
endmodule

module L6MUX21 (input wire D0, D1, SD, output wire Z);
    assign Z = SD ? D1 : D0;
endmodule

module TRELLIS_FF (input wire CLK, LSR, CE, DI, output reg Q);
    parameter GSR = "ENABLED";
    parameter CEMUX = "CE";
    parameter CLKMUX = "CLK";
    parameter LSRMUX = "LSR";
    parameter SRMODE = "LSR_OVER_CE";
    parameter REGSET = "RESET";
    always @(posedge CLK)
        if (LSR) Q <= REGSET == "SET";
        else if (CE) Q <= DI;
endmodule
"""
