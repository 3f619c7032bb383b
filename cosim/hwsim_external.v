// SPDX-License-Identifier: Apache-2.0
//
// hwsim_engine with its weights in an external memory, for simulation: what drives the engine
// drives this, by the same names. The byte image of the weights is read by axi_memory, whose
// words hwsim_weights asks for.
`default_nettype none

module hwsim_external #(
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
    parameter EXTERNAL = 1,
    parameter PATTERNS_FILE = "",
    parameter KERNEL_LUT_FILE = "",
    parameter OFFSETS_FILE = "",
    parameter RADIUS_FILE = "",
    // of the memory
    parameter WEIGHTS_FILE = "",  // format bin
    parameter LATENCY = 1,
    parameter WEIGHT_BURST = 16,
    parameter WEIGHT_BUFFER = 64,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1)  // follows from NEURONS; do not set
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire [LANES-1:0]         s_axis_tdata,
    input  wire                     s_axis_tvalid,
    output wire                     s_axis_tready,
    input  wire                     s_axis_tlast,
    input  wire [TID_BITS-1:0]      s_axis_tid,
    output wire                     query_dropped,
    output wire [LANES-1:0]         m_axis_tdata,
    output wire                     m_axis_tvalid,
    input  wire                     m_axis_tready,
    output wire                     m_axis_tlast,
    output wire [TID_BITS-1:0]      m_axis_tid,
    output wire [15:0]              result_steps,
    output wire                     result_converged,
    output wire                     result_miss,
    output wire [DISTANCE_BITS-1:0] result_distance,
    output wire [63:0]              cycles,
    output wire [63:0]              pattern_reads, weight_reads, lut_reads, offset_reads,
    output wire [63:0]              radius_reads, state_reads, state_writes,
    output wire [63:0]              distance_reads, distance_writes,
    output wire [63:0]              group_minimum_reads, group_minimum_writes,
    output wire [63:0]              active_list_reads, active_list_writes,
    output wire [63:0]              candidate_reads, candidate_writes,
    output wire [63:0]              kernel_value_reads, kernel_value_writes,
    output wire [63:0]              accumulator_reads, accumulator_writes,
    output wire [63:0]              groups_skipped,
    output wire [31:0]              weight_waits,  // cycles, of the last recall
    output wire [31:0]              memory_faults
);

    localparam [31:0] BASE = 32'h0004_3000;
    localparam GROUPS = (PATTERNS + LANES - 1) / LANES;

    wire [34:0]      weight_demand;
    wire [LANES:0]   weight_supply;
    wire             error, arid, arvalid, arready, rlast, rvalid, rready;
    wire [31:0]      araddr;
    wire [7:0]       arlen;
    wire [2:0]       arsize, arprot;
    wire [1:0]       arburst, rresp;
    wire [LANES-1:0] rdata;

    hwsim_engine #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .ACCUMULATOR_BITS(ACCUMULATOR_BITS),
        .DATAFLOW_ROW(DATAFLOW_ROW), .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS),
        .WINNER_LIMIT(WINNER_LIMIT), .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .QUERIES_IN_FLIGHT(QUERIES_IN_FLIGHT), .TID_BITS(TID_BITS), .ENGINES(ENGINES),
        .EXTERNAL(EXTERNAL), .PATTERNS_FILE(PATTERNS_FILE), .KERNEL_LUT_FILE(KERNEL_LUT_FILE),
        .OFFSETS_FILE(OFFSETS_FILE), .RADIUS_FILE(RADIUS_FILE)
    ) engine (
        .clk(clk), .rst(rst), .step_limit(16'd0), .host(41'd0), .host_data(),
        .weight_demand(weight_demand), .weight_supply(weight_supply),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .s_axis_tlast(s_axis_tlast), .s_axis_tid(s_axis_tid), .query_dropped(query_dropped),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
        .m_axis_tlast(m_axis_tlast), .m_axis_tid(m_axis_tid), .result_steps(result_steps),
        .result_converged(result_converged), .result_miss(result_miss),
        .result_distance(result_distance), .result_label(), .field_valid(), .field(),
        .cycles(cycles), .pattern_reads(pattern_reads),
        .weight_reads(weight_reads), .lut_reads(lut_reads), .offset_reads(offset_reads),
        .radius_reads(radius_reads), .state_reads(state_reads), .state_writes(state_writes),
        .distance_reads(distance_reads), .distance_writes(distance_writes),
        .group_minimum_reads(group_minimum_reads), .group_minimum_writes(group_minimum_writes),
        .active_list_reads(active_list_reads), .active_list_writes(active_list_writes),
        .candidate_reads(candidate_reads), .candidate_writes(candidate_writes),
        .kernel_value_reads(kernel_value_reads), .kernel_value_writes(kernel_value_writes),
        .accumulator_reads(accumulator_reads), .accumulator_writes(accumulator_writes),
        .groups_skipped(groups_skipped), .corrected_errors(), .detected_errors()
    );

    hwsim_weights #(
        .LANES(LANES), .WORDS(NEURONS * WEIGHT_BITS), .BURST(WEIGHT_BURST), .DEPTH(WEIGHT_BUFFER)
    ) weights (
        .clk(clk), .rst(rst), .clear(rst), .soft_reset(1'b0),
        .result_done(m_axis_tvalid && m_axis_tready && m_axis_tlast),
        .base(BASE), .weight_demand(weight_demand), .weight_supply(weight_supply),
        .waited(weight_waits), .error(error), .m_axi_arid(arid), .m_axi_araddr(araddr),
        .m_axi_arlen(arlen), .m_axi_arsize(arsize), .m_axi_arburst(arburst),
        .m_axi_arprot(arprot), .m_axi_arvalid(arvalid), .m_axi_arready(arready),
        .m_axi_rdata(rdata), .m_axi_rresp(rresp), .m_axi_rvalid(rvalid), .m_axi_rready(rready)
    );

    axi_memory #(
        .LANES(LANES), .WORDS(GROUPS * NEURONS * WEIGHT_BITS), .LATENCY(LATENCY),
        .FILE(WEIGHTS_FILE)
    ) memory (
        .clk(clk), .rst(rst), .base(BASE), .failing(1'b0), .araddr(araddr), .arlen(arlen),
        .arsize(arsize), .arburst(arburst), .arvalid(arvalid), .arready(arready), .rdata(rdata),
        .rresp(rresp), .rlast(rlast), .rvalid(rvalid), .rready(rready)
    );

    assign memory_faults = memory.faults;

endmodule

`default_nettype wire
