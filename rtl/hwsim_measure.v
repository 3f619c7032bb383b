// SPDX-License-Identifier: Apache-2.0
//
// MEASURE: Hamming distances of the state to pattern after pattern, one pattern word a cycle.
//
//   distance = base + sum over words first_word .. last_word of popcount(state[w] ^ pattern[w])
//
// The primitive counts equal lanes, so it is given the inverted pattern word. Unused lanes are 0
// in state and pattern and count nothing.
//
// An entry is a pattern and the words to read of it; it is taken in a cycle with entry_valid and
// take. With BASES = 1 an entry may also go unread: then its distance is its base, and it takes
// one cycle. With BASES = 0 every base is 0 and every entry is read. Distances come out in the
// order of the entries; entries follow each other without a gap. With SHARED = 1 an entry may be
// read although it is not needed here: its time passes, and its distance is its base.
//
// Pattern memory: word m*W + w, bit j is neuron w*L + j of pattern m; depth P*W.
//
// An entry of n words, taken at cycle 0: reads at cycles 1 .. n, measured (with its distance) at
// cycle max(1, n) + log2(L) + 3. take at cycle max(1, n) for the next one. PIPELINED = 1: words of
// patterns come a cycle later, and so does measured.
`default_nettype none

module hwsim_measure #(
    parameter LANES = 64,
    parameter WORDS = 4,
    parameter BASES = 0,
    parameter SHARED = 0,         // 1: an entry may be read for others only
    parameter PIPELINED = 0,      // 1: of hwsim_rom
    parameter DISTANCE_BITS = 8,
    parameter ADDRESS_BITS = 12,
    parameter WORD_BITS = $clog2(WORDS + (WORDS == 1))
) (
    input  wire                     clk,
    input  wire                     rst,
    // entries
    output wire                     take,
    input  wire                     entry_valid,
    input  wire [ADDRESS_BITS-1:0]  entry_address,  // of its first word
    input  wire [WORD_BITS-1:0]     first_word,     // of the entry that is taken
    input  wire [WORD_BITS-1:0]     last_word,      // of the entry that is being read
    // verilator lint_off UNUSEDSIGNAL
    input  wire                     entry_read,     // with BASES = 1
    input  wire                     entry_needed,   // with SHARED = 1
    input  wire [DISTANCE_BITS-1:0] entry_base,
    // verilator lint_on UNUSEDSIGNAL
    // pattern memory
    output wire                     pattern_read,
    output wire [ADDRESS_BITS-1:0]  pattern_address,
    output wire                     pattern_output_enable,
    input  wire [LANES-1:0]         pattern_data,
    // state memory
    output wire                     state_read,
    output wire [WORD_BITS-1:0]     state_address,
    output wire                     state_output_enable,
    input  wire [LANES-1:0]         state_data,
    // distances
    output reg                      measured,
    output reg  [DISTANCE_BITS-1:0] distance
);

    localparam LANE_BITS = $clog2(LANES);

    // Reads ------------------------------------------------------------------------------------

    reg                    reading;
    reg                    unread;  // an entry that passes without a read
    reg [ADDRESS_BITS-1:0] address;
    reg [WORD_BITS-1:0]    word;
    // verilator lint_off UNUSEDSIGNAL
    reg [1:0]              fetched;  // the memories' 0: first register holds an operand, 1: second
    // verilator lint_on UNUSEDSIGNAL
    reg                    operand;  // their last one does
    // An entry's last word, or an unread entry, on its way to where its count is.
    reg [LANE_BITS+1+PIPELINED:0] ending;
    wire                   last_read = word == last_word;
    wire                   needed;  // the entry that is being read

    assign take = !reading || last_read;

    always @(posedge clk) begin
        if (take) begin
            reading <= entry_valid && (BASES == 0 || entry_read);
            unread <= entry_valid && BASES != 0 && !entry_read;
            address <= entry_address;
            word <= first_word;
        end else begin
            address <= address + 1'b1;
            word <= word + 1'b1;
        end
        fetched <= {fetched[0], reading && needed};
        operand <= fetched[PIPELINED];
        ending <= {ending[LANE_BITS+PIPELINED:0], unread || (reading && last_read)};
        if (rst) begin
            reading <= 1'b0;
            unread <= 1'b0;
            fetched <= 2'd0;
            operand <= 1'b0;
            ending <= {(LANE_BITS+2+PIPELINED){1'b0}};
        end
    end

    generate
        if (SHARED != 0) begin : shared
            reg own;
            always @(posedge clk) if (take) own <= entry_needed;
            assign needed = own;
        end else begin : alone
            assign needed = 1'b1;
        end
    endgenerate

    assign pattern_read = reading;
    assign pattern_address = address;
    assign pattern_output_enable = fetched[0];
    assign state_read = reading && needed;
    assign state_address = word;
    assign state_output_enable = fetched[0];

    // Lanes that differ ------------------------------------------------------------------------

    wire               counted;
    wire [LANES-1:0]   state_operand;  // beside pattern_data
    wire [LANE_BITS:0] count;

    generate
        if (PIPELINED != 0) begin : late
            reg [LANES-1:0] delayed;
            always @(posedge clk) delayed <= state_data;
            assign state_operand = delayed;
        end else begin : as_read
            assign state_operand = state_data;
        end
    endgenerate

    hwsim_xnor_popcount #(.LANES(LANES), .SLICES(1)) popcount (
        .clk(clk), .rst(rst), .in_valid(operand),
        .a(state_operand), .b(~pattern_data), .mask({LANES{1'b1}}),
        .out_valid(counted), .sum(count)
    );

    // Sums: at most N, so DISTANCE_BITS of a count are enough --------------------------------------

    reg                      first;  // the next count or base begins an entry
    wire                     last = ending[LANE_BITS+1+PIPELINED];
    // verilator lint_off UNUSEDSIGNAL
    wire [31:0]              count_32 = {{(31-LANE_BITS){1'b0}}, count};
    // verilator lint_on UNUSEDSIGNAL
    wire [DISTANCE_BITS-1:0] differing;
    wire [DISTANCE_BITS-1:0] base;  // of the entry that begins

    generate
        if (BASES != 0) begin : with_bases
            localparam TRAVEL_BITS = (LANE_BITS + 3 + PIPELINED) * DISTANCE_BITS;
            reg [TRAVEL_BITS-1:0] bases;
            always @(posedge clk)
                bases <= {bases[TRAVEL_BITS-DISTANCE_BITS-1:0],
                          take ? entry_base : bases[DISTANCE_BITS-1:0]};
            assign base = bases[TRAVEL_BITS-1 -: DISTANCE_BITS];
            assign differing = count_32[DISTANCE_BITS-1:0] & {DISTANCE_BITS{counted}};
        end else begin : without_bases
            assign base = {DISTANCE_BITS{1'b0}};
            assign differing = count_32[DISTANCE_BITS-1:0];
        end
    endgenerate

    always @(posedge clk) begin
        measured <= last;
        if (counted || last) begin
            distance <= (first ? base : distance) + differing;
            first <= last;
        end
        if (rst) begin
            measured <= 1'b0;
            first <= 1'b1;
        end
    end

endmodule

`default_nettype wire
