// SPDX-License-Identifier: Apache-2.0
//
// A queue of whole packets of WORDS beats, between two AXI4-Streams.
//
// A packet leaves once it is whole: a shorter or longer one is dropped as if it had never come, and
// too_short or too_long is 1 for a cycle. Memory map: word w of slot s at s * WORDS + w; a slot is
// free again once its last word is read. in_ready is 0 in reset.
//
//   cycle 0  the last beat is accepted
//   cycle 1  its first word is read, if out_enable
//   cycle 3  out_valid; then a beat a cycle, and from one packet to the next without a gap
`default_nettype none

module hwsim_packet_buffer #(
    parameter WIDTH = 64,   // of a beat, with what goes along with it
    parameter WORDS = 4,    // of a packet
    parameter PACKETS = 2,  // at most 255
    parameter DEPTH = WORDS * PACKETS,
    parameter ADDRESS_BITS = $clog2(DEPTH + (DEPTH == 1)),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1))
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             clear,       // lose all, and the rest of the packet that is arriving
    input  wire             forget,      // the beats of a packet that is not whole never came
    input  wire [WIDTH-1:0] in_data,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire             in_last,
    output wire             too_short,
    output wire             too_long,
    input  wire             out_enable,  // a packet may begin to leave
    output wire [WIDTH-1:0] out_data,
    output reg              out_valid,
    input  wire             out_ready,
    output reg              out_last,
    output wire             begins,      // to leave
    output wire             leaving,     // it has begun, and its last beat is not accepted yet
    output reg  [7:0]       waiting      // whole packets that have not begun to leave
);

    localparam [31:0] LAST_WORD = WORDS - 1, LAST_ADDRESS = DEPTH - 1, SLOTS = PACKETS;

    function [ADDRESS_BITS-1:0] after(input [ADDRESS_BITS-1:0] address);
        after = (address == LAST_ADDRESS[ADDRESS_BITS-1:0])
            ? {ADDRESS_BITS{1'b0}} : address + 1'b1;
    endfunction

    // In ---------------------------------------------------------------------------------------

    reg [ADDRESS_BITS-1:0] first, write_address;  // of the packet that arrives; of its next word
    reg [WORD_BITS-1:0]    arrived;               // words of it
    reg                    overlong, unwanted;
    reg [7:0]              taken;                 // slots
    wire                   accepted = in_valid && in_ready;
    wire                   last_arrives = arrived == LAST_WORD[WORD_BITS-1:0];
    wire                   write = accepted && !overlong && !unwanted;
    wire                   whole = write && last_arrives && in_last && !clear;
    wire                   under_way = overlong || unwanted || arrived != {WORD_BITS{1'b0}};

    assign in_ready = taken != SLOTS[7:0] && !rst;
    assign too_short = write && in_last && !last_arrives;
    assign too_long = accepted && in_last && overlong;

    always @(posedge clk) begin
        if (accepted) begin
            arrived <= (in_last || !write || last_arrives) ? {WORD_BITS{1'b0}} : arrived + 1'b1;
            overlong <= !in_last && !unwanted && (overlong || last_arrives);
            if (in_last) unwanted <= 1'b0;
            write_address <= !write ? write_address
                : (in_last && !last_arrives) ? first : after(write_address);
            if (in_last && overlong) write_address <= first;
        end
        if (whole) first <= after(write_address);
        if (forget) begin
            arrived <= {WORD_BITS{1'b0}};
            write_address <= first;
        end
        if (clear) begin
            arrived <= {WORD_BITS{1'b0}};
            overlong <= 1'b0;
            unwanted <= (under_way || accepted) && !(accepted && in_last);
            first <= {ADDRESS_BITS{1'b0}};
            write_address <= {ADDRESS_BITS{1'b0}};
        end
        if (rst) begin
            arrived <= {WORD_BITS{1'b0}};
            overlong <= 1'b0;
            unwanted <= 1'b0;
            first <= {ADDRESS_BITS{1'b0}};
            write_address <= {ADDRESS_BITS{1'b0}};
        end
    end

    // Out --------------------------------------------------------------------------------------

    reg [ADDRESS_BITS-1:0] read_address;
    reg [WORD_BITS-1:0]    departed;  // words of the packet that leaves
    reg                    fetched, last_fetched;
    wire                   first_departs = departed == {WORD_BITS{1'b0}};
    wire                   last_departs = departed == LAST_WORD[WORD_BITS-1:0];
    wire                   move = !out_valid || out_ready;
    wire                   read = move && (!first_departs || (waiting != 8'd0 && out_enable));
    wire                   freed = read && last_departs;

    assign begins = read && first_departs;
    assign leaving = !first_departs || fetched || out_valid;

    always @(posedge clk) begin
        if (read) begin
            departed <= last_departs ? {WORD_BITS{1'b0}} : departed + 1'b1;
            read_address <= after(read_address);
        end
        if (move) begin
            fetched <= read;
            last_fetched <= read && last_departs;
            out_valid <= fetched;
            out_last <= last_fetched;
        end
        waiting <= waiting + {7'd0, whole} - {7'd0, begins};
        taken <= taken + {7'd0, whole} - {7'd0, freed};
        if (rst || clear) begin
            departed <= {WORD_BITS{1'b0}};
            read_address <= {ADDRESS_BITS{1'b0}};
            fetched <= 1'b0;
            last_fetched <= 1'b0;
            out_valid <= 1'b0;
            out_last <= 1'b0;
            waiting <= 8'd0;
            taken <= 8'd0;
        end
    end

    // verilator lint_off UNUSEDSIGNAL
    wire [1:0] errors;  // no check bits
    // verilator lint_on UNUSEDSIGNAL

    hwsim_ram #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ADDRESS_BITS(ADDRESS_BITS)) packets (
        .clk(clk), .write_enable(write), .write_address(write_address), .write_data(in_data),
        .read_enable(read), .read_address(read_address),
        .output_enable(fetched && move), .read_data(out_data), .errors(errors)
    );

endmodule

`default_nettype wire
