"""What recalls cost: pure functions of parameters, counts and tables of energies."""
