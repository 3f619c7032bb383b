// SPDX-License-Identifier: Apache-2.0
//
// The host's access to the engine's memories: words written in pieces of 32 bits, and the CRC-32 of
// what a memory holds.
//
// A word is written with its last piece. check reads words, one after the other, and puts their
// bytes into hwsim_crc, least significant first: ceil(width / 8) + 4 cycles a word. Neither while
// ready is 0, nor a write while a check runs: then, and where no memory answers, error is 1 for a
// cycle, and a check ends.
//
// BANKS = 2: all this is about the bank that is not in use, and needs ready only for an exchange.
// From exchange on until the banks have changed places, exchanging is 1: no recall may begin and
// nothing is written. A reset brings bank 0 back into use; clear ends all else and keeps the bank.
//
// host, host_data: hwsim_rom.
`default_nettype none

module hwsim_loader #(
    parameter HOST_BITS = 64,
    parameter BANKS = 1,
    parameter LANES = 64,
    parameter KERNEL_BITS = 8,
    parameter OFFSET_BITS = 0,
    parameter RADIUS_BITS = 0
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  clear,
    input  wire                  ready,          // no recall runs
    input  wire [2:0]            memory,
    input  wire [2:0]            engine,
    input  wire                  address_write,
    input  wire [31:0]           address_data,
    input  wire                  piece_write,
    input  wire [31:0]           piece_data,
    input  wire                  check_start,
    input  wire [31:0]           check_words,
    input  wire                  exchange,
    output wire                  error,
    output wire                  checking,
    output reg                   checked,        // a check has ended
    output reg                   exchanging,
    output reg                   exchanged,      // it has ended
    output reg                   bank,           // in use
    output wire [31:0]           crc,
    output wire [HOST_BITS+40:0] host,
    input  wire [HOST_BITS:0]    host_data
);

    localparam [31:0] ROW_PIECES = (LANES + 31) / 32, ROW_BYTES = LANES / 8;
    localparam [31:0] LUT_BYTES = (KERNEL_BITS + 7) / 8, OFFSET_BYTES = (OFFSET_BITS + 7) / 8;
    localparam [31:0] RADIUS_BYTES = (RADIUS_BITS + 7) / 8;
    localparam [1:0] IDLE = 2'd0, READ = 2'd1, WAIT = 2'd2, SHIFT = 2'd3;

    wire       rows = memory < 3'd2;  // of LANES bits: patterns, weights
    wire [3:0] last_piece = rows ? ROW_PIECES[3:0] - 4'd1 : 4'd0;
    wire [6:0] bytes = rows ? ROW_BYTES[6:0]
        : (memory == 3'd2) ? LUT_BYTES[6:0]
        : (memory == 3'd3) ? OFFSET_BYTES[6:0] : RADIUS_BYTES[6:0];

    reg [1:0]           state;
    reg [HOST_BITS-1:0] word;
    reg [31:0]          address, left;
    reg [3:0]           piece;
    reg [6:0]           bytes_left;
    reg                 writes, refused;
    reg [2:0]           asked;  // an answer is due when bit 2 is set

    wire reads = state == READ;
    wire answered = host_data[HOST_BITS];
    wire unanswered = asked[2] && !answered;
    wire may = ((BANKS == 1) ? ready : !exchanging) && state == IDLE;
    wire exchanges = exchanging && ready && state == IDLE && !writes && asked == 3'd0;

    always @(posedge clk) begin
        refused <= ((piece_write || check_start) && !may)
            || (exchange && (BANKS == 1 || exchanging));
        asked <= {asked[1:0], writes || reads};
        writes <= 1'b0;
        checked <= 1'b0;
        if (writes) address <= address + 1'b1;

        if (piece_write && may) begin
            word[32*piece +: 32] <= piece_data;
            piece <= (piece == last_piece) ? 4'd0 : piece + 1'b1;
            writes <= piece == last_piece;
        end
        if (address_write) begin
            address <= address_data;
            piece <= 4'd0;
        end

        case (state)
            IDLE: if (check_start && may) begin
                left <= check_words;
                state <= (check_words == 32'd0) ? IDLE : READ;
                checked <= check_words == 32'd0;
            end
            READ: state <= WAIT;
            WAIT: if (asked[2]) begin
                word <= host_data[HOST_BITS-1:0];
                bytes_left <= bytes;
                left <= left - 1'b1;
                address <= address + 1'b1;
                state <= answered ? SHIFT : IDLE;
                checked <= !answered;
            end
            default: begin  // SHIFT
                word <= word >> 8;
                bytes_left <= bytes_left - 1'b1;
                if (bytes_left == 7'd1) begin
                    state <= (left == 32'd0) ? IDLE : READ;
                    checked <= left == 32'd0;
                end
            end
        endcase

        exchanged <= exchanges;
        if (exchanges) exchanging <= 1'b0;
        else if (exchange) exchanging <= BANKS != 1;
        if (exchanges) bank <= !bank;

        if (rst) bank <= 1'b0;
        if (rst || clear) begin
            state <= IDLE;
            address <= 32'd0;
            piece <= 4'd0;
            writes <= 1'b0;
            refused <= 1'b0;
            asked <= 3'd0;
            checked <= 1'b0;
            exchanging <= 1'b0;
            exchanged <= 1'b0;
        end
    end

    assign checking = state != IDLE;
    assign error = refused || unanswered;
    assign host = {bank, reads, writes, engine, memory, address, word};

    hwsim_crc check (
        .clk(clk), .clear(rst || clear || (check_start && may)), .enable(state == SHIFT),
        .data(word[7:0]), .value(crc)
    );

endmodule

`default_nettype wire
