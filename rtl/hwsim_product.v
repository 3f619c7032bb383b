// SPDX-License-Identifier: Apache-2.0
//
// PRODUCT: an offset times the kernel sum, in three cycles.
//
//   product = z * S = sum over pairs j of 4**j * (z[2j] + 2 * z[2j+1]) * S
//
// z is two's complement, so its highest bit counts negative; S is not. 3 * S and -S are registers,
// so that a pair selects among multiples, without a carry behind its selection. Then an adder for
// the pairs of each half, and one for both.
//
// valid[0] with the offset at cycle 0, valid[1] at 1, valid[2] at 2, product at cycle 3. S stands
// still from the cycle before valid[0] on.
`default_nettype none

module hwsim_product #(
    parameter OFFSET_BITS = 8,
    parameter SUM_BITS = 18,
    parameter PRODUCT_BITS = OFFSET_BITS + SUM_BITS
) (
    input  wire                           clk,
    input  wire [2:0]                     valid,
    input  wire [OFFSET_BITS-1:0]         offset,
    input  wire [SUM_BITS-1:0]            kernel_sum,
    output reg  signed [PRODUCT_BITS-1:0] product
);

    localparam PAIRS = (OFFSET_BITS + 1) / 2;
    localparam HALF = (PAIRS + 1) / 2;
    localparam PART_BITS = SUM_BITS + 3;

    // Pairs ------------------------------------------------------------------------------------

    // verilator lint_off UNUSEDSIGNAL
    reg [PART_BITS-1:0]       thrice;  // with a pair below the highest one
    // verilator lint_on UNUSEDSIGNAL
    reg [PART_BITS-1:0]       minus;   // -S
    wire [PART_BITS-1:0]      once = {3'd0, kernel_sum};
    reg [PAIRS*PART_BITS-1:0] parts;
    genvar                    j;

    always @(posedge clk) begin
        thrice <= once + (once << 1);
        minus <= {PART_BITS{1'b0}} - once;
    end

    function [PART_BITS-1:0] multiple(
        input [1:0] pair_bits, input [PART_BITS-1:0] of_1, input [PART_BITS-1:0] of_2,
        input [PART_BITS-1:0] of_3
    );
        case (pair_bits)
            2'd0: multiple = {PART_BITS{1'b0}};
            2'd1: multiple = of_1;
            2'd2: multiple = of_2;
            default: multiple = of_3;
        endcase
    endfunction

    generate
        for (j = 0; j < PAIRS; j = j + 1) begin : pair
            wire [PART_BITS-1:0] part_of_pair;

            if (2 * j + 1 == OFFSET_BITS) begin : sign_alone
                assign part_of_pair = multiple({1'b0, offset[2*j]}, minus, once, once);
            end else if (j == PAIRS - 1) begin : with_sign
                assign part_of_pair = multiple(offset[2*j +: 2], once, minus << 1, minus);
            end else begin : below
                assign part_of_pair = multiple(offset[2*j +: 2], once, once << 1, thrice);
            end

            always @(posedge clk)
                if (valid[0]) parts[j*PART_BITS +: PART_BITS] <= part_of_pair;
        end
    endgenerate

    // Halves, and both --------------------------------------------------------------------------

    reg [PRODUCT_BITS-1:0] low, high;  // sums of the lower and of the upper pairs
    reg [PRODUCT_BITS-1:0] low_sum, high_sum;
    // verilator lint_off UNUSEDSIGNAL
    reg [PRODUCT_BITS+PART_BITS-1:0] part;  // in its place
    // verilator lint_on UNUSEDSIGNAL
    integer i;

    always @* begin
        low_sum = {PRODUCT_BITS{1'b0}};
        high_sum = {PRODUCT_BITS{1'b0}};
        part = {(PRODUCT_BITS+PART_BITS){1'b0}};
        for (i = 0; i < PAIRS; i = i + 1) begin
            part = {{PRODUCT_BITS{parts[i*PART_BITS+PART_BITS-1]}},
                    parts[i*PART_BITS +: PART_BITS]} << (2 * i);
            if (i < HALF) low_sum = low_sum + part[PRODUCT_BITS-1:0];
            else high_sum = high_sum + part[PRODUCT_BITS-1:0];
        end
    end

    always @(posedge clk) begin
        if (valid[1]) begin
            low <= low_sum;
            high <= high_sum;
        end
        if (valid[2]) product <= low + high;
    end

endmodule

`default_nettype wire
