// SPDX-License-Identifier: Apache-2.0
//
// What a recall costs: clock cycles, memory accesses, skipped groups. All counts start anew two
// cycles after clear (the last result beat is accepted, or a query is dropped): what asks for it is
// at a port, and a register keeps that off so many enables. What the cycle between may bring, the
// first beat of the next query, is counted: a cycle, and a word of the state.
//
// cycles counts the cycle it is read in: it is 1 in the cycle in which the first query beat is
// accepted, unless that is the one after clear, and complete in the one in which the last result
// beat is. It stands still while waiting is 1.
`default_nettype none

module hwsim_counters #(
    parameter SLOTS = 1,   // that may access memories of their own in one cycle
    parameter ENGINES = 1  // likewise, the other memories
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               clear,
    input  wire               waiting,
    input  wire [ENGINES-1:0] pattern_read,
    input  wire [ENGINES-1:0] weight_read,
    input  wire [ENGINES-1:0] lut_read,
    input  wire               offset_read,
    input  wire [SLOTS-1:0]   state_read,
    input  wire [SLOTS-1:0]   state_write,
    input  wire [SLOTS-1:0]   distance_read,
    input  wire [SLOTS-1:0]   distance_write,
    input  wire [ENGINES-1:0] group_minimum_read,
    input  wire [SLOTS-1:0]   group_minimum_write,
    input  wire [ENGINES-1:0] active_list_read,
    input  wire [ENGINES-1:0] active_list_write,
    input  wire [ENGINES-1:0] accumulator_read,
    input  wire [ENGINES-1:0] accumulator_write,
    input  wire [ENGINES-1:0] radius_read,
    input  wire [ENGINES-1:0] candidate_read,
    input  wire [ENGINES-1:0] candidate_write,
    input  wire [ENGINES-1:0] kernel_value_read,
    input  wire [ENGINES-1:0] kernel_value_write,
    input  wire [ENGINES-1:0] group_skip,
    output reg  [63:0]        cycles,
    output reg  [63:0]        pattern_reads,
    output reg  [63:0]        weight_reads,
    output reg  [63:0]        lut_reads,
    output reg  [63:0]        offset_reads,
    output reg  [63:0]        state_reads,
    output reg  [63:0]        state_writes,
    output reg  [63:0]        distance_reads,
    output reg  [63:0]        distance_writes,
    output reg  [63:0]        group_minimum_reads,
    output reg  [63:0]        group_minimum_writes,
    output reg  [63:0]        active_list_reads,
    output reg  [63:0]        active_list_writes,
    output reg  [63:0]        accumulator_reads,
    output reg  [63:0]        accumulator_writes,
    output reg  [63:0]        radius_reads,
    output reg  [63:0]        candidate_reads,
    output reg  [63:0]        candidate_writes,
    output reg  [63:0]        kernel_value_reads,
    output reg  [63:0]        kernel_value_writes,
    output reg  [63:0]        groups_skipped
);

    reg  cleared;  // a cycle ago
    wire restart = rst || cleared;
    // Long carries limit the clock of small devices: the upper parts of the one counter that every
    // design looks at count by flags that know the last value of what is below a cycle ahead.
    reg  cycles_carry_16, cycles_carry_32;

    function [63:0] of_slots(input [SLOTS-1:0] accesses);
        integer slot;
        begin
            of_slots = 64'd0;
            for (slot = 0; slot < SLOTS; slot = slot + 1)
                of_slots = of_slots + {63'd0, accesses[slot]};
        end
    endfunction

    function [63:0] of_engines(input [ENGINES-1:0] accesses);
        integer engine;
        begin
            of_engines = 64'd0;
            for (engine = 0; engine < ENGINES; engine = engine + 1)
                of_engines = of_engines + {63'd0, accesses[engine]};
        end
    endfunction

    always @(posedge clk) cleared <= clear && !rst;

    always @(posedge clk)
        if (restart) begin
            cycles <= 64'd1 + {63'd0, !rst && !waiting};
            cycles_carry_16 <= 1'b0;
            cycles_carry_32 <= 1'b0;
            pattern_reads <= 64'd0;
            weight_reads <= 64'd0;
            lut_reads <= 64'd0;
            offset_reads <= 64'd0;
            state_reads <= 64'd0;
            state_writes <= of_slots(state_write & {SLOTS{!rst}});
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
            if (!waiting) begin
                cycles[15:0] <= cycles[15:0] + 1'b1;
                cycles_carry_16 <= cycles[15:0] == 16'hFFFE;
                if (cycles_carry_16) cycles[31:16] <= cycles[31:16] + 1'b1;
                cycles_carry_32 <= cycles[31:0] == 32'hFFFFFFFE;
                if (cycles_carry_32) cycles[63:32] <= cycles[63:32] + 1'b1;
            end
            pattern_reads <= pattern_reads + of_engines(pattern_read);
            state_reads <= state_reads + of_slots(state_read);
            state_writes <= state_writes + of_slots(state_write);
            distance_writes <= distance_writes + of_slots(distance_write);
            group_minimum_writes <= group_minimum_writes + of_slots(group_minimum_write);
            group_minimum_reads <= group_minimum_reads + of_engines(group_minimum_read);
            lut_reads <= lut_reads + of_engines(lut_read);
            active_list_reads <= active_list_reads + of_engines(active_list_read);
            active_list_writes <= active_list_writes + of_engines(active_list_write);
            distance_reads <= distance_reads + of_slots(distance_read);
            groups_skipped <= groups_skipped + of_engines(group_skip);
            weight_reads <= weight_reads + of_engines(weight_read);
            accumulator_reads <= accumulator_reads + of_engines(accumulator_read);
            accumulator_writes <= accumulator_writes + of_engines(accumulator_write);
            if (offset_read) offset_reads <= offset_reads + 1'b1;
            radius_reads <= radius_reads + of_engines(radius_read);
            candidate_reads <= candidate_reads + of_engines(candidate_read);
            candidate_writes <= candidate_writes + of_engines(candidate_write);
            kernel_value_reads <= kernel_value_reads + of_engines(kernel_value_read);
            kernel_value_writes <= kernel_value_writes + of_engines(kernel_value_write);
        end

endmodule

`default_nettype wire
