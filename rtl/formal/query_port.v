// SPDX-License-Identifier: Apache-2.0
//
// hwsim_query_port, whatever is offered, whenever the engine enables it or is reset:
//
//   the packet of W beats, tlast on the last one, is the one accepted; any other is dropped, with
//   its tlast; beat w of it goes to word w of the state memory, unused lanes as 0; nothing is
//   written outside, and nothing accepted in reset.
`default_nettype none

module query_port #(
    parameter NEURONS = 19,
    parameter LANES = 8,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1))
) (
    input wire             clk,
    input wire             rst,
    input wire             enable,
    input wire [LANES-1:0] s_axis_tdata,
    input wire             s_axis_tvalid,
    input wire             s_axis_tlast
);

    wire                 s_axis_tready, last_accepted, dropped, between, state_write;
    wire [WORD_BITS-1:0] state_address;
    wire [LANES-1:0]     state_data;

    hwsim_query_port #(.NEURONS(NEURONS), .LANES(LANES)) port (
        .clk(clk), .rst(rst), .enable(enable), .s_axis_tdata(s_axis_tdata),
        .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .s_axis_tlast(s_axis_tlast), .last_accepted(last_accepted), .dropped(dropped),
        .between(between), .state_write(state_write), .state_address(state_address),
        .state_data(state_data)
    );

    localparam BEAT_BITS = $clog2(WORDS + 2);
    localparam USED = NEURONS - (WORDS - 1) * LANES;  // lanes of the last word

    wire                overlong;  // the port's own register, connected after flattening
    reg                 started = 1'b0;
    reg [BEAT_BITS-1:0] beats;  // accepted of this packet, W + 1 if more
    wire                accepted = s_axis_tvalid && s_axis_tready;
    wire                whole = beats == WORDS - 1 && s_axis_tlast;
    integer             i;

    always @(posedge clk) begin
        started <= 1'b1;
        if (rst) beats <= 0;
        else if (accepted) beats <= s_axis_tlast ? 0 : beats > WORDS ? beats : beats + 1'b1;
    end

    always @* begin
        assume (started || rst);
        assert (s_axis_tready == (enable && !rst));
        if (started && !rst) begin
            assert (beats <= WORDS + 1);
            assert (between == (beats == 0));
            assert (last_accepted == (accepted && whole));
            assert (dropped == (accepted && s_axis_tlast && !whole));
            assert (state_write == (accepted && beats < WORDS));
            assert (state_address == (beats < WORDS ? beats : 0));
            assert (overlong == (beats >= WORDS));
            for (i = 0; i < LANES; i = i + 1)
                assert (!state_write || state_data[i]
                    == (s_axis_tdata[i] && (beats != WORDS - 1 || i < USED)));
            cover (last_accepted);
            cover (dropped && beats < WORDS);
            cover (dropped && beats > WORDS);
        end
    end

endmodule

`default_nettype wire
