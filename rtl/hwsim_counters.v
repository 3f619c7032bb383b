// SPDX-License-Identifier: Apache-2.0
//
// What a recall costs: clock cycles, memory accesses, skipped groups. All counts start anew after
// clear (the last result beat is accepted, or a query is dropped).
//
// cycles counts the cycle it is read in: it is 1 in the cycle in which the first query beat is
// accepted, and complete in the one in which the last result beat is. It stands still while
// waiting is 1.
`default_nettype none

module hwsim_counters #(
    parameter SLOTS = 1  // that may access memories of their own in one cycle
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             clear,
    input  wire             waiting,
    input  wire             pattern_read,
    input  wire             weight_read,
    input  wire             lut_read,
    input  wire             offset_read,
    input  wire [SLOTS-1:0] state_read,
    input  wire [SLOTS-1:0] state_write,
    input  wire [SLOTS-1:0] distance_read,
    input  wire [SLOTS-1:0] distance_write,
    input  wire             group_minimum_read,
    input  wire [SLOTS-1:0] group_minimum_write,
    input  wire             active_list_read,
    input  wire             active_list_write,
    input  wire             accumulator_read,
    input  wire             accumulator_write,
    input  wire             radius_read,
    input  wire             candidate_read,
    input  wire             candidate_write,
    input  wire             kernel_value_read,
    input  wire             kernel_value_write,
    input  wire             group_skip,
    output reg  [63:0]      cycles,
    output reg  [63:0]      pattern_reads,
    output reg  [63:0]      weight_reads,
    output reg  [63:0]      lut_reads,
    output reg  [63:0]      offset_reads,
    output reg  [63:0]      state_reads,
    output reg  [63:0]      state_writes,
    output reg  [63:0]      distance_reads,
    output reg  [63:0]      distance_writes,
    output reg  [63:0]      group_minimum_reads,
    output reg  [63:0]      group_minimum_writes,
    output reg  [63:0]      active_list_reads,
    output reg  [63:0]      active_list_writes,
    output reg  [63:0]      accumulator_reads,
    output reg  [63:0]      accumulator_writes,
    output reg  [63:0]      radius_reads,
    output reg  [63:0]      candidate_reads,
    output reg  [63:0]      candidate_writes,
    output reg  [63:0]      kernel_value_reads,
    output reg  [63:0]      kernel_value_writes,
    output reg  [63:0]      groups_skipped
);

    wire restart = rst || clear;

    function [63:0] total(input [SLOTS-1:0] accesses);
        integer slot;
        begin
            total = 64'd0;
            for (slot = 0; slot < SLOTS; slot = slot + 1)
                total = total + {63'd0, accesses[slot]};
        end
    endfunction

    always @(posedge clk)
        if (restart) begin
            cycles <= 64'd1;
            pattern_reads <= 64'd0;
            weight_reads <= 64'd0;
            lut_reads <= 64'd0;
            offset_reads <= 64'd0;
            state_reads <= 64'd0;
            state_writes <= 64'd0;
            distance_reads <= 64'd0;
            distance_writes <= 64'd0;
            group_minimum_reads <= 64'd0;
            group_minimum_writes <= 64'd0;
            active_list_reads <= 64'd0;
            active_list_writes <= 64'd0;
            accumulator_reads <= 64'd0;
            accumulator_writes <= 64'd0;
            radius_reads <= 64'd0;
            candidate_reads <= 64'd0;
            candidate_writes <= 64'd0;
            kernel_value_reads <= 64'd0;
            kernel_value_writes <= 64'd0;
            groups_skipped <= 64'd0;
        end else begin
            if (!waiting) cycles <= cycles + 1'b1;
            if (pattern_read) pattern_reads <= pattern_reads + 1'b1;
            state_reads <= state_reads + total(state_read);
            state_writes <= state_writes + total(state_write);
            distance_writes <= distance_writes + total(distance_write);
            group_minimum_writes <= group_minimum_writes + total(group_minimum_write);
            if (group_minimum_read) group_minimum_reads <= group_minimum_reads + 1'b1;
            if (lut_read) lut_reads <= lut_reads + 1'b1;
            if (active_list_read) active_list_reads <= active_list_reads + 1'b1;
            if (active_list_write) active_list_writes <= active_list_writes + 1'b1;
            distance_reads <= distance_reads + total(distance_read);
            if (group_skip) groups_skipped <= groups_skipped + 1'b1;
            if (weight_read) weight_reads <= weight_reads + 1'b1;
            if (accumulator_read) accumulator_reads <= accumulator_reads + 1'b1;
            if (accumulator_write) accumulator_writes <= accumulator_writes + 1'b1;
            if (offset_read) offset_reads <= offset_reads + 1'b1;
            if (radius_read) radius_reads <= radius_reads + 1'b1;
            if (candidate_read) candidate_reads <= candidate_reads + 1'b1;
            if (candidate_write) candidate_writes <= candidate_writes + 1'b1;
            if (kernel_value_read) kernel_value_reads <= kernel_value_reads + 1'b1;
            if (kernel_value_write) kernel_value_writes <= kernel_value_writes + 1'b1;
        end

endmodule

`default_nettype wire
