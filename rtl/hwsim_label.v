// SPDX-License-Identifier: Apache-2.0
//
// LABEL: the output whose score, its field times its scale, is the largest; of equal ones the lowest.
//
//   score = g * f;  label = i where score > all before it
//
// Scale memory (SCALE_BITS > 0): word i is g[i], unsigned; depth M. Without one every scale is 1.
//
// clear comes before a step's first field, and label is 0 until there is one. coming at cycle 0,
// field_valid with the field at cycle 2, label at cycle 4; fields may come in any cycle, output 0
// first.
`default_nettype none

module hwsim_label #(
    parameter OUTPUTS = 10,     // M
    parameter SCALE_BITS = 0,   // SB, 0 (no scales) to 16
    parameter FIELD_BITS = 21,
    parameter SCORE_BITS = 21,  // holds the largest field times the largest scale, and its sign
    parameter OUTPUT_BITS = $clog2(OUTPUTS + (OUTPUTS == 1)),
    parameter SCALES_FILE = ""
) (
    input  wire                         clk,
    input  wire                         rst,
    input  wire                         clear,
    // verilator lint_off UNUSEDSIGNAL
    input  wire                         coming,  // with SCALE_BITS
    // verilator lint_on UNUSEDSIGNAL
    input  wire                         field_valid,
    input  wire signed [FIELD_BITS-1:0] field,
    output reg  [OUTPUT_BITS-1:0]       label
);

    // Scores -----------------------------------------------------------------------------------

    reg                          scored;
    reg signed [SCORE_BITS-1:0]  score;
    wire signed [SCORE_BITS-1:0] wide_field =
        {{(SCORE_BITS-FIELD_BITS){field[FIELD_BITS-1]}}, field};

    generate
        if (SCALE_BITS > 0) begin : with_scales
            localparam [31:0] OUTPUT_COUNT = OUTPUTS;
            localparam [63:0] DEPTH = {32'd0, OUTPUT_COUNT};
            reg [OUTPUT_BITS-1:0] address;
            reg                   fetched;
            wire [SCALE_BITS-1:0] scale;
            // verilator lint_off UNUSEDSIGNAL
            wire [0:0]            host_data;
            wire [1:0]            errors;  // no check bits
            // verilator lint_on UNUSEDSIGNAL

            hwsim_rom #(
                .WIDTH(SCALE_BITS), .DEPTH(DEPTH), .ADDRESS_BITS(OUTPUT_BITS), .FILE(SCALES_FILE)
            ) scales (
                .clk(clk), .host(41'd0), .host_data(host_data), .read_enable(coming),
                .address(address), .output_enable(fetched), .data(scale),
                .errors(errors)
            );

            always @(posedge clk) begin
                fetched <= coming && !rst;
                if (coming) address <= address + 1'b1;
                if (clear) address <= {OUTPUT_BITS{1'b0}};
                if (field_valid)
                    score <= wide_field * $signed({{(SCORE_BITS-SCALE_BITS){1'b0}}, scale});
            end
        end else begin : without_scales
            always @(posedge clk) if (field_valid) score <= wide_field;
        end
    endgenerate

    // The best of them -------------------------------------------------------------------------

    reg                         none;  // no score is held
    reg signed [SCORE_BITS-1:0] best;
    reg [OUTPUT_BITS-1:0]       index;

    always @(posedge clk) begin
        scored <= field_valid && !rst;
        if (scored) begin
            index <= index + 1'b1;
            none <= 1'b0;
            if (none || score > best) begin
                best <= score;
                label <= index;
            end
        end
        if (clear) begin
            index <= {OUTPUT_BITS{1'b0}};
            none <= 1'b1;
            label <= {OUTPUT_BITS{1'b0}};
        end
    end

endmodule

`default_nettype wire
