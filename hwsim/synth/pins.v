// Four pins around the instance: what goes in is shifted in, what comes out is folded and shifted
// out, each behind a register, so that the clock is of the engine alone whatever pins a device has.
`default_nettype none
`include "hwsim_parameters.vh"

module hwsim_pins (
    input  wire clk,
    input  wire rst,
    input  wire in,
    output reg  out
);

    localparam LANES = `HWSIM_LANES;
    localparam DISTANCE_BITS = $clog2(`HWSIM_NEURONS + 1);
    localparam INPUTS = LANES + 4;
    localparam OUTPUTS = LANES + DISTANCE_BITS + 87;

    reg  [INPUTS-1:0]  given;
    reg  [OUTPUTS-1:0] taken;
    wire [OUTPUTS-1:0] answer;

    hwsim_memory memory (
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
        given <= {given[INPUTS-2:0], in};
        taken <= answer ^ {taken[OUTPUTS-2:0], taken[OUTPUTS-1]};
        out <= taken[OUTPUTS-1];
    end

endmodule

`default_nettype wire
