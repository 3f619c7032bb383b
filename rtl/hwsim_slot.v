// SPDX-License-Identifier: Apache-2.0
//
// SLOT: what a recall in flight has of its own, the search and the memories that it works on.
//
//   memory           word                depth   written by              read by
//   state            L bits              W       query, threshold, copy  search, threshold, result
//   distance buffer  bit_length(N)       P       search                  search, update
//   group minima     bit_length(N)       G       search                  update
//
// Those other than the search are outside, and common to all slots; what they ask for is done
// where selected is 1.
`default_nettype none

module hwsim_slot #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter LANES = 64,
    parameter COARSE_WORDS = 0,
    parameter REACH = 0,
    parameter RADIUS_BITS = 0,
    parameter ORIGIN_NEAREST = 1,
    parameter IN_STEP = 0,
    parameter PIPELINED = 0,
    parameter PROTECTION = 0,  // of hwsim_rom
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
    input  wire                     selected,
    // SEARCH, as in hwsim_search
    input  wire                     start,
    input  wire                     first_step,
    input  wire [DISTANCE_BITS-1:0] flips,
    output wire                     done,
    output wire                     hit,
    output wire [PATTERN_BITS-1:0]  winner,
    output wire [DISTANCE_BITS-1:0] nearest,
    output wire                     winner_fixed,
    input  wire                     grant,
    input  wire                     entry_shared,
    output wire [3:0]               waits,
    output wire                     entry_wanted,
    output wire                     pattern_read,
    output wire [ADDRESS_BITS-1:0]  pattern_address,
    output wire                     pattern_output_enable,
    input  wire [LANES-1:0]         pattern_data,
    output wire                     radius_read,
    output wire [PATTERN_BITS-1:0]  radius_address,
    output wire                     radius_output_enable,
    input  wire [RADIUS_WIDTH-1:0]  radius_data,
    // state memory, by others
    input  wire                     state_write,
    input  wire [WORD_BITS-1:0]     state_write_address,
    input  wire [LANES-1:0]         state_write_data,
    input  wire                     state_read,
    input  wire [WORD_BITS-1:0]     state_read_address,
    input  wire                     state_output_enable,
    output wire [LANES-1:0]         state_data,
    // distance buffer and group minima, by UPDATE
    input  wire                     distance_read,
    input  wire [PATTERN_BITS-1:0]  distance_address,
    input  wire                     distance_output_enable,
    output wire [DISTANCE_BITS-1:0] distance_data,
    input  wire                     minimum_read,
    input  wire [GROUP_BITS-1:0]    minimum_address,
    input  wire                     minimum_output_enable,
    output wire [DISTANCE_BITS-1:0] minimum_data,
    // accesses, of whomever
    output wire                     state_was_read,
    output wire                     state_was_written,
    output wire                     distance_was_read,
    output wire                     distance_was_written,
    output wire                     minimum_was_written,
    output wire [5:0]               errors  // of minima, distances, state
);

    wire                     search_state_read, search_state_enable;
    wire [WORD_BITS-1:0]     search_state_address;
    wire                     sweep_read, sweep_enable;
    wire [PATTERN_BITS-1:0]  sweep_address, distance_write_address;
    wire [DISTANCE_BITS-1:0] distance_write_data, minimum_write_data;
    wire [GROUP_BITS-1:0]    minimum_write_address;
    // verilator lint_off UNUSEDSIGNAL
    wire [7:0]               events;  // for a testbench
    // verilator lint_on UNUSEDSIGNAL

    hwsim_search #(
        .NEURONS(NEURONS), .PATTERNS(PATTERNS), .LANES(LANES), .COARSE_WORDS(COARSE_WORDS),
        .REACH(REACH), .RADIUS_BITS(RADIUS_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .IN_STEP(IN_STEP), .PIPELINED(PIPELINED)
    ) search (
        .clk(clk), .rst(rst), .start(start), .first_step(first_step), .flips(flips),
        .done(done), .hit(hit), .winner(winner), .nearest(nearest),
        .winner_fixed(winner_fixed), .grant(grant), .entry_shared(entry_shared),
        .waits(waits), .entry_wanted(entry_wanted),
        .pattern_read(pattern_read), .pattern_address(pattern_address),
        .pattern_output_enable(pattern_output_enable), .pattern_data(compared_pattern),
        .state_read(search_state_read), .state_address(search_state_address),
        .state_output_enable(search_state_enable), .state_data(state_data),
        .distance_read(sweep_read), .distance_read_address(sweep_address),
        .distance_output_enable(sweep_enable), .distance_read_data(distance_data),
        .distance_write(distance_was_written), .distance_write_address(distance_write_address),
        .distance_write_data(distance_write_data),
        .minimum_write(minimum_was_written), .minimum_address(minimum_write_address),
        .minimum_data(minimum_write_data),
        .radius_read(radius_read), .radius_address(radius_address),
        .radius_output_enable(radius_output_enable), .radius_data(radius_data),
        .pass(events[0]), .probe(events[1]), .scan(events[2]),
        .shortlist_batch(events[3]), .shortlist_completion(events[4]),
        .sweep(events[5]), .sweep_completion(events[6]), .sweep_word(events[7])
    );

    // One user of each port at a time.
    assign state_was_read = search_state_read || (state_read && selected);
    assign state_was_written = state_write && selected;
    assign distance_was_read = sweep_read || (distance_read && selected);

    // PIPELINED = 1: who writes the state, a port among them, is a register away from the memory. Nobody
    // reads a word in the cycle after that in which it is given.
    wire                 state_write_enable;
    wire [WORD_BITS-1:0] written_address;
    wire [LANES-1:0]     written_data;

    generate
        if (PIPELINED != 0) begin : registered
            reg                 given;
            reg [WORD_BITS-1:0] given_address;
            reg [LANES-1:0]     given_data;
            always @(posedge clk) begin
                given <= state_was_written && !rst;
                given_address <= state_write_address;
                given_data <= state_write_data;
            end
            assign {state_write_enable, written_address, written_data} =
                {given, given_address, given_data};
        end else begin : at_once
            assign {state_write_enable, written_address, written_data} =
                {state_was_written, state_write_address, state_write_data};
        end
    endgenerate

    wire [WORD_BITS-1:0] read_address = search_state_read ? search_state_address
        : state_read_address;
    wire                 read_enable = search_state_enable || (state_output_enable && selected);
    wire [LANES-1:0]     state_word, compared_pattern;

    generate
        if (PROTECTION != 0 && WORDS * LANES != NEURONS) begin : masked
            // Check bits may leave errors in lanes that are no neuron: nobody sees them. Patterns
            // are read for the search with the same word of the state.
            localparam [31:0] LAST_WORD = WORDS - 1;
            localparam [LANES-1:0] LAST_LANES = {LANES{1'b1}} >> (WORDS * LANES - NEURONS);
            reg              last_fetched, last_read;
            wire             last_compared;
            always @(posedge clk) begin
                if (state_was_read) last_fetched <= read_address == LAST_WORD[WORD_BITS-1:0];
                if (read_enable) last_read <= last_fetched;
            end
            if (PIPELINED != 0) begin : late
                reg delayed;
                always @(posedge clk) delayed <= last_read;
                assign last_compared = delayed;
            end else begin : as_read
                assign last_compared = last_read;
            end
            assign state_data = state_word & (LAST_LANES | {LANES{!last_read}});
            assign compared_pattern = pattern_data & (LAST_LANES | {LANES{!last_compared}});
        end else begin : whole
            assign state_data = state_word;
            assign compared_pattern = pattern_data;
        end
    endgenerate

    hwsim_ram #(
        .WIDTH(LANES), .DEPTH(WORDS), .ADDRESS_BITS(WORD_BITS), .PROTECTION(PROTECTION)
    ) state_memory (
        .clk(clk), .write_enable(state_write_enable), .write_address(written_address),
        .write_data(written_data), .read_enable(state_was_read),
        .read_address(read_address), .output_enable(read_enable), .read_data(state_word),
        .errors(errors[1:0])
    );

    hwsim_ram #(
        .WIDTH(DISTANCE_BITS), .DEPTH(PATTERNS), .ADDRESS_BITS(PATTERN_BITS),
        .PROTECTION(PROTECTION)
    ) distance_buffer (
        .clk(clk), .write_enable(distance_was_written), .write_address(distance_write_address),
        .write_data(distance_write_data), .read_enable(distance_was_read),
        .read_address(sweep_read ? sweep_address : distance_address),
        .output_enable(sweep_enable || (distance_output_enable && selected)),
        .read_data(distance_data), .errors(errors[3:2])
    );

    hwsim_ram #(
        .WIDTH(DISTANCE_BITS), .DEPTH(GROUPS), .ADDRESS_BITS(GROUP_BITS), .PROTECTION(PROTECTION)
    ) group_minima (
        .clk(clk), .write_enable(minimum_was_written), .write_address(minimum_write_address),
        .write_data(minimum_write_data), .read_enable(minimum_read && selected),
        .read_address(minimum_address), .output_enable(minimum_output_enable && selected),
        .read_data(minimum_data), .errors(errors[5:4])
    );

endmodule

`default_nettype wire
