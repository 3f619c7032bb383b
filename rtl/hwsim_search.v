// SPDX-License-Identifier: Apache-2.0
//
// SEARCH: the distances a step needs, from as few pattern words as it takes.
//
//   first step    SCAN (whole or coarse), of a coarse one the shortlist's batches, then SWEEP
//   later steps   PROBE of the last winner, then SCAN (COARSE_WORDS = 0) or SWEEP
//
// COARSE_WORDS = c. 0: every scan is whole, and there is a PROBE only if the last winner's radius
// word is not 0. 0 < c < W: the scan reads c words a pattern, the 16 smallest of these bounds are
// completed in batches of 4, the sweep completes what is left. c = W: the scan is whole and the
// first step has no sweep. What a sweep completes, and its limit: hwsim_entries.
//
// Why the outcome is that of a whole scan. A word of the buffer never is above its pattern's
// distance: distances grow along the words of a pattern, and fall by at most flips from a step to
// the next. So what a sweep does not complete has a distance >= limit: it is not nearest, limit
// being above the smallest complete distance (origin nearest) or not below it (absolute, where
// w then matters to nobody: S = 0), and limit - origin >= R, where the kernel is 0; the value
// stored instead is >= limit too, and its kernel value is 0 as well.
//
// RADIUS: hit when distance < f[m], f the radius memory (word m, RADIUS_BITS wide, depth P). It is
// tested after a PROBE (f of the last winner is still in the memory's data register, which has
// no other user), a whole SCAN, each batch, a SWEEP; with RADIUS_BITS = 0 never.
//
// winner and nearest: of a hit, the pattern hit and its distance; else the lowest index among the
// nearest patterns and its distance. All outputs of the result hold from done to the next start.
//
// Phases, in cycles, with l = log2(L); the next one's cycle 0, or done, is the last one's end:
//
//   PROBE    reads at 1 .. W                      W + l + 5     and one more before a next phase
//   SCAN     reads at 1 .. P*w                    P*w + l + 5       w = c if 0 < c < W, else W
//   batch    reads at 4 .. n*(W - c) + 3          n*(W - c) + l + 8    of n = 4, the last 1 .. 4
//   SWEEP    entries at 4 .. E + 3                E + l + 8    E = P + words read - completions
//   RADIUS   read at 0                            3            after SCAN, batch, SWEEP; PROBE: 0
//
// An entry of a sweep takes as many cycles as it reads words, at least one. With COARSE_WORDS = 0
// and RADIUS_BITS = 0: start at cycle 0, done at cycle P*W + l + 5. Where the cycle after done
// begins the next stage, all searches of a recall take, w words a pattern in a scan,
//
//   probes*(W + l + 6) + passes + scans*(P*w + l + 5)
//     + shortlist_batches*(l + 8) + shortlist_completions*(W - c)
//     + sweeps*(P + l + 8) + sweep_words - sweep_completions + 3*radius_reads
//
// start comes at least 2 cycles after done; first_step and flips (bits changed by the last update)
// hold from start to done.
`default_nettype none

module hwsim_search #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter LANES = 64,
    parameter COARSE_WORDS = 0,   // 0 to W
    parameter REACH = 0,          // with COARSE_WORDS > 0: 1 to N + 1
    parameter RADIUS_BITS = 0,    // 0: no radius memory
    parameter ORIGIN_NEAREST = 1,
    parameter IN_STEP = 0,        // 1: phases wait for their grant, sweeps are shared
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter [63:0] DEPTH = 64'd1 * PATTERNS * WORDS,  // up to 2**33
    parameter ADDRESS_BITS = $clog2(DEPTH + (DEPTH == 64'd1)),
    parameter RADIUS_WIDTH = RADIUS_BITS + (RADIUS_BITS == 0)
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     start,
    input  wire                     first_step,
    input  wire [DISTANCE_BITS-1:0] flips,
    output wire                     done,
    output wire                     hit,
    output reg  [PATTERN_BITS-1:0]  winner,
    output reg  [DISTANCE_BITS-1:0] nearest,
    output wire                     winner_fixed,  // f[winner] > 0, with or after done
    // other searches, with IN_STEP = 1
    // verilator lint_off UNUSEDSIGNAL
    input  wire                     grant,         // what waits begins
    input  wire                     entry_shared,  // the sweep's entry is read for somebody
    // verilator lint_on UNUSEDSIGNAL
    output wire [3:0]               waits,         // 0: pass, 1: list, 2: sweep, 3: last radius
    output wire                     entry_wanted,  // the sweep's entry is needed here
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
    // radius memory
    output wire                     radius_read,
    output wire [PATTERN_BITS-1:0]  radius_address,
    output wire                     radius_output_enable,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [RADIUS_WIDTH-1:0]  radius_data,  // with RADIUS_BITS > 0
    // verilator lint_on UNUSEDSIGNAL
    // counts
    output wire                     pass,  // the step is not ended by its PROBE
    output wire                     probe,
    output wire                     scan,
    output wire                     shortlist_batch,
    output wire                     shortlist_completion,
    output wire                     sweep,
    output wire                     sweep_completion,
    output wire                     sweep_word
);

    localparam SWEEPS = COARSE_WORDS != 0;
    localparam LISTS = SWEEPS && COARSE_WORDS < WORDS;
    localparam RADII = RADIUS_BITS != 0;

    // Phases -----------------------------------------------------------------------------------

    localparam IDLE = 3'd0, PROBE = 3'd1, SCAN = 3'd2, LIST = 3'd3, SWEEP = 3'd4;

    reg [2:0] phase;
    reg       phase_measured;  // a cycle after its last distance
    reg       phase_done;
    reg       probe_missed;
    wire      radius_judged;
    wire      list_ended;

    wire probing = phase == PROBE;
    wire scanning = phase == SCAN;
    wire listing = LISTS && phase == LIST;
    wire sweeping = SWEEPS && phase == SWEEP;
    wire tested = RADII && ((scanning && !LISTS) || listing || sweeping);
    wire phase_end = tested ? radius_judged : phase_done;
    wire missed = phase_end && !hit;

    wire probe_start = start && !first_step && (SWEEPS || winner_fixed);
    // What begins a phase that slots in step begin together, or in turn.
    wire pass_ready = (start && !probe_start) || probe_missed;
    wire list_ready = LISTS && scanning && phase_end;
    wire sweep_ready = listing && missed && list_ended;
    wire look_ready = phase_done && tested && !listing;
    wire pass_start, first_list_start, late_sweep_start;
    // verilator lint_off UNUSEDSIGNAL
    wire look_start;  // with a radius memory
    // verilator lint_on UNUSEDSIGNAL
    wire scan_start = pass_start && (!SWEEPS || first_step);
    wire list_start = first_list_start || (listing && missed && !list_ended);
    wire sweep_start = late_sweep_start || (SWEEPS && pass_start && !first_step);

    assign done = phase_end
        && (((probing || listing) && hit) || (scanning && !LISTS) || sweeping);

    always @(posedge clk) begin
        if (probe_start) phase <= PROBE;
        if (scan_start) phase <= SCAN;
        if (list_start) phase <= LIST;
        if (sweep_start) phase <= SWEEP;
        if (rst || done) phase <= IDLE;
        probe_missed <= probing && missed && !rst;
    end

    generate
        if (IN_STEP != 0) begin : in_step
            reg [3:0] waiting;
            always @(posedge clk) begin
                waiting <= (grant ? 4'd0 : waiting)
                    | {look_ready, sweep_ready, list_ready, pass_ready};
                if (rst) waiting <= 4'd0;
            end
            assign waits = waiting;
            assign {look_start, late_sweep_start, first_list_start, pass_start} =
                waiting & {4{grant}};
        end else begin : alone
            assign waits = 4'd0;
            assign {look_start, late_sweep_start, first_list_start, pass_start} =
                {look_ready, sweep_ready, list_ready, pass_ready};
        end
    endgenerate

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
        .first_step(first_step), .flips(flips), .nearest(nearest), .winner(winner),
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
        .LANES(LANES), .WORDS(WORDS), .BASES(SWEEPS), .SHARED(IN_STEP),
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

    // Radius -----------------------------------------------------------------------------------

    generate
        if (RADII) begin : with_radius
            localparam WIDTH =
                (RADIUS_BITS > DISTANCE_BITS) ? RADIUS_BITS : DISTANCE_BITS;
            wire [RADIUS_BITS-1:0] word;  // of the last pattern looked at
            wire [WIDTH-1:0] radius = {{(WIDTH-RADIUS_BITS){1'b0}}, word};
            wire [WIDTH-1:0] reached = {{(WIDTH-DISTANCE_BITS){1'b0}}, nearest};
            reg [2:0]        travelling;  // 0: radius fetched, 1: here, 2: judged
            reg              inside;

            always @(posedge clk) begin
                travelling <= {travelling[1:0], radius_read};
                inside <= reached < radius;
                if (rst) travelling <= 3'd0;
            end

            if (IN_STEP != 0) begin : in_step  // the memory's register is others' too
                reg [RADIUS_BITS-1:0] kept;
                always @(posedge clk) if (travelling[1]) kept <= radius_data;
                assign word = travelling[1] ? radius_data : kept;
            end else begin : alone
                assign word = radius_data;
            end

            assign radius_read = look_start || (phase_done && listing);
            assign radius_output_enable = travelling[0];
            assign radius_judged = travelling[2];
            assign hit = inside;
            assign winner_fixed = word != 0;
        end else begin : without_radius
            assign radius_read = 1'b0;
            assign radius_output_enable = 1'b0;
            assign radius_judged = 1'b0;
            assign hit = 1'b0;
            assign winner_fixed = 1'b0;
        end
    endgenerate

    assign radius_address = winner;

    // Counts -----------------------------------------------------------------------------------

    assign pass = scan_start || (sweep_start && !first_step);
    assign probe = probe_start;
    assign scan = scan_start;
    assign shortlist_batch = list_start;
    assign shortlist_completion = listing && entry_valid && take;
    assign sweep = sweep_start;
    assign sweep_completion = sweeping && entry_valid && entry_read && take;
    assign sweep_word = sweeping && pattern_read;

endmodule

`default_nettype wire
