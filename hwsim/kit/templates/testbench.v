// SPDX-License-Identifier: Apache-2.0
//
// Simulation only, self-checking. Holds every memory file against the checks of its words, and the
// macros of the header against what was exported, drives queries.mem through the engine, and
// compares every word of the states (states.mem), each recall's steps, flags and distance
// (results.mem) and the clock cycles of each batch (cycles.mem; with one query in flight, of each
// recall). Says PASS or FAIL; a FAIL ends the simulation with an error.
// With the macro @PREFIX@_AXI the engine is behind AXI, and cycles are read over its registers.
// With the plusarg waves it leaves @prefix@_waves.vcd.
`default_nettype none
`include "@header@"

module @prefix@_testbench;

    localparam LANES = `@PREFIX@_LANES;
    localparam NEURONS = `@PREFIX@_NEURONS;
    localparam IN_FLIGHT = @queries_in_flight@;
    localparam RECALLS = @recalls@;
    localparam BATCHES = @batches@;
    localparam [63:0] MOST_CYCLES = 64'd@most_cycles@;  // twice what all recalls take, and some

    localparam WORDS_EACH = (NEURONS + LANES - 1) / LANES;  // of one state
    localparam WORDS = RECALLS * WORDS_EACH;
    localparam DISTANCE_BITS = $clog2(NEURONS + 1);

    reg [LANES-1:0] queries [0:WORDS-1];
    reg [LANES-1:0] states  [0:WORDS-1];
    reg [63:0]      results [0:RECALLS-1];
    reg [63:0]      counts  [0:BATCHES-1];

    reg                      clk = 1'b0;
    reg                      rst = 1'b1;
    reg  [LANES-1:0]         query = {LANES{1'b0}};
    reg                      query_valid = 1'b0;
    wire                     query_ready;
    wire                     query_dropped;
    wire [LANES-1:0]         state;
    wire                     state_valid;
    wire                     state_last;
    wire [15:0]              steps;
    wire                     converged;
    wire                     miss;
    wire [DISTANCE_BITS-1:0] distance;
    wire [63:0]              cycles;
@error_wires@
    integer    sent = 0;      // words
    integer    received = 0;  // words
    integer    wrong = 0;
    reg [63:0] elapsed = 64'd0;
    reg [63:0] all_cycles = 64'd0;

    wire query_last = (sent % WORDS_EACH) == WORDS_EACH - 1;
    wire [63:0] result = {{32 - DISTANCE_BITS{1'b0}}, distance, 14'd0, miss, converged, steps};

    // What was exported --------------------------------------------------------------------------

@word_checks@

@word_counts@

    integer macros_wrong;

    initial begin
        macros_wrong = 0;
        /* verilator lint_off WIDTH */
@macro_checks@
        /* verilator lint_on WIDTH */
    end

    // The engine ---------------------------------------------------------------------------------

`ifdef @PREFIX@_AXI
    @prefix@_axi_ports memory (
`else
    @instance@ memory (
`endif
        .clk(clk), .rst(rst),
        .s_axis_tdata(query), .s_axis_tvalid(query_valid), .s_axis_tready(query_ready),
        .s_axis_tlast(query_last), .s_axis_tid(1'b0), .query_dropped(query_dropped),
        .m_axis_tdata(state), .m_axis_tvalid(state_valid), .m_axis_tready(1'b1),
        .m_axis_tlast(state_last), .m_axis_tid(),
        .result_steps(steps), .result_converged(converged), .result_miss(miss),
        .result_distance(distance), .cycles(cycles)@error_ports@
    );

    always #5 clk = !clk;

    // Queries go in ------------------------------------------------------------------------------

    initial begin
        if ($test$plusargs("waves")) begin
            $dumpfile("@prefix@_waves.vcd");
            $dumpvars(0, @prefix@_testbench);
        end
        $readmemh("queries.mem", queries);
        $readmemh("states.mem", states);
        $readmemh("results.mem", results);
        $readmemh("cycles.mem", counts);
        repeat (2) @(negedge clk);
        if (@words_wrong@ + macros_wrong != 0) begin
            $display("FAIL: the files are not what was exported");
            fail;
        end
        rst = 1'b0;
        @(negedge clk);  // out of reset, tready rises
        while (sent < WORDS) begin
            query = queries[sent];
            query_valid = 1'b1;
            while (!query_ready)
                @(negedge clk);
            @(negedge clk);
            query_valid = 1'b0;
            sent = sent + 1;
        end
    end

    // Results come out ---------------------------------------------------------------------------

    always @(posedge clk) begin
        elapsed <= elapsed + 64'd1;
        if (query_dropped) begin
            $display("FAIL: query %0d was dropped", sent / WORDS_EACH);
            fail;
        end
        if (elapsed > MOST_CYCLES) begin
            $display("FAIL: %0d of %0d words have come in %0d cycles", received, WORDS, elapsed);
            fail;
        end
        if (!rst && state_valid)
            take;
    end

    task take;
        begin
            if (state !== states[received]) begin
                wrong = wrong + 1;
                $display("word %0d of recall %0d is %h, expected %h", received % WORDS_EACH,
                         received / WORDS_EACH, state, states[received]);
            end
            if (state_last !== (received % WORDS_EACH == WORDS_EACH - 1)) begin
                wrong = wrong + 1;
                $display("m_axis_tlast at word %0d of recall %0d is %b", received % WORDS_EACH,
                         received / WORDS_EACH, state_last);
            end
            received = received + 1;
            if (received % WORDS_EACH == 0)
                compare(received / WORDS_EACH - 1);
            if (received == WORDS)
                finish;
        end
    endtask

    task compare(input integer recall);
        begin
            if (result !== results[recall]) begin
                wrong = wrong + 1;
                $display("recall %0d: steps %0d, converged %b, miss %b, distance %0d", recall,
                         steps, converged, miss, distance);
                $display("  expected: steps %0d, converged %b, miss %b, distance %0d",
                         results[recall][15:0], results[recall][16], results[recall][17],
                         results[recall][63:32]);
            end
            if (recall % IN_FLIGHT == IN_FLIGHT - 1 || recall == RECALLS - 1) begin
                all_cycles = all_cycles + cycles;
@error_check@                if (cycles !== counts[recall / IN_FLIGHT]) begin
                    wrong = wrong + 1;
                    $display("recall %0d ends a batch of %0d cycles, expected %0d", recall, cycles,
                             counts[recall / IN_FLIGHT]);
                end
            end
        end
    endtask

    task finish;
        begin
            if (wrong != 0) begin
                $display("FAIL: %0d differences in %0d recalls", wrong, RECALLS);
                fail;
            end
            else begin
                $display("PASS: %0d recalls, every word, flag and cycle as exported, %0d cycles",
                         RECALLS, all_cycles);
                $finish;
            end
        end
    endtask

    // Verilog-2005 has no way to end with an error; the simulators have.
    task fail;
        begin
`ifdef __ICARUS__
            $fatal(1, "self-check failed");
`else
            $stop;
`endif
        end
    endtask

endmodule

`default_nettype wire
