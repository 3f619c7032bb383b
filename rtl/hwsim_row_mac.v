// SPDX-License-Identifier: Apache-2.0
//
// ACCUMULATE of the row dataflow: L neurons, one state word, at a time over all candidates.
//
//   U[i] = sum over candidates m and planes p of C[p] * k[m] * (bit p of the code of m, neuron i)
//
// so that a[i] = 2 * U[i] - sum(C) * S, as in the group dataflow. For each word w, for each of the
// n candidates, one word a cycle:
//
//   the pattern word, if any plane is shared, with coefficient sum of C over the shared planes;
//   each stored plane's word, in the order of the planes, with coefficient C[p];
//   U[lane] += coefficient * k  where the word's bit is 1
//
// After its word the sums move to the shadow register and leave it lane by lane while the next
// word is accumulated.
//
// Pattern memory: word m*W + w, bit j is neuron w*L + j of pattern m. Weight memory, of the B'
// planes that are not shared (none: there is no memory): word (m*W + w)*B' + q, bit j is neuron
// w*L + j of the q-th stored plane; depth P*W*B'. The candidate list is read again for each word.
//
// With R = B' + (any plane is shared) reads of each candidate, a word takes max(n*R, L) cycles,
// the last one n*R. start at cycle 0, list reads from cycle 1, pattern and weight reads from
// cycle 4; the last sum, of neuron N - 1, at cycle
//
//   (W - 1) * max(n*R, L) + n*R + (N - (W - 1)*L) + 6
//
// PIPELINED = 1: sums a cycle later.
//
// Beside others (LEAD_BITS > 0) that may have more candidates, each word begins with lead candidates that
// are not there: so long nothing is read, and the words of all end in the same cycle. n above is
// lead + candidates then.
//
// A whole UPDATE of the row dataflow is hwsim_candidates (A active groups), this module started
// one cycle after its done, and hwsim_threshold, whose done follows the last sum by 7; from the
// start of hwsim_candidates, at cycle 0, to that done it takes
//
//   A*L + 8  +  1  +  (W - 1) * max(n*R, L) + n*R + (N - (W - 1)*L) + 13  cycles.
`default_nettype none

module hwsim_row_mac #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter HOST_BITS = 0,  // of a word for the host; 0: it has no access
    parameter BANKS = 1,      // of hwsim_rom
    parameter ENGINE = 0,     // which one of those side by side
    parameter WEIGHT_BITS = 2,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,  // C[p] = PLANE_WEIGHTS[8*p +: 8]
    parameter SHARED_PLANES = 2,  // bit p: plane p equals the patterns, 0 to 2**B - 1
    parameter KERNEL_BITS = 8,
    parameter PIPELINED = 0,  // 1: of hwsim_rom
    parameter PROTECTION = 0,  // of hwsim_rom
    parameter LANES = 64,
    parameter LEAD_BITS = 0,  // of lead; 0: there is none
    parameter WORDS = (NEURONS + LANES - 1) / LANES,
    parameter NEURON_BITS = $clog2(NEURONS + (NEURONS == 1)),
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1)),
    parameter PATTERN_BITS = $clog2(PATTERNS + (PATTERNS == 1)),
    parameter CANDIDATE_BITS = $clog2(PATTERNS + 1),
    parameter LEAD_WIDTH = LEAD_BITS + (LEAD_BITS == 0),
    parameter [63:0] PATTERN_DEPTH = 64'd1 * PATTERNS * WORDS,
    parameter PATTERN_ADDRESS_BITS = $clog2(PATTERN_DEPTH + (PATTERN_DEPTH == 64'd1)),
    parameter SUM_BITS = 32,  // holds P * (2**KB - 1) * sum(C)
    parameter WEIGHTS_FILE = ""
) (
    input  wire                            clk,
    input  wire                            rst,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [HOST_BITS+40:0]           host,
    // verilator lint_on UNUSEDSIGNAL
    output wire [HOST_BITS:0]              host_data,
    input  wire                            start,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [CANDIDATE_BITS-1:0]       candidates,  // n, 1 or more
    input  wire [LEAD_WIDTH-1:0]           lead,        // with LEAD_BITS > 0
    // verilator lint_on UNUSEDSIGNAL
    output wire                            weight_read,
    // candidate list and kernel value list
    output wire                            candidate_read,
    output wire [PATTERN_BITS-1:0]         candidate_address,
    output wire                            candidate_output_enable,
    input  wire [PATTERN_BITS-1:0]         candidate,
    input  wire [KERNEL_BITS-1:0]          candidate_value,
    // pattern memory
    output wire                            pattern_read,
    output wire [PATTERN_ADDRESS_BITS-1:0] pattern_address,
    output wire                            pattern_output_enable,
    input  wire [LANES-1:0]                pattern_data,
    // sums
    output wire                            sum_valid,
    output wire [NEURON_BITS-1:0]          sum_neuron,
    output wire [SUM_BITS-1:0]             sum,
    output wire [1:0]                      errors  // of weights
);

    // Reads of a candidate, in order, and the coefficient of each ------------------------------

    function integer stored_planes(input [31:0] shared);
        integer plane;
        begin
            stored_planes = 0;
            for (plane = 0; plane < WEIGHT_BITS; plane = plane + 1)
                if (!shared[plane]) stored_planes = stored_planes + 1;
        end
    endfunction

    function [8*16-1:0] coefficients(input [63:0] weights, input [31:0] shared);
        integer plane;
        begin
            coefficients = {8*16{1'b0}};
            for (plane = WEIGHT_BITS - 1; plane >= 0; plane = plane - 1)
                if (!shared[plane])
                    coefficients = coefficients << 16 | {120'd0, weights[8*plane +: 8]};
            if (shared != 0) coefficients = coefficients << 16;
            for (plane = 0; plane < WEIGHT_BITS; plane = plane + 1)
                if (shared[plane])
                    coefficients = coefficients + {120'd0, weights[8*plane +: 8]};
        end
    endfunction

    localparam [31:0] SHARED_MASK = SHARED_PLANES;
    localparam SHARED = SHARED_PLANES != 0;
    localparam STORED = stored_planes(SHARED_MASK);
    localparam [31:0] LAST_READ = STORED + SHARED - 1;
    localparam [8*16-1:0] COEFFICIENTS = coefficients(PLANE_WEIGHTS, SHARED_MASK);
    localparam READ_BITS = 3;  // at most 8 planes
    localparam LANE_BITS = $clog2(LANES);
    localparam [31:0] LAST_WORD = WORDS - 1;
    localparam [31:0] LAST_NEURON = NEURONS - 1;

    // Candidate list ---------------------------------------------------------------------------

    reg                    issuing;    // reads of a word's candidates
    reg                    waiting;    // for the shadow register, after them
    reg [READ_BITS-1:0]    turn;       // read of the candidate
    reg [PATTERN_BITS-1:0] position;   // of the candidate on the list
    reg [PATTERN_BITS-1:0] last_position;
    reg [LANE_BITS-1:0]    occupied;   // cycles that the word must still take after this one
    reg [WORD_BITS-1:0]    words_left; // after this one
    reg [1:0]              listed;     // 0: the lists' first register holds a candidate, 1: second
    reg [1:0]              listed_last;

    wire last_turn = turn == LAST_READ[READ_BITS-1:0];
    wire last_word = words_left == 0;
    wire absent;  // the candidate
    wire word_issued = issuing && !absent && last_turn && position == last_position;
    wire next_word = (word_issued || waiting) && occupied == 0 && !last_word;

    always @(posedge clk) begin
        if (start || next_word) begin
            turn <= {READ_BITS{1'b0}};
            position <= {PATTERN_BITS{1'b0}};
            occupied <= {LANE_BITS{1'b1}};
        end else begin
            if (issuing) turn <= last_turn ? {READ_BITS{1'b0}} : turn + 1'b1;
            if (issuing && last_turn && !absent) position <= position + 1'b1;
            if (occupied != 0) occupied <= occupied - 1'b1;
        end
        if (start) begin
            last_position <= candidates[PATTERN_BITS-1:0] - 1'b1;
            words_left <= LAST_WORD[WORD_BITS-1:0];
        end else if (next_word) begin
            words_left <= words_left - 1'b1;
        end
        issuing <= start || next_word || (issuing && !word_issued);
        waiting <= (word_issued || waiting) && !next_word && !last_word;
        listed <= {listed[0], candidate_read};
        listed_last <= {listed_last[0], position == last_position};
        if (rst) begin
            issuing <= 1'b0;
            waiting <= 1'b0;
            listed <= 2'd0;
        end
    end

    generate
        if (LEAD_BITS != 0) begin : with_lead
            reg [LEAD_BITS-1:0] left;  // of the lead
            always @(posedge clk)
                if (start || next_word) left <= lead;
                else if (absent && last_turn) left <= left - 1'b1;
            assign absent = left != 0;
        end else begin : without_lead
            assign absent = 1'b0;
        end
    endgenerate

    assign candidate_read = issuing && !absent && turn == 0;
    assign candidate_address = position;
    assign candidate_output_enable = listed[0];

    // Its words --------------------------------------------------------------------------------

    reg                   reading;
    reg [READ_BITS-1:0]   plane;    // the read's place among the candidate's
    reg [KERNEL_BITS-1:0] kernel;
    reg                   last_candidate;
    reg [WORD_BITS-1:0]   word;
    reg [2+PIPELINED:0]   valid;    // 0: memory's first register, .., last but one: its last,
                                    // last: in `bits`
    reg [2+PIPELINED:0]   last;     // the word's last read
    wire                  last_plane = plane == LAST_READ[READ_BITS-1:0];
    wire [LANES-1:0]      operand;  // of the last but one of valid

    always @(posedge clk) begin
        if (listed[1]) begin
            plane <= {READ_BITS{1'b0}};
            kernel <= candidate_value;
            last_candidate <= listed_last[1];
            if (listed_last[1]) word <= word + 1'b1;
        end else begin
            plane <= plane + 1'b1;
        end
        if (start) word <= {WORD_BITS{1'b0}};
        reading <= listed[1] || (reading && !last_plane);
        valid <= {valid[1+PIPELINED:0], reading};
        last <= {last[1+PIPELINED:0], last_candidate && last_plane};
        if (rst) begin
            reading <= 1'b0;
            valid <= {(3+PIPELINED){1'b0}};
        end
    end

    wire [LANES-1:0] pattern_operand;
    wire [LANES-1:0] weight_operand;
    wire             pattern_turn = SHARED && plane == 0;

    generate
        if (SHARED) begin : shared
            localparam [63:0] WORD_COUNT = 64'd1 * WORDS;
            // verilator lint_off UNUSEDSIGNAL
            wire [63:0] wide_word = {{(64-WORD_BITS){1'b0}}, word};
            // verilator lint_on UNUSEDSIGNAL
            reg [PATTERN_ADDRESS_BITS-1:0] address;
            reg                            fetched;
            always @(posedge clk) begin
                if (listed[1])
                    address <= candidate * WORD_COUNT[PATTERN_ADDRESS_BITS-1:0]
                        + wide_word[PATTERN_ADDRESS_BITS-1:0];
                fetched <= pattern_read;
                if (rst) fetched <= 1'b0;
            end
            assign pattern_read = reading && pattern_turn;
            assign pattern_address = address;
            assign pattern_output_enable = fetched;
            assign pattern_operand = pattern_data;
        end else begin : not_shared
            // verilator lint_off UNUSEDSIGNAL
            wire [LANES-1:0] unused = pattern_data;
            // verilator lint_on UNUSEDSIGNAL
            assign pattern_read = 1'b0;
            assign pattern_address = {PATTERN_ADDRESS_BITS{1'b0}};
            assign pattern_output_enable = 1'b0;
            assign pattern_operand = {LANES{1'b0}};
        end

        if (STORED != 0) begin : stored
            localparam [63:0] DEPTH = PATTERN_DEPTH * STORED;
            localparam ADDRESS_BITS = $clog2(DEPTH + (DEPTH == 64'd1));
            localparam [63:0] ROW_WORDS = 64'd1 * WORDS * STORED;
            localparam [63:0] STEP = 64'd1 * STORED;
            reg [ADDRESS_BITS-1:0] offset;  // word * B'
            reg [ADDRESS_BITS-1:0] address;
            reg                    fetched;
            always @(posedge clk) begin
                if (start) offset <= {ADDRESS_BITS{1'b0}};
                else if (listed[1] && listed_last[1]) offset <= offset + STEP[ADDRESS_BITS-1:0];
                if (listed[1]) address <= candidate * ROW_WORDS[ADDRESS_BITS-1:0] + offset;
                else if (weight_read) address <= address + 1'b1;
                fetched <= weight_read;
                if (rst) fetched <= 1'b0;
            end
            assign weight_read = reading && !pattern_turn;
            hwsim_rom #(
                .WIDTH(LANES), .DEPTH(DEPTH), .ADDRESS_BITS(ADDRESS_BITS), .FILE(WEIGHTS_FILE),
                .HOST_BITS(HOST_BITS), .BANKS(BANKS), .MEMORY(1),
                .ENGINE(ENGINE), .PIPELINED(PIPELINED), .PROTECTION(PROTECTION)
            ) weight_memory (
                .clk(clk), .host(host), .host_data(host_data),
                .read_enable(weight_read), .address(address),
                .output_enable(fetched), .data(weight_operand), .errors(errors)
            );
        end else begin : all_shared
            assign weight_read = 1'b0;
            assign weight_operand = {LANES{1'b0}};
            assign errors = 2'b00;
            assign host_data = {(HOST_BITS+1){1'b0}};
        end

        if (SHARED && STORED != 0) begin : either
            reg [1+PIPELINED:0] from_pattern;
            always @(posedge clk)
                from_pattern <= {from_pattern[PIPELINED:0], pattern_turn};
            assign operand = from_pattern[1+PIPELINED] ? pattern_operand : weight_operand;
        end else begin : one
            assign operand = pattern_operand | weight_operand;  // the other is constant 0
        end
    endgenerate

    // U ----------------------------------------------------------------------------------------

    // verilator lint_off UNUSEDSIGNAL
    wire [63:0]               coefficient = {48'd0, COEFFICIENTS[16*plane +: 16]};
    // verilator lint_on UNUSEDSIGNAL
    reg [SUM_BITS-1:0]        product;
    reg [SUM_BITS-1:0]        product_delayed;
    wire [SUM_BITS-1:0]       product_arrived;  // with its operand
    reg [SUM_BITS-1:0]        addend;
    reg [LANES-1:0]           bits;
    reg [LANES*SUM_BITS-1:0]  accumulators;  // all 0 before a word
    reg [LANES*SUM_BITS-1:0]  shadow;        // the next lane to leave is lowest
    wire                      word_summed = valid[2+PIPELINED] && last[2+PIPELINED];

    function [LANES*SUM_BITS-1:0] added(
        input [LANES*SUM_BITS-1:0] sums, input [LANES-1:0] where, input [SUM_BITS-1:0] number
    );
        integer j;
        for (j = 0; j < LANES; j = j + 1)
            added[j*SUM_BITS +: SUM_BITS] =
                sums[j*SUM_BITS +: SUM_BITS] + (number & {SUM_BITS{where[j]}});
    endfunction

    always @(posedge clk) begin
        if (reading) product <= coefficient[SUM_BITS-1:0] * kernel;
        if (valid[0]) product_delayed <= product;
        if (valid[1+PIPELINED]) begin
            addend <= product_arrived;
            bits <= operand;
        end
        if (start || word_summed) accumulators <= {LANES{{SUM_BITS{1'b0}}}};
        else if (valid[2+PIPELINED]) accumulators <= added(accumulators, bits, addend);
        if (word_summed) shadow <= added(accumulators, bits, addend);
        else if (sum_valid) shadow <= shadow >> SUM_BITS;
    end

    generate
        if (PIPELINED != 0) begin : late
            reg [SUM_BITS-1:0] product_later;
            always @(posedge clk) if (valid[1]) product_later <= product_delayed;
            assign product_arrived = product_later;
        end else begin : in_time
            assign product_arrived = product_delayed;
        end
    endgenerate

    // Sums, lane by lane -----------------------------------------------------------------------

    reg                   leaving;
    reg [LANE_BITS-1:0]   lane;
    reg [NEURON_BITS-1:0] neuron;
    wire                  last_neuron = neuron == LAST_NEURON[NEURON_BITS-1:0];

    always @(posedge clk) begin
        leaving <= word_summed || (leaving && lane != {LANE_BITS{1'b1}} && !last_neuron);
        if (word_summed) lane <= {LANE_BITS{1'b0}};
        else if (leaving) lane <= lane + 1'b1;
        if (leaving) neuron <= last_neuron ? {NEURON_BITS{1'b0}} : neuron + 1'b1;
        if (rst) begin
            leaving <= 1'b0;
            neuron <= {NEURON_BITS{1'b0}};
        end
    end

    assign sum_valid = leaving;
    assign sum_neuron = neuron;
    assign sum = shadow[SUM_BITS-1:0];

endmodule

`default_nettype wire
