// SPDX-License-Identifier: Apache-2.0
//
// ITERATE: the order of a recall.
//
//   LOAD -> SEARCH -> SCAN -> UPDATE -> (a bit changed and steps < T: SEARCH) -> SEND -> LOAD
//
// UPDATE, group dataflow: the A active groups in A + 1 slots. Slot t loads the kernel values of
// active group t (t < A) and multiply-accumulates active group t - 1 (t > 0), side by side; it
// ends when the loader has finished and the multiply-accumulate is at its last read. The last
// slot ends when the threshold stage has written the last word. Row dataflow: candidates, then
// their accumulation. With A = 0 nothing can change, and UPDATE is left out. Nor can it with S = 0,
// which only a fault in a memory makes of A > 0: rows then end with their list, which is empty.
//
// Rules that save work (proofs: hwsim/hardware/spec), each left out of the logic where its
// parameter is 0:
//
//   WINNER_LIMIT  While S <= WINNER_LIMIT the nearest pattern may decide alone (origin absolute:
//                 only at distance 0). Group dataflow: groups are loaded one after the other for
//                 S alone, until it is beyond the limit or none is left. Beyond it with the first
//                 one, slot 1 follows as ever; later, slot 0 begins anew. Within it COPY.
//   RADII         A search that hits ends the recall: COPY, unless the state is that pattern.
//                 A pattern that does not move (its radius word is not 0) and has just become the
//                 state confirms itself: the step that would find so is counted, not run.
//
// OUTPUTS = 1: every step's result leaves, SEND is part of a step, and T steps run, whatever they say;
// miss is that of the step, and nothing converges.
//
// PIPELINED = 1: what follows from scan_done, loaded or candidates_done does so a cycle later, which
// keeps comparisons of groups and S off the long way to the next start; and a slot starts a cycle after it may, when
// the multiply-accumulate, which says so a cycle ahead, is at its last read.
//
// Every stage has a start pulse and a done pulse; a start follows the done before it by a cycle,
// but that of a slot, which comes with the done.
`default_nettype none

module hwsim_control #(
    parameter GROUPS = 10,
    parameter MAX_STEPS = 50,
    parameter STEP_LIMITED = 0,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter RADII = 0,
    parameter OUTPUTS = 0,
    parameter PIPELINED = 0,  // 1: what kernel values decide is known a cycle after them
    parameter [63:0] WINNER_LIMIT = 64'd0,
    parameter KERNEL_SUM_BITS = 18,
    parameter DISTANCE_BITS = 8,
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(GROUPS + 1)
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire [15:0]                step_limit,    // if STEP_LIMITED, below MAX_STEPS, not 0
    // LOAD
    output wire                       query_enable,
    input  wire                       query_loaded,
    // SEARCH
    output reg                        search_start,
    output wire                       first_step,
    output reg  [DISTANCE_BITS-1:0]   flips,         // bits changed by the last update
    input  wire                       search_done,
    input  wire                       hit,           // of RADII
    input  wire                       winner_fixed,  // of RADII
    input  wire [DISTANCE_BITS-1:0]   nearest,
    // SCAN
    output reg                        scan_start,
    input  wire                       scan_done,
    input  wire [ACTIVE_BITS-1:0]     active_groups,
    // UPDATE
    output wire                       update_clear,
    input  wire [KERNEL_SUM_BITS-1:0] kernel_sum,
    output wire                       load_start,    // of the group dataflow
    output wire [GROUP_BITS-1:0]      list_address,
    input  wire                       loaded,
    output wire                       mac_start,
    input  wire                       mac_ready,
    output wire                       candidates_start,  // of the row dataflow
    input  wire                       candidates_done,
    output wire                       row_start,
    output reg                        copy_start,
    input  wire                       copy_done,
    input  wire                       changed,
    input  wire [DISTANCE_BITS-1:0]   threshold_flips,
    input  wire                       threshold_done,
    // SEND
    output reg                        send_start,
    input  wire                       result_sent,
    output reg  [15:0]                steps,
    output reg                        converged,
    output reg                        miss,
    output wire                       last_result,
    output reg                        confirmed  // by a step that was not run, at distance 0
);

    localparam [31:0] MOST_STEPS = MAX_STEPS;
    localparam LOAD = 3'd0, SEARCH = 3'd1, SCAN = 3'd2, UPDATE = 3'd3, COPY = 3'd4, SEND = 3'd5;

    reg [2:0] state;

    // The winner alone? ------------------------------------------------------------------------

    wire listed, none_active;  // scan_done, and whether active_groups is 0
    wire nothing_active;       // both
    wire scanned = state == SCAN && listed;
    wire at_pattern = nearest == 0;
    wire may_decide = WINNER_LIMIT != 0 && (ORIGIN_NEAREST != 0 || at_pattern);
    // verilator lint_off CMPCONST
    wire exceeds = kernel_sum > WINNER_LIMIT[KERNEL_SUM_BITS-1:0];  // it may be the largest S
    // verilator lint_on CMPCONST
    wire beyond;
    wire silent;  // S = 0
    wire values_loaded, values_listed;  // loaded and candidates_done, with beyond
    wire nothing_listed;  // of the row dataflow
    wire decided;  // within the limit, all values summed

    generate
        if (PIPELINED != 0) begin : registered
            reg [6:0] known;
            always @(posedge clk) begin
                known <= {scan_done && active_groups == 0, active_groups == 0,
                          scan_done, exceeds, kernel_sum == 0, candidates_done, loaded};
                if (rst) known <= 7'd0;
            end
            assign {nothing_active, none_active, listed, beyond, silent, values_listed,
                    values_loaded} = known;
        end else begin : at_once
            assign {none_active, listed, beyond, silent, values_listed, values_loaded} =
                {active_groups == 0, scan_done, exceeds, kernel_sum == 0,
                 candidates_done, loaded};
            assign nothing_active = listed && none_active;
        end
    endgenerate

    // UPDATE: slots of the group dataflow, or candidates and their accumulation ----------------

    generate
        if (DATAFLOW_ROW != 0) begin : row
            reg candidates_next;
            reg row_next;

            always @(posedge clk) begin
                candidates_next <= scanned && !none_active;
                row_next <= values_listed && !silent && !decided;
                if (rst) begin
                    candidates_next <= 1'b0;
                    row_next <= 1'b0;
                end
            end

            assign nothing_listed = values_listed && silent;
            assign decided = values_listed && !silent && may_decide && !beyond;
            assign candidates_start = candidates_next;
            assign row_start = row_next;
            assign update_clear = scanned;
            assign load_start = 1'b0;
            assign mac_start = 1'b0;
            assign list_address = {GROUP_BITS{1'b0}};
            // verilator lint_off UNUSEDSIGNAL
            wire unused = values_loaded || mac_ready;
            // verilator lint_on UNUSEDSIGNAL
        end else begin : group
            reg [ACTIVE_BITS-1:0] slot;
            reg                   load_done;  // the slot's loading is finished or was none
            reg                   slots_left; // in UPDATE, and the last slot has not started
            reg                   deciding;   // groups are loaded for S alone, so far
            wire                  judged = deciding && values_loaded;
            wire                  anew = judged && beyond && slot != 1;
            wire                  slot_start = slots_left
                && (load_done || values_loaded) && mac_ready && !decided;

            assign decided = judged && !beyond && slot == active_groups;
            wire                  loads = slot_start && (slot != active_groups || anew);
            wire                  sums = slot_start && slot != 0 && !anew && !(judged && !beyond);
            wire [GROUP_BITS-1:0] place = anew ? {GROUP_BITS{1'b0}} : slot[GROUP_BITS-1:0];

            assign update_clear = scanned || anew;

            if (PIPELINED != 0) begin : registered
                reg [GROUP_BITS+1:0] started;
                always @(posedge clk) begin
                    started <= {place, sums, loads};
                    if (rst) started[1:0] <= 2'd0;
                end
                assign {list_address, mac_start, load_start} = started;
            end else begin : at_once
                assign {list_address, mac_start, load_start} = {place, sums, loads};
            end

            always @(posedge clk) begin
                if (scanned) begin
                    slot <= {ACTIVE_BITS{1'b0}};
                    load_done <= 1'b1;
                end else if (slot_start) begin
                    slot <= anew ? {{(ACTIVE_BITS-1){1'b0}}, 1'b1} : slot + 1'b1;
                    load_done <= 1'b0;
                end else if (values_loaded) begin
                    load_done <= 1'b1;
                end
                if (judged && beyond) deciding <= 1'b0;
                if (scanned) deciding <= may_decide;
                if (scanned) slots_left <= !none_active;
                else if (decided || (slot_start && slot == active_groups && !anew))
                    slots_left <= 1'b0;
                if (rst) slots_left <= 1'b0;
            end

            assign nothing_listed = 1'b0;
            assign candidates_start = 1'b0;
            assign row_start = 1'b0;
            // verilator lint_off UNUSEDSIGNAL
            wire unused = values_listed;
            // verilator lint_on UNUSEDSIGNAL
        end
    endgenerate

    // A step ends ------------------------------------------------------------------------------

    wire within_radius = RADII != 0 && search_done && hit;
    wire nothing_said = nothing_active || nothing_listed;
    wire step_end = nothing_said || threshold_done || copy_done;
    wire repeated = nothing_said || (copy_done ? at_pattern : !changed);
    wire limited = STEP_LIMITED != 0 && step_limit != 16'd0 && step_limit < MOST_STEPS[15:0];
    wire [15:0] limit = limited ? step_limit : MOST_STEPS[15:0];
    reg  last_step;  // steps is limit: a register, for steps stand still long before a step ends
    // What was copied does not move. (A hit says so as well: its radius word is above a distance.)
    wire confirms = RADII != 0 && copy_done && !at_pattern && winner_fixed && !last_step;
    wire result_due = step_end && (OUTPUTS != 0 || repeated || last_step || confirms);
    wire missable = first_step || OUTPUTS != 0;

    assign query_enable = state == LOAD;
    assign first_step = steps == 16'd1;
    assign last_result = OUTPUTS == 0 || last_step;

    always @(posedge clk) last_step <= steps == limit;

    always @(posedge clk) begin
        search_start <= 1'b0;
        scan_start <= 1'b0;
        copy_start <= (within_radius && !at_pattern) || decided;
        send_start <= within_radius && at_pattern;

        case (state)
            LOAD: if (query_loaded) begin
                state <= SEARCH;
                search_start <= 1'b1;
                steps <= 16'd1;
            end
            SEARCH: if (within_radius) begin
                state <= at_pattern ? SEND : COPY;
                converged <= 1'b1;
                confirmed <= 1'b0;
                if (first_step) miss <= 1'b0;
            end else if (search_done) begin
                state <= SCAN;
                scan_start <= 1'b1;
            end
            SCAN: if (listed) begin
                state <= UPDATE;
                if (missable) miss <= none_active;
            end
            UPDATE: begin
                if (decided) state <= COPY;
                if (missable && (decided || step_end)) miss <= silent;
            end
            COPY: ;
            SEND: if (result_sent) begin
                state <= last_result ? LOAD : SEARCH;
                if (!last_result) begin
                    search_start <= 1'b1;
                    steps <= steps + 1'b1;
                end
            end
            default: state <= LOAD;
        endcase

        if (result_due) begin
            state <= SEND;
            send_start <= 1'b1;
            converged <= OUTPUTS == 0 && (repeated || confirms);
            confirmed <= confirms;
            if (confirms) steps <= steps + 1'b1;
        end else if (step_end) begin
            state <= SEARCH;
            search_start <= 1'b1;
            steps <= steps + 1'b1;
        end
        if (step_end) flips <= copy_done ? nearest : threshold_flips;

        if (rst) begin
            state <= LOAD;
            search_start <= 1'b0;
            scan_start <= 1'b0;
            copy_start <= 1'b0;
            send_start <= 1'b0;
        end
    end

endmodule

`default_nettype wire
