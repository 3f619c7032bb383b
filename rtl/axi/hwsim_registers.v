// SPDX-License-Identifier: Apache-2.0
//
// The registers of hwsim_wrapper. Made from hwsim.rdl by make registers: change that.
//
// A write acts at the edge at which write_enable is 1, a read's word is there a cycle after
// read_enable. *_known say of either address whether a register is there.
`default_nettype none

module hwsim_registers (
    input  wire        clk,
    input  wire        rst,
    input  wire        write_enable,
    input  wire [11:0] write_address,
    input  wire [31:0] write_data,
    input  wire [3:0]  write_strobe,
    output wire        write_known,
    input  wire        read_enable,
    input  wire [11:0] read_address,
    output reg  [31:0] read_data,
    output wire        read_known,
    output wire        irq,
    input  wire [31:0] neurons,
    input  wire [31:0] patterns,
    input  wire [9:0]  widths_lanes,
    input  wire [3:0]  widths_weight_bits,
    input  wire [4:0]  widths_kernel_bits,
    input  wire [4:0]  widths_offset_bits,
    input  wire [4:0]  features_offset_frac_bits,
    input  wire [4:0]  features_radius_bits,
    input  wire [3:0]  features_queries_in_flight,
    input  wire [3:0]  features_engines,
    input  wire        features_origin_nearest,
    input  wire        features_dataflow_row,
    input  wire [1:0]  features_protection,
    input  wire        features_external_weights,
    input  wire        features_two_banks,
    input  wire        features_counters,
    input  wire        features_loadable,
    input  wire [15:0] max_steps,
    output reg         control_start,
    output reg         control_abort,
    output reg         control_soft_reset,
    output reg         control_exchange,
    output reg         settings_auto_start,
    output reg         settings_load,
    output reg  [15:0] step_limit,
    input  wire        status_busy,
    input  wire        status_result_waiting,
    input  wire        status_load_ready,
    input  wire        status_checking,
    input  wire        status_exchanging,
    input  wire        status_bank,
    input  wire [7:0]  status_queued,
    input  wire        interrupt_cause_done_set,
    input  wire        interrupt_cause_short_packet_set,
    input  wire        interrupt_cause_long_packet_set,
    input  wire        interrupt_cause_aborted_set,
    input  wire        interrupt_cause_load_error_set,
    input  wire        interrupt_cause_checked_set,
    input  wire        interrupt_cause_exchanged_set,
    input  wire        interrupt_cause_weight_error_set,
    input  wire        interrupt_cause_memory_error_set,
    input  wire        short_packets_count,
    input  wire        long_packets_count,
    output reg  [2:0]  load_memory_memory,
    output reg  [2:0]  load_memory_engine,
    output reg  [31:0] load_address,
    output reg         load_address_written,
    output reg  [31:0] load_data,
    output reg         load_data_written,
    output reg  [31:0] check_words,
    output reg         check_written,
    input  wire [31:0] crc,
    output reg  [31:0] weight_address,
    input  wire        results_count,
    input  wire [15:0] outcome_steps,
    input  wire        outcome_converged,
    input  wire        outcome_miss,
    input  wire [31:0] distance,
    input  wire [31:0] weight_waits,
    input  wire [63:0] cycles,
    input  wire [63:0] pattern_reads,
    input  wire [63:0] weight_reads,
    input  wire [63:0] lut_reads,
    input  wire [63:0] offset_reads,
    input  wire [63:0] radius_reads,
    input  wire [63:0] state_reads,
    input  wire [63:0] state_writes,
    input  wire [63:0] distance_reads,
    input  wire [63:0] distance_writes,
    input  wire [63:0] group_minimum_reads,
    input  wire [63:0] group_minimum_writes,
    input  wire [63:0] active_list_reads,
    input  wire [63:0] active_list_writes,
    input  wire [63:0] candidate_reads,
    input  wire [63:0] candidate_writes,
    input  wire [63:0] kernel_value_reads,
    input  wire [63:0] kernel_value_writes,
    input  wire [63:0] accumulator_reads,
    input  wire [63:0] accumulator_writes,
    input  wire [63:0] groups_skipped,
    input  wire [63:0] corrected_errors,
    input  wire [63:0] detected_errors
);

    wire [31:0] mask = {{8{write_strobe[3]}}, {8{write_strobe[2]}},
                        {8{write_strobe[1]}}, {8{write_strobe[0]}}};
    wire [31:0] ones = write_data & mask;

    // verilator lint_off UNUSEDSIGNAL
    wire [9:0] write_word = write_address[11:2];
    wire [9:0] read_word = read_address[11:2];
    wire unused = |{write_address[1:0], read_address[1:0]};
    // verilator lint_on UNUSEDSIGNAL

    reg        interrupt_enable_done;
    reg        interrupt_enable_short_packet;
    reg        interrupt_enable_long_packet;
    reg        interrupt_enable_aborted;
    reg        interrupt_enable_load_error;
    reg        interrupt_enable_checked;
    reg        interrupt_enable_exchanged;
    reg        interrupt_enable_weight_error;
    reg        interrupt_enable_memory_error;
    reg        interrupt_cause_done;
    reg        interrupt_cause_short_packet;
    reg        interrupt_cause_long_packet;
    reg        interrupt_cause_aborted;
    reg        interrupt_cause_load_error;
    reg        interrupt_cause_checked;
    reg        interrupt_cause_exchanged;
    reg        interrupt_cause_weight_error;
    reg        interrupt_cause_memory_error;
    reg [31:0] short_packets;
    reg [31:0] long_packets;
    reg [31:0] results;

    assign irq =
        (interrupt_cause_done && interrupt_enable_done) ||
        (interrupt_cause_short_packet && interrupt_enable_short_packet) ||
        (interrupt_cause_long_packet && interrupt_enable_long_packet) ||
        (interrupt_cause_aborted && interrupt_enable_aborted) ||
        (interrupt_cause_load_error && interrupt_enable_load_error) ||
        (interrupt_cause_checked && interrupt_enable_checked) ||
        (interrupt_cause_exchanged && interrupt_enable_exchanged) ||
        (interrupt_cause_weight_error && interrupt_enable_weight_error) ||
        (interrupt_cause_memory_error && interrupt_enable_memory_error);

    always @(posedge clk) begin
        control_start <= write_enable && write_word == 10'h008 && ones[0];
        control_abort <= write_enable && write_word == 10'h008 && ones[1];
        control_soft_reset <= write_enable && write_word == 10'h008 && ones[2];
        control_exchange <= write_enable && write_word == 10'h008 && ones[3];
        if (write_enable && write_word == 10'h009)
            settings_auto_start <= settings_auto_start & ~mask[0] | ones[0];
        if (write_enable && write_word == 10'h009)
            settings_load <= settings_load & ~mask[1] | ones[1];
        if (write_enable && write_word == 10'h00a)
            step_limit <= step_limit & ~mask[15:0] | ones[15:0];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_done <= interrupt_enable_done & ~mask[0] | ones[0];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_short_packet <= interrupt_enable_short_packet & ~mask[1] | ones[1];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_long_packet <= interrupt_enable_long_packet & ~mask[2] | ones[2];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_aborted <= interrupt_enable_aborted & ~mask[3] | ones[3];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_load_error <= interrupt_enable_load_error & ~mask[4] | ones[4];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_checked <= interrupt_enable_checked & ~mask[5] | ones[5];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_exchanged <= interrupt_enable_exchanged & ~mask[6] | ones[6];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_weight_error <= interrupt_enable_weight_error & ~mask[7] | ones[7];
        if (write_enable && write_word == 10'h00c)
            interrupt_enable_memory_error <= interrupt_enable_memory_error & ~mask[8] | ones[8];
        if (write_enable && write_word == 10'h00d && ones[0]) interrupt_cause_done <= 1'b0;
        if (interrupt_cause_done_set) interrupt_cause_done <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[1]) interrupt_cause_short_packet <= 1'b0;
        if (interrupt_cause_short_packet_set) interrupt_cause_short_packet <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[2]) interrupt_cause_long_packet <= 1'b0;
        if (interrupt_cause_long_packet_set) interrupt_cause_long_packet <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[3]) interrupt_cause_aborted <= 1'b0;
        if (interrupt_cause_aborted_set) interrupt_cause_aborted <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[4]) interrupt_cause_load_error <= 1'b0;
        if (interrupt_cause_load_error_set) interrupt_cause_load_error <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[5]) interrupt_cause_checked <= 1'b0;
        if (interrupt_cause_checked_set) interrupt_cause_checked <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[6]) interrupt_cause_exchanged <= 1'b0;
        if (interrupt_cause_exchanged_set) interrupt_cause_exchanged <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[7]) interrupt_cause_weight_error <= 1'b0;
        if (interrupt_cause_weight_error_set) interrupt_cause_weight_error <= 1'b1;
        if (write_enable && write_word == 10'h00d && ones[8]) interrupt_cause_memory_error <= 1'b0;
        if (interrupt_cause_memory_error_set) interrupt_cause_memory_error <= 1'b1;
        if (short_packets_count && !(&short_packets)) short_packets <= short_packets + 1'b1;
        if (long_packets_count && !(&long_packets)) long_packets <= long_packets + 1'b1;
        if (write_enable && write_word == 10'h010)
            load_memory_memory <= load_memory_memory & ~mask[2:0] | ones[2:0];
        if (write_enable && write_word == 10'h010)
            load_memory_engine <= load_memory_engine & ~mask[6:4] | ones[6:4];
        if (write_enable && write_word == 10'h011)
            load_address <= load_address & ~mask[31:0] | ones[31:0];
        load_address_written <= write_enable && write_word == 10'h011;
        if (write_enable && write_word == 10'h012) load_data <= ones[31:0];
        load_data_written <= write_enable && write_word == 10'h012;
        if (write_enable && write_word == 10'h013) check_words <= ones[31:0];
        check_written <= write_enable && write_word == 10'h013;
        if (write_enable && write_word == 10'h018)
            weight_address <= weight_address & ~mask[31:0] | ones[31:0];
        if (results_count && !(&results)) results <= results + 1'b1;
        if (rst) begin
            control_start <= 1'd0;
            control_abort <= 1'd0;
            control_soft_reset <= 1'd0;
            control_exchange <= 1'd0;
            settings_auto_start <= 1'd1;
            settings_load <= 1'd0;
            step_limit <= 16'd0;
            interrupt_enable_done <= 1'd0;
            interrupt_enable_short_packet <= 1'd0;
            interrupt_enable_long_packet <= 1'd0;
            interrupt_enable_aborted <= 1'd0;
            interrupt_enable_load_error <= 1'd0;
            interrupt_enable_checked <= 1'd0;
            interrupt_enable_exchanged <= 1'd0;
            interrupt_enable_weight_error <= 1'd0;
            interrupt_enable_memory_error <= 1'd0;
            interrupt_cause_done <= 1'd0;
            interrupt_cause_short_packet <= 1'd0;
            interrupt_cause_long_packet <= 1'd0;
            interrupt_cause_aborted <= 1'd0;
            interrupt_cause_load_error <= 1'd0;
            interrupt_cause_checked <= 1'd0;
            interrupt_cause_exchanged <= 1'd0;
            interrupt_cause_weight_error <= 1'd0;
            interrupt_cause_memory_error <= 1'd0;
            short_packets <= 32'd0;
            long_packets <= 32'd0;
            load_memory_memory <= 3'd0;
            load_memory_engine <= 3'd0;
            load_address <= 32'd0;
            load_address_written <= 1'b0;
            load_data <= 32'd0;
            load_data_written <= 1'b0;
            check_words <= 32'd0;
            check_written <= 1'b0;
            weight_address <= 32'd0;
            results <= 32'd0;
        end
    end

    function known(input [9:0] word);
        case (word)
            10'h000, 10'h001, 10'h002, 10'h003, 10'h004, 10'h005, 10'h006, 10'h008, 10'h009,
            10'h00a, 10'h00b, 10'h00c, 10'h00d, 10'h00e, 10'h00f, 10'h010, 10'h011, 10'h012,
            10'h013, 10'h014, 10'h018, 10'h020, 10'h021, 10'h022, 10'h023, 10'h040, 10'h041,
            10'h042, 10'h043, 10'h044, 10'h045, 10'h046, 10'h047, 10'h048, 10'h049, 10'h04a,
            10'h04b, 10'h04c, 10'h04d, 10'h04e, 10'h04f, 10'h050, 10'h051, 10'h052, 10'h053,
            10'h054, 10'h055, 10'h056, 10'h057, 10'h058, 10'h059, 10'h05a, 10'h05b, 10'h05c,
            10'h05d, 10'h05e, 10'h05f, 10'h060, 10'h061, 10'h062, 10'h063, 10'h064, 10'h065,
            10'h066, 10'h067, 10'h068, 10'h069, 10'h06a, 10'h06b, 10'h06c, 10'h06d:
                known = 1'b1;
            default: known = 1'b0;
        endcase
    endfunction

    assign write_known = known(write_word);
    assign read_known = known(read_word);

    always @(posedge clk)
        if (read_enable) case (read_word)
            10'h000: read_data <= 32'h4857534d;
            10'h001: read_data <= {16'd0, 8'h1, 8'h2};
            10'h002: read_data <= neurons;
            10'h003: read_data <= patterns;
            10'h004: read_data <= {3'd0,
                widths_offset_bits,
                3'd0,
                widths_kernel_bits,
                widths_weight_bits,
                2'd0,
                widths_lanes};
            10'h005: read_data <= {features_loadable,
                features_counters,
                features_two_banks,
                features_external_weights,
                features_protection,
                features_dataflow_row,
                features_origin_nearest,
                features_engines,
                features_queries_in_flight,
                3'd0,
                features_radius_bits,
                3'd0,
                features_offset_frac_bits};
            10'h006: read_data <= {16'd0, max_steps};
            10'h009: read_data <= {30'd0, settings_load, settings_auto_start};
            10'h00a: read_data <= {16'd0, step_limit};
            10'h00b: read_data <= {16'd0,
                status_queued,
                2'd0,
                status_bank,
                status_exchanging,
                status_checking,
                status_load_ready,
                status_result_waiting,
                status_busy};
            10'h00c: read_data <= {23'd0,
                interrupt_enable_memory_error,
                interrupt_enable_weight_error,
                interrupt_enable_exchanged,
                interrupt_enable_checked,
                interrupt_enable_load_error,
                interrupt_enable_aborted,
                interrupt_enable_long_packet,
                interrupt_enable_short_packet,
                interrupt_enable_done};
            10'h00d: read_data <= {23'd0,
                interrupt_cause_memory_error,
                interrupt_cause_weight_error,
                interrupt_cause_exchanged,
                interrupt_cause_checked,
                interrupt_cause_load_error,
                interrupt_cause_aborted,
                interrupt_cause_long_packet,
                interrupt_cause_short_packet,
                interrupt_cause_done};
            10'h00e: read_data <= short_packets;
            10'h00f: read_data <= long_packets;
            10'h010: read_data <= {25'd0,
                load_memory_engine,
                1'd0,
                load_memory_memory};
            10'h011: read_data <= load_address;
            10'h014: read_data <= crc;
            10'h018: read_data <= weight_address;
            10'h020: read_data <= results;
            10'h021: read_data <= {14'd0,
                outcome_miss,
                outcome_converged,
                outcome_steps};
            10'h022: read_data <= distance;
            10'h023: read_data <= weight_waits;
            10'h040: read_data <= cycles[31:0];
            10'h041: read_data <= cycles[63:32];
            10'h042: read_data <= pattern_reads[31:0];
            10'h043: read_data <= pattern_reads[63:32];
            10'h044: read_data <= weight_reads[31:0];
            10'h045: read_data <= weight_reads[63:32];
            10'h046: read_data <= lut_reads[31:0];
            10'h047: read_data <= lut_reads[63:32];
            10'h048: read_data <= offset_reads[31:0];
            10'h049: read_data <= offset_reads[63:32];
            10'h04a: read_data <= radius_reads[31:0];
            10'h04b: read_data <= radius_reads[63:32];
            10'h04c: read_data <= state_reads[31:0];
            10'h04d: read_data <= state_reads[63:32];
            10'h04e: read_data <= state_writes[31:0];
            10'h04f: read_data <= state_writes[63:32];
            10'h050: read_data <= distance_reads[31:0];
            10'h051: read_data <= distance_reads[63:32];
            10'h052: read_data <= distance_writes[31:0];
            10'h053: read_data <= distance_writes[63:32];
            10'h054: read_data <= group_minimum_reads[31:0];
            10'h055: read_data <= group_minimum_reads[63:32];
            10'h056: read_data <= group_minimum_writes[31:0];
            10'h057: read_data <= group_minimum_writes[63:32];
            10'h058: read_data <= active_list_reads[31:0];
            10'h059: read_data <= active_list_reads[63:32];
            10'h05a: read_data <= active_list_writes[31:0];
            10'h05b: read_data <= active_list_writes[63:32];
            10'h05c: read_data <= candidate_reads[31:0];
            10'h05d: read_data <= candidate_reads[63:32];
            10'h05e: read_data <= candidate_writes[31:0];
            10'h05f: read_data <= candidate_writes[63:32];
            10'h060: read_data <= kernel_value_reads[31:0];
            10'h061: read_data <= kernel_value_reads[63:32];
            10'h062: read_data <= kernel_value_writes[31:0];
            10'h063: read_data <= kernel_value_writes[63:32];
            10'h064: read_data <= accumulator_reads[31:0];
            10'h065: read_data <= accumulator_reads[63:32];
            10'h066: read_data <= accumulator_writes[31:0];
            10'h067: read_data <= accumulator_writes[63:32];
            10'h068: read_data <= groups_skipped[31:0];
            10'h069: read_data <= groups_skipped[63:32];
            10'h06a: read_data <= corrected_errors[31:0];
            10'h06b: read_data <= corrected_errors[63:32];
            10'h06c: read_data <= detected_errors[31:0];
            10'h06d: read_data <= detected_errors[63:32];
            default: read_data <= 32'd0;
        endcase

endmodule

`default_nettype wire
