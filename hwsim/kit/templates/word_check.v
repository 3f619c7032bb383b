// SPDX-License-Identifier: Apache-2.0
//
// Simulation only: a memory file against the check of each of its words, the word's value modulo
// the prime 2**32 - 5, as it was exported. Says which words differ, the first eight of them.
`default_nettype none

module @prefix@_word_check #(
    parameter WIDTH = 8,
    parameter DEPTH = 1,
    parameter FILE = "",
    parameter CHECKS_FILE = ""
) ();

    localparam [31:0] PRIME = 32'd4294967291;

    reg [WIDTH-1:0]    words  [0:DEPTH-1];
    reg [31:0]         checks [0:DEPTH-1];
    reg [WIDTH+32-1:0] remainder;
    integer            index;
    integer            wrong;

    initial begin
        $readmemh(FILE, words);
        $readmemh(CHECKS_FILE, checks);
        wrong = 0;
        for (index = 0; index < DEPTH; index = index + 1) begin
            remainder = {32'd0, words[index]} % {{WIDTH{1'b0}}, PRIME};
            if (remainder[31:0] !== checks[index]) begin
                wrong = wrong + 1;
                if (wrong <= 8)
                    $display("%0s word %0d (line %0d) is %h, which is not what was exported",
                             FILE, index, index + 1, words[index]);
            end
        end
        if (wrong > 8)
            $display("%0s: %0d words in all are not what was exported", FILE, wrong);
    end

endmodule

`default_nettype wire
