// SPDX-License-Identifier: Apache-2.0
//
// PORTS of the engine: the query port and the result port, the tid of each query under way, and who
// of these two and the threshold has the state memory of the slot whose turn it is.
//
// A port accesses the state before the first step or behind the last, the threshold within one, so
// none waits for another: whoever asks has it.
`default_nettype none

module hwsim_ports #(
    parameter NEURONS = 200,
    parameter FIELDS = NEURONS,  // of a result
    parameter OUTPUTS = 0,       // 1: they are not the neurons
    parameter LANES = 64,
    parameter SLOTS = 1,
    parameter TID_BITS = 1,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter SLOT_BITS = $clog2(SLOTS + (SLOTS == 1))
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire [SLOT_BITS-1:0] turn,
    input  wire                 query_enable,
    output wire                 query_accepted,
    output wire                 query_dropped,
    output wire                 between,  // of packets
    input  wire                 send_start,
    // verilator lint_off UNUSEDSIGNAL
    input  wire                 result_miss,  // with OUTPUTS
    // verilator lint_on UNUSEDSIGNAL
    output wire                 result_sent,

    input  wire [LANES-1:0]     s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire                 s_axis_tready,
    input  wire                 s_axis_tlast,
    input  wire [TID_BITS-1:0]  s_axis_tid,
    output wire [LANES-1:0]     m_axis_tdata,
    output wire                 m_axis_tvalid,
    input  wire                 m_axis_tready,
    output wire                 m_axis_tlast,
    output wire [TID_BITS-1:0]  m_axis_tid,

    // the threshold's accesses
    input  wire                 threshold_write,
    input  wire [WORD_BITS-1:0] threshold_write_address,
    input  wire [LANES-1:0]     threshold_data,
    input  wire                 threshold_read,
    input  wire [WORD_BITS-1:0] threshold_read_address,
    input  wire                 threshold_enable,

    // state memory
    output wire                 state_write,
    output wire [WORD_BITS-1:0] state_write_address,
    output wire [LANES-1:0]     state_write_data,
    output wire                 state_read,
    output wire [WORD_BITS-1:0] state_read_address,
    output wire                 state_output_enable,
    input  wire [LANES-1:0]     state_data
);

    wire                 query_write, result_read, result_enable;
    wire [WORD_BITS-1:0] query_address, result_address;
    wire [LANES-1:0]     query_data, result_data;

    reg [SLOTS*TID_BITS-1:0] tids;

    always @(posedge clk)
        if (query_accepted) tids[turn*TID_BITS +: TID_BITS] <= s_axis_tid;

    assign m_axis_tid = tids[turn*TID_BITS +: TID_BITS];
    // Where an output's sign was to be, the query still stands after a miss.
    assign m_axis_tdata = (OUTPUTS != 0 && result_miss) ? {LANES{1'b0}} : result_data;

    assign state_write = query_write || threshold_write;
    assign state_write_address = query_write ? query_address : threshold_write_address;
    assign state_write_data = query_write ? query_data : threshold_data;
    assign state_read = threshold_read || result_read;
    assign state_read_address = threshold_read ? threshold_read_address : result_address;
    assign state_output_enable = threshold_enable || result_enable;

    hwsim_query_port #(.NEURONS(NEURONS), .LANES(LANES)) query_port (
        .clk(clk), .rst(rst), .enable(query_enable),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tready(s_axis_tready), .s_axis_tlast(s_axis_tlast),
        .last_accepted(query_accepted), .dropped(query_dropped), .between(between),
        .state_write(query_write), .state_address(query_address), .state_data(query_data)
    );

    hwsim_result_port #(
        .LANES(LANES), .WORDS((FIELDS + LANES - 1) / LANES), .WORD_BITS(WORD_BITS)
    ) result_port (
        .clk(clk), .rst(rst), .start(send_start),
        .m_axis_tdata(result_data), .m_axis_tvalid(m_axis_tvalid),
        .m_axis_tready(m_axis_tready), .m_axis_tlast(m_axis_tlast), .last_accepted(result_sent),
        .state_read(result_read), .state_address(result_address),
        .state_output_enable(result_enable), .state_data(state_data)
    );

endmodule

`default_nettype wire
