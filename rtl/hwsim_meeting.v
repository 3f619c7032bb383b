// SPDX-License-Identifier: Apache-2.0
//
// MEETING: the end of a phase of engines that search side by side, and the nearest pattern of all.
//
//   nearest = min over engines e of nearest[e];  owner: the lowest such e, one bit each
//
// Engines hold patterns in the order of their indices, so that the lowest engine among equals has
// the lowest index. A probe is the owner's alone, and what it finds counts alone. Of a batch of the
// shortlist an engine whose list has ended keeps out, and its nearest counts still.
//
// phase_done of the last engine at cycle 0, met with nearest and owner at cycle 1. They stay until
// the next phase: nearest may change from the cycle after its start.
`default_nettype none

module hwsim_meeting #(
    parameter ENGINES = 2,
    parameter DISTANCE_BITS = 8
) (
    input  wire                             clk,
    input  wire                             rst,
    input  wire                             probe_start,
    input  wire                             list_start,
    input  wire                             pass_start,  // of a scan or sweep
    input  wire                             probing,
    input  wire [ENGINES-1:0]               list_ended,
    input  wire [ENGINES-1:0]               phase_done,
    input  wire [ENGINES*DISTANCE_BITS-1:0] distances,
    output wire                             met,
    output reg  [ENGINES-1:0]               owner,
    output reg  [DISTANCE_BITS-1:0]         nearest
);

    wire pending;

    hwsim_barrier #(.ENGINES(ENGINES)) barrier (
        .clk(clk), .rst(rst), .start(probe_start || list_start || pass_start),
        .taking_part(probe_start ? owner : list_start ? ~list_ended : {ENGINES{1'b1}}),
        .done(phase_done), .pending(pending), .met(met)
    );

    reg [ENGINES-1:0]       smallest_owner;
    reg [DISTANCE_BITS-1:0] smallest;
    reg                     none;  // so far
    integer                 e;

    always @* begin
        smallest = {DISTANCE_BITS{1'b0}};
        smallest_owner = {ENGINES{1'b0}};
        none = 1'b1;
        for (e = 0; e < ENGINES; e = e + 1)
            if ((!probing || owner[e])
                    && (none || distances[e*DISTANCE_BITS +: DISTANCE_BITS] < smallest)) begin
                smallest = distances[e*DISTANCE_BITS +: DISTANCE_BITS];
                smallest_owner = {{(ENGINES-1){1'b0}}, 1'b1} << e;
                none = 1'b0;
            end
    end

    always @(posedge clk)
        if (pending) begin
            nearest <= smallest;
            if (!probing) owner <= smallest_owner;
        end

endmodule

`default_nettype wire
