// SPDX-License-Identifier: Apache-2.0
//
// DISTANCE: the Hamming distance of the state to every pattern, one pattern word a cycle.
//
//   d[m] = N - sum over words of xnor_popcount(state[w], pattern[m][w], valid[w])
//        = W*L - sum over words of popcount(~(state[w] ^ pattern[m][w]))
//
// The second line needs no mask: unused lanes are 0 in both words, agree, and are part of W*L.
// nearest = min d[m] over all patterns; minimum of each group of LANES patterns likewise.
//
// Pattern memory: word m*W + w, bit j is neuron w*L + j of pattern m; depth P*W.
//
// start at cycle 0, reads at cycles 1 .. P*W, done at cycle P*W + log2(L) + 5.
`default_nettype none

module hwsim_distance #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter LANES = 64,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter [63:0] DEPTH = 64'd1 * PATTERNS * WORDS,  // of the pattern memory, up to 2**33
    parameter ADDRESS_BITS = $clog2(DEPTH + (DEPTH == 64'd1))
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     start,
    output reg                      done,
    // pattern memory
    output wire                     pattern_read,
    output reg  [ADDRESS_BITS-1:0]  pattern_address,
    output wire                     pattern_output_enable,
    input  wire [LANES-1:0]         pattern_data,
    // state memory
    output wire                     state_read,
    output wire [WORD_BITS-1:0]     state_address,
    output wire                     state_output_enable,
    input  wire [LANES-1:0]         state_data,
    // distance buffer
    output wire                     distance_write,
    output wire [PATTERN_BITS-1:0]  distance_address,
    output wire [DISTANCE_BITS-1:0] distance_data,
    // group minima
    output wire                     minimum_write,
    output wire [GROUP_BITS-1:0]    minimum_address,
    output wire [DISTANCE_BITS-1:0] minimum_data,
    output reg  [DISTANCE_BITS-1:0] nearest
);

    localparam [63:0] LAST_ADDRESS = DEPTH - 64'd1;
    localparam [31:0] LAST_WORD = WORDS - 1;
    localparam [31:0] LAST_PATTERN = PATTERNS - 1;
    localparam LANE_BITS = $clog2(LANES);
    localparam [31:0] ALL_LANES = WORDS * LANES;

    // Addresses --------------------------------------------------------------------------------

    reg                    issuing;
    reg [WORD_BITS-1:0]    word;
    reg                    fetched;  // the memories' first register holds an operand
    reg                    operand;  // their second one does

    always @(posedge clk) begin
        if (start) begin
            pattern_address <= {ADDRESS_BITS{1'b0}};
            word <= {WORD_BITS{1'b0}};
        end else if (issuing) begin
            pattern_address <= pattern_address + 1'b1;
            word <= (word == LAST_WORD[WORD_BITS-1:0]) ? {WORD_BITS{1'b0}} : word + 1'b1;
        end
        issuing <= start || (issuing && pattern_address != LAST_ADDRESS[ADDRESS_BITS-1:0]);
        fetched <= issuing;
        operand <= fetched;
        if (rst) begin
            issuing <= 1'b0;
            fetched <= 1'b0;
            operand <= 1'b0;
        end
    end

    assign pattern_read = issuing;
    assign pattern_output_enable = fetched;
    assign state_read = issuing;
    assign state_address = word;
    assign state_output_enable = fetched;

    // Agreeing lanes ---------------------------------------------------------------------------

    wire                 counted;
    wire [LANE_BITS:0]   agreeing;
    // verilator lint_off UNUSEDSIGNAL
    wire [31:0]          agreeing_32 = {{(31-LANE_BITS){1'b0}}, agreeing};
    // verilator lint_on UNUSEDSIGNAL

    hwsim_xnor_popcount #(.LANES(LANES), .SLICES(1)) popcount (
        .clk(clk), .rst(rst), .in_valid(operand),
        .a(state_data), .b(pattern_data), .mask({LANES{1'b1}}),
        .out_valid(counted), .sum(agreeing)
    );

    // Distance of a pattern: W*L less the agreeing lanes of its words, modulo 2**DISTANCE_BITS,
    // which is exact because the result is at most N.

    reg [WORD_BITS-1:0]     counted_word;
    reg                     measured;
    reg [DISTANCE_BITS-1:0] distance;
    wire                    last_counted = counted_word == LAST_WORD[WORD_BITS-1:0];
    wire [DISTANCE_BITS-1:0] remaining =
        (counted_word == 0) ? ALL_LANES[DISTANCE_BITS-1:0] : distance;

    always @(posedge clk) begin
        measured <= counted && last_counted;
        if (counted) begin
            distance <= remaining - agreeing_32[DISTANCE_BITS-1:0];
            counted_word <= last_counted ? {WORD_BITS{1'b0}} : counted_word + 1'b1;
        end
        if (rst) begin
            measured <= 1'b0;
            counted_word <= {WORD_BITS{1'b0}};
        end
    end

    // Minima -----------------------------------------------------------------------------------

    reg [PATTERN_BITS-1:0]  pattern;
    reg                     group_measured;
    reg                     all_measured;
    reg [DISTANCE_BITS-1:0] group_minimum;
    reg [LANE_BITS-1:0]     lane;
    reg [GROUP_BITS-1:0]    group;
    wire                    last_pattern = pattern == LAST_PATTERN[PATTERN_BITS-1:0];

    always @(posedge clk) begin
        group_measured <= measured && (lane == {LANE_BITS{1'b1}} || last_pattern);
        all_measured <= measured && last_pattern;
        done <= all_measured;
        if (measured) begin
            if (lane == 0 || distance < group_minimum) group_minimum <= distance;
            lane <= last_pattern ? {LANE_BITS{1'b0}} : lane + 1'b1;
            pattern <= last_pattern ? {PATTERN_BITS{1'b0}} : pattern + 1'b1;
        end
        if (group_measured) begin
            if (group == 0 || group_minimum < nearest) nearest <= group_minimum;
            group <= all_measured ? {GROUP_BITS{1'b0}} : group + 1'b1;
        end
        if (rst) begin
            group_measured <= 1'b0;
            all_measured <= 1'b0;
            done <= 1'b0;
            lane <= {LANE_BITS{1'b0}};
            pattern <= {PATTERN_BITS{1'b0}};
            group <= {GROUP_BITS{1'b0}};
        end
    end

    assign distance_write = measured;
    assign distance_address = pattern;
    assign distance_data = distance;
    assign minimum_write = group_measured;
    assign minimum_address = group;
    assign minimum_data = group_minimum;

endmodule

`default_nettype wire
