// SPDX-License-Identifier: Apache-2.0
//
// COPY: a pattern becomes the state, one word a cycle.
//
//   state[w] = pattern[m][w],  w = 0 .. W - 1
//
// Pattern memory: word m*W + w, bit j is neuron w*L + j of pattern m; unused lanes are 0, as the
// state's are.
//
// start at cycle 0, reads at cycles 1 .. W, writes at cycles 3 .. W + 2, done at cycle W + 3;
// with PIPELINED = 1 writes and done a cycle later.
`default_nettype none

module hwsim_copy #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter LANES = 64,
    parameter PIPELINED = 0,  // 1: of hwsim_rom
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter [63:0] PATTERN_DEPTH = 64'd1 * PATTERNS * WORDS,
    parameter PATTERN_ADDRESS_BITS = $clog2(PATTERN_DEPTH + (PATTERN_DEPTH == 64'd1))
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire                            start,
    input  wire [PATTERN_BITS-1:0]         pattern,
    output reg                             done,
    // pattern memory
    output wire                            pattern_read,
    output reg  [PATTERN_ADDRESS_BITS-1:0] pattern_address,
    output wire                            pattern_output_enable,
    input  wire [LANES-1:0]                pattern_data,
    // state memory
    output wire                            state_write,
    output wire [WORD_BITS-1:0]            state_address,
    output wire [LANES-1:0]                state_data
);

    localparam [63:0] WORD_COUNT = 64'd1 * WORDS;
    localparam [31:0] LAST_WORD = WORDS - 1;

    reg                 issuing;
    // verilator lint_off UNUSEDSIGNAL
    reg [1:0]           fetched;  // 0: the memory's first register holds a word, 1: its second one
    // verilator lint_on UNUSEDSIGNAL
    reg                 arrived;  // its last one does
    reg [WORD_BITS-1:0] words_left;  // to read after this one
    reg [WORD_BITS-1:0] word;        // that arrives

    always @(posedge clk) begin
        if (start) begin
            pattern_address <= pattern * WORD_COUNT[PATTERN_ADDRESS_BITS-1:0];
            words_left <= LAST_WORD[WORD_BITS-1:0];
            word <= {WORD_BITS{1'b0}};
        end else begin
            if (issuing) begin
                pattern_address <= pattern_address + 1'b1;
                words_left <= words_left - 1'b1;
            end
            if (arrived) word <= word + 1'b1;
        end
        issuing <= start || (issuing && words_left != 0);
        fetched <= {fetched[0], issuing};
        arrived <= fetched[PIPELINED];
        done <= arrived && !fetched[PIPELINED];  // words have no gap between them
        if (rst) begin
            issuing <= 1'b0;
            fetched <= 2'd0;
            arrived <= 1'b0;
            done <= 1'b0;
        end
    end

    assign pattern_read = issuing;
    assign pattern_output_enable = fetched[0];
    assign state_write = arrived;
    assign state_address = word;
    assign state_data = pattern_data;

endmodule

`default_nettype wire
