// SPDX-License-Identifier: Apache-2.0
//
// MINIMA: the smallest value of each group of LANES patterns, and which pattern has it.
//
//   minimum[g] = min value[m], m = g*L .. g*L + L - 1;  minimum_pattern: the lowest such m
//
// Values come in the order of the patterns, any number of cycles apart; pattern is the index of
// the one that is there or comes next. After pattern P - 1 everything begins anew.
//
// valid at cycle 0 with the last value of a group, group_valid (with its minimum) at cycle 1.
`default_nettype none

module hwsim_minima #(
    parameter PATTERNS = 600,
    parameter LANES = 64,
    parameter DISTANCE_BITS = 8,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1))
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     valid,
    input  wire [DISTANCE_BITS-1:0] value,
    output reg  [PATTERN_BITS-1:0]  pattern,
    output wire                     last_pattern,
    output reg                      group_valid,
    output reg  [GROUP_BITS-1:0]    group,
    output reg  [DISTANCE_BITS-1:0] minimum,
    output wire [PATTERN_BITS-1:0]  minimum_pattern
);

    localparam LANE_BITS = $clog2(LANES);
    localparam [31:0] LAST_PATTERN = PATTERNS - 1;
    localparam [31:0] LAST_GROUP = GROUPS - 1;

    reg [LANE_BITS-1:0] lane;
    reg [LANE_BITS-1:0] minimum_lane;
    // verilator lint_off UNUSEDSIGNAL
    wire [GROUP_BITS+LANE_BITS-1:0] wide_pattern = {group, minimum_lane};  // less than P
    // verilator lint_on UNUSEDSIGNAL

    assign last_pattern = pattern == LAST_PATTERN[PATTERN_BITS-1:0];
    assign minimum_pattern = wide_pattern[PATTERN_BITS-1:0];

    always @(posedge clk) begin
        group_valid <= valid && (lane == {LANE_BITS{1'b1}} || last_pattern);
        if (valid) begin
            if (lane == 0 || value < minimum) begin
                minimum <= value;
                minimum_lane <= lane;
            end
            lane <= last_pattern ? {LANE_BITS{1'b0}} : lane + 1'b1;
            pattern <= last_pattern ? {PATTERN_BITS{1'b0}} : pattern + 1'b1;
        end
        if (group_valid)
            group <= (group == LAST_GROUP[GROUP_BITS-1:0]) ? {GROUP_BITS{1'b0}} : group + 1'b1;
        if (rst) begin
            group_valid <= 1'b0;
            lane <= {LANE_BITS{1'b0}};
            pattern <= {PATTERN_BITS{1'b0}};
            group <= {GROUP_BITS{1'b0}};
        end
    end

endmodule

`default_nettype wire
