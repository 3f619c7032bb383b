// SPDX-License-Identifier: Apache-2.0
//
// THRESHOLD: the sign of the field, one neuron at a time as its sum arrives.
//
//   f = (2 * U - sum(C) * S) * 2**F + z * S
//   next bit = 1 for f > 0, 0 for f < 0, the old bit for f = 0
//
// A word of old bits is read at its first neuron, rotates through a shift register that lets old
// bits out at the bottom and new bits in at the top, and is written back after its last neuron.
// changed = some bit became another one; flips: how many did.
//
// OUTPUTS = 1: the fields are those of outputs of their own, M in place of N. Nothing is read: there is
// no old bit, the next one is 0 for f = 0, and none has changed. Fields leave beside their signs.
//
// Offset memory (OFFSET_BITS > 0): word i is z[i], two's complement; depth N.
//
// kernel_sum must be complete when bias_valid; sums may come in any cycle, neuron 0 first. The
// last write is 6 cycles after the last sum, done one cycle later; both three cycles later with
// PIPELINED = 1, where z * S takes two more and no multiplier block, whose delay limits the clock.
`default_nettype none

module hwsim_threshold #(
    parameter NEURONS = 200,
    parameter LANES = 64,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter PLANE_WEIGHT_SUM = 3,  // sum(C)
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter PIPELINED = 0,  // 1: of hwsim_rom
    parameter PROTECTION = 0,  // of hwsim_rom
    parameter OUTPUTS = 0,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter NEURON_BITS = $clog2(NEURONS + (NEURONS == 1)),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter FLIP_BITS = $clog2(NEURONS + 1),
    parameter KERNEL_SUM_BITS = 18,
    parameter SUM_BITS = 20,
    parameter FIELD_BITS = 21,
    parameter OFFSETS_FILE = ""
) (
    input  wire                       clk,
    input  wire                       rst,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [HOST_BITS+40:0]      host,
    // verilator lint_on UNUSEDSIGNAL
    output wire [HOST_BITS:0]         host_data,
    input  wire                       clear,  // before a step's first sum
    input  wire                       bias_valid,
    input  wire [KERNEL_SUM_BITS-1:0] kernel_sum,
    input  wire                       sum_valid,
    input  wire [NEURON_BITS-1:0]     sum_neuron,
    input  wire [SUM_BITS-1:0]        sum,
    output wire                       offset_read,
    output reg                        changed,
    output reg  [FLIP_BITS-1:0]       flips,
    output reg                        done,
    // fields, neuron 0 first
    output wire                       field_coming,  // field_valid two cycles later
    output wire                       field_valid,
    output reg  signed [FIELD_BITS-1:0] field,
    // state memory
    output wire                       state_read,
    output wire [WORD_BITS-1:0]       state_read_address,
    output wire                       state_output_enable,
    input  wire [LANES-1:0]           state_read_data,
    output wire                       state_write,
    output wire [WORD_BITS-1:0]       state_write_address,
    output wire [LANES-1:0]           state_write_data,
    output wire [1:0]                 errors  // of offsets
);

    localparam LANE_BITS = $clog2(LANES);
    localparam UNUSED = WORDS * LANES - NEURONS;  // lanes of the last word
    localparam [31:0] WEIGHT_SUM = PLANE_WEIGHT_SUM;  // at most 8 * 255
    localparam [31:0] LAST_NEURON = NEURONS - 1;

    localparam LATER = 3 * PIPELINED;  // cycles until z * S is there: one of the memory, two of it

    reg [4+LATER:0] valid;  // valid[k]: the sum of k + 1 cycles ago

    always @(posedge clk) begin
        valid <= {valid[3+LATER:0], sum_valid};
        if (rst) valid <= {(5+LATER){1'b0}};
    end

    // Cycles 0 to 2 (or 5): difference of sums; offset and old word on their way ---------------

    reg [SUM_BITS-1:0]              bias;        // sum(C) * S
    reg signed [SUM_BITS:0]         difference;  // |a| <= P * (2**KB - 1) * sum(C) < 2**SUM_BITS
    reg signed [SUM_BITS:0]         difference_1;
    reg signed [SUM_BITS:0]         difference_2;
    wire signed [SUM_BITS:0]        difference_3;  // with the offset's product
    // verilator lint_off UNUSEDSIGNAL
    wire [31:0]                     position = {{(32-NEURON_BITS){1'b0}}, sum_neuron};
    // verilator lint_on UNUSEDSIGNAL

    // Shifts and additions, for a multiplier block's delay would limit the clock. As few as it takes:
    // sum(C) = ADDED - SUBTRACTED. 15 is 16 - 1; 3 is 2 + 1, for what is subtracted is inverted first.
    function integer ones(input [31:0] number);
        integer i;
        begin
            ones = 0;
            for (i = 0; i < 32; i = i + 1) if (number[i]) ones = ones + 1;
        end
    endfunction

    localparam [31:0] THREEFOLD = 3 * WEIGHT_SUM;
    localparam PLAIN = ones(WEIGHT_SUM) <= ones(THREEFOLD ^ WEIGHT_SUM);
    localparam [31:0] ADDED = PLAIN ? WEIGHT_SUM : (THREEFOLD & ~WEIGHT_SUM) >> 1;
    localparam [31:0] SUBTRACTED = PLAIN ? 32'd0 : (WEIGHT_SUM & ~THREEFOLD) >> 1;

    function [SUM_BITS-1:0] weighted(input [SUM_BITS-1:0] number);
        integer digit;
        begin
            weighted = {SUM_BITS{1'b0}};
            for (digit = 0; digit < 12; digit = digit + 1)
                if (ADDED[digit]) weighted = weighted + (number << digit);
                else if (SUBTRACTED[digit]) weighted = weighted - (number << digit);
        end
    endfunction

    // verilator lint_off UNUSEDSIGNAL
    wire [SUM_BITS+KERNEL_SUM_BITS-1:0] wide_kernel_sum = {{SUM_BITS{1'b0}}, kernel_sum};
    // verilator lint_on UNUSEDSIGNAL

    always @(posedge clk) begin
        if (bias_valid) bias <= weighted(wide_kernel_sum[SUM_BITS-1:0]);
        if (sum_valid) difference <= {sum, 1'b0} - {1'b0, bias};
        if (valid[0]) difference_1 <= difference;
        if (valid[1]) difference_2 <= difference_1;
    end

    generate
        if (PIPELINED != 0) begin : late
            reg signed [SUM_BITS:0] delayed_1, delayed_2, delayed_3;
            always @(posedge clk) begin
                if (valid[2]) delayed_1 <= difference_2;
                if (valid[3]) delayed_2 <= delayed_1;
                if (valid[4]) delayed_3 <= delayed_2;
            end
            assign difference_3 = delayed_3;
        end else begin : in_time
            assign difference_3 = difference_2;
        end
    endgenerate

    // The old word is read a cycle after its first sum, in time for that one's bit: what makes a sum
    // the last one of its neuron is off the way to the state memory then.
    reg                 word_wanted;
    reg [WORD_BITS-1:0] wanted_word;
    reg                 word_fetched;

    always @(posedge clk) begin
        word_wanted <= OUTPUTS == 0 && sum_valid && position[LANE_BITS-1:0] == {LANE_BITS{1'b0}};
        wanted_word <= position[LANE_BITS +: WORD_BITS];
        word_fetched <= word_wanted;
        if (rst) begin
            word_wanted <= 1'b0;
            word_fetched <= 1'b0;
        end
    end

    assign state_read = word_wanted;
    assign state_read_address = wanted_word;
    assign state_output_enable = word_fetched;

    // Then: z * S ----------------------------------------------------------------------

    // The register is as wide as the product and no wider, |z * S| <= 2**(ZB - 1) * (2**bits(S) - 1):
    // a synthesiser that maps product and register into one multiplier block does not extend the
    // sign into further bits. Its own bits are extended in the sum.
    localparam PRODUCT_BITS = OFFSET_BITS + KERNEL_SUM_BITS;

    wire signed [PRODUCT_BITS-1:0] offset_product;

    generate
        if (OFFSET_BITS > 0) begin : with_offsets
            wire signed [OFFSET_BITS-1:0] offset;
            localparam [31:0] NEURON_COUNT = NEURONS;
            localparam [63:0] DEPTH = {32'd0, NEURON_COUNT};
            hwsim_rom #(
                .WIDTH(OFFSET_BITS), .DEPTH(DEPTH), .ADDRESS_BITS(NEURON_BITS),
                .FILE(OFFSETS_FILE), .HOST_BITS(HOST_BITS), .BANKS(BANKS), .MEMORY(3),
                .PIPELINED(PIPELINED), .PROTECTION(PROTECTION)
            ) offsets (
                .clk(clk), .host(host), .host_data(host_data),
                .read_enable(sum_valid), .address(sum_neuron),
                .output_enable(valid[0]), .data(offset), .errors(errors)
            );
            if (PIPELINED != 0) begin : in_parts
                hwsim_product #(.OFFSET_BITS(OFFSET_BITS), .SUM_BITS(KERNEL_SUM_BITS)) multiplied (
                    .clk(clk), .valid(valid[4:2]), .offset(offset), .kernel_sum(kernel_sum),
                    .product(offset_product)
                );
            end else begin : at_once
                reg signed [PRODUCT_BITS-1:0] product;
                always @(posedge clk)
                    if (valid[1]) product <= offset * $signed({1'b0, kernel_sum});
                assign offset_product = product;
            end
            assign offset_read = sum_valid;
        end else begin : without_offsets
            assign offset_product = {PRODUCT_BITS{1'b0}};
            assign offset_read = 1'b0;
            assign errors = 2'b00;
            assign host_data = {(HOST_BITS+1){1'b0}};
        end
    endgenerate

    // Two cycles more: field and its sign --------------------------------------------------------

    wire signed [FIELD_BITS-1:0] wide_difference =
        {{(FIELD_BITS-SUM_BITS-1){difference_3[SUM_BITS]}}, difference_3};
    wire signed [FIELD_BITS-1:0] wide_product =
        {{(FIELD_BITS-PRODUCT_BITS){offset_product[PRODUCT_BITS-1]}}, offset_product};
    reg                               negative;
    reg                               zero;

    assign field_coming = valid[1+LATER];
    assign field_valid = valid[3+LATER];

    always @(posedge clk) begin
        if (valid[2+LATER]) field <= (wide_difference <<< OFFSET_FRAC_BITS) + wide_product;
        if (field_valid) begin
            negative <= field[FIELD_BITS-1];
            zero <= field == 0;
        end
    end

    // Two more: the new bit into the word; whether it is another one, a cycle later ------------------

    reg [LANES-1:0]       word;
    reg [LANE_BITS-1:0]   lane;
    reg                   first_lane;  // lane is 0: a register, for it stands before every bit
    reg [NEURON_BITS-1:0] neuron;
    reg                   flipped;
    reg                   word_complete;
    reg                   last_word;
    reg [WORD_BITS-1:0]   write_address;
    wire                  decided = valid[4+LATER];
    wire [LANES-1:0]      old_word = (OUTPUTS == 0 && first_lane) ? state_read_data : word;
    wire                  new_bit = zero ? OUTPUTS == 0 && old_word[0] : !negative;
    wire                  last_lane = lane == {LANE_BITS{1'b1}};
    wire                  last_neuron = neuron == LAST_NEURON[NEURON_BITS-1:0];

    always @(posedge clk) begin
        word_complete <= decided && (last_lane || last_neuron);
        last_word <= decided && last_neuron;
        done <= last_word;
        flipped <= OUTPUTS == 0 && decided && new_bit != old_word[0];
        if (decided) begin
            word <= {new_bit, old_word[LANES-1:1]};
            lane <= last_neuron ? {LANE_BITS{1'b0}} : lane + 1'b1;
            first_lane <= last_lane || last_neuron;
            neuron <= last_neuron ? {NEURON_BITS{1'b0}} : neuron + 1'b1;
        end
        if (flipped) begin
            changed <= 1'b1;
            flips <= flips + 1'b1;
        end
        if (word_complete)
            write_address <= last_word ? {WORD_BITS{1'b0}} : write_address + 1'b1;
        if (clear) begin
            changed <= 1'b0;
            flips <= {FLIP_BITS{1'b0}};
        end
        if (rst) begin
            word_complete <= 1'b0;
            last_word <= 1'b0;
            done <= 1'b0;
            flipped <= 1'b0;
            lane <= {LANE_BITS{1'b0}};
            first_lane <= 1'b1;
            neuron <= {NEURON_BITS{1'b0}};
            write_address <= {WORD_BITS{1'b0}};
        end
    end

    assign state_write = word_complete;
    assign state_write_address = write_address;
    // The last word is not rotated all the way round; below its new bits are unused lanes.
    assign state_write_data = last_word ? word >> UNUSED : word;

endmodule

`default_nettype wire
