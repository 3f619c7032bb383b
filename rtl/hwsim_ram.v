// SPDX-License-Identifier: Apache-2.0
//
// Simple dual-port memory: one write port, one read port with the timing of hwsim_rom.
//
//   cycle 0  read_enable, read_address
//   cycle 1  output_enable
//   cycle 2  read_data
//
// No stage reads a word in the cycle in which it is written, so what such a read would return
// does not matter (no_rw_check saves the logic that would make it the old word).
`default_nettype none

module hwsim_ram #(
    parameter WIDTH = 64,
    parameter DEPTH = 1,
    parameter ADDRESS_BITS = 1
) (
    input  wire                    clk,
    input  wire                    write_enable,
    input  wire [ADDRESS_BITS-1:0] write_address,
    input  wire [WIDTH-1:0]        write_data,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] read_address,
    input  wire                    output_enable,
    output reg  [WIDTH-1:0]        read_data
);

    (* no_rw_check *)
    reg [WIDTH-1:0] memory [0:DEPTH-1];
    reg [WIDTH-1:0] word;

    always @(posedge clk) begin
        if (write_enable) memory[write_address] <= write_data;
        if (read_enable) word <= memory[read_address];
        if (output_enable) read_data <= word;
    end

endmodule

`default_nettype wire
