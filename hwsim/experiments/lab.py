"""The measurements that experiments share: float, quantized float, and the exact model.

Every exact number here comes from an image that `hwsim.compress` lowered and the exact model ran.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np
from scipy.special import expit

from hwsim.choices import PENALTIES, REGULARIZATION
from hwsim.compress.prune import magnitude_prune, random_prune
from hwsim.compress.quantize import quantize
from hwsim.design import PLAIN, Choices, Design
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.measure.recalls import (
    Lowerer,
    exact,
    exact_accuracy,
    exact_one_step_accuracy,
    float_accuracy,
    lowered,
    noisy,
    one_step,
)
from hwsim.reference import kernel_matrix, metrics, training
from hwsim.reference import recall as float_network
from hwsim.reference.kernel import FloatArray
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray, bits_from_spins

__all__ = [
    "Counts",
    "FloatArray",
    "Image",
    "Lowerer",
    "Memory",
    "SpinArray",
    "exact",
    "exact_accuracy",
    "exact_one_step_accuracy",
    "float_accuracy",
    "noisy",
    "one_step",
]


# FLOAT -----------------------------------------------------------------------------------------


def kernel(memory: Memory, states: SpinArray) -> FloatArray:
    """(Q, P) float64 kernel values; of a Gaussian, each row over its largest, with equal signs."""
    return memory.kernel(states)


def fields(memory: Memory) -> FloatArray:
    """(P, N) float64 fields in the stored patterns, from the absolute origin."""
    return float_network.field(memory, memory.patterns)


def one_step_accuracy(memory: Memory) -> float:
    """The paper's bit accuracy: bits right after one update from every stored pattern."""
    return metrics.bit_accuracy(memory)


def margin(memory: Memory) -> float:
    """The paper's stability margin: mean of xi_i h_i(xi)."""
    return metrics.stability_margin(memory)


def training_loss(memory: Memory) -> float:
    """The regularised loss that training descended, mean over patterns and neurons."""
    targets: FloatArray = bits_from_spins(memory.patterns).astype(np.float64)
    alpha = memory.alpha.astype(np.float64)
    told = memory.provenance
    penalty, amount = told.get("penalty", PENALTIES[0]), told.get("regularization", REGULARIZATION)
    return training.mean_loss(fields(memory), alpha, targets, penalty, amount)


def largest_eigenvalue(memory: Memory) -> float:
    """Of the patterns' kernel matrix."""
    return kernel_matrix.largest_eigenvalue(memory.kernel(memory.patterns, origin="absolute"))


def mean_slope(memory: Memory) -> float:
    """Mean of y (1 - y) in the stored patterns: the logistic curve's slope, 1/4 before training."""
    y = expit(fields(memory))
    return float(np.mean(y * (1 - y)))


def sign_agreement(memory: Memory) -> float:
    """Fraction of weights with the sign of their own pattern's spin."""
    return float(np.mean(np.sign(memory.alpha) == memory.patterns))


def small_fraction(memory: Memory) -> float:
    """Fraction of weights under a tenth of the root mean square."""
    size = np.abs(memory.alpha.astype(np.float64))
    return float(np.mean(size < 0.1 * np.sqrt(np.mean(size**2))))


# COMPRESSED ------------------------------------------------------------------------------------


def with_alpha(memory: Memory, alpha: FloatArray) -> Memory:
    """The same memory with other weights."""
    return replace(memory, alpha=alpha)


def dequantized(memory: Memory, quantizer: str, bits: int) -> Memory:
    """The float network of the quantized weights."""
    return with_alpha(memory, quantize(memory.alpha, bits, quantizer).dequantized())


def step_size(memory: Memory, bits: int) -> float:
    """The paper's quantization step, (max - min) / (2**bits - 1) over the whole matrix."""
    alpha = memory.alpha.astype(np.float64)
    return float((alpha.max() - alpha.min()) / (2**bits - 1))


def pruned(memory: Memory, sparsity: float, order: str, seed: int) -> Memory:
    """The memory with a fraction of its weights zeroed, by `magnitude` or at `random`."""
    if order == "magnitude":
        return with_alpha(memory, magnitude_prune(memory.alpha, sparsity))
    random = np.random.default_rng([seed, 2])
    return with_alpha(memory, random_prune(memory.alpha, sparsity, random))


# EXACT -----------------------------------------------------------------------------------------


def image(memory: Memory, **choices: Unpack[Choices]) -> Image:
    """The image of a memory by `lower`'s choices; without rules, which change no accuracy."""
    return lowered(memory, replace(Design(**choices), **PLAIN))
