// SPDX-License-Identifier: Apache-2.0
//
// Which queries go to the engine, and when it is told to give up what it has.
//
// A query is let go when the engine takes it, so that one which waits is not lost with those that
// are given up. An abort resets the engine. A query that is half on its way there is thrown away to
// its end, so the next one begins with its first beat; then the engine is free again.
`default_nettype none

module hwsim_flow #(
    parameter QUERIES_IN_FLIGHT = 1
) (
    input  wire        clk,
    input  wire        rst,
    input  wire        start,
    input  wire        abort,
    input  wire        soft_reset,
    input  wire        auto_start,
    input  wire        load,
    input  wire [15:0] step_limit,
    // queries
    input  wire [7:0]  waiting,
    input  wire        begins,
    input  wire        leaving,
    output wire        query_enable,
    // engine
    input  wire        engine_ready,       // for a query
    input  wire        result_accepted,    // its last beat
    output wire        engine_reset,
    output reg  [15:0] engine_step_limit,  // stands still during a recall
    // status
    output wire        busy,
    output wire        aborting,
    output reg         aborted,
    output wire        load_ready
);

    reg [7:0] allowed;    // queries that a start lets go, of those that wait
    reg [3:0] given;      // queries that were let go and have no result yet
    reg       resetting, counts;

    localparam [31:0] Q = QUERIES_IN_FLIGHT;

    assign query_enable = !load && !resetting && !abort && !soft_reset
        && (auto_start || allowed != 8'd0) && engine_ready && given < Q[3:0];
    assign aborting = resetting;
    assign engine_reset = rst || resetting;
    assign busy = given != 4'd0 || leaving;
    assign load_ready = load && !busy && !resetting;

    always @(posedge clk) begin
        if (start) allowed <= waiting - {7'd0, begins};
        else if (begins && allowed != 8'd0) allowed <= allowed - 1'b1;
        given <= given + {3'd0, begins} - {3'd0, result_accepted};
        if (!busy) engine_step_limit <= step_limit;

        // In its first cycle it is known whether there is anything to give up.
        counts <= abort && !soft_reset;
        aborted <= counts && busy;
        if (abort || soft_reset) resetting <= 1'b1;
        else if (!leaving) resetting <= 1'b0;

        if (rst || resetting || soft_reset) begin
            given <= 4'd0;
            allowed <= 8'd0;
        end
        if (rst) begin
            resetting <= 1'b0;
            counts <= 1'b0;
            aborted <= 1'b0;
        end
    end

endmodule

`default_nettype wire
