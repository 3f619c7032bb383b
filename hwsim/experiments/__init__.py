"""The paper's figures and our own studies: one file an experiment, computing and not drawing."""

from hwsim.experiments.catalogue import names
from hwsim.experiments.runner import compute, run, write

__all__ = ["compute", "names", "run", "write"]
