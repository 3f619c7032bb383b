// SPDX-License-Identifier: Apache-2.0
//
// PHASES: the order of a search, and what the radius memory says at the end of a phase.
//
//   first step    SCAN (whole or coarse), of a coarse one the shortlist's batches, then SWEEP
//   later steps   PROBE of the last winner, then SCAN (COARSE_WORDS = 0) or SWEEP
//
// hwsim_search says why, and how long each takes. The phases themselves are hwsim_nearest's, one
// or several side by side: a start pulse each, phase_done when all of them have ended, and from
// then on nearest, the smallest distance of all, and the radius word of the pattern that has it.
//
// RADIUS: hit when nearest < that word. It is tested after a PROBE (the word of the last winner
// is still in the memory's data register, which has no other user, or is kept here, with
// IN_STEP = 1), a whole SCAN, each batch, a SWEEP; with RADIUS_BITS = 0 never.
//
// phase_done at cycle 0, the next start or done at cycle 0 (of a probe that misses at 1), with a
// radius read at cycle 3 (PIPELINED = 1: 4).
`default_nettype none

module hwsim_phases #(
    parameter WORDS = 4,
    parameter COARSE_WORDS = 0,
    parameter RADIUS_BITS = 0,
    parameter DISTANCE_BITS = 8,
    parameter IN_STEP = 0,        // 1: phases wait for their grant
    parameter PIPELINED = 0,      // 1: of hwsim_rom
    parameter RADIUS_WIDTH = RADIUS_BITS + (RADIUS_BITS == 0)
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     start,
    input  wire                     first_step,
    output wire                     done,
    output wire                     hit,
    output wire                     winner_fixed,  // the winner's radius word is not 0
    // other searches, with IN_STEP = 1
    // verilator lint_off UNUSEDSIGNAL
    input  wire                     grant,         // what waits begins
    // verilator lint_on UNUSEDSIGNAL
    output wire [3:0]               waits,         // 0: pass, 1: list, 2: sweep, 3: last radius
    // phases
    output wire                     probe_start,
    output wire                     scan_start,
    output wire                     list_start,
    output wire                     sweep_start,
    output wire                     probing,       // from the cycle after its start
    output wire                     scanning,
    output wire                     listing,
    output wire                     sweeping,
    input  wire                     phase_done,
    input  wire                     list_ended,
    // radius memory
    // verilator lint_off UNUSEDSIGNAL
    input  wire [DISTANCE_BITS-1:0] nearest,
    input  wire [RADIUS_WIDTH-1:0]  radius_data,   // with RADIUS_BITS > 0
    // verilator lint_on UNUSEDSIGNAL
    output wire                     radius_read,
    output wire                     radius_output_enable
);

    localparam SWEEPS = COARSE_WORDS != 0;
    localparam LISTS = SWEEPS && COARSE_WORDS < WORDS;
    localparam RADII = RADIUS_BITS != 0;
    localparam IDLE = 3'd0, PROBE = 3'd1, SCAN = 3'd2, LIST = 3'd3, SWEEP = 3'd4;

    reg [2:0] phase;
    reg       probe_missed;
    wire      radius_judged;

    assign probing = phase == PROBE;
    assign scanning = phase == SCAN;
    assign listing = LISTS && phase == LIST;
    assign sweeping = SWEEPS && phase == SWEEP;

    wire tested = RADII && ((scanning && !LISTS) || listing || sweeping);
    wire phase_end = tested ? radius_judged : phase_done;
    wire missed = phase_end && !hit;

    // What begins a phase that slots in step begin together, or in turn.
    wire pass_ready = (start && !probe_start) || probe_missed;
    wire list_ready = LISTS && scanning && phase_end;
    wire sweep_ready = listing && missed && list_ended;
    wire look_ready = phase_done && tested && !listing;
    wire pass_start, first_list_start, late_sweep_start;
    // verilator lint_off UNUSEDSIGNAL
    wire look_start;  // with a radius memory
    // verilator lint_on UNUSEDSIGNAL

    assign probe_start = start && !first_step && (SWEEPS || winner_fixed);
    assign scan_start = pass_start && (!SWEEPS || first_step);
    assign list_start = first_list_start || (listing && missed && !list_ended);
    assign sweep_start = late_sweep_start || (SWEEPS && pass_start && !first_step);
    assign done = phase_end
        && (((probing || listing) && hit) || (scanning && !LISTS) || sweeping);

    always @(posedge clk) begin
        if (probe_start) phase <= PROBE;
        if (scan_start) phase <= SCAN;
        if (list_start) phase <= LIST;
        if (sweep_start) phase <= SWEEP;
        if (rst || done) phase <= IDLE;
        probe_missed <= probing && missed && !rst;
    end

    generate
        if (IN_STEP != 0) begin : in_step
            reg [3:0] waiting;
            always @(posedge clk) begin
                waiting <= (grant ? 4'd0 : waiting)
                    | {look_ready, sweep_ready, list_ready, pass_ready};
                if (rst) waiting <= 4'd0;
            end
            assign waits = waiting;
            assign {look_start, late_sweep_start, first_list_start, pass_start} =
                waiting & {4{grant}};
        end else begin : alone
            assign waits = 4'd0;
            assign {look_start, late_sweep_start, first_list_start, pass_start} =
                {look_ready, sweep_ready, list_ready, pass_ready};
        end

        if (RADII) begin : with_radius
            localparam WIDTH = (RADIUS_BITS > DISTANCE_BITS) ? RADIUS_BITS : DISTANCE_BITS;
            wire [RADIUS_BITS-1:0] word;  // of the last pattern looked at
            wire [WIDTH-1:0] radius = {{(WIDTH-RADIUS_BITS){1'b0}}, word};
            wire [WIDTH-1:0] reached = {{(WIDTH-DISTANCE_BITS){1'b0}}, nearest};
            reg [2+PIPELINED:0] travelling;  // 0: radius fetched, the last two: here, judged
            reg              nearer;

            always @(posedge clk) begin
                travelling <= {travelling[1+PIPELINED:0], radius_read};
                nearer <= reached < radius;
                if (rst) travelling <= {(3+PIPELINED){1'b0}};
            end

            if (IN_STEP != 0) begin : in_step  // the memory's register is others' too
                reg [RADIUS_BITS-1:0] kept;
                always @(posedge clk) if (travelling[1+PIPELINED]) kept <= radius_data;
                assign word = travelling[1+PIPELINED] ? radius_data : kept;
            end else begin : alone
                assign word = radius_data;
            end

            assign radius_read = look_start || (phase_done && listing);
            assign radius_output_enable = travelling[0];
            assign radius_judged = travelling[2+PIPELINED];
            assign hit = nearer;
            assign winner_fixed = word != 0;
        end else begin : without_radius
            assign radius_read = 1'b0;
            assign radius_output_enable = 1'b0;
            assign radius_judged = 1'b0;
            assign hit = 1'b0;
            assign winner_fixed = 1'b0;
        end
    endgenerate

endmodule

`default_nettype wire
