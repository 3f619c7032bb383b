// SPDX-License-Identifier: Apache-2.0
//
// The whole engine at a few neurons and patterns against docs/contract.md, for every pattern
// memory, every code, every kernel table that does not rise, every offset and every query at once.
//
// All registers and memories begin with anything, then the reset is 1 for one cycle, as after a
// reset in the middle of a recall. So nothing of before (no X of a simulator either) gets through:
//
//   the result is the contract's: bits, steps, flags, distance, its clock cycles by the formula of
//   hwsim/cost/cycles.py; it comes within MOST_CYCLES, once, and every counter equals the accesses
//   that its memory has seen.
//
// The state is one word (N <= L, P <= L), so that one beat is a query. The contract stands below
// in integers, a step after the other and no pipeline. Wires with a memory's name are connected to
// its content after flattening, counts likewise.
`default_nettype none

module engine #(
    parameter NEURONS = 3,
    parameter PATTERNS = 3,
    parameter WEIGHT_BITS = 1,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 2,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter MAX_STEPS = 2,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter ZB = OFFSET_BITS + (OFFSET_BITS == 0)
) (
    input wire clk
);

    localparam LANES = 8;
    localparam FIELD_BITS = 24;  // more than any field here takes

    // What the memories hold, and what was read and written --------------------------------------

    wire [LANES*PATTERNS-1:0]            patterns;
    wire [LANES*WEIGHT_BITS*(DATAFLOW_ROW ? PATTERNS : NEURONS)-1:0] weights;
    wire [KERNEL_BITS*(NEURONS+1)-1:0]   lut;
    wire [ZB*NEURONS-1:0]                offsets;
    wire [9:0] pattern_count, weight_count, lut_count, state_read_count, state_write_count;
    wire [9:0] distance_read_count, distance_write_count;

    (* anyconst *) reg [NEURONS-1:0] query;
    (* anyconst *) reg [LANES-NEURONS-1:0] unused_lanes;

    reg       rst = 1'b1;
    reg       asked = 1'b0;
    reg       answered = 1'b0;
    reg [9:0] clock = 10'd0;  // cycles since the query was accepted, that cycle included

    wire                     s_axis_tready, query_dropped, m_axis_tvalid, m_axis_tlast;
    wire [LANES-1:0]         m_axis_tdata;
    wire [15:0]              steps;
    wire                     converged, miss;
    wire [DISTANCE_BITS-1:0] distance;
    wire [63:0] cycles, pattern_reads, weight_reads, lut_reads, state_reads, state_writes;
    wire [63:0] distance_reads, distance_writes;

    hwsim_engine #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW)
    ) engine (
        .clk(clk), .rst(rst), .step_limit(16'd0), .host(40'd0), .s_axis_tdata({unused_lanes, query}),
        .s_axis_tvalid(!asked), .s_axis_tready(s_axis_tready), .s_axis_tlast(1'b1),
        .s_axis_tid(1'b0), .query_dropped(query_dropped), .m_axis_tdata(m_axis_tdata),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(1'b1), .m_axis_tlast(m_axis_tlast),
        .result_steps(steps), .result_converged(converged), .result_miss(miss),
        .result_distance(distance), .cycles(cycles), .pattern_reads(pattern_reads),
        .weight_reads(weight_reads), .lut_reads(lut_reads), .state_reads(state_reads),
        .state_writes(state_writes), .distance_reads(distance_reads),
        .distance_writes(distance_writes)
    );

    wire accepted = s_axis_tready && !asked;

    always @(posedge clk) begin
        rst <= 1'b0;
        if (accepted) asked <= 1'b1;
        if (asked && m_axis_tvalid) answered <= 1'b1;
        if (accepted || asked) clock <= clock + 1'b1;
    end

    // The contract -------------------------------------------------------------------------------

    reg [NEURONS-1:0]           state, next;
    reg [15:0]                  expected_steps;
    reg                         expected_converged, expected_miss, over;
    reg [DISTANCE_BITS-1:0]     d0, d;
    reg [KERNEL_BITS-1:0]       k;
    reg signed [FIELD_BITS-1:0] sum, a, code, field;
    reg [9:0]                   expected_cycles, candidates;
    integer                     t, m, i, p;

    function [DISTANCE_BITS-1:0] hamming(input [NEURONS-1:0] x);
        integer bit_;
        begin
            hamming = 0;
            for (bit_ = 0; bit_ < NEURONS; bit_ = bit_ + 1) hamming = hamming + x[bit_];
        end
    endfunction

    function signed [FIELD_BITS-1:0] plane_weight(input integer plane);
        plane_weight = PLANE_WEIGHTS[8*plane +: 8];
    endfunction

    function signed [FIELD_BITS-1:0] wide_offset(input [ZB-1:0] z);
        wide_offset = {{(FIELD_BITS-ZB){z[ZB-1]}}, z};
    endfunction

    always @* begin
        state = query;
        over = 1'b0;
        d0 = 0; d = 0; k = 0; sum = 0; a = 0; code = 0; field = 0; candidates = 0; next = 0;
        expected_steps = 0;
        expected_converged = 1'b0;
        expected_miss = 1'b0;
        expected_cycles = 2 + 3;  // the beats, and SEND
        for (t = 1; t <= MAX_STEPS; t = t + 1)
            if (!over) begin
                d0 = NEURONS;
                for (m = 0; m < PATTERNS; m = m + 1) begin
                    d = hamming(state ^ patterns[m*LANES +: NEURONS]);
                    if (d < d0) d0 = d;
                end
                sum = 0;
                candidates = 0;
                for (m = 0; m < PATTERNS; m = m + 1) begin
                    d = hamming(state ^ patterns[m*LANES +: NEURONS]);
                    k = lut[(d - (ORIGIN_NEAREST ? d0 : 0))*KERNEL_BITS +: KERNEL_BITS];
                    sum = sum + k;
                    candidates = candidates + (k != 0);
                end
                for (i = 0; i < NEURONS; i = i + 1) begin
                    a = 0;
                    for (m = 0; m < PATTERNS; m = m + 1) begin
                        d = hamming(state ^ patterns[m*LANES +: NEURONS]);
                        k = lut[(d - (ORIGIN_NEAREST ? d0 : 0))*KERNEL_BITS +: KERNEL_BITS];
                        code = 0;
                        for (p = 0; p < WEIGHT_BITS; p = p + 1)
                            if (DATAFLOW_ROW ? weights[(m*WEIGHT_BITS + p)*LANES + i]
                                             : weights[(i*WEIGHT_BITS + p)*LANES + m])
                                code = code + plane_weight(p);
                            else
                                code = code - plane_weight(p);
                        a = a + code * $signed({1'b0, k});
                    end
                    field = a <<< OFFSET_FRAC_BITS;
                    if (OFFSET_BITS != 0) field = field + wide_offset(offsets[i*ZB +: ZB]) * sum;
                    next[i] = field == 0 ? state[i] : !field[FIELD_BITS-1];
                end
                expected_steps = t;
                expected_converged = next == state;
                if (t == 1) expected_miss = sum == 0;
                over = expected_converged;
                state = next;
                expected_cycles = expected_cycles + (PATTERNS + 5 + 3) + 1 + (1 + 8);
                if (sum != 0 && DATAFLOW_ROW)
                    expected_cycles = expected_cycles + LANES + 9 + candidates * WEIGHT_BITS
                        + NEURONS + 14;
                if (sum != 0 && !DATAFLOW_ROW)
                    expected_cycles = expected_cycles + (LANES + 8)
                        + NEURONS * WEIGHT_BITS + 13 + 3 + $clog2(KERNEL_BITS);
            end
    end

    // The most that any memory and query can take: T steps, each with a group to sum.
    localparam UPDATE_CYCLES = DATAFLOW_ROW
        ? LANES + 9 + PATTERNS * WEIGHT_BITS + NEURONS + 14
        : (LANES + 8) + NEURONS * WEIGHT_BITS + 13 + 3 + $clog2(KERNEL_BITS);
    localparam MOST_CYCLES = 5 + MAX_STEPS * (PATTERNS + 8 + 1 + 9 + UPDATE_CYCLES);

    always @* begin
        for (i = 0; i < PATTERNS; i = i + 1)  // lanes that no neuron has are 0 in an image
            assume (patterns[i*LANES + NEURONS +: LANES-NEURONS] == 0);
        for (i = 0; i < NEURONS; i = i + 1)
            assume (lut[i*KERNEL_BITS +: KERNEL_BITS] >= lut[(i+1)*KERNEL_BITS +: KERNEL_BITS]);

        if (!rst) begin
            assert (!query_dropped);
            assert (asked || s_axis_tready);  // the first cycle after the reset
            assert (!m_axis_tvalid || (asked && !answered));
            assert (answered || clock < MOST_CYCLES);
            if (m_axis_tvalid) begin
                assert (m_axis_tdata == state);
                assert (m_axis_tlast);
                assert (steps == expected_steps);
                assert (converged == expected_converged);
                assert (miss == expected_miss);
                assert (distance == d0);
                assert (cycles == clock + 1);
                assert (cycles == expected_cycles);
                assert (pattern_reads == pattern_count);
                assert (weight_reads == weight_count);
                assert (lut_reads == lut_count);
                assert (state_reads == state_read_count);
                assert (state_writes == state_write_count);
                assert (distance_reads == distance_read_count);
                assert (distance_writes == distance_write_count);
            end
            cover (m_axis_tvalid && converged && steps == MAX_STEPS && cycles == MOST_CYCLES);
            cover (m_axis_tvalid && !converged);
            cover (m_axis_tvalid && miss);
            cover (answered && s_axis_tready);
        end
    end

endmodule

`default_nettype wire
