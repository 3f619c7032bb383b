// SPDX-License-Identifier: Apache-2.0
//
// The retrieval engine: kernel associative memory on XNOR-popcount (docs/contract.md).
//
//   d[m] = N - sum_w xnor_popcount(state[w], pattern[m, w], valid[w])     hwsim_distance
//   k[m] = lut[d[m] - d0],  S = sum_m k[m]                                hwsim_scan, _kernel_*
//   a[i] = sum_m v[m, i] * k[m] = 2 * U[i] - sum(C) * S                   hwsim_mac
//   f[i] = a[i] * 2**F + z[i] * S;  bit i = f > 0, kept when f = 0        hwsim_threshold
//   until no bit changes or T steps have run                              hwsim_control
//
// This module is wiring, and the memories that two stages share:
//
//   memory           word                depth   written by        read by
//   patterns         L bits              P*W     (image)           distance
//   state            L bits              W       query, threshold  distance, threshold, result
//   distance buffer  bit_length(N)       P       distance          kernel loader
//   group minima     bit_length(N)       G       distance          scan
//   active list      group index         G       scan              kernel loader
//
// with W = ceil(N / L), G = ceil(P / L). The others belong to one stage and stand in its file:
// weights, kernel LUT, offsets (read-only, from files as the patterns are), accumulators.
//
// Query port: packets of W beats of L bits, bit j of beat w is neuron w*L + j; a packet of another
// length is dropped whole, and query_dropped is 1 for a cycle. Result port: the same, with
// result_* and the counters beside it, stable while m_axis_tvalid; cycles and state_reads still
// count while the result leaves and are complete with its last beat. cycles are clock cycles
// from the first query beat accepted to the last result beat accepted, both included, without
// those in which the engine waits for s_axis_tvalid or m_axis_tready.
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
    parameter PATTERNS_FILE = "",
    parameter WEIGHTS_FILE = "",
    parameter KERNEL_LUT_FILE = "",
    parameter OFFSETS_FILE = "",
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
    output wire [63:0]              pattern_reads,
    output wire [63:0]              weight_reads,
    output wire [63:0]              lut_reads,
    output wire [63:0]              offset_reads,
    output wire [63:0]              state_reads,
    output wire [63:0]              state_writes,
    output wire [63:0]              distance_reads,
    output wire [63:0]              distance_writes,
    output wire [63:0]              group_minimum_reads,
    output wire [63:0]              group_minimum_writes,
    output wire [63:0]              active_list_reads,
    output wire [63:0]              active_list_writes,
    output wire [63:0]              accumulator_reads,
    output wire [63:0]              accumulator_writes,
    output wire [63:0]              groups_skipped
);

    localparam WORDS = (NEURONS + LANES - 1) / LANES;
    localparam GROUPS = (PATTERNS + LANES - 1) / LANES;
    localparam WORD_BITS = $clog2(WORDS + (WORDS == 1));
    localparam PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1));
    localparam NEURON_BITS = $clog2(NEURONS + (NEURONS == 1));
    localparam GROUP_BITS = $clog2(GROUPS + (GROUPS == 1));
    localparam [63:0] PATTERN_DEPTH = 64'd1 * PATTERNS * WORDS;  // up to 2**33
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
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .ACCUMULATOR_BITS(FIELD_BITS),
        .ACCUMULATOR_BITS_NEEDED(FIELD_BITS_NEEDED)
    ) parameter_check ();

    // Control ----------------------------------------------------------------------------------

    wire                     query_enable, query_loaded;
    wire                     distance_start, distance_done;
    wire                     scan_start, scan_done;
    wire [ACTIVE_BITS-1:0]   active_groups;
    wire                     update_clear, load_start, loaded, mac_start, mac_ready;
    wire                     changed, threshold_done;
    wire                     send_start, result_sent;
    wire [GROUP_BITS-1:0]    list_read_address;

    hwsim_control #(.GROUPS(GROUPS), .MAX_STEPS(MAX_STEPS)) control (
        .clk(clk), .rst(rst),
        .query_enable(query_enable), .query_loaded(query_loaded),
        .distance_start(distance_start), .distance_done(distance_done),
        .scan_start(scan_start), .scan_done(scan_done), .active_groups(active_groups),
        .update_clear(update_clear), .load_start(load_start), .list_address(list_read_address),
        .loaded(loaded), .mac_start(mac_start), .mac_ready(mac_ready),
        .changed(changed), .threshold_done(threshold_done),
        .send_start(send_start), .result_sent(result_sent),
        .steps(result_steps), .converged(result_converged), .miss(result_miss)
    );

    // State memory: one user of each port at a time ------------------------------------------------

    wire                 query_write, threshold_write;
    wire [WORD_BITS-1:0] query_address, threshold_write_address;
    wire [LANES-1:0]     query_data, threshold_data;
    wire                 distance_state_read, threshold_read, result_read;
    wire [WORD_BITS-1:0] distance_state_address, threshold_read_address, result_address;
    wire                 distance_state_enable, threshold_enable, result_enable;
    wire [LANES-1:0]     state_data;
    wire                 state_read = distance_state_read || threshold_read || result_read;
    wire                 state_write = query_write || threshold_write;

    hwsim_ram #(.WIDTH(LANES), .DEPTH(WORDS), .ADDRESS_BITS(WORD_BITS)) state_memory (
        .clk(clk),
        .write_enable(state_write),
        .write_address(query_write ? query_address : threshold_write_address),
        .write_data(query_write ? query_data : threshold_data),
        .read_enable(state_read),
        .read_address(distance_state_read ? distance_state_address :
                      threshold_read ? threshold_read_address : result_address),
        .output_enable(distance_state_enable || threshold_enable || result_enable),
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
        .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast),
        .last_accepted(result_sent),
        .state_read(result_read), .state_address(result_address),
        .state_output_enable(result_enable), .state_data(state_data)
    );

    // Pattern memory: word m*W + w, bit j is neuron w*L + j of pattern m ---------------------------

    wire                            pattern_read, pattern_enable;
    wire [PATTERN_ADDRESS_BITS-1:0] pattern_address;
    wire [LANES-1:0]                pattern_data;

    hwsim_rom #(
        .WIDTH(LANES), .DEPTH(PATTERN_DEPTH), .ADDRESS_BITS(PATTERN_ADDRESS_BITS),
        .FILE(PATTERNS_FILE)
    ) patterns (
        .clk(clk), .read_enable(pattern_read), .address(pattern_address),
        .output_enable(pattern_enable), .data(pattern_data)
    );

    // DISTANCE ---------------------------------------------------------------------------------

    wire                     distance_write, minimum_write;
    wire [PATTERN_BITS-1:0]  distance_write_address;
    wire [GROUP_BITS-1:0]    minimum_write_address;
    wire [DISTANCE_BITS-1:0] distance_write_data, minimum_write_data;
    wire [DISTANCE_BITS-1:0] nearest;

    hwsim_distance #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES)
    ) distance_stage (
        .clk(clk), .rst(rst), .start(distance_start), .done(distance_done),
        .pattern_read(pattern_read), .pattern_address(pattern_address),
        .pattern_output_enable(pattern_enable), .pattern_data(pattern_data),
        .state_read(distance_state_read), .state_address(distance_state_address),
        .state_output_enable(distance_state_enable), .state_data(state_data),
        .distance_write(distance_write), .distance_address(distance_write_address),
        .distance_data(distance_write_data),
        .minimum_write(minimum_write), .minimum_address(minimum_write_address),
        .minimum_data(minimum_write_data), .nearest(nearest)
    );

    assign result_distance = nearest;

    // KERNEL -----------------------------------------------------------------------------------

    wire                     minimum_read, minimum_enable, minimum_request;
    wire [GROUP_BITS-1:0]    minimum_read_address;
    wire [DISTANCE_BITS-1:0] minimum_read_data;
    wire                     list_write;
    wire [GROUP_BITS-1:0]    list_write_address, list_write_data, group;
    wire                     list_enable, group_valid;
    wire                     distance_read, distance_enable, distance_request;
    wire [PATTERN_BITS-1:0]  distance_read_address;
    wire [DISTANCE_BITS-1:0] distance_read_data;
    wire                     lut_read, group_skip;
    wire [KERNEL_BITS-1:0]   kernel_value;
    wire                     transfer;
    wire [KERNEL_BITS*LANES-1:0] planes;
    wire [KERNEL_SUM_BITS-1:0]   kernel_sum;

    hwsim_ram #(
        .WIDTH(DISTANCE_BITS), .DEPTH(GROUPS), .ADDRESS_BITS(GROUP_BITS)
    ) group_minima (
        .clk(clk), .write_enable(minimum_write), .write_address(minimum_write_address),
        .write_data(minimum_write_data),
        .read_enable(minimum_read), .read_address(minimum_read_address),
        .output_enable(minimum_enable), .read_data(minimum_read_data)
    );

    hwsim_ram #(
        .WIDTH(GROUP_BITS), .DEPTH(GROUPS), .ADDRESS_BITS(GROUP_BITS)
    ) active_list (
        .clk(clk), .write_enable(list_write), .write_address(list_write_address),
        .write_data(list_write_data),
        .read_enable(load_start), .read_address(list_read_address),
        .output_enable(list_enable), .read_data(group)
    );

    hwsim_ram #(
        .WIDTH(DISTANCE_BITS), .DEPTH(PATTERNS), .ADDRESS_BITS(PATTERN_BITS)
    ) distance_buffer (
        .clk(clk), .write_enable(distance_write), .write_address(distance_write_address),
        .write_data(distance_write_data),
        .read_enable(distance_read), .read_address(distance_read_address),
        .output_enable(distance_enable), .read_data(distance_read_data)
    );

    hwsim_scan #(.GROUPS(GROUPS), .KERNEL_BITS(KERNEL_BITS)) scan (
        .clk(clk), .rst(rst), .start(scan_start), .done(scan_done),
        .active_groups(active_groups), .skip(group_skip),
        .minimum_read(minimum_read), .minimum_address(minimum_read_address),
        .minimum_output_enable(minimum_enable),
        .request(minimum_request), .value(kernel_value),
        .list_write(list_write), .list_address(list_write_address), .list_data(list_write_data)
    );

    hwsim_kernel_lookup #(
        .NEURONS(NEURONS), .KERNEL_BITS(KERNEL_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE)
    ) kernel_lookup (
        .clk(clk), .rst(rst),
        .request(minimum_request || distance_request),
        .distance(minimum_request ? minimum_read_data : distance_read_data),
        .nearest(nearest), .lut_read(lut_read), .value(kernel_value)
    );

    hwsim_kernel_loader #(
        .PATTERNS(PATTERNS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .KERNEL_SUM_BITS(KERNEL_SUM_BITS)
    ) kernel_loader (
        .clk(clk), .rst(rst), .clear(update_clear), .start(load_start), .loaded(loaded),
        .transfer(transfer), .planes(planes), .kernel_sum(kernel_sum),
        .list_output_enable(list_enable), .group_valid(group_valid), .group(group),
        .distance_read(distance_read), .distance_address(distance_read_address),
        .distance_output_enable(distance_enable),
        .request(distance_request), .value(kernel_value)
    );

    // ACCUMULATE -------------------------------------------------------------------------------

    wire                   weight_read, accumulator_read, accumulator_write;
    wire                   sum_valid;
    wire [NEURON_BITS-1:0] sum_neuron;
    wire [SUM_BITS-1:0]    sum;

    hwsim_mac #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .SUM_BITS(SUM_BITS), .WEIGHTS_FILE(WEIGHTS_FILE)
    ) mac (
        .clk(clk), .rst(rst), .clear(update_clear), .active_groups(active_groups),
        .group_valid(group_valid), .group(group), .start(mac_start), .ready(mac_ready),
        .weight_read(weight_read), .accumulator_read(accumulator_read),
        .accumulator_write(accumulator_write),
        .transfer(transfer), .planes(planes),
        .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum)
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
        .bias_valid(loaded), .kernel_sum(kernel_sum),
        .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum),
        .offset_read(offset_read), .changed(changed), .done(threshold_done),
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
        .active_list_read(load_start), .active_list_write(list_write),
        .accumulator_read(accumulator_read), .accumulator_write(accumulator_write),
        .group_skip(group_skip),
        .cycles(cycles),
        .pattern_reads(pattern_reads),
        .weight_reads(weight_reads),
        .lut_reads(lut_reads),
        .offset_reads(offset_reads),
        .state_reads(state_reads),
        .state_writes(state_writes),
        .distance_reads(distance_reads),
        .distance_writes(distance_writes),
        .group_minimum_reads(group_minimum_reads),
        .group_minimum_writes(group_minimum_writes),
        .active_list_reads(active_list_reads),
        .active_list_writes(active_list_writes),
        .accumulator_reads(accumulator_reads),
        .accumulator_writes(accumulator_writes),
        .groups_skipped(groups_skipped)
    );

endmodule

`default_nettype wire
