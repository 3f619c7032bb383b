// Four pins and a clock around the instance, so that the clock is of the engine alone whatever pins
// a device has: every port of the instance ends in a register.
//
// What goes in is shifted in, the highest bit first, and stands at the instance in the cycle after
// the next one of `step`, without `step` all of it is 0; what came out in that cycle is shifted out,
// the highest bit first.
`default_nettype none
`include "hwsim_parameters.vh"

module hwsim_pins (
    input  wire clk,
    input  wire rst,
    input  wire in,
    input  wire step,
    output reg  out
);

    localparam LANES = `HWSIM_LANES;
    localparam DISTANCE_BITS = $clog2(`HWSIM_NEURONS + 1);
`ifdef HWSIM_WEIGHT_PORT
    localparam PORT_IN = LANES + 36, PORT_OUT = 75;  // weights in an external memory
`elsif HWSIM_PROTECTION
    localparam PORT_IN = 0, PORT_OUT = 128;  // errors in memories
`else
    localparam PORT_IN = 0, PORT_OUT = 0;
`endif
`ifdef HWSIM_FIELDS
    localparam FIELD_OUT = 81;  // outputs other than the patterns
`else
    localparam FIELD_OUT = 0;
`endif
`ifdef HWSIM_HOST_BITS
    localparam HOST_BITS = `HWSIM_HOST_BITS;  // memories that a host writes
    localparam INPUTS = LANES + HOST_BITS + 45 + PORT_IN;
    localparam OUTPUTS = LANES + DISTANCE_BITS + HOST_BITS + 88 + PORT_OUT + FIELD_OUT;
`else
    localparam INPUTS = LANES + 4 + PORT_IN;
    localparam OUTPUTS = LANES + DISTANCE_BITS + 87 + PORT_OUT + FIELD_OUT;
`endif

    reg                stepping, presented;
    reg  [INPUTS-1:0]  coming, given;
    reg  [OUTPUTS-1:0] taken;
    wire [OUTPUTS-1:0] answer;

    hwsim_memory memory (
`ifdef HWSIM_HOST_BITS
        .host(given[INPUTS-1 -: HOST_BITS + 41]), .host_data(answer[OUTPUTS-1 -: HOST_BITS + 1]),
`endif
`ifdef HWSIM_WEIGHT_PORT
        .m_axi_rdata(given[LANES + 4 +: LANES]), .weight_address(given[2*LANES + 4 +: 32]),
        .m_axi_rresp(given[2*LANES + 36 +: 2]), .m_axi_rvalid(given[2*LANES + 38]),
        .m_axi_arready(given[2*LANES + 39]),
        .m_axi_araddr(answer[LANES + DISTANCE_BITS + 87 +: 32]),
        .weight_waits(answer[LANES + DISTANCE_BITS + 119 +: 32]),
        .m_axi_arlen(answer[LANES + DISTANCE_BITS + 151 +: 8]),
        .m_axi_arvalid(answer[LANES + DISTANCE_BITS + 159]),
        .m_axi_rready(answer[LANES + DISTANCE_BITS + 160]),
        .weight_error(answer[LANES + DISTANCE_BITS + 161]),
`endif
`ifdef HWSIM_FIELDS
        .result_label(answer[LANES + DISTANCE_BITS + 87 + PORT_OUT +: 16]),
        .field_valid(answer[LANES + DISTANCE_BITS + 103 + PORT_OUT]),
        .field(answer[LANES + DISTANCE_BITS + 104 + PORT_OUT +: 64]),
`endif
`ifdef HWSIM_PROTECTION
        .corrected_errors(answer[LANES + DISTANCE_BITS + 87 +: 64]),
        .detected_errors(answer[LANES + DISTANCE_BITS + 151 +: 64]),
`endif
        .clk(clk), .rst(rst),
        .s_axis_tdata(given[4 +: LANES]), .s_axis_tvalid(given[0]), .s_axis_tlast(given[1]),
        .s_axis_tid(given[2]), .m_axis_tready(given[3]),
        .s_axis_tready(answer[0]), .query_dropped(answer[1]), .m_axis_tvalid(answer[2]),
        .m_axis_tlast(answer[3]), .m_axis_tid(answer[4]), .result_converged(answer[5]),
        .result_miss(answer[6]), .result_steps(answer[22:7]), .cycles(answer[86:23]),
        .result_distance(answer[87 +: DISTANCE_BITS]),
        .m_axis_tdata(answer[87 + DISTANCE_BITS +: LANES])
    );

    always @(posedge clk) begin
        stepping <= step;
        presented <= stepping;
        coming <= {coming[INPUTS-2:0], in};
        given <= stepping ? coming : {INPUTS{1'b0}};
        taken <= presented ? answer : {taken[OUTPUTS-2:0], 1'b0};
        out <= taken[OUTPUTS-1];
    end

endmodule

`default_nettype wire
