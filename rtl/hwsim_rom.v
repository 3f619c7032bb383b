// SPDX-License-Identifier: Apache-2.0
//
// Read-only memory, initialised from a file of the image.
//
//   cycle 0  read_enable, address
//   cycle 1  output_enable          word is the memory's own output register
//   cycle 2  data                   a second register, so that the slow clock-to-out of a block
//                                   RAM is not followed by logic
//
// FILE is in $readmemh form, one word a line, DEPTH lines, address 0 first. Without one, "", the
// memory has no content, so that tools read the sources where no image is.
`default_nettype none

module hwsim_rom #(
    parameter WIDTH = 64,
    parameter [63:0] DEPTH = 1,
    parameter ADDRESS_BITS = 1,
    parameter FILE = ""
) (
    input  wire                    clk,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] address,
    input  wire                    output_enable,
    output reg  [WIDTH-1:0]        data
);

    // verilator lint_off UNDRIVEN
    reg [WIDTH-1:0] memory [0:DEPTH-1];  // undriven where there is no file
    // verilator lint_on UNDRIVEN
    reg [WIDTH-1:0] word;

    generate
        if (FILE != "") begin : initialised
            initial $readmemh(FILE, memory, 0, DEPTH - 1);
        end
    endgenerate

    always @(posedge clk) begin
        if (read_enable) word <= memory[address];
        if (output_enable) data <= word;
    end

endmodule

`default_nettype wire
