// SPDX-License-Identifier: Apache-2.0
// Parameters of this image for hwsim_engine; written by hwsim export.
`ifndef HWSIM_PARAMETERS_VH
`define HWSIM_PARAMETERS_VH
`define HWSIM_NEURONS 21
`define HWSIM_PATTERNS 45
`define HWSIM_WEIGHT_BITS 3
`define HWSIM_PLANE_WEIGHTS 24'h050201
`define HWSIM_KERNEL_BITS 3
`define HWSIM_LANES 16
`define HWSIM_OFFSET_BITS 3
`define HWSIM_OFFSET_FRAC_BITS 1
`define HWSIM_MAX_STEPS 6
`define HWSIM_ORIGIN_NEAREST 0
`define HWSIM_ACCUMULATOR_BITS 14
`define HWSIM_PATTERNS_WIDTH 16
`define HWSIM_PATTERNS_DEPTH 90
`define HWSIM_PATTERNS_FILE "patterns.mem"
`define HWSIM_WEIGHTS_WIDTH 16
`define HWSIM_WEIGHTS_DEPTH 189
`define HWSIM_WEIGHTS_FILE "weights.mem"
`define HWSIM_KERNEL_LUT_WIDTH 3
`define HWSIM_KERNEL_LUT_DEPTH 22
`define HWSIM_KERNEL_LUT_FILE "kernel_lut.mem"
`define HWSIM_OFFSETS_WIDTH 3
`define HWSIM_OFFSETS_DEPTH 21
`define HWSIM_OFFSETS_FILE "offsets.mem"
`endif
