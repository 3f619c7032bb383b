// SPDX-License-Identifier: Apache-2.0
//
// ENTRIES: which pattern is measured next, and which of its words.
//
//   probe   the last winner, all words
//   scan    all patterns in order: with 0 < COARSE_WORDS = c < W their first c words, else all
//   list    a batch of the shortlist in order, the other W - c words; base: the bound on the list
//   sweep   all patterns in order. bound = max(buffer[m] - flips, 0), flips = 0 in a first step.
//           bound < limit: the other W - c words with base bound (first step), else all words.
//           Any other is not read; its base, and so its value, is bound.
//
//   limit = nearest + R (origin nearest) or max(nearest, R) (absolute), of the cycle sweep_start
//
// limit >= 1, so bound < limit is buffer[m] < limit + flips. A difference below 0 is one of these,
// of a later step, and is used no further: nothing has to be clipped.
//
// A row address is the sum of rows before it where patterns come in order, else one product of an
// index and W. List and sweep look ahead by three registers, which move on only as the measuring
// takes an entry: a queue without a memory of its own, never empty in between. Their stages:
//
//            fetched                    present                    queued
//   list     index and value            row of pattern             row of entry, value
//   sweep    (distance buffer)          (distance buffer)          row of entry, bound, complete
//
// The first entry is offered at the start pulse itself (probe, scan) or 3 cycles after it (list,
// sweep), and the others without a gap.
`default_nettype none

module hwsim_entries #(
    parameter PATTERNS = 600,
    parameter WORDS = 4,
    parameter COARSE_WORDS = 1,
    parameter REACH = 50,
    parameter RADIUS_BITS = 8,
    parameter ORIGIN_NEAREST = 1,
    parameter DISTANCE_BITS = 8,
    parameter ADDRESS_BITS = 12,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1))
) (
    input  wire                     clk,
    input  wire                     rst,
    // verilator lint_off UNUSEDSIGNAL
    input  wire                     probe_start,
    input  wire                     scan_start,
    input  wire                     list_start,
    input  wire                     sweep_start,
    input  wire                     scanning,  // from the cycle after its start
    input  wire                     listing,
    input  wire                     sweeping,
    input  wire                     first_step,
    input  wire [DISTANCE_BITS-1:0] flips,
    input  wire [DISTANCE_BITS-1:0] nearest,
    input  wire [PATTERN_BITS-1:0]  winner,
    // shortlist
    output wire [1:0]               list_position,
    input  wire [1:0]               list_last,
    input  wire [DISTANCE_BITS-1:0] list_value,
    input  wire [PATTERN_BITS-1:0]  list_pattern,
    // distance buffer
    output wire                     distance_read,
    output wire [PATTERN_BITS-1:0]  distance_address,
    output wire                     distance_output_enable,
    input  wire [DISTANCE_BITS-1:0] distance_data,
    // measuring
    input  wire                     take,
    input  wire [ADDRESS_BITS-1:0]  address,  // of the word being read
    // verilator lint_on UNUSEDSIGNAL
    output wire                     entry_valid,
    output wire [ADDRESS_BITS-1:0]  entry_address,
    output wire                     entry_read,
    output wire [DISTANCE_BITS-1:0] entry_base,
    output wire [WORD_BITS-1:0]     first_word,
    output wire [WORD_BITS-1:0]     last_word
);

    localparam SWEEPS = COARSE_WORDS != 0;
    localparam LISTS = SWEEPS && COARSE_WORDS < WORDS;
    localparam [31:0] LAST_PATTERN = PATTERNS - 1;
    localparam [31:0] OTHER_WORD = LISTS ? COARSE_WORDS : 0;  // the first not read by the scan
    localparam [31:0] LAST_COARSE_WORD = LISTS ? COARSE_WORDS - 1 : WORDS - 1;
    localparam [31:0] LAST_WORD = WORDS - 1;
    localparam [31:0] WORD_COUNT = WORDS;
    localparam [63:0] ROW = {32'd0, WORD_COUNT};
    localparam [63:0] OTHER_ADDRESS = {32'd0, OTHER_WORD};

    // Patterns in order ------------------------------------------------------------------------

    reg                    offering;  // of a scan, a batch or a sweep, ahead is left
    reg [PATTERN_BITS-1:0] ahead;
    wire [31:0]            ahead_32 = {{(32-PATTERN_BITS){1'b0}}, ahead};
    wire                   offered = scan_start || list_start || sweep_start || offering;
    wire                   last = (LISTS && (list_start || (listing && !sweep_start)))
        ? list_position == list_last : ahead_32 == LAST_PATTERN;

    always @(posedge clk) begin
        if (offered && take) begin
            offering <= !last;
            ahead <= last ? {PATTERN_BITS{1'b0}} : ahead + 1'b1;
        end
        if (rst) begin
            offering <= 1'b0;
            ahead <= {PATTERN_BITS{1'b0}};
        end
    end

    assign list_position = ahead_32[1:0];

    // Words and rows ---------------------------------------------------------------------------

    wire others = LISTS && (listing || (sweeping && first_step));

    assign first_word = others ? OTHER_WORD[WORD_BITS-1:0] : {WORD_BITS{1'b0}};
    assign last_word = (LISTS && scanning)
        ? LAST_COARSE_WORD[WORD_BITS-1:0] : LAST_WORD[WORD_BITS-1:0];

    generate
        if (SWEEPS) begin : with_sweeps

            // The queue.
            localparam [31:0] REACH_32 = REACH;
            localparam LIMIT_BITS = DISTANCE_BITS + 1;  // at most 2N + 1
            wire                     looking = list_start || sweep_start
                || (offering && (listing || sweeping));
            reg                      fetched;
            reg                      present;
            reg                      queued;
            reg                      complete;
            reg [DISTANCE_BITS-1:0]  value;
            reg [LIMIT_BITS-1:0]     limit;
            reg [LIMIT_BITS:0]       limit_and_flips;
            wire [DISTANCE_BITS-1:0] fallen = first_step ? {DISTANCE_BITS{1'b0}} : flips;
            wire                     beyond = {1'b0, nearest} > REACH_32[LIMIT_BITS-1:0];
            wire [DISTANCE_BITS-1:0] listed_value;
            wire [PATTERN_BITS-1:0]  listed_pattern;

            always @(posedge clk) begin
                if (sweep_start)
                    limit <= (ORIGIN_NEAREST != 0) ? {1'b0, nearest} + REACH_32[LIMIT_BITS-1:0]
                        : beyond ? {1'b0, nearest} : REACH_32[LIMIT_BITS-1:0];
                limit_and_flips <= {1'b0, limit} + {2'b00, fallen};
                if (take) begin
                    fetched <= looking;
                    present <= fetched;
                    queued <= present;
                    complete <= (LISTS && listing) || {2'b00, distance_data} < limit_and_flips;
                    value <= (LISTS && listing) ? listed_value : distance_data - fallen;
                end
                if (rst) begin
                    fetched <= 1'b0;
                    present <= 1'b0;
                    queued <= 1'b0;
                end
            end

            if (LISTS) begin : with_list
                reg [PATTERN_BITS-1:0]    fetched_pattern;
                reg [2*DISTANCE_BITS-1:0] values;  // fetched and present
                always @(posedge clk)
                    if (take) begin
                        fetched_pattern <= list_pattern;
                        values <= {values[DISTANCE_BITS-1:0], list_value};
                    end
                assign listed_pattern = listing ? fetched_pattern : winner;
                assign listed_value = values[2*DISTANCE_BITS-1 -: DISTANCE_BITS];
            end else begin : without_list
                assign listed_pattern = winner;
                assign listed_value = {DISTANCE_BITS{1'b0}};
            end

            // Addresses of the first word to read.
            reg [ADDRESS_BITS-1:0]  present_row;
            reg [ADDRESS_BITS-1:0]  row;
            wire                    in_order = scanning || sweeping;
            wire [ADDRESS_BITS-1:0] start_word =
                others ? OTHER_ADDRESS[ADDRESS_BITS-1:0] : {ADDRESS_BITS{1'b0}};

            always @(posedge clk) begin
                if (take) present_row <= listed_pattern * ROW[ADDRESS_BITS-1:0];
                if (scan_start) row <= ROW[ADDRESS_BITS-1:0];
                else if (sweep_start)
                    row <= first_step ? OTHER_ADDRESS[ADDRESS_BITS-1:0] : {ADDRESS_BITS{1'b0}};
                else if (take && (entry_valid || !in_order))
                    row <= (in_order ? row : present_row)
                        + (in_order ? ROW[ADDRESS_BITS-1:0] : start_word);
            end

            assign distance_read = (sweep_start || (sweeping && offering)) && take;
            assign distance_address = ahead;
            assign distance_output_enable = fetched && take;
            assign entry_valid =
                probe_start || scan_start || (scanning && offering) || queued;
            assign entry_address = scan_start ? {ADDRESS_BITS{1'b0}} : row;
            assign entry_read = complete || !queued;
            assign entry_base = (others || (sweeping && !complete))
                ? value : {DISTANCE_BITS{1'b0}};

        end else begin : without_sweeps

            wire [ADDRESS_BITS-1:0] follower = scan_start ? {ADDRESS_BITS{1'b0}} : address + 1'b1;

            if (RADIUS_BITS > 0) begin : with_probes
                reg [ADDRESS_BITS-1:0] row;  // of the winner
                always @(posedge clk) row <= winner * ROW[ADDRESS_BITS-1:0];
                assign entry_address = probe_start ? row : follower;
            end else begin : without_probes
                assign entry_address = follower;
            end

            assign distance_read = 1'b0;
            assign distance_address = {PATTERN_BITS{1'b0}};
            assign distance_output_enable = 1'b0;
            assign entry_valid = probe_start || offered;
            assign entry_read = 1'b1;
            assign entry_base = {DISTANCE_BITS{1'b0}};

        end
    endgenerate

endmodule

`default_nettype wire
