// SPDX-License-Identifier: Apache-2.0
//
// Part of tb_wrapper: how its host reaches registers, sends queries, and judges results.

    // Registers --------------------------------------------------------------------------------

    reg [31:0] got;       // the word last read
    reg [1:0]  response;  // of the last access

    task access(input [11:0] address, input [31:0] data, input [3:0] strobe);
        reg     addressed, filled, takes_address, takes_data;
        integer patience, order, wait_b;
        begin
            addressed = 1'b0;
            filled = 1'b0;
            order = $random(chance) & 3;  // 1: the address first, 2: the data first
            patience = $random(chance) & 3;
            write_address = address;
            write_data = data;
            write_strobe = strobe;
            while (!addressed || !filled) begin
                address_valid = !addressed && (order != 2 || patience == 0);
                data_valid = !filled && (order != 1 || patience == 0);
                takes_address = address_valid && address_ready;
                takes_data = data_valid && data_ready;
                if (patience != 0) patience = patience - 1;
                @(negedge clk);
                addressed = addressed || takes_address;
                filled = filled || takes_data;
                if (takes_address) write_address = ~address;  // what comes after it is not looked at
                if (takes_data) {write_data, write_strobe} = {~data, 4'hf};
            end
            {address_valid, data_valid} = 2'b00;
            while (!response_valid) @(negedge clk);
            response = write_response;
            wait_b = $random(chance) & 3;
            repeat (wait_b) begin
                @(negedge clk);
                if (!response_valid || write_response !== response) fail("response held", 0, 1);
            end
            response_ready = 1'b1;
            @(negedge clk);
            response_ready = 1'b0;
            if (response_valid) fail("second response", 1, 0);
        end
    endtask

    task write(input [11:0] address, input [31:0] data);
        begin
            access(address, data, 4'hf);
            same("write response", {62'd0, response}, 64'd0);
        end
    endtask

    task fetch(input [11:0] address);
        integer wait_r;
        begin
            read_address = address;
            read_valid = 1'b1;
            while (!read_ready) @(negedge clk);
            @(negedge clk);
            read_valid = 1'b0;
            read_address = ~address;
            while (!word_valid) @(negedge clk);
            {response, got} = {read_response, word};
            wait_r = $random(chance) & 3;
            repeat (wait_r) begin
                @(negedge clk);
                if (!word_valid || word !== got || read_response !== response)
                    fail("word held", {32'd0, word}, {32'd0, got});
                same("one read at a time", {63'd0, read_ready}, 64'd0);
            end
            word_ready = 1'b1;
            @(negedge clk);
            word_ready = 1'b0;
            if (word_valid) fail("second word", 1, 0);
        end
    endtask

    task read(input [11:0] address);
        begin
            fetch(address);
            same("read response", {62'd0, response}, 64'd0);
        end
    endtask

    task holds(input [8*24-1:0] what, input [11:0] address, input [31:0] expected);
        begin
            read(address);
            same(what, {32'd0, got}, {32'd0, expected});
        end
    endtask

    // The causes since the last look, and that they go by a 1 each; irq by which are enabled.
    reg [8:0] enabled = 9'd0;

    task causes(input [8:0] expected);
        integer bit_;
        begin
            holds("interrupt cause", CAUSE, {23'd0, expected});
            same("irq", {63'd0, irq}, {63'd0, (expected & enabled) != 9'd0});
            for (bit_ = 0; bit_ < 9; bit_ = bit_ + 1)
                if (expected[bit_]) begin
                    write(CAUSE, 32'd1 << bit_);
                    expected[bit_] = 1'b0;
                    holds("cause left", CAUSE, {23'd0, expected});
                    same("irq", {63'd0, irq}, {63'd0, (expected & enabled) != 9'd0});
                end
        end
    endtask

    task until_idle;
        begin
            read(STATUS);
            while (got[15:8] != 8'd0 || got[0]) read(STATUS);
        end
    endtask

    // Queries and results ----------------------------------------------------------------------

    integer   asked [0:4095];  // which recall each query is
    reg [1:0] tids [0:4095];
    integer   sent = 0, received = 0, beats = 0, done = 0;
    integer   short_packets = 0, long_packets = 0;
    reg       stalls = 1'b0, holding = 1'b0, lenient = 1'b0;
    reg       was_held = 1'b0;
    reg [LANES+USER_BITS+2:0] was;
    wire [LANES+USER_BITS+2:0] now = {result, result_user, result_tid, result_last};
    wire [64*FIELDS-1:0] outcome = outcomes[asked[received]];

    function [63:0] field(input [64*FIELDS-1:0] of, input integer which);
        field = of[64*(FIELDS-1-which) +: 64];
    endfunction

    task beat(input [LANES-1:0] data, input last, input [1:0] tid);
        begin
            if (stalls) cycles(($random(chance) & 3) * ($random(chance) & 1));
            {query, query_last, query_tid, query_valid} = {data, last, tid, 1'b1};
            while (!query_ready) @(negedge clk);
            @(negedge clk);
            query_valid = 1'b0;
        end
    endtask

    task packet(input integer recall, input integer length);
        integer   at;
        reg [1:0] tid;
        begin
            tid = $random(chance);
            for (at = 0; at < length; at = at + 1)  // the tid is the last beat's
                beat(queries[recall * WORDS_EACH + at % WORDS_EACH], at == length - 1,
                     (at == length - 1) ? tid : ~tid);
            if (length == WORDS_EACH) begin
                asked[sent & 4095] = recall;
                tids[sent & 4095] = tid;
                sent = sent + 1;
            end else if (length < WORDS_EACH) short_packets = short_packets + 1;
            else long_packets = long_packets + 1;
        end
    endtask

    task ask(input integer recall);
        packet(recall, WORDS_EACH);
    endtask

    task until_received;
        while (received < sent) @(negedge clk);
    endtask

    always @(negedge clk) result_ready <= !holding && (!stalls || ($random(chance) & 3) != 0);

    always @(posedge clk) begin
        if (was_held && (!result_valid || now !== was)) fail("held result", now, was);
        was_held <= result_valid && !result_ready && !rst;
        was <= now;
        if (result_valid && result_ready && !rst) begin
            if (result_last !== (beats == WORDS_EACH - 1)) fail("tlast", result_last, beats);
            if (!lenient) begin
                if (received >= sent) fail("unasked result", received, sent);
                same("state", result, states[asked[received & 4095] * WORDS_EACH + beats]);
                same("tid", result_tid, tids[received & 4095]);
                same("tuser", result_user, {field(outcome, 3), field(outcome, 2) != 64'd0,
                     field(outcome, 1) != 64'd0, 16'd0} | field(outcome, 0));
            end
            beats = result_last ? 0 : beats + 1;
            if (result_last) received = received + 1;
        end
    end

    // What the registers hold of the result that came last.
    task counted(input integer recall);
        integer    at;
        reg [31:0] waits;
        reg [63:0] count;
        begin
            holds("steps, flags", OUTCOME, {14'd0, field(outcomes[recall], 2) != 64'd0,
                  field(outcomes[recall], 1) != 64'd0, 16'd0} | field(outcomes[recall], 0));
            holds("distance", DISTANCE, field(outcomes[recall], 3));
            read(WEIGHT_WAITS);
            waits = got - waits_ahead;
            if (EXTERNAL == 0) same("waits", {32'd0, waits}, 64'd0);
            if (QUERIES_IN_FLIGHT == 1)
                for (at = 0; at < COUNTERS; at = at + 1) begin
                    count = field(outcomes[recall], 5 + at) + ahead[at];
                    if (at == 0) count = count + {32'd0, waits};
                    holds("counter", 12'h100 + 8 * at, count[31:0]);
                    holds("counter", 12'h104 + 8 * at, count[63:32]);
                end
        end
    endtask

    task fresh;  // what the registers are after reset
        begin
            holds("settings", SETTINGS, 32'd1);
            holds("step limit", STEP_LIMIT, 32'd0);
            holds("status", STATUS, {30'd0, result_valid, 1'b0} | READY);
            holds("interrupt enable", ENABLE, 32'd0);
            holds("cause", CAUSE, 32'd0);
            holds("short packets", SHORT, 32'd0);
            holds("long packets", LONG, 32'd0);
            holds("load memory", LOAD_MEMORY, 32'd0);
            holds("load address", LOAD_ADDRESS, 32'd0);
            holds("results", RESULTS, 32'd0);
            holds("outcome", OUTCOME, 32'd0);
            holds("distance", DISTANCE, 32'd0);
            holds("weight address", WEIGHT_ADDRESS, 32'd0);
            holds("weight waits", WEIGHT_WAITS, 32'd0);
            holds("cycles", 12'h100, 32'd0);
            holds("skipped", 12'h1A0, 32'd0);
            holds("corrected errors", 12'h1A8, 32'd0);
            holds("detected errors", 12'h1B0, 32'd0);
            enabled = 9'd0;
            short_packets = 0;
            long_packets = 0;
            done = 0;
        end
    endtask
