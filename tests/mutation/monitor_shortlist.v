// SPDX-License-Identifier: Apache-2.0
//
// What a shortlist must show while an engine uses it: all (value, pattern) that came since clear, in
// the order of values and among equals of their coming; of the first 16 those at the positions
// asked for, behind four for each drop.
`default_nettype none

module monitor_shortlist #(
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
    input  wire [DISTANCE_BITS-1:0] next_value,
    input  wire [PATTERN_BITS-1:0]  next_pattern,
    input  wire [1:0]               done_position,
    input  wire [PATTERN_BITS-1:0]  done_pattern,
    output reg                      wrong
);

    localparam SIZE = 16;

    reg [DISTANCE_BITS-1:0] values [0:(1<<PATTERN_BITS)];
    reg [PATTERN_BITS-1:0]  patterns [0:(1<<PATTERN_BITS)];
    integer                 count, gone, place;

    initial begin
        {count, gone} = 64'd0;
        wrong = 1'b0;
    end

    function listed(input [1:0] position);
        listed = gone + position < SIZE && gone + position < count;
    endfunction

    always @(posedge clk) begin
        if (listed(next_position) && (next_value !== values[gone + next_position]
                || next_pattern !== patterns[gone + next_position])) wrong <= 1'b1;
        if (listed(done_position) && done_pattern !== patterns[gone + done_position])
            wrong <= 1'b1;
        if (insert) begin
            place = count;
            while (place > 0 && values[(place == 0) ? 0 : place - 1] > value) begin
                values[place] = values[place-1];
                patterns[place] = patterns[place-1];
                place = place - 1;
            end
            values[place] = value;
            patterns[place] = pattern;
            count = count + 1;
        end
        if (drop) gone = gone + 4;
        if (clear) {count, gone} = 64'd0;
    end

endmodule

`default_nettype wire
