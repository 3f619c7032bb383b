// SPDX-License-Identifier: Apache-2.0
//
// A second opinion without cocotb: drives the words of queries.mem through the engine and compares
// the states that come out with states.mem. Says PASS or FAIL, and the cycles of all recalls added
// up. STALLS = 1: both ports stall by chance. DISTURBED = 1: a packet that is too short, some
// that are too long, and a reset in the middle of a recall come first, and must leave no trace; 2:
// such packets and resets come between recalls as well.
// PATIENCE: cycles after which it fails; 0: it waits for ever.
//
// With OUTCOMES_FILE, steps, flags and counters are compared as well: a line for each recall, of
// FIELDS numbers of 16 hexadecimal digits, in the order of `outcome` below. Counters
// belong to a batch of queries in flight and are looked at in the line of its last one.
//
// OUTPUTS > 0: a recall is a result, of which a query has T, and batches are of a query's. With
// FIELDS_FILE the M fields of each result are compared, 16 hexadecimal digits each; of one that misses
// none come.
//
// With ERRORS_FILE the two counters of PROTECTION are compared, as the other counters are: a line for
// each recall, corrected and detected errors, 16 hexadecimal digits each.
`default_nettype none
`timescale 1ns / 1ps

module tb_plain;

    parameter NEURONS = 200;
    parameter PATTERNS = 600;
    parameter WEIGHT_BITS = 2;
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201;
    parameter KERNEL_BITS = 8;
    parameter LANES = 64;
    parameter OFFSET_BITS = 0;
    parameter OFFSET_FRAC_BITS = 0;
    parameter MAX_STEPS = 50;
    parameter ORIGIN_NEAREST = 1;
    parameter ACCUMULATOR_BITS = 0;
    parameter DATAFLOW_ROW = 0;
    parameter SHARED_PLANES = 0;
    parameter RADIUS_BITS = 0;
    parameter [63:0] WINNER_LIMIT = 64'd0;
    parameter COARSE_WORDS = 0;
    parameter REACH = 0;
    parameter QUERIES_IN_FLIGHT = 1;
    parameter ENGINES = 1;
    parameter PIPELINED = 0;
    parameter OUTPUTS = 0;
    parameter SCALE_BITS = 0;
    parameter PROTECTION = 0;
    parameter PATTERNS_FILE = "patterns.mem";
    parameter WEIGHTS_FILE = "weights.mem";
    parameter KERNEL_LUT_FILE = "kernel_lut.mem";
    parameter OFFSETS_FILE = "offsets.mem";
    parameter RADIUS_FILE = "radius.mem";
    parameter SCALES_FILE = "scales.mem";
    parameter RECALLS = 1;
    parameter QUERIES_FILE = "queries.mem";
    parameter STATES_FILE = "states.mem";
    parameter OUTCOMES_FILE = "";
    parameter FIELDS_FILE = "";
    parameter ERRORS_FILE = "";
    parameter STALLS = 0;
    parameter DISTURBED = 0;
    parameter PATIENCE = 0;

    localparam RESULTS_EACH = (OUTPUTS == 0) ? 1 : MAX_STEPS;  // of one query
    localparam WORDS_EACH = (NEURONS + LANES - 1) / LANES;  // of one query
    localparam RESULT_WORDS_EACH = (((OUTPUTS == 0) ? NEURONS : OUTPUTS) + LANES - 1) / LANES;
    localparam WORDS = RECALLS / RESULTS_EACH * WORDS_EACH;
    localparam RESULT_WORDS = RECALLS * RESULT_WORDS_EACH;
    localparam BATCH = QUERIES_IN_FLIGHT * RESULTS_EACH;
    localparam FIELD_COUNT = RECALLS * OUTPUTS;
    localparam FIELDS = 26;
    localparam FLAGS = 5;  // the first of them
    localparam DISTANCE_BITS = $clog2(NEURONS + 1);

    reg [LANES-1:0] queries [0:WORDS-1];
    reg [LANES-1:0] states [0:RESULT_WORDS-1];
    reg [64*FIELDS-1:0] outcomes [0:RECALLS-1];
    reg [63:0] fields [0:FIELD_COUNT];
    reg [127:0] errors [0:RECALLS-1];  // corrected, detected

    reg              clk = 1'b0;
    reg              rst = 1'b1;
    reg [LANES-1:0]  query = {LANES{1'b0}};
    reg              query_valid = 1'b0;
    reg              query_last = 1'b0;
    reg              query_tid = 1'b0;
    reg              result_ready = 1'b1;
    wire             query_ready;
    wire             query_dropped;
    wire [LANES-1:0] result;
    wire             result_valid;
    wire             result_last;
    wire             result_tid;
    wire [15:0]      steps;
    wire             converged;
    wire             miss;
    wire [DISTANCE_BITS-1:0] distance;
    wire [15:0]      label;
    wire             field_valid;
    wire [63:0]      field_value;
    integer          fields_received = 0;
    wire [63:0]      cycles, pattern_reads, weight_reads, lut_reads, offset_reads, radius_reads;
    wire [63:0]      state_reads, state_writes, distance_reads, distance_writes;
    wire [63:0]      group_minimum_reads, group_minimum_writes;
    wire [63:0]      active_list_reads, active_list_writes, candidate_reads, candidate_writes;
    wire [63:0]      kernel_value_reads, kernel_value_writes;
    wire [63:0]      accumulator_reads, accumulator_writes, groups_skipped;
    wire [63:0]      corrected_errors, detected_errors;
    integer          sent;
    integer          received;
    integer          wrong;
    integer          field;
    reg [63:0]       is, expected;
    reg [63:0]       all_cycles;
    reg [63:0]       ahead [0:FIELDS-FLAGS+1];  // that something has set a counter on by, else 0
    integer          chance = 1;
    reg              counts = 1'b0;  // what comes out is compared
    // the last query of a batch
    wire             ends = ((received / RESULT_WORDS_EACH) + 1) % BATCH == 0
                            || received >= RESULT_WORDS - RESULT_WORDS_EACH;
    wire             taken = counts && result_valid && result_ready;

    hwsim_engine #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
        .DATAFLOW_ROW(DATAFLOW_ROW), .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS),
        .WINNER_LIMIT(WINNER_LIMIT), .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .QUERIES_IN_FLIGHT(QUERIES_IN_FLIGHT), .ENGINES(ENGINES),
        .PIPELINED(PIPELINED), .OUTPUTS(OUTPUTS), .SCALE_BITS(SCALE_BITS),
        .PROTECTION(PROTECTION),
        .PATTERNS_FILE(PATTERNS_FILE), .WEIGHTS_FILE(WEIGHTS_FILE),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .OFFSETS_FILE(OFFSETS_FILE), .RADIUS_FILE(RADIUS_FILE),
        .SCALES_FILE(SCALES_FILE)
    ) engine (
        .clk(clk), .rst(rst), .step_limit(16'd0), .host(41'd0), .host_data(),
        .weight_supply(1'b0), .weight_demand(),
        .s_axis_tdata(query), .s_axis_tvalid(query_valid), .s_axis_tready(query_ready),
        .s_axis_tlast(query_last), .s_axis_tid(query_tid), .query_dropped(query_dropped),
        .m_axis_tdata(result), .m_axis_tvalid(result_valid), .m_axis_tready(result_ready),
        .m_axis_tlast(result_last), .m_axis_tid(result_tid),
        .result_steps(steps), .result_converged(converged), .result_miss(miss),
        .result_distance(distance),
        .result_label(label), .field_valid(field_valid), .field(field_value),
        .cycles(cycles), .pattern_reads(pattern_reads),
        .weight_reads(weight_reads), .lut_reads(lut_reads), .offset_reads(offset_reads),
        .radius_reads(radius_reads), .state_reads(state_reads), .state_writes(state_writes),
        .distance_reads(distance_reads), .distance_writes(distance_writes),
        .group_minimum_reads(group_minimum_reads), .group_minimum_writes(group_minimum_writes),
        .active_list_reads(active_list_reads), .active_list_writes(active_list_writes),
        .candidate_reads(candidate_reads), .candidate_writes(candidate_writes),
        .kernel_value_reads(kernel_value_reads), .kernel_value_writes(kernel_value_writes),
        .accumulator_reads(accumulator_reads), .accumulator_writes(accumulator_writes),
        .groups_skipped(groups_skipped),
        .corrected_errors(corrected_errors), .detected_errors(detected_errors)
    );

    wire [64*FIELDS-1:0] outcome = {
        48'd0, steps, 63'd0, converged, 63'd0, miss, {(64-DISTANCE_BITS){1'b0}}, distance,
        48'd0, label, cycles, pattern_reads, weight_reads, lut_reads, offset_reads, radius_reads,
        state_reads, state_writes, distance_reads, distance_writes, group_minimum_reads,
        group_minimum_writes, active_list_reads, active_list_writes, candidate_reads,
        candidate_writes, kernel_value_reads, kernel_value_writes, accumulator_reads,
        accumulator_writes, groups_skipped
    };

    always #5 clk = !clk;

    initial begin
        $readmemh(QUERIES_FILE, queries, 0, WORDS - 1);
        $readmemh(STATES_FILE, states, 0, RESULT_WORDS - 1);
        if (FIELDS_FILE != "") $readmemh(FIELDS_FILE, fields, 0, FIELD_COUNT - 1);
        if (OUTCOMES_FILE != "") $readmemh(OUTCOMES_FILE, outcomes, 0, RECALLS - 1);
        if (ERRORS_FILE != "") $readmemh(ERRORS_FILE, errors, 0, RECALLS - 1);
        sent = 0;
        received = 0;
        wrong = 0;
        all_cycles = 64'd0;
        for (field = FLAGS; field < FIELDS + 2; field = field + 1) ahead[field-FLAGS] = 64'd0;
        repeat (2) @(negedge clk);
        rst = 1'b0;
        @(negedge clk);  // out of reset, tready rises
        if (DISTURBED != 0) disturb;
        counts = 1'b1;
        while (sent < WORDS) begin
            if (DISTURBED == 2 && sent % (WORDS_EACH * QUERIES_IN_FLIGHT) == 0)
                disturb_again(sent / (WORDS_EACH * QUERIES_IN_FLIGHT));
            if (STALLS != 0 && sent % (WORDS_EACH * QUERIES_IN_FLIGHT) != 0)
                if (sent % WORDS_EACH != 0)  // a gap between two queries would end a batch
                    repeat (($random(chance) & 3) * ($random(chance) & 1)) @(negedge clk);
            query_tid = (sent / WORDS_EACH) & 1;
            offer(queries[sent], sent % WORDS_EACH == WORDS_EACH - 1);
            sent = sent + 1;
        end
    end

    task offer(input [LANES-1:0] word, input last);
        begin
            query = word;
            query_last = last;
            query_valid = 1'b1;
            while (!query_ready) begin  // looked at again: a netlist's ready may have glitches
                @(posedge query_ready);
                @(negedge clk);
            end
            @(negedge clk);
            query_valid = 1'b0;
        end
    endtask

    integer dropped = 0;  // before queries count

    always @(posedge clk) if (query_dropped) dropped = dropped + 1;

    task disturb;
        integer length, beat;
        begin
            if (WORDS_EACH > 1) offer(queries[0], 1'b1);
            for (length = WORDS_EACH + 1; length <= 2 * WORDS_EACH + 1; length = length + 1)
                for (beat = 0; beat < length; beat = beat + 1)
                    offer(queries[0], beat == length - 1);
            for (beat = 0; beat < WORDS_EACH; beat = beat + 1)
                offer(queries[beat], beat == WORDS_EACH - 1);
            repeat (50) @(negedge clk);
            if (dropped != WORDS_EACH + 1 + (WORDS_EACH > 1)) begin
                wrong = wrong + 1;
                $display("%0d packets are dropped, not %0d", dropped,
                         WORDS_EACH + 1 + (WORDS_EACH > 1));
            end
            restart;
        end
    endtask

    reg disturbing = 1'b0;  // packets are dropped, as they must be

    // Before a batch: nothing; packets of a wrong length; a recall that a reset ends.
    task disturb_again(input integer batch);
        integer beat;
        begin
            if (batch % 3 == 1) begin
                disturbing = 1'b1;
                if (WORDS_EACH > 1) offer(queries[0], 1'b1);
                for (beat = 0; beat <= WORDS_EACH; beat = beat + 1)
                    offer(queries[sent], beat == WORDS_EACH);
                disturbing = 1'b0;
            end else if (batch % 3 == 2) begin
                while (received / (RESULT_WORDS_EACH * RESULTS_EACH) < sent / WORDS_EACH)
                    @(negedge clk);
                counts = 1'b0;
                for (beat = 0; beat < WORDS_EACH; beat = beat + 1)
                    offer(queries[sent+beat], beat == WORDS_EACH - 1);
                repeat (11 * batch % 256) @(negedge clk);
                restart;
                counts = 1'b1;
            end
        end
    endtask

    task restart;
        begin
            rst = 1'b1;
            @(negedge clk);
            if (query_ready !== 1'b0) begin
                wrong = wrong + 1;
                $display("ready in reset");
            end
            rst = 1'b0;
            @(negedge clk);
        end
    endtask

    initial
        if (PATIENCE != 0) begin
            repeat (PATIENCE) @(posedge clk);
            $display("FAIL: %0d words after %0d cycles", received, PATIENCE);
            $finish;
        end

    always @(negedge clk)
        if (STALLS != 0) result_ready <= ($random(chance) & 3) != 0;

    always @(posedge clk)
        if (counts && query_dropped && !disturbing) begin
            $display("FAIL: query %0d was dropped", sent / WORDS_EACH);
            $finish;
        end

    always @(posedge clk) begin
        if (counts && field_valid && FIELDS_FILE != "") begin
            if (fields_received >= FIELD_COUNT || field_value !== fields[fields_received]) begin
                wrong = wrong + 1;
                $display("field %0d of outputs is %h", fields_received, field_value);
            end
            fields_received = fields_received + 1;
        end
        if (taken) begin
            if (result !== states[received]) begin
                wrong = wrong + 1;
                $display("word %0d of recall %0d is %h, expected %h", received % RESULT_WORDS_EACH,
                         received / RESULT_WORDS_EACH, result, states[received]);
            end
            if (result_tid !== (((received / RESULT_WORDS_EACH / RESULTS_EACH) & 1) == 1)) begin
                wrong = wrong + 1;
                $display("recall %0d has the identifier of another",
                         received / RESULT_WORDS_EACH);
            end
            if (result_last && OUTCOMES_FILE != "")
                for (field = 0; field < (ends ? FIELDS : FLAGS); field = field + 1) begin
                    is = outcome[64*(FIELDS-1-field) +: 64];
                    expected = outcomes[received/RESULT_WORDS_EACH][64*(FIELDS-1-field) +: 64];
                    if (field >= FLAGS) expected = expected + ahead[field-FLAGS];
                    if (is !== expected) begin
                        wrong = wrong + 1;
                        $display("field %0d of recall %0d is %0d, expected %0d", field,
                                 received / RESULT_WORDS_EACH, is, expected);
                    end
                end
            if (result_last && ends && ERRORS_FILE != "") begin
                expected = errors[received/RESULT_WORDS_EACH][127:64] + ahead[FIELDS-FLAGS];
                if (corrected_errors !== expected) begin
                    wrong = wrong + 1;
                    $display("recall %0d has %0d corrected errors, expected %0d",
                             received / RESULT_WORDS_EACH, corrected_errors, expected);
                end
                expected = errors[received/RESULT_WORDS_EACH][63:0] + ahead[FIELDS-FLAGS+1];
                if (detected_errors !== expected) begin
                    wrong = wrong + 1;
                    $display("recall %0d has %0d detected errors, expected %0d",
                             received / RESULT_WORDS_EACH, detected_errors, expected);
                end
            end
            if (result_last && FIELDS_FILE != "") begin
                if (miss) fields_received = fields_received + OUTPUTS;
                if (fields_received != (received / RESULT_WORDS_EACH + 1) * OUTPUTS) begin
                    wrong = wrong + 1;
                    $display("%0d fields came with recall %0d and before it", fields_received,
                             received / RESULT_WORDS_EACH);
                end
            end
            if (result_last && ends) all_cycles = all_cycles + cycles - ahead[0];
            received = received + 1;
            if (received == RESULT_WORDS) begin
                $display("%0s: %0d recalls, %0d words wrong, %0d cycles",
                         (wrong == 0) ? "PASS" : "FAIL", RECALLS, wrong, all_cycles);
                $finish;
            end
        end
    end

endmodule

`default_nettype wire
