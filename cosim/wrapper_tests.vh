// SPDX-License-Identifier: Apache-2.0
//
// Part of tb_wrapper: what its host tries.

    function known(input [11:0] address);
        known = (address <= 12'h050 && address != 12'h01C) || address == 12'h060
            || (address >= 12'h080 && address <= 12'h08C) || (address >= 12'h100 && address <= 12'h1A4);
    endfunction

    task constants;
        begin
            holds("identity", 12'h000, "HWSM");
            holds("version", 12'h004, 32'h0000_0101);
            holds("neurons", 12'h008, NEURONS);
            holds("patterns", 12'h00C, PATTERNS);
            holds("widths", 12'h010,
                  LANES | WEIGHT_BITS << 12 | KERNEL_BITS << 16 | OFFSET_BITS << 24);
            holds("features", 12'h014, OFFSET_FRAC_BITS | RADIUS_BITS << 8
                  | QUERIES_IN_FLIGHT << 16 | ENGINES << 20 | ORIGIN_NEAREST << 24
                  | DATAFLOW_ROW << 25 | EXTERNAL << 28 | (LOADABLE == 2) << 29 | 32'hC000_0000);
            holds("max steps", 12'h018, MAX_STEPS);
        end
    endtask

    task addresses;
        integer at;
        begin
            for (at = 0; at < 4096; at = at + 4) begin
                fetch(at);
                same("read response", response, known(at) ? 64'd0 : 64'd2);
                if (!known(at)) begin
                    access(at, 32'hFFFF_FFFF, 4'hf);
                    same("write response", response, 64'd2);
                end
            end
            for (at = 0; at < 28; at = at + 4) write(at, 32'hFFFF_FFFF);  // not for writing
            for (at = 128; at < 424; at = at + 4) if (known(at)) write(at, 32'hFFFF_FFFF);
            write(STATUS, 32'hFFFF_FFFF);
            write(SHORT, 32'hFFFF_FFFF);
            write(LONG, 32'hFFFF_FFFF);
            write(CRC, 32'hFFFF_FFFF);
            constants;
            fresh;
        end
    endtask

    task written(input [11:0] address, input [31:0] writable);
        reg [31:0] model, data;
        reg [3:0]  strobe;
        begin
            read(address);
            model = got;
            repeat (24) begin
                data = $random(chance);
                strobe = $random(chance);
                access(address, data, strobe);
                data = data & {{8{strobe[3]}}, {8{strobe[2]}}, {8{strobe[1]}}, {8{strobe[0]}}};
                model = model & ~{{8{strobe[3]}}, {8{strobe[2]}}, {8{strobe[1]}}, {8{strobe[0]}}};
                model = (model | data) & writable;
                holds("register", address, model);
            end
            write(address, 32'd0);
            holds("register", address, 32'd0);
        end
    endtask

    task load_ready;
        begin
            write(SETTINGS, 32'd3);
            read(STATUS);
            while (!got[2]) read(STATUS);
        end
    endtask

    task check(input [31:0] words);
        begin
            write(LOAD_ADDRESS, 32'd0);
            write(CHECK, words);
            if (words != 32'd0) begin
                read(STATUS);
                while (got[3]) read(STATUS);
            end
        end
    endtask

    task load(input every);  // or the first memory alone, whose CRC is then another
        integer    at, end_of;
        reg [31:0] depth;
        begin
            at = 0;
            while (at < LOAD_WORDS) begin
                write(LOAD_MEMORY, stream[at]);
                write(LOAD_ADDRESS, 32'd0);
                depth = stream[at+1];
                end_of = at + 2 + depth * ((stream[at][2:0] < 3'd2) ? PIECES : 1);
                for (at = at + 2; at < end_of; at = at + 1)
                    write(LOAD_DATA, every ? stream[at] : ~stream[at]);
                holds("load address", LOAD_ADDRESS, 32'd0);
                check(depth);
                read(CRC);
                same("crc matches", got === stream[at], every);
                causes(CHECKED);
                at = at + 1;
            end
        end
    endtask

    task exchange(input bank);  // bank: in use after it
        begin
            write(CONTROL, 32'd8);
            read(STATUS);
            while (got[4]) read(STATUS);
            same("bank", {63'd0, got[5]}, {63'd0, bank});
            causes(EXCHANGED);
        end
    endtask

    // Content comes into use by an exchange alone, and what is written does not disturb recalls.
    task banks;
        integer at;
        begin
            exchange(1'b1);
            recall_all;
            ask(0);
            while (received < sent) begin  // recalls go on while the other bank is written
                for (at = 0; at < 2; at = at + 1) if (sent < 20) ask(at % RECALLS);
                write(LOAD_MEMORY, stream[0]);
                write(LOAD_ADDRESS, 32'd0);
                repeat (PIECES) write(LOAD_DATA, ~stream[2]);
            end
            done = sent;
            causes(DONE);
            load(1'b0);
            load(1'b1);
            exchange(1'b0);
            recall_all;
            load(1'b0);  // as long as it is not in use
            recall_all;
            load(1'b1);
            ask(0);
            read(STATUS);
            while (!got[0]) read(STATUS);
            write(CONTROL, 32'd8);
            write(CONTROL, 32'd8);  // one waits already
            write(LOAD_DATA, 32'd0);
            write(CHECK, 32'd1);
            read(STATUS);
            if (got[4]) begin  // its recall runs
                same("ready", {63'd0, got[2]}, 64'd0);
                until_received;
            end
            until_received;
            cycles(20);
            done = done + 1;
            read(CAUSE);
            same("causes", {56'd0, got[7:0] & ~CHECKED}, {56'd0, DONE | LOAD_ERROR | EXCHANGED});
            write(CAUSE, 32'hFF);
            ask(1 % RECALLS);
            until_received;
            until_idle;
            done = done + 1;
            causes(DONE);
            write(LOAD_MEMORY, stream[0]);
            write(CHECK, stream[1]);
            write(LOAD_DATA, 32'd0);  // while the check runs
            read(STATUS);
            while (got[3]) read(STATUS);
            causes(LOAD_ERROR | CHECKED);
            load(1'b1);
            exchange(1'b0);
        end
    endtask

    // At other addresses; and a read that fails is told.
    task outside_weights;
        integer at;
        begin
            for (at = 0; at < 12; at = at + 1) begin
                weight_base = (at < 10) ? $random(chance) : ~weight_base;
                weight_base = weight_base & 32'hFFFF_F000;
                write(WEIGHT_ADDRESS, weight_base | ($random(chance) & 32'h0000_0FFF));
                ask(at % RECALLS);
                until_received;
                until_idle;
                counted(at % RECALLS);
                done = done + 1;
                causes(DONE);
            end
            weight_base = 32'd0;
            write(WEIGHT_ADDRESS, 32'd0);
            failing = 1'b1;
            ask(0);
            until_received;
            until_idle;
            failing = 1'b0;
            done = done + 1;
            causes(DONE | WEIGHT_ERROR);
        end
    endtask

    task recall_all;
        integer at;
        begin
            for (at = 0; at < RECALLS; at = at + 1) ask(at);
            until_received;
            until_idle;
            done = done + RECALLS;
            holds("results", RESULTS, done);
            causes(DONE);
        end
    endtask

    task one_by_one;
        integer at;
        begin
            for (at = 0; at < RECALLS; at = at + 1) begin
                ask(at);
                until_received;
                until_idle;
                counted(at);
                causes(DONE);
            end
            done = done + RECALLS;
        end
    endtask

    task packets;
        integer at, length;
        begin
            for (at = 0; at < 24; at = at + 1) begin
                length = 1 + at % (3 * WORDS_EACH);
                packet(at % RECALLS, length);
                ask((at + 3) % RECALLS);
                until_received;
                cycles(3);
                done = done + 1 + (length == WORDS_EACH);
                causes(DONE | ((length < WORDS_EACH) ? TOO_SHORT : 8'd0)
                       | ((length > WORDS_EACH) ? TOO_LONG : 8'd0));
                holds("short packets", SHORT, short_packets);
                holds("long packets", LONG, long_packets);
            end
            holds("results", RESULTS, done);
        end
    endtask

    task interrupts;
        integer which;
        begin
            for (which = 0; which < 8; which = which + 1) begin
                enabled = 8'd1 << which;
                write(ENABLE, {24'd0, enabled});
                packet(0, WORDS_EACH - (WORDS_EACH > 1));
                packet(0, WORDS_EACH + 1);
                ask(1);
                until_received;
                done = done + 1 + (WORDS_EACH == 1);
                cycles(2);
                causes(DONE | ((WORDS_EACH > 1) ? TOO_SHORT : 8'd0) | TOO_LONG);
                // nothing is to be loaded; of two banks, one may always be, but no such memory
                if (LOADABLE == 2) write(LOAD_MEMORY, 32'd7);
                write(LOAD_DATA, 32'd0);
                cycles(6);
                causes(LOAD_ERROR);
                write(CHECK, 32'd1);
                cycles(6);
                causes((LOADABLE == 2) ? (LOAD_ERROR | CHECKED) : LOAD_ERROR);
            end
            enabled = 8'd0;
            write(ENABLE, 32'd0);
        end
    endtask

    task start;
        integer at, room;
        begin
            for (room = 1; room <= QUERIES; room = room + 1) begin
                write(SETTINGS, 32'd0);
                for (at = 0; at < room; at = at + 1) ask(at % RECALLS);
                cycles(300);
                holds("status", STATUS, room << 8 | READY);
                same("tready", query_ready, room < QUERIES);
                write(CONTROL, 32'd1);
                ask(RECALLS - 1);  // after the start
                while (received < sent - 1) @(negedge clk);
                cycles(300);
                holds("status", STATUS, 32'd1 << 8 | READY);
                write(SETTINGS, 32'd1);
                until_received;
                done = done + room + 1;
            end
            until_idle;
            causes(DONE);
            holds("results", RESULTS, done);
        end
    endtask

    task overlap;
        integer at;
        begin
            holding = 1'b1;
            for (at = 0; at < QUERIES + 2; at = at + 1) ask(at % RECALLS);
            cycles(2000);
            holds("status", STATUS, {16'd0, 8'd0 + QUERIES, 8'd3} | READY);
            same("tready", query_ready, 64'd0);
            holding = 1'b0;
            until_received;
            until_idle;
            done = done + QUERIES + 2;
            holds("results", RESULTS, done);
            causes(DONE);
        end
    endtask

    task limited;
        integer at, limit;
        begin
            lenient = 1'b1;
            for (limit = 1; limit < 4; limit = limit + 1) begin
                write(STEP_LIMIT, limit);
                for (at = 0; at < RECALLS; at = at + 1) begin
                    ask(at);
                    until_received;
                    until_idle;
                    read(OUTCOME);
                    same("limited steps", got[15:0], (field(outcomes[at], 0) < limit)
                         ? field(outcomes[at], 0) : limit);
                end
                done = done + RECALLS;
            end
            causes(DONE);
            lenient = 1'b0;
            write(STEP_LIMIT, 32'hFFFF);
            recall_all;
            write(STEP_LIMIT, 32'd0);
        end
    endtask

    // In the midst of a recall; what had been completed comes, the next query is answered as ever.
    task give_up(input integer delay, input integer how);
        integer before, queued;
        begin
            lenient = 1'b1;
            before = received;
            queued = delay & 1;
            ask(0);
            if (queued != 0) ask(1);
            holding = (delay & 2) != 0;
            cycles(delay);
            if (how == 2) begin
                rst = 1'b1;
                @(negedge clk);
                same("ready in reset", {query_ready, address_ready, data_ready, read_ready}, 64'd0);
                same("valid after reset", {result_valid, response_valid, word_valid}, 64'd0);
                rst = 1'b0;
                @(negedge clk);
                beats = 0;
            end else write(CONTROL, (how == 1) ? 32'd4 : 32'd2);
            holding = 1'b0;
            until_idle;
            cycles(2 * WORDS_EACH + 8);
            same("whole packets", beats, 64'd0);
            if (how == 0) begin
                read(RESULTS);
                if (received - before > 1 + queued || received - before < queued)
                    fail("results", received - before, queued);
                if (got !== done + received - before) fail("results", got, done);
                done = got;
                read(CAUSE);
                same("aborted told", got[3], received - before != 1 + queued);
                write(CAUSE, 32'hFF);
                holds("short packets", SHORT, short_packets);
            end else begin
                if (received - before > 1 + queued) fail("results", received - before, 0);
                fresh;
            end
            sent = received;
            lenient = 1'b0;
            ask(2 % RECALLS);
            until_received;
            until_idle;
            counted(2 % RECALLS);
            done = done + 1;
            holds("results", RESULTS, done);
            causes(DONE);
        end
    endtask

    task in_a_packet(input integer length);  // a soft reset; the rest of the packet is dropped
        integer at, rest;
        begin
            for (at = 0; at < length; at = at + 1) beat(queries[at % WORDS_EACH], 1'b0, 2'd0);
            write(CONTROL, 32'd4);
            rest = (length < WORDS_EACH) ? WORDS_EACH - length : WORDS_EACH;
            for (at = 0; at < rest; at = at + 1) beat(queries[at], at == rest - 1, 2'd0);
            short_packets = 0;
            if (length == 0) begin  // it came wholly after it
                asked[sent & 4095] = 0;
                tids[sent & 4095] = 2'd0;
                sent = sent + 1;
                until_received;
                done = 1;
                cycles(3);
                causes(DONE);
            end
            cycles(400);
            if (length != 0) fresh;
            ask(1 % RECALLS);
            until_received;
            cycles(3);
            done = done + 1;
            causes(DONE);
            holds("short packets", SHORT, short_packets);
            holds("results", RESULTS, done);
        end
    endtask

    task loading_errors;
        integer    at;
        reg [31:0] depth;
        begin
            depth = stream[1];
            load_ready;
            write(LOAD_MEMORY, 32'd0);
            write(LOAD_ADDRESS, depth);  // beyond the last word
            repeat (PIECES) write(LOAD_DATA, 32'd0);
            cycles(5);
            causes(LOAD_ERROR);
            check(depth + 1);
            causes(LOAD_ERROR | CHECKED);
            for (at = 0; at < 32; at = at + 1)
                if (32'd1 << at > depth) begin
                    check((32'd1 << at) + 32'd1);
                    causes(LOAD_ERROR | CHECKED);
                end
            check(depth);
            holds("crc", CRC, stream[2 + depth * PIECES]);
            causes(CHECKED);
            check(32'd0);
            holds("crc of nothing", CRC, 32'd0);
            causes(CHECKED);
            write(LOAD_MEMORY, 32'h11);  // of engine 1
            check(32'd1);
            causes((ENGINES == 1) ? (LOAD_ERROR | CHECKED) : CHECKED);
            write(LOAD_MEMORY, 32'd7);
            repeat (PIECES) write(LOAD_DATA, 32'd0);
            cycles(5);
            causes(LOAD_ERROR);
            write(LOAD_MEMORY, 32'd0);
            write(LOAD_ADDRESS, 32'd0);
            write(CHECK, depth);
            write(LOAD_DATA, 32'd0);  // while the check runs
            write(CHECK, 32'd1);
            read(STATUS);
            same("checking", got[3], 64'd1);
            while (got[3]) read(STATUS);
            holds("crc", CRC, stream[2 + depth * PIECES]);
            causes(LOAD_ERROR | CHECKED);
            write(SETTINGS, 32'd1);
        end
    endtask

    task load_waits;  // for the recall that runs; queries wait for the load
        begin
            ask(0);
            read(STATUS);
            while (!got[0]) read(STATUS);
            write(SETTINGS, 32'd3);
            ask(1 % RECALLS);
            read(STATUS);
            same("load ready", got[2], 64'd0);
            write(LOAD_DATA, 32'd0);
            while (received < sent - 1) @(negedge clk);
            cycles(300);
            causes(DONE | LOAD_ERROR);
            holds("status", STATUS, 32'h0000_0104);
            write(SETTINGS, 32'd1);
            until_received;
            cycles(3);
            causes(DONE);
            done = done + 2;
        end
    endtask
