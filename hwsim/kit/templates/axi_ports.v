// SPDX-License-Identifier: Apache-2.0
//
// Simulation only: a host of the engine behind AXI that gives it the engine's own ports. It queues as
// many queries as are recalled together, or as come one directly after the other, starts them over
// the registers, and reads the counters of the last result over the registers before it lets that
// result's last beat go.
`default_nettype none

module @module@ (
    input  wire                 clk,
    input  wire                 rst,
    input  wire [@lanes@-1:0] s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire                 s_axis_tready,
    input  wire                 s_axis_tlast,
    input  wire                 s_axis_tid,
    output wire                 query_dropped,
    output wire [@lanes@-1:0] m_axis_tdata,
    output wire                 m_axis_tvalid,
    input  wire                 m_axis_tready,
    output wire                 m_axis_tlast,
    output wire                 m_axis_tid,
    output wire [15:0]          result_steps,
    output wire                 result_converged,
    output wire                 result_miss,
    output wire [@distance_bits@-1:0] result_distance,
    output wire [63:0]          @counters@
);

    localparam WORDS = @words@;                    // beats of a query
    localparam [7:0] QUERIES = @queries_in_flight@;
    localparam [5:0] PIECES = @pieces@;            // halves of the counters
    localparam [31:0] IDENTITY = 32'h4857534d;
    localparam [11:0] CONTROL = 12'h020, SETTINGS = 12'h024;
    localparam [2:0] SET = 3'd0, COLLECT = 3'd1, START = 3'd2, DRAIN = 3'd3, READ = 3'd4;

    reg  [2:0]           phase;
    reg  [31:0]          beats;               // of the packet that arrives
    reg  [7:0]           queued;              // queries without a result yet
    reg  [5:0]           piece;
    reg  [32*PIECES-1:0] read;
    reg                  asks, writes, known, wrong;

    wire                 ready, valid, last, write_ready, data_ready, written, ask_ready, answered;
    wire [31:0]          answer;
    wire [1:0]           write_response, read_response;
    wire [11:0]          first = @first@;  // counter's register
    wire                 collects = phase == COLLECT && queued != QUERIES;
    wire                 accepted = s_axis_tvalid && s_axis_tready;
    wire                 holds = last && !(phase == DRAIN && known);
    wire                 takes = m_axis_tvalid && m_axis_tready && last;

    @wrapper@ wrapper (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid && collects),
        .s_axis_tready(ready), .s_axis_tlast(s_axis_tlast), .s_axis_tid(s_axis_tid),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(valid), .m_axis_tready(m_axis_tready && !holds),
        .m_axis_tlast(last), .m_axis_tid(m_axis_tid),
        .m_axis_tuser({result_distance, result_miss, result_converged, result_steps}),
        .s_axil_awaddr((phase == SET) ? SETTINGS : CONTROL), .s_axil_awprot(3'd0),
        .s_axil_awvalid(writes), .s_axil_awready(write_ready),
        .s_axil_wdata((phase == SET) ? 32'd0 : 32'd1), .s_axil_wstrb(4'd15),
        .s_axil_wvalid(writes), .s_axil_wready(data_ready),
        .s_axil_bresp(write_response), .s_axil_bvalid(written), .s_axil_bready(1'b1),
        .s_axil_araddr((phase == SET) ? 12'd0 : first + {4'd0, piece, 2'd0}),
        .s_axil_arprot(3'd0), .s_axil_arvalid(asks), .s_axil_arready(ask_ready),
        .s_axil_rdata(answer), .s_axil_rresp(read_response), .s_axil_rvalid(answered),
        .s_axil_rready(1'b1), .irq()
    );

    assign s_axis_tready = ready && collects;
    assign query_dropped = wrong;  // ends a testbench; a packet of another length does not show
    assign m_axis_tvalid = valid && !holds;
    assign m_axis_tlast = last;
    assign {@counters_back@} = read;

    always @(posedge clk) begin
        if (writes && write_ready && data_ready) writes <= 1'b0;
        if (asks && ask_ready) asks <= 1'b0;
        if (accepted) begin
            beats <= s_axis_tlast ? 32'd0 : beats + 32'd1;
            if (s_axis_tlast && beats == WORDS - 1) queued <= queued + 8'd1;
        end
        if (takes) queued <= queued - 8'd1;

        case (phase)
            SET: begin  // out of reset: no recall begins by itself, and who is there?
                if (written) asks <= 1'b1;
                if (answered) phase <= COLLECT;
                if (answered && answer != IDENTITY) begin
                    wrong <= 1'b1;
                    $display("the first register is %h, not %h", answer, IDENTITY);
                end
            end
            COLLECT: if (queued == QUERIES || (queued != 8'd0 && beats == 32'd0 && !s_axis_tvalid))
            begin
                phase <= START;
                writes <= 1'b1;
            end
            START: if (written) begin
                phase <= DRAIN;
                known <= 1'b0;
            end
            DRAIN: begin
                if (valid && last && !known) begin
                    phase <= READ;
                    asks <= 1'b1;
                    piece <= 6'd0;
                end
                if (takes) known <= 1'b0;
                if (takes && queued == 8'd1) phase <= COLLECT;
            end
            default: if (answered) begin  // READ
                read <= {answer, read[32*PIECES-1:32]};
                piece <= piece + 6'd1;
                asks <= piece != PIECES - 6'd1;
                known <= piece == PIECES - 6'd1;
                if (piece == PIECES - 6'd1) phase <= DRAIN;
            end
        endcase
        if ((written && write_response != 2'd0) || (answered && read_response != 2'd0)) begin
            wrong <= 1'b1;
            $display("a register answers with an error");
        end
        if (rst) begin
            phase <= SET;
            writes <= 1'b1;
            asks <= 1'b0;
            beats <= 32'd0;
            queued <= 8'd0;
            known <= 1'b0;
            wrong <= 1'b0;
        end
    end

endmodule

`default_nettype wire
