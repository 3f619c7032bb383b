// SPDX-License-Identifier: Apache-2.0
//
// The engine's two memories as the proofs see them: with the timing of hwsim_rom.v and
// hwsim_ram.v, content that may be anything, counts of accesses, and what holds of every access
// once the reset is over:
//
//   no address lies outside; no word is read in the cycle in which it is written.
`default_nettype none

module hwsim_rom #(
    parameter WIDTH = 64,
    parameter [63:0] DEPTH = 1,
    parameter ADDRESS_BITS = 1,
    parameter HOST_BITS = 0,  // no host
    parameter BANKS = 1,
    parameter MEMORY = 0,
    parameter ENGINE = 0,
    parameter PIPELINED = 0,
    parameter PROTECTION = 0,  // no check bits
    parameter FILE = ""
) (
    input  wire                    clk,
    input  wire [HOST_BITS+40:0]   host,
    output wire [HOST_BITS:0]      host_data,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] address,
    input  wire                    output_enable,
    output reg  [WIDTH-1:0]        data,
    output wire [1:0]              errors
);

    assign errors = 2'b00;

    assign host_data = {(HOST_BITS+1){1'b0}};

    (* keep, anyconst *) reg [WIDTH*DEPTH-1:0] contents;

    reg             started = 1'b0;
    (* keep *) reg [9:0] reads = 10'd0;
    reg [WIDTH-1:0] word;

    always @(posedge clk) begin
        started <= 1'b1;
        if (started && read_enable) reads <= reads + 1'b1;
        if (read_enable) word <= contents[address*WIDTH +: WIDTH];
    end

    generate
        if (PIPELINED != 0) begin : three_registers
            reg [WIDTH-1:0] second;
            always @(posedge clk) begin
                if (output_enable) second <= word;
                data <= second;
            end
        end else begin : two_registers
            always @(posedge clk) if (output_enable) data <= word;
        end
    endgenerate

    always @* if (started && read_enable) assert (address < DEPTH);

endmodule

module hwsim_ram #(
    parameter WIDTH = 64,
    parameter DEPTH = 1,
    parameter ADDRESS_BITS = 1,
    parameter PROTECTION = 0
) (
    input  wire                    clk,
    input  wire                    write_enable,
    input  wire [ADDRESS_BITS-1:0] write_address,
    input  wire [WIDTH-1:0]        write_data,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] read_address,
    input  wire                    output_enable,
    output reg  [WIDTH-1:0]        read_data,
    output wire [1:0]              errors
);

    assign errors = 2'b00;

    reg [WIDTH-1:0] memory [0:DEPTH-1];
    reg             started = 1'b0;
    (* keep *) reg [9:0] reads = 10'd0;
    (* keep *) reg [9:0] writes = 10'd0;
    reg [WIDTH-1:0] word;

    always @(posedge clk) begin
        started <= 1'b1;
        if (started && read_enable) reads <= reads + 1'b1;
        if (started && write_enable) writes <= writes + 1'b1;
        if (write_enable) memory[write_address] <= write_data;
        if (read_enable) word <= memory[read_address];
        if (output_enable) read_data <= word;
    end

    always @* if (started) begin
        if (read_enable) assert (read_address < DEPTH);
        if (write_enable) assert (write_address < DEPTH);
        if (read_enable && write_enable) assert (read_address != write_address);
    end

endmodule

`default_nettype wire
