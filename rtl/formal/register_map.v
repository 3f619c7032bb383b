// SPDX-License-Identifier: Apache-2.0
//
// hwsim_registers, and what hwsim.rdl says of one word of them. Made by make registers.
//
// value has the word's bits but constants, readable says which of them are read. What they do:
// merged, they are written with strobes; replaced, they are written whole; pulsed, they are 1 for a
// cycle; cleared, by a 1, and set by sets; counted, they count the cycles in which sets[0] is 1;
// others follow an input. inner_* are registers of hwsim_registers, connected from without.
`default_nettype none

module register_map (
    input  wire        clk,
    input  wire        rst,
    input  wire        write_enable,
    input  wire [11:0] write_address,
    input  wire [31:0] write_data,
    input  wire [3:0]  write_strobe,
    output wire        write_known,
    input  wire        read_enable,
    input  wire [11:0] read_address,
    output wire [31:0] read_data,
    output wire        read_known,
    output wire        irq,
    output wire        irq_expected,
    input  wire [9:0]  word,
    output reg         exists,
    output reg         has_strobe,
    output reg         strobe,
    output reg  [31:0] reset, constant, merged, replaced, pulsed, cleared, counted,
    output reg  [31:0] readable, sets, value
);

    (* anyseq *) reg [31:0] neurons; (* anyseq *) reg [31:0] patterns;
    (* anyseq *) reg [9:0] widths_lanes; (* anyseq *) reg [3:0] widths_weight_bits;
    (* anyseq *) reg [4:0] widths_kernel_bits; (* anyseq *) reg [4:0] widths_offset_bits;
    (* anyseq *) reg [4:0] features_offset_frac_bits; (* anyseq *) reg [4:0] features_radius_bits;
    (* anyseq *) reg [3:0] features_queries_in_flight; (* anyseq *) reg [3:0] features_engines;
    (* anyseq *) reg [0:0] features_origin_nearest; (* anyseq *) reg [0:0] features_dataflow_row;
    (* anyseq *) reg [1:0] features_protection; (* anyseq *) reg [0:0] features_external_weights;
    (* anyseq *) reg [0:0] features_two_banks; (* anyseq *) reg [0:0] features_counters;
    (* anyseq *) reg [0:0] features_loadable; (* anyseq *) reg [15:0] max_steps;
    wire [0:0] control_start; wire [0:0] control_abort; wire [0:0] control_soft_reset;
    wire [0:0] control_exchange; wire [0:0] settings_auto_start; wire [0:0] settings_load;
    wire [15:0] step_limit; (* anyseq *) reg [0:0] status_busy;
    (* anyseq *) reg [0:0] status_result_waiting; (* anyseq *) reg [0:0] status_load_ready;
    (* anyseq *) reg [0:0] status_checking; (* anyseq *) reg [0:0] status_exchanging;
    (* anyseq *) reg [0:0] status_bank; (* anyseq *) reg [7:0] status_queued;
    wire [0:0] inner_interrupt_enable_done; wire [0:0] inner_interrupt_enable_short_packet;
    wire [0:0] inner_interrupt_enable_long_packet; wire [0:0] inner_interrupt_enable_aborted;
    wire [0:0] inner_interrupt_enable_load_error; wire [0:0] inner_interrupt_enable_checked;
    wire [0:0] inner_interrupt_enable_exchanged; wire [0:0] inner_interrupt_enable_weight_error;
    wire [0:0] inner_interrupt_enable_memory_error; (* anyseq *) reg [0:0] interrupt_cause_done_set;
    wire [0:0] inner_interrupt_cause_done; (* anyseq *) reg [0:0] interrupt_cause_short_packet_set;
    wire [0:0] inner_interrupt_cause_short_packet;
    (* anyseq *) reg [0:0] interrupt_cause_long_packet_set;
    wire [0:0] inner_interrupt_cause_long_packet;
    (* anyseq *) reg [0:0] interrupt_cause_aborted_set; wire [0:0] inner_interrupt_cause_aborted;
    (* anyseq *) reg [0:0] interrupt_cause_load_error_set;
    wire [0:0] inner_interrupt_cause_load_error; (* anyseq *) reg [0:0] interrupt_cause_checked_set;
    wire [0:0] inner_interrupt_cause_checked; (* anyseq *) reg [0:0] interrupt_cause_exchanged_set;
    wire [0:0] inner_interrupt_cause_exchanged;
    (* anyseq *) reg [0:0] interrupt_cause_weight_error_set;
    wire [0:0] inner_interrupt_cause_weight_error;
    (* anyseq *) reg [0:0] interrupt_cause_memory_error_set;
    wire [0:0] inner_interrupt_cause_memory_error; (* anyseq *) reg [0:0] short_packets_count;
    wire [31:0] inner_short_packets; (* anyseq *) reg [0:0] long_packets_count;
    wire [31:0] inner_long_packets; wire [2:0] load_memory_memory; wire [2:0] load_memory_engine;
    wire [31:0] load_address; wire [0:0] load_address_written; wire [31:0] load_data;
    wire [0:0] load_data_written; wire [31:0] check_words; wire [0:0] check_written;
    (* anyseq *) reg [31:0] crc; wire [31:0] weight_address; (* anyseq *) reg [0:0] results_count;
    wire [31:0] inner_results; (* anyseq *) reg [15:0] outcome_steps;
    (* anyseq *) reg [0:0] outcome_converged; (* anyseq *) reg [0:0] outcome_miss;
    (* anyseq *) reg [31:0] distance; (* anyseq *) reg [31:0] weight_waits;
    (* anyseq *) reg [63:0] cycles; (* anyseq *) reg [63:0] pattern_reads;
    (* anyseq *) reg [63:0] weight_reads; (* anyseq *) reg [63:0] lut_reads;
    (* anyseq *) reg [63:0] offset_reads; (* anyseq *) reg [63:0] radius_reads;
    (* anyseq *) reg [63:0] state_reads; (* anyseq *) reg [63:0] state_writes;
    (* anyseq *) reg [63:0] distance_reads; (* anyseq *) reg [63:0] distance_writes;
    (* anyseq *) reg [63:0] group_minimum_reads; (* anyseq *) reg [63:0] group_minimum_writes;
    (* anyseq *) reg [63:0] active_list_reads; (* anyseq *) reg [63:0] active_list_writes;
    (* anyseq *) reg [63:0] candidate_reads; (* anyseq *) reg [63:0] candidate_writes;
    (* anyseq *) reg [63:0] kernel_value_reads; (* anyseq *) reg [63:0] kernel_value_writes;
    (* anyseq *) reg [63:0] accumulator_reads; (* anyseq *) reg [63:0] accumulator_writes;
    (* anyseq *) reg [63:0] groups_skipped; (* anyseq *) reg [63:0] corrected_errors;
    (* anyseq *) reg [63:0] detected_errors;

    assign irq_expected =
        (inner_interrupt_cause_done && inner_interrupt_enable_done) ||
        (inner_interrupt_cause_short_packet && inner_interrupt_enable_short_packet) ||
        (inner_interrupt_cause_long_packet && inner_interrupt_enable_long_packet) ||
        (inner_interrupt_cause_aborted && inner_interrupt_enable_aborted) ||
        (inner_interrupt_cause_load_error && inner_interrupt_enable_load_error) ||
        (inner_interrupt_cause_checked && inner_interrupt_enable_checked) ||
        (inner_interrupt_cause_exchanged && inner_interrupt_enable_exchanged) ||
        (inner_interrupt_cause_weight_error && inner_interrupt_enable_weight_error) ||
        (inner_interrupt_cause_memory_error && inner_interrupt_enable_memory_error);

    hwsim_registers registers (
        .clk(clk), .rst(rst), .write_enable(write_enable), .write_address(write_address),
        .write_data(write_data), .write_strobe(write_strobe), .write_known(write_known),
        .read_enable(read_enable), .read_address(read_address), .read_data(read_data),
        .read_known(read_known), .neurons(neurons), .patterns(patterns),
        .widths_lanes(widths_lanes), .widths_weight_bits(widths_weight_bits),
        .widths_kernel_bits(widths_kernel_bits), .widths_offset_bits(widths_offset_bits),
        .features_offset_frac_bits(features_offset_frac_bits),
        .features_radius_bits(features_radius_bits),
        .features_queries_in_flight(features_queries_in_flight),
        .features_engines(features_engines), .features_origin_nearest(features_origin_nearest),
        .features_dataflow_row(features_dataflow_row), .features_protection(features_protection),
        .features_external_weights(features_external_weights),
        .features_two_banks(features_two_banks), .features_counters(features_counters),
        .features_loadable(features_loadable), .max_steps(max_steps), .control_start(control_start),
        .control_abort(control_abort), .control_soft_reset(control_soft_reset),
        .control_exchange(control_exchange), .settings_auto_start(settings_auto_start),
        .settings_load(settings_load), .step_limit(step_limit), .status_busy(status_busy),
        .status_result_waiting(status_result_waiting), .status_load_ready(status_load_ready),
        .status_checking(status_checking), .status_exchanging(status_exchanging),
        .status_bank(status_bank), .status_queued(status_queued),
        .interrupt_cause_done_set(interrupt_cause_done_set),
        .interrupt_cause_short_packet_set(interrupt_cause_short_packet_set),
        .interrupt_cause_long_packet_set(interrupt_cause_long_packet_set),
        .interrupt_cause_aborted_set(interrupt_cause_aborted_set),
        .interrupt_cause_load_error_set(interrupt_cause_load_error_set),
        .interrupt_cause_checked_set(interrupt_cause_checked_set),
        .interrupt_cause_exchanged_set(interrupt_cause_exchanged_set),
        .interrupt_cause_weight_error_set(interrupt_cause_weight_error_set),
        .interrupt_cause_memory_error_set(interrupt_cause_memory_error_set),
        .short_packets_count(short_packets_count), .long_packets_count(long_packets_count),
        .load_memory_memory(load_memory_memory), .load_memory_engine(load_memory_engine),
        .load_address(load_address), .load_address_written(load_address_written),
        .load_data(load_data), .load_data_written(load_data_written), .check_words(check_words),
        .check_written(check_written), .crc(crc), .weight_address(weight_address),
        .results_count(results_count), .outcome_steps(outcome_steps),
        .outcome_converged(outcome_converged), .outcome_miss(outcome_miss), .distance(distance),
        .weight_waits(weight_waits), .cycles(cycles), .pattern_reads(pattern_reads),
        .weight_reads(weight_reads), .lut_reads(lut_reads), .offset_reads(offset_reads),
        .radius_reads(radius_reads), .state_reads(state_reads), .state_writes(state_writes),
        .distance_reads(distance_reads), .distance_writes(distance_writes),
        .group_minimum_reads(group_minimum_reads), .group_minimum_writes(group_minimum_writes),
        .active_list_reads(active_list_reads), .active_list_writes(active_list_writes),
        .candidate_reads(candidate_reads), .candidate_writes(candidate_writes),
        .kernel_value_reads(kernel_value_reads), .kernel_value_writes(kernel_value_writes),
        .accumulator_reads(accumulator_reads), .accumulator_writes(accumulator_writes),
        .groups_skipped(groups_skipped), .corrected_errors(corrected_errors),
        .detected_errors(detected_errors),
        .irq(irq)
    );

    always @* begin
        {exists, has_strobe, strobe} = 3'b100;
        {reset, constant, merged, replaced, pulsed, cleared, counted} = 224'd0;
        {readable, sets, value} = 96'd0;
        case (word)
            10'h000: begin constant[31:0] = 32'h4857534d; end
            10'h001: begin constant[7:0] = 8'h2; constant[15:8] = 8'h1; end
            10'h002: begin value[31:0] = neurons; readable[31:0] = 32'hffffffff; end
            10'h003: begin value[31:0] = patterns; readable[31:0] = 32'hffffffff; end
            10'h004: begin
                value[9:0] = widths_lanes; readable[9:0] = 10'h3ff;
                value[15:12] = widths_weight_bits; readable[15:12] = 4'hf;
                value[20:16] = widths_kernel_bits; readable[20:16] = 5'h1f;
                value[28:24] = widths_offset_bits; readable[28:24] = 5'h1f;
            end
            10'h005: begin
                value[4:0] = features_offset_frac_bits; readable[4:0] = 5'h1f;
                value[12:8] = features_radius_bits; readable[12:8] = 5'h1f;
                value[19:16] = features_queries_in_flight; readable[19:16] = 4'hf;
                value[23:20] = features_engines; readable[23:20] = 4'hf;
                value[24:24] = features_origin_nearest; readable[24:24] = 1'h1;
                value[25:25] = features_dataflow_row; readable[25:25] = 1'h1;
                value[27:26] = features_protection; readable[27:26] = 2'h3;
                value[28:28] = features_external_weights; readable[28:28] = 1'h1;
                value[29:29] = features_two_banks; readable[29:29] = 1'h1;
                value[30:30] = features_counters; readable[30:30] = 1'h1;
                value[31:31] = features_loadable; readable[31:31] = 1'h1;
            end
            10'h006: begin value[15:0] = max_steps; readable[15:0] = 16'hffff; end
            10'h008: begin
                value[0:0] = control_start; pulsed[0:0] = 1'h1; value[1:1] = control_abort;
                pulsed[1:1] = 1'h1; value[2:2] = control_soft_reset; pulsed[2:2] = 1'h1;
                value[3:3] = control_exchange; pulsed[3:3] = 1'h1;
            end
            10'h009: begin
                value[0:0] = settings_auto_start; merged[0:0] = 1'h1; reset[0:0] = 1'h1;
                readable[0:0] = 1'h1; value[1:1] = settings_load; merged[1:1] = 1'h1;
                readable[1:1] = 1'h1;
            end
            10'h00a: begin
                value[15:0] = step_limit; merged[15:0] = 16'hffff; readable[15:0] = 16'hffff;
            end
            10'h00b: begin
                value[0:0] = status_busy; readable[0:0] = 1'h1; value[1:1] = status_result_waiting;
                readable[1:1] = 1'h1; value[2:2] = status_load_ready; readable[2:2] = 1'h1;
                value[3:3] = status_checking; readable[3:3] = 1'h1; value[4:4] = status_exchanging;
                readable[4:4] = 1'h1; value[5:5] = status_bank; readable[5:5] = 1'h1;
                value[15:8] = status_queued; readable[15:8] = 8'hff;
            end
            10'h00c: begin
                value[0:0] = inner_interrupt_enable_done; merged[0:0] = 1'h1; readable[0:0] = 1'h1;
                value[1:1] = inner_interrupt_enable_short_packet; merged[1:1] = 1'h1;
                readable[1:1] = 1'h1; value[2:2] = inner_interrupt_enable_long_packet;
                merged[2:2] = 1'h1; readable[2:2] = 1'h1;
                value[3:3] = inner_interrupt_enable_aborted; merged[3:3] = 1'h1;
                readable[3:3] = 1'h1; value[4:4] = inner_interrupt_enable_load_error;
                merged[4:4] = 1'h1; readable[4:4] = 1'h1;
                value[5:5] = inner_interrupt_enable_checked; merged[5:5] = 1'h1;
                readable[5:5] = 1'h1; value[6:6] = inner_interrupt_enable_exchanged;
                merged[6:6] = 1'h1; readable[6:6] = 1'h1;
                value[7:7] = inner_interrupt_enable_weight_error; merged[7:7] = 1'h1;
                readable[7:7] = 1'h1; value[8:8] = inner_interrupt_enable_memory_error;
                merged[8:8] = 1'h1; readable[8:8] = 1'h1;
            end
            10'h00d: begin
                value[0:0] = inner_interrupt_cause_done; cleared[0:0] = 1'h1; readable[0:0] = 1'h1;
                sets[0:0] = interrupt_cause_done_set;
                value[1:1] = inner_interrupt_cause_short_packet; cleared[1:1] = 1'h1;
                readable[1:1] = 1'h1; sets[1:1] = interrupt_cause_short_packet_set;
                value[2:2] = inner_interrupt_cause_long_packet; cleared[2:2] = 1'h1;
                readable[2:2] = 1'h1; sets[2:2] = interrupt_cause_long_packet_set;
                value[3:3] = inner_interrupt_cause_aborted; cleared[3:3] = 1'h1;
                readable[3:3] = 1'h1; sets[3:3] = interrupt_cause_aborted_set;
                value[4:4] = inner_interrupt_cause_load_error; cleared[4:4] = 1'h1;
                readable[4:4] = 1'h1; sets[4:4] = interrupt_cause_load_error_set;
                value[5:5] = inner_interrupt_cause_checked; cleared[5:5] = 1'h1;
                readable[5:5] = 1'h1; sets[5:5] = interrupt_cause_checked_set;
                value[6:6] = inner_interrupt_cause_exchanged; cleared[6:6] = 1'h1;
                readable[6:6] = 1'h1; sets[6:6] = interrupt_cause_exchanged_set;
                value[7:7] = inner_interrupt_cause_weight_error; cleared[7:7] = 1'h1;
                readable[7:7] = 1'h1; sets[7:7] = interrupt_cause_weight_error_set;
                value[8:8] = inner_interrupt_cause_memory_error; cleared[8:8] = 1'h1;
                readable[8:8] = 1'h1; sets[8:8] = interrupt_cause_memory_error_set;
            end
            10'h00e: begin
                value[31:0] = inner_short_packets; counted[31:0] = 32'hffffffff;
                readable[31:0] = 32'hffffffff; sets[0] = short_packets_count;
            end
            10'h00f: begin
                value[31:0] = inner_long_packets; counted[31:0] = 32'hffffffff;
                readable[31:0] = 32'hffffffff; sets[0] = long_packets_count;
            end
            10'h010: begin
                value[2:0] = load_memory_memory; merged[2:0] = 3'h7; readable[2:0] = 3'h7;
                value[6:4] = load_memory_engine; merged[6:4] = 3'h7; readable[6:4] = 3'h7;
            end
            10'h011: begin
                value[31:0] = load_address; merged[31:0] = 32'hffffffff;
                readable[31:0] = 32'hffffffff; has_strobe = 1'b1; strobe = load_address_written;
            end
            10'h012: begin
                value[31:0] = load_data; replaced[31:0] = 32'hffffffff; has_strobe = 1'b1;
                strobe = load_data_written;
            end
            10'h013: begin
                value[31:0] = check_words; replaced[31:0] = 32'hffffffff; has_strobe = 1'b1;
                strobe = check_written;
            end
            10'h014: begin value[31:0] = crc; readable[31:0] = 32'hffffffff; end
            10'h018: begin
                value[31:0] = weight_address; merged[31:0] = 32'hffffffff;
                readable[31:0] = 32'hffffffff;
            end
            10'h020: begin
                value[31:0] = inner_results; counted[31:0] = 32'hffffffff;
                readable[31:0] = 32'hffffffff; sets[0] = results_count;
            end
            10'h021: begin
                value[15:0] = outcome_steps; readable[15:0] = 16'hffff;
                value[16:16] = outcome_converged; readable[16:16] = 1'h1;
                value[17:17] = outcome_miss; readable[17:17] = 1'h1;
            end
            10'h022: begin value[31:0] = distance; readable[31:0] = 32'hffffffff; end
            10'h023: begin value[31:0] = weight_waits; readable[31:0] = 32'hffffffff; end
            10'h040: begin value[31:0] = cycles[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h041: begin value[31:0] = cycles[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h042: begin value[31:0] = pattern_reads[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h043: begin value[31:0] = pattern_reads[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h044: begin value[31:0] = weight_reads[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h045: begin value[31:0] = weight_reads[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h046: begin value[31:0] = lut_reads[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h047: begin value[31:0] = lut_reads[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h048: begin value[31:0] = offset_reads[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h049: begin value[31:0] = offset_reads[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h04a: begin value[31:0] = radius_reads[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h04b: begin value[31:0] = radius_reads[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h04c: begin value[31:0] = state_reads[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h04d: begin value[31:0] = state_reads[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h04e: begin value[31:0] = state_writes[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h04f: begin value[31:0] = state_writes[32 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h050: begin value[31:0] = distance_reads[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h051: begin
                value[31:0] = distance_reads[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h052: begin
                value[31:0] = distance_writes[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h053: begin
                value[31:0] = distance_writes[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h054: begin
                value[31:0] = group_minimum_reads[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h055: begin
                value[31:0] = group_minimum_reads[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h056: begin
                value[31:0] = group_minimum_writes[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h057: begin
                value[31:0] = group_minimum_writes[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h058: begin
                value[31:0] = active_list_reads[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h059: begin
                value[31:0] = active_list_reads[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h05a: begin
                value[31:0] = active_list_writes[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h05b: begin
                value[31:0] = active_list_writes[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h05c: begin
                value[31:0] = candidate_reads[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h05d: begin
                value[31:0] = candidate_reads[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h05e: begin
                value[31:0] = candidate_writes[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h05f: begin
                value[31:0] = candidate_writes[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h060: begin
                value[31:0] = kernel_value_reads[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h061: begin
                value[31:0] = kernel_value_reads[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h062: begin
                value[31:0] = kernel_value_writes[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h063: begin
                value[31:0] = kernel_value_writes[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h064: begin
                value[31:0] = accumulator_reads[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h065: begin
                value[31:0] = accumulator_reads[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h066: begin
                value[31:0] = accumulator_writes[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h067: begin
                value[31:0] = accumulator_writes[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h068: begin value[31:0] = groups_skipped[0 +: 32]; readable[31:0] = 32'hffffffff; end
            10'h069: begin
                value[31:0] = groups_skipped[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h06a: begin
                value[31:0] = corrected_errors[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h06b: begin
                value[31:0] = corrected_errors[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h06c: begin
                value[31:0] = detected_errors[0 +: 32]; readable[31:0] = 32'hffffffff;
            end
            10'h06d: begin
                value[31:0] = detected_errors[32 +: 32]; readable[31:0] = 32'hffffffff;
            end
            default: exists = 1'b0;
        endcase
    end

endmodule

`default_nettype wire
