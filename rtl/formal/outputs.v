// SPDX-License-Identifier: Apache-2.0
//
// The engine with outputs other than the patterns, at a few neurons, patterns and outputs, against
// contract_step of contract.v, for every memory and all queries at once, from any state on, as in
// engine.v:
//
//   T results come, one a step, with bits, label, flags and distance of its step and its number; a
//   step without a miss has given every field before its result, in order, and no other came; clock
//   cycles are by the formula of hwsim/cost/cycles.py and counters equal the accesses.
//
// The label is the lowest output with the largest product of field and scale. Of a sequence (T > 1)
// the signs are the next state; a step that misses feeds nothing back.
`default_nettype none

module outputs #(
    parameter NEURONS = 2,
    parameter PATTERNS = 2,
    parameter OUTPUTS = 2,
    parameter SCALE_BITS = 0,
    parameter KERNEL_BITS = 2,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter MAX_STEPS = 1,
    parameter ORIGIN_NEAREST = 0,
    parameter LANES = 8,
    parameter RESULT_WORDS = (OUTPUTS + LANES - 1) / LANES,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter ZB = OFFSET_BITS + (OFFSET_BITS == 0),
    parameter SB = SCALE_BITS + (SCALE_BITS == 0),
    parameter FIELD_BITS = 24  // as contract_step's
) (
    input wire clk
);

    // What the memories hold, and what was read and written --------------------------------------

    wire [LANES*PATTERNS-1:0]          patterns;
    wire [LANES*OUTPUTS-1:0]           weights;
    wire [KERNEL_BITS*(NEURONS+1)-1:0] lut;
    wire [ZB*OUTPUTS-1:0]              offsets;
    wire [SB*OUTPUTS-1:0]              scales;
    wire [9:0] pattern_count, weight_count, lut_count;

    (* anyconst *) reg [LANES-1:0] query;  // lanes that no neuron has, too

    reg        rst = 1'b1;
    reg        asked = 1'b0;
    reg  [9:0] clock = 10'd0;     // cycles since the beat was accepted, that cycle included
    reg  [7:0] answered = 8'd0;   // beats
    reg  [7:0] given = 8'd0;      // fields of the step

    wire                     s_axis_tready, query_dropped, m_axis_tvalid, m_axis_tlast;
    wire [LANES-1:0]         m_axis_tdata;
    wire [15:0]              steps, label;
    wire                     converged, miss, field_valid;
    wire signed [63:0]       field;
    wire [DISTANCE_BITS-1:0] distance;
    wire [63:0]              cycles, pattern_reads, weight_reads, lut_reads;

    hwsim_engine #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(1), .KERNEL_BITS(KERNEL_BITS),
        .LANES(LANES), .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS),
        .MAX_STEPS(MAX_STEPS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .OUTPUTS(OUTPUTS), .SCALE_BITS(SCALE_BITS)
    ) engine (
        .clk(clk), .rst(rst), .step_limit(16'd0), .host(41'd0), .weight_supply(1'b0),
        .s_axis_tdata(query), .s_axis_tvalid(!asked), .s_axis_tready(s_axis_tready),
        .s_axis_tlast(1'b1), .s_axis_tid(1'b0), .query_dropped(query_dropped),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(1'b1),
        .m_axis_tlast(m_axis_tlast), .result_steps(steps), .result_converged(converged),
        .result_miss(miss), .result_distance(distance), .result_label(label),
        .field_valid(field_valid), .field(field), .cycles(cycles),
        .pattern_reads(pattern_reads), .weight_reads(weight_reads), .lut_reads(lut_reads)
    );

    generate
        if (OFFSET_BITS == 0) assign offsets = 0;
        if (SCALE_BITS == 0) assign scales = {OUTPUTS{1'b1}};
    endgenerate

    integer m, d;
    always @* if (rst) begin  // as rules.v does without rules
        for (m = 0; m < PATTERNS; m = m + 1)
            assume (patterns[m*LANES + NEURONS +: LANES - NEURONS] == 0);
        for (d = 0; d < NEURONS; d = d + 1)
            assume (lut[d*KERNEL_BITS +: KERNEL_BITS] >= lut[(d+1)*KERNEL_BITS +: KERNEL_BITS]);
    end

    // What the contract says, kept from the first cycle on ---------------------------------------

    localparam UPDATE_CYCLES =
        (LANES + 8) + OUTPUTS + 13 + 3 + $clog2(KERNEL_BITS);
    localparam STEP_CYCLES = (PATTERNS + 5 + 3) + 1 + (1 + 8) + 3 + RESULT_WORDS;
    localparam MOST_CYCLES = 1 + MAX_STEPS * (STEP_CYCLES + UPDATE_CYCLES);

    wire [9:0]                              its_cycles [0:MAX_STEPS];
    reg  [9:0]                              expected_cycles;
    reg  [OUTPUTS*MAX_STEPS-1:0]            expected_bits;
    reg  [FIELD_BITS*OUTPUTS*MAX_STEPS-1:0] expected_fields;
    reg  [16*MAX_STEPS-1:0]                 expected_label;
    reg  [MAX_STEPS-1:0]                    expected_miss;
    reg  [DISTANCE_BITS*MAX_STEPS-1:0]      expected_distance;
    genvar                                  g;

    assign its_cycles[0] = 10'd1;

    generate
        for (g = 0; g < MAX_STEPS; g = g + 1) begin : step
            wire [NEURONS-1:0]            from, onward;
            wire [OUTPUTS-1:0]            next;
            wire [FIELD_BITS*OUTPUTS-1:0] fields;
            wire [FIELD_BITS-1:0]         kernel_sum;
            wire [DISTANCE_BITS-1:0]      nearest;
            wire                          silent = kernel_sum == 0;
            reg  signed [FIELD_BITS-1:0]  score, best;
            reg  [15:0]                   its_label;
            integer                       i;

            if (g == 0) assign from = query[NEURONS-1:0];
            else assign from = step[g-1].onward;
            assign onward = silent ? from : next;

            contract_step #(
                .NEURONS(NEURONS), .PATTERNS(PATTERNS), .KERNEL_BITS(KERNEL_BITS),
                .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS),
                .ORIGIN_NEAREST(ORIGIN_NEAREST), .LANES(LANES), .OUTPUTS(OUTPUTS)
            ) one (
                .state(from), .patterns(patterns), .weights(weights), .lut(lut),
                .offsets(offsets), .next(next), .fields(fields), .distances(), .winner(),
                .nearest(nearest), .kernel_sum(kernel_sum), .candidates()
            );

            always @* begin
                best = 0;
                its_label = 0;
                for (i = 0; i < OUTPUTS; i = i + 1) begin
                    score = $signed(fields[i*FIELD_BITS +: FIELD_BITS])
                        * $signed({1'b0, scales[i*SB +: SB]});
                    if (i == 0 || score > best) begin
                        best = score;
                        its_label = i;
                    end
                end
            end

            assign its_cycles[g+1] = its_cycles[g] + STEP_CYCLES + (silent ? 0 : UPDATE_CYCLES);

            always @(posedge clk) if (rst) begin
                expected_bits[g*OUTPUTS +: OUTPUTS] <= silent ? 0 : next;
                expected_fields[g*FIELD_BITS*OUTPUTS +: FIELD_BITS*OUTPUTS] <= fields;
                expected_label[g*16 +: 16] <= silent ? 0 : its_label;
                expected_miss[g] <= silent;
                expected_distance[g*DISTANCE_BITS +: DISTANCE_BITS] <= nearest;
            end
        end
    endgenerate

    wire [7:0] now = answered / RESULT_WORDS;  // which step
    wire [7:0] beat = answered % RESULT_WORDS;
    wire       ends = answered == MAX_STEPS * RESULT_WORDS - 1;
    wire [RESULT_WORDS*LANES-1:0] bits = {
        {(RESULT_WORDS*LANES-OUTPUTS){1'b0}}, expected_bits[now*OUTPUTS +: OUTPUTS]
    };
    wire signed [FIELD_BITS-1:0] its_field =
        expected_fields[(now*OUTPUTS+given)*FIELD_BITS +: FIELD_BITS];

    always @(posedge clk) begin
        rst <= 1'b0;
        if (rst) expected_cycles <= its_cycles[MAX_STEPS];
        if (s_axis_tready) asked <= 1'b1;
        if (s_axis_tready || asked) clock <= clock + 1'b1;
        if (!rst && m_axis_tvalid) begin
            answered <= answered + 1'b1;
            given <= 8'd0;
        end else if (!rst && field_valid) given <= given + 1'b1;
    end

    always @* if (!rst) begin
        assert (!query_dropped);
        assert (asked || s_axis_tready);
        assert (answered == MAX_STEPS * RESULT_WORDS || clock < MOST_CYCLES);
        if (field_valid) begin
            assert (now < MAX_STEPS && given < OUTPUTS && !expected_miss[now]);
            assert (!m_axis_tvalid);
            assert (field == its_field);
        end
        if (m_axis_tvalid) begin
            assert (now < MAX_STEPS);
            assert (beat != 0 || given == (expected_miss[now] ? 0 : OUTPUTS));
            assert (m_axis_tdata == bits[beat*LANES +: LANES]);
            assert (m_axis_tlast == (beat == RESULT_WORDS - 1));
            assert (steps == now + 1);
            assert (!converged);
            assert (miss == expected_miss[now]);
            assert (label == expected_label[now*16 +: 16]);
            assert (distance == expected_distance[now*DISTANCE_BITS +: DISTANCE_BITS]);
            if (ends) begin
                assert (cycles == clock + 1);
                assert (cycles == expected_cycles);
                assert (pattern_reads == pattern_count);
                assert (weight_reads == weight_count);
                assert (lut_reads == lut_count);
            end
        end
        cover (m_axis_tvalid && ends && cycles == MOST_CYCLES && label != 0);
        cover (m_axis_tvalid && ends && miss);
        cover (answered == MAX_STEPS * RESULT_WORDS && s_axis_tready);
    end

endmodule

`default_nettype wire
