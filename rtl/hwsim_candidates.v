// SPDX-License-Identifier: Apache-2.0
//
// KERNEL of the row dataflow: the patterns whose kernel value is not 0, and the sum of all values.
//
//   k[m] = lut[d[m] - origin],  S = sum of k[m]
//   candidates: the m with k[m] > 0, in the order of the active list and of their lanes
//
// Every lane of every active group takes one cycle, with no gap between groups: the next entry of
// the active list waits in that memory's first register. A lane whose pattern does not exist
// takes its cycle and reads nothing.
//
// Candidate list: word t is the index of the t-th candidate; kernel value list: word t is its
// kernel value, 1 or more; depth P both. One read port for both, with the timing of hwsim_ram.
//
// With A active groups, 1 or more: start at cycle 0, distance reads at cycles 2 .. A*L + 1, done
// (with candidates and kernel_sum) at cycle A*L + 8.
`default_nettype none

module hwsim_candidates #(
    parameter PATTERNS = 600,
    parameter KERNEL_BITS = 8,
    parameter PIPELINED = 0,  // 1: of hwsim_kernel_lookup
    parameter PROTECTION = 0,  // of hwsim_rom
    parameter LANES = 64,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(GROUPS + 1),
    parameter CANDIDATE_BITS = $clog2(PATTERNS + 1),
    parameter KERNEL_SUM_BITS = KERNEL_BITS + $clog2(PATTERNS + 1)
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire                       start,
    input  wire [ACTIVE_BITS-1:0]     active_groups,  // 1 or more
    output reg                        done,
    output reg  [CANDIDATE_BITS-1:0]  candidates,
    output reg  [KERNEL_SUM_BITS-1:0] kernel_sum,
    // active list
    output wire                       list_read,
    output wire [GROUP_BITS-1:0]      list_address,
    output wire                       list_output_enable,
    input  wire [GROUP_BITS-1:0]      group,
    // distance buffer
    output wire                       distance_read,
    output wire [PATTERN_BITS-1:0]    distance_address,
    output wire                       distance_output_enable,
    // kernel look-up; the distance itself goes there directly
    output wire                       request,
    input  wire [KERNEL_BITS-1:0]     value,
    // candidate list and kernel value list
    output wire                       candidate_write,
    input  wire                       candidate_read,
    input  wire [PATTERN_BITS-1:0]    candidate_address,
    input  wire                       candidate_output_enable,
    output wire [PATTERN_BITS-1:0]    candidate,
    output wire [KERNEL_BITS-1:0]     candidate_value,
    output wire [3:0]                 errors  // of values, list
);

    localparam LANE_BITS = $clog2(LANES);
    localparam [31:0] SECOND = 1;
    localparam [31:0] LAST_GROUP = GROUPS - 1;
    localparam [31:0] LAST_LANE = PATTERNS - (GROUPS - 1) * LANES - 1;  // of the last group

    // Lanes of the active groups ---------------------------------------------------------------

    reg                   list_fetched;  // the active list's first register holds the first group
    reg                   issuing;
    reg [LANE_BITS-1:0]   lane;
    reg [GROUP_BITS-1:0]  position;      // on the active list, of the group after this one
    reg [ACTIVE_BITS-1:0] groups_left;   // after this one

    wire last_lane = lane == {LANE_BITS{1'b1}};
    wire last_group = groups_left == 0;
    wire prefetch = issuing && lane == 0 && !last_group;
    // verilator lint_off CMPCONST
    wire exists = group != LAST_GROUP[GROUP_BITS-1:0] || lane <= LAST_LANE[LANE_BITS-1:0];
    // verilator lint_on CMPCONST
    // verilator lint_off UNUSEDSIGNAL
    wire [GROUP_BITS+LANE_BITS-1:0] pattern = {group, lane};  // less than P, where it exists
    // verilator lint_on UNUSEDSIGNAL

    // Lanes on their way: 0 distance fetched, 1 look-up requested, the last: value is here.
    reg [4+PIPELINED:0] travelling;
    reg [4+PIPELINED:0] present;

    always @(posedge clk) begin
        list_fetched <= start;
        if (start) begin
            position <= SECOND[GROUP_BITS-1:0];
            groups_left <= active_groups - 1'b1;
        end else begin
            if (prefetch) position <= position + 1'b1;
            if (issuing && last_lane) groups_left <= groups_left - 1'b1;
        end
        if (list_fetched) lane <= {LANE_BITS{1'b0}};
        else if (issuing) lane <= lane + 1'b1;
        issuing <= list_fetched || (issuing && !(last_lane && last_group));
        travelling <= {travelling[3+PIPELINED:0], issuing};
        present <= {present[3+PIPELINED:0], issuing && exists};
        if (rst) begin
            list_fetched <= 1'b0;
            issuing <= 1'b0;
            travelling <= {(5+PIPELINED){1'b0}};
            present <= {(5+PIPELINED){1'b0}};
        end
    end

    assign list_read = start || prefetch;
    assign list_address = issuing ? position : {GROUP_BITS{1'b0}};
    assign list_output_enable = list_fetched || (issuing && last_lane && !last_group);
    assign distance_read = issuing && exists;
    assign distance_address = pattern[PATTERN_BITS-1:0];
    assign distance_output_enable = present[0];
    assign request = present[1];

    // Candidates -------------------------------------------------------------------------------

    reg                   judged;
    reg                   found;
    reg [KERNEL_BITS-1:0] found_value;
    reg [GROUP_BITS-1:0]  judged_group;
    reg [LANE_BITS-1:0]   judged_lane;
    // verilator lint_off UNUSEDSIGNAL
    wire [GROUP_BITS+LANE_BITS-1:0] judged_pattern = {judged_group, judged_lane};
    // verilator lint_on UNUSEDSIGNAL

    always @(posedge clk) begin
        judged <= travelling[4+PIPELINED];
        found <= present[4+PIPELINED] && value != 0;
        if (travelling[4+PIPELINED]) found_value <= value;
        // A lane is judged 6 cycles after its read (or 7), when its group, of 8 lanes or more, is
        // still the one that is read, if this is the group's first lane.
        if (travelling[4+PIPELINED] && (!judged || judged_lane == {LANE_BITS{1'b1}}))
            judged_group <= group;
        if (judged) judged_lane <= judged_lane + 1'b1;  // L is a power of two: ends at 0
        if (start) begin
            candidates <= {CANDIDATE_BITS{1'b0}};
            kernel_sum <= {KERNEL_SUM_BITS{1'b0}};
        end else if (found) begin
            candidates <= candidates + 1'b1;
            kernel_sum <= kernel_sum + {{(KERNEL_SUM_BITS-KERNEL_BITS){1'b0}}, found_value};
        end
        done <= judged && !travelling[4+PIPELINED];  // lanes have no gap between them
        if (rst) begin
            judged <= 1'b0;
            found <= 1'b0;
            judged_lane <= {LANE_BITS{1'b0}};
            done <= 1'b0;
        end
    end

    assign candidate_write = found;

    hwsim_ram #(
        .WIDTH(PATTERN_BITS), .DEPTH(PATTERNS), .ADDRESS_BITS(PATTERN_BITS),
        .PROTECTION(PROTECTION)
    ) candidate_list (
        .clk(clk), .write_enable(candidate_write),
        .write_address(candidates[PATTERN_BITS-1:0]),
        .write_data(judged_pattern[PATTERN_BITS-1:0]),
        .read_enable(candidate_read), .read_address(candidate_address),
        .output_enable(candidate_output_enable), .read_data(candidate), .errors(errors[1:0])
    );

    hwsim_ram #(
        .WIDTH(KERNEL_BITS), .DEPTH(PATTERNS), .ADDRESS_BITS(PATTERN_BITS),
        .PROTECTION(PROTECTION)
    ) kernel_values (
        .clk(clk), .write_enable(candidate_write),
        .write_address(candidates[PATTERN_BITS-1:0]), .write_data(found_value),
        .read_enable(candidate_read), .read_address(candidate_address),
        .output_enable(candidate_output_enable), .read_data(candidate_value), .errors(errors[3:2])
    );

endmodule

`default_nettype wire
