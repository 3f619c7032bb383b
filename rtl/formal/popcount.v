// SPDX-License-Identifier: Apache-2.0
//
// hwsim_xnor_popcount against its formula, for all operands, masks and gaps between them:
//
//   sum = sum over s of 2**s * popcount(~(a ^ b) & mask[s]),  LEVELS cycles after in_valid,
//
// and out_valid in that cycle alone. The formula adds bit after bit, with no field and no tree.
`default_nettype none

module popcount #(
    parameter LANES = 8,
    parameter SLICES = 1
) (
    input wire                    clk,
    input wire                    in_valid,
    input wire [LANES-1:0]        a,
    input wire [LANES-1:0]        b,
    input wire [SLICES*LANES-1:0] mask
);

    localparam LEVELS = $clog2(LANES) + $clog2(SLICES);
    localparam SUM_BITS = $clog2(LANES) + SLICES;

    reg  rst = 1'b1;  // the first cycle
    wire out_valid;
    wire [SUM_BITS-1:0] sum;

    hwsim_xnor_popcount #(.LANES(LANES), .SLICES(SLICES)) popcount (
        .clk(clk), .rst(rst), .in_valid(in_valid), .a(a), .b(b), .mask(mask),
        .out_valid(out_valid), .sum(sum)
    );

    // What went in, LEVELS cycles ago
    reg [LEVELS-1:0]       valid = {LEVELS{1'b0}};
    reg [LEVELS*SUM_BITS-1:0] expected;
    reg [SUM_BITS-1:0]     formula;
    integer s, i;

    always @* begin
        formula = {SUM_BITS{1'b0}};
        for (s = 0; s < SLICES; s = s + 1)
            for (i = 0; i < LANES; i = i + 1)
                if (a[i] == b[i] && mask[s*LANES + i])
                    formula = formula + ({{(SUM_BITS-1){1'b0}}, 1'b1} << s);
    end

    always @(posedge clk) begin
        rst <= 1'b0;
        valid <= rst ? {LEVELS{1'b0}} : {valid[LEVELS-2:0], in_valid};
        expected <= {expected[(LEVELS-1)*SUM_BITS-1:0], formula};
    end

    always @*
        if (!rst) begin
            assert (out_valid == valid[LEVELS-1]);
            if (out_valid) assert (sum == expected[LEVELS*SUM_BITS-1 -: SUM_BITS]);
            cover (out_valid && sum == LANES * ((1 << SLICES) - 1));
        end

endmodule

`default_nettype wire
