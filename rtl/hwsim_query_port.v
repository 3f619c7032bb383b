// SPDX-License-Identifier: Apache-2.0
//
// Query port: an AXI4-Stream sink that writes the W words of a query to the state memory.
//
// Bit j of beat w is neuron w*L + j; lanes beyond neuron N - 1 are ignored (written as 0). The
// engine counts beats: tlast belongs on the last one and is not relied on.
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
    // state memory
    output wire                 state_write,
    output wire [WORD_BITS-1:0] state_address,
    output wire [LANES-1:0]     state_data
);

    localparam UNUSED = WORDS * LANES - NEURONS;  // lanes of the last word

    reg [WORD_BITS-1:0] word;
    wire                awake = rst || state_write;
    wire                last_word = word == WORDS - 1;

    always @(posedge clk)
        if (awake) begin
            if (state_write) word <= last_word ? {WORD_BITS{1'b0}} : word + 1'b1;
            if (rst) word <= {WORD_BITS{1'b0}};
        end

    assign s_axis_tready = enable;
    assign state_write = enable && s_axis_tvalid;
    assign last_accepted = state_write && last_word;
    assign state_address = word;
    assign state_data = last_word ? s_axis_tdata & ({LANES{1'b1}} >> UNUSED) : s_axis_tdata;

    wire unused = &{1'b0, s_axis_tlast};

endmodule

`default_nettype wire
