// SPDX-License-Identifier: Apache-2.0
//
// TURNS: whose turn it is, of SLOTS queries that go in step with each other.
//
//   LOAD -> (a step: PROBE in turn, PASS together, LIST in turn, SWEEP together, LOOK in turn,
//            UPDATE in turn) ... -> SEND in turn -> LOAD
//
// A batch starts when every slot is loaded, or when one is and at the boundary of two packets no
// beat is offered. Each slot has a control and a search of its own, and what these wait for is
// granted here, what belongs to the earlier step first: UPDATE, LIST, LOOK, SWEEP, PROBE, PASS; to the
// slots in order, or to all that wait for the same at once. A grant is given only when nothing
// runs, a cycle after everything has settled.
//
// kind is what was granted last. A search that does not have to probe is ready for its pass at
// once; one that hits in its probe ends there, without a turn of its own to update.
`default_nettype none

module hwsim_turns #(
    parameter SLOTS = 4,
    parameter SWEEPS = 1,
    parameter SLOT_BITS = $clog2(SLOTS + (SLOTS == 1))
) (
    input  wire                 clk,
    input  wire                 rst,
    // query port
    input  wire                 loading,  // no control has a query
    input  wire                 query_accepted,
    input  wire                 query_offered,
    input  wire                 between,  // two packets
    output wire                 first_query,  // none is loaded
    // result port
    output wire                 result_start,
    input  wire                 result_sent,
    output wire                 batch_sent,
    // one bit a slot
    output wire [SLOTS-1:0]     selected,
    output wire [SLOTS-1:0]     query_loaded,
    input  wire [SLOTS-1:0]     control_search,  // the control's pulses
    input  wire [SLOTS-1:0]     control_send,
    output wire [SLOTS-1:0]     control_searched,
    input  wire [SLOTS-1:0]     first_step,
    input  wire [SLOTS-1:0]     winner_fixed,
    output wire [SLOTS-1:0]     search_start,
    output wire [SLOTS-1:0]     search_grant,
    input  wire [4*SLOTS-1:0]   search_waits,
    input  wire [SLOTS-1:0]     search_done,
    output reg  [SLOT_BITS-1:0] turn
);

    localparam UPDATE = 3'd0, LIST = 3'd1, LOOK = 3'd2, SWEEP = 3'd3, PROBE = 3'd4, PASS = 3'd5,
        SEND = 3'd6;
    localparam [31:0] LAST_SLOT = SLOTS - 1;

    reg             grants;
    reg [2:0]       kind;
    reg [SLOTS-1:0] active;   // has a query
    reg [SLOTS-1:0] probes;   // a search that has to probe waits for its start
    reg [SLOTS-1:0] found;    // a search has ended, and its control is not told yet
    reg [SLOTS-1:0] ended;    // a result waits to be sent
    reg [SLOTS-1:0] granted;

    // What waits, by kind ----------------------------------------------------------------------

    wire [SLOTS-1:0] passes, lists, sweeps, looks;
    genvar s;
    generate
        for (s = 0; s < SLOTS; s = s + 1) begin : slot
            assign {looks[s], sweeps[s], lists[s], passes[s]} = search_waits[4*s +: 4];
            assign selected[s] = turn == s;
        end
    endgenerate

    wire [SLOTS-1:0] must_probe = control_search & ~first_step
        & ((SWEEPS != 0) ? {SLOTS{1'b1}} : winner_fixed);
    wire [SLOTS-1:0] settled = ~active | probes | found | ended | passes | lists | sweeps | looks;
    wire [2:0]       next_kind = (found != 0) ? UPDATE : (lists != 0) ? LIST : (looks != 0) ? LOOK
        : (sweeps != 0) ? SWEEP : (probes != 0) ? PROBE : (passes != 0) ? PASS : SEND;
    wire [SLOTS-1:0] candidates = (found != 0) ? found : (lists != 0) ? lists : (looks != 0) ? looks
        : (sweeps != 0) ? sweeps : (probes != 0) ? probes : (passes != 0) ? passes : ended;
    wire             chosen = !loading && !grants && settled == {SLOTS{1'b1}};
    wire             together = next_kind == SWEEP || next_kind == PASS;
    wire [SLOTS-1:0] lowest = candidates & (~candidates + 1'b1);

    function [SLOT_BITS-1:0] index(input [SLOTS-1:0] one);
        integer i;
        begin
            index = {SLOT_BITS{1'b0}};
            for (i = 0; i < SLOTS; i = i + 1)
                if (one[i]) index = index | i[SLOT_BITS-1:0];
        end
    endfunction

    // Loading ----------------------------------------------------------------------------------

    wire full = query_accepted && turn == LAST_SLOT[SLOT_BITS-1:0];
    wire begins = loading && (full || (active != 0 && between && !query_offered));

    assign first_query = active == 0;
    assign query_loaded = {SLOTS{begins}} & (active | (selected & {SLOTS{query_accepted}}));

    // Grants -----------------------------------------------------------------------------------

    wire [SLOTS-1:0] now = granted & {SLOTS{grants}};
    wire [SLOTS-1:0] searched = search_done & {SLOTS{kind == PROBE}};

    assign control_searched = searched | (now & {SLOTS{kind == UPDATE}});
    assign search_start = (control_search & ~must_probe) | (now & {SLOTS{kind == PROBE}});
    assign search_grant = (kind == UPDATE || kind == PROBE || kind == SEND) ? {SLOTS{1'b0}} : now;
    assign result_start = grants && kind == SEND;
    assign batch_sent = result_sent && (active & ~selected) == 0;

    always @(posedge clk) begin
        probes <= (probes & ~(now & {SLOTS{kind == PROBE}})) | must_probe;
        found <= (found & ~(now & {SLOTS{kind == UPDATE}})) | (search_done & ~searched);
        ended <= (ended & ~(now & {SLOTS{kind == SEND}})) | control_send;
        if (result_sent) active <= active & ~selected;

        if (loading && query_accepted) begin
            active <= active | selected;
            turn <= turn + 1'b1;
        end
        grants <= chosen;
        if (chosen) begin
            kind <= next_kind;
            turn <= index(lowest);
            granted <= together ? candidates : lowest;
        end
        if (batch_sent) turn <= {SLOT_BITS{1'b0}};

        if (rst) begin
            grants <= 1'b0;
            turn <= {SLOT_BITS{1'b0}};
            active <= {SLOTS{1'b0}};
            probes <= {SLOTS{1'b0}};
            found <= {SLOTS{1'b0}};
            ended <= {SLOTS{1'b0}};
        end
    end

endmodule

`default_nettype wire
