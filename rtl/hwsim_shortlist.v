// SPDX-License-Identifier: Apache-2.0
//
// SHORTLIST: the 16 smallest (value, pattern) seen since clear, sorted, in registers.
//
// insert puts a pattern behind all entries whose value is not larger, which for patterns that
// come in order means ties by the lower index; a 17th falls off. The first four entries are the
// batch: it is read at two positions at any time, and drop moves the next four into its place.
//
// insert, drop or clear at cycle 0, the list as it is then at cycle 1.
`default_nettype none

module hwsim_shortlist #(
    parameter DISTANCE_BITS = 8,
    parameter PATTERN_BITS = 10
) (
    input  wire                     clk,
    input  wire                     clear,
    input  wire                     insert,
    input  wire [DISTANCE_BITS-1:0] value,
    input  wire [PATTERN_BITS-1:0]  pattern,
    input  wire                     drop,
    input  wire [1:0]               next_position,
    output wire [DISTANCE_BITS-1:0] next_value,
    output wire [PATTERN_BITS-1:0]  next_pattern,
    input  wire [1:0]               done_position,
    output wire [PATTERN_BITS-1:0]  done_pattern
);

    localparam SIZE = 16;
    localparam BATCH = 4;

    // An empty entry has a top bit above its value and so comes behind any other.
    localparam VALUE_BITS = DISTANCE_BITS + 1;
    reg [SIZE*VALUE_BITS-1:0]   values;
    reg [SIZE*PATTERN_BITS-1:0] patterns;
    integer i;

    always @(posedge clk) begin
        if (insert) begin
            // Entry i takes its neighbour's place, or the new one's, or stays.
            for (i = SIZE - 1; i > 0; i = i - 1)
                if ({1'b0, value} < values[(i-1)*VALUE_BITS +: VALUE_BITS]) begin
                    values[i*VALUE_BITS +: VALUE_BITS] <=
                        values[(i-1)*VALUE_BITS +: VALUE_BITS];
                    patterns[i*PATTERN_BITS +: PATTERN_BITS] <=
                        patterns[(i-1)*PATTERN_BITS +: PATTERN_BITS];
                end else if ({1'b0, value} < values[i*VALUE_BITS +: VALUE_BITS]) begin
                    values[i*VALUE_BITS +: VALUE_BITS] <= {1'b0, value};
                    patterns[i*PATTERN_BITS +: PATTERN_BITS] <= pattern;
                end
            if ({1'b0, value} < values[0 +: VALUE_BITS]) begin
                values[0 +: VALUE_BITS] <= {1'b0, value};
                patterns[0 +: PATTERN_BITS] <= pattern;
            end
        end
        if (drop) begin
            values <= values >> (BATCH * VALUE_BITS);
            patterns <= patterns >> (BATCH * PATTERN_BITS);
        end
        if (clear) values <= {SIZE{{1'b1, {DISTANCE_BITS{1'b0}}}}};
    end

    assign next_value = values[next_position*VALUE_BITS +: DISTANCE_BITS];
    assign next_pattern = patterns[next_position*PATTERN_BITS +: PATTERN_BITS];
    assign done_pattern = patterns[done_position*PATTERN_BITS +: PATTERN_BITS];

endmodule

`default_nettype wire
