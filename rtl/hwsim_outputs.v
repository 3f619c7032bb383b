// SPDX-License-Identifier: Apache-2.0
//
// OUTPUTS: what outputs other than the patterns have besides their signs: fields and a label.
//
// With M of them the fields of a step are theirs, and M stands for N in all that UPDATE and THRESHOLD do.
// There is one step. Its result are the signs, 1 for f > 0, in ceil(M / L) words, and the label
// (hwsim_label); nothing converges. Before it every field is here while field_valid, output 0 first, its
// sign extended. After a miss there is none, and result and label are 0.
//
// With M = N and T > 1 they are a sequence: the signs are the next state, and every step's leave as a
// result, T of them, of which result_steps is the number. A step that misses feeds nothing back, so all
// after it miss. The next step follows the last beat of the result before it. Cycles and counters are of
// all T, complete with the last beat of the last result.
//
// OUTPUTS = 0: nothing of this, and all is 0.
`default_nettype none

module hwsim_outputs #(
    parameter OUTPUTS = 10,
    parameter SCALE_BITS = 0,
    parameter FIELD_BITS = 21,
    parameter [63:0] LARGEST_FIELD = 64'd1,
    parameter SCALES_FILE = ""
) (
    // verilator lint_off UNUSEDSIGNAL
    input  wire                         clk,
    input  wire                         rst,
    input  wire                         clear,   // before a step's first field
    input  wire                         coming,  // found two cycles later
    input  wire                         found,
    input  wire signed [FIELD_BITS-1:0] value,
    // verilator lint_on UNUSEDSIGNAL
    output wire [15:0]                  label,
    output wire                         field_valid,
    output wire [63:0]                  field
);

    generate
        if (OUTPUTS != 0) begin : some
            localparam OUTPUT_BITS = $clog2(OUTPUTS + (OUTPUTS == 1));
            localparam [63:0] ONE = 64'd1;
            localparam [63:0] LARGEST_SCALE = (ONE << SCALE_BITS) - {63'd0, SCALE_BITS != 0};
            localparam SCORE_BITS = $clog2(LARGEST_FIELD * LARGEST_SCALE + ONE) + 1;
            // A field wider than it need be is no larger, but its scores are as wide.
            localparam WIDTH = (SCORE_BITS > FIELD_BITS) ? SCORE_BITS : FIELD_BITS;
            wire [OUTPUT_BITS-1:0] best;

            hwsim_label #(
                .OUTPUTS(OUTPUTS), .SCALE_BITS(SCALE_BITS), .FIELD_BITS(FIELD_BITS),
                .SCORE_BITS(WIDTH), .SCALES_FILE(SCALES_FILE)
            ) judge (
                .clk(clk), .rst(rst), .clear(clear), .coming(coming), .field_valid(found),
                .field(value), .label(best)
            );

            assign label = {{(16-OUTPUT_BITS){1'b0}}, best};
            assign field_valid = found;
            assign field = {{(64-FIELD_BITS){value[FIELD_BITS-1]}}, value};
        end else begin : none
            assign label = 16'd0;
            assign field_valid = 1'b0;
            assign field = 64'd0;
        end
    endgenerate

endmodule

`default_nettype wire
