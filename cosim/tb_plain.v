// SPDX-License-Identifier: Apache-2.0
//
// A second opinion without cocotb: drives the words of queries.mem through the engine, without
// stalls, and compares the states that come out with states.mem. Says PASS or FAIL; nothing is
// assumed about steps or counters, but the cycles of all recalls are added up and printed.
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
    parameter PATTERNS_FILE = "patterns.mem";
    parameter WEIGHTS_FILE = "weights.mem";
    parameter KERNEL_LUT_FILE = "kernel_lut.mem";
    parameter OFFSETS_FILE = "offsets.mem";
    parameter RADIUS_FILE = "radius.mem";
    parameter RECALLS = 1;
    parameter QUERIES_FILE = "queries.mem";
    parameter STATES_FILE = "states.mem";

    localparam WORDS_EACH = (NEURONS + LANES - 1) / LANES;  // of one state
    localparam WORDS = RECALLS * WORDS_EACH;

    reg [LANES-1:0] queries [0:WORDS-1];
    reg [LANES-1:0] states [0:WORDS-1];

    reg              clk = 1'b0;
    reg              rst = 1'b1;
    reg [LANES-1:0]  query = {LANES{1'b0}};
    reg              query_valid = 1'b0;
    wire             query_ready;
    wire             query_dropped;
    wire [LANES-1:0] result;
    wire             result_valid;
    wire             result_last;
    wire [63:0]      cycles;
    integer          sent;
    integer          received;
    integer          wrong;
    reg [63:0]       all_cycles;
    wire             query_last = (sent % WORDS_EACH) == WORDS_EACH - 1;

    hwsim_engine #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
        .DATAFLOW_ROW(DATAFLOW_ROW), .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS),
        .WINNER_LIMIT(WINNER_LIMIT), .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .QUERIES_IN_FLIGHT(QUERIES_IN_FLIGHT), .ENGINES(ENGINES),
        .PATTERNS_FILE(PATTERNS_FILE), .WEIGHTS_FILE(WEIGHTS_FILE),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .OFFSETS_FILE(OFFSETS_FILE), .RADIUS_FILE(RADIUS_FILE)
    ) engine (
        .clk(clk), .rst(rst),
        .s_axis_tdata(query), .s_axis_tvalid(query_valid), .s_axis_tready(query_ready),
        .s_axis_tlast(query_last), .s_axis_tid(1'b0), .query_dropped(query_dropped),
        .m_axis_tdata(result), .m_axis_tvalid(result_valid), .m_axis_tready(1'b1),
        .m_axis_tlast(result_last), .m_axis_tid(),
        .result_steps(), .result_converged(), .result_miss(), .result_distance(),
        .cycles(cycles), .pattern_reads(), .weight_reads(), .lut_reads(), .offset_reads(),
        .state_reads(), .state_writes(), .distance_reads(), .distance_writes(),
        .group_minimum_reads(), .group_minimum_writes(), .active_list_reads(),
        .active_list_writes(), .accumulator_reads(), .accumulator_writes(), .radius_reads(),
        .candidate_reads(), .candidate_writes(), .kernel_value_reads(), .kernel_value_writes(),
        .groups_skipped()
    );

    always #5 clk = !clk;

    initial begin
        $readmemh(QUERIES_FILE, queries, 0, WORDS - 1);
        $readmemh(STATES_FILE, states, 0, WORDS - 1);
        sent = 0;
        received = 0;
        wrong = 0;
        all_cycles = 64'd0;
        repeat (2) @(negedge clk);
        rst = 1'b0;
        @(negedge clk);  // out of reset, tready rises
        while (sent < WORDS) begin
            query = queries[sent];
            query_valid = 1'b1;
            while (!query_ready) begin  // looked at again: a netlist's ready may have glitches
                @(posedge query_ready);
                @(negedge clk);
            end
            @(negedge clk);
            query_valid = 1'b0;
            sent = sent + 1;
        end
    end

    always @(posedge clk)
        if (query_dropped) begin
            $display("FAIL: query %0d was dropped", sent / WORDS_EACH);
            $finish;
        end

    always @(posedge clk)
        if (!rst && result_valid) begin
            if (result !== states[received]) begin
                wrong = wrong + 1;
                $display("word %0d of recall %0d is %h, expected %h", received % WORDS_EACH,
                         received / WORDS_EACH, result, states[received]);
            end
            if (result_last && (((received / WORDS_EACH) + 1) % QUERIES_IN_FLIGHT == 0
                                || received == WORDS - 1))  // the last of a batch
                all_cycles = all_cycles + cycles;
            received = received + 1;
            if (received == WORDS) begin
                $display("%0s: %0d recalls, %0d words wrong, %0d cycles",
                         (wrong == 0) ? "PASS" : "FAIL", RECALLS, wrong, all_cycles);
                $finish;
            end
        end

endmodule

`default_nettype wire
