// SPDX-License-Identifier: Apache-2.0
//
// Part of tb_wrapper: how its host writes and checks memories, exchanges banks, moves weights.

    task load_ready;
        begin
            write(SETTINGS, 32'd3);
            read(STATUS);
            while (!got[2]) read(STATUS);
        end
    endtask

    task check(input [31:0] words);
        reg early;
        begin
            write(LOAD_ADDRESS, 32'd0);
            write(CHECK, words);
            if (words != 32'd0) begin
                cycles(20);  // the first word has come
                read(CAUSE);
                early = got[5];
                read(STATUS);
                if (got[3]) same("checked early", early, 64'd0);
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
