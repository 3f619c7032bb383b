"""What of the Verilog the testbenches reach, as Verilator counts it."""
