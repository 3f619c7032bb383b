// SPDX-License-Identifier: Apache-2.0
//
// Illegal parameters fail elaboration, in every tool: each check that fails instantiates a module
// that does not exist and whose name says what is wrong.
`default_nettype none

module hwsim_parameter_check #(
    parameter NEURONS = 200,
    parameter PATTERNS = 600,
    parameter WEIGHT_BITS = 2,
    parameter [63:0] PLANE_WEIGHTS = 64'h8040201008040201,
    parameter KERNEL_BITS = 8,
    parameter LANES = 64,
    parameter OFFSET_BITS = 0,
    parameter OFFSET_FRAC_BITS = 0,
    parameter MAX_STEPS = 50,
    parameter ORIGIN_NEAREST = 1,
    parameter DATAFLOW_ROW = 0,
    parameter SHARED_PLANES = 0,
    parameter RADIUS_BITS = 0,
    parameter [63:0] WINNER_LIMIT = 64'd0,
    parameter COARSE_WORDS = 0,
    parameter REACH = 0,
    parameter QUERIES_IN_FLIGHT = 1,
    parameter TID_BITS = 1,
    parameter ENGINES = 1,
    parameter PIPELINED = 0,
    parameter EXTERNAL = 0,
    parameter HOST_BITS = 0,
    parameter OUTPUTS = 0,
    parameter SCALE_BITS = 0,
    parameter PROTECTION = 0,
    parameter [63:0] LARGEST_FIELD = 64'd1,
    parameter ACCUMULATOR_BITS = 1,
    parameter ACCUMULATOR_BITS_NEEDED = 1
) ();

    localparam WORDS = (NEURONS + LANES - 1) / LANES;
    localparam GROUPS = (PATTERNS + LANES - 1) / LANES;
    localparam [31:0] PLANE_MASK = SHARED_PLANES;  // a negative one has all high bits
    localparam MOST_RADIUS_BITS = (ORIGIN_NEAREST != 0) ? $clog2(NEURONS + 1) : 1;
    localparam [63:0] ONE = 64'd1;
    localparam [63:0] LARGEST_SCALE = (ONE << SCALE_BITS) - {63'd0, SCALE_BITS != 0};
    localparam [63:0] LARGEST_KERNEL_SUM = PATTERNS * ((ONE << KERNEL_BITS) - ONE);

    genvar p;
    generate
        if (NEURONS < 1 || NEURONS > 65536) begin : neurons_must_be_1_to_65536
            hwsim_error_neurons_must_be_1_to_65536 error ();
        end
        if (PATTERNS < 1 || PATTERNS > 1048576) begin : patterns_must_be_1_to_1048576
            hwsim_error_patterns_must_be_1_to_1048576 error ();
        end
        if (WEIGHT_BITS < 1 || WEIGHT_BITS > 8) begin : weight_bits_must_be_1_to_8
            hwsim_error_weight_bits_must_be_1_to_8 error ();
        end
        if (KERNEL_BITS < 1 || KERNEL_BITS > 16) begin : kernel_bits_must_be_1_to_16
            hwsim_error_kernel_bits_must_be_1_to_16 error ();
        end
        if (LANES < 8 || LANES > 512 || (LANES & (LANES - 1)) != 0)
        begin : lanes_must_be_a_power_of_two_8_to_512
            hwsim_error_lanes_must_be_a_power_of_two_8_to_512 error ();
        end
        if (OFFSET_BITS < 0 || OFFSET_BITS > 16) begin : offset_bits_must_be_0_to_16
            hwsim_error_offset_bits_must_be_0_to_16 error ();
        end
        if (OFFSET_FRAC_BITS < 0 || OFFSET_FRAC_BITS > 16) begin : offset_frac_bits_must_be_0_to_16
            hwsim_error_offset_frac_bits_must_be_0_to_16 error ();
        end
        if (MAX_STEPS < 1 || MAX_STEPS > 65535) begin : max_steps_must_be_1_to_65535
            hwsim_error_max_steps_must_be_1_to_65535 error ();
        end
        if (ORIGIN_NEAREST < 0 || ORIGIN_NEAREST > 1) begin : origin_nearest_must_be_0_or_1
            hwsim_error_origin_nearest_must_be_0_or_1 error ();
        end
        if (DATAFLOW_ROW < 0 || DATAFLOW_ROW > 1) begin : dataflow_row_must_be_0_or_1
            hwsim_error_dataflow_row_must_be_0_or_1 error ();
        end
        if (PLANE_MASK >> WEIGHT_BITS != 0) begin : shared_planes_must_be_planes
            hwsim_error_shared_planes_must_be_planes error ();
        end
        if (SHARED_PLANES != 0 && DATAFLOW_ROW == 0) begin : shared_planes_need_dataflow_row
            hwsim_error_shared_planes_need_dataflow_row error ();
        end
        if (RADIUS_BITS < 0 || RADIUS_BITS > MOST_RADIUS_BITS) begin : radius_bits_beyond_any_radius
            hwsim_error_radius_bits_beyond_any_radius error ();
        end
        if (WINNER_LIMIT > LARGEST_KERNEL_SUM) begin : winner_limit_beyond_any_kernel_sum
            hwsim_error_winner_limit_beyond_any_kernel_sum error ();
        end
        if (COARSE_WORDS < 0 || COARSE_WORDS > WORDS) begin : coarse_words_must_be_0_to_words
            hwsim_error_coarse_words_must_be_0_to_words error ();
        end
        if (COARSE_WORDS == 0 && REACH != 0) begin : reach_needs_coarse_words
            hwsim_error_reach_needs_coarse_words error ();
        end
        if (COARSE_WORDS != 0 && (REACH < 1 || REACH > NEURONS + 1))
        begin : reach_must_be_1_to_neurons_plus_1
            hwsim_error_reach_must_be_1_to_neurons_plus_1 error ();
        end
        if (QUERIES_IN_FLIGHT != 1 && QUERIES_IN_FLIGHT != 2 && QUERIES_IN_FLIGHT != 4
            && QUERIES_IN_FLIGHT != 8)
        begin : queries_in_flight_must_be_1_2_4_or_8
            hwsim_error_queries_in_flight_must_be_1_2_4_or_8 error ();
        end
        if (PIPELINED < 0 || PIPELINED > 1) begin : pipelined_must_be_0_or_1
            hwsim_error_pipelined_must_be_0_or_1 error ();
        end
        if (EXTERNAL < 0 || EXTERNAL > 1) begin : external_must_be_0_or_1
            hwsim_error_external_must_be_0_or_1 error ();
        end
        if (EXTERNAL != 0 && DATAFLOW_ROW != 0) begin : external_weights_need_dataflow_group
            hwsim_error_external_weights_need_dataflow_group error ();
        end
        if (EXTERNAL != 0 && ENGINES > 1) begin : external_weights_need_one_engine
            hwsim_error_external_weights_need_one_engine error ();
        end
        if (EXTERNAL != 0 && PIPELINED != 0) begin : external_weights_are_not_pipelined
            hwsim_error_external_weights_are_not_pipelined error ();
        end
        if (EXTERNAL != 0 && NEURONS * WEIGHT_BITS < LANES + 8)
        begin : external_weights_need_more_of_them_a_group
            hwsim_error_external_weights_need_more_of_them_a_group error ();
        end
        if (PROTECTION < 0 || PROTECTION > 2) begin : protection_must_be_0_1_or_2
            hwsim_error_protection_must_be_0_1_or_2 error ();
        end
        if (PROTECTION != 0 && HOST_BITS != 0) begin : protection_needs_memories_without_a_host
            hwsim_error_protection_needs_memories_without_a_host error ();
        end
        if (PROTECTION != 0 && ENGINES > 1) begin : protection_needs_one_engine
            hwsim_error_protection_needs_one_engine error ();
        end
        if (PROTECTION != 0 && EXTERNAL != 0) begin : protection_needs_weights_inside
            hwsim_error_protection_needs_weights_inside error ();
        end
        if (PROTECTION != 0 && OUTPUTS != 0) begin : protection_has_no_outputs
            hwsim_error_protection_has_no_outputs error ();
        end
        if (TID_BITS < 1) begin : tid_bits_must_be_at_least_1
            hwsim_error_tid_bits_must_be_at_least_1 error ();
        end
        if (ENGINES != 1 && ENGINES != 2 && ENGINES != 4 && ENGINES != 8)
        begin : engines_must_be_1_2_4_or_8
            hwsim_error_engines_must_be_1_2_4_or_8 error ();
        end
        if (ENGINES > GROUPS) begin : engines_must_not_be_more_than_groups
            hwsim_error_engines_must_not_be_more_than_groups error ();
        end
        if (ENGINES > 1 && QUERIES_IN_FLIGHT > 1) begin : engines_or_queries_in_flight_not_both
            hwsim_error_engines_or_queries_in_flight_not_both error ();
        end
        if (OUTPUTS < 0 || OUTPUTS > WORDS * LANES) begin : outputs_must_fit_a_state
            hwsim_error_outputs_must_fit_a_state error ();
        end
        if (SCALE_BITS < 0 || SCALE_BITS > ((OUTPUTS != 0) ? 16 : 0))
        begin : scale_bits_must_be_0_to_16_and_need_outputs
            hwsim_error_scale_bits_must_be_0_to_16_and_need_outputs error ();
        end
        if (OUTPUTS != 0 && MAX_STEPS != 1 && OUTPUTS != NEURONS)
        begin : outputs_take_one_step_where_they_are_not_as_many_as_neurons
            hwsim_error_outputs_take_one_step_where_they_are_not_as_many_as_neurons error ();
        end
        if (OUTPUTS != 0 && (DATAFLOW_ROW != 0 || RADIUS_BITS != 0 || WINNER_LIMIT != 0
            || COARSE_WORDS != 0))
        begin : outputs_need_dataflow_group_and_no_rule
            hwsim_error_outputs_need_dataflow_group_and_no_rule error ();
        end
        if (OUTPUTS != 0 && (QUERIES_IN_FLIGHT != 1 || ENGINES != 1 || PIPELINED != 0))
        begin : outputs_need_one_engine_and_one_query_not_pipelined
            hwsim_error_outputs_need_one_engine_and_one_query_not_pipelined error ();
        end
        if (OUTPUTS != 0 && (EXTERNAL != 0 || HOST_BITS != 0)) begin : outputs_have_no_host
            hwsim_error_outputs_have_no_host error ();
        end
        if (LARGEST_FIELD > (~64'd0 >> 1) / LARGEST_SCALE) begin : scores_take_more_than_64_bits
            hwsim_error_scores_take_more_than_64_bits error ();
        end
        if (ACCUMULATOR_BITS < ACCUMULATOR_BITS_NEEDED) begin : accumulator_bits_too_narrow
            hwsim_error_accumulator_bits_too_narrow error ();
        end
        // Planes beyond the legal number are no planes; that error is reported above.
        for (p = 0; p < WEIGHT_BITS && p < 8; p = p + 1) begin : plane
            if (PLANE_WEIGHTS[8*p +: 8] == 8'd0) begin : plane_weight_must_be_1_to_255
                hwsim_error_plane_weight_must_be_1_to_255 error ();
            end
        end
    endgenerate

endmodule

`default_nettype wire
