// SPDX-License-Identifier: Apache-2.0
//
// Queries through the instance that is synthesized of an image with external weights, whose byte
// image axi_memory holds. Prints the words of each answer, and its cycles.
`default_nettype none
`include "hwsim_parameters.vh"

module tb_external;

    localparam LANES = `HWSIM_LANES;
    localparam WORDS = (`HWSIM_NEURONS + LANES - 1) / LANES;
    localparam [31:0] BASE = 32'h0004_3000;

    reg              clk = 1'b0, rst = 1'b1, valid = 1'b0;
    reg  [LANES-1:0] queries [0:WORDS*`QUERIES-1];
    wire [LANES-1:0] answer, rdata;
    wire             ready, answers, last, arvalid, arready, rlast, rvalid, rready;
    wire [31:0]      araddr;
    wire [7:0]       arlen;
    wire [1:0]       rresp;
    wire [63:0]      cycles;
    integer          word = 0, given = 0;

    hwsim_memory memory (
        .clk(clk), .rst(rst), .s_axis_tdata(queries[word]), .s_axis_tvalid(valid),
        .s_axis_tready(ready), .s_axis_tlast((word % WORDS) == WORDS - 1), .s_axis_tid(1'b0),
        .m_axis_tdata(answer), .m_axis_tvalid(answers), .m_axis_tready(1'b1),
        .m_axis_tlast(last), .cycles(cycles), .weight_address(BASE), .m_axi_araddr(araddr),
        .m_axi_arlen(arlen), .m_axi_arvalid(arvalid), .m_axi_arready(arready),
        .m_axi_rdata(rdata), .m_axi_rresp(rresp), .m_axi_rvalid(rvalid), .m_axi_rready(rready)
    );

    axi_memory #(
        .LANES(LANES), .WORDS(`HWSIM_WEIGHTS_DEPTH), .LATENCY(`HWSIM_EXTERNAL_WEIGHTS),
        .FILE("weights.bin")
    ) outside (
        .clk(clk), .rst(rst), .base(BASE), .failing(1'b0), .araddr(araddr), .arlen(arlen),
        .arsize($clog2(LANES / 8)), .arburst(2'b01), .arvalid(arvalid), .arready(arready),
        .rdata(rdata), .rresp(rresp), .rlast(rlast), .rvalid(rvalid), .rready(rready)
    );

    always #5 clk = !clk;

    always @(posedge clk) begin
        if (valid && ready) begin
            word <= word + 1;
            valid <= word + 1 < WORDS * `QUERIES;
        end
        if (answers) $display("%h", answer);
        if (answers && last) begin
            $display("cycles %0d", cycles);
            given = given + 1;
            if (given == `QUERIES) $finish;
        end
    end

    initial begin
        $readmemh("queries.mem", queries);
        repeat (4) @(negedge clk);
        rst = 1'b0;
        valid = 1'b1;
        #10000000 $display("no answer");
        $finish;
    end

endmodule

`default_nettype wire
