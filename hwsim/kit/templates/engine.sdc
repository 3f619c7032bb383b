# The one clock of @instance@; @clock_mhz@ MHz is a wish, not a result.
create_clock -name clk -period @period_ns@ [get_ports clk]
