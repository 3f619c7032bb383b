// SPDX-License-Identifier: Apache-2.0
//
// An external memory of weights, for simulation: takes every address at once, gives its first word
// LATENCY cycles later and then a word a cycle, for each address in turn. FILE holds the words in
// format bin, which begin at the byte address BASE. What AXI4 or hwsim_weights does not allow is
// counted in faults.
`default_nettype none

module axi_memory #(
    parameter LANES = 64,
    parameter WORDS = 1,
    parameter LATENCY = 1,
    parameter [31:0] BASE = 32'h0004_3000,
    parameter FILE = "weights.bin"
) (
    input  wire             clk,
    input  wire             rst,
    input  wire [31:0]      araddr,
    input  wire [7:0]       arlen,
    input  wire [2:0]       arsize,
    input  wire [1:0]       arburst,
    input  wire             arvalid,
    output reg  [LANES-1:0] rdata,
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
    integer    taken = 0, given = 0, beat = 0, file, got, each;

    initial begin
        file = $fopen(FILE, "rb");
        got = 0;
        if (file != 0) got = $fread(content, file);
        if (got != WORDS * BYTES) begin
            $display("ERROR: readmem file %0s has %0d bytes, not %0d", FILE, got, WORDS * BYTES);
            faults = 32'd1;
        end
    end

    wire [31:0] offset = araddr - BASE;
    wire [31:0] last_byte = araddr + (arlen + 32'd1) * BYTES - 32'd1;

    always @(posedge clk) begin
        now = now + 64'd1;
        if (arvalid && !rst) begin
            if (araddr < BASE || offset % BYTES != 0 || offset / BYTES + arlen >= WORDS
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
        if (!rvalid || rready) begin
            rvalid <= given != taken && due[given%MOST] <= now;
            if (given != taken && due[given%MOST] <= now) begin
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
        end
    end

endmodule

`default_nettype wire
