// SPDX-License-Identifier: Apache-2.0
//
// Query port: an AXI4-Stream sink that writes the W words of a query to the state memory.
//
// Bit j of beat w is neuron w*L + j; lanes beyond neuron N - 1 are ignored (written as 0). A packet
// is W beats, tlast on the last one. A shorter or longer packet is dropped whole: no recall starts,
// dropped is 1 in the cycle that accepts its tlast, and the next packet is the next query.
//
// tready is 0 in reset, when no beat would be kept.
`default_nettype none

module hwsim_query_port #(
    parameter NEURONS = 200,
    parameter LANES = 64,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1))
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 enable,  // the engine has no query
    input  wire [LANES-1:0]     s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire                 s_axis_tready,
    input  wire                 s_axis_tlast,
    output wire                 last_accepted,
    output wire                 dropped,
    output wire                 between,  // packets: the next beat is a first one
    // state memory
    output wire                 state_write,
    output wire [WORD_BITS-1:0] state_address,
    output wire [LANES-1:0]     state_data
);

    localparam [31:0] LAST_WORD = WORDS - 1;
    localparam UNUSED = WORDS * LANES - NEURONS;  // lanes of the last word

    reg [WORD_BITS-1:0] word;
    reg                 overlong;  // the packet goes on after its W-th beat
    wire                last_word = word == LAST_WORD[WORD_BITS-1:0];
    wire                accepted = s_axis_tready && s_axis_tvalid;

    always @(posedge clk) begin
        if (state_write)
            word <= (last_word || s_axis_tlast) ? {WORD_BITS{1'b0}} : word + 1'b1;
        if (accepted) overlong <= !s_axis_tlast && (overlong || last_word);
        if (rst) begin
            word <= {WORD_BITS{1'b0}};
            overlong <= 1'b0;
        end
    end

    assign s_axis_tready = enable && !rst;
    assign state_write = accepted && !overlong;
    assign last_accepted = state_write && last_word && s_axis_tlast;
    assign dropped = accepted && s_axis_tlast && !last_accepted;
    assign between = word == {WORD_BITS{1'b0}} && !overlong;
    assign state_address = word;
    assign state_data = last_word ? s_axis_tdata & ({LANES{1'b1}} >> UNUSED) : s_axis_tdata;

endmodule

`default_nettype wire
