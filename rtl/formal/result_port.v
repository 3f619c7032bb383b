// SPDX-License-Identifier: Apache-2.0
//
// hwsim_result_port with the state memory behind it, whatever the memory holds, under any
// back-pressure and with a reset in any cycle:
//
//   a word that is offered stays, and does not change, until it is accepted;
//   after a start come words 0 .. W - 1, once each, tlast with the last one and none before;
//   without a start, and after a reset, there is nothing; no word outside the memory is read.
//
// A start comes while nothing is sent, as the engine's control gives it. For the induction to know
// what is under way, the port's own registers are connected to wires of this module.
`default_nettype none

module result_port #(
    parameter LANES = 8,
    parameter WORDS = 3,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1))
) (
    input wire clk,
    input wire rst,
    input wire start,
    input wire m_axis_tready
);

    (* anyconst *) reg [LANES*WORDS-1:0] state;  // what the memory holds

    wire [LANES-1:0]     m_axis_tdata;
    wire                 m_axis_tvalid, m_axis_tlast, last_accepted, state_read, state_enable;
    wire [WORD_BITS-1:0] state_address;
    reg [LANES-1:0]      word, state_data;

    always @(posedge clk) begin
        if (state_read) word <= state[state_address*LANES +: LANES];
        if (state_enable) state_data <= word;
    end

    hwsim_result_port #(.LANES(LANES), .WORDS(WORDS)) port (
        .clk(clk), .rst(rst), .start(start), .m_axis_tdata(m_axis_tdata),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
        .m_axis_tlast(m_axis_tlast), .last_accepted(last_accepted), .state_read(state_read),
        .state_address(state_address), .state_output_enable(state_enable),
        .state_data(state_data)
    );

    wire issuing, fetched, last_fetched;  // the port's

    reg                 started = 1'b0;
    reg                 sending;             // from a start to the last word
    reg [WORD_BITS:0]   beats;               // accepted since the start
    reg                 was_offered;         // and not accepted, a cycle ago
    reg [LANES-1:0]     data_then;
    reg                 last_then;
    wire                accepted = m_axis_tvalid && m_axis_tready;
    wire [WORD_BITS:0]  fetched_beat = beats + m_axis_tvalid;
    wire [WORD_BITS:0]  read_beats = fetched_beat + fetched;

    always @(posedge clk) begin
        started <= 1'b1;
        was_offered <= m_axis_tvalid && !m_axis_tready && !rst;
        data_then <= m_axis_tdata;
        last_then <= m_axis_tlast;
        if (accepted) beats <= beats + 1'b1;
        if (accepted && m_axis_tlast) sending <= 1'b0;
        if (start) begin
            sending <= 1'b1;
            beats <= 0;
        end
        if (rst) sending <= 1'b0;
    end

    always @* begin
        assume (started || rst);
        assume (!(start && sending));
        if (started) begin
            if (was_offered) begin
                assert (m_axis_tvalid);
                assert (m_axis_tdata == data_then);
                assert (m_axis_tlast == last_then);
            end
            assert (sending || !m_axis_tvalid);
            if (m_axis_tvalid) begin
                assert (beats < WORDS);
                assert (m_axis_tdata == state[beats*LANES +: LANES]);
                assert (m_axis_tlast == (beats == WORDS - 1));
            end
            assert (last_accepted == (accepted && m_axis_tlast));
            if (state_read) assert (state_address < WORDS);
            assert (issuing == (sending && read_beats < WORDS));
            if (issuing) assert (state_address == read_beats);
            assert (sending || !fetched);
            if (fetched) begin
                assert (fetched_beat < WORDS);
                assert (word == state[fetched_beat*LANES +: LANES]);
                assert (last_fetched == (fetched_beat == WORDS - 1));
            end
            cover (last_accepted);
        end
    end

endmodule

`default_nettype wire
