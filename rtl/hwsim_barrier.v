// SPDX-License-Identifier: Apache-2.0
//
// BARRIER: where engines side by side wait for each other.
//
// start sends off those that take part, 1 or more; each one's done pulse comes later, each in its
// own time. pending from the cycle after start until the last done, met one cycle after that.
`default_nettype none

module hwsim_barrier #(
    parameter ENGINES = 2
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               start,
    input  wire [ENGINES-1:0] taking_part,
    input  wire [ENGINES-1:0] done,
    output wire               pending,
    output reg                met
);

    reg [ENGINES-1:0] outstanding;

    assign pending = outstanding != 0;

    always @(posedge clk) begin
        outstanding <= start ? taking_part : outstanding & ~done;
        met <= pending && (outstanding & ~done) == 0;
        if (rst) begin
            outstanding <= {ENGINES{1'b0}};
            met <= 1'b0;
        end
    end

endmodule

`default_nettype wire
