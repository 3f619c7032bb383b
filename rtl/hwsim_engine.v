// SPDX-License-Identifier: Apache-2.0
//
// The retrieval engine: kernel associative memory on XNOR-popcount (docs/contract.md).
//
//   d[m] = N - sum_w xnor_popcount(state[w], pattern[m, w], valid[w])     hwsim_search
//   k[m] = lut[d[m] - d0],  S = sum_m k[m]                                hwsim_update
//   a[i] = sum_m v[m, i] * k[m] = 2 * U[i] - sum(C) * S                   hwsim_update
//   f[i] = a[i] * 2**F + z[i] * S;  bit i = f > 0, kept when f = 0        hwsim_threshold
//   until no bit changes or T steps have run                              hwsim_control
//
// With the parameters from DATAFLOW_ROW to REACH at 0 every step does all of this. The others are
// the rules that save work and change no result: hwsim_search, hwsim_control, hwsim_copy.
//
// This module is wiring. Each memory stands in the file of what it belongs to: patterns and radii
// in hwsim_share; states, distances, group minima in hwsim_slot; the others in a stage's.
//
// ENGINES = E > 1: the patterns are shared out among E engines side by side (hwsim_partitions) that
// work on one query together, with a file of patterns, weights and radii each. That divides the
// cycles of scans, look-ups and accumulation by nearly E. Q is 1.
//
// OUTPUTS = M > 0: M fields that are not the neurons', their signs and a label: hwsim_outputs.
//
// QUERIES_IN_FLIGHT = Q > 1: Q recalls go in step with each other (hwsim_turns) and share the scans
// of the patterns: a word of a scan or sweep is read once for all that need it, while all other
// stages work for one of them at a time. A batch begins when Q queries are loaded, or when one is
// and no beat is offered between two packets. Its results leave in the order of its queries, then
// the next batch loads. s_axis_tid of a query's last beat comes back as m_axis_tid of its result.
//
// Query port: packets of W beats of L bits, bit j of beat w is neuron w*L + j; a packet of another
// length is dropped whole, and query_dropped is 1 for a cycle. Result port: the same, with
// result_* and the counters beside it, stable while m_axis_tvalid; cycles and state_reads still
// count while the result leaves and are complete with its last beat. cycles are clock cycles
// from the first query beat accepted to the last result beat accepted, both included, without those
// in which the engine waits for s_axis_tvalid or m_axis_tready. With Q > 1 cycles and counters are
// of a batch, complete with the last beat of its last result; a packet that is dropped after the
// first query of a batch counts with it.
`default_nettype none

module hwsim_engine #(
    parameter NEURONS = 200,            // N, 1 to 65536
    parameter PATTERNS = 600,           // P, 1 to 1048576
    parameter WEIGHT_BITS = 2,          // B, 1 to 8
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,  // C[p] = [8*p +: 8], 1 to 255
    parameter KERNEL_BITS = 8,          // KB, 1 to 16
    parameter LANES = 64,               // L, a power of two, 8 to 512
    parameter OFFSET_BITS = 0,          // ZB, 0 (no offsets) to 16
    parameter OFFSET_FRAC_BITS = 0,     // F, 0 to 16
    parameter MAX_STEPS = 50,           // T, 1 to 65535
    parameter ORIGIN_NEAREST = 1,       // 1: nearest, 0: absolute
    parameter ACCUMULATOR_BITS = 0,     // of f, sign included; 0: as many as it takes
    parameter DATAFLOW_ROW = 0,         // 1: accumulate by rows of patterns, 0: by groups of them
    parameter SHARED_PLANES = 0,        // rows: bit p for a code plane that equals the patterns
    parameter RADIUS_BITS = 0,          // of a word of the radius memory; 0: there is none
    parameter [63:0] WINNER_LIMIT = 64'd0,  // largest S at which the nearest alone decides; 0: off
    parameter COARSE_WORDS = 0,         // of a pattern in the first scan, 1 to W; 0: all, always
    parameter REACH = 0,                // with COARSE_WORDS: first distance of kernel value 0
    parameter QUERIES_IN_FLIGHT = 1,    // Q: 1, 2, 4 or 8
    parameter TID_BITS = 1,             // at least 1
    parameter ENGINES = 1,              // E: 1, 2, 4 or 8, at most G; 1 with Q > 1
    parameter PIPELINED = 0,            // 1: a register more behind memories, and in control
    parameter STEP_LIMITED = 0,         // 1: step_limit, where it is not 0, may be less than T
    parameter HOST_BITS = 0,            // 0, or L and at least 32: a host has access to memories
    parameter EXTERNAL = 0,             // 1: weights come from outside, by groups; see hwsim_mac
    parameter BANKS = 1,                // 2: to that one of two which no recall reads
    parameter OUTPUTS = 0,              // M, other than the patterns, 0 (none) to W*L
    parameter SCALE_BITS = 0,           // SB, of an output's scale, 0 (all are 1) to 16
    parameter PROTECTION = 0,           // check bits: 0: none, 1: parity, 2: SECDED; see hwsim_rom
    parameter PATTERNS_FILE = "",
    parameter WEIGHTS_FILE = "",
    parameter KERNEL_LUT_FILE = "",
    parameter OFFSETS_FILE = "",
    parameter RADIUS_FILE = "",
    parameter SCALES_FILE = "",
    parameter DISTANCE_BITS = $clog2(NEURONS + 1)  // follows from NEURONS; do not set
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire [HOST_BITS+40:0]    host,        // as in hwsim_rom
    output wire [HOST_BITS:0]       host_data,
    output wire [34:0]              weight_demand,
    input  wire [EXTERNAL*LANES:0]  weight_supply,  // with EXTERNAL, else 0
    input  wire [15:0]              step_limit,  // stands still during a recall
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
    output wire [15:0]              result_label,  // with OUTPUTS, else 0, as field
    output wire                     field_valid,
    output wire [63:0]              field,
    output wire [63:0]              cycles, pattern_reads, weight_reads, lut_reads, offset_reads,
    output wire [63:0]              radius_reads, state_reads, state_writes, distance_reads,
    output wire [63:0]              distance_writes, group_minimum_reads, group_minimum_writes,
    output wire [63:0]              active_list_reads, active_list_writes, candidate_reads,
    output wire [63:0]              candidate_writes, kernel_value_reads, kernel_value_writes,
    output wire [63:0]              accumulator_reads, accumulator_writes, groups_skipped,
    output wire [63:0]              corrected_errors, detected_errors  // with PROTECTION
);

    localparam WORDS = (NEURONS + LANES - 1) / LANES;
    localparam GROUPS = (PATTERNS + LANES - 1) / LANES;
    localparam WORD_BITS = $clog2(WORDS + (WORDS == 1));
    localparam FIELDS = (OUTPUTS == 0) ? NEURONS : OUTPUTS;  // that a step computes
    localparam NEURON_BITS = $clog2(FIELDS + (FIELDS == 1));
    localparam Q = QUERIES_IN_FLIGHT;
    localparam E = ENGINES;
    localparam MOST_GROUPS = (GROUPS + E - 1) / E;  // of an engine
    localparam GROUP_BITS = $clog2(MOST_GROUPS + (MOST_GROUPS == 1));
    localparam ACTIVE_BITS = $clog2(MOST_GROUPS + 1);
    localparam SLOT_BITS = $clog2(Q + (Q == 1));

    // Numbers are as wide as their largest value (all below 2**63).
    function integer plane_weight_sum(input [63:0] weights);
        integer plane;
        begin
            plane_weight_sum = 0;
            for (plane = 0; plane < WEIGHT_BITS && plane < 8; plane = plane + 1)
                plane_weight_sum = plane_weight_sum + {24'd0, weights[8*plane +: 8]};
        end
    endfunction

    localparam PLANE_WEIGHT_SUM = plane_weight_sum(PLANE_WEIGHTS);
    localparam [63:0] ONE = 64'd1;
    localparam [63:0] LARGEST_KERNEL_SUM = PATTERNS * ((ONE << KERNEL_BITS) - ONE);
    localparam [63:0] LARGEST_SUM = LARGEST_KERNEL_SUM * PLANE_WEIGHT_SUM;
    localparam [63:0] LARGEST_FIELD = (LARGEST_SUM << OFFSET_FRAC_BITS)
        + (LARGEST_KERNEL_SUM << OFFSET_BITS >> 1) * (OFFSET_BITS != 0);
    localparam KERNEL_SUM_BITS = $clog2(LARGEST_KERNEL_SUM + ONE);
    localparam SUM_BITS = $clog2(LARGEST_SUM + ONE);
    localparam FIELD_BITS_NEEDED = $clog2(LARGEST_FIELD + ONE) + 1;
    localparam FIELD_BITS = (ACCUMULATOR_BITS == 0) ? FIELD_BITS_NEEDED : ACCUMULATOR_BITS;

    hwsim_parameter_check #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .MAX_STEPS(MAX_STEPS),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
        .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS), .WINNER_LIMIT(WINNER_LIMIT),
        .COARSE_WORDS(COARSE_WORDS), .REACH(REACH), .QUERIES_IN_FLIGHT(Q), .TID_BITS(TID_BITS),
        .ENGINES(ENGINES), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION), .EXTERNAL(EXTERNAL),
        .HOST_BITS(HOST_BITS), .OUTPUTS(OUTPUTS), .SCALE_BITS(SCALE_BITS),
        .ACCUMULATOR_BITS(FIELD_BITS), .ACCUMULATOR_BITS_NEEDED(FIELD_BITS_NEEDED),
        .LARGEST_FIELD(LARGEST_FIELD)
    ) parameter_check ();

    // Control: one a slot ------------------------------------------------------------------------

    wire [SLOT_BITS-1:0]       turn;      // of which slot
    wire [Q-1:0]               selected;  // bit turn
    wire                       query_enable, query_accepted, query_dropped_first;
    wire                       send_start, result_sent, all_sent;

    // A bit, or a number, a slot
    wire [Q-1:0]               idle, query_loaded, control_search, control_searched;
    wire [Q-1:0]               first_step, hit, winner_fixed, control_send;
    wire [Q-1:0]               search_start, search_grant, search_done;
    wire [Q-1:0]               scan_starts, clears, load_starts, mac_starts, candidates_starts;
    wire [Q-1:0]               row_starts, copy_starts, converged, miss, confirmed;
    // verilator lint_off UNUSEDSIGNAL
    wire                       between;       // with Q > 1, as
    wire [4*Q-1:0]             search_waits;
    wire [Q-1:0]               last_result;   // with Q = 1
    wire [GROUP_BITS*Q-1:0]    load_addresses;  // with E = 1
    // verilator lint_on UNUSEDSIGNAL
    wire [16*Q-1:0]            steps;
    wire [DISTANCE_BITS*Q-1:0] flips, nearest_of;

    // Of the slot whose turn it is
    wire                       scan_start = |scan_starts;
    wire                       update_clear = |clears;
    wire                       load_start = |load_starts;
    wire                       mac_start = |mac_starts;
    wire                       candidates_start = |candidates_starts;
    wire                       row_start = |row_starts;
    wire                       copy_start = |copy_starts;
    wire [DISTANCE_BITS-1:0]   nearest = nearest_of[turn*DISTANCE_BITS +: DISTANCE_BITS];
    wire                       scan_done, loaded, mac_ready, candidates_done, copy_done;
    wire                       changed, threshold_done;
    wire [ACTIVE_BITS-1:0]     active_groups;
    wire [DISTANCE_BITS-1:0]   threshold_flips;
    wire [KERNEL_SUM_BITS-1:0] kernel_sum;

    assign result_steps = steps[turn*16 +: 16];
    assign result_converged = converged[turn];
    assign result_miss = miss[turn];
    assign result_distance = confirmed[turn] ? {DISTANCE_BITS{1'b0}} : nearest;

    genvar s;
    generate
        for (s = 0; s < Q; s = s + 1) begin : controls
            hwsim_control #(
                .GROUPS(MOST_GROUPS), .MAX_STEPS(MAX_STEPS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
                .DATAFLOW_ROW(DATAFLOW_ROW), .RADII(RADIUS_BITS != 0), .STEP_LIMITED(STEP_LIMITED),
                .WINNER_LIMIT(WINNER_LIMIT), .PIPELINED(PIPELINED), .OUTPUTS(OUTPUTS != 0),
                .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .DISTANCE_BITS(DISTANCE_BITS)
            ) control (
                .clk(clk), .rst(rst), .step_limit(step_limit), .query_enable(idle[s]),
                .query_loaded(query_loaded[s]), .search_start(control_search[s]),
                .first_step(first_step[s]), .flips(flips[s*DISTANCE_BITS +: DISTANCE_BITS]),
                .search_done(control_searched[s]), .hit(hit[s]), .winner_fixed(winner_fixed[s]),
                .nearest(nearest_of[s*DISTANCE_BITS +: DISTANCE_BITS]), .scan_start(scan_starts[s]),
                .scan_done(scan_done && selected[s]), .active_groups(active_groups),
                .update_clear(clears[s]), .kernel_sum(kernel_sum), .load_start(load_starts[s]),
                .list_address(load_addresses[s*GROUP_BITS +: GROUP_BITS]),
                .loaded(loaded && selected[s]), .mac_start(mac_starts[s]),
                .mac_ready(mac_ready && selected[s]), .candidates_start(candidates_starts[s]),
                .candidates_done(candidates_done && selected[s]), .row_start(row_starts[s]),
                .copy_start(copy_starts[s]), .copy_done(copy_done && selected[s]),
                .changed(changed), .threshold_flips(threshold_flips),
                .threshold_done(threshold_done && selected[s]), .send_start(control_send[s]),
                .result_sent(result_sent && selected[s]), .steps(steps[s*16 +: 16]),
                .converged(converged[s]), .miss(miss[s]), .confirmed(confirmed[s]),
                .last_result(last_result[s])
            );
        end

        if (Q == 1) begin : alone
            assign turn = 1'b0;
            assign selected = 1'b1;
            assign query_loaded = query_accepted;
            assign query_dropped_first = query_dropped;
            assign search_start = control_search;
            assign search_grant = 1'b0;
            assign control_searched = search_done;
            assign send_start = control_send;
            assign all_sent = result_sent && last_result;
        end else begin : in_step
            wire first_query;
            hwsim_turns #(.SLOTS(Q), .SWEEPS(COARSE_WORDS != 0)) turns (
                .clk(clk), .rst(rst), .loading(query_enable), .query_accepted(query_accepted),
                .query_offered(s_axis_tvalid), .between(between), .first_query(first_query),
                .result_start(send_start), .result_sent(result_sent), .batch_sent(all_sent),
                .selected(selected), .query_loaded(query_loaded),
                .control_search(control_search), .control_send(control_send),
                .control_searched(control_searched), .first_step(first_step),
                .winner_fixed(winner_fixed), .search_start(search_start),
                .search_grant(search_grant), .search_waits(search_waits),
                .search_done(search_done), .turn(turn)
            );
            assign query_dropped_first = query_dropped && first_query;
        end
    endgenerate

    // Ports ------------------------------------------------------------------------------------

    wire                 threshold_write, threshold_read, threshold_enable;
    wire                 state_asked, state_told, state_enable;
    wire [WORD_BITS-1:0] threshold_write_address, threshold_read_address;
    wire [WORD_BITS-1:0] state_write_address, state_read_address;
    wire [LANES-1:0]     threshold_data, state_write_data, state_data;

    assign query_enable = &idle;

    hwsim_ports #(
        .NEURONS(NEURONS), .FIELDS(FIELDS), .OUTPUTS(OUTPUTS != 0), .LANES(LANES), .SLOTS(Q),
        .TID_BITS(TID_BITS)
    ) ports (
        .clk(clk), .rst(rst), .turn(turn), .query_enable(query_enable),
        .query_accepted(query_accepted), .query_dropped(query_dropped), .between(between),
        .send_start(send_start), .result_miss(result_miss), .result_sent(result_sent),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .s_axis_tlast(s_axis_tlast), .s_axis_tid(s_axis_tid), .m_axis_tdata(m_axis_tdata),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast),
        .m_axis_tid(m_axis_tid), .threshold_write(threshold_write),
        .threshold_write_address(threshold_write_address), .threshold_data(threshold_data),
        .threshold_read(threshold_read), .threshold_read_address(threshold_read_address),
        .threshold_enable(threshold_enable), .state_write(state_told),
        .state_write_address(state_write_address), .state_write_data(state_write_data),
        .state_read(state_asked), .state_read_address(state_read_address),
        .state_output_enable(state_enable), .state_data(state_data)
    );

    // SEARCH, COPY, UPDATE ---------------------------------------------------------------------

    wire                   sum_valid, field_coming, field_found, offset_read;
    wire [NEURON_BITS-1:0] sum_neuron;
    wire [SUM_BITS-1:0]    sum;
    // A bit an engine, and of what each slot has, a bit a slot; there is one of either.
    wire [E-1:0]           pattern_read, radius_read, weight_read, lut_read, minimum_read;
    wire [E-1:0]           list_read, list_write, accumulator_read, accumulator_write;
    wire [E-1:0]           candidate_read, candidate_write, group_skip;
    wire [Q*E-1:0]         state_read, state_write, distance_read, distance_write, minimum_write;

    wire [6*Q+15:0]        errors;  // of each memory, {detected, corrected}
    wire [HOST_BITS:0]     engines_data, offset_data;  // for the host

    assign host_data = engines_data | offset_data;

    hwsim_engines #(
        .QUERIES_IN_FLIGHT(Q), .ENGINES(E), .NEURONS(NEURONS), .FIELDS(FIELDS), .PATTERNS(PATTERNS),
        .WEIGHT_BITS(WEIGHT_BITS), .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS),
        .LANES(LANES), .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
        .SHARED_PLANES(SHARED_PLANES), .RADIUS_BITS(RADIUS_BITS),
        .COPIES(RADIUS_BITS != 0 || WINNER_LIMIT != 0), .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS), .PATTERNS_FILE(PATTERNS_FILE),
        .WEIGHTS_FILE(WEIGHTS_FILE), .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .RADIUS_FILE(RADIUS_FILE),
        .HOST_BITS(HOST_BITS), .BANKS(BANKS), .EXTERNAL(EXTERNAL), .PIPELINED(PIPELINED),
        .PROTECTION(PROTECTION)
    ) engines (
        .clk(clk), .rst(rst), .host(host), .host_data(engines_data), .weight_demand(weight_demand),
        .weight_supply(weight_supply), .turn(turn), .selected(selected),
        .search_start(search_start), .search_grant(search_grant), .search_waits(search_waits),
        .first_step(first_step), .flips(flips), .search_done(search_done), .hit(hit),
        .winner_fixed(winner_fixed), .nearest(nearest_of),
        .state_write(state_told), .state_write_address(state_write_address),
        .state_write_data(state_write_data), .state_read(state_asked),
        .state_read_address(state_read_address), .state_output_enable(state_enable),
        .state_data(state_data),
        .copy_start(copy_start), .copy_done(copy_done), .scan_start(scan_start),
        .scan_done(scan_done), .active_groups(active_groups), .update_clear(update_clear),
        .load_start(load_start), .load_address(load_addresses[turn*GROUP_BITS +: GROUP_BITS]),
        .loaded(loaded), .mac_start(mac_start), .mac_ready(mac_ready),
        .candidates_start(candidates_start), .candidates_done(candidates_done),
        .row_start(row_start), .kernel_sum(kernel_sum), .sum_valid(sum_valid),
        .sum_neuron(sum_neuron), .sum(sum), .pattern_read(pattern_read), .radius_read(radius_read),
        .weight_read(weight_read), .lut_read(lut_read), .state_was_read(state_read),
        .state_was_written(state_write), .distance_was_read(distance_read),
        .distance_was_written(distance_write), .minimum_read(minimum_read),
        .minimum_was_written(minimum_write), .list_read(list_read), .list_write(list_write),
        .accumulator_read(accumulator_read), .accumulator_write(accumulator_write),
        .candidate_read(candidate_read), .candidate_write(candidate_write),
        .group_skip(group_skip), .errors(errors[6*Q+13:0])
    );

    // THRESHOLD --------------------------------------------------------------------------------

    wire signed [FIELD_BITS-1:0] field_value;

    hwsim_threshold #(
        .NEURONS(FIELDS), .LANES(LANES), .WORD_BITS(WORD_BITS), .FLIP_BITS(DISTANCE_BITS),
        .PLANE_WEIGHT_SUM(PLANE_WEIGHT_SUM), .OUTPUTS(OUTPUTS != 0), .OFFSET_BITS(OFFSET_BITS),
        .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS), .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS),
        .FIELD_BITS(FIELD_BITS), .HOST_BITS(HOST_BITS), .BANKS(BANKS), .PIPELINED(PIPELINED),
        .PROTECTION(PROTECTION), .OFFSETS_FILE(OFFSETS_FILE)
    ) threshold (
        .clk(clk), .rst(rst), .host(host), .host_data(offset_data), .clear(update_clear),
        .bias_valid(loaded || candidates_done), .kernel_sum(kernel_sum), .sum_valid(sum_valid),
        .sum_neuron(sum_neuron), .sum(sum), .offset_read(offset_read), .changed(changed),
        .flips(threshold_flips), .done(threshold_done), .field_coming(field_coming),
        .field_valid(field_found), .field(field_value), .state_read(threshold_read),
        .state_read_address(threshold_read_address), .state_output_enable(threshold_enable),
        .state_read_data(state_data), .state_write(threshold_write),
        .state_write_address(threshold_write_address), .state_write_data(threshold_data),
        .errors(errors[6*Q+15:6*Q+14])
    );

    hwsim_outputs #(
        .OUTPUTS(OUTPUTS), .SCALE_BITS(SCALE_BITS), .FIELD_BITS(FIELD_BITS),
        .LARGEST_FIELD(LARGEST_FIELD), .SCALES_FILE(SCALES_FILE)
    ) outputs (
        .clk(clk), .rst(rst), .clear(update_clear), .coming(field_coming), .found(field_found),
        .value(field_value), .label(result_label), .field_valid(field_valid), .field(field)
    );

    // Counters ---------------------------------------------------------------------------------

    wire count_anew = all_sent || query_dropped_first;

    hwsim_counters #(.SLOTS(Q * E), .ENGINES(E)) counters (
        .clk(clk), .rst(rst), .clear(count_anew),
        .waiting((query_enable && !s_axis_tvalid) || (m_axis_tvalid && !m_axis_tready)),
        .pattern_read(pattern_read), .weight_read(weight_read), .lut_read(lut_read),
        .offset_read(offset_read), .state_read(state_read), .state_write(state_write),
        .distance_read(distance_read), .distance_write(distance_write),
        .group_minimum_read(minimum_read), .group_minimum_write(minimum_write),
        .active_list_read(list_read), .active_list_write(list_write),
        .accumulator_read(accumulator_read), .accumulator_write(accumulator_write),
        .radius_read(radius_read), .candidate_read(candidate_read),
        .candidate_write(candidate_write), .kernel_value_read(candidate_read),
        .kernel_value_write(candidate_write), .group_skip(group_skip), .cycles(cycles),
        .pattern_reads(pattern_reads), .weight_reads(weight_reads), .lut_reads(lut_reads),
        .offset_reads(offset_reads), .state_reads(state_reads), .state_writes(state_writes),
        .distance_reads(distance_reads), .distance_writes(distance_writes),
        .group_minimum_reads(group_minimum_reads), .group_minimum_writes(group_minimum_writes),
        .active_list_reads(active_list_reads), .active_list_writes(active_list_writes),
        .accumulator_reads(accumulator_reads), .accumulator_writes(accumulator_writes),
        .radius_reads(radius_reads), .candidate_reads(candidate_reads),
        .candidate_writes(candidate_writes), .kernel_value_reads(kernel_value_reads),
        .kernel_value_writes(kernel_value_writes), .groups_skipped(groups_skipped)
    );

    hwsim_error_counters #(.PROTECTION(PROTECTION), .MEMORIES(3 * Q + 8)) error_counters (
        .clk(clk), .rst(rst), .clear(count_anew), .errors(errors),
        .corrected_errors(corrected_errors), .detected_errors(detected_errors)
    );

endmodule

`default_nettype wire
