// SPDX-License-Identifier: Apache-2.0
//
// KERNEL: one kernel value a cycle.
//
//   value = lut[distance - origin],  origin = nearest (ORIGIN_NEAREST = 1) or 0
//
// Kernel LUT: word x is the value at x bits further than the origin; depth N + 1.
//
// request at cycle 0, value at cycle 3 (PIPELINED = 1: 4). Only the request travels; whoever asks
// knows the latency.
`default_nettype none

module hwsim_kernel_lookup #(
    parameter NEURONS = 200,
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter KERNEL_BITS = 8,
    parameter PIPELINED = 0,  // 1: of hwsim_rom
    parameter PROTECTION = 0,  // of hwsim_rom
    parameter ORIGIN_NEAREST = 1,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter KERNEL_LUT_FILE = ""
) (
    input  wire                     clk,
    input  wire                     rst,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [HOST_BITS+40:0]    host,
    // verilator lint_on UNUSEDSIGNAL
    output wire [HOST_BITS:0]       host_data,
    input  wire                     request,
    input  wire [DISTANCE_BITS-1:0] distance,
    input  wire [DISTANCE_BITS-1:0] nearest,
    output wire                     lut_read,
    output wire [KERNEL_BITS-1:0]   value,
    output wire [1:0]               errors
);

    localparam [31:0] VALUES = NEURONS + 1;
    localparam [63:0] DEPTH = {32'd0, VALUES};

    reg                     reading;
    reg                     fetched;
    reg [DISTANCE_BITS-1:0] address;

    always @(posedge clk) begin
        if (request) address <= (ORIGIN_NEAREST != 0) ? distance - nearest : distance;
        reading <= request;
        fetched <= reading;
        if (rst) begin
            reading <= 1'b0;
            fetched <= 1'b0;
        end
    end

    hwsim_rom #(
        .WIDTH(KERNEL_BITS), .DEPTH(DEPTH), .ADDRESS_BITS(DISTANCE_BITS), .FILE(KERNEL_LUT_FILE),
        .HOST_BITS(HOST_BITS), .BANKS(BANKS), .MEMORY(2), .ENGINE(8), .PIPELINED(PIPELINED),
        .PROTECTION(PROTECTION)
    ) lut (
        .clk(clk), .host(host), .host_data(host_data), .read_enable(reading), .address(address),
        .output_enable(fetched), .data(value), .errors(errors)
    );

    assign lut_read = reading;

endmodule

`default_nettype wire
