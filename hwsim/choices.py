"""The names a person chooses from, and the defaults of training.

Apart from what they name, so that the command line can offer them without loading it.
"""

from __future__ import annotations

from typing import Final

DATA: Final = ("random", "digits")  # patterns that come with hwsim

# Training.
LOGISTIC: Final = ("gradient-descent", "converged")  # regression, by its minimiser
BAYES: Final = "bayes"  # and patterns as weights
METHODS: Final = (*LOGISTIC, BAYES)
KERNEL_MATRICES: Final = ("auto", "dense", "sparse", "blocks")
PENALTIES: Final = ("l2", "l1")
SEQUENCES: Final = ("cyclic", "ending")  # what follows the last pattern: the first, or itself
LEARNING_RATE: Final = 0.1  # the author's earlier papers
REGULARIZATION: Final = 0.01  # lambda, likewise
# Those papers say 200 to 500 updates. At N = 200, P = 600, gamma = 0.02 the clusters stand at
# ±2.67 after 200, ±2.94 after 300 and ±3.18 after 500; figure 6 shows them at about ±3.0. At 500
# the hard point N = 100, P = 300 also loses what it is known to lose at 2 bits (bit accuracy 0.91,
# against 0.97 at 300), so 500 it is.
STEPS: Final = 500

# Fractions of spins flipped where nobody says. Queries of one noise have the paper's 10 %. What
# tells accuracies tells them at 20 % too, where memories differ; tables for people begin without
# noise, which shows what was stored wrongly.
NOISE: Final = 0.1
NOISES: Final = (NOISE, 0.2)
NOISES_AND_NONE: Final = (0.0, *NOISES)

# Training on for codes.
TUNING_STEPS: Final = 400
TUNING_NOISE: Final = 0.2  # the most of a state's spins that are flipped
TUNING_RATE: Final = 0.02  # of weights over their neuron's mean magnitude

# Recall accuracy that a design may lose against float and still count as keeping it.
CLOSE: Final = 0.003

# Quantizers of the whole matrix; with the prefix, of each neuron by itself.
MATRIX_QUANTIZERS: Final = (
    *("minmax", "symmetric", "percentile", "mse", "kmeans"),
    *("sign-zero", "sign-mean", "sign-median"),
)
ADVISED_QUANTIZERS: Final = ("minmax", "neuron-mse", "kmeans", "percentile")  # best first
NEURON: Final = "neuron-"
QUANTIZERS: Final = MATRIX_QUANTIZERS + tuple(NEURON + name for name in MATRIX_QUANTIZERS)

# of ROM files
FORMAT_NAMES: Final = ("mem", "coe", "mif", "ihex", "ihex-word", "bin", "c", "stream")
CHECKED: Final = ("parity", "secded")  # check bits that the engine's memories may have
SIMULATORS: Final = ("icarus", "verilator")
MODELS: Final = ("fast", "spec")  # of the exact model: compiled, or the specification itself
# Code for kinds of processors, of which the fast model takes the fastest (hardware.fast.path).
PATHS: Final = (
    *("amx", "avx512vpopcntdq", "avx512vnni", "avxvnni", "avx2", "ssse3"),
    *("neon_dot", "neon", "generic", "jitted"),
)
DEVICES: Final = ("up5k", "ecp5-25k", "ecp5-45k", "ecp5-85k")  # of hwsim synth, smallest first
LIBERTY: Final = "liberty"  # and standard cells
FILES: Final = ("manifest", "vectors", "design", "sweep", "technology")  # with a JSON Schema
SHELLS: Final = ("bash", "zsh", "fish")
