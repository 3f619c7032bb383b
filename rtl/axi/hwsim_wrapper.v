// SPDX-License-Identifier: Apache-2.0
//
// hwsim_engine behind AXI4: queries and results by AXI4-Stream, registers by AXI4-Lite
// (REGISTERS.md), an interrupt. The engine is as it is anywhere else, cycle for cycle.
//
//   s_axis -> queries -> hwsim_engine -> results -> m_axis   (hwsim_flow: when a query goes on)
//   s_axil -> hwsim_axi_lite -> hwsim_registers, hwsim_loader;  m_axi -> hwsim_weights
//
// LOADABLE = 1: the host writes and checks the memories, whose files may then be "", while no
// recall runs. LOADABLE = 2: two of each, of which recalls use one and the host the other.
//
// EXTERNAL = 1: the weights are in a memory behind an AXI4 read port, m_axi, at the byte address of
// the register weight_address. Group dataflow, one engine.
//
// A query of another length than W beats is dropped whole, counted, and told by an interrupt. Both
// queues keep whole packets, so the next query comes in while one is recalled, and the next recall
// runs while a result waits to be taken; and an abort never breaks a packet off. m_axis_tuser goes
// with every beat of a result: steps in bits 15 to 0, converged in 16, miss in 17, the distance
// from 18 on.
//
// rst is synchronous; all ready are 0 in it.
`default_nettype none

module hwsim_wrapper #(
    // of the engine, see there
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter WEIGHT_BITS = 2,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 8,
    parameter LANES = 64,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter MAX_STEPS = 50,
    parameter ORIGIN_NEAREST = 1,
    parameter ACCUMULATOR_BITS = 0,
    parameter DATAFLOW_ROW = 0,
    parameter SHARED_PLANES = 0,
    parameter RADIUS_BITS = 0,
    parameter [63:0] WINNER_LIMIT = 64'd0,
    parameter COARSE_WORDS = 0,
    parameter REACH = 0,
    parameter QUERIES_IN_FLIGHT = 1,
    parameter TID_BITS = 1,
    parameter ENGINES = 1,
    parameter PIPELINED = 0,
    parameter PROTECTION = 0,
    parameter EXTERNAL = 0,
    parameter PATTERNS_FILE = "", WEIGHTS_FILE = "", KERNEL_LUT_FILE = "",
    parameter OFFSETS_FILE = "", RADIUS_FILE = "",
    // of the wrapper
    parameter LOADABLE = 0,                        // banks of memories that the host writes
    parameter COUNTERS = 1,                        // 0: none, the registers read as 0
    parameter QUERIES = 2 * QUERIES_IN_FLIGHT,     // that the first queue holds, 1 to 255
    parameter RESULTS = QUERIES_IN_FLIGHT,         // that the second one holds, 1 to 255
    parameter WEIGHT_BURST = 16,                   // beats, with EXTERNAL; see hwsim_weights
    parameter WEIGHT_BUFFER = 64,                  // words, likewise
    parameter DISTANCE_BITS = $clog2(NEURONS + 1)  // follows from NEURONS; do not set
) (
    input  wire                      clk,
    input  wire                      rst,
    // queries
    input  wire [LANES-1:0]          s_axis_tdata,
    input  wire                      s_axis_tvalid,
    output wire                      s_axis_tready,
    input  wire                      s_axis_tlast,
    input  wire [TID_BITS-1:0]       s_axis_tid,
    // results
    output wire [LANES-1:0]          m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready,
    output wire                      m_axis_tlast,
    output wire [TID_BITS-1:0]       m_axis_tid,
    output wire [DISTANCE_BITS+17:0] m_axis_tuser,
    // registers
    input  wire [11:0]               s_axil_awaddr,
    input  wire [2:0]                s_axil_awprot,
    input  wire                      s_axil_awvalid,
    output wire                      s_axil_awready,
    input  wire [31:0]               s_axil_wdata,
    input  wire [3:0]                s_axil_wstrb,
    input  wire                      s_axil_wvalid,
    output wire                      s_axil_wready,
    output wire [1:0]                s_axil_bresp,
    output wire                      s_axil_bvalid,
    input  wire                      s_axil_bready,
    input  wire [11:0]               s_axil_araddr,
    input  wire [2:0]                s_axil_arprot,
    input  wire                      s_axil_arvalid,
    output wire                      s_axil_arready,
    output wire [31:0]               s_axil_rdata,
    output wire [1:0]                s_axil_rresp,
    output wire                      s_axil_rvalid,
    input  wire                      s_axil_rready,
    output wire                      irq,
    // weights, with EXTERNAL
    output wire                      m_axi_arid,
    output wire [31:0]               m_axi_araddr,
    output wire [7:0]                m_axi_arlen,
    output wire [2:0]                m_axi_arsize, m_axi_arprot,
    output wire [1:0]                m_axi_arburst,
    output wire                      m_axi_arvalid,
    // verilator lint_off UNUSEDSIGNAL
    input  wire                      m_axi_arready, m_axi_rid,
    input  wire [LANES-1:0]          m_axi_rdata,
    input  wire [1:0]                m_axi_rresp,
    input  wire                      m_axi_rlast, m_axi_rvalid,
    // verilator lint_on UNUSEDSIGNAL
    output wire                      m_axi_rready
);

    localparam WORDS = (NEURONS + LANES - 1) / LANES;
    localparam USER_BITS = DISTANCE_BITS + 18;
    localparam BANKS = (LOADABLE == 2) ? 2 : 1;
    localparam HOST_BITS = (LOADABLE == 0) ? 0 : (LANES < 32) ? 32 : LANES;

    // Queries ----------------------------------------------------------------------------------

    wire                soft_reset, aborting;
    wire                too_short, too_long, query_enable, query_begins, query_leaving;
    wire                query_valid, query_ready, query_last;
    wire [LANES-1:0]    query_data;
    wire [TID_BITS-1:0] query_tid;
    wire [7:0]          queries_waiting;
    wire                engine_query_ready;
    wire                engine_query_valid = query_valid && !aborting;

    assign query_ready = engine_query_ready || aborting;

    hwsim_packet_buffer #(
        .WIDTH(LANES + TID_BITS), .WORDS(WORDS), .PACKETS(QUERIES)
    ) queries (
        .clk(clk), .rst(rst), .clear(soft_reset), .forget(1'b0),
        .in_data({s_axis_tid, s_axis_tdata}), .in_valid(s_axis_tvalid),
        .in_ready(s_axis_tready), .in_last(s_axis_tlast),
        .too_short(too_short), .too_long(too_long), .out_enable(query_enable),
        .out_data({query_tid, query_data}), .out_valid(query_valid), .out_ready(query_ready),
        .out_last(query_last), .begins(query_begins), .leaving(query_leaving),
        .waiting(queries_waiting)
    );

    // Engine -----------------------------------------------------------------------------------

    wire                     engine_reset;
    wire [15:0]              engine_step_limit;
    wire                     result_valid, result_ready, result_last;
    wire [LANES-1:0]         result_data;
    wire [TID_BITS-1:0]      result_tid;
    wire [15:0]              result_steps;
    wire                     result_converged, result_miss;
    wire [DISTANCE_BITS-1:0] result_distance;
    wire [23*64-1:0]         counts, counters;  // as they run, of the last result
    wire [HOST_BITS+40:0]    host;
    wire [EXTERNAL*LANES:0]  weight_supply;
    // verilator lint_off UNUSEDSIGNAL
    wire [HOST_BITS:0]       host_data;         // if LOADABLE
    wire [34:0]              weight_demand;     // with EXTERNAL
    // verilator lint_on UNUSEDSIGNAL

    hwsim_engine #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
        .DATAFLOW_ROW(DATAFLOW_ROW), .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS),
        .WINNER_LIMIT(WINNER_LIMIT), .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .QUERIES_IN_FLIGHT(QUERIES_IN_FLIGHT), .TID_BITS(TID_BITS), .ENGINES(ENGINES),
        .PIPELINED(PIPELINED), .STEP_LIMITED(1), .HOST_BITS(HOST_BITS), .BANKS(BANKS),
        .PROTECTION(PROTECTION), .EXTERNAL(EXTERNAL),
        .PATTERNS_FILE(PATTERNS_FILE), .WEIGHTS_FILE(WEIGHTS_FILE),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .OFFSETS_FILE(OFFSETS_FILE), .RADIUS_FILE(RADIUS_FILE)
    ) engine (
        .clk(clk), .rst(engine_reset), .step_limit(engine_step_limit),
        .host(host), .host_data(host_data),
        .weight_demand(weight_demand), .weight_supply(weight_supply),
        .s_axis_tdata(query_data), .s_axis_tvalid(engine_query_valid),
        .s_axis_tready(engine_query_ready), .s_axis_tlast(query_last), .s_axis_tid(query_tid),
        // verilator lint_off PINCONNECTEMPTY
        .query_dropped(),  // never
        .result_label(), .field_valid(), .field(),  // of OUTPUTS
        // verilator lint_on PINCONNECTEMPTY
        .m_axis_tdata(result_data), .m_axis_tvalid(result_valid),
        .m_axis_tready(result_ready), .m_axis_tlast(result_last), .m_axis_tid(result_tid),
        .result_steps(result_steps), .result_converged(result_converged),
        .result_miss(result_miss), .result_distance(result_distance),
        .cycles(counts[0*64 +: 64]), .pattern_reads(counts[1*64 +: 64]),
        .weight_reads(counts[2*64 +: 64]), .lut_reads(counts[3*64 +: 64]),
        .offset_reads(counts[4*64 +: 64]), .radius_reads(counts[5*64 +: 64]),
        .state_reads(counts[6*64 +: 64]), .state_writes(counts[7*64 +: 64]),
        .distance_reads(counts[8*64 +: 64]), .distance_writes(counts[9*64 +: 64]),
        .group_minimum_reads(counts[10*64 +: 64]), .group_minimum_writes(counts[11*64 +: 64]),
        .active_list_reads(counts[12*64 +: 64]), .active_list_writes(counts[13*64 +: 64]),
        .candidate_reads(counts[14*64 +: 64]), .candidate_writes(counts[15*64 +: 64]),
        .kernel_value_reads(counts[16*64 +: 64]), .kernel_value_writes(counts[17*64 +: 64]),
        .accumulator_reads(counts[18*64 +: 64]), .accumulator_writes(counts[19*64 +: 64]),
        .groups_skipped(counts[20*64 +: 64]), .corrected_errors(counts[21*64 +: 64]),
        .detected_errors(counts[22*64 +: 64])
    );

    // Results ----------------------------------------------------------------------------------

    wire                 store_ready;
    wire                 store_valid = result_valid && !aborting;
    wire                 result_done = store_valid && store_ready && result_last;
    wire [USER_BITS-1:0] result_user
        = {result_distance, result_miss, result_converged, result_steps};

    assign result_ready = store_ready && !aborting;

    hwsim_packet_buffer #(
        .WIDTH(LANES + TID_BITS + USER_BITS), .WORDS(WORDS), .PACKETS(RESULTS)
    ) results (
        .clk(clk), .rst(rst), .clear(1'b0), .forget(aborting),
        .in_data({result_user, result_tid, result_data}), .in_valid(store_valid),
        .in_ready(store_ready), .in_last(result_last), .out_enable(1'b1),
        .out_data({m_axis_tuser, m_axis_tid, m_axis_tdata}), .out_valid(m_axis_tvalid),
        .out_ready(m_axis_tready), .out_last(m_axis_tlast),
        // verilator lint_off PINCONNECTEMPTY
        .too_short(), .too_long(), .begins(), .leaving(), .waiting()
        // verilator lint_on PINCONNECTEMPTY
    );

    reg [USER_BITS-1:0] outcome;

    always @(posedge clk) begin
        if (result_done) outcome <= result_user;
        if (rst || soft_reset) outcome <= {USER_BITS{1'b0}};
    end

    generate
        if (COUNTERS != 0) begin : counted
            reg [23*64-1:0] latched;

            always @(posedge clk) begin
                if (result_done) latched <= counts;
                if (rst || soft_reset) latched <= {23*64{1'b0}};
            end

            assign counters = latched;
        end else begin : uncounted
            // verilator lint_off UNUSEDSIGNAL
            wire unused = |counts;
            // verilator lint_on UNUSEDSIGNAL
            assign counters = {23*64{1'b0}};
        end
    endgenerate

    // Registers --------------------------------------------------------------------------------

    wire        write_enable, write_known, read_enable, read_known;
    wire [11:0] write_address, read_address;
    wire [31:0] write_data, read_data;
    wire [3:0]  write_strobe;
    wire        start, abort, exchange, auto_start, load, busy, aborted, load_ready;
    wire        exchanging, exchanged, bank;
    wire        load_error, checking, checked;
    wire [31:0] crc;
    // verilator lint_off UNUSEDSIGNAL
    wire [2:0]  load_memory, load_engine;  // if LOADABLE
    wire [31:0] load_address, load_data, check_words;
    wire        load_address_written;
    wire        unused = |{s_axil_awprot, s_axil_arprot};  // who asks is not looked at
    wire [31:0] weight_address;  // with EXTERNAL
    // verilator lint_on UNUSEDSIGNAL
    wire        load_data_written, check_written;
    wire [15:0] step_limit;

    generate
        if (LOADABLE != 0) begin : loadable
            hwsim_loader #(
                .HOST_BITS(HOST_BITS), .BANKS(BANKS), .LANES(LANES), .KERNEL_BITS(KERNEL_BITS),
                .OFFSET_BITS(OFFSET_BITS), .RADIUS_BITS(RADIUS_BITS)
            ) loader (
                .clk(clk), .rst(rst), .clear(soft_reset), .ready(load_ready), .memory(load_memory),
                .engine(load_engine), .address_write(load_address_written),
                .address_data(load_address), .piece_write(load_data_written),
                .piece_data(load_data), .check_start(check_written),
                .check_words(check_words), .exchange(exchange), .error(load_error),
                .checking(checking), .checked(checked), .exchanging(exchanging),
                .exchanged(exchanged), .bank(bank), .crc(crc), .host(host), .host_data(host_data)
            );
        end else begin : fixed
            assign host = 41'd0;
            assign load_error = load_data_written || check_written || exchange;
            assign {checking, checked, exchanging, exchanged, bank} = 5'd0;
            assign crc = 32'd0;
        end
    endgenerate

    wire [31:0] weight_waits;    // of the last result
    wire        weight_error;

    generate
        if (EXTERNAL != 0) begin : external
            hwsim_weights #(
                .LANES(LANES), .WORDS(NEURONS * WEIGHT_BITS), .BURST(WEIGHT_BURST),
                .DEPTH(WEIGHT_BUFFER)
            ) weights (
                .clk(clk), .rst(rst), .clear(engine_reset), .soft_reset(soft_reset),
                .result_done(result_done),
                .base({weight_address[31:12], 12'd0}), .weight_demand(weight_demand),
                .weight_supply(weight_supply), .waited(weight_waits), .error(weight_error),
                .m_axi_arid(m_axi_arid), .m_axi_araddr(m_axi_araddr), .m_axi_arlen(m_axi_arlen),
                .m_axi_arsize(m_axi_arsize), .m_axi_arburst(m_axi_arburst),
                .m_axi_arprot(m_axi_arprot), .m_axi_arvalid(m_axi_arvalid),
                .m_axi_arready(m_axi_arready), .m_axi_rdata(m_axi_rdata),
                .m_axi_rresp(m_axi_rresp), .m_axi_rvalid(m_axi_rvalid),
                .m_axi_rready(m_axi_rready)
            );
        end else begin : internal
            assign {weight_supply, weight_error, weight_waits, m_axi_arid, m_axi_araddr} = 67'd0;
            assign {m_axi_arlen, m_axi_arsize, m_axi_arburst, m_axi_arprot} = 16'd0;
            assign {m_axi_arvalid, m_axi_rready} = 2'd0;
        end
    endgenerate

    hwsim_flow #(.QUERIES_IN_FLIGHT(QUERIES_IN_FLIGHT)) flow (
        .clk(clk), .rst(rst), .start(start), .abort(abort), .soft_reset(soft_reset),
        .auto_start(auto_start), .load(load || exchanging || (checking && BANKS == 1)),
        .step_limit(step_limit),
        .waiting(queries_waiting), .begins(query_begins), .leaving(query_leaving),
        .query_enable(query_enable), .engine_ready(engine_query_ready),
        .result_accepted(result_done), .engine_reset(engine_reset),
        .engine_step_limit(engine_step_limit), .busy(busy), .aborting(aborting),
        .aborted(aborted), .load_ready(load_ready)
    );

    hwsim_axi_lite port (
        .clk(clk), .rst(rst),
        .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(s_axil_awvalid),
        .s_axil_awready(s_axil_awready), .s_axil_wdata(s_axil_wdata),
        .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(s_axil_wvalid),
        .s_axil_wready(s_axil_wready), .s_axil_bresp(s_axil_bresp),
        .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready),
        .s_axil_araddr(s_axil_araddr), .s_axil_arvalid(s_axil_arvalid),
        .s_axil_arready(s_axil_arready), .s_axil_rdata(s_axil_rdata),
        .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid),
        .s_axil_rready(s_axil_rready),
        .write_enable(write_enable), .write_address(write_address), .write_data(write_data),
        .write_strobe(write_strobe), .write_known(write_known), .read_enable(read_enable),
        .read_address(read_address), .read_data(read_data), .read_known(read_known)
    );

    localparam [31:0] N = NEURONS, P = PATTERNS, L = LANES, B = WEIGHT_BITS, KB = KERNEL_BITS,
        ZB = OFFSET_BITS, F = OFFSET_FRAC_BITS, RB = RADIUS_BITS, T = MAX_STEPS,
        Q = QUERIES_IN_FLIGHT, E = ENGINES;

    hwsim_registers registers (
        .clk(clk), .rst(rst || soft_reset), .write_enable(write_enable),
        .write_address(write_address), .write_data(write_data), .write_strobe(write_strobe),
        .write_known(write_known), .read_enable(read_enable), .read_address(read_address),
        .read_data(read_data), .read_known(read_known), .irq(irq),
        .neurons(N), .patterns(P), .max_steps(T[15:0]), .widths_lanes(L[9:0]),
        .widths_weight_bits(B[3:0]), .widths_kernel_bits(KB[4:0]), .widths_offset_bits(ZB[4:0]),
        .features_offset_frac_bits(F[4:0]), .features_radius_bits(RB[4:0]),
        .features_queries_in_flight(Q[3:0]), .features_engines(E[3:0]),
        .features_origin_nearest(ORIGIN_NEAREST != 0), .features_dataflow_row(DATAFLOW_ROW != 0),
        .features_counters(COUNTERS != 0), .features_loadable(LOADABLE != 0),
        .features_two_banks(BANKS == 2), .features_protection(PROTECTION[1:0]),
        .features_external_weights(EXTERNAL != 0),
        .control_start(start), .control_abort(abort), .control_soft_reset(soft_reset),
        .control_exchange(exchange),
        .settings_auto_start(auto_start), .settings_load(load), .step_limit(step_limit),
        .status_busy(busy), .status_result_waiting(m_axis_tvalid),
        .status_load_ready((BANKS == 2) ? !exchanging : load_ready && LOADABLE != 0),
        .status_exchanging(exchanging), .status_bank(bank),
        .status_checking(checking || check_written), .status_queued(queries_waiting),
        .interrupt_cause_done_set(result_done), .interrupt_cause_short_packet_set(too_short),
        .interrupt_cause_long_packet_set(too_long), .interrupt_cause_aborted_set(aborted),
        .interrupt_cause_load_error_set(load_error), .interrupt_cause_checked_set(checked),
        .interrupt_cause_exchanged_set(exchanged),
        .interrupt_cause_weight_error_set(weight_error),
        .interrupt_cause_memory_error_set(result_done && counts[22*64 +: 64] != 64'd0),
        .short_packets_count(too_short), .long_packets_count(too_long),
        .load_memory_memory(load_memory), .load_memory_engine(load_engine),
        .load_address(load_address), .load_address_written(load_address_written),
        .load_data(load_data), .load_data_written(load_data_written),
        .check_words(check_words), .check_written(check_written), .crc(crc),
        .weight_address(weight_address), .weight_waits(weight_waits),
        .results_count(result_done), .outcome_steps(outcome[15:0]),
        .outcome_converged(outcome[16]), .outcome_miss(outcome[17]),
        .distance({{(32-DISTANCE_BITS){1'b0}}, outcome[18 +: DISTANCE_BITS]}),
        .cycles(counters[0*64 +: 64]), .pattern_reads(counters[1*64 +: 64]),
        .weight_reads(counters[2*64 +: 64]), .lut_reads(counters[3*64 +: 64]),
        .offset_reads(counters[4*64 +: 64]), .radius_reads(counters[5*64 +: 64]),
        .state_reads(counters[6*64 +: 64]), .state_writes(counters[7*64 +: 64]),
        .distance_reads(counters[8*64 +: 64]), .distance_writes(counters[9*64 +: 64]),
        .group_minimum_reads(counters[10*64 +: 64]),
        .group_minimum_writes(counters[11*64 +: 64]),
        .active_list_reads(counters[12*64 +: 64]), .active_list_writes(counters[13*64 +: 64]),
        .candidate_reads(counters[14*64 +: 64]), .candidate_writes(counters[15*64 +: 64]),
        .kernel_value_reads(counters[16*64 +: 64]), .kernel_value_writes(counters[17*64 +: 64]),
        .accumulator_reads(counters[18*64 +: 64]), .accumulator_writes(counters[19*64 +: 64]),
        .groups_skipped(counters[20*64 +: 64]), .corrected_errors(counters[21*64 +: 64]),
        .detected_errors(counters[22*64 +: 64])
    );

endmodule

`default_nettype wire
