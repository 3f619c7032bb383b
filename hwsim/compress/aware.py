"""Quantization-aware learning of a classifier: codes, scales, offsets and prototypes together.

The forward pass is that of the engine but for the rounding of kernel values and offsets:

    k = exp(-4 gamma (d - d0)),  a = sum_m v[m, i] k[m],  field = scale[i] * a + mid[i] * S

with v the levels of the codes and patterns of ±1. The backward pass goes straight through both
roundings (Bengio et al., arXiv:1308.3432): the latent numbers behind codes and spins take the
gradient of what they round to, and stay within their range. Steps are Adam's on small batches whose
spins are flipped now and then, which keeps prototypes from leaning on a few.
Learning prototypes jointly with the scores is ProtoNN's (Gupta et al., ICML 2017).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.codes import check_bits
from hwsim.compress.adam import Adam
from hwsim.compress.weights import FloatArray, QuantizedWeights
from hwsim.config import default_plane_weights
from hwsim.errors import InputError
from hwsim.reference.classifying import log_loss
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray

STEPS: Final = 1000
BATCH: Final = 256
FLIPS: Final = 0.03  # share of a sample's spins that is flipped
RATES: Final = {"codes": 0.03, "scales": 0.02, "mids": 0.02, "spins": 0.01}  # Adam's, at first
FALLING: Final = 0.75  # share of the steps from which on the rates fall to 0
STEEPEST: Final = 200.0  # gamma from which on exp(-4 gamma) is 0: a gradient grows no more
FAINT: Final = 0.5  # a latent spin's size at first: one that ±1 clips could hardly turn


def learn_codes(
    memory: Memory,
    samples: SpinArray,
    labels: npt.NDArray[np.int64],
    bits: int,
    *,
    steps: int = STEPS,
    move_prototypes: bool = True,
    seed: int = 0,
) -> tuple[Memory, QuantizedWeights]:
    """Learn what a classifier's image holds, from where its float training ended.

    Args:
        memory: with targets of one class each and a Gaussian kernel.
        samples: (n, N) int8 of ±1.
        labels: (n,) classes 0 … M - 1.
        bits: B; levels are evenly spaced.
        steps: of learning, 1 or more.
        move_prototypes: whether the patterns are learned, too.
        seed: of batches and flips.

    Returns:
        The memory of the learned patterns, whose alpha is what the codes stand for, and the
        codes with scales and mids.

    Raises:
        InputError: a number is not legal, or the memory's kernel is none of a gamma.
    """
    check_bits(bits)
    if steps < 1:
        raise InputError(f"steps is {steps}; at least one is needed")
    if memory.gamma is None:
        raise InputError("the memory has kernel_values; codes are learned for a gamma alone")
    top = 2**bits - 1
    rng = np.random.default_rng(seed)
    scale = np.maximum(np.abs(memory.alpha).mean(axis=0) / (top / 2 + 0.5), 1e-3)
    latent = np.clip(memory.alpha / scale, -top, top).astype(np.float64)
    logs, mid = np.log(scale), np.zeros(memory.outputs)
    spins = FAINT * memory.patterns.astype(np.float64)
    adam = {name: Adam(rate) for name, rate in RATES.items()}
    for step in range(steps):
        share = min(1.0, (1 - step / steps) / (1 - FALLING))
        chosen = rng.integers(0, len(samples), min(BATCH, len(samples)))
        given = samples[chosen].astype(np.float64)
        given[rng.random(given.shape) < FLIPS] *= -1
        kernel = _kernel(given, np.where(spins > 0, 1.0, -1.0), memory.gamma)
        levels, scale, total = _levels(latent, top), np.exp(logs), kernel.sum(axis=1, keepdims=True)
        sums = kernel @ levels
        _, slope = log_loss(scale * sums + mid * total, labels[chosen])
        if move_prototypes:
            by_kernel = slope @ (scale * levels + mid).T
            by_distance = by_kernel * kernel * (-4 * min(memory.gamma, STEEPEST))
            moved = adam["spins"].step(-0.5 * by_distance.T @ given, share)
            spins = np.clip(spins + moved, -1, 1)
        latent += adam["codes"].step(kernel.T @ slope, share)
        np.clip(latent, -top - 1, top + 1, out=latent)
        logs += adam["scales"].step((slope * sums).sum(axis=0) * scale, share)
        mid += adam["mids"].step((slope * total).sum(axis=0), share)
    patterns = np.where(spins > 0, 1, -1).astype(np.int8)
    codes = ((_levels(latent, top) + top) / 2).astype(np.uint8)
    quantized = QuantizedWeights(codes, default_plane_weights(bits), np.exp(logs), mid)
    notes = {**memory.provenance, "method": "softmax, quantization-aware", "aware_steps": steps}
    alpha = quantized.dequantized()
    return Memory(patterns, alpha, memory.gamma, notes, targets=memory.targets), quantized


def _kernel(given: FloatArray, patterns: FloatArray, gamma: float) -> FloatArray:
    """Kernel values from the nearest pattern, (n, P)."""
    distances = (given.shape[1] - given @ patterns.T) / 2
    distances -= distances.min(axis=1, keepdims=True)
    kernel: FloatArray = np.exp(-4 * gamma * distances)
    return kernel


def _levels(latent: FloatArray, top: int) -> FloatArray:
    """The odd integers from -top to top nearest to the latent numbers."""
    levels: FloatArray = 2 * np.clip(np.rint((latent + top) / 2), 0, top) - top
    return levels
