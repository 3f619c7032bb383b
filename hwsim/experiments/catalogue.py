"""The experiments by name, in the order of the study; each one's module is loaded to run it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from hwsim.errors import InputError
from hwsim.printable import told
from hwsim.suggest import did_you_mean

if TYPE_CHECKING:
    from hwsim.experiments.experiment import Experiment

TITLES: Final = {
    "figure1": "Bit accuracy and stability margin against weight bits",
    "figure2": "Bit accuracy and stability margin against sparsity",
    "figure3": "Walsh influence of input j on output i, L2 against L1 training",
    "figure4": "Damage against quantization step on the ridge",
    "figure5": "Recall accuracy against input noise",
    "figure6": "Histogram of the weights on the ridge",
    "figure7": "Accuracy lost to 2-bit quantization against gamma at load 3",
    "figure8": "Quantization and pruning at a lower load, P/N = 1.5",
    "figure9": "Margin degradation against quantization step off the ridge (local regime)",
    "hard-point": "Every quantizer at 1 and 2 bits at the hard point N = 100, P = 300",
    "nearest-baseline": "Nearest stored pattern by Hamming distance against the kernel memory",
    "precision": (
        "Recall against weight, kernel and offset bits and the kernel's origin, exact model"
    ),
    "digits": "Correlated real data: 192 handwritten digits in 64 neurons",
    "defaults": "Which quantizer and offsets keep recall, at 1, 2 and 4 bits: the default design",
    "quantization-aware": ("Training on for 1 and 2-bit codes against every scheme after training"),
    "mixed-precision": "Bits shared out among neurons against as many for each, at equal bits",
    "bayes": "One untrained step at the posterior's width against search, training and iterating",
    "asynchronous": (
        "One neuron at a time against all together, up to load 30: bits right, flips, energy"
    ),
    "capacity": "How many patterns a neuron are held at which width, recalled and in sequence",
}


def names() -> list[str]:
    """Every experiment's name, in the order of the study."""
    return list(TITLES)


def check_name(name: str) -> None:
    """Raise InputError unless there is an experiment of that name."""
    if name not in TITLES:
        raise InputError(
            f"there is no experiment {told(name)}; choose from {', '.join(TITLES)}, or all"
            f"{did_you_mean(name, (*TITLES, 'all'))}"
        )


def find(name: str) -> Experiment:
    """The experiment called `name`.

    Raises:
        InputError: there is none of that name.
    """
    check_name(name)
    module = importlib.import_module(f"hwsim.experiments.{name.replace('-', '_')}")
    experiment: Experiment = module.EXPERIMENT
    return experiment
