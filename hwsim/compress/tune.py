"""Quantization-aware training: a memory's weights trained on for the codes they will become.

Forward, the loss sees the quantized weights; backward, the rounding is taken for the identity (the
straight-through estimator, Bengio, Leonard and Courville, arXiv 1308.3432), so that gradients move
float weights behind the codes. Per neuron a common offset and a gain are learned beside them: the
offset is the image's, the gain divides out of the sign. States are stored patterns, and the same
with spins flipped, drawn anew at every step; targets are the patterns.

What comes out holds the levels themselves, so that the quantizer that `quantizer_of` names finds
the same codes again, and learned offsets the same offsets.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from hwsim.choices import TUNING_NOISE, TUNING_RATE, TUNING_STEPS
from hwsim.codes import check_bits
from hwsim.compress.adam import Adam
from hwsim.compress.quantize import quantize
from hwsim.compress.weights import FloatArray
from hwsim.config import MAX_TRAINING_STEPS
from hwsim.errors import InputError
from hwsim.reference.data import add_noise, check_noise
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray, bits_from_spins

BATCH: Final = 512  # patterns a step, each as it is and with spins flipped
SPACED_EVERY: Final = 20  # steps after which the levels' spacing is sought anew

Progress = Callable[[int, int, float], None]


def quantizer_of(bits: int) -> str:
    """The quantizer that finds a tuned memory's codes again."""
    return "neuron-minmax" if bits > 1 else "neuron-sign-mean"


def tune(
    memory: Memory,
    bits: int,
    *,
    noise: float = TUNING_NOISE,
    steps: int = TUNING_STEPS,
    learning_rate: float = TUNING_RATE,
    seed: int = 0,
    progress: Progress | None = None,
) -> Memory:
    """Train a memory on for weights of so many bits.

    Args:
        memory: trained by any means.
        bits: B, 1 to 8.
        noise: most of a state's spins that are flipped; each step draws a fraction from 0 to it.
            0 trains on the stored patterns alone.
        steps: of Adam, whose step size falls to 0 along a cosine.
        learning_rate: the first step size, of weights over their neuron's mean magnitude.
        seed: of batches and noise.
        progress: called after each step with (step, steps, mean loss).

    Returns:
        A memory of the same patterns and kernel whose alpha has at most 2**bits values a neuron.

    Raises:
        InputError: an argument is out of its range, or all of a neuron's weights are 0.
    """
    from scipy.special import expit  # here, for completing hwsim's names should not wait for it

    memory.check_recalls_states()
    _check(bits, noise, steps, learning_rate)
    rng = np.random.default_rng(seed)
    latent = memory.alpha.astype(np.float64)
    sizes = np.abs(latent).mean(axis=0)
    if not sizes.all():
        raise InputError(
            f"all weights of neuron {int(np.argmin(sizes))} are 0; there is nothing to train on, "
            "train the memory first"
        )
    weights = latent / sizes
    offset, gain = np.zeros((2, memory.neurons))
    adam = {name: Adam(learning_rate) for name in ("weights", "offset", "gain")}
    spacing = _spacing(weights, bits)
    for step in range(1, steps + 1):
        states, targets = _states(memory, noise, rng)
        kernel = memory.kernel(states)
        sums = kernel.sum(axis=1, keepdims=True)
        if step % SPACED_EVERY == 0:
            spacing = _spacing(weights, bits)
        scale = np.exp(gain)
        fields = scale * (kernel @ _rounded(weights, bits, spacing) + sums * offset)
        errors = (expit(fields) - targets) / len(states)
        if progress is not None:
            loss = np.mean(np.logaddexp(0, fields) - targets * fields)
            progress(step, steps, float(loss))
        share = (1 + math.cos(math.pi * step / steps)) / 2
        weights += adam["weights"].step(kernel.T @ (errors * scale), share)
        offset += adam["offset"].step((errors * scale * sums).sum(axis=0), share)
        gain += adam["gain"].step((errors * fields).sum(axis=0), share)
    held = _findable(weights, bits, _spacing(weights, bits)) + offset
    notes = {"tuned_bits": bits, "tuned_noise": noise, "tuned_steps": steps, "tuned_seed": seed}
    return replace(memory, alpha=held * sizes, provenance={**memory.provenance, **notes})


def _check(bits: int, noise: float, steps: int, learning_rate: float) -> None:
    check_bits(bits)
    check_noise(noise)
    if noise >= 0.5:
        raise InputError(
            f"noise is {noise}; from half of the spins on a state says nothing of its pattern"
        )
    if not 1 <= steps <= MAX_TRAINING_STEPS:
        raise InputError(f"steps is {steps}; it must be from 1 to {MAX_TRAINING_STEPS}")
    if not (np.isfinite(learning_rate) and learning_rate > 0):
        raise InputError(f"learning_rate is {learning_rate}; it must be positive")


def _states(memory: Memory, noise: float, rng: np.random.Generator) -> tuple[SpinArray, FloatArray]:
    """A step's states, and what each spin should become, 0 or 1."""
    chosen = memory.patterns
    if memory.stored > BATCH:
        chosen = chosen[rng.choice(memory.stored, BATCH, replace=False)]
    targets = bits_from_spins(chosen).astype(np.float64)
    if noise == 0:
        return chosen, targets
    flipped = add_noise(chosen, noise * rng.random(), rng)
    return np.concatenate([chosen, flipped]), np.concatenate([targets, targets])


def _spacing(weights: FloatArray, bits: int) -> FloatArray:
    """Of each neuron's levels, (N,): that of the least squared error, or the mean magnitude."""
    if bits == 1:
        return np.asarray(np.abs(weights).mean(axis=0))
    return quantize(weights, bits, "neuron-mse").scale


def _rounded(weights: FloatArray, bits: int, spacing: FloatArray) -> FloatArray:
    """Each weight's level: an odd multiple of the spacing, the nearest there is."""
    top = 2**bits - 1
    levels: FloatArray = np.clip(2 * np.floor(weights / (2 * spacing)) + 1, -top, top)
    return levels * spacing


def _findable(weights: FloatArray, bits: int, spacing: FloatArray) -> FloatArray:
    """Each weight's level, the outermost ones taken wherever there are more than two.

    The quantizer spaces its levels between the least weight and the greatest. Where more than two
    levels are taken and an outermost one is not, the weight that is nearest to it takes it.
    """
    held, most = _rounded(weights, bits, spacing), (2**bits - 1) * spacing
    for neuron in range(held.shape[1]):
        column = held[:, neuron]
        if len(np.unique(column)) > 2:
            column[np.argmax(weights[:, neuron])] = most[neuron]
            column[np.argmin(weights[:, neuron])] = -most[neuron]
    return held
