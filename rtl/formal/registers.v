// SPDX-License-Identifier: Apache-2.0
//
// hwsim_axi_lite with hwsim_registers behind it, under any host, any values from outside and a
// reset in any cycle, against what hwsim.rdl says of any one word of registers (register_map.v):
//
//   a read gives the word's bits as they were when its address was accepted, a write changes those
//   that it may, by their kind, and nothing else does; where there is no register a read gives 0,
//   and either SLVERR;
//   every response stays until it is accepted and answers one request, the cycle after it was whole;
//   the interrupt is 1 while a cause that is enabled is.
`default_nettype none

module registers (
    input wire        clk,
    input wire        rst,
    input wire        soft_rst,  // of the registers, not of the port
    input wire [11:0] s_axil_awaddr,
    input wire        s_axil_awvalid,
    input wire [31:0] s_axil_wdata,
    input wire [3:0]  s_axil_wstrb,
    input wire        s_axil_wvalid,
    input wire        s_axil_bready,
    input wire [11:0] s_axil_araddr,
    input wire        s_axil_arvalid,
    input wire        s_axil_rready
);

    (* anyconst *) reg [9:0] word;  // the one that is watched

    wire        s_axil_awready, s_axil_wready, s_axil_bvalid, s_axil_arready, s_axil_rvalid;
    wire [1:0]  s_axil_bresp, s_axil_rresp;
    wire [31:0] s_axil_rdata;
    wire        write_enable, write_known, read_enable, read_known;
    wire [11:0] write_address, read_address;
    wire [31:0] write_data, read_data;
    wire [3:0]  write_strobe;
    wire        irq, irq_expected, exists, has_strobe, strobe;
    wire [31:0] reset, constant, merged, replaced, pulsed, cleared, counted, readable;
    wire [31:0] sets, value;

    hwsim_axi_lite port (
        .clk(clk), .rst(rst),
        .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(s_axil_awvalid),
        .s_axil_awready(s_axil_awready), .s_axil_wdata(s_axil_wdata),
        .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(s_axil_wvalid),
        .s_axil_wready(s_axil_wready), .s_axil_bresp(s_axil_bresp),
        .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready),
        .s_axil_araddr(s_axil_araddr), .s_axil_arvalid(s_axil_arvalid),
        .s_axil_arready(s_axil_arready), .s_axil_rdata(s_axil_rdata),
        .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid),
        .s_axil_rready(s_axil_rready),
        .write_enable(write_enable), .write_address(write_address), .write_data(write_data),
        .write_strobe(write_strobe), .write_known(write_known), .read_enable(read_enable),
        .read_address(read_address), .read_data(read_data), .read_known(read_known)
    );

    register_map map (
        .clk(clk), .rst(rst || soft_rst),
        .write_enable(write_enable), .write_address(write_address), .write_data(write_data),
        .write_strobe(write_strobe), .write_known(write_known), .read_enable(read_enable),
        .read_address(read_address), .read_data(read_data), .read_known(read_known),
        .irq(irq), .irq_expected(irq_expected), .word(word), .exists(exists),
        .has_strobe(has_strobe), .strobe(strobe), .reset(reset), .constant(constant),
        .merged(merged), .replaced(replaced), .pulsed(pulsed), .cleared(cleared),
        .counted(counted), .readable(readable), .sets(sets), .value(value)
    );

    // What the host has asked for, as the bus shows it ------------------------------------------

    reg         started = 1'b0;
    reg         addressed, filled;  // of a write without a response yet
    reg  [11:0] address;
    reg  [31:0] data;
    reg  [3:0]  strobes;
    reg         answered, read;     // a write's, a read's response is due
    reg         answer_mine, read_mine;
    reg  [31:0] read_expected;
    wire        whole = addressed && filled && !answered;

    // What the word must hold -------------------------------------------------------------------

    reg  [31:0] kept;
    reg         acted;
    wire [31:0] mask = {{8{strobes[3]}}, {8{strobes[2]}}, {8{strobes[1]}}, {8{strobes[0]}}};
    wire        acts = whole && exists && address[11:2] == word;
    wire [31:0] ones = acts ? data & mask : 32'd0;
    wire [31:0] merge = acts ? kept & ~mask | data & mask : kept;
    wire [31:0] replace = acts ? data & mask : kept;
    wire [31:0] count = (sets[0] && !(&kept)) ? kept + 1'b1 : kept;

    always @(posedge clk) begin
        started <= 1'b1;
        if (s_axil_awvalid && s_axil_awready) {addressed, address} <= {1'b1, s_axil_awaddr};
        if (s_axil_wvalid && s_axil_wready)
            {filled, data, strobes} <= {1'b1, s_axil_wdata, s_axil_wstrb};
        if (s_axil_bready) answered <= 1'b0;
        if (whole) begin
            {addressed, filled, answered} <= 3'b001;
            answer_mine <= address[11:2] == word;
        end
        if (s_axil_rready) read <= 1'b0;
        if (s_axil_arvalid && s_axil_arready) begin
            read <= 1'b1;
            read_mine <= s_axil_araddr[11:2] == word;
            read_expected <= constant | value & readable;
        end
        if (rst) {addressed, filled, answered, read} <= 4'd0;

        kept <= merged & merge | replaced & replace | pulsed & ones
            | cleared & (kept & ~ones | sets) | counted & count;
        acted <= acts;
        if (rst || soft_rst) {kept, acted} <= {reset, 1'b0};
    end

    // The response of a cycle ago, if it was not accepted
    reg        held_b, held_r;
    reg [1:0]  bresp_then, rresp_then;
    reg [31:0] rdata_then;

    always @(posedge clk) begin
        held_b <= s_axil_bvalid && !s_axil_bready && !rst;
        held_r <= s_axil_rvalid && !s_axil_rready && !rst;
        {bresp_then, rresp_then, rdata_then} <= {s_axil_bresp, s_axil_rresp, s_axil_rdata};
    end

    always @* begin
        assume (started || rst);
        if (started) begin
            if (rst) assert (!(s_axil_awready || s_axil_wready || s_axil_arready));
            if (!rst) begin
                assert (s_axil_awready == !addressed);
                assert (s_axil_wready == !filled);
                assert (s_axil_arready == !read);
            end
            if (addressed) assert (write_address == address);
            if (filled) assert ({write_data, write_strobe} == {data, strobes});

            assert (s_axil_bvalid == answered);
            if (answered && answer_mine) assert (s_axil_bresp == (exists ? 2'b00 : 2'b10));
            if (held_b) assert (s_axil_bvalid && s_axil_bresp == bresp_then);

            assert (s_axil_rvalid == read);
            if (read && read_mine) begin
                assert (s_axil_rresp == (exists ? 2'b00 : 2'b10));
                assert (s_axil_rdata == read_expected);
            end
            if (held_r) assert (s_axil_rvalid && {s_axil_rresp, s_axil_rdata}
                                == {rresp_then, rdata_then});

            assert ((value & (merged | replaced | pulsed | cleared | counted)) == kept);
            if (has_strobe) assert (strobe == acted);
            assert (irq == irq_expected);

            cover (s_axil_rvalid && read_mine && s_axil_rdata == 32'h12345678);
            cover (s_axil_bvalid && s_axil_bresp == 2'b10);
            cover (irq && s_axil_bvalid && s_axil_rvalid);
        end
    end

endmodule

`default_nettype wire
