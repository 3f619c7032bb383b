// SPDX-License-Identifier: Apache-2.0
//
// Simulation only: whether a memory file holds as many words as were exported, and nothing else.
// $readmemh alone would leave out what is too much.
`default_nettype none

module @prefix@_word_count #(
    parameter WIDTH = 8,
    parameter DEPTH = 1,
    parameter FILE = ""
) ();

    reg [WIDTH-1:0] word;
    integer         file;
    integer         words;
    integer         wrong;

    initial begin
        words = 0;
        wrong = 0;
        file = $fopen(FILE, "r");
        if (file != 0) begin
            while ($fscanf(file, "%h", word) == 1)
                words = words + 1;
            if (words != DEPTH || $feof(file) == 0) begin
                wrong = 1;
                $display("%0s begins with %0d words; %0d words and no more were exported", FILE,
                         words, DEPTH);
            end
            $fclose(file);
        end
        else begin
            wrong = 1;
            $display("%0s cannot be read", FILE);
        end
    end

endmodule

`default_nettype wire
