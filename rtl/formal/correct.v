// SPDX-License-Identifier: Apache-2.0
//
// hwsim_correct, as it encodes and as it corrects, for every word and every error in its code word,
// in words of LEAST to MOST bits.
//
// With LINEAR = 1: what is told and which data bits are changed follows from the syndrome alone, of
// any data and any checks. And the syndrome is nothing but XORs of them (correct.sby), hence linear:
// that of a word and its check bits with wrong bits among them is that of the wrong bits alone, and
// so is all else. Of these, with LINEAR = 0,
//
//   SECDED   no wrong bit: nothing is told, and the word comes back;
//            one, of the data or of the checks: corrected alone is told, and the word comes back;
//            two: detected alone is told, and the data come back as they were read.
//   parity   one is detected, none and two are not; data as they were read.
//
// The wrong bits are those at first and second where these lie in the code word; one, if they are
// the same place.
`default_nettype none

module correct #(
    parameter PROTECTION = 2,
    parameter LEAST = 8,
    parameter MOST = 8,
    parameter LINEAR = 0
) (
    input wire [9:0]       first,
    input wire [9:0]       second,
    input wire [MOST-1:0]  other,
    input wire [10:0]      other_checks,
    input wire [MOST+10:0] any
);

    // The least r with 2**(r - 1) - r >= width.
    function integer check_bits(input integer width);
        begin
            check_bits = 3;
            while ((1 << (check_bits - 1)) - check_bits < width) check_bits = check_bits + 1;
        end
    endfunction

    genvar w;
    generate
        for (w = LEAST; w <= MOST; w = w + 1) begin : each_width
            localparam CHECK_BITS = (PROTECTION == 1) ? 1 : check_bits(w);
            code #(
                .PROTECTION(PROTECTION), .WIDTH(w), .CHECK_BITS(CHECK_BITS), .LINEAR(LINEAR)
            ) code (
                .first(first), .second(second), .any(any[w+CHECK_BITS-1:0]), .word(other[w-1:0]),
                .checks(other_checks[CHECK_BITS-1:0])
            );
        end
    endgenerate

endmodule

module code #(
    parameter PROTECTION = 2,
    parameter WIDTH = 8,
    parameter CHECK_BITS = 5,
    parameter LINEAR = 0
) (
    input wire [9:0]                  first,
    input wire [9:0]                  second,
    input wire [WIDTH+CHECK_BITS-1:0] any,
    input wire [WIDTH-1:0]            word,
    input wire [CHECK_BITS-1:0]       checks
);

    localparam CODE_BITS = WIDTH + CHECK_BITS;
    localparam [CODE_BITS-1:0] ONE = 1;

    wire [CODE_BITS-1:0] at_first = ONE << first;  // 0 past the code word
    wire [CODE_BITS-1:0] at_second = ONE << second;
    wire [CODE_BITS-1:0] wrong = (LINEAR != 0) ? any : at_first | at_second;
    wire [1:0]           number = (first < CODE_BITS) + (second < CODE_BITS && second != first);

    wire [CHECK_BITS-1:0] syndrome;
    wire [WIDTH-1:0]      data;
    wire                  corrected, detected;

    hwsim_correct #(
        .PROTECTION(PROTECTION), .WIDTH(WIDTH), .CHECK_BITS(CHECK_BITS)
    ) alone (
        .read(wrong[WIDTH-1:0]), .checks(wrong[CODE_BITS-1:WIDTH]), .syndrome(syndrome),
        .data(data), .corrected(corrected), .detected(detected)
    );

    generate
        if (LINEAR != 0) begin : linear
            wire [CHECK_BITS-1:0] other_syndrome;
            wire [WIDTH-1:0]      other_data;
            wire                  other_corrected, other_detected;

            hwsim_correct #(
                .PROTECTION(PROTECTION), .WIDTH(WIDTH), .CHECK_BITS(CHECK_BITS)
            ) other (
                .read(word), .checks(checks), .syndrome(other_syndrome), .data(other_data),
                .corrected(other_corrected), .detected(other_detected)
            );

            always @*
                if (syndrome == other_syndrome) begin
                    assert (corrected == other_corrected);
                    assert (detected == other_detected);
                    assert ((data ^ wrong[WIDTH-1:0]) == (other_data ^ word));
                end
        end
    endgenerate

    always @*
        if (LINEAR == 0) begin
            assert (!(corrected && detected));
            if (wrong[WIDTH-1:0] == {WIDTH{1'b0}})  // check bits are as they stand
                assert (syndrome == wrong[CODE_BITS-1:WIDTH]);
            if (PROTECTION == 1) begin
                assert (detected == (number == 2'd1));
                assert (!corrected && data == wrong[WIDTH-1:0]);
            end else begin
                if (number == 2'd0) assert (!corrected && !detected);
                if (number != 2'd2) assert (data == {WIDTH{1'b0}});
                if (number == 2'd1) assert (corrected);
                if (number == 2'd2) assert (detected && data == wrong[WIDTH-1:0]);
            end
        end

endmodule

`default_nettype wire
