// SPDX-License-Identifier: Apache-2.0
//
// Part of tb_wrapper: what its host tries.

    function known(input [11:0] address);
        known = (address <= 12'h050 && address != 12'h01C) || address == 12'h060
            || (address >= 12'h080 && address <= 12'h08C) || (address >= 12'h100 && address <= 12'h1B4);
    endfunction

    task constants;
        begin
            holds("identity", 12'h000, "HWSM");
            holds("version", 12'h004, 32'h0000_0102);
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
            for (at = 128; at < 440; at = at + 4) if (known(at)) write(at, 32'hFFFF_FFFF);
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
            for (which = 0; which < 9; which = which + 1) begin
                enabled = 9'd1 << which;
                write(ENABLE, {23'd0, enabled});
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
            enabled = 9'd0;
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
        integer at, limit, longest;
        begin
            lenient = 1'b1;
            longest = 0;
            for (limit = 1; limit < 4; limit = limit + 1) begin
                write(STEP_LIMIT, limit);
                for (at = 0; at < RECALLS; at = at + 1) begin
                    ask(at);
                    until_received;
                    until_idle;
                    if (field(outcomes[at], 0) > field(outcomes[longest], 0)) longest = at;
                    read(OUTCOME);
                    same("limited steps", got[15:0], (field(outcomes[at], 0) < limit)
                         ? field(outcomes[at], 0) : limit);
                end
                done = done + RECALLS;
            end
            causes(DONE);
            lenient = 1'b0;
            for (at = 4; at < 16; at = at + 1) begin  // beyond the engine's own
                write(STEP_LIMIT, 32'd1 << at | 32'd1);
                ask(longest);
                until_received;
                until_idle;
                counted(longest);
                done = done + 1;
            end
            causes(DONE);
            write(STEP_LIMIT, 32'hFFFF);
            recall_all;
            write(STEP_LIMIT, 32'd0);
        end
    endtask

    // In the midst of a recall; what had been completed comes, the next query is answered as ever.
    task give_up(input integer delay, input integer how);
        integer former, queued;
        begin
            lenient = 1'b1;
            former = received;
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
            end else write(CONTROL, (how == 1) ? 32'd4 : (how == 3) ? 32'd6 : 32'd2);
            holding = 1'b0;
            until_idle;
            cycles(2 * WORDS_EACH + 8);
            same("whole packets", beats, 64'd0);
            if (how == 0) begin
                read(RESULTS);
                if (received - former > 1 + queued || received - former < queued)
                    fail("results", received - former, queued);
                if (got !== done + received - former) fail("results", got, done);
                done = got;
                read(CAUSE);
                same("aborted told", got[3], received - former != 1 + queued);
                write(CAUSE, 32'hFF);
                holds("short packets", SHORT, short_packets);
            end else begin
                if (received - former > 1 + queued) fail("results", received - former, 0);
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
