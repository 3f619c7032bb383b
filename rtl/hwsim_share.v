// SPDX-License-Identifier: Apache-2.0
//
// SHARE: all that works on the patterns.
//
//   memory           word                depth   read by
//   patterns         L bits              P*W     SEARCH, COPY, UPDATE (rows)
//   radius           RADIUS_BITS         P       SEARCH
//
// with W = ceil(N / L); both come from files. The stages SEARCH, one a query in flight, with its
// state, distances and minima (hwsim_slot); COPY (hwsim_copy); UPDATE (hwsim_update). The last two
// work for the slot whose turn it is. Several searches that read a pattern at a time read the same
// word of it: it is read once.
`default_nettype none

module hwsim_share #(
    parameter QUERIES_IN_FLIGHT = 1,
    parameter NEURONS = 200,
    parameter FIELDS = NEURONS,  // of hwsim_update
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
    parameter PROTECTION = 0,  // of hwsim_rom
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
    parameter SLOT_BITS = $clog2(Q + (Q == 1)),
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter NEURON_BITS = $clog2(FIELDS + (FIELDS == 1)),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(GROUPS + 1)
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire [HOST_BITS+40:0]      host,
    output wire [HOST_BITS:0]         host_data,
    output wire [34:0]                weight_demand,
    input  wire [EXTERNAL*LANES:0]    weight_supply,
    // slots
    input  wire [SLOT_BITS-1:0]       turn,
    input  wire [Q-1:0]               selected,  // bit turn
    // SEARCH, a bit or a number a slot
    input  wire [Q-1:0]               search_start,
    input  wire [Q-1:0]               search_grant,
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
    input  wire [GROUP_BITS-1:0]      load_address,
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
    // accesses, a bit a slot of a slot's memories
    output wire                       pattern_read, radius_read, weight_read, lut_read,
    output wire [Q-1:0]               state_was_read, state_was_written,
    output wire [Q-1:0]               distance_was_read, distance_was_written,
    output wire                       minimum_read,
    output wire [Q-1:0]               minimum_was_written,
    output wire                       list_read, list_write, accumulator_read, accumulator_write,
    output wire                       candidate_read, candidate_write, group_skip,
    output wire [6*Q+13:0]            errors  // of slots, UPDATE, radii, patterns
);

    localparam PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1));
    localparam [63:0] DEPTH = 64'd1 * PATTERNS * WORDS;  // up to 2**33
    localparam ADDRESS_BITS = $clog2(DEPTH + (DEPTH == 64'd1));
    localparam RADIUS_WIDTH = RADIUS_BITS + (RADIUS_BITS == 0);

    // SEARCH -----------------------------------------------------------------------------------

    wire [Q-1:0]               entry_wanted, pattern_reads, pattern_enables, radius_reads;
    wire [Q*ADDRESS_BITS-1:0]  pattern_addresses;
    wire [Q*LANES-1:0]         states;
    wire [Q*DISTANCE_BITS-1:0] distances, minima;
    // verilator lint_off UNUSEDSIGNAL
    wire [Q-1:0]               radius_enables;    // with a radius memory
    wire [Q*PATTERN_BITS-1:0]  radius_addresses;
    wire [Q*PATTERN_BITS-1:0]  winners;           // with COPIES
    // verilator lint_on UNUSEDSIGNAL
    wire [LANES-1:0]           pattern_data;
    wire [RADIUS_WIDTH-1:0]    radius_data;
    wire                       copy_write, distance_read, distance_enable, minimum_enable;
    wire [WORD_BITS-1:0]       copy_address;
    wire [LANES-1:0]           copy_data;
    wire [PATTERN_BITS-1:0]    distance_address;
    wire [GROUP_BITS-1:0]      minimum_address;

    genvar s;
    generate
        for (s = 0; s < Q; s = s + 1) begin : slots
            hwsim_slot #(
                .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES),
                .COARSE_WORDS(COARSE_WORDS), .REACH(REACH), .RADIUS_BITS(RADIUS_BITS),
                .ORIGIN_NEAREST(ORIGIN_NEAREST), .IN_STEP(Q > 1), .PIPELINED(PIPELINED),
                .PROTECTION(PROTECTION)
            ) slot (
                .clk(clk), .rst(rst), .selected(selected[s]), .start(search_start[s]),
                .first_step(first_step[s]), .flips(flips[s*DISTANCE_BITS +: DISTANCE_BITS]),
                .done(search_done[s]), .hit(hit[s]),
                .winner(winners[s*PATTERN_BITS +: PATTERN_BITS]),
                .nearest(nearest[s*DISTANCE_BITS +: DISTANCE_BITS]),
                .winner_fixed(winner_fixed[s]), .grant(search_grant[s]),
                .entry_shared(|entry_wanted), .waits(search_waits[4*s +: 4]),
                .entry_wanted(entry_wanted[s]), .pattern_read(pattern_reads[s]),
                .pattern_address(pattern_addresses[s*ADDRESS_BITS +: ADDRESS_BITS]),
                .pattern_output_enable(pattern_enables[s]), .pattern_data(pattern_data),
                .radius_read(radius_reads[s]),
                .radius_address(radius_addresses[s*PATTERN_BITS +: PATTERN_BITS]),
                .radius_output_enable(radius_enables[s]), .radius_data(radius_data),
                .state_write(state_write || copy_write),
                .state_write_address(copy_write ? copy_address : state_write_address),
                .state_write_data(copy_write ? copy_data : state_write_data),
                .state_read(state_read), .state_read_address(state_read_address),
                .state_output_enable(state_output_enable),
                .state_data(states[s*LANES +: LANES]),
                .distance_read(distance_read), .distance_address(distance_address),
                .distance_output_enable(distance_enable),
                .distance_data(distances[s*DISTANCE_BITS +: DISTANCE_BITS]),
                .minimum_read(minimum_read), .minimum_address(minimum_address),
                .minimum_output_enable(minimum_enable),
                .minimum_data(minima[s*DISTANCE_BITS +: DISTANCE_BITS]),
                .state_was_read(state_was_read[s]), .state_was_written(state_was_written[s]),
                .distance_was_read(distance_was_read[s]),
                .distance_was_written(distance_was_written[s]),
                .minimum_was_written(minimum_was_written[s]), .errors(errors[6*s+14 +: 6])
            );
        end
    endgenerate

    assign state_data = states[turn*LANES +: LANES];

    // Pattern memory: word m*W + w, bit j is neuron w*L + j of pattern m ---------------------------

    wire                    copy_read, row_read, copy_enable, row_enable;
    wire [ADDRESS_BITS-1:0] copy_read_address, row_address;
    reg [ADDRESS_BITS-1:0]  search_address;
    integer                 i;

    always @* begin
        search_address = pattern_addresses[ADDRESS_BITS-1:0];
        for (i = 1; i < Q; i = i + 1)
            if (pattern_reads[i])
                search_address = pattern_addresses[i*ADDRESS_BITS +: ADDRESS_BITS];
    end

    wire [HOST_BITS:0] pattern_word, radius_word, update_word;  // for the host

    assign host_data = pattern_word | radius_word | update_word;
    assign pattern_read = (|pattern_reads) || copy_read || row_read;

    hwsim_rom #(
        .WIDTH(LANES), .DEPTH(DEPTH), .ADDRESS_BITS(ADDRESS_BITS), .FILE(PATTERNS_FILE),
        .HOST_BITS(HOST_BITS), .BANKS(BANKS), .MEMORY(0), .PIPELINED(PIPELINED),
        .PROTECTION(PROTECTION)
    ) patterns (
        .clk(clk), .host(host), .host_data(pattern_word), .read_enable(pattern_read),
        .address(copy_read ? copy_read_address : row_read ? row_address : search_address),
        .output_enable((|pattern_enables) || copy_enable || row_enable), .data(pattern_data),
        .errors(errors[1:0])
    );

    // Radius memory, COPY ----------------------------------------------------------------------

    assign radius_read = |radius_reads;

    generate
        if (RADIUS_BITS != 0) begin : with_radius  // word m: what hwsim_search says
            hwsim_rom #(
                .WIDTH(RADIUS_BITS), .DEPTH(64'd1 * PATTERNS), .ADDRESS_BITS(PATTERN_BITS),
                .FILE(RADIUS_FILE), .HOST_BITS(HOST_BITS), .BANKS(BANKS),
                .MEMORY(4), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION)
            ) radii (
                .clk(clk), .host(host), .host_data(radius_word),
                .read_enable(radius_read),
                .address(radius_addresses[turn*PATTERN_BITS +: PATTERN_BITS]),
                .output_enable(|radius_enables), .data(radius_data), .errors(errors[3:2])
            );
        end else begin : without_radius
            assign radius_data = 1'b0;
            assign errors[3:2] = 2'b00;
            assign radius_word = {(HOST_BITS+1){1'b0}};
        end

        if (COPIES != 0) begin : with_copy
            hwsim_copy #(
                .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES), .PIPELINED(PIPELINED)
            ) copy (
                .clk(clk), .rst(rst), .start(copy_start),
                .pattern(winners[turn*PATTERN_BITS +: PATTERN_BITS]), .done(copy_done),
                .pattern_read(copy_read), .pattern_address(copy_read_address),
                .pattern_output_enable(copy_enable), .pattern_data(pattern_data),
                .state_write(copy_write), .state_address(copy_address), .state_data(copy_data)
            );
        end else begin : without_copy
            assign {copy_done, copy_read, copy_enable, copy_write} = 4'd0;
            assign copy_read_address = {ADDRESS_BITS{1'b0}};
            assign copy_address = {WORD_BITS{1'b0}};
            assign copy_data = {LANES{1'b0}};
        end
    endgenerate

    // UPDATE -----------------------------------------------------------------------------------

    // verilator lint_off UNUSEDSIGNAL
    wire [$clog2(PATTERNS+1)-1:0] candidates;  // for others beside this one
    // verilator lint_on UNUSEDSIGNAL

    hwsim_update #(
        .NEURONS(NEURONS), .FIELDS(FIELDS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
        .SHARED_PLANES(SHARED_PLANES), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION),
        .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS),
        .HOST_BITS(HOST_BITS), .BANKS(BANKS), .EXTERNAL(EXTERNAL),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .WEIGHTS_FILE(WEIGHTS_FILE)
    ) update (
        .clk(clk), .rst(rst), .host(host), .host_data(update_word),
        .weight_demand(weight_demand), .weight_supply(weight_supply),
        .scan_start(scan_start), .scan_done(scan_done),
        .active_groups(active_groups), .clear(update_clear),
        .load_start(load_start), .load_address(load_address), .loaded(loaded),
        .mac_start(mac_start), .mac_ready(mac_ready),
        .candidates_start(candidates_start), .candidates_done(candidates_done),
        .candidates(candidates), .lead(1'b0),
        .row_start(row_start), .kernel_sum(kernel_sum),
        .minimum_read(minimum_read), .minimum_address(minimum_address),
        .minimum_output_enable(minimum_enable),
        .minimum_data(minima[turn*DISTANCE_BITS +: DISTANCE_BITS]),
        .distance_read(distance_read), .distance_address(distance_address),
        .distance_output_enable(distance_enable),
        .distance_data(distances[turn*DISTANCE_BITS +: DISTANCE_BITS]),
        .nearest(nearest[turn*DISTANCE_BITS +: DISTANCE_BITS]),
        .pattern_read(row_read), .pattern_address(row_address),
        .pattern_output_enable(row_enable), .pattern_data(pattern_data),
        .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum),
        .lut_read(lut_read), .list_read(list_read), .list_write(list_write),
        .weight_read(weight_read), .accumulator_read(accumulator_read),
        .accumulator_write(accumulator_write), .candidate_read(candidate_read),
        .candidate_write(candidate_write), .group_skip(group_skip), .errors(errors[13:4])
    );

endmodule

`default_nettype wire
