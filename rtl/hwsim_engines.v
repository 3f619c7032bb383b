// SPDX-License-Identifier: Apache-2.0
//
// ENGINES: all that works on the patterns, once or several times side by side.
//
//   E = 1    hwsim_share, which serves Q slots
//   E > 1    hwsim_partitions, of which each engine has patterns of its own; Q = 1
//
// Ports: hwsim_share.
`default_nettype none

module hwsim_engines #(
    parameter QUERIES_IN_FLIGHT = 1,
    parameter ENGINES = 1,
    parameter NEURONS = 200,
    parameter FIELDS = NEURONS,  // of hwsim_update, with E = 1
    parameter PATTERNS = 600,
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter EXTERNAL = 0,   // of hwsim_mac
    parameter WEIGHT_BITS = 2,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 8,
    parameter LANES = 64,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter SHARED_PLANES = 0,
    parameter RADIUS_BITS = 0,
    parameter COPIES = 0,  // whether a pattern may become the state
    parameter COARSE_WORDS = 0,
    parameter REACH = 0,
    parameter PROTECTION = 0,  // of hwsim_rom, with E = 1
    parameter PIPELINED = 0,  // 1: a register more at what is read of an image, and for decisions
    parameter KERNEL_SUM_BITS = 18,
    parameter SUM_BITS = 20,
    parameter PATTERNS_FILE = "",
    parameter WEIGHTS_FILE = "",
    parameter KERNEL_LUT_FILE = "",
    parameter RADIUS_FILE = "",
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter Q = QUERIES_IN_FLIGHT,
    parameter E = ENGINES,
    parameter MOST_GROUPS = (GROUPS + E - 1) / E,  // of an engine
    parameter SLOT_BITS = $clog2(Q + (Q == 1)),
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter NEURON_BITS = $clog2(FIELDS + (FIELDS == 1)),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter GROUP_BITS = $clog2(MOST_GROUPS + (MOST_GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(MOST_GROUPS + 1)
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire [HOST_BITS+40:0]      host,
    output wire [HOST_BITS:0]         host_data,
    output wire [34:0]                weight_demand,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [EXTERNAL*LANES:0]    weight_supply,
    // verilator lint_on UNUSEDSIGNAL
    // slots
    // verilator lint_off UNUSEDSIGNAL
    input  wire [SLOT_BITS-1:0]       turn,
    input  wire [Q-1:0]               selected,  // bit turn
    // verilator lint_on UNUSEDSIGNAL
    // SEARCH, a bit or a number a slot
    input  wire [Q-1:0]               search_start,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [Q-1:0]               search_grant,  // with Q > 1
    // verilator lint_on UNUSEDSIGNAL
    output wire [4*Q-1:0]             search_waits,
    input  wire [Q-1:0]               first_step,
    input  wire [Q*DISTANCE_BITS-1:0] flips,
    output wire [Q-1:0]               search_done,
    output wire [Q-1:0]               hit,
    output wire [Q-1:0]               winner_fixed,
    output wire [Q*DISTANCE_BITS-1:0] nearest,
    // state memory, of the slot whose turn it is
    input  wire                       state_write,
    input  wire [WORD_BITS-1:0]       state_write_address,
    input  wire [LANES-1:0]           state_write_data,
    input  wire                       state_read,
    input  wire [WORD_BITS-1:0]       state_read_address,
    input  wire                       state_output_enable,
    output wire [LANES-1:0]           state_data,
    // COPY
    // verilator lint_off UNUSEDSIGNAL
    input  wire                       copy_start,  // with COPIES
    // verilator lint_on UNUSEDSIGNAL
    output wire                       copy_done,
    // UPDATE, as in hwsim_update
    input  wire                       scan_start,
    output wire                       scan_done,
    output wire [ACTIVE_BITS-1:0]     active_groups,
    input  wire                       update_clear,
    input  wire                       load_start,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [GROUP_BITS-1:0]      load_address,  // with E = 1
    // verilator lint_on UNUSEDSIGNAL
    output wire                       loaded,
    input  wire                       mac_start,
    output wire                       mac_ready,
    input  wire                       candidates_start,
    output wire                       candidates_done,
    input  wire                       row_start,
    output wire [KERNEL_SUM_BITS-1:0] kernel_sum,
    output wire                       sum_valid,
    output wire [NEURON_BITS-1:0]     sum_neuron,
    output wire [SUM_BITS-1:0]        sum,
    // accesses, a bit an engine, and of what each slot has, a bit a slot
    output wire [E-1:0]               pattern_read, radius_read, weight_read, lut_read,
    output wire [Q*E-1:0]             state_was_read, state_was_written,
    output wire [Q*E-1:0]             distance_was_read, distance_was_written,
    output wire [E-1:0]               minimum_read,
    output wire [Q*E-1:0]             minimum_was_written,
    output wire [E-1:0]               list_read, list_write, accumulator_read, accumulator_write,
    output wire [E-1:0]               candidate_read, candidate_write, group_skip,
    output wire [6*Q+13:0]            errors
);

    generate
        if (E == 1) begin : alone
            hwsim_share #(
                .QUERIES_IN_FLIGHT(Q), .NEURONS(NEURONS), .FIELDS(FIELDS), .PATTERNS(PATTERNS),
                .WEIGHT_BITS(WEIGHT_BITS), .PLANE_WEIGHTS(PLANE_WEIGHTS),
                .KERNEL_BITS(KERNEL_BITS), .LANES(LANES), .ORIGIN_NEAREST(ORIGIN_NEAREST),
                .DATAFLOW_ROW(DATAFLOW_ROW), .SHARED_PLANES(SHARED_PLANES),
                .RADIUS_BITS(RADIUS_BITS), .COPIES(COPIES), .COARSE_WORDS(COARSE_WORDS),
                .REACH(REACH), .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS),
                .HOST_BITS(HOST_BITS), .BANKS(BANKS), .EXTERNAL(EXTERNAL), .PIPELINED(PIPELINED),
                .PROTECTION(PROTECTION),
                .PATTERNS_FILE(PATTERNS_FILE), .WEIGHTS_FILE(WEIGHTS_FILE),
                .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .RADIUS_FILE(RADIUS_FILE)
            ) share (
                .clk(clk), .rst(rst), .host(host), .host_data(host_data),
                .weight_demand(weight_demand), .weight_supply(weight_supply),
                .turn(turn), .selected(selected),
                .search_start(search_start), .search_grant(search_grant),
                .search_waits(search_waits), .first_step(first_step), .flips(flips),
                .search_done(search_done), .hit(hit), .winner_fixed(winner_fixed),
                .nearest(nearest), .state_write(state_write),
                .state_write_address(state_write_address), .state_write_data(state_write_data),
                .state_read(state_read), .state_read_address(state_read_address),
                .state_output_enable(state_output_enable), .state_data(state_data),
                .copy_start(copy_start), .copy_done(copy_done), .scan_start(scan_start),
                .scan_done(scan_done), .active_groups(active_groups), .update_clear(update_clear),
                .load_start(load_start), .load_address(load_address), .loaded(loaded),
                .mac_start(mac_start), .mac_ready(mac_ready), .candidates_start(candidates_start),
                .candidates_done(candidates_done), .row_start(row_start), .kernel_sum(kernel_sum),
                .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum),
                .pattern_read(pattern_read), .radius_read(radius_read), .weight_read(weight_read),
                .lut_read(lut_read), .state_was_read(state_was_read),
                .state_was_written(state_was_written), .distance_was_read(distance_was_read),
                .distance_was_written(distance_was_written), .minimum_read(minimum_read),
                .minimum_was_written(minimum_was_written), .list_read(list_read),
                .list_write(list_write), .accumulator_read(accumulator_read),
                .accumulator_write(accumulator_write), .candidate_read(candidate_read),
                .candidate_write(candidate_write), .group_skip(group_skip), .errors(errors)
            );
        end else begin : side_by_side
            assign errors = {(6*Q+14){1'b0}};
            hwsim_partitions #(
                .ENGINES(E), .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
                .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
                .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
                .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS), .COPIES(COPIES),
                .COARSE_WORDS(COARSE_WORDS), .REACH(REACH), .KERNEL_SUM_BITS(KERNEL_SUM_BITS),
                .SUM_BITS(SUM_BITS), .PATTERNS_FILE(PATTERNS_FILE), .WEIGHTS_FILE(WEIGHTS_FILE),
                .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .RADIUS_FILE(RADIUS_FILE), .HOST_BITS(HOST_BITS),
                .BANKS(BANKS),
                .PIPELINED(PIPELINED)
            ) partitions (
                .clk(clk), .rst(rst), .host(host), .host_data(host_data),
                .search_start(search_start), .first_step(first_step),
                .flips(flips), .search_done(search_done), .hit(hit), .winner_fixed(winner_fixed),
                .nearest(nearest), .state_write(state_write),
                .state_write_address(state_write_address), .state_write_data(state_write_data),
                .state_read(state_read), .state_read_address(state_read_address),
                .state_output_enable(state_output_enable), .state_data(state_data),
                .copy_start(copy_start), .copy_done(copy_done), .scan_start(scan_start),
                .scan_done(scan_done), .active_groups(active_groups), .update_clear(update_clear),
                .load_start(load_start), .loaded(loaded), .mac_start(mac_start),
                .mac_ready(mac_ready), .candidates_start(candidates_start),
                .candidates_done(candidates_done), .row_start(row_start), .kernel_sum(kernel_sum),
                .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum),
                .pattern_read(pattern_read), .radius_read(radius_read), .weight_read(weight_read),
                .lut_read(lut_read), .state_was_read(state_was_read),
                .state_was_written(state_was_written), .distance_was_read(distance_was_read),
                .distance_was_written(distance_was_written), .minimum_read(minimum_read),
                .minimum_was_written(minimum_was_written), .list_read(list_read),
                .list_write(list_write), .accumulator_read(accumulator_read),
                .accumulator_write(accumulator_write), .candidate_read(candidate_read),
                .candidate_write(candidate_write), .group_skip(group_skip)
            );
            assign search_waits = {4*Q{1'b0}};
            assign weight_demand = 35'd0;
        end
    endgenerate

endmodule

`default_nettype wire
