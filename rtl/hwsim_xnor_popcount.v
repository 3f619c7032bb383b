// SPDX-License-Identifier: Apache-2.0
//
// The datapath's one primitive, on SLICES masks at once, a new operand every cycle:
//
//   sum = sum over s of 2**s * popcount(~(a ^ b) & mask[s])
//
// mask[s] is mask[s*LANES +: LANES]. The distance stage has one slice (a = state, b = pattern);
// the multiply-accumulate has one slice a bit of the kernel values (a = weights, b = ones).
//
// The adder tree is written as one wide addition a level. A vector is cut into fields; level k
// adds neighbouring fields of 2**k bits into fields of twice the width, so a register a level
// and LEVELS cycles from in_valid to out_valid:
//
//   level 0      bits           -> 2-bit fields holding 0..2
//   level 1      2-bit fields   -> 4-bit fields holding 0..4
//   ...          until one field of LANES bits remains for each slice, then
//   level LL+j   slice 2t + 2**(2**j) * slice 2t+1  -> one field for both
//
// Fields do not disturb each other: a sum of 2**(k+1) bits needs only k+2 bits of its field, the
// masks keep just those, and the bits above them are constant 0 guard bits that stop every carry.
// A synthesiser sees the constants and builds the usual separate small adders.
`default_nettype none

module hwsim_xnor_popcount #(
    parameter LANES = 64,  // a power of two
    parameter SLICES = 1,
    parameter SUM_BITS = $clog2(LANES) + SLICES  // holds LANES * (2**SLICES - 1)
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire                    in_valid,
    input  wire [LANES-1:0]        a,
    input  wire [LANES-1:0]        b,
    input  wire [SLICES*LANES-1:0] mask,
    output wire                    out_valid,
    output wire [SUM_BITS-1:0]     sum
);

    localparam LANE_LEVELS = $clog2(LANES);
    localparam LEVELS = LANE_LEVELS + $clog2(SLICES);
    localparam SPAN = LANES << $clog2(SLICES);  // slices filled up to a power of two with 0

    reg [LEVELS-1:0] valid;  // valid[k]: level k holds an operand

    always @(posedge clk)
        valid <= rst ? {LEVELS{1'b0}} : {valid[LEVELS-2:0], in_valid};

    genvar k;
    generate
        for (k = 0; k < LEVELS; k = k + 1) begin : level
            localparam FIELD = 1 << k;
            // Slices meet with weight 2**(2**j): the odd one moves up by SHIFT places.
            localparam SHIFT = (k < LANE_LEVELS) ? 0 : 1 << (k - LANE_LEVELS);
            // Bits that a field's value can have before this level.
            localparam VALUE = (k < LANE_LEVELS) ? k + 1 : LANE_LEVELS + SHIFT;
            // From 4-bit fields on a sum of two lanes' counts fits the narrow field already, and
            // masking once, after adding, is enough.
            localparam MASK_AFTER = k >= 2 && k < LANE_LEVELS;
            localparam KEPT = MASK_AFTER ? VALUE + 1 : VALUE;

            // Masks are nets, not localparams: Icarus rebuilds a wide constant at every use.
            wire [SPAN-1:0] even = {SPAN / (2 * FIELD){
                {(2 * FIELD - KEPT){1'b0}}, {KEPT{1'b1}}}};
            // verilator lint_off UNUSEDSIGNAL
            reg [SPAN-1:0] fields;  // of the last level, the sum alone is looked at
            // verilator lint_on UNUSEDSIGNAL

            if (k == 0) begin : bits
                function [SPAN-1:0] pairs(input [SPAN-1:0] x);
                    pairs = (x & even) + ((x >> 1) & even);
                endfunction
                always @(posedge clk)
                    if (in_valid) fields <= pairs({SLICES{~(a ^ b)}} & mask);
            end else if (MASK_AFTER) begin : roomy
                always @(posedge clk)
                    if (valid[k-1])
                        fields <= (level[k-1].fields + (level[k-1].fields >> FIELD)) & even;
            end else begin : full
                wire [SPAN-1:0] odd = even << SHIFT;
                always @(posedge clk)
                    if (valid[k-1])
                        fields <= (level[k-1].fields & even)
                            + ((level[k-1].fields >> (FIELD - SHIFT)) & odd);
            end
        end
    endgenerate

    assign out_valid = valid[LEVELS-1];
    assign sum = level[LEVELS-1].fields[SUM_BITS-1:0];

endmodule

`default_nettype wire
