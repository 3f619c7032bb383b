"""Damaged files of every kind that hwsim reads: the same data, or one clear error."""
