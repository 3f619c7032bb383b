// SPDX-License-Identifier: Apache-2.0
//
// An AXI4-Lite port of 32 bits for a block of registers.
//
// Address and data of a write may come in either order. The write acts, and its response is
// offered, a cycle after both are here; a read's word is offered a cycle after its address is
// accepted. One of each is under way at a time. An address without a register gets SLVERR, and its
// write changes nothing. All ready are 0 in reset.
`default_nettype none

module hwsim_axi_lite (
    input  wire        clk,
    input  wire        rst,
    input  wire [11:0] s_axil_awaddr,
    input  wire        s_axil_awvalid,
    output wire        s_axil_awready,
    input  wire [31:0] s_axil_wdata,
    input  wire [3:0]  s_axil_wstrb,
    input  wire        s_axil_wvalid,
    output wire        s_axil_wready,
    output reg  [1:0]  s_axil_bresp,
    output reg         s_axil_bvalid,
    input  wire        s_axil_bready,
    input  wire [11:0] s_axil_araddr,
    input  wire        s_axil_arvalid,
    output wire        s_axil_arready,
    output wire [31:0] s_axil_rdata,
    output reg  [1:0]  s_axil_rresp,
    output reg         s_axil_rvalid,
    input  wire        s_axil_rready,
    // registers
    output wire        write_enable,
    output reg  [11:0] write_address,
    output reg  [31:0] write_data,
    output reg  [3:0]  write_strobe,
    input  wire        write_known,
    output wire        read_enable,
    output wire [11:0] read_address,
    input  wire [31:0] read_data,
    input  wire        read_known
);

    localparam [1:0] OKAY = 2'b00, SLVERR = 2'b10;

    reg  addressed, filled;  // the write's address, its data are here
    wire write = addressed && filled && !s_axil_bvalid;

    always @(posedge clk) begin
        if (s_axil_awvalid && s_axil_awready) begin
            addressed <= 1'b1;
            write_address <= s_axil_awaddr;
        end
        if (s_axil_wvalid && s_axil_wready) begin
            filled <= 1'b1;
            write_data <= s_axil_wdata;
            write_strobe <= s_axil_wstrb;
        end
        if (s_axil_bready) s_axil_bvalid <= 1'b0;
        if (write) begin
            addressed <= 1'b0;
            filled <= 1'b0;
            s_axil_bvalid <= 1'b1;
            s_axil_bresp <= write_known ? OKAY : SLVERR;
        end
        if (rst) begin
            addressed <= 1'b0;
            filled <= 1'b0;
            s_axil_bvalid <= 1'b0;
        end
    end

    assign s_axil_awready = !addressed && !rst;
    assign s_axil_wready = !filled && !rst;
    assign write_enable = write && write_known;

    always @(posedge clk) begin
        if (s_axil_rready) s_axil_rvalid <= 1'b0;
        if (read_enable) begin
            s_axil_rvalid <= 1'b1;
            s_axil_rresp <= read_known ? OKAY : SLVERR;
        end
        if (rst) s_axil_rvalid <= 1'b0;
    end

    assign s_axil_arready = !s_axil_rvalid && !rst;
    assign read_enable = s_axil_arvalid && s_axil_arready;
    assign read_address = s_axil_araddr;
    assign s_axil_rdata = read_data;

endmodule

`default_nettype wire
