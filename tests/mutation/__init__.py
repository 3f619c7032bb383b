"""Mutants of the Verilog by `yosys mutate`, many in one netlist, and who sees them."""
