"""The stages compiled by numba on first use, where there is none of the C (`native`)."""

from hwsim.hardware.fast.jitted import environment  # noqa: F401 - before numba, which it may refuse
