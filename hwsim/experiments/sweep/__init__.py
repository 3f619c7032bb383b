"""Design-space exploration: resumable sweeps on local processes or a Dask cluster."""

from hwsim.experiments.sweep.run import SweepResult, run

__all__ = ["SweepResult", "run"]
