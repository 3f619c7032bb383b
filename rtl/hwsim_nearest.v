// SPDX-License-Identifier: Apache-2.0
//
// NEAREST: the phases of a search on patterns of its own, and the nearest pattern each one finds.
//
//   PROBE    distance of the last winner
//   SCAN     distances, or coarse bounds, of all patterns
//   LIST     a batch of the shortlist
//   SWEEP    what is below the limit
//
// hwsim_phases starts them; hwsim_search says what they are for. best is the smallest distance
// found so far, here and elsewhere, from which the limit of a sweep follows.
//
// winner and nearest: the lowest index among the nearest patterns of a scan or sweep, the first
// one completed of the shortlist, and its distance; of a PROBE the distance alone.
//
// In cycles, with l = log2(L), from a start pulse at cycle 0 to phase_done:
//
//   PROBE    reads at 1 .. W                      W + l + 5
//   SCAN     reads at 1 .. P*w                    P*w + l + 5       w = c if 0 < c < W, else W
//   LIST     reads at 4 .. n*(W - c) + 3          n*(W - c) + l + 8    of n = 4, the last 1 .. 4
//   SWEEP    entries at 4 .. E + 3                E + l + 8    E = P + words read - completions
//
// PIPELINED = 1: a cycle more each.
`default_nettype none

module hwsim_nearest #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter LANES = 64,
    parameter COARSE_WORDS = 0,   // 0 to W
    parameter REACH = 0,          // with COARSE_WORDS > 0: 1 to N + 1
    parameter RADIUS_BITS = 0,    // 0: no radius memory
    parameter ORIGIN_NEAREST = 1,
    parameter IN_STEP = 0,        // 1: sweeps are shared
    parameter PIPELINED = 0,      // 1: of hwsim_rom
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter [63:0] DEPTH = 64'd1 * PATTERNS * WORDS,  // up to 2**33
    parameter ADDRESS_BITS = $clog2(DEPTH + (DEPTH == 64'd1))
) (
    input  wire                     clk,
    input  wire                     rst,
    // phases
    input  wire                     probe_start,
    input  wire                     scan_start,
    input  wire                     list_start,
    input  wire                     sweep_start,
    input  wire                     probing,
    input  wire                     scanning,
    input  wire                     listing,
    input  wire                     sweeping,
    // verilator lint_off UNUSEDSIGNAL
    input  wire                     first_step,
    input  wire [DISTANCE_BITS-1:0] flips,
    input  wire [DISTANCE_BITS-1:0] best,
    // other searches, with IN_STEP = 1
    input  wire                     entry_shared,  // the sweep's entry is read for somebody
    // verilator lint_on UNUSEDSIGNAL
    output wire                     entry_wanted,  // the sweep's entry is needed here
    output reg                      phase_done,
    output wire                     list_ended,
    output reg  [PATTERN_BITS-1:0]  winner,
    output reg  [DISTANCE_BITS-1:0] nearest,
    // pattern memory
    output wire                     pattern_read,
    output wire [ADDRESS_BITS-1:0]  pattern_address,
    output wire                     pattern_output_enable,
    input  wire [LANES-1:0]         pattern_data,
    // state memory
    output wire                     state_read,
    output wire [WORD_BITS-1:0]     state_address,
    output wire                     state_output_enable,
    input  wire [LANES-1:0]         state_data,
    // distance buffer
    output wire                     distance_read,
    output wire [PATTERN_BITS-1:0]  distance_read_address,
    output wire                     distance_output_enable,
    input  wire [DISTANCE_BITS-1:0] distance_read_data,
    output wire                     distance_write,
    output wire [PATTERN_BITS-1:0]  distance_write_address,
    output wire [DISTANCE_BITS-1:0] distance_write_data,
    // group minima
    output wire                     minimum_write,
    output wire [GROUP_BITS-1:0]    minimum_address,
    output wire [DISTANCE_BITS-1:0] minimum_data,
    // counts
    output wire                     completion,    // of a pattern on the shortlist, or in a sweep
    output wire                     sweep_word
);

    localparam SWEEPS = COARSE_WORDS != 0;
    localparam LISTS = SWEEPS && COARSE_WORDS < WORDS;

    reg phase_measured;  // a cycle after its last distance

    // Measuring --------------------------------------------------------------------------------

    wire                     take, entry_valid, entry_needed;
    wire [ADDRESS_BITS-1:0]  entry_address;
    wire [WORD_BITS-1:0]     first_word, last_word;
    wire [DISTANCE_BITS-1:0] entry_base;
    wire                     measured;
    wire [DISTANCE_BITS-1:0] distance;
    // verilator lint_off UNUSEDSIGNAL
    wire [1:0]               list_position;  // with a shortlist
    // verilator lint_on UNUSEDSIGNAL
    wire [1:0]               list_last;
    wire [DISTANCE_BITS-1:0] list_value;
    wire [PATTERN_BITS-1:0]  list_pattern;

    hwsim_entries #(
        .PATTERNS(PATTERNS), .WORDS(WORDS), .COARSE_WORDS(COARSE_WORDS), .REACH(REACH),
        .RADIUS_BITS(RADIUS_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .DISTANCE_BITS(DISTANCE_BITS), .ADDRESS_BITS(ADDRESS_BITS)
    ) entries (
        .clk(clk), .rst(rst), .probe_start(probe_start), .scan_start(scan_start),
        .list_start(list_start), .sweep_start(sweep_start), .scanning(scanning),
        .listing(listing), .sweeping(sweeping),
        .first_step(first_step), .flips(flips), .nearest(best), .winner(winner),
        .list_position(list_position), .list_last(list_last),
        .list_value(list_value), .list_pattern(list_pattern),
        .distance_read(distance_read), .distance_address(distance_read_address),
        .distance_output_enable(distance_output_enable), .distance_data(distance_read_data),
        .take(take), .address(pattern_address), .entry_valid(entry_valid),
        .entry_address(entry_address), .entry_read(entry_needed), .entry_base(entry_base),
        .first_word(first_word), .last_word(last_word)
    );

    wire entry_read = (IN_STEP != 0 && sweeping) ? entry_shared : entry_needed;
    assign entry_wanted = sweeping && entry_valid && entry_needed;

    hwsim_measure #(
        .LANES(LANES), .WORDS(WORDS), .BASES(SWEEPS), .SHARED(IN_STEP), .PIPELINED(PIPELINED),
        .DISTANCE_BITS(DISTANCE_BITS), .ADDRESS_BITS(ADDRESS_BITS)
    ) measure (
        .clk(clk), .rst(rst), .take(take), .entry_valid(entry_valid),
        .entry_address(entry_address), .first_word(first_word), .last_word(last_word),
        .entry_read(entry_read), .entry_needed(entry_needed), .entry_base(entry_base),
        .pattern_read(pattern_read), .pattern_address(pattern_address),
        .pattern_output_enable(pattern_output_enable), .pattern_data(pattern_data),
        .state_read(state_read), .state_address(state_address),
        .state_output_enable(state_output_enable), .state_data(state_data),
        .measured(measured), .distance(distance)
    );

    // Values of all patterns -------------------------------------------------------------------

    wire                    last_pattern;
    wire                    group_valid;
    wire [PATTERN_BITS-1:0] minimum_pattern;

    hwsim_minima #(
        .PATTERNS(PATTERNS), .LANES(LANES), .DISTANCE_BITS(DISTANCE_BITS)
    ) minima (
        .clk(clk), .rst(rst), .valid(distance_write), .value(distance),
        .pattern(distance_write_address), .last_pattern(last_pattern),
        .group_valid(group_valid), .group(minimum_address), .minimum(minimum_data),
        .minimum_pattern(minimum_pattern)
    );

    assign distance_write = measured && (scanning || sweeping);
    assign distance_write_data = distance;
    assign minimum_write = group_valid && !(LISTS && scanning);

    // Shortlist --------------------------------------------------------------------------------

    wire                    batch_measured;
    wire                    completed_first;  // of all on the shortlist
    wire [PATTERN_BITS-1:0] completed_pattern;

    generate
        if (LISTS) begin : with_shortlist
            localparam [31:0] LISTED = (PATTERNS < 16) ? PATTERNS : 16;
            localparam [31:0] BATCHES = (LISTED + 3) / 4;
            localparam [31:0] LAST_BATCH = BATCHES - 1;
            localparam [31:0] LAST_OF_LIST = LISTED - 1;  // modulo 4: of the last batch
            reg [2:0] batch;      // that runs, or from its drop on the next one
            reg [1:0] completed;  // of this batch
            wire      drop = phase_measured && listing;

            hwsim_shortlist #(
                .DISTANCE_BITS(DISTANCE_BITS), .PATTERN_BITS(PATTERN_BITS)
            ) shortlist (
                .clk(clk), .clear(scan_start), .insert(measured && scanning),
                .value(distance), .pattern(distance_write_address),
                .drop(drop),
                .next_position(list_position), .next_value(list_value),
                .next_pattern(list_pattern),
                .done_position(completed), .done_pattern(completed_pattern)
            );

            always @(posedge clk) begin
                if (measured && listing) completed <= completed + 1'b1;
                if (drop) begin
                    completed <= 2'd0;
                    batch <= batch + 1'b1;
                end
                if (scan_start) begin
                    completed <= 2'd0;
                    batch <= 3'd0;
                end
            end

            assign list_ended = batch == BATCHES[2:0];
            assign list_last = (batch == LAST_BATCH[2:0]) ? LAST_OF_LIST[1:0] : 2'd3;
            assign batch_measured = measured && listing && completed == list_last;
            assign completed_first = batch == 3'd0 && completed == 2'd0;
        end else begin : without_shortlist
            assign list_ended = 1'b0;
            assign list_last = 2'd0;
            assign list_value = {DISTANCE_BITS{1'b0}};
            assign list_pattern = {PATTERN_BITS{1'b0}};
            assign batch_measured = 1'b0;
            assign completed_first = 1'b0;
            assign completed_pattern = {PATTERN_BITS{1'b0}};
        end
    endgenerate

    // Nearest so far ---------------------------------------------------------------------------

    always @(posedge clk) begin
        if (minimum_write && (minimum_address == 0 || minimum_data < nearest)) begin
            nearest <= minimum_data;
            winner <= minimum_pattern;
        end
        if (measured && listing && (completed_first || distance < nearest)) begin
            nearest <= distance;
            winner <= completed_pattern;
        end
        if (measured && probing) nearest <= distance;

        phase_measured <= (distance_write && last_pattern) || batch_measured
            || (measured && probing);
        phase_done <= phase_measured;
        if (rst) begin
            phase_measured <= 1'b0;
            phase_done <= 1'b0;
        end
    end

    assign completion = entry_valid && take && (listing || (sweeping && entry_read));
    assign sweep_word = sweeping && pattern_read;

endmodule

`default_nettype wire
