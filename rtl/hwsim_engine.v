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
// This module is wiring, and the memories that two stages share:
//
//   memory           word                depth   written by              read by
//   patterns         L bits              P*W     (image)                 search, copy, update
//   radius           RADIUS_BITS         P       (image)                 search
//   state            L bits              W       query, threshold, copy  search, threshold, result
//   distance buffer  bit_length(N)       P       search                  search, update
//   group minima     bit_length(N)       G       search                  update
//
// with W = ceil(N / L), G = ceil(P / L). The others belong to one stage and stand in its file:
// weights, kernel LUT, offsets (read-only, from files as the patterns are), accumulators, lists.
//
// Query port: packets of W beats of L bits, bit j of beat w is neuron w*L + j; a packet of another
// length is dropped whole, and query_dropped is 1 for a cycle. Result port: the same, with
// result_* and the counters beside it, stable while m_axis_tvalid; cycles and state_reads still
// count while the result leaves and are complete with its last beat. cycles are clock cycles
// from the first query beat accepted to the last result beat accepted, both included, without those
// in which the engine waits for s_axis_tvalid or m_axis_tready.
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
    parameter PATTERNS_FILE = "",
    parameter WEIGHTS_FILE = "",
    parameter KERNEL_LUT_FILE = "",
    parameter OFFSETS_FILE = "",
    parameter RADIUS_FILE = "",
    parameter DISTANCE_BITS = $clog2(NEURONS + 1)  // follows from NEURONS; do not set
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire [LANES-1:0]         s_axis_tdata,
    input  wire                     s_axis_tvalid,
    output wire                     s_axis_tready,
    input  wire                     s_axis_tlast,
    output wire                     query_dropped,
    output wire [LANES-1:0]         m_axis_tdata,
    output wire                     m_axis_tvalid,
    input  wire                     m_axis_tready,
    output wire                     m_axis_tlast,
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
    output wire [63:0]              groups_skipped
);

    localparam WORDS = (NEURONS + LANES - 1) / LANES;
    localparam GROUPS = (PATTERNS + LANES - 1) / LANES;
    localparam WORD_BITS = $clog2(WORDS + (WORDS == 1));
    localparam PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1));
    localparam NEURON_BITS = $clog2(NEURONS + (NEURONS == 1));
    localparam GROUP_BITS = $clog2(GROUPS + (GROUPS == 1));
    localparam [63:0] PATTERN_DEPTH = 64'd1 * PATTERNS * WORDS;  // up to 2**33
    localparam RADIUS_WIDTH = RADIUS_BITS + (RADIUS_BITS == 0);
    localparam PATTERN_ADDRESS_BITS = $clog2(PATTERN_DEPTH + (PATTERN_DEPTH == 64'd1));
    localparam ACTIVE_BITS = $clog2(GROUPS + 1);

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
        .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .ACCUMULATOR_BITS(FIELD_BITS), .ACCUMULATOR_BITS_NEEDED(FIELD_BITS_NEEDED)
    ) parameter_check ();

    // Control ----------------------------------------------------------------------------------

    wire                       query_enable, query_loaded;
    wire                       search_start, first_step, search_done, hit, winner_fixed;
    wire [DISTANCE_BITS-1:0]   flips, nearest;
    wire                       scan_start, scan_done, update_clear;
    wire [ACTIVE_BITS-1:0]     active_groups;
    wire                       load_start, loaded, mac_start, mac_ready;
    wire                       candidates_start, candidates_done, row_start;
    // verilator lint_off UNUSEDSIGNAL
    wire                       copy_start;  // with a stage that copies
    // verilator lint_on UNUSEDSIGNAL
    wire                       copy_done, changed, threshold_done;
    wire [DISTANCE_BITS-1:0]   threshold_flips;
    wire [KERNEL_SUM_BITS-1:0] kernel_sum;
    wire                       send_start, result_sent, confirmed;
    wire [GROUP_BITS-1:0]      load_address;

    hwsim_control #(
        .GROUPS(GROUPS), .MAX_STEPS(MAX_STEPS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .DATAFLOW_ROW(DATAFLOW_ROW), .RADII(RADIUS_BITS != 0), .WINNER_LIMIT(WINNER_LIMIT),
        .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .DISTANCE_BITS(DISTANCE_BITS)
    ) control (
        .clk(clk), .rst(rst), .query_enable(query_enable), .query_loaded(query_loaded),
        .search_start(search_start), .first_step(first_step), .flips(flips),
        .search_done(search_done), .hit(hit), .winner_fixed(winner_fixed), .nearest(nearest),
        .scan_start(scan_start), .scan_done(scan_done), .active_groups(active_groups),
        .update_clear(update_clear), .kernel_sum(kernel_sum), .load_start(load_start),
        .list_address(load_address), .loaded(loaded), .mac_start(mac_start),
        .mac_ready(mac_ready), .candidates_start(candidates_start),
        .candidates_done(candidates_done), .row_start(row_start),
        .copy_start(copy_start), .copy_done(copy_done), .changed(changed),
        .threshold_flips(threshold_flips), .threshold_done(threshold_done),
        .send_start(send_start), .result_sent(result_sent), .steps(result_steps),
        .converged(result_converged), .miss(result_miss), .confirmed(confirmed)
    );

    assign result_distance = confirmed ? {DISTANCE_BITS{1'b0}} : nearest;

    // State memory: one user of each port at a time ------------------------------------------------

    wire                 query_write, threshold_write, copy_write;
    wire [WORD_BITS-1:0] query_address, threshold_write_address, copy_address;
    wire [LANES-1:0]     query_data, threshold_data, copy_data;
    wire                 search_state_read, threshold_read, result_read;
    wire [WORD_BITS-1:0] search_state_address, threshold_read_address, result_address;
    wire                 search_state_enable, threshold_enable, result_enable;
    wire [LANES-1:0]     state_data;
    wire                 state_read = search_state_read || threshold_read || result_read;
    wire                 state_write = query_write || threshold_write || copy_write;

    hwsim_ram #(.WIDTH(LANES), .DEPTH(WORDS), .ADDRESS_BITS(WORD_BITS)) state_memory (
        .clk(clk),
        .write_enable(state_write),
        .write_address(query_write ? query_address :
                       copy_write ? copy_address : threshold_write_address),
        .write_data(query_write ? query_data : copy_write ? copy_data : threshold_data),
        .read_enable(state_read),
        .read_address(search_state_read ? search_state_address :
                      threshold_read ? threshold_read_address : result_address),
        .output_enable(search_state_enable || threshold_enable || result_enable),
        .read_data(state_data)
    );

    hwsim_query_port #(.NEURONS(NEURONS), .LANES(LANES)) query_port (
        .clk(clk), .rst(rst), .enable(query_enable),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast),
        .last_accepted(query_loaded), .dropped(query_dropped),
        .state_write(query_write), .state_address(query_address), .state_data(query_data)
    );

    hwsim_result_port #(.LANES(LANES), .WORDS(WORDS)) result_port (
        .clk(clk), .rst(rst), .start(send_start),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid),
        .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast), .last_accepted(result_sent),
        .state_read(result_read), .state_address(result_address),
        .state_output_enable(result_enable), .state_data(state_data)
    );

    // Pattern memory: word m*W + w, bit j is neuron w*L + j of pattern m ---------------------------

    wire                            search_pattern_read, copy_read, row_read;
    wire                            search_pattern_enable, copy_enable, row_enable;
    wire [PATTERN_ADDRESS_BITS-1:0] search_pattern_address, copy_read_address, row_address;
    wire                            pattern_read = search_pattern_read || copy_read || row_read;
    wire [LANES-1:0]                pattern_data;

    hwsim_rom #(
        .WIDTH(LANES), .DEPTH(PATTERN_DEPTH), .ADDRESS_BITS(PATTERN_ADDRESS_BITS),
        .FILE(PATTERNS_FILE)
    ) patterns (
        .clk(clk), .read_enable(pattern_read),
        .address(copy_read ? copy_read_address : row_read ? row_address : search_pattern_address),
        .output_enable(search_pattern_enable || copy_enable || row_enable), .data(pattern_data)
    );

    // SEARCH -----------------------------------------------------------------------------------

    wire                     distance_write, minimum_write;
    wire [PATTERN_BITS-1:0]  distance_write_address;
    wire [GROUP_BITS-1:0]    minimum_write_address;
    wire [DISTANCE_BITS-1:0] distance_write_data, minimum_write_data;
    wire                     sweep_read, sweep_enable, kernel_read, kernel_enable;
    wire [PATTERN_BITS-1:0]  sweep_address, kernel_address;
    wire [DISTANCE_BITS-1:0] distance_read_data;
    wire                     distance_read = sweep_read || kernel_read;
    wire                     radius_read;
    wire [RADIUS_WIDTH-1:0]  radius_data;
    // verilator lint_off UNUSEDSIGNAL
    wire                     radius_enable;   // with a radius memory
    wire [PATTERN_BITS-1:0]  radius_address;
    wire [PATTERN_BITS-1:0]  winner;          // with a stage that copies it
    wire [7:0]               events;          // for a testbench
    // verilator lint_on UNUSEDSIGNAL

    hwsim_search #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES), .COARSE_WORDS(COARSE_WORDS),
        .REACH(REACH), .RADIUS_BITS(RADIUS_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST)
    ) search (
        .clk(clk), .rst(rst), .start(search_start), .first_step(first_step), .flips(flips),
        .done(search_done), .hit(hit), .winner(winner), .nearest(nearest),
        .winner_fixed(winner_fixed),
        .pattern_read(search_pattern_read), .pattern_address(search_pattern_address),
        .pattern_output_enable(search_pattern_enable), .pattern_data(pattern_data),
        .state_read(search_state_read), .state_address(search_state_address),
        .state_output_enable(search_state_enable), .state_data(state_data),
        .distance_read(sweep_read), .distance_read_address(sweep_address),
        .distance_output_enable(sweep_enable), .distance_read_data(distance_read_data),
        .distance_write(distance_write), .distance_write_address(distance_write_address),
        .distance_write_data(distance_write_data),
        .minimum_write(minimum_write), .minimum_address(minimum_write_address),
        .minimum_data(minimum_write_data),
        .radius_read(radius_read), .radius_address(radius_address),
        .radius_output_enable(radius_enable), .radius_data(radius_data),
        .pass(events[0]), .probe(events[1]), .scan(events[2]),
        .shortlist_batch(events[3]), .shortlist_completion(events[4]),
        .sweep(events[5]), .sweep_completion(events[6]), .sweep_word(events[7])
    );

    generate
        if (RADIUS_BITS != 0) begin : with_radius  // word m: what hwsim_search says
            hwsim_rom #(
                .WIDTH(RADIUS_BITS), .DEPTH(64'd1 * PATTERNS), .ADDRESS_BITS(PATTERN_BITS),
                .FILE(RADIUS_FILE)
            ) radii (
                .clk(clk), .read_enable(radius_read), .address(radius_address),
                .output_enable(radius_enable), .data(radius_data)
            );
        end else begin : without_radius
            assign radius_data = 1'b0;
        end

        if (RADIUS_BITS != 0 || WINNER_LIMIT != 0) begin : with_copy
            hwsim_copy #(.NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES)) copy (
                .clk(clk), .rst(rst), .start(copy_start), .pattern(winner), .done(copy_done),
                .pattern_read(copy_read), .pattern_address(copy_read_address),
                .pattern_output_enable(copy_enable), .pattern_data(pattern_data),
                .state_write(copy_write), .state_address(copy_address), .state_data(copy_data)
            );
        end else begin : without_copy
            assign {copy_done, copy_read, copy_enable, copy_write} = 4'd0;
            assign copy_read_address = {PATTERN_ADDRESS_BITS{1'b0}};
            assign copy_address = {WORD_BITS{1'b0}};
            assign copy_data = {LANES{1'b0}};
        end
    endgenerate

    // UPDATE -----------------------------------------------------------------------------------

    wire                     minimum_read, minimum_enable;
    wire [GROUP_BITS-1:0]    minimum_read_address;
    wire [DISTANCE_BITS-1:0] minimum_read_data;
    wire                     lut_read, list_read, list_write, weight_read, group_skip;
    wire                     accumulator_read, accumulator_write, candidate_read, candidate_write;
    wire                     sum_valid;
    wire [NEURON_BITS-1:0]   sum_neuron;
    wire [SUM_BITS-1:0]      sum;

    hwsim_ram #(.WIDTH(DISTANCE_BITS), .DEPTH(GROUPS), .ADDRESS_BITS(GROUP_BITS)) group_minima (
        .clk(clk), .write_enable(minimum_write), .write_address(minimum_write_address),
        .write_data(minimum_write_data),
        .read_enable(minimum_read), .read_address(minimum_read_address),
        .output_enable(minimum_enable), .read_data(minimum_read_data)
    );

    hwsim_ram #(
        .WIDTH(DISTANCE_BITS), .DEPTH(PATTERNS), .ADDRESS_BITS(PATTERN_BITS)
    ) distance_buffer (
        .clk(clk), .write_enable(distance_write), .write_address(distance_write_address),
        .write_data(distance_write_data),
        .read_enable(distance_read), .read_address(sweep_read ? sweep_address : kernel_address),
        .output_enable(sweep_enable || kernel_enable), .read_data(distance_read_data)
    );

    hwsim_update #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
        .SHARED_PLANES(SHARED_PLANES), .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .WEIGHTS_FILE(WEIGHTS_FILE)
    ) update (
        .clk(clk), .rst(rst), .scan_start(scan_start), .scan_done(scan_done),
        .active_groups(active_groups), .clear(update_clear),
        .load_start(load_start), .load_address(load_address), .loaded(loaded),
        .mac_start(mac_start), .mac_ready(mac_ready),
        .candidates_start(candidates_start), .candidates_done(candidates_done),
        .row_start(row_start), .kernel_sum(kernel_sum),
        .minimum_read(minimum_read), .minimum_address(minimum_read_address),
        .minimum_output_enable(minimum_enable), .minimum_data(minimum_read_data),
        .distance_read(kernel_read), .distance_address(kernel_address),
        .distance_output_enable(kernel_enable), .distance_data(distance_read_data),
        .nearest(nearest),
        .pattern_read(row_read), .pattern_address(row_address),
        .pattern_output_enable(row_enable), .pattern_data(pattern_data),
        .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum),
        .lut_read(lut_read), .list_read(list_read), .list_write(list_write),
        .weight_read(weight_read), .accumulator_read(accumulator_read),
        .accumulator_write(accumulator_write), .candidate_read(candidate_read),
        .candidate_write(candidate_write), .group_skip(group_skip)
    );

    // THRESHOLD --------------------------------------------------------------------------------

    wire offset_read;

    hwsim_threshold #(
        .NEURONS(NEURONS), .LANES(LANES), .PLANE_WEIGHT_SUM(PLANE_WEIGHT_SUM),
        .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS),
        .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS), .FIELD_BITS(FIELD_BITS),
        .OFFSETS_FILE(OFFSETS_FILE)
    ) threshold (
        .clk(clk), .rst(rst), .clear(update_clear),
        .bias_valid(loaded || candidates_done), .kernel_sum(kernel_sum),
        .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum),
        .offset_read(offset_read), .changed(changed), .flips(threshold_flips),
        .done(threshold_done),
        .state_read(threshold_read), .state_read_address(threshold_read_address),
        .state_output_enable(threshold_enable), .state_read_data(state_data),
        .state_write(threshold_write), .state_write_address(threshold_write_address),
        .state_write_data(threshold_data)
    );

    // Counters ---------------------------------------------------------------------------------

    hwsim_counters counters (
        .clk(clk), .rst(rst), .clear(result_sent || query_dropped),
        .waiting((query_enable && !s_axis_tvalid) || (m_axis_tvalid && !m_axis_tready)),
        .pattern_read(pattern_read), .weight_read(weight_read), .lut_read(lut_read),
        .offset_read(offset_read), .state_read(state_read), .state_write(state_write),
        .distance_read(distance_read), .distance_write(distance_write),
        .group_minimum_read(minimum_read), .group_minimum_write(minimum_write),
        .active_list_read(list_read), .active_list_write(list_write),
        .accumulator_read(accumulator_read), .accumulator_write(accumulator_write),
        .radius_read(radius_read), .candidate_read(candidate_read),
        .candidate_write(candidate_write), .kernel_value_read(candidate_read),
        .kernel_value_write(candidate_write), .group_skip(group_skip),
        .cycles(cycles), .pattern_reads(pattern_reads), .weight_reads(weight_reads),
        .lut_reads(lut_reads), .offset_reads(offset_reads), .state_reads(state_reads),
        .state_writes(state_writes), .distance_reads(distance_reads),
        .distance_writes(distance_writes), .group_minimum_reads(group_minimum_reads),
        .group_minimum_writes(group_minimum_writes), .active_list_reads(active_list_reads),
        .active_list_writes(active_list_writes), .accumulator_reads(accumulator_reads),
        .accumulator_writes(accumulator_writes), .radius_reads(radius_reads),
        .candidate_reads(candidate_reads), .candidate_writes(candidate_writes),
        .kernel_value_reads(kernel_value_reads), .kernel_value_writes(kernel_value_writes),
        .groups_skipped(groups_skipped)
    );

endmodule

`default_nettype wire
