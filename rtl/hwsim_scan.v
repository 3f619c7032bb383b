// SPDX-License-Identifier: Apache-2.0
//
// SCAN: list the groups that have any nonzero kernel value, one group a cycle.
//
// The LUT never increases, so all values of a group are 0 exactly if its nearest pattern's is.
// Each group's smallest distance goes through the kernel look-up; a group whose value is not 0
// is appended to the active list, any other is skipped for this step.
//
// Active list: word t is the index of the t-th active group; depth G.
//
// start at cycle 0, reads at cycles 1 .. G, done (with active_groups) at cycle G + 7; a cycle later
// with PIPELINED = 1.
`default_nettype none

module hwsim_scan #(
    parameter GROUPS = 10,
    parameter KERNEL_BITS = 8,
    parameter PIPELINED = 0,  // 1: of hwsim_kernel_lookup
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(GROUPS + 1)
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   start,
    output reg                    done,
    output reg  [ACTIVE_BITS-1:0] active_groups,
    output wire                   skip,
    // group minima
    output wire                   minimum_read,
    output wire [GROUP_BITS-1:0]  minimum_address,
    output wire                   minimum_output_enable,
    // kernel look-up; the group minimum itself goes there directly
    output wire                   request,
    input  wire [KERNEL_BITS-1:0] value,
    // active list
    output wire                   list_write,
    output wire [GROUP_BITS-1:0]  list_address,
    output wire [GROUP_BITS-1:0]  list_data
);

    localparam [31:0] LAST_GROUP = GROUPS - 1;

    reg                  issuing;
    reg [GROUP_BITS-1:0] issued_group;
    reg [4+PIPELINED:0]  travelling;  // 0: minimum fetched, 1: requested, the last: value is here
    reg                  judged;
    reg                  active;
    reg [GROUP_BITS-1:0] group;
    wire                 last_group = group == LAST_GROUP[GROUP_BITS-1:0];

    always @(posedge clk) begin
        if (start) issued_group <= {GROUP_BITS{1'b0}};
        else if (issuing) issued_group <= issued_group + 1'b1;
        issuing <= start || (issuing && issued_group != LAST_GROUP[GROUP_BITS-1:0]);
        travelling <= {travelling[3+PIPELINED:0], issuing};

        judged <= travelling[4+PIPELINED];
        if (travelling[4+PIPELINED]) active <= value != 0;

        if (start) begin
            group <= {GROUP_BITS{1'b0}};
            active_groups <= {ACTIVE_BITS{1'b0}};
        end else if (judged) begin
            group <= group + 1'b1;
            if (active) active_groups <= active_groups + 1'b1;
        end
        done <= judged && last_group;

        if (rst) begin
            issuing <= 1'b0;
            travelling <= {(5+PIPELINED){1'b0}};
            judged <= 1'b0;
            done <= 1'b0;
        end
    end

    assign minimum_read = issuing;
    assign minimum_address = issued_group;
    assign minimum_output_enable = travelling[0];
    assign request = travelling[1];
    assign list_write = judged && active;
    assign list_address = active_groups[GROUP_BITS-1:0];
    assign list_data = group;
    assign skip = judged && !active;

endmodule

`default_nettype wire
