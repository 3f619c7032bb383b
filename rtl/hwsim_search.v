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
// PIPELINED = 1: each phase and each radius read a cycle more.
//
// The order of the phases is hwsim_phases', each one's work hwsim_nearest's.
//
// IN_STEP = 1, beside other searches (hwsim_turns): a PASS, which is the first phase but a PROBE,
// the first batch, a first step's SWEEP, and the RADIUS of a SCAN or SWEEP wait. Their bit of waits
// is 1 from the cycle after the one in which they would begin, and they begin in that of grant. An
// entry of a sweep that others need (entry_shared) passes here while its words are read, without
// the state's, and is worth its bound.
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
    parameter PIPELINED = 0,      // 1: of hwsim_rom
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
    output wire [PATTERN_BITS-1:0]  winner,
    output wire [DISTANCE_BITS-1:0] nearest,
    output wire                     winner_fixed,  // f[winner] > 0, with or after done
    // other searches, with IN_STEP = 1
    input  wire                     grant,         // what waits begins
    input  wire                     entry_shared,  // the sweep's entry is read for somebody
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
    input  wire [RADIUS_WIDTH-1:0]  radius_data,  // with RADIUS_BITS > 0
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

    wire probe_start, scan_start, list_start, sweep_start, probing, scanning, listing, sweeping;
    wire phase_done, list_ended, completion;

    hwsim_phases #(
        .WORDS(WORDS), .COARSE_WORDS(COARSE_WORDS), .RADIUS_BITS(RADIUS_BITS),
        .DISTANCE_BITS(DISTANCE_BITS), .IN_STEP(IN_STEP), .PIPELINED(PIPELINED)
    ) phases (
        .clk(clk), .rst(rst), .start(start), .first_step(first_step), .done(done), .hit(hit),
        .winner_fixed(winner_fixed), .grant(grant), .waits(waits),
        .probe_start(probe_start), .scan_start(scan_start), .list_start(list_start),
        .sweep_start(sweep_start), .probing(probing), .scanning(scanning), .listing(listing),
        .sweeping(sweeping), .phase_done(phase_done), .list_ended(list_ended),
        .nearest(nearest), .radius_data(radius_data), .radius_read(radius_read),
        .radius_output_enable(radius_output_enable)
    );

    hwsim_nearest #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES), .COARSE_WORDS(COARSE_WORDS),
        .REACH(REACH), .RADIUS_BITS(RADIUS_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .IN_STEP(IN_STEP), .PIPELINED(PIPELINED)
    ) patterns_nearby (
        .clk(clk), .rst(rst), .probe_start(probe_start), .scan_start(scan_start),
        .list_start(list_start), .sweep_start(sweep_start), .probing(probing),
        .scanning(scanning), .listing(listing), .sweeping(sweeping), .first_step(first_step),
        .flips(flips), .best(nearest), .entry_shared(entry_shared),
        .entry_wanted(entry_wanted), .phase_done(phase_done), .list_ended(list_ended),
        .winner(winner), .nearest(nearest),
        .pattern_read(pattern_read), .pattern_address(pattern_address),
        .pattern_output_enable(pattern_output_enable), .pattern_data(pattern_data),
        .state_read(state_read), .state_address(state_address),
        .state_output_enable(state_output_enable), .state_data(state_data),
        .distance_read(distance_read), .distance_read_address(distance_read_address),
        .distance_output_enable(distance_output_enable),
        .distance_read_data(distance_read_data),
        .distance_write(distance_write), .distance_write_address(distance_write_address),
        .distance_write_data(distance_write_data),
        .minimum_write(minimum_write), .minimum_address(minimum_address),
        .minimum_data(minimum_data), .completion(completion), .sweep_word(sweep_word)
    );

    assign radius_address = winner;

    // Counts -----------------------------------------------------------------------------------

    assign pass = scan_start || (sweep_start && !first_step);
    assign probe = probe_start;
    assign scan = scan_start;
    assign shortlist_batch = list_start;
    assign shortlist_completion = listing && completion;
    assign sweep = sweep_start;
    assign sweep_completion = sweeping && completion;

endmodule

`default_nettype wire
