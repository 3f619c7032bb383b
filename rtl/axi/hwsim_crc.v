// SPDX-License-Identifier: Apache-2.0
//
// CRC-32 (IEEE 802.3): a byte more a cycle, bit 0 first.
//
//   crc <= (crc ^ byte) through eight steps of x -> (x >> 1) ^ (x[0] ? 32'hEDB88320 : 0)
//
// from all ones on; what is reported is its complement.
`default_nettype none

module hwsim_crc (
    input  wire        clk,
    input  wire        clear,
    input  wire        enable,
    input  wire [7:0]  data,
    output wire [31:0] value
);

    function [31:0] after(input [31:0] sum, input [7:0] bits);
        integer step;
        begin
            after = sum ^ {24'd0, bits};
            for (step = 0; step < 8; step = step + 1)
                after = {1'b0, after[31:1]} ^ (32'hEDB88320 & {32{after[0]}});
        end
    endfunction

    reg [31:0] crc;

    always @(posedge clk)
        if (clear) crc <= 32'hFFFFFFFF;
        else if (enable) crc <= after(crc, data);

    assign value = ~crc;

endmodule

`default_nettype wire
