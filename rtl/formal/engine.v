// SPDX-License-Identifier: Apache-2.0
//
// The whole engine at a few neurons and patterns against contract.v, for every pattern memory,
// every code, every kernel table that does not rise, every offset and all queries at once.
//
// All registers and memories begin with anything, then the reset is 1 for one cycle, as after a
// reset in the middle of a recall. So nothing of before (no X of a simulator either) gets through:
//
//   the results are the contract's: bits, steps, flags, distance; they come within MOST_CYCLES, once
//   each and in order, and every counter equals the accesses that its memory has seen; without
//   rules and with one query, clock cycles are by the formula of hwsim/cost/cycles.py.
//
// With rules, the radius memory and the parameters may be any that mean what the contract says of
// them, for each of all states: not only those that hwsim derives.
//
// The queries of QUERIES_IN_FLIGHT come one directly after the other. Wires with a memory's name are
// connected to its content after flattening, counts likewise.
`default_nettype none

module engine #(
    parameter NEURONS = 3,
    parameter PATTERNS = 3,
    parameter WEIGHT_BITS = 1,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 2,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter MAX_STEPS = 1,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter SHARED_PLANES = 0,  // 1: with WEIGHT_BITS 1, there is no weight memory
    parameter RADIUS_BITS = 0,
    parameter WINNER_LIMIT = 0,
    parameter COARSE_WORDS = 0,
    parameter REACH = 0,
    parameter QUERIES_IN_FLIGHT = 1,
    parameter PIPELINED = 0,
    parameter LANES = 8,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter WEIGHT_WORDS = WEIGHT_BITS * (DATAFLOW_ROW ? PATTERNS * WORDS : NEURONS),
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter ZB = OFFSET_BITS + (OFFSET_BITS == 0),
    parameter RB = RADIUS_BITS + (RADIUS_BITS == 0)
) (
    input wire clk
);

    localparam Q = QUERIES_IN_FLIGHT;
    localparam RULES = RADIUS_BITS != 0 || WINNER_LIMIT != 0 || COARSE_WORDS != 0;
    localparam EXACT = !RULES && Q == 1 && WORDS == 1;  // as contract.v counts cycles

    // What the memories hold, and what was read and written --------------------------------------

    wire [LANES*WORDS*PATTERNS-1:0]    patterns;
    wire [LANES*WEIGHT_WORDS-1:0]      weights;
    wire [KERNEL_BITS*(NEURONS+1)-1:0] lut;
    wire [ZB*NEURONS-1:0]              offsets;
    wire [RB*PATTERNS-1:0]             radii;
    wire [9:0] pattern_count, weight_count, lut_count, radius_count;
    wire [9:0] state_read_count, state_write_count, distance_read_count, distance_write_count;

    (* anyconst *) reg [LANES*WORDS*Q-1:0] queries;  // lanes that no neuron has, too

    reg        rst = 1'b1;
    reg  [9:0] clock = 10'd0;     // cycles since the first beat was accepted, that cycle included
    reg  [7:0] asked = 8'd0;      // beats
    reg  [7:0] answered = 8'd0;

    wire                     s_axis_tready, query_dropped, m_axis_tvalid, m_axis_tlast;
    wire                     m_axis_tid;
    wire [LANES-1:0]         m_axis_tdata;
    wire [15:0]              steps;
    wire                     converged, miss;
    wire [DISTANCE_BITS-1:0] distance;
    wire [63:0] cycles, pattern_reads, weight_reads, lut_reads, radius_reads;
    wire [63:0] state_reads, state_writes, distance_reads, distance_writes;
    wire        asks = asked < WORDS * Q;

    hwsim_engine #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
        .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS), .WINNER_LIMIT(WINNER_LIMIT),
        .COARSE_WORDS(COARSE_WORDS), .REACH(REACH), .QUERIES_IN_FLIGHT(Q),
        .PIPELINED(PIPELINED)
    ) engine (
        .clk(clk), .rst(rst), .step_limit(16'd0), .host(41'd0), .weight_supply(1'b0),
        .s_axis_tdata(queries[asked*LANES +: LANES]), .s_axis_tvalid(asks),
        .s_axis_tready(s_axis_tready), .s_axis_tlast(asked % WORDS == WORDS - 1),
        .s_axis_tid(asked / WORDS & 1'b1), .query_dropped(query_dropped),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(1'b1),
        .m_axis_tlast(m_axis_tlast), .m_axis_tid(m_axis_tid), .result_steps(steps),
        .result_converged(converged), .result_miss(miss), .result_distance(distance),
        .cycles(cycles), .pattern_reads(pattern_reads), .weight_reads(weight_reads),
        .lut_reads(lut_reads), .radius_reads(radius_reads), .state_reads(state_reads),
        .state_writes(state_writes), .distance_reads(distance_reads),
        .distance_writes(distance_writes)
    );

    wire accepted = s_axis_tready && asks;

    always @(posedge clk) begin
        rst <= 1'b0;
        if (accepted) asked <= asked + 1'b1;
        if (m_axis_tvalid && !rst) answered <= answered + 1'b1;
        if (accepted || asked != 0) clock <= clock + 1'b1;
    end

    // What the contract says, kept from the first cycle on: a solver has it once, not in every cycle

    reg  [LANES*WORDS*Q-1:0]   expected_words;
    reg  [16*Q-1:0]            expected_steps;
    reg  [Q-1:0]               expected_converged, expected_miss;
    reg  [DISTANCE_BITS*Q-1:0] expected_distance;
    reg  [10*Q-1:0]            expected_cycles;
    genvar                     q;

    generate
        for (q = 0; q < Q; q = q + 1) begin : recall
            localparam SPARE = WORDS * LANES - NEURONS;
            wire [NEURONS-1:0]       state;
            wire [15:0]              its_steps;
            wire                     its_converged, its_miss;
            wire [DISTANCE_BITS-1:0] its_distance;
            wire [9:0]               its_cycles;

            contract #(
                .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
                .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS),
                .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS),
                .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
                .MAX_STEPS(MAX_STEPS), .LANES(LANES), .PIPELINED(PIPELINED)
            ) specified (
                .query(queries[q*WORDS*LANES +: NEURONS]), .patterns(patterns),
                .weights(weights), .lut(lut), .offsets(offsets), .state(state),
                .steps(its_steps), .converged(its_converged), .miss(its_miss),
                .distance(its_distance), .cycles(its_cycles)
            );

            always @(posedge clk) if (rst) begin
                expected_words[q*WORDS*LANES +: WORDS*LANES] <= {{SPARE{1'b0}}, state};
                expected_steps[q*16 +: 16] <= its_steps;
                expected_converged[q] <= its_converged;
                expected_miss[q] <= its_miss;
                expected_distance[q*DISTANCE_BITS +: DISTANCE_BITS] <= its_distance;
                expected_cycles[q*10 +: 10] <= its_cycles;
            end
        end

        if (SHARED_PLANES != 0) begin : shared
            assign weights = patterns;
            assign weight_count = 10'd0;
        end
        if (OFFSET_BITS == 0) assign offsets = 0;
        if (RADIUS_BITS == 0) assign radii = 0;
    endgenerate

    rules #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .OFFSET_BITS(OFFSET_BITS),
        .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .DATAFLOW_ROW(DATAFLOW_ROW), .LANES(LANES), .RADIUS_BITS(RADIUS_BITS),
        .WINNER_LIMIT(WINNER_LIMIT), .REACH(REACH)
    ) rules (
        .first(rst), .patterns(patterns), .weights(weights), .lut(lut), .offsets(offsets),
        .radii(radii)
    );

    // The most that any memory and query can take: T steps, each with a group to sum; and, with
    // rules, a probe, a shortlist, a look at a radius and a copy.
    // PIPELINED: a cycle more in a scan, two in a list, some of an update, one in each of those of rules.
    localparam UPDATE_CYCLES = DATAFLOW_ROW
        ? LANES + 9 + PATTERNS * WEIGHT_BITS * WORDS + NEURONS + 14 + 6 * PIPELINED
        : (LANES + 8) + NEURONS * WEIGHT_BITS + 13 + 3 + $clog2(KERNEL_BITS) + 8 * PIPELINED;
    localparam RULE_CYCLES = RULES
        ? (WORDS + 9) + (PATTERNS * WORDS + 11) + 3 + (WORDS + 4) + 4 * PIPELINED : 0;
    // With several in flight the scan is for all; the rest, and two cycles for a turn, for each.
    localparam TURNS = (Q == 1) ? 0 : 2;
    localparam MOST_CYCLES = (Q != 1) + Q * (2 * WORDS + 3 + (Q != 1)) + MAX_STEPS
        * (PATTERNS * WORDS + 8 + PIPELINED + TURNS
           + Q * (1 + 9 + 2 * PIPELINED + UPDATE_CYCLES + RULE_CYCLES + 3 * TURNS));

    wire [7:0] now = answered / WORDS;  // which result

    always @* if (!rst) begin
        assert (!query_dropped);
        assert (asked != 0 || s_axis_tready);  // the first cycle after the reset
        assert (!m_axis_tvalid || (!asks && answered < WORDS * Q));
        assert (answered == WORDS * Q || clock < MOST_CYCLES);
        if (m_axis_tvalid) begin
            assert (m_axis_tdata == expected_words[answered*LANES +: LANES]);
            assert (m_axis_tlast == (answered % WORDS == WORDS - 1));
            assert (m_axis_tid == now[0]);
            assert (steps == expected_steps[now*16 +: 16]);
            assert (converged == expected_converged[now]);
            assert (miss == expected_miss[now]);
            assert (distance == expected_distance[now*DISTANCE_BITS +: DISTANCE_BITS]);
            assert (cycles == clock + 1);
            if (EXACT) assert (cycles == expected_cycles);
            assert (pattern_reads == pattern_count);
            assert (weight_reads == weight_count);
            assert (lut_reads == lut_count);
            if (RADIUS_BITS != 0) assert (radius_reads == radius_count);
            if (Q == 1) begin
                assert (state_reads == state_read_count);
                assert (state_writes == state_write_count);
                assert (distance_reads == distance_read_count);
                assert (distance_writes == distance_write_count);
            end
        end
        cover (m_axis_tvalid && converged && steps == MAX_STEPS && (!EXACT || cycles == MOST_CYCLES));
        cover (m_axis_tvalid && !converged);
        cover (answered == WORDS * Q && s_axis_tready);
    end

    generate
        if (RADIUS_BITS != 0 && WINNER_LIMIT != 0) begin : ruled
            wire changed = m_axis_tvalid && !rst && m_axis_tdata != queries[LANES-1:0];
            always @* begin
                cover (changed && lut_reads == 0);                         // a radius
                cover (changed && lut_reads != 0 && weight_reads == 0);    // the winner
                cover (changed && lut_reads != 0 && weight_reads != 0);    // all that was to be done
            end
        end else begin : not_ruled
            always @* cover (m_axis_tvalid && !rst && miss);
        end
    endgenerate

endmodule

`default_nettype wire
