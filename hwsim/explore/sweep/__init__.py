"""Design-space exploration: resumable sweeps on local processes or a Dask cluster.

A specification is one TOML table. Every key but trials, seed and queries takes a value or a list,
and all combinations are run:

    [sweep]
    neurons = [100, 200]
    load = 3.0                  # patterns per neuron; or patterns = [300, 600]
    gamma = 0.02                # 0.02 when left out
    quantizer = ["minmax", "neuron-mse", "sign-zero"]
    bits = [1, 2]               # sign quantizers are run at 1 bit alone
    kernel_bits = 8
    kernel_origin = ["nearest", "absolute"]
    offset_bits = [0, 8]
    noise = [0.1, 0.2]
    trials = 3                  # random patterns of seeds seed, seed + 1, …
    seed = 0
    queries = 200               # recalls a point

Further keys: data (random or digits), method, penalty, lanes, max_steps; the rules of a design,
dataflow, queries_in_flight, engines and pipelined, off and 1 when left out; memory, .npz files of
one's own in place of neurons, patterns and gamma; technology, names or files of energy tables;
macro, sizes like 1024x32 of the SRAM macros that memories are built of; clock_mhz; device, for
which each design is synthesized: whether it fits, cells, and the clock there; protection, none,
parity or secded, whose check bits are in memory and energy. `points.jsonl` keeps
finished points; `results.csv` has one row a point, `summary.csv` means over seeds, `pareto.csv` the
points that no other beats in accuracy against footprint, energy and cycles.
"""

from hwsim.explore.sweep.run import FOLDER_KIND, PICTURE, SweepResult, run

__all__ = ["FOLDER_KIND", "PICTURE", "SweepResult", "run"]
