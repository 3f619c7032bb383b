// SPDX-License-Identifier: Apache-2.0
//
// What protected memories say of a recall: reads whose word was wrong and corrected, and those
// whose word was found wrong and left. errors is {detected, corrected} of each memory, once a read.
//
// PROTECTION = 0: there is nothing to count, and both are constant.
//
// Both counts start anew two cycles after clear, as those of hwsim_counters; nothing is read in the
// cycle between. They are complete with what was read: of the state, with the last result beat. What
// the memories say goes through a register first, and is in the counts a cycle before it is kept.
`default_nettype none

module hwsim_error_counters #(
    parameter PROTECTION = 2,  // of hwsim_rom
    parameter MEMORIES = 11
) (
    // verilator lint_off UNUSEDSIGNAL
    input  wire                  clk,  // with check bits
    input  wire                  rst,
    input  wire                  clear,
    input  wire [2*MEMORIES-1:0] errors,
    // verilator lint_on UNUSEDSIGNAL
    output wire [63:0]           corrected_errors,
    output wire [63:0]           detected_errors
);

    generate
        if (PROTECTION == 0) begin : nothing
            assign corrected_errors = 64'd0;
            assign detected_errors = 64'd0;
        end else begin : counting
            reg                  cleared;  // a cycle ago; or reset, when what was read shows now
            reg [2*MEMORIES-1:0] told;     // a cycle ago: decoding is a long way by itself
            reg [63:0]           corrected_so_far, detected_so_far;
            reg [7:0]            corrected, detected;
            integer              i;

            always @* begin
                corrected = 8'd0;
                detected = 8'd0;
                for (i = 0; i < MEMORIES; i = i + 1) begin
                    corrected = corrected + {7'd0, told[2*i]};
                    detected = detected + {7'd0, told[2*i+1]};
                end
            end

            assign corrected_errors = corrected_so_far + {56'd0, corrected};
            assign detected_errors = detected_so_far + {56'd0, detected};

            always @(posedge clk) begin
                cleared <= clear || rst;
                told <= errors;
                corrected_so_far <= corrected_errors;
                detected_so_far <= detected_errors;
                if (rst || cleared) begin
                    told <= {2*MEMORIES{1'b0}};
                    corrected_so_far <= 64'd0;
                    detected_so_far <= 64'd0;
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
