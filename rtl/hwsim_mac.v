// SPDX-License-Identifier: Apache-2.0
//
// ACCUMULATE: one weight word a cycle against all kernel planes of the group held still.
//
//   M    = sum over c of 2**c * xnor_popcount(weights, ones, K[c])
//   U[i] = sum over groups and planes p of C[p] * M
//
// so that a[i] = 2 * U[i] - sum(C) * S, with S the sum of all kernel values: the threshold stage
// does that subtraction once a neuron. U[i] is never negative.
//
// Weight memory: word (g*N + i)*B + p, bit j is bit p of the code of pattern g*L + j, neuron i;
// depth G*N*B. Accumulator memory: word i is U[i]; depth N. The first active group starts from 0
// and reads no accumulator, the last one writes none: its sums go to the threshold stage.
//
// group_valid L + 6 cycles or more before the start of its group.
//
// Groups follow each other without a gap (start may come in the cycle of the last read, when
// ready is 1; PIPELINED = 1: in the one after ready), but a neuron of the next group must not be
// read before it was written:
// start to start takes at least L + 8 cycles (the kernel loader), a write follows its read by
// B + 2, and B + 2 < 8 + 8.
//
// EXTERNAL = 1: the words come from outside. weight_demand is {fetch, wanted, address (33 bits)};
// fetch announces that the N*B words from address on will be read, in this order. Groups are
// announced in the order of their starts, at most one ahead: a step's first when it starts, for it
// may be loaded in vain, the others when they are loaded. weight_supply is {ready, word}: a word is
// taken when it is wanted and ready, and arrives as that of a hwsim_rom whose read_enable this is.
// Every cycle in which it is wanted and not ready delays all that follows by one; N*B is at least
// L + 8, so that no load of a group can hide it. PIPELINED is 0: it foresees the last read.
//
// start at cycle 0, reads at cycles 1 .. N*B, the last sum at cycle N*B + log2(L) +
// ceil(log2(KB)) + 5 (PIPELINED = 1: 6).
`default_nettype none

module hwsim_mac #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter EXTERNAL = 0,   // 1: weights come from outside, word by word
    parameter ENGINE = 0,     // which one of those side by side
    parameter WEIGHT_BITS = 2,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,  // C[p] = PLANE_WEIGHTS[8*p +: 8]
    parameter KERNEL_BITS = 8,
    parameter PIPELINED = 0,  // 1: of hwsim_rom
    parameter PROTECTION = 0,  // of hwsim_rom
    parameter LANES = 64,
    parameter GROUPS = (PATTERNS + LANES - 1) / LANES,
    parameter NEURON_BITS = $clog2(NEURONS + (NEURONS == 1)),
    parameter GROUP_BITS = $clog2(GROUPS + (GROUPS == 1)),
    parameter ACTIVE_BITS = $clog2(GROUPS + 1),
    parameter SUM_BITS = 32,  // holds P * (2**KB - 1) * sum(C)
    parameter WEIGHTS_FILE = ""
) (
    input  wire                         clk,
    input  wire                         rst,
    output wire [HOST_BITS:0]           host_data,
    output wire [34:0]                  weight_demand,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [HOST_BITS+40:0]        host,           // without EXTERNAL
    input  wire [EXTERNAL*LANES:0]      weight_supply,
    // verilator lint_on UNUSEDSIGNAL
    input  wire                         clear,          // before a step's first group
    input  wire [ACTIVE_BITS-1:0]       active_groups,
    input  wire                         group_valid,    // group is the next one to start
    input  wire [GROUP_BITS-1:0]        group,
    input  wire                         start,
    output wire                         ready,
    output wire                         weight_read,
    output wire                         accumulator_read,
    output wire                         accumulator_write,
    // kernel planes
    output wire                         transfer,
    input  wire [KERNEL_BITS*LANES-1:0] planes,
    // sums of the last group
    output wire                         sum_valid,
    output wire [NEURON_BITS-1:0]       sum_neuron,
    output wire [SUM_BITS-1:0]          sum,
    output wire [3:0]                   errors  // of accumulators, weights
);

    localparam [63:0] GROUP_WORDS = NEURONS * WEIGHT_BITS;
    localparam [63:0] DEPTH = GROUP_WORDS * GROUPS;
    localparam ADDRESS_BITS = $clog2(DEPTH + (DEPTH == 64'd1));
    localparam [63:0] THREE = 64'd3;
    localparam COUNT_BITS = $clog2(LANES) + KERNEL_BITS;
    localparam PLANE_BITS = 3;
    localparam PRODUCT_BITS = COUNT_BITS + 8;
    localparam [31:0] LAST_PLANE = WEIGHT_BITS - 1;
    localparam [31:0] LAST_NEURON = NEURONS - 1;

    // Addresses --------------------------------------------------------------------------------

    reg                    issuing;
    reg                    first_read;
    reg [ADDRESS_BITS-1:0] base;       // of the next group
    reg [ADDRESS_BITS-1:0] address;
    reg [ADDRESS_BITS-1:0] left;       // reads left after this one
    // left is 2, 1, 0: in registers, for what ready begins
    reg                    two_left, one_left, last_read;
    // verilator lint_off UNUSEDSIGNAL
    reg [1:0]              fetched;  // 0: into the memory's first register, 1: into its second
    reg [1:0]              first_fetched;
    // verilator lint_on UNUSEDSIGNAL
    reg                    operand;

    wire available;  // the word to read
    wire issue = issuing && available;

    generate
        if (PIPELINED != 0) begin : foreseen  // start follows ready by a cycle
            reg last_two;  // at most one read is left after this one
            always @(posedge clk) begin
                if (start) last_two <= GROUP_WORDS <= 64'd2;
                else if (!issuing || two_left) last_two <= 1'b1;
                if (rst) last_two <= 1'b1;
            end
            assign ready = last_two;
        end else begin : at_once
            assign ready = !issuing || (last_read && available);
        end
    endgenerate

    // base = group * N * B. A group is known L + 6 cycles before its start, or more, so that one addition
    // a digit replaces a multiplier, whose delay would limit the clock. Of external weights base is told
    // to the outside at once.
    generate
        if (EXTERNAL == 0 && GROUP_BITS <= LANES + 5) begin : by_additions
            reg [GROUP_BITS:0] digits;  // left of the group's number, highest first, and a 1 behind
            wire [ADDRESS_BITS-1:0] words =
                GROUP_WORDS[ADDRESS_BITS-1:0] & {ADDRESS_BITS{digits[GROUP_BITS]}};
            always @(posedge clk)
                if (group_valid) begin
                    digits <= {group, 1'b1};
                    base <= {ADDRESS_BITS{1'b0}};
                end else if (digits[GROUP_BITS-1:0] != 0) begin
                    digits <= digits << 1;
                    base <= (base << 1) + words;
                end
        end else begin : multiplied
            always @(posedge clk)
                if (group_valid) base <= group * GROUP_WORDS[ADDRESS_BITS-1:0];
        end
    endgenerate

    always @(posedge clk) begin
        if (start) begin
            address <= base;
            left <= GROUP_WORDS[ADDRESS_BITS-1:0] - 1'b1;
            two_left <= GROUP_WORDS == 64'd3;
            one_left <= GROUP_WORDS == 64'd2;
            last_read <= GROUP_WORDS == 64'd1;
        end else if (issue) begin
            address <= address + 1'b1;
            left <= left - 1'b1;
            two_left <= GROUP_WORDS > 64'd3 && left == THREE[ADDRESS_BITS-1:0];
            one_left <= two_left;
            last_read <= one_left;
        end
        issuing <= start || (issuing && !(last_read && available));
        first_read <= start;
        fetched <= {fetched[0], issue};
        first_fetched <= {first_fetched[0], first_read};
        operand <= fetched[PIPELINED];
        if (rst) begin
            issuing <= 1'b0;
            first_read <= 1'b0;
            fetched <= 2'd0;
            first_fetched <= 2'd0;
            operand <= 1'b0;
        end
    end

    assign weight_read = issue;
    assign transfer = first_fetched[PIPELINED];  // planes change as the first word may arrive

    // M ----------------------------------------------------------------------------------------

    wire [LANES-1:0]      weights;
    wire                  counted;
    wire [COUNT_BITS-1:0] count;

    generate
        if (EXTERNAL == 0) begin : internal
            hwsim_rom #(
                .WIDTH(LANES), .DEPTH(DEPTH), .ADDRESS_BITS(ADDRESS_BITS), .FILE(WEIGHTS_FILE),
                .HOST_BITS(HOST_BITS), .BANKS(BANKS), .MEMORY(1), .ENGINE(ENGINE),
                .PIPELINED(PIPELINED), .PROTECTION(PROTECTION)
            ) weight_memory (
                .clk(clk), .host(host), .host_data(host_data), .read_enable(issuing),
                .address(address), .output_enable(fetched[0]), .data(weights),
                .errors(errors[1:0])
            );
            assign available = 1'b1;
            assign weight_demand = 35'd0;
        end else begin : external
            reg                    begun;  // the step's first group
            reg                    fetch;
            wire [32:0]            first = {{(33-ADDRESS_BITS){1'b0}}, base};

            always @(posedge clk) begin
                fetch <= begun ? group_valid : start;
                if (start) begun <= 1'b1;
                if (clear) begun <= 1'b0;
                if (rst) begin
                    begun <= 1'b0;
                    fetch <= 1'b0;
                end
            end

            assign available = weight_supply[LANES];
            assign weight_demand = {fetch, issuing, first};
            assign host_data = {(HOST_BITS+1){1'b0}};
            assign weights = weight_supply[LANES-1:0];
            assign errors[1:0] = 2'b00;
        end
    endgenerate

    hwsim_xnor_popcount #(.LANES(LANES), .SLICES(KERNEL_BITS)) popcount (
        .clk(clk), .rst(rst), .in_valid(operand),
        .a(weights), .b({LANES{1'b1}}), .mask(planes),
        .out_valid(counted), .sum(count)
    );

    // C[p] * M, while U[i] is read -------------------------------------------------------------

    reg [PLANE_BITS-1:0]  plane;
    reg [NEURON_BITS-1:0] neuron;
    reg                   first_group;
    wire                  first_plane = plane == 0;
    wire                  last_plane = plane == LAST_PLANE[PLANE_BITS-1:0];
    wire                  last_neuron = neuron == LAST_NEURON[NEURON_BITS-1:0];

    // Weights that are powers of 2, as codes of a uniform quantizer have, need no multiplier.
    function shifts_alone(input [63:0] factors);
        integer p;
        begin
            shifts_alone = 1'b1;
            for (p = 0; p < WEIGHT_BITS; p = p + 1)
                if ((factors[8*p +: 8] & (factors[8*p +: 8] - 8'd1)) != 8'd0)
                    shifts_alone = 1'b0;
        end
    endfunction

    localparam SHIFTS = shifts_alone(PLANE_WEIGHTS);

    function [PRODUCT_BITS-1:0] weighted(
        input [COUNT_BITS-1:0] number, input [PLANE_BITS-1:0] which
    );
        integer p;
        begin
            weighted = {PRODUCT_BITS{1'b0}};
            if (SHIFTS) begin
                for (p = 0; p < WEIGHT_BITS; p = p + 1)
                    if (which == p[PLANE_BITS-1:0])
                        weighted = {8'd0, number}
                            * {{COUNT_BITS{1'b0}}, PLANE_WEIGHTS[8*p +: 8]};
            end else begin
                weighted = {8'd0, number} * {{COUNT_BITS{1'b0}}, PLANE_WEIGHTS[8*which +: 8]};
            end
        end
    endfunction

    reg [1:0]             product_valid;
    reg [1:0]             product_first;
    reg [1:0]             product_last;
    reg                   accumulator_fetched;
    reg [1:0]             from_zero;
    reg [PRODUCT_BITS-1:0] product;
    // verilator lint_off UNUSEDSIGNAL
    reg [PRODUCT_BITS-1:0] product_delayed;  // at most a sum: higher bits are 0
    // verilator lint_on UNUSEDSIGNAL

    assign accumulator_read = counted && first_plane && !first_group;

    always @(posedge clk) begin
        product_valid <= {product_valid[0], counted};
        accumulator_fetched <= accumulator_read;
        if (counted) begin
            product <= weighted(count, plane);
            plane <= last_plane ? {PLANE_BITS{1'b0}} : plane + 1'b1;
            if (last_plane) neuron <= last_neuron ? {NEURON_BITS{1'b0}} : neuron + 1'b1;
            if (last_plane && last_neuron) first_group <= 1'b0;
        end
        if (counted || product_valid[0]) begin
            product_first <= {product_first[0], first_plane};
            product_last <= {product_last[0], last_plane};
            from_zero <= {from_zero[0], first_group};
            product_delayed <= product;
        end
        if (clear) first_group <= 1'b1;
        if (rst) begin
            product_valid <= 2'd0;
            accumulator_fetched <= 1'b0;
            plane <= {PLANE_BITS{1'b0}};
            neuron <= {NEURON_BITS{1'b0}};
        end
    end

    // U ----------------------------------------------------------------------------------------

    reg                    summed;
    reg [SUM_BITS-1:0]     accumulator;
    reg [NEURON_BITS-1:0]  summed_neuron;
    reg [ACTIVE_BITS-1:0]  groups_left;  // after the one being summed
    reg                    last_group;   // groups_left is 0: a register, for sums start long paths
    wire [SUM_BITS-1:0]    stored;
    // Two selects, no wide multiplexer in front of the carry chain's second operand.
    wire [SUM_BITS-1:0]    start_from = stored & {SUM_BITS{!from_zero[1]}};

    wire [SUM_BITS-1:0] addend;

    generate
        if (SUM_BITS > PRODUCT_BITS) begin : wider
            assign addend = {{(SUM_BITS-PRODUCT_BITS){1'b0}}, product_delayed};
        end else begin : narrower
            assign addend = product_delayed[SUM_BITS-1:0];
        end
    endgenerate

    hwsim_ram #(
        .WIDTH(SUM_BITS), .DEPTH(NEURONS), .ADDRESS_BITS(NEURON_BITS),
        .PROTECTION(PROTECTION)
    ) accumulators (
        .clk(clk),
        .write_enable(accumulator_write), .write_address(summed_neuron),
        .write_data(accumulator),
        .read_enable(accumulator_read), .read_address(neuron),
        .output_enable(accumulator_fetched), .read_data(stored), .errors(errors[3:2])
    );

    always @(posedge clk) begin
        summed <= product_valid[1] && product_last[1];
        if (product_valid[1])
            accumulator <= (product_first[1] ? start_from : accumulator) + addend;
        if (summed) begin
            summed_neuron <= (summed_neuron == LAST_NEURON[NEURON_BITS-1:0]) ? {NEURON_BITS{1'b0}}
                                                            : summed_neuron + 1'b1;
            if (summed_neuron == LAST_NEURON[NEURON_BITS-1:0]) begin
                groups_left <= groups_left - 1'b1;
                last_group <= groups_left == 1;
            end
        end
        if (clear) begin
            groups_left <= active_groups - 1'b1;
            last_group <= active_groups == 1;
        end
        if (rst) begin
            summed <= 1'b0;
            summed_neuron <= {NEURON_BITS{1'b0}};
        end
    end

    assign accumulator_write = summed && !last_group;
    assign sum_valid = summed && last_group;
    assign sum_neuron = summed_neuron;
    assign sum = accumulator;

endmodule

`default_nettype wire
