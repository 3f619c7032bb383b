// SPDX-License-Identifier: Apache-2.0
//
// docs/contract.md in integers, a step after the other, no pipeline and no rule that saves work.
//
// contract_step: one step from a state, to the next or to outputs other than the patterns. contract:
// a whole recall.
`default_nettype none

module contract_step #(
    parameter NEURONS = 3,
    parameter PATTERNS = 3,
    parameter WEIGHT_BITS = 1,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 2,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter LANES = 8,
    parameter OUTPUTS = 0,
    parameter FIELDS = (OUTPUTS == 0) ? NEURONS : OUTPUTS,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter WEIGHT_WORDS = WEIGHT_BITS * (DATAFLOW_ROW ? PATTERNS * WORDS : GROUPS * FIELDS),
    parameter ZB = OFFSET_BITS + (OFFSET_BITS == 0),
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter FIELD_BITS = 24  // more than any field here takes
) (
    input  wire [NEURONS-1:0]                 state,
    input  wire [LANES*WORDS*PATTERNS-1:0]    patterns,
    input  wire [LANES*WEIGHT_WORDS-1:0]      weights,
    input  wire [KERNEL_BITS*(NEURONS+1)-1:0] lut,
    input  wire [ZB*FIELDS-1:0]               offsets,
    output reg  [FIELDS-1:0]                  next,
    output reg  [FIELD_BITS*FIELDS-1:0]       fields,
    output reg  [DISTANCE_BITS*PATTERNS-1:0]  distances,
    output reg  [DISTANCE_BITS-1:0]           nearest,     // their smallest, d0
    output reg  [NEURONS-1:0]                 winner,      // the first pattern at it
    output reg  [FIELD_BITS-1:0]              kernel_sum,  // S
    output reg  [9:0]                         candidates   // patterns with a kernel value
);

    reg [DISTANCE_BITS-1:0]     d;
    reg [KERNEL_BITS-1:0]       k;
    reg signed [FIELD_BITS-1:0] a, code, field;
    integer                     m, i, p;

    function [DISTANCE_BITS-1:0] ones(input [NEURONS-1:0] x);
        integer at;
        begin
            ones = 0;
            for (at = 0; at < NEURONS; at = at + 1) ones = ones + x[at];
        end
    endfunction

    function weight_bit(input integer pattern, input integer neuron, input integer plane);
        if (DATAFLOW_ROW)
            weight_bit = weights[((pattern*WORDS + neuron/LANES)*WEIGHT_BITS + plane)*LANES
                                 + neuron%LANES];
        else
            weight_bit = weights[((pattern/LANES*FIELDS + neuron)*WEIGHT_BITS + plane)*LANES
                                 + pattern%LANES];
    endfunction

    function signed [FIELD_BITS-1:0] plane_weight(input integer plane);
        plane_weight = PLANE_WEIGHTS[8*plane +: 8];
    endfunction

    function signed [FIELD_BITS-1:0] wide_offset(input [ZB-1:0] z);
        wide_offset = {{(FIELD_BITS-ZB){z[ZB-1]}}, z};
    endfunction

    always @* begin
        {a, code, field} = 0;
        k = 0;
        nearest = NEURONS;
        winner = 0;
        for (m = PATTERNS - 1; m >= 0; m = m - 1) begin
            d = ones(state ^ patterns[m*WORDS*LANES +: NEURONS]);
            distances[m*DISTANCE_BITS +: DISTANCE_BITS] = d;
            if (d <= nearest) {nearest, winner} = {d, patterns[m*WORDS*LANES +: NEURONS]};
        end
        kernel_sum = 0;
        candidates = 0;
        for (m = 0; m < PATTERNS; m = m + 1) begin
            d = distances[m*DISTANCE_BITS +: DISTANCE_BITS] - (ORIGIN_NEAREST ? nearest : 0);
            k = lut[d*KERNEL_BITS +: KERNEL_BITS];
            kernel_sum = kernel_sum + k;
            candidates = candidates + (k != 0);
        end
        for (i = 0; i < FIELDS; i = i + 1) begin
            a = 0;
            for (m = 0; m < PATTERNS; m = m + 1) begin
                d = distances[m*DISTANCE_BITS +: DISTANCE_BITS] - (ORIGIN_NEAREST ? nearest : 0);
                k = lut[d*KERNEL_BITS +: KERNEL_BITS];
                code = 0;
                for (p = 0; p < WEIGHT_BITS; p = p + 1)
                    code = weight_bit(m, i, p) ? code + plane_weight(p) : code - plane_weight(p);
                a = a + code * $signed({1'b0, k});
            end
            field = a <<< OFFSET_FRAC_BITS;
            if (OFFSET_BITS != 0)
                field = field + wide_offset(offsets[i*ZB +: ZB]) * $signed(kernel_sum);
            fields[i*FIELD_BITS +: FIELD_BITS] = field;
            next[i] = field == 0 ? OUTPUTS == 0 && state[i%NEURONS] : !field[FIELD_BITS-1];
        end
    end

endmodule

module contract #(
    parameter NEURONS = 3,
    parameter PATTERNS = 3,
    parameter WEIGHT_BITS = 1,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 2,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter MAX_STEPS = 1,
    parameter LANES = 8,
    parameter PIPELINED = 0,  // of cycles alone
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter WEIGHT_WORDS = WEIGHT_BITS * (DATAFLOW_ROW ? PATTERNS * WORDS : GROUPS * NEURONS),
    parameter ZB = OFFSET_BITS + (OFFSET_BITS == 0),
    parameter DISTANCE_BITS = $clog2(NEURONS + 1)
) (
    input  wire [NEURONS-1:0]                 query,
    input  wire [LANES*WORDS*PATTERNS-1:0]    patterns,
    input  wire [LANES*WEIGHT_WORDS-1:0]      weights,
    input  wire [KERNEL_BITS*(NEURONS+1)-1:0] lut,
    input  wire [ZB*NEURONS-1:0]              offsets,
    output reg  [NEURONS-1:0]                 state,
    output reg  [15:0]                        steps,
    output reg                                converged,
    output reg                                miss,
    output reg  [DISTANCE_BITS-1:0]           distance,
    output reg  [9:0]                         cycles  // of one word, one group, without rules
);

    localparam UPDATE_CYCLES = DATAFLOW_ROW
        ? LANES + 9 + NEURONS + 14 + 6 * PIPELINED
        : (LANES + 8) + NEURONS * WEIGHT_BITS + 13 + 3 + $clog2(KERNEL_BITS) + 8 * PIPELINED;

    wire [NEURONS*MAX_STEPS-1:0]       next;
    wire [DISTANCE_BITS*MAX_STEPS-1:0] nearest;
    wire [24*MAX_STEPS-1:0]            kernel_sum;
    wire [10*MAX_STEPS-1:0]            candidates;
    genvar                             g;
    integer                            t;

    generate
        for (g = 0; g < MAX_STEPS; g = g + 1) begin : step
            wire [NEURONS-1:0] from;

            if (g == 0) assign from = query;
            else assign from = next[(g-1)*NEURONS +: NEURONS];

            contract_step #(
                .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
                .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS),
                .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS),
                .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW), .LANES(LANES)
            ) one (
                .state(from), .patterns(patterns), .weights(weights), .lut(lut),
                .offsets(offsets), .next(next[g*NEURONS +: NEURONS]), .fields(), .distances(),
                .winner(), .nearest(nearest[g*DISTANCE_BITS +: DISTANCE_BITS]),
                .kernel_sum(kernel_sum[g*24 +: 24]), .candidates(candidates[g*10 +: 10])
            );
        end
    endgenerate

    always @* begin
        state = query;
        steps = 0;
        converged = 1'b0;
        miss = kernel_sum[23:0] == 0;
        distance = 0;
        cycles = 2 + 3;  // the beats, and SEND
        for (t = 0; t < MAX_STEPS; t = t + 1)
            if (!converged) begin
                steps = steps + 1'b1;
                converged = next[t*NEURONS +: NEURONS] == state;
                state = next[t*NEURONS +: NEURONS];
                distance = nearest[t*DISTANCE_BITS +: DISTANCE_BITS];
                cycles = cycles + (PATTERNS + 5 + 3) + 1 + (1 + 8) + 3 * PIPELINED;
                if (kernel_sum[t*24 +: 24] != 0)
                    cycles = cycles + UPDATE_CYCLES
                        + (DATAFLOW_ROW ? candidates[t*10 +: 10] * WEIGHT_BITS : 0);
            end
    end

endmodule

`default_nettype wire
