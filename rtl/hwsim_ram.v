// SPDX-License-Identifier: Apache-2.0
//
// Simple dual-port memory: one write port, one read port with the timing of hwsim_rom.
//
//   cycle 0  read_enable, read_address
//   cycle 1  output_enable
//   cycle 2  read_data
//
// PROTECTION = 1 or 2: check bits are written beside each word; read_data and errors: hwsim_rom.
//
// No stage reads a word in the cycle in which it is written, so what such a read would return
// does not matter (no_rw_check saves the logic that would make it the old word).
`default_nettype none

module hwsim_ram #(
    parameter WIDTH = 64,
    parameter DEPTH = 1,
    parameter ADDRESS_BITS = 1,
    parameter PROTECTION = 0  // of hwsim_rom
) (
    input  wire                    clk,
    input  wire                    write_enable,
    input  wire [ADDRESS_BITS-1:0] write_address,
    input  wire [WIDTH-1:0]        write_data,
    input  wire                    read_enable,
    input  wire [ADDRESS_BITS-1:0] read_address,
    input  wire                    output_enable,
    output reg  [WIDTH-1:0]        read_data,
    output wire [1:0]              errors
);

    // As hwsim_correct wants: the least r with 2**(r - 1) - r >= WIDTH, or one.
    localparam CHECK_BITS = (PROTECTION == 0) ? 0 : (PROTECTION == 1) ? 1
        : (WIDTH <= 1) ? 3 : (WIDTH <= 4) ? 4 : (WIDTH <= 11) ? 5 : (WIDTH <= 26) ? 6
        : (WIDTH <= 57) ? 7 : (WIDTH <= 120) ? 8 : (WIDTH <= 247) ? 9 : (WIDTH <= 502) ? 10 : 11;
    localparam CODE_BITS = WIDTH + CHECK_BITS;  // of a word in the memory

    (* no_rw_check *)
    reg [CODE_BITS-1:0] memory [0:DEPTH-1];
    reg [CODE_BITS-1:0] word;
    wire [CODE_BITS-1:0] written_word;
    wire [WIDTH-1:0] right_word;

    always @(posedge clk) begin
        if (write_enable) memory[write_address] <= written_word;
        if (read_enable) word <= memory[read_address];
        if (output_enable) read_data <= right_word;
    end

    generate
        if (PROTECTION == 0) begin : without_checks
            assign written_word = write_data;
            assign right_word = word;
            assign errors = 2'b00;
        end else begin : with_checks
            // verilator lint_off UNUSEDSIGNAL
            wire [WIDTH-1:0]      encoded;
            wire [CHECK_BITS-1:0] syndrome;
            wire [1:0]            verdict;  // of what is written
            // verilator lint_on UNUSEDSIGNAL
            wire [CHECK_BITS-1:0] checks;
            wire                  corrected, detected;
            reg                   was_read;

            hwsim_correct #(
                .PROTECTION(PROTECTION), .WIDTH(WIDTH), .CHECK_BITS(CHECK_BITS)
            ) encode (
                .read(write_data), .checks({CHECK_BITS{1'b0}}), .syndrome(checks),
                .data(encoded), .corrected(verdict[0]), .detected(verdict[1])
            );
            hwsim_correct #(
                .PROTECTION(PROTECTION), .WIDTH(WIDTH), .CHECK_BITS(CHECK_BITS)
            ) correct (
                .read(word[WIDTH-1:0]), .checks(word[CODE_BITS-1:WIDTH]),
                .syndrome(syndrome), .data(right_word), .corrected(corrected),
                .detected(detected)
            );
            always @(posedge clk) was_read <= read_enable;
            assign written_word = {checks, write_data};
            assign errors = {detected, corrected} & {2{was_read}};
        end
    endgenerate

endmodule

`default_nettype wire
