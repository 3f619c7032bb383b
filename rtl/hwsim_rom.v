// SPDX-License-Identifier: Apache-2.0
//
// Read-only memory, initialised from a file of the image.
//
//   cycle 0  read_enable, address
//   cycle 1  output_enable          word is the memory's own output register
//   cycle 2  data                   a second register, before which a memory of several block RAMs
//                                   has their multiplexer
//
// Where block RAMs have an output register of their own, synthesis can move the second one back into
// them, through the multiplexer, and hide their slow clock-to-out in it; hwsim synth does (ECP5).
// Then the multiplexer is in front of whatever takes data. PIPELINED = 1: data comes one cycle
// later, from a third register, which keeps the multiplexer to itself.
//
// HOST_BITS > 0: a host may write and read it while nobody else reads. host is, from bit 0 on, a
// word of HOST_BITS, its address (32 bits), memory (3), engine (3), write, read, and which bank is
// in use; three cycles later host_data has bit HOST_BITS and, after a read, the word. No other memory
// answers, and none where the address is beyond DEPTH. MEMORY and ENGINE are this one's numbers;
// ENGINE 8: every engine has the same.
//
// BANKS = 2: there are two memories, and the host has the one that is not in use, at any time.
// They change places while nobody reads. Each has one port.
//
// PROTECTION = 1 or 2: a word has check bits above it, in FILE too, and what is read is corrected
// in front of the second register (hwsim_correct). errors is {detected, corrected} in cycle 1: what
// is wrong with word, whether or not anybody takes it. Without a host.
//
// FILE, of bank 0, is in $readmemh form, one word a line, DEPTH lines, address 0 first. Without one,
// "", the memory has no content, so that tools read the sources where no image is.
`default_nettype none

module hwsim_rom #(
    parameter WIDTH = 64,
    parameter [63:0] DEPTH = 1,
    parameter ADDRESS_BITS = 1,
    parameter HOST_BITS = 0,
    parameter BANKS = 1,
    parameter MEMORY = 0,
    parameter ENGINE = 0,
    parameter PIPELINED = 0,  // 1: a third register
    parameter PROTECTION = 0,  // 0: no check bits, 1: parity, 2: SECDED
    parameter FILE = ""
) (
    input  wire                    clk,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [HOST_BITS+40:0]   host,
    // verilator lint_on UNUSEDSIGNAL
    output wire [HOST_BITS:0]      host_data,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] address,
    input  wire                    output_enable,
    output reg  [WIDTH-1:0]        data,
    output wire [1:0]              errors
);

    // As hwsim_correct wants: the least r with 2**(r - 1) - r >= WIDTH, or one.
    localparam CHECK_BITS = (PROTECTION == 0) ? 0 : (PROTECTION == 1) ? 1
        : (WIDTH <= 1) ? 3 : (WIDTH <= 4) ? 4 : (WIDTH <= 11) ? 5 : (WIDTH <= 26) ? 6
        : (WIDTH <= 57) ? 7 : (WIDTH <= 120) ? 8 : (WIDTH <= 247) ? 9 : (WIDTH <= 502) ? 10 : 11;
    localparam CODE_BITS = WIDTH + CHECK_BITS;  // of a word in the memory

    // verilator lint_off UNDRIVEN
    (* no_rw_check *)
    reg [CODE_BITS-1:0] memory [0:DEPTH-1];  // undriven where there is no file
    // verilator lint_on UNDRIVEN
    reg [CODE_BITS-1:0] word;
    wire [CODE_BITS-1:0] fetched_word;  // of the bank in use
    wire [WIDTH-1:0] right_word;  // the same, corrected
    wire            word_enable;
    // verilator lint_off UNUSEDSIGNAL
    wire [WIDTH-1:0] second;  // with a host
    // verilator lint_on UNUSEDSIGNAL

    generate
        if (FILE != "") begin : initialised
            initial $readmemh(FILE, memory, 0, DEPTH - 1);
        end
    endgenerate

    generate
        if (PIPELINED != 0) begin : three_registers
            reg [WIDTH-1:0] of_banks;
            always @(posedge clk) begin
                if (word_enable) of_banks <= right_word;
                data <= of_banks;
            end
            assign second = of_banks;
        end else begin : two_registers
            always @(posedge clk) if (word_enable) data <= right_word;
            assign second = data;
        end
    endgenerate

    generate
        if (PROTECTION == 0) begin : without_checks
            assign right_word = fetched_word;
            assign errors = 2'b00;
        end else begin : with_checks
            // verilator lint_off UNUSEDSIGNAL
            wire [CHECK_BITS-1:0] syndrome;
            // verilator lint_on UNUSEDSIGNAL
            wire                  corrected, detected;
            reg                   was_read;

            hwsim_correct #(
                .PROTECTION(PROTECTION), .WIDTH(WIDTH), .CHECK_BITS(CHECK_BITS)
            ) correct (
                .read(fetched_word[WIDTH-1:0]), .checks(fetched_word[CODE_BITS-1:WIDTH]),
                .syndrome(syndrome), .data(right_word), .corrected(corrected), .detected(detected)
            );
            always @(posedge clk) was_read <= read_enable;
            assign errors = {detected, corrected} & {2{was_read}};
        end
    endgenerate

    generate
        if (HOST_BITS == 0) begin : fixed
            always @(posedge clk) if (read_enable) word <= memory[address];
            assign fetched_word = word;
            assign word_enable = output_enable;
            assign host_data = 1'b0;
        end else begin : loadable
            localparam [31:0] OWN_MEMORY = MEMORY, OWN_ENGINE = ENGINE;
            wire [63:0] asked = {32'd0, host[HOST_BITS +: 32]};
            // Bits that no address has apart: 32 bits of carries are a long way on a small device.
            localparam [63:0] BEYOND = ~64'd0 << ADDRESS_BITS;
            wire        in_range = (asked & BEYOND) == 64'd0 && (asked & ~BEYOND) < DEPTH;
            wire        mine = host[HOST_BITS+32 +: 3] == OWN_MEMORY[2:0] && in_range
                && (OWN_ENGINE == 32'd8 || host[HOST_BITS+35 +: 3] == OWN_ENGINE[2:0]);
            reg                    host_write, host_read, fetched;
            reg [ADDRESS_BITS-1:0] host_address;
            reg [WIDTH-1:0]        host_word;
            reg [1:0]              answers;
            wire [WIDTH-1:0]       answer;
            // verilator lint_off UNUSEDSIGNAL
            wire [2*HOST_BITS-1:0] wide = {{(2*HOST_BITS-WIDTH){1'b0}}, answer};
            // verilator lint_on UNUSEDSIGNAL

            always @(posedge clk) begin
                host_write <= mine && host[HOST_BITS+38];
                host_read <= mine && host[HOST_BITS+39];
                host_address <= asked[ADDRESS_BITS-1:0];
                host_word <= host[WIDTH-1:0];
                fetched <= host_read;
                answers <= {answers[0], host_write || host_read};
            end

            // One port each: it may be a memory that has no second one.
            if (BANKS == 1) begin : one_bank
                wire [ADDRESS_BITS-1:0] place = (host_write || host_read) ? host_address : address;

                always @(posedge clk)
                    if (host_write) memory[place] <= host_word;
                    else if (read_enable || host_read) word <= memory[place];

                assign fetched_word = word;
                assign word_enable = output_enable || fetched;
                assign answer = second;
            end else begin : two_banks
                (* no_rw_check *)
                reg [WIDTH-1:0] other [0:DEPTH-1];
                reg [WIDTH-1:0] other_word, shadow_word;

                wire in_use = host[HOST_BITS+40];  // 1: other
                wire [ADDRESS_BITS-1:0] place = in_use ? host_address : address;
                wire [ADDRESS_BITS-1:0] other_place = in_use ? address : host_address;

                always @(posedge clk) begin
                    if (in_use && host_write) memory[place] <= host_word;
                    else if (in_use ? host_read : read_enable) word <= memory[place];
                    if (!in_use && host_write) other[other_place] <= host_word;
                    else if (in_use ? read_enable : host_read) other_word <= other[other_place];
                    if (fetched) shadow_word <= in_use ? word : other_word;
                end

                assign fetched_word = in_use ? other_word : word;
                assign word_enable = output_enable;
                assign answer = shadow_word;
            end

            assign host_data = {1'b1, wide[HOST_BITS-1:0]} & {(HOST_BITS+1){answers[1]}};
        end
    endgenerate

endmodule

`default_nettype wire
