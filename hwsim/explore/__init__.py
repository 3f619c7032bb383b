"""Finding a design: advice on the smallest precision, sweeps of the design space."""
