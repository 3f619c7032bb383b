// SPDX-License-Identifier: Apache-2.0
//
// LOAD KERNEL: the kernel values of one active group, looked up one lane a cycle and transposed
// into bit planes.
//
//   plane c, bit j = bit c of k[g*L + j];  lanes of patterns that do not exist are 0
//   S = sum of all k loaded since clear
//
// Values shift into a waiting register while the multiply-accumulate still works on the planes
// of the group before; transfer copies the waiting values into the planes, transposed, which is
// wiring alone.
//
// Distance buffer: word m is d[m]; depth P. The group's index is on the active list at position.
//
// start at cycle 0, group_valid at cycle 2, reads at cycles 3 .. L + 2, loaded at cycle L + 8.
// The next start may come with loaded; its first value then arrives 8 cycles later, and transfer
// has to come before that. PIPELINED = 1: loaded and first values a cycle later.
`default_nettype none

module hwsim_kernel_loader #(
    parameter PATTERNS = 600,
    parameter KERNEL_BITS = 8,
    parameter PIPELINED = 0,  // 1: of hwsim_kernel_lookup
    parameter LANES = 64,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter KERNEL_SUM_BITS = KERNEL_BITS + $clog2(PATTERNS + 1)
) (
    input  wire                         clk,
    input  wire                         rst,
    input  wire                         clear,
    input  wire                         start,
    output reg                          loaded,
    input  wire                         transfer,
    output reg  [KERNEL_BITS*LANES-1:0] planes,
    output reg  [KERNEL_SUM_BITS-1:0]   kernel_sum,
    // active list; its address is the control's
    output wire                         list_output_enable,
    output wire                         group_valid,
    input  wire [GROUP_BITS-1:0]        group,
    // distance buffer
    output wire                         distance_read,
    output wire [PATTERN_BITS-1:0]      distance_address,
    output wire                         distance_output_enable,
    // kernel look-up; the distance itself goes there directly
    output wire                         request,
    input  wire [KERNEL_BITS-1:0]       value
);

    localparam LANE_BITS = $clog2(LANES);
    localparam [31:0] LAST_GROUP = GROUPS - 1;
    localparam [31:0] LAST_LANE = PATTERNS - (GROUPS - 1) * LANES - 1;  // of the last group

    reg                   list_fetched;
    reg                   list_valid;
    reg                   issuing;
    reg [LANE_BITS-1:0]   lane;
    // Lanes on their way: 0 distance fetched, 1 look-up requested, the last: value is here.
    reg [4+PIPELINED:0]   travelling;
    reg [4+PIPELINED:0]   present;
    reg [LANE_BITS-1:0]   shifted;

    // verilator lint_off CMPCONST
    wire exists = group != LAST_GROUP[GROUP_BITS-1:0] || lane <= LAST_LANE[LANE_BITS-1:0];
    // verilator lint_on CMPCONST
    // verilator lint_off UNUSEDSIGNAL
    wire [GROUP_BITS+LANE_BITS-1:0] pattern = {group, lane};  // less than P, where it exists
    // verilator lint_on UNUSEDSIGNAL

    always @(posedge clk) begin
        list_fetched <= start;
        list_valid <= list_fetched;
        if (list_valid) lane <= {LANE_BITS{1'b0}};
        else if (issuing) lane <= lane + 1'b1;
        issuing <= list_valid || (issuing && lane != {LANE_BITS{1'b1}});
        travelling <= {travelling[3+PIPELINED:0], issuing};
        present <= {present[3+PIPELINED:0], issuing && exists};
        loaded <= travelling[4+PIPELINED] && shifted == {LANE_BITS{1'b1}};
        if (rst) begin
            list_fetched <= 1'b0;
            list_valid <= 1'b0;
            issuing <= 1'b0;
            travelling <= {(5+PIPELINED){1'b0}};
            present <= {(5+PIPELINED){1'b0}};
            loaded <= 1'b0;
        end
    end

    assign list_output_enable = list_fetched;
    assign group_valid = list_valid;
    assign distance_read = issuing && exists;
    assign distance_address = pattern[PATTERN_BITS-1:0];
    assign distance_output_enable = present[0];
    assign request = present[1];

    // Waiting values: lane 0 enters first and ends lowest.

    reg [KERNEL_BITS*LANES-1:0] waiting;

    always @(posedge clk) begin
        if (travelling[4+PIPELINED]) begin
            waiting <= {value & {KERNEL_BITS{present[4+PIPELINED]}},
                        waiting[KERNEL_BITS*LANES-1:KERNEL_BITS]};
            shifted <= shifted + 1'b1;  // L is a power of two: back to 0 after a group
            if (present[4+PIPELINED])
                kernel_sum <= kernel_sum + {{(KERNEL_SUM_BITS-KERNEL_BITS){1'b0}}, value};
        end
        if (clear) kernel_sum <= {KERNEL_SUM_BITS{1'b0}};
        if (rst) shifted <= {LANE_BITS{1'b0}};
    end

    // Planes in use.

    function [KERNEL_BITS*LANES-1:0] transposed(input [KERNEL_BITS*LANES-1:0] values);
        integer j, c;
        for (j = 0; j < LANES; j = j + 1)
            for (c = 0; c < KERNEL_BITS; c = c + 1)
                transposed[c*LANES+j] = values[j*KERNEL_BITS+c];
    endfunction

    always @(posedge clk)
        if (transfer) planes <= transposed(waiting);

endmodule

`default_nettype wire
