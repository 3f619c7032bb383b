// SPDX-License-Identifier: Apache-2.0
//
// Result port: an AXI4-Stream source that sends the W words of the state memory.
//
// Read, fetch and offer form one pipeline that moves when the offered word is accepted or there
// is none, so words follow each other in consecutive cycles, nothing is lost under back-pressure,
// and tdata, tlast are registers that keep still while tvalid waits for tready.
//
// start at cycle 0, the first word is offered at cycle 3.
`default_nettype none

module hwsim_result_port #(
    parameter LANES = 64,
    parameter WORDS = 4,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1))
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 start,
    output wire [LANES-1:0]     m_axis_tdata,
    output reg                  m_axis_tvalid,
    input  wire                 m_axis_tready,
    output reg                  m_axis_tlast,
    output wire                 last_accepted,
    // state memory
    output wire                 state_read,
    output wire [WORD_BITS-1:0] state_address,
    output wire                 state_output_enable,
    input  wire [LANES-1:0]     state_data
);

    localparam [31:0] LAST_WORD = WORDS - 1;

    reg                 issuing;
    reg [WORD_BITS-1:0] word;
    reg                 fetched;
    reg                 last_fetched;
    wire                last_word = word == LAST_WORD[WORD_BITS-1:0];
    wire                move = !m_axis_tvalid || m_axis_tready;

    always @(posedge clk) begin
        if (start) begin
            issuing <= 1'b1;
            word <= {WORD_BITS{1'b0}};
        end else if (move) begin
            if (issuing) word <= word + 1'b1;
            if (last_word) issuing <= 1'b0;
        end
        if (move) begin
            fetched <= issuing;
            last_fetched <= issuing && last_word;
            m_axis_tvalid <= fetched;
            m_axis_tlast <= last_fetched;
        end
        if (rst) begin
            issuing <= 1'b0;
            fetched <= 1'b0;
            last_fetched <= 1'b0;
            m_axis_tvalid <= 1'b0;
            m_axis_tlast <= 1'b0;
        end
    end

    assign state_read = issuing && move;
    assign state_address = word;
    assign state_output_enable = fetched && move;
    assign m_axis_tdata = state_data;
    assign last_accepted = m_axis_tvalid && m_axis_tready && m_axis_tlast;

endmodule

`default_nettype wire
