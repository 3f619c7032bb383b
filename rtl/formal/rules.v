// SPDX-License-Identifier: Apache-2.0
//
// What an image promises, assumed of memories that may hold anything: unused lanes are 0, the
// kernel table does not rise, and what docs/contract.md says of radius memory, winner_limit and
// reach holds for each of all states.
`default_nettype none

module rules #(
    parameter NEURONS = 3,
    parameter PATTERNS = 3,
    parameter WEIGHT_BITS = 1,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 2,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter LANES = 8,
    parameter RADIUS_BITS = 0,
    parameter WINNER_LIMIT = 0,
    parameter REACH = 0,
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter WEIGHT_WORDS = WEIGHT_BITS * (DATAFLOW_ROW ? PATTERNS * WORDS : NEURONS),
    parameter DISTANCE_BITS = $clog2(NEURONS + 1),
    parameter ZB = OFFSET_BITS + (OFFSET_BITS == 0),
    parameter RB = RADIUS_BITS + (RADIUS_BITS == 0)
) (
    input wire                               first,  // cycle: once is enough, nothing changes
    input wire [LANES*WORDS*PATTERNS-1:0]    patterns,
    input wire [LANES*WEIGHT_WORDS-1:0]      weights,
    input wire [KERNEL_BITS*(NEURONS+1)-1:0] lut,
    input wire [ZB*NEURONS-1:0]              offsets,
    input wire [RB*PATTERNS-1:0]             radii
);

    localparam SPARE = WORDS * LANES - NEURONS;
    integer i;
    genvar  s, m;

    always @* if (first) begin
        for (i = 0; i < PATTERNS; i = i + 1)
            assume (patterns[i*WORDS*LANES + NEURONS +: SPARE] == 0);
        for (i = 0; i < NEURONS; i = i + 1)
            assume (lut[i*KERNEL_BITS +: KERNEL_BITS] >= lut[(i+1)*KERNEL_BITS +: KERNEL_BITS]);
        if (REACH != 0) begin
            assume (lut[(REACH-1)*KERNEL_BITS +: KERNEL_BITS] != 0);
            if (REACH <= NEURONS) assume (lut[REACH*KERNEL_BITS +: KERNEL_BITS] == 0);
        end
        if (RADIUS_BITS != 0 && lut[KERNEL_BITS-1:0] == 0) assume (radii == 0);
    end

    generate
        if (RADIUS_BITS != 0 || WINNER_LIMIT != 0)
            for (s = 0; s < 1 << NEURONS; s = s + 1) begin : state
                localparam [NEURONS-1:0] STATE = s;
                wire [NEURONS-1:0]                next, winner;
                wire [DISTANCE_BITS*PATTERNS-1:0] distances;
                wire [DISTANCE_BITS-1:0]          nearest;
                wire [23:0]                       kernel_sum;

                contract_step #(
                    .NEURONS(NEURONS), .PATTERNS(PATTERNS), .WEIGHT_BITS(WEIGHT_BITS),
                    .PLANE_WEIGHTS(PLANE_WEIGHTS), .KERNEL_BITS(KERNEL_BITS),
                    .OFFSET_BITS(OFFSET_BITS), .OFFSET_FRAC_BITS(OFFSET_FRAC_BITS),
                    .ORIGIN_NEAREST(ORIGIN_NEAREST), .DATAFLOW_ROW(DATAFLOW_ROW), .LANES(LANES)
                ) step (
                    .state(STATE), .patterns(patterns), .weights(weights), .lut(lut),
                    .offsets(offsets), .next(next), .distances(distances), .nearest(nearest),
                    .winner(winner), .kernel_sum(kernel_sum), .candidates()
                );

                if (WINNER_LIMIT != 0) begin : decides
                    always @* if (first && kernel_sum != 0 && kernel_sum <= WINNER_LIMIT
                                  && (ORIGIN_NEAREST || nearest == 0))
                        assume (next == winner);
                end
                if (RADIUS_BITS != 0)
                    for (m = 0; m < PATTERNS; m = m + 1) begin : radius
                        wire [DISTANCE_BITS-1:0] d
                            = distances[m*DISTANCE_BITS +: DISTANCE_BITS];
                        always @* if (first && d < radii[m*RB +: RB])
                            assume (d == nearest && next == patterns[m*WORDS*LANES +: NEURONS]);
                    end
            end
    endgenerate

endmodule

`default_nettype wire
