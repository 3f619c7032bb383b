// SPDX-License-Identifier: Apache-2.0
// Parameters of this image for hwsim_engine; written by hwsim export.
`ifndef HWSIM_PARAMETERS_VH
`define HWSIM_PARAMETERS_VH
`define HWSIM_NEURONS 9
`define HWSIM_PATTERNS 17
`define HWSIM_WEIGHT_BITS 8
`define HWSIM_PLANE_WEIGHTS 64'hffffffffffffffff
`define HWSIM_KERNEL_BITS 16
`define HWSIM_LANES 8
`define HWSIM_OFFSET_BITS 16
`define HWSIM_OFFSET_FRAC_BITS 16
`define HWSIM_MAX_STEPS 5
`define HWSIM_ORIGIN_NEAREST 1
`define HWSIM_ACCUMULATOR_BITS 49
`define HWSIM_PATTERNS_WIDTH 8
`define HWSIM_PATTERNS_DEPTH 34
`define HWSIM_PATTERNS_FILE "patterns.mem"
`define HWSIM_WEIGHTS_WIDTH 8
`define HWSIM_WEIGHTS_DEPTH 216
`define HWSIM_WEIGHTS_FILE "weights.mem"
`define HWSIM_KERNEL_LUT_WIDTH 16
`define HWSIM_KERNEL_LUT_DEPTH 10
`define HWSIM_KERNEL_LUT_FILE "kernel_lut.mem"
`define HWSIM_OFFSETS_WIDTH 16
`define HWSIM_OFFSETS_DEPTH 9
`define HWSIM_OFFSETS_FILE "offsets.mem"
`endif
