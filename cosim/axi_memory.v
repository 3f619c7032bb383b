// SPDX-License-Identifier: Apache-2.0
//
// An external memory of weights, for simulation: takes every address at once, gives its first word
// LATENCY cycles later and then a word a cycle, for each address in turn. PAUSES = 1: for
// some hundred cycles it does so when it likes, then again for some hundred at once. FILE holds the words in format bin, which begin at the byte address base; while
// failing is 1, it says that they cannot be read. What AXI4 or hwsim_weights does not allow is
// counted in faults.
`default_nettype none

module axi_memory #(
    parameter LANES = 64,
    parameter WORDS = 1,
    parameter LATENCY = 1,
    parameter PAUSES = 0,
    parameter FILE = "weights.bin"
) (
    input  wire             clk,
    input  wire             rst,
    input  wire [31:0]      base,
    input  wire             failing,
    input  wire [31:0]      araddr,
    input  wire [7:0]       arlen,
    input  wire [2:0]       arsize,
    input  wire [1:0]       arburst,
    input  wire             arvalid,
    output reg              arready,
    output reg  [LANES-1:0] rdata,
    output wire [1:0]       rresp,
    output reg              rlast,
    output reg              rvalid,
    input  wire             rready
);

    localparam BYTES = LANES / 8;
    localparam MOST = 8192;  // addresses on their way

    reg [7:0]  content [0:WORDS*BYTES-1];
    reg [31:0] first [0:MOST-1];  // words
    reg [8:0]  length [0:MOST-1];
    reg [63:0] due [0:MOST-1];
    reg [63:0] now = 64'd0;
    reg [31:0] faults = 32'd0;
    reg        gives;
    integer    taken = 0, given = 0, beat = 0, chance = 1, file, got, each;

    initial begin
        file = $fopen(FILE, "rb");
        got = 0;
        if (file != 0) got = $fread(content, file);
        if (got != WORDS * BYTES) begin
            $display("ERROR: readmem file %0s has %0d bytes, not %0d", FILE, got, WORDS * BYTES);
            faults = 32'd1;
        end
    end

    assign rresp = {failing, 1'b0};

    wire [31:0] offset = araddr - base;
    wire [31:0] last_byte = araddr + (arlen + 32'd1) * BYTES - 32'd1;

    always @(posedge clk) begin
        now = now + 64'd1;
        if (arvalid && arready && !rst) begin
            if (araddr < base || offset % BYTES != 0 || offset / BYTES + arlen >= WORDS
                    || arsize != $clog2(BYTES) || arburst != 2'b01
                    || araddr[31:12] != last_byte[31:12]) begin
                $display("ERROR: a burst of %0d at %h, size %0d, type %0d", arlen + 1, araddr,
                         arsize, arburst);
                faults = faults + 32'd1;
            end
            first[taken%MOST] = offset / BYTES;
            length[taken%MOST] = arlen + 9'd1;
            due[taken%MOST] = now + LATENCY - 1;
            taken = taken + 1;
        end
        arready <= PAUSES == 0 || now[8] || ($random(chance) & 3) != 0;
        if (!rvalid || rready) begin
            gives = given != taken && due[given%MOST] <= now;
            if (PAUSES != 0 && !now[8]) gives = gives && ($random(chance) & 7) != 0;
            rvalid <= gives;
            if (gives) begin
                for (each = 0; each < BYTES; each = each + 1)
                    rdata[8*each +: 8] <= content[(first[given%MOST]+beat)*BYTES+each];
                beat = beat + 1;
                rlast <= beat == length[given%MOST];
                if (beat == length[given%MOST]) begin
                    beat = 0;
                    given = given + 1;
                end
            end
        end
        if (rst) begin
            given = taken;
            beat = 0;
            rvalid <= 1'b0;
            arready <= 1'b0;
        end
    end

endmodule

`default_nettype wire
