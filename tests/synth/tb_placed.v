// SPDX-License-Identifier: Apache-2.0
//
// Plays queries through the pins of hwsim/synth/pins.v, as they are after placement, and compares
// states, steps, flags and cycles. A line of outcomes.mem is steps, converged, miss, distance and
// cycles, 16 hexadecimal digits each.
`default_nettype none
`timescale 1ns / 1ps

module tb_placed;

    parameter LANES = 8;
    parameter DISTANCE_BITS = 5;
    parameter WORDS_EACH = 3;  // of one state
    parameter RECALLS = 1;
    parameter MOST_CYCLES = 200000;

    localparam INPUTS = LANES + 4;
    localparam OUTPUTS = LANES + DISTANCE_BITS + 87;
    localparam WORDS = RECALLS * WORDS_EACH;

    reg [LANES-1:0] queries [0:WORDS-1];
    reg [LANES-1:0] states [0:WORDS-1];
    reg [5*64-1:0]  outcomes [0:RECALLS-1];

    reg               clk = 1'b0;
    reg               rst = 1'b1;
    reg               in = 1'b0;
    reg               step = 1'b0;
    wire              out;
    reg [OUTPUTS-1:0] answer;
    reg [63:0]        all_cycles = 64'd0;
    integer           word, recall, wrong, bit_of;

    top top (.clk(clk), .rst(rst), .in(in), .step(step), .out(out));

    always #50 clk = !clk;

    localparam READY = 0, VALID = 2, LAST = 3;  // bits of an answer
    wire [5*64-1:0] outcome = {
        48'd0, answer[22:7], 63'd0, answer[5], 63'd0, answer[6],
        {(64-DISTANCE_BITS){1'b0}}, answer[87 +: DISTANCE_BITS], answer[86:23]
    };

    // One cycle at the engine's ports, and what it said in it.
    task operate(input [INPUTS-1:0] given);
        begin
            for (bit_of = INPUTS - 1; bit_of >= 0; bit_of = bit_of - 1) begin
                in = given[bit_of];
                step = bit_of == 0;
                @(negedge clk);
            end
            step = 1'b0;
            repeat (2) @(negedge clk);
            for (bit_of = OUTPUTS - 1; bit_of >= 0; bit_of = bit_of - 1) begin
                @(negedge clk);
                answer[bit_of] = out;
            end
        end
    endtask

    initial begin
        $readmemh("queries.mem", queries, 0, WORDS - 1);
        $readmemh("states.mem", states, 0, WORDS - 1);
        $readmemh("outcomes.mem", outcomes, 0, RECALLS - 1);
        wrong = 0;
        repeat (4) @(negedge clk);
        rst = 1'b0;
        for (recall = 0; recall < RECALLS; recall = recall + 1) begin
            answer[READY] = 1'b0;
            while (answer[READY] !== 1'b1) operate({INPUTS{1'b0}});
            for (word = 0; word < WORDS_EACH; word = word + 1)
                operate({queries[recall * WORDS_EACH + word], 1'b0, 1'b0,
                         word == WORDS_EACH - 1, 1'b1});
            for (word = 0; word < WORDS_EACH; word = word + 1) begin
                answer[VALID] = 1'b0;
                while (answer[VALID] !== 1'b1) operate({{LANES{1'b0}}, 4'b1000});
                if (answer[OUTPUTS-1 -: LANES] !== states[recall * WORDS_EACH + word]
                    || answer[LAST] !== (word == WORDS_EACH - 1)) wrong = wrong + 1;
            end
            if (outcome !== outcomes[recall]) begin
                wrong = wrong + 1;
                $display("recall %0d is %h, expected %h", recall, outcome, outcomes[recall]);
            end
            all_cycles = all_cycles + answer[86:23];
        end
        done;
    end

    // An engine that says nothing is one that is wrong.
    initial begin
        repeat (MOST_CYCLES) @(negedge clk);
        wrong = wrong + 1;
        done;
    end

    task done;
        begin
            $display("%s: %0d recalls, %0d wrong, %0d cycles", wrong == 0 ? "PASS" : "FAIL",
                     RECALLS, wrong, all_cycles);
            $finish;
        end
    endtask

endmodule

`default_nettype wire
