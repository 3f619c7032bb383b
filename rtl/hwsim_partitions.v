// SPDX-License-Identifier: Apache-2.0
//
// PARTITIONS: E engines side by side, each with patterns of its own, at one query.
//
//   engine e holds groups floor(e*G / E) .. floor((e + 1)*G / E) - 1 of L patterns, G = ceil(P / L)
//
// All do the same at the same time, each with its own part of the patterns (hwsim_partition), and
// meet where one needs what all found:
//
//   end of a phase of SEARCH     the nearest pattern of all, its owner       hwsim_meeting
//   list of groups, candidates   whether there are any, the longest list     hwsim_join
//   kernel values, sums          S and U[i] added up                         hwsim_join
//
// A meeting costs one cycle. The state is there E times, written together, so that each engine
// searches with its own; who reads it from outside reads engine 0's. Around all of this stands
// what there is once (hwsim_engine): control, threshold, offsets, ports.
//
// The files of patterns, weights and radii are one an engine. A parameter names engine 0's, whose
// name ends in 0 and four more characters, as in patterns_0.mem; the digit of the others is theirs.
// The ports are those of hwsim_share with one slot; accesses are a bit an engine.
`default_nettype none

module hwsim_partitions #(
    parameter ENGINES = 2,
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter WEIGHT_BITS = 2,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 8,
    parameter LANES = 64,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter SHARED_PLANES = 0,
    parameter RADIUS_BITS = 0,
    parameter COPIES = 0,
    parameter COARSE_WORDS = 0,
    parameter REACH = 0,
    parameter PIPELINED = 0,  // 1: a register more at what is read of an image, and for decisions
    parameter KERNEL_SUM_BITS = 18,
    parameter SUM_BITS = 20,
    parameter PATTERNS_FILE = "",
    parameter WEIGHTS_FILE = "",
    parameter KERNEL_LUT_FILE = "",
    parameter RADIUS_FILE = "",
    parameter E = ENGINES,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter MOST_GROUPS = (GROUPS + E - 1) / E,  // of an engine
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter NEURON_BITS = $clog2(NEURONS + (NEURONS == 1)),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter ACTIVE_BITS = $clog2(MOST_GROUPS + 1)
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire [HOST_BITS+40:0]      host,
    output wire [HOST_BITS:0]         host_data,
    // SEARCH
    input  wire                       search_start,
    input  wire                       first_step,
    input  wire [DISTANCE_BITS-1:0]   flips,
    output wire                       search_done,
    output wire                       hit,
    output wire                       winner_fixed,
    output wire [DISTANCE_BITS-1:0]   nearest,
    // state memory
    input  wire                       state_write,
    input  wire [WORD_BITS-1:0]       state_write_address,
    input  wire [LANES-1:0]           state_write_data,
    input  wire                       state_read,
    input  wire [WORD_BITS-1:0]       state_read_address,
    input  wire                       state_output_enable,
    output wire [LANES-1:0]           state_data,
    // COPY
    input  wire                       copy_start,
    output wire                       copy_done,
    // UPDATE, as in hwsim_update; engines have load addresses of their own
    input  wire                       scan_start,
    output wire                       scan_done,
    output wire [ACTIVE_BITS-1:0]     active_groups,  // of the engine that has most
    input  wire                       update_clear,
    input  wire                       load_start,
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
    // accesses
    output wire [E-1:0]               pattern_read, radius_read, weight_read, lut_read,
    output wire [E-1:0]               state_was_read, state_was_written,
    output wire [E-1:0]               distance_was_read, distance_was_written,
    output wire [E-1:0]               minimum_read, minimum_was_written,
    output wire [E-1:0]               list_read, list_write, accumulator_read, accumulator_write,
    output wire [E-1:0]               candidate_read, candidate_write, group_skip
);

    localparam MOST_PATTERNS = MOST_GROUPS * LANES;
    localparam CANDIDATE_BITS = $clog2(MOST_PATTERNS + 1);
    localparam RADIUS_WIDTH = RADIUS_BITS + (RADIUS_BITS == 0);

    // SEARCH: one order of phases, the nearest of all -----------------------------------------

    wire                       probe_start, measure_start, list_start, sweep_start;
    wire                       probing, scanning, listing, sweeping, phase_done;
    wire                       radius_start, radius_enable;
    wire [E-1:0]               owner, phases_done, lists_ended;
    wire [E*DISTANCE_BITS-1:0] nearest_of;
    wire [E*RADIUS_WIDTH-1:0]  radii;
    reg  [RADIUS_WIDTH-1:0]    radius_data;  // of the owner
    integer                    i;
    // verilator lint_off UNUSEDSIGNAL
    wire [3:0]                 waits;
    // verilator lint_on UNUSEDSIGNAL

    always @* begin
        radius_data = {RADIUS_WIDTH{1'b0}};
        for (i = 0; i < E; i = i + 1)
            if (owner[i]) radius_data = radii[i*RADIUS_WIDTH +: RADIUS_WIDTH];
    end

    hwsim_phases #(
        .WORDS(WORDS), .COARSE_WORDS(COARSE_WORDS), .RADIUS_BITS(RADIUS_BITS),
        .DISTANCE_BITS(DISTANCE_BITS), .PIPELINED(PIPELINED)
    ) phases (
        .clk(clk), .rst(rst), .start(search_start), .first_step(first_step), .done(search_done),
        .hit(hit), .winner_fixed(winner_fixed), .grant(1'b0), .waits(waits),
        .probe_start(probe_start), .scan_start(measure_start), .list_start(list_start),
        .sweep_start(sweep_start), .probing(probing), .scanning(scanning), .listing(listing),
        .sweeping(sweeping), .phase_done(phase_done), .list_ended(&lists_ended),
        .nearest(nearest), .radius_data(radius_data), .radius_read(radius_start),
        .radius_output_enable(radius_enable)
    );

    hwsim_meeting #(.ENGINES(E), .DISTANCE_BITS(DISTANCE_BITS)) meeting (
        .clk(clk), .rst(rst), .probe_start(probe_start), .list_start(list_start),
        .pass_start(measure_start || sweep_start), .probing(probing), .list_ended(lists_ended),
        .phase_done(phases_done), .distances(nearest_of), .met(phase_done), .owner(owner),
        .nearest(nearest)
    );

    // COPY: the owner's pattern to all states ---------------------------------------------------

    wire [E-1:0]           copies_done, copy_writes;
    wire [E*WORD_BITS-1:0] copy_addresses;
    wire [E*LANES-1:0]     copy_words;
    // verilator lint_off UNUSEDSIGNAL
    wire [E*LANES-1:0]     states;  // engine 0's leaves
    // verilator lint_on UNUSEDSIGNAL
    reg  [WORD_BITS-1:0]   write_address;
    reg  [LANES-1:0]       write_data;
    wire                   write = state_write || (|copy_writes);

    always @* begin
        write_address = state_write_address;
        write_data = state_write_data;
        for (i = 0; i < E; i = i + 1)
            if (copy_writes[i]) begin
                write_address = copy_addresses[i*WORD_BITS +: WORD_BITS];
                write_data = copy_words[i*LANES +: LANES];
            end
    end

    assign copy_done = |copies_done;
    assign state_was_written = {E{write}};
    assign state_data = states[LANES-1:0];

    // Engines ----------------------------------------------------------------------------------

    wire [E-1:0]                 groups_done, loaded_of, macs_ready, candidates_done_of, sums_valid;
    wire [E*ACTIVE_BITS-1:0]     active_groups_of;
    wire [E*CANDIDATE_BITS-1:0]  candidates;
    wire [E*KERNEL_SUM_BITS-1:0] kernel_sums;
    wire [E*NEURON_BITS-1:0]     sum_neurons;
    wire [E*SUM_BITS-1:0]        sums;
    wire [CANDIDATE_BITS-1:0]    most_candidates;
    wire [E*(HOST_BITS+1)-1:0]   words_for_host;
    reg  [HOST_BITS:0]           word_for_host;  // one answers, or all that have the same

    always @* begin
        word_for_host = {(HOST_BITS+1){1'b0}};
        for (i = 0; i < E; i = i + 1)
            word_for_host = word_for_host | words_for_host[i*(HOST_BITS+1) +: HOST_BITS+1];
    end

    assign host_data = word_for_host;

    genvar e;
    generate
        for (e = 0; e < E; e = e + 1) begin : engine
            localparam FIRST = e * GROUPS / E;
            localparam NEXT = (e + 1) * GROUPS / E;
            localparam LAST_PATTERN = (NEXT == GROUPS) ? PATTERNS : NEXT * LANES;
            localparam [63:0] DIGIT = 64'd1 * e << 32;  // onto the fifth character from the end

            // A name is a number of as many bytes as it has characters.
            // verilator lint_off WIDTHEXPAND
            hwsim_partition #(
                .NEURONS(NEURONS), .PATTERNS(LAST_PATTERN - FIRST * LANES),
                .WEIGHT_BITS(WEIGHT_BITS), .PLANE_WEIGHTS(PLANE_WEIGHTS),
                .KERNEL_BITS(KERNEL_BITS), .LANES(LANES), .ORIGIN_NEAREST(ORIGIN_NEAREST),
                .DATAFLOW_ROW(DATAFLOW_ROW), .SHARED_PLANES(SHARED_PLANES),
                .RADIUS_BITS(RADIUS_BITS), .COPIES(COPIES), .COARSE_WORDS(COARSE_WORDS),
                .REACH(REACH), .HOST_BITS(HOST_BITS), .BANKS(BANKS), .ENGINE(e),
                .PIPELINED(PIPELINED),
                .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS),
                .MOST_ACTIVE_BITS(ACTIVE_BITS), .MOST_CANDIDATE_BITS(CANDIDATE_BITS),
                .PATTERNS_FILE((PATTERNS_FILE == "") ? "" : PATTERNS_FILE + DIGIT),
                .WEIGHTS_FILE((WEIGHTS_FILE == "") ? "" : WEIGHTS_FILE + DIGIT),
                .KERNEL_LUT_FILE(KERNEL_LUT_FILE),
                .RADIUS_FILE((RADIUS_FILE == "") ? "" : RADIUS_FILE + DIGIT)
            ) own (
                // verilator lint_on WIDTHEXPAND
                .clk(clk), .rst(rst), .host(host),
                .host_data(words_for_host[e*(HOST_BITS+1) +: HOST_BITS+1]),
                .state_write(write), .state_write_address(write_address),
                .state_write_data(write_data), .outer_state_read(state_read && e == 0),
                .outer_state_address(state_read_address),
                .outer_state_enable(state_output_enable && e == 0),
                .state_data(states[e*LANES +: LANES]),
                .owner(owner[e]), .probe_start(probe_start), .scan_start(measure_start),
                .list_start(list_start), .sweep_start(sweep_start), .probing(probing),
                .scanning(scanning), .listing(listing), .sweeping(sweeping),
                .first_step(first_step), .flips(flips), .best(nearest),
                .phase_done(phases_done[e]), .list_ended(lists_ended[e]),
                .nearest(nearest_of[e*DISTANCE_BITS +: DISTANCE_BITS]),
                .radius_read(radius_start), .radius_enable(radius_enable),
                .copy_start(copy_start), .radius_data(radii[e*RADIUS_WIDTH +: RADIUS_WIDTH]),
                .copy_done(copies_done[e]), .copy_write(copy_writes[e]),
                .copy_address(copy_addresses[e*WORD_BITS +: WORD_BITS]),
                .copy_data(copy_words[e*LANES +: LANES]),
                .groups_start(scan_start), .groups_done(groups_done[e]),
                .active_groups(active_groups_of[e*ACTIVE_BITS +: ACTIVE_BITS]),
                .most_active(active_groups), .load_start(load_start), .mac_start(mac_start),
                .most_candidates(most_candidates), .candidates_start(candidates_start),
                .row_start(row_start), .clear(update_clear), .loaded(loaded_of[e]),
                .mac_ready(macs_ready[e]), .candidates_done(candidates_done_of[e]),
                .candidates(candidates[e*CANDIDATE_BITS +: CANDIDATE_BITS]),
                .kernel_sum(kernel_sums[e*KERNEL_SUM_BITS +: KERNEL_SUM_BITS]),
                .sum_valid(sums_valid[e]),
                .sum_neuron(sum_neurons[e*NEURON_BITS +: NEURON_BITS]),
                .sum(sums[e*SUM_BITS +: SUM_BITS]),
                .pattern_read(pattern_read[e]), .own_radius_read(radius_read[e]),
                .state_read(state_was_read[e]), .distance_read(distance_was_read[e]),
                .distance_write(distance_was_written[e]), .minimum_read(minimum_read[e]),
                .minimum_write(minimum_was_written[e]), .lut_read(lut_read[e]),
                .list_read(list_read[e]), .list_write(list_write[e]),
                .weight_read(weight_read[e]), .accumulator_read(accumulator_read[e]),
                .accumulator_write(accumulator_write[e]), .candidate_read(candidate_read[e]),
                .candidate_write(candidate_write[e]), .group_skip(group_skip[e])
            );
        end
    endgenerate

    assign mac_ready = &macs_ready;

    hwsim_join #(
        .ENGINES(E), .ACTIVE_BITS(ACTIVE_BITS), .CANDIDATE_BITS(CANDIDATE_BITS),
        .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS), .NEURON_BITS(NEURON_BITS)
    ) join_engines (
        .clk(clk), .rst(rst), .groups_start(scan_start), .groups_done_of(groups_done),
        .active_groups(active_groups_of), .groups_done(scan_done), .most_active(active_groups),
        .loaded_of(loaded_of), .loaded(loaded), .candidates_start(candidates_start),
        .candidates_done_of(candidates_done_of), .candidates(candidates),
        .candidates_done(candidates_done), .most_candidates(most_candidates),
        .kernel_sums(kernel_sums), .kernel_sum(kernel_sum),
        .sum_valid_of(sums_valid), .neurons(sum_neurons), .sums(sums),
        .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum)
    );

endmodule

`default_nettype wire
