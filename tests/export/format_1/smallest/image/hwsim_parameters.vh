// SPDX-License-Identifier: Apache-2.0
// Parameters of this image for hwsim_engine; written by hwsim export.
`ifndef HWSIM_PARAMETERS_VH
`define HWSIM_PARAMETERS_VH
`define HWSIM_NEURONS 1
`define HWSIM_PATTERNS 1
`define HWSIM_WEIGHT_BITS 1
`define HWSIM_PLANE_WEIGHTS 8'h01
`define HWSIM_KERNEL_BITS 1
`define HWSIM_LANES 8
`define HWSIM_OFFSET_BITS 0
`define HWSIM_OFFSET_FRAC_BITS 0
`define HWSIM_MAX_STEPS 1
`define HWSIM_ORIGIN_NEAREST 0
`define HWSIM_ACCUMULATOR_BITS 2
`define HWSIM_PATTERNS_WIDTH 8
`define HWSIM_PATTERNS_DEPTH 1
`define HWSIM_PATTERNS_FILE "patterns.mem"
`define HWSIM_WEIGHTS_WIDTH 8
`define HWSIM_WEIGHTS_DEPTH 1
`define HWSIM_WEIGHTS_FILE "weights.mem"
`define HWSIM_KERNEL_LUT_WIDTH 1
`define HWSIM_KERNEL_LUT_DEPTH 2
`define HWSIM_KERNEL_LUT_FILE "kernel_lut.mem"
`endif
