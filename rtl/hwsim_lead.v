// SPDX-License-Identifier: Apache-2.0
//
// LEAD: which slots of UPDATE an engine takes part in, beside others (group dataflow).
//
// Of the A active groups of the engine that has most, this one has A' <= A, and idles through the
// first A - A' multiply-accumulates, its lead: the groups of all engines end together. A slot
// without a multiply-accumulate loads one more group for every engine that has one left, a later
// slot for those that are past their lead.
//
// clear at cycle 0 with most and active_groups; all else is combinational.
`default_nettype none

module hwsim_lead #(
    parameter ACTIVE_BITS = 4
) (
    input  wire                   clk,
    input  wire                   clear,  // before a step's first group
    input  wire [ACTIVE_BITS-1:0] most,
    input  wire [ACTIVE_BITS-1:0] active_groups,
    input  wire                   load_start,  // of all engines
    input  wire                   mac_start,
    output wire                   own_load_start,
    output wire [ACTIVE_BITS-1:0] load_address,
    output wire                   own_mac_start
);

    reg [ACTIVE_BITS-1:0] lead;    // slots with a multiply-accumulate that still pass
    reg [ACTIVE_BITS-1:0] loaded;  // groups
    wire                  ahead = lead == 0;

    assign load_address = clear ? {ACTIVE_BITS{1'b0}} : loaded;
    assign own_load_start = load_start && (mac_start ? ahead : load_address < active_groups);
    assign own_mac_start = mac_start && ahead;

    always @(posedge clk) begin
        if (own_load_start) loaded <= load_address + 1'b1;
        else if (clear) loaded <= {ACTIVE_BITS{1'b0}};
        if (clear) lead <= most - active_groups;
        else if (mac_start && !ahead) lead <= lead - 1'b1;
    end

endmodule

`default_nettype wire
