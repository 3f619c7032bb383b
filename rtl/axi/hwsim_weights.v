// SPDX-License-Identifier: Apache-2.0
//
// Weights from an external memory, by bursts over an AXI4 read port, in the order in which
// hwsim_mac wants them (weight_demand, weight_supply: see there).
//
// Word a of the weights is at byte base + a*L/8, as in the image's file in format bin; base is a
// multiple of 4096. Bursts are of at most BURST beats, at addresses that are multiples of that
// where they do not begin a group, and so cross no 4 KiB boundary. One is asked for when the
// buffer, of DEPTH words, has room for it beside all that is on its way: r_ready is always 1, and
// several are on their way at a time. All have one ID, so they come back in order.
//
// A memory that takes every address at once, gives its first beat A cycles later and then a beat a
// cycle delays the first word of a step by A + 3 cycles and no other, if DEPTH is at least
// A + 2*BURST + 4, and WORDS at least A + 5: one group's words hide the latency of the next one's.
//
// clear forgets what was announced. Beats that are on their way then are let pass before anything
// else is asked for; rst, which must be a reset of the memory, too, forgets them.
`default_nettype none

module hwsim_weights #(
    parameter LANES = 64,
    parameter WORDS = 1,   // of a group, N*B
    parameter BURST = 16,  // beats, a power of two, at most 4096 bytes and 256
    parameter DEPTH = 64,  // words, a power of two, at least 2*BURST
    parameter DEPTH_BITS = $clog2(DEPTH)
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             clear,
    input  wire             soft_reset,  // the register goes back to 0, too
    input  wire             result_done,
    input  wire [31:0]      base,
    input  wire [34:0]      weight_demand,
    output wire [LANES:0]   weight_supply,
    output reg  [31:0]      waited,  // cycles for a word, of the last recall
    output wire             error,   // the memory says that a read has failed
    output wire             m_axi_arid,
    output reg  [31:0]      m_axi_araddr,
    output reg  [7:0]       m_axi_arlen,
    output wire [2:0]       m_axi_arsize,
    output wire [1:0]       m_axi_arburst,
    output wire [2:0]       m_axi_arprot,
    output reg              m_axi_arvalid,
    input  wire             m_axi_arready,
    input  wire [LANES-1:0] m_axi_rdata,
    input  wire [1:0]       m_axi_rresp,
    input  wire             m_axi_rvalid,
    output wire             m_axi_rready
);

    localparam [31:0] SHIFT = $clog2(LANES / 8);
    localparam BURST_BITS = $clog2(BURST + 1);
    localparam COUNT_BITS = $clog2(WORDS + 1);
    localparam [31:0] WORDS_WIDE = WORDS, BURST_WIDE = BURST, DEPTH_WIDE = DEPTH;
    localparam [DEPTH_BITS+1:0] MOST = DEPTH_WIDE[DEPTH_BITS+1:0] - BURST_WIDE[DEPTH_BITS+1:0];

    wire        fetch = weight_demand[34];
    wire        wanted = weight_demand[33];
    // verilator lint_off UNUSEDSIGNAL
    wire [31:0] first = weight_demand[31:0];  // beyond, no address of 32 bits reaches
    wire        unused = weight_demand[32];
    // verilator lint_on UNUSEDSIGNAL

    // Bursts -------------------------------------------------------------------------------------

    reg [31:0]           address, next_address;  // of words
    reg [COUNT_BITS-1:0] left;                   // words of the group to ask for
    reg                  next_known;
    reg [DEPTH_BITS+1:0] reserved;               // words in the buffer, or on their way to it
    reg [DEPTH_BITS+1:0] coming, dropped;        // beats on their way; of them, in vain

    wire                  beat = m_axi_rvalid && m_axi_rready;
    wire                  take = wanted && weight_supply[LANES];
    wire [31:0]           to_boundary = BURST_WIDE - (address & (BURST_WIDE - 32'd1));
    wire [31:0]           left_wide = {{(32-COUNT_BITS){1'b0}}, left};
    // verilator lint_off UNUSEDSIGNAL
    wire [31:0]           length = (left_wide < to_boundary) ? left_wide : to_boundary;
    wire [31:0]           arlen = length - 32'd1;
    // verilator lint_on UNUSEDSIGNAL
    wire [BURST_BITS-1:0] beats = length[BURST_BITS-1:0];
    wire                  ask = left != 0 && (!m_axi_arvalid || m_axi_arready) && reserved <= MOST
        && dropped == 0;
    wire [DEPTH_BITS+1:0] asked = {{(DEPTH_BITS+2-BURST_BITS){1'b0}}, beats}
        & {(DEPTH_BITS+2){ask}};

    always @(posedge clk) begin
        if (m_axi_arready) m_axi_arvalid <= 1'b0;
        if (ask) begin
            m_axi_arvalid <= 1'b1;
            m_axi_araddr <= base + (address << SHIFT);
            m_axi_arlen <= arlen[7:0];
            address <= address + length;
            left <= left - length[COUNT_BITS-1:0];
        end
        if (left == 0 && (fetch || next_known)) begin
            address <= next_known ? next_address : first;
            left <= WORDS_WIDE[COUNT_BITS-1:0];
        end
        if (fetch) next_address <= first;
        next_known <= (left == 0) ? fetch && next_known : fetch || next_known;

        coming <= coming + asked - {{(DEPTH_BITS+1){1'b0}}, beat};
        reserved <= reserved + asked - {{(DEPTH_BITS+1){1'b0}}, take};
        if (beat && dropped != 0) dropped <= dropped - 1'b1;

        if (clear) begin
            left <= {COUNT_BITS{1'b0}};
            next_known <= 1'b0;
            reserved <= {(DEPTH_BITS+2){1'b0}};
            dropped <= coming + asked - {{(DEPTH_BITS+1){1'b0}}, beat};
        end
        if (rst) begin
            m_axi_arvalid <= 1'b0;
            left <= {COUNT_BITS{1'b0}};
            next_known <= 1'b0;
            reserved <= {(DEPTH_BITS+2){1'b0}};
            coming <= {(DEPTH_BITS+2){1'b0}};
            dropped <= {(DEPTH_BITS+2){1'b0}};
        end
    end

    // Buffer -------------------------------------------------------------------------------------

    reg [DEPTH_BITS-1:0] write_place, read_place;
    reg [DEPTH_BITS:0]   stored;
    reg                  fetched;
    wire                 put = beat && dropped == 0 && !clear;

    // verilator lint_off UNUSEDSIGNAL
    wire [1:0] errors;  // no check bits
    // verilator lint_on UNUSEDSIGNAL

    hwsim_ram #(.WIDTH(LANES), .DEPTH(DEPTH), .ADDRESS_BITS(DEPTH_BITS)) words (
        .clk(clk), .write_enable(put), .write_address(write_place), .write_data(m_axi_rdata),
        .read_enable(take), .read_address(read_place), .output_enable(fetched),
        .read_data(weight_supply[LANES-1:0]), .errors(errors)
    );

    always @(posedge clk) begin
        if (put) write_place <= write_place + 1'b1;
        if (take) read_place <= read_place + 1'b1;
        stored <= stored + {{DEPTH_BITS{1'b0}}, put} - {{DEPTH_BITS{1'b0}}, take};
        fetched <= take;
        if (rst || clear) begin
            write_place <= {DEPTH_BITS{1'b0}};
            read_place <= {DEPTH_BITS{1'b0}};
            stored <= {(DEPTH_BITS+1){1'b0}};
            fetched <= 1'b0;
        end
    end

    assign m_axi_rready = !rst;
    assign m_axi_arid = 1'b0;
    assign m_axi_arsize = SHIFT[2:0];
    assign m_axi_arburst = 2'b01;  // INCR
    assign m_axi_arprot = 3'b000;
    assign weight_supply[LANES] = stored != 0;

    reg [31:0] waiting;

    always @(posedge clk) begin
        if (result_done) waited <= waiting;
        if (result_done || clear) waiting <= 32'd0;
        else if (wanted && !weight_supply[LANES]) waiting <= waiting + 1'b1;
        if (rst || soft_reset) waited <= 32'd0;
    end

    assign error = put && m_axi_rresp != 2'b00;

endmodule

`default_nettype wire
