// SPDX-License-Identifier: Apache-2.0
//
// JOIN: what engines side by side found for UPDATE, added up or compared, one register each.
//
//   groups_done, most_active           all have listed their groups; the largest number of a list
//   loaded, candidates_done            all have looked up what they were started for
//   kernel_sum = sum over engines      with loaded and candidates_done
//   most_candidates                    the largest number of candidates
//   sum = sum over engines of U[i]     engines send the same neuron in the same cycle, or nothing
//
// Everything leaves one cycle after the last engine's part of it has come.
`default_nettype none

module hwsim_join #(
    parameter ENGINES = 2,
    parameter ACTIVE_BITS = 4,
    parameter CANDIDATE_BITS = 10,
    parameter KERNEL_SUM_BITS = 18,
    parameter SUM_BITS = 20,
    parameter NEURON_BITS = 8
) (
    input  wire                               clk,
    input  wire                               rst,
    input  wire                               groups_start,
    input  wire [ENGINES-1:0]                 groups_done_of,
    input  wire [ENGINES*ACTIVE_BITS-1:0]     active_groups,
    output wire                               groups_done,
    output reg  [ACTIVE_BITS-1:0]             most_active,
    input  wire [ENGINES-1:0]                 loaded_of,
    output reg                                loaded,
    input  wire                               candidates_start,
    input  wire [ENGINES-1:0]                 candidates_done_of,
    input  wire [ENGINES*CANDIDATE_BITS-1:0]  candidates,
    output wire                               candidates_done,
    output reg  [CANDIDATE_BITS-1:0]          most_candidates,
    input  wire [ENGINES*KERNEL_SUM_BITS-1:0] kernel_sums,
    output reg  [KERNEL_SUM_BITS-1:0]         kernel_sum,
    input  wire [ENGINES-1:0]                 sum_valid_of,
    input  wire [ENGINES*NEURON_BITS-1:0]     neurons,
    input  wire [ENGINES*SUM_BITS-1:0]        sums,
    output reg                                sum_valid,
    output reg  [NEURON_BITS-1:0]             sum_neuron,
    output reg  [SUM_BITS-1:0]                sum
);

    // Waiting for all --------------------------------------------------------------------------

    reg [ENGINES-1:0] active;  // engines with an active group
    // verilator lint_off UNUSEDSIGNAL
    wire [1:0]        pending;
    // verilator lint_on UNUSEDSIGNAL

    hwsim_barrier #(.ENGINES(ENGINES)) groups (
        .clk(clk), .rst(rst), .start(groups_start), .taking_part({ENGINES{1'b1}}),
        .done(groups_done_of), .pending(pending[0]), .met(groups_done)
    );

    hwsim_barrier #(.ENGINES(ENGINES)) lookups (
        .clk(clk), .rst(rst), .start(candidates_start), .taking_part(active),
        .done(candidates_done_of), .pending(pending[1]), .met(candidates_done)
    );

    // Largest and total ------------------------------------------------------------------------

    reg [ACTIVE_BITS-1:0]     largest_active;
    reg [CANDIDATE_BITS-1:0]  largest_candidates;
    reg [KERNEL_SUM_BITS-1:0] total_kernel;
    reg [SUM_BITS-1:0]        total;
    reg [NEURON_BITS-1:0]     neuron;
    integer                   e;

    always @* begin
        largest_active = {ACTIVE_BITS{1'b0}};
        largest_candidates = {CANDIDATE_BITS{1'b0}};
        total_kernel = {KERNEL_SUM_BITS{1'b0}};
        total = {SUM_BITS{1'b0}};
        neuron = {NEURON_BITS{1'b0}};
        for (e = 0; e < ENGINES; e = e + 1) begin
            active[e] = active_groups[e*ACTIVE_BITS +: ACTIVE_BITS] != 0;
            if (active_groups[e*ACTIVE_BITS +: ACTIVE_BITS] > largest_active)
                largest_active = active_groups[e*ACTIVE_BITS +: ACTIVE_BITS];
            if (candidates[e*CANDIDATE_BITS +: CANDIDATE_BITS] > largest_candidates)
                largest_candidates = candidates[e*CANDIDATE_BITS +: CANDIDATE_BITS];
            total_kernel = total_kernel + kernel_sums[e*KERNEL_SUM_BITS +: KERNEL_SUM_BITS];
            if (sum_valid_of[e]) begin
                total = total + sums[e*SUM_BITS +: SUM_BITS];
                neuron = neuron | neurons[e*NEURON_BITS +: NEURON_BITS];
            end
        end
    end

    always @(posedge clk) begin
        most_active <= largest_active;
        most_candidates <= largest_candidates;
        kernel_sum <= total_kernel;
        loaded <= |loaded_of;
        sum_valid <= |sum_valid_of;
        sum_neuron <= neuron;
        sum <= total;
        if (rst) begin
            loaded <= 1'b0;
            sum_valid <= 1'b0;
        end
    end

endmodule

`default_nettype wire
