// SPDX-License-Identifier: Apache-2.0
//
// hwsim_wrapper without cocotb: an AXI4-Lite host and two AXI4-Streams in plain Verilog. Loads the
// memories over the registers, recalls the words of queries.mem while both streams stall by chance,
// and compares states, flags and all counters; then packets of a wrong length, interrupts, start,
// abort, soft reset, a limit of steps, errors of loading. Says PASS or FAIL.
//
// LOADABLE = 2: two banks, of which one is written while recalls go on in the other. EXTERNAL = 1:
// the weights are in axi_memory, which is slow as it likes, at several addresses, and fails once;
// the cycles in which a recall waited for it are those of a register.
//
// load.mem: the load streams of `hwsim export --format stream`, a word of 32 bits a line.
// outcomes.mem: as in tb_plain.
`timescale 1ns / 1ps
`include "axi_memory.v"
`default_nettype none

module tb_wrapper;

    parameter NEURONS = 17;
    parameter PATTERNS = 20;
    parameter WEIGHT_BITS = 2;
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201;
    parameter KERNEL_BITS = 8;
    parameter LANES = 8;
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
    parameter LOADABLE = 1;
    parameter EXTERNAL = 0;
    parameter LATENCY = 1;
    parameter WEIGHTS_FILE = "weights.bin";
    parameter QUERIES = 2;  // that the wrapper's queue holds
    parameter RECALLS = 1;
    parameter LOAD_WORDS = 1;
    parameter PATIENCE = 0;  // cycles after which it fails; 0: it waits for ever

    localparam WORDS_EACH = (NEURONS + LANES - 1) / LANES;
    localparam WORDS = RECALLS * WORDS_EACH;
    localparam FIELDS = 26;
    localparam COUNTERS = 21;  // the last of them
    localparam DISTANCE_BITS = $clog2(NEURONS + 1);
    localparam USER_BITS = DISTANCE_BITS + 18;
    localparam PIECES = (LANES + 31) / 32;
    localparam [11:0] CONTROL = 12'h020, SETTINGS = 12'h024, STEP_LIMIT = 12'h028;
    localparam [11:0] STATUS = 12'h02C, ENABLE = 12'h030, CAUSE = 12'h034;
    localparam [11:0] SHORT = 12'h038, LONG = 12'h03C, LOAD_MEMORY = 12'h040;
    localparam [11:0] LOAD_ADDRESS = 12'h044, LOAD_DATA = 12'h048, CHECK = 12'h04C;
    localparam [11:0] CRC = 12'h050, RESULTS = 12'h080, OUTCOME = 12'h084, DISTANCE = 12'h088;
    localparam [11:0] WEIGHT_ADDRESS = 12'h060, WEIGHT_WAITS = 12'h08C;
    localparam [7:0] DONE = 8'd1, TOO_SHORT = 8'd2, TOO_LONG = 8'd4, ABORTED = 8'd8;
    localparam [7:0] LOAD_ERROR = 8'd16, CHECKED = 8'd32, EXCHANGED = 8'd64, WEIGHT_ERROR = 8'd128;
    localparam [31:0] READY = (LOADABLE == 2) ? 32'd4 : 32'd0;  // status: there is a bank to write
    localparam GROUPS = (PATTERNS + LANES - 1) / LANES;

    reg [LANES-1:0]     queries [0:WORDS-1];
    reg [LANES-1:0]     states [0:WORDS-1];
    reg [64*FIELDS-1:0] outcomes [0:RECALLS-1];
    reg [31:0]          stream [0:LOAD_WORDS-1];
    reg [63:0]          ahead [0:COUNTERS-1];  // that something has set a counter on by, else 0
    reg [31:0]          waits_ahead = 32'd0;   // likewise, weight_waits

    reg                  clk = 1'b0;
    reg                  rst = 1'b1;
    reg [LANES-1:0]      query = {LANES{1'b0}};
    reg                  query_valid = 1'b0, query_last = 1'b0, result_ready = 1'b0;
    reg [1:0]            query_tid = 2'd0;
    wire                 query_ready, result_valid, result_last;
    wire [LANES-1:0]     result;
    wire [1:0]           result_tid;
    wire [USER_BITS-1:0] result_user;
    reg [11:0]           write_address = 12'd0, read_address = 12'd0;
    reg [31:0]           write_data = 32'd0;
    reg [3:0]            write_strobe = 4'd0;
    reg                  address_valid = 1'b0, data_valid = 1'b0, response_ready = 1'b0;
    reg                  read_valid = 1'b0, word_ready = 1'b0;
    wire                 address_ready, data_ready, response_valid, read_ready, word_valid, irq;
    wire [1:0]           write_response, read_response;
    wire [31:0]          word;

    hwsim_wrapper #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
        .DATAFLOW_ROW(DATAFLOW_ROW), .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS),
        .WINNER_LIMIT(WINNER_LIMIT), .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .QUERIES_IN_FLIGHT(QUERIES_IN_FLIGHT), .TID_BITS(2), .ENGINES(ENGINES),
        .LOADABLE(LOADABLE), .EXTERNAL(EXTERNAL), .QUERIES(QUERIES), .RESULTS(1)
    ) wrapper (
        .clk(clk), .rst(rst),
        .s_axis_tdata(query), .s_axis_tvalid(query_valid), .s_axis_tready(query_ready),
        .s_axis_tlast(query_last), .s_axis_tid(query_tid),
        .m_axis_tdata(result), .m_axis_tvalid(result_valid), .m_axis_tready(result_ready),
        .m_axis_tlast(result_last), .m_axis_tid(result_tid), .m_axis_tuser(result_user),
        .s_axil_awaddr(write_address), .s_axil_awprot(3'd0), .s_axil_awvalid(address_valid),
        .s_axil_awready(address_ready), .s_axil_wdata(write_data), .s_axil_wstrb(write_strobe),
        .s_axil_wvalid(data_valid), .s_axil_wready(data_ready), .s_axil_bresp(write_response),
        .s_axil_bvalid(response_valid), .s_axil_bready(response_ready),
        .s_axil_araddr(read_address), .s_axil_arprot(3'd0), .s_axil_arvalid(read_valid),
        .s_axil_arready(read_ready), .s_axil_rdata(word), .s_axil_rresp(read_response),
        .s_axil_rvalid(word_valid), .s_axil_rready(word_ready), .irq(irq),
        .m_axi_arid(arid), .m_axi_araddr(araddr), .m_axi_arlen(arlen), .m_axi_arsize(arsize),
        .m_axi_arprot(arprot), .m_axi_arburst(arburst), .m_axi_arvalid(arvalid),
        .m_axi_arready(arready), .m_axi_rid(1'b0), .m_axi_rdata(rdata), .m_axi_rresp(rresp),
        .m_axi_rlast(rlast), .m_axi_rvalid(rvalid), .m_axi_rready(rready)
    );

    wire             arid, arvalid, rready;
    wire [31:0]      araddr, memory_faults;
    wire [7:0]       arlen;
    wire [2:0]       arsize, arprot;
    wire [1:0]       arburst, rresp;
    wire             arready, rlast, rvalid;
    wire [LANES-1:0] rdata;
    reg [31:0]       weight_base = 32'd0;  // as the register is after reset
    reg              failing = 1'b0;

    generate
        if (EXTERNAL != 0) begin : outside
            axi_memory #(
                .LANES(LANES), .WORDS(GROUPS * NEURONS * WEIGHT_BITS), .LATENCY(LATENCY),
                .PAUSES(1), .FILE(WEIGHTS_FILE)
            ) memory (
                .clk(clk), .rst(rst), .base(weight_base), .failing(failing), .araddr(araddr),
                .arlen(arlen), .arsize(arsize), .arburst(arburst), .arvalid(arvalid),
                .arready(arready), .rdata(rdata), .rresp(rresp), .rlast(rlast), .rvalid(rvalid),
                .rready(rready)
            );
            assign memory_faults = memory.faults + {31'd0, arvalid && {arid, arprot} != 4'd0};
        end else begin : idle
            assign {arready, rdata, rresp, rlast, rvalid} = {(LANES+5){1'b0}};
            assign memory_faults = {26'd0, arvalid, rready, arburst, arsize[1:0]}
                | {20'd0, arid, arprot, arlen} | araddr | {31'd0, arsize[2]};
        end
    endgenerate

    always @(posedge clk) if (!rst && memory_faults !== 32'd0) fail("memory", memory_faults, 0);

    integer wrong = 0;
    integer chance = 1;

    task fail(input [8*24-1:0] what, input [63:0] is, input [63:0] expected);
        begin
            wrong = wrong + 1;
            if (wrong < 20) $display("%0s is %h, expected %h", what, is, expected);
        end
    endtask

    task same(input [8*24-1:0] what, input [63:0] is, input [63:0] expected);
        if (is !== expected) fail(what, is, expected);
    endtask

    always #5 clk = !clk;

    task cycles(input integer count);
        repeat (count) @(negedge clk);
    endtask

`include "wrapper_host.vh"
`include "wrapper_loads.vh"
`include "wrapper_tests.vh"

    integer turn;

    initial begin
        $readmemh("queries.mem", queries, 0, WORDS - 1);
        $readmemh("states.mem", states, 0, WORDS - 1);
        $readmemh("outcomes.mem", outcomes, 0, RECALLS - 1);
        $readmemh("load.mem", stream, 0, LOAD_WORDS - 1);
        for (turn = 0; turn < COUNTERS; turn = turn + 1) ahead[turn] = 64'd0;
        cycles(3);
        same("ready in reset", {query_ready, address_ready, data_ready, read_ready}, 64'd0);
        same("valid after reset", {result_valid, response_valid, word_valid, irq}, 64'd0);
        rst = 1'b0;
        @(negedge clk);
        constants;
        fresh;
        addresses;
        written(STEP_LIMIT, 32'h0000_FFFF);
        written(ENABLE, 32'h0000_01FF);
        written(WEIGHT_ADDRESS, 32'hFFFF_FFFF);
        written(LOAD_MEMORY, 32'h0000_0077);
        written(LOAD_ADDRESS, 32'hFFFF_FFFF);
        written(SETTINGS, 32'h0000_0003);
        load_ready;
        load(1'b0);
        load(1'b1);
        write(SETTINGS, 32'd1);
        if (LOADABLE == 2) banks;
        recall_all;
        one_by_one;
        if (EXTERNAL != 0) outside_weights;
        stalls = 1'b1;
        recall_all;
        packets;
        interrupts;
        stalls = 1'b0;
        start;
        overlap;
        loading_errors;
        if (LOADABLE == 1) load_waits;
        limited;
        write(CONTROL, 32'd2);  // nothing to give up
        cycles(5);
        causes(6'd0);
        for (turn = 0; turn < 260; turn = turn + 11) give_up(turn, turn % 3);
        for (turn = 0; turn < 14; turn = turn + 1) give_up(turn, 3);  // both, as a query begins
        for (turn = 0; turn < 8; turn = turn + 1) give_up(turn, 0);  // as it leaves its buffer
        for (turn = 0; turn <= WORDS_EACH + 1; turn = turn + 1) in_a_packet(turn);
        recall_all;
        constants;
        $display("%0s: %0d results, %0d wrong, %0d cycles",
                 (wrong == 0) ? "PASS" : "FAIL", received, wrong, $time / 10);
        $finish;
    end

    initial
        if (PATIENCE != 0) begin
            repeat (PATIENCE) @(posedge clk);
            $display("FAIL: %0d results after %0d cycles", received, PATIENCE);
            $finish;
        end

endmodule

`default_nettype wire
