// SPDX-License-Identifier: Apache-2.0
//
// UPDATE: from the distances to the sums of all neurons, in either dataflow.
//
//   SCAN, which lists the groups that have a kernel value at all        hwsim_scan
//   k[m] = lut[d[m] - d0]                                               hwsim_kernel_lookup
//   group dataflow: planes of kernel values, and the sums of a group    hwsim_kernel_loader, _mac
//   row dataflow: candidates, and the sums of a word                    hwsim_candidates, _row_mac
//
// Wiring, the active list (word t is the index of the t-th active group; depth G), and what is
// constant in the dataflow that is not there.
`default_nettype none

module hwsim_update #(
    parameter NEURONS = 200,
    parameter FIELDS = NEURONS,  // M where outputs are others than neurons
    parameter PATTERNS = 600,
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter EXTERNAL = 0,   // of hwsim_mac
    parameter ENGINE = 0,     // which one of those side by side
    parameter WEIGHT_BITS = 2,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 8,
    parameter PIPELINED = 0,  // 1: of hwsim_rom
    parameter PROTECTION = 0,  // of hwsim_rom
    parameter LANES = 64,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter SHARED_PLANES = 0,
    parameter LEAD_BITS = 0,  // of lead, which hwsim_row_mac has where it is not alone
    parameter KERNEL_SUM_BITS = 18,
    parameter SUM_BITS = 20,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter NEURON_BITS = $clog2(FIELDS + (FIELDS == 1)),
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(GROUPS + 1),
    parameter CANDIDATE_BITS = $clog2(PATTERNS + 1),
    parameter LEAD_WIDTH = LEAD_BITS + (LEAD_BITS == 0),
    parameter [63:0] PATTERN_DEPTH = 64'd1 * PATTERNS * WORDS,
    parameter PATTERN_ADDRESS_BITS = $clog2(PATTERN_DEPTH + (PATTERN_DEPTH == 64'd1)),
    parameter KERNEL_LUT_FILE = "",
    parameter WEIGHTS_FILE = ""
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire [HOST_BITS+40:0]           host,
    output wire [HOST_BITS:0]              host_data,
    output wire [34:0]                     weight_demand,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [EXTERNAL*LANES:0]         weight_supply,
    // verilator lint_on UNUSEDSIGNAL
    // control
    input  wire                            scan_start,
    output wire                            scan_done,
    output wire [ACTIVE_BITS-1:0]          active_groups,
    // verilator lint_off UNUSEDSIGNAL
    input  wire                            clear,  // of the group dataflow
    input  wire                            load_start,
    input  wire [GROUP_BITS-1:0]           load_address,
    input  wire                            mac_start,
    input  wire                            candidates_start,  // of the row dataflow
    input  wire                            row_start,
    input  wire [LEAD_WIDTH-1:0]           lead,
    input  wire [LANES-1:0]                pattern_data,
    // verilator lint_on UNUSEDSIGNAL
    output wire                            loaded,
    output wire                            mac_ready,
    output wire                            candidates_done,
    output wire [CANDIDATE_BITS-1:0]       candidates,
    output wire [KERNEL_SUM_BITS-1:0]      kernel_sum,
    // group minima
    output wire                            minimum_read,
    output wire [GROUP_BITS-1:0]           minimum_address,
    output wire                            minimum_output_enable,
    input  wire [DISTANCE_BITS-1:0]        minimum_data,
    // distance buffer
    output wire                            distance_read,
    output wire [PATTERN_BITS-1:0]         distance_address,
    output wire                            distance_output_enable,
    input  wire [DISTANCE_BITS-1:0]        distance_data,
    input  wire [DISTANCE_BITS-1:0]        nearest,
    // pattern memory
    output wire                            pattern_read,
    output wire [PATTERN_ADDRESS_BITS-1:0] pattern_address,
    output wire                            pattern_output_enable,
    // sums
    output wire                            sum_valid,
    output wire [NEURON_BITS-1:0]          sum_neuron,
    output wire [SUM_BITS-1:0]             sum,
    // accesses of the memories within
    output wire                            lut_read,
    output wire                            list_read,
    output wire                            list_write,
    output wire                            weight_read,
    output wire                            accumulator_read,
    output wire                            accumulator_write,
    output wire                            candidate_read,
    output wire                            candidate_write,
    output wire                            group_skip,
    output wire [9:0]                      errors  // of all memories within
);

    // SCAN, active list, look-up ---------------------------------------------------------------

    wire                   minimum_request, distance_request, list_enable;
    wire [GROUP_BITS-1:0]  list_write_address, list_write_data, list_read_address, group;
    wire [KERNEL_BITS-1:0] kernel_value;

    hwsim_scan #(
        .GROUPS(GROUPS), .KERNEL_BITS(KERNEL_BITS), .PIPELINED(PIPELINED)
    ) scan (
        .clk(clk), .rst(rst), .start(scan_start), .done(scan_done),
        .active_groups(active_groups), .skip(group_skip),
        .minimum_read(minimum_read), .minimum_address(minimum_address),
        .minimum_output_enable(minimum_output_enable),
        .request(minimum_request), .value(kernel_value),
        .list_write(list_write), .list_address(list_write_address), .list_data(list_write_data)
    );

    hwsim_ram #(
        .WIDTH(GROUP_BITS), .DEPTH(GROUPS), .ADDRESS_BITS(GROUP_BITS), .PROTECTION(PROTECTION)
    ) active_list (
        .clk(clk), .write_enable(list_write), .write_address(list_write_address),
        .write_data(list_write_data),
        .read_enable(list_read), .read_address(list_read_address),
        .output_enable(list_enable), .read_data(group), .errors(errors[1:0])
    );

    wire [HOST_BITS:0] lut_data, weight_data;  // for the host

    assign host_data = lut_data | weight_data;

    hwsim_kernel_lookup #(
        .NEURONS(NEURONS), .KERNEL_BITS(KERNEL_BITS), .ORIGIN_NEAREST(ORIGIN_NEAREST),
        .HOST_BITS(HOST_BITS), .BANKS(BANKS), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION),
        .KERNEL_LUT_FILE(KERNEL_LUT_FILE)
    ) kernel_lookup (
        .clk(clk), .rst(rst), .host(host), .host_data(lut_data),
        .request(minimum_request || distance_request),
        .distance(minimum_request ? minimum_data : distance_data),
        .nearest(nearest), .lut_read(lut_read), .value(kernel_value), .errors(errors[3:2])
    );

    // Kernel values of the active groups, and their sums ------------------------------------------

    generate
        if (DATAFLOW_ROW != 0) begin : row
            wire [PATTERN_BITS-1:0]   candidate_address, candidate;
            wire                      candidate_enable;
            wire [KERNEL_BITS-1:0]    candidate_value;

            hwsim_candidates #(
                .PATTERNS(PATTERNS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
                .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION)
            ) candidate_lists (
                .clk(clk), .rst(rst), .start(candidates_start), .active_groups(active_groups),
                .done(candidates_done), .candidates(candidates), .kernel_sum(kernel_sum),
                .list_read(list_read), .list_address(list_read_address),
                .list_output_enable(list_enable), .group(group),
                .distance_read(distance_read), .distance_address(distance_address),
                .distance_output_enable(distance_output_enable),
                .request(distance_request), .value(kernel_value),
                .candidate_write(candidate_write), .candidate_read(candidate_read),
                .candidate_address(candidate_address),
                .candidate_output_enable(candidate_enable),
                .candidate(candidate), .candidate_value(candidate_value), .errors(errors[9:6])
            );

            hwsim_row_mac #(
                .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
                .PLANE_WEIGHTS(PLANE_WEIGHTS), .SHARED_PLANES(SHARED_PLANES),
                .KERNEL_BITS(KERNEL_BITS), .LANES(LANES), .LEAD_BITS(LEAD_BITS),
                .SUM_BITS(SUM_BITS), .HOST_BITS(HOST_BITS), .BANKS(BANKS),
                .ENGINE(ENGINE), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION),
                .WEIGHTS_FILE(WEIGHTS_FILE)
            ) mac (
                .clk(clk), .rst(rst), .host(host), .host_data(weight_data), .start(row_start),
                .candidates(candidates), .lead(lead),
                .weight_read(weight_read), .candidate_read(candidate_read),
                .candidate_address(candidate_address),
                .candidate_output_enable(candidate_enable),
                .candidate(candidate), .candidate_value(candidate_value),
                .pattern_read(pattern_read), .pattern_address(pattern_address),
                .pattern_output_enable(pattern_output_enable), .pattern_data(pattern_data),
                .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum), .errors(errors[5:4])
            );

            assign weight_demand = 35'd0;
            assign loaded = 1'b0;
            assign mac_ready = 1'b0;
            assign accumulator_read = 1'b0;
            assign accumulator_write = 1'b0;
        end else begin : group_by_group
            wire                         group_valid, transfer;
            wire [KERNEL_BITS*LANES-1:0] planes;

            hwsim_kernel_loader #(
                .PATTERNS(PATTERNS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
                .KERNEL_SUM_BITS(KERNEL_SUM_BITS), .PIPELINED(PIPELINED)
            ) kernel_loader (
                .clk(clk), .rst(rst), .clear(clear), .start(load_start), .loaded(loaded),
                .transfer(transfer), .planes(planes), .kernel_sum(kernel_sum),
                .list_output_enable(list_enable), .group_valid(group_valid), .group(group),
                .distance_read(distance_read), .distance_address(distance_address),
                .distance_output_enable(distance_output_enable),
                .request(distance_request), .value(kernel_value)
            );

            hwsim_mac #(
                .NEURONS(FIELDS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
                .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS), .LANES(LANES),
                .SUM_BITS(SUM_BITS), .HOST_BITS(HOST_BITS), .BANKS(BANKS), .EXTERNAL(EXTERNAL),
                .ENGINE(ENGINE), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION),
                .WEIGHTS_FILE(WEIGHTS_FILE)
            ) mac (
                .clk(clk), .rst(rst), .host(host), .host_data(weight_data),
                .weight_demand(weight_demand), .weight_supply(weight_supply),
                .clear(clear), .active_groups(active_groups),
                .group_valid(group_valid), .group(group), .start(mac_start), .ready(mac_ready),
                .weight_read(weight_read), .accumulator_read(accumulator_read),
                .accumulator_write(accumulator_write),
                .transfer(transfer), .planes(planes),
                .sum_valid(sum_valid), .sum_neuron(sum_neuron), .sum(sum), .errors(errors[7:4])
            );

            assign errors[9:8] = 2'b00;
            assign list_read = load_start;
            assign list_read_address = load_address;
            assign candidates_done = 1'b0;
            assign candidates = {CANDIDATE_BITS{1'b0}};
            assign candidate_read = 1'b0;
            assign candidate_write = 1'b0;
            assign pattern_read = 1'b0;
            assign pattern_address = {PATTERN_ADDRESS_BITS{1'b0}};
            assign pattern_output_enable = 1'b0;
        end
    endgenerate

endmodule

`default_nettype wire
