// SPDX-License-Identifier: Apache-2.0
//
// PARTITION: one of several engines side by side, with patterns of its own (docs/contract.md).
//
// Its patterns are PATTERNS of the image's, whole groups that follow each other; here they are
// numbered from 0. Of them it has all memories, and of the state a copy:
//
//   memory           word                depth   written by          read by
//   patterns         L bits              P*W     (image)             nearest, copy, update
//   radius           RADIUS_BITS         P       (image)             phases
//   state            L bits              W       hwsim_partitions        nearest, hwsim_partitions
//   distance buffer  bit_length(N)       P       nearest             nearest, update
//   group minima     bit_length(N)       G       nearest             update
//
// with P, G those of the partition. Weights, kernel LUT, accumulators and lists stand where one engine
// has them as well. Sums are as wide as those of all patterns: they leave to be added.
//
// What others start together this one does together with them. owner: it has the nearest pattern
// of all, and so it alone is probed, read the radius of, copied.
`default_nettype none

module hwsim_partition #(
    parameter NEURONS = 200,
    parameter PATTERNS = 320,
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter ENGINE = 0,     // which one of those side by side
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
    parameter PIPELINED = 0,  // 1: a register more at what is read of an image, and for decisions
    parameter KERNEL_SUM_BITS = 18,
    parameter SUM_BITS = 20,
    parameter MOST_ACTIVE_BITS = 4,      // holds the groups of any partition
    parameter MOST_CANDIDATE_BITS = 10,  // holds the patterns of any partition
    parameter PATTERNS_FILE = "",
    parameter WEIGHTS_FILE = "",
    parameter KERNEL_LUT_FILE = "",
    parameter RADIUS_FILE = "",
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter NEURON_BITS = $clog2(NEURONS + (NEURONS == 1)),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter RADIUS_WIDTH = RADIUS_BITS + (RADIUS_BITS == 0)
) (
    input  wire                           clk,
    input  wire                           rst,
    input  wire [HOST_BITS+40:0]          host,
    output wire [HOST_BITS:0]             host_data,
    // state: of all partitions alike
    input  wire                           state_write,
    input  wire [WORD_BITS-1:0]           state_write_address,
    input  wire [LANES-1:0]               state_write_data,
    input  wire                           outer_state_read,
    input  wire [WORD_BITS-1:0]           outer_state_address,
    input  wire                           outer_state_enable,
    output wire [LANES-1:0]               state_data,
    // SEARCH
    input  wire                           owner,
    input  wire                           probe_start,
    input  wire                           scan_start,
    input  wire                           list_start,
    input  wire                           sweep_start,
    input  wire                           probing,
    input  wire                           scanning,
    input  wire                           listing,
    input  wire                           sweeping,
    input  wire                           first_step,
    input  wire [DISTANCE_BITS-1:0]       flips,
    input  wire [DISTANCE_BITS-1:0]       best,
    output wire                           phase_done,
    output wire                           list_ended,
    output wire [DISTANCE_BITS-1:0]       nearest,
    // verilator lint_off UNUSEDSIGNAL
    input  wire                           radius_read,    // with a radius memory
    input  wire                           radius_enable,
    input  wire                           copy_start,     // with COPIES
    // verilator lint_on UNUSEDSIGNAL
    output wire [RADIUS_WIDTH-1:0]        radius_data,
    // COPY
    output wire                           copy_done,
    output wire                           copy_write,
    output wire [WORD_BITS-1:0]           copy_address,
    output wire [LANES-1:0]               copy_data,
    // UPDATE
    input  wire                           groups_start,
    output wire                           groups_done,
    output wire [MOST_ACTIVE_BITS-1:0]    active_groups,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [MOST_ACTIVE_BITS-1:0]    most_active,      // of all partitions; group dataflow
    input  wire                           load_start,
    input  wire                           mac_start,
    input  wire [MOST_CANDIDATE_BITS-1:0] most_candidates,  // of all partitions; row dataflow
    input  wire                           candidates_start,
    input  wire                           row_start,
    // verilator lint_on UNUSEDSIGNAL
    input  wire                           clear,
    output wire                           loaded,
    output wire                           mac_ready,
    output wire                           candidates_done,
    output wire [MOST_CANDIDATE_BITS-1:0] candidates,
    output wire [KERNEL_SUM_BITS-1:0]     kernel_sum,
    output wire                           sum_valid,
    output wire [NEURON_BITS-1:0]         sum_neuron,
    output wire [SUM_BITS-1:0]            sum,
    // accesses
    output wire                           pattern_read,
    output wire                           own_radius_read,
    output wire                           state_read,
    output wire                           distance_read,
    output wire                           distance_write,
    output wire                           minimum_read,
    output wire                           minimum_write,
    output wire                           lut_read,
    output wire                           list_read,
    output wire                           list_write,
    output wire                           weight_read,
    output wire                           accumulator_read,
    output wire                           accumulator_write,
    output wire                           candidate_read,
    output wire                           candidate_write,
    output wire                           group_skip
);

    localparam GROUPS = (PATTERNS + LANES - 1) / LANES;
    localparam PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1));
    localparam GROUP_BITS = $clog2(GROUPS + (GROUPS == 1));
    localparam ACTIVE_BITS = $clog2(GROUPS + 1);
    localparam CANDIDATE_BITS = $clog2(PATTERNS + 1);
    localparam [63:0] PATTERN_DEPTH = 64'd1 * PATTERNS * WORDS;
    localparam PATTERN_ADDRESS_BITS = $clog2(PATTERN_DEPTH + (PATTERN_DEPTH == 64'd1));

    // State, patterns --------------------------------------------------------------------------

    wire                 search_state_read, search_state_enable;
    wire [WORD_BITS-1:0] search_state_address;

    assign state_read = search_state_read || outer_state_read;

    // verilator lint_off UNUSEDSIGNAL
    wire [19:0] errors;  // of memories without check bits
    // verilator lint_on UNUSEDSIGNAL

    hwsim_ram #(.WIDTH(LANES), .DEPTH(WORDS), .ADDRESS_BITS(WORD_BITS)) state_memory (
        .clk(clk), .write_enable(state_write), .write_address(state_write_address),
        .write_data(state_write_data), .read_enable(state_read),
        .read_address(search_state_read ? search_state_address : outer_state_address),
        .output_enable(search_state_enable || outer_state_enable), .read_data(state_data),
        .errors(errors[1:0])
    );

    wire                            search_read, search_enable, copy_read, copy_enable;
    wire                            row_read, row_enable;
    wire [PATTERN_ADDRESS_BITS-1:0] search_address, copy_read_address, row_address;
    wire [LANES-1:0]                pattern_data;

    wire [HOST_BITS:0] pattern_word, radius_word, update_word;  // for the host

    assign host_data = pattern_word | radius_word | update_word;
    assign pattern_read = search_read || copy_read || row_read;

    hwsim_rom #(
        .WIDTH(LANES), .DEPTH(PATTERN_DEPTH), .ADDRESS_BITS(PATTERN_ADDRESS_BITS),
        .FILE(PATTERNS_FILE),
        .HOST_BITS(HOST_BITS), .BANKS(BANKS), .MEMORY(0), .ENGINE(ENGINE), .PIPELINED(PIPELINED)
    ) patterns (
        .clk(clk), .host(host), .host_data(pattern_word), .read_enable(pattern_read),
        .address(copy_read ? copy_read_address : row_read ? row_address : search_address),
        .output_enable(search_enable || copy_enable || row_enable), .data(pattern_data),
        .errors(errors[3:2])
    );

    // SEARCH -----------------------------------------------------------------------------------

    wire [PATTERN_BITS-1:0]  distance_write_address, sweep_address, kernel_address;
    wire [GROUP_BITS-1:0]    minimum_write_address, minimum_read_address;
    wire [DISTANCE_BITS-1:0] distance_write_data, minimum_write_data;
    wire [DISTANCE_BITS-1:0] distance_read_data, minimum_read_data;
    wire                     sweep_read, sweep_enable, kernel_read, kernel_enable, minimum_enable;
    // verilator lint_off UNUSEDSIGNAL
    wire [PATTERN_BITS-1:0]  winner;  // with a radius memory, or COPIES
    wire                     entry_wanted, completion, sweep_word;
    // verilator lint_on UNUSEDSIGNAL

    hwsim_nearest #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES), .COARSE_WORDS(COARSE_WORDS),
        .REACH(REACH), .RADIUS_BITS(RADIUS_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .PIPELINED(PIPELINED)
    ) search (
        .clk(clk), .rst(rst), .probe_start(probe_start && owner), .scan_start(scan_start),
        .list_start(list_start && !list_ended), .sweep_start(sweep_start), .probing(probing),
        .scanning(scanning), .listing(listing), .sweeping(sweeping), .first_step(first_step),
        .flips(flips), .best(best), .entry_shared(1'b0), .entry_wanted(entry_wanted),
        .phase_done(phase_done), .list_ended(list_ended), .winner(winner), .nearest(nearest),
        .pattern_read(search_read), .pattern_address(search_address),
        .pattern_output_enable(search_enable), .pattern_data(pattern_data),
        .state_read(search_state_read), .state_address(search_state_address),
        .state_output_enable(search_state_enable), .state_data(state_data),
        .distance_read(sweep_read), .distance_read_address(sweep_address),
        .distance_output_enable(sweep_enable), .distance_read_data(distance_read_data),
        .distance_write(distance_write), .distance_write_address(distance_write_address),
        .distance_write_data(distance_write_data),
        .minimum_write(minimum_write), .minimum_address(minimum_write_address),
        .minimum_data(minimum_write_data), .completion(completion), .sweep_word(sweep_word)
    );

    assign distance_read = sweep_read || kernel_read;

    hwsim_ram #(.WIDTH(DISTANCE_BITS), .DEPTH(GROUPS), .ADDRESS_BITS(GROUP_BITS)) group_minima (
        .clk(clk), .write_enable(minimum_write), .write_address(minimum_write_address),
        .write_data(minimum_write_data),
        .read_enable(minimum_read), .read_address(minimum_read_address),
        .output_enable(minimum_enable), .read_data(minimum_read_data), .errors(errors[5:4])
    );

    hwsim_ram #(
        .WIDTH(DISTANCE_BITS), .DEPTH(PATTERNS), .ADDRESS_BITS(PATTERN_BITS)
    ) distance_buffer (
        .clk(clk), .write_enable(distance_write), .write_address(distance_write_address),
        .write_data(distance_write_data),
        .read_enable(distance_read), .read_address(sweep_read ? sweep_address : kernel_address),
        .output_enable(sweep_enable || kernel_enable), .read_data(distance_read_data),
        .errors(errors[7:6])
    );

    generate
        if (RADIUS_BITS != 0) begin : with_radius  // word m: what hwsim_phases says
            assign own_radius_read = radius_read && owner;
            hwsim_rom #(
                .WIDTH(RADIUS_BITS), .DEPTH(64'd1 * PATTERNS), .ADDRESS_BITS(PATTERN_BITS),
                .FILE(RADIUS_FILE), .HOST_BITS(HOST_BITS), .BANKS(BANKS),
                .MEMORY(4), .ENGINE(ENGINE), .PIPELINED(PIPELINED)
            ) radii (
                .clk(clk), .host(host), .host_data(radius_word),
                .read_enable(own_radius_read), .address(winner),
                .output_enable(radius_enable && owner), .data(radius_data), .errors(errors[9:8])
            );
        end else begin : without_radius
            assign own_radius_read = 1'b0;
            assign radius_data = 1'b0;
            assign errors[9:8] = 2'b00;
            assign radius_word = {(HOST_BITS+1){1'b0}};
        end

        if (COPIES != 0) begin : with_copy
            hwsim_copy #(
                .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES), .PIPELINED(PIPELINED)
            ) copy (
                .clk(clk), .rst(rst), .start(copy_start && owner), .pattern(winner),
                .done(copy_done),
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

    localparam LEAD_BITS = (DATAFLOW_ROW != 0) ? MOST_CANDIDATE_BITS : 0;
    localparam LEAD_WIDTH = LEAD_BITS + (LEAD_BITS == 0);

    wire                      own_load_start, own_mac_start;
    wire                      own_candidates_start, own_row_start;
    wire [ACTIVE_BITS-1:0]    own_active_groups;
    wire [GROUP_BITS-1:0]     load_address;
    wire [LEAD_WIDTH-1:0]     lead;
    // verilator lint_off UNUSEDSIGNAL
    wire [CANDIDATE_BITS-1:0] own_candidates;  // of the row dataflow
    // verilator lint_on UNUSEDSIGNAL
    wire [KERNEL_SUM_BITS-1:0] own_kernel_sum;

    assign active_groups = {{(MOST_ACTIVE_BITS-ACTIVE_BITS){1'b0}}, own_active_groups};

    generate
        if (DATAFLOW_ROW != 0) begin : row
            // Without an active group nothing is looked up, and the numbers are an earlier step's.
            wire active = own_active_groups != 0;
            assign candidates = {{(MOST_CANDIDATE_BITS-CANDIDATE_BITS){1'b0}}, own_candidates}
                & {MOST_CANDIDATE_BITS{active}};
            assign kernel_sum = own_kernel_sum & {KERNEL_SUM_BITS{active}};
            assign own_candidates_start = candidates_start && active;
            assign own_row_start = row_start && candidates != 0;
            assign lead = most_candidates - candidates;
            assign own_load_start = 1'b0;
            assign own_mac_start = 1'b0;
            assign load_address = {GROUP_BITS{1'b0}};
        end else begin : group
            // verilator lint_off UNUSEDSIGNAL
            wire [MOST_ACTIVE_BITS-1:0] wide_address;
            // verilator lint_on UNUSEDSIGNAL
            hwsim_lead #(.ACTIVE_BITS(MOST_ACTIVE_BITS)) slots (
                .clk(clk), .clear(clear), .most(most_active), .active_groups(active_groups),
                .load_start(load_start), .mac_start(mac_start),
                .own_load_start(own_load_start), .load_address(wide_address),
                .own_mac_start(own_mac_start)
            );
            assign load_address = wide_address[GROUP_BITS-1:0];
            assign kernel_sum = own_kernel_sum;
            assign candidates = {MOST_CANDIDATE_BITS{1'b0}};
            assign own_candidates_start = 1'b0;
            assign own_row_start = 1'b0;
            assign lead = 1'b0;
        end
    endgenerate

    hwsim_update #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
        .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
        .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW),
        .SHARED_PLANES(SHARED_PLANES), .LEAD_BITS(LEAD_BITS),
        .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .SUM_BITS(SUM_BITS),
        .HOST_BITS(HOST_BITS), .BANKS(BANKS), .ENGINE(ENGINE), .PIPELINED(PIPELINED),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE), .WEIGHTS_FILE(WEIGHTS_FILE)
    ) update (
        .clk(clk), .rst(rst), .host(host), .host_data(update_word),
        // verilator lint_off PINCONNECTEMPTY
        .weight_demand(),  // without EXTERNAL, nothing
        // verilator lint_on PINCONNECTEMPTY
        .weight_supply(1'b0),
        .scan_start(groups_start), .scan_done(groups_done),
        .active_groups(own_active_groups), .clear(clear),
        .load_start(own_load_start), .load_address(load_address), .loaded(loaded),
        .mac_start(own_mac_start), .mac_ready(mac_ready),
        .candidates_start(own_candidates_start), .candidates_done(candidates_done),
        .candidates(own_candidates), .lead(lead),
        .row_start(own_row_start), .kernel_sum(own_kernel_sum),
        .minimum_read(minimum_read), .minimum_address(minimum_read_address),
        .minimum_output_enable(minimum_enable), .minimum_data(minimum_read_data),
        .distance_read(kernel_read), .distance_address(kernel_address),
        .distance_output_enable(kernel_enable), .distance_data(distance_read_data),
        .nearest(best),
        .pattern_read(row_read), .pattern_address(row_address),
        .pattern_output_enable(row_enable), .pattern_data(pattern_data),
        .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum),
        .lut_read(lut_read), .list_read(list_read), .list_write(list_write),
        .weight_read(weight_read), .accumulator_read(accumulator_read),
        .accumulator_write(accumulator_write), .candidate_read(candidate_read),
        .candidate_write(candidate_write), .group_skip(group_skip), .errors(errors[19:10])
    );

endmodule

`default_nettype wire
