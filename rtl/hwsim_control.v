// SPDX-License-Identifier: Apache-2.0
//
// ITERATE: the order of a recall.
//
//   LOAD -> DISTANCE -> SCAN -> UPDATE -> (a bit changed and steps < T: DISTANCE) -> SEND -> LOAD
//
// UPDATE works through the A active groups in A + 1 slots. Slot t loads the kernel values of
// active group t (t < A) and multiply-accumulates active group t - 1 (t > 0), side by side; it
// ends when the loader has finished and the multiply-accumulate is at its last read. The last
// slot ends when the threshold stage has written the last word. With A = 0 nothing can change,
// and UPDATE is left out.
//
// Every stage has a start pulse and a done pulse; a start follows the done before it by a cycle.
`default_nettype none

module hwsim_control #(
    parameter GROUPS = 10,
    parameter MAX_STEPS = 50,
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(GROUPS + 1)
) (
    input  wire                   clk,
    input  wire                   rst,
    // LOAD
    output wire                   query_enable,
    input  wire                   query_loaded,
    // DISTANCE
    output reg                    distance_start,
    input  wire                   distance_done,
    // SCAN
    output reg                    scan_start,
    input  wire                   scan_done,
    input  wire [ACTIVE_BITS-1:0] active_groups,
    // UPDATE
    output wire                   update_clear,
    output wire                   load_start,
    output wire [GROUP_BITS-1:0]  list_address,
    input  wire                   loaded,
    output wire                   mac_start,
    input  wire                   mac_ready,
    input  wire                   changed,
    input  wire                   threshold_done,
    // SEND
    output reg                    send_start,
    input  wire                   result_sent,
    output reg  [15:0]            steps,
    output reg                    converged,
    output reg                    miss
);

    localparam [31:0] STEP_LIMIT = MAX_STEPS;
    localparam LOAD = 3'd0, DISTANCE = 3'd1, SCAN = 3'd2, UPDATE = 3'd3, SEND = 3'd4;

    reg [2:0]             state;
    reg [ACTIVE_BITS-1:0] slot;
    reg                   load_done;   // the slot's loading is finished or was none
    reg                   last_slot;   // the last slot runs

    // A slot starts --------------------------------------------------------------------------

    wire slot_start = state == UPDATE && !last_slot && (load_done || loaded) && mac_ready;

    assign load_start = slot_start && slot != active_groups;
    assign mac_start = slot_start && slot != 0;
    assign list_address = slot[GROUP_BITS-1:0];

    always @(posedge clk) begin
        if (update_clear) begin
            slot <= {ACTIVE_BITS{1'b0}};
            load_done <= 1'b1;
            last_slot <= 1'b0;
        end else if (slot_start) begin
            slot <= slot + 1'b1;
            load_done <= 1'b0;
            last_slot <= slot == active_groups;
        end else if (loaded) begin
            load_done <= 1'b1;
        end
    end

    // A step ends ----------------------------------------------------------------------------

    wire nothing_active = scan_done && active_groups == 0;
    wire step_end = nothing_active || threshold_done;
    wire repeated = nothing_active || !changed;
    wire recall_end = step_end && (repeated || steps == STEP_LIMIT[15:0]);

    assign update_clear = state == SCAN && scan_done;
    assign query_enable = state == LOAD;

    always @(posedge clk) begin
        distance_start <= 1'b0;
        scan_start <= 1'b0;
        send_start <= 1'b0;

        case (state)
            LOAD: if (query_loaded) begin
                state <= DISTANCE;
                distance_start <= 1'b1;
                steps <= 16'd1;
            end
            DISTANCE: if (distance_done) begin
                state <= SCAN;
                scan_start <= 1'b1;
            end
            SCAN: if (scan_done) begin
                state <= UPDATE;
                if (steps == 16'd1) miss <= active_groups == 0;
            end
            UPDATE: ;
            SEND: if (result_sent) state <= LOAD;
            default: state <= LOAD;
        endcase

        if (recall_end) begin
            state <= SEND;
            send_start <= 1'b1;
            converged <= repeated;
        end else if (step_end) begin
            state <= DISTANCE;
            distance_start <= 1'b1;
            steps <= steps + 1'b1;
        end

        if (rst) begin
            state <= LOAD;
            distance_start <= 1'b0;
            scan_start <= 1'b0;
            send_start <= 1'b0;
        end
    end

endmodule

`default_nettype wire
