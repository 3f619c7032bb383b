"""Quantization-aware training of a float memory."""

from __future__ import annotations

from collections.abc import Callable

from hwsim.api.given import AnyMemory, at_least, the_memory
from hwsim.choices import TUNING_NOISE, TUNING_RATE, TUNING_STEPS
from hwsim.compress import tune as room
from hwsim.reference.memory import Memory
from hwsim.typed import typed


@typed
def tune(
    memory: AnyMemory,
    bits: int,
    *,
    noise: float = TUNING_NOISE,
    steps: int = TUNING_STEPS,
    learning_rate: float = TUNING_RATE,
    seed: int = 0,
    progress: Callable[[int, int, float], None] | None = None,
) -> Memory:
    """Train a memory on for weights of so many bits: the loss sees them rounded.

    Lower what comes out with the same bits and `quantizer="neuron-minmax"`, at 1 bit
    `"neuron-sign-mean"`: these find its levels again.

    Args:
        memory: trained by any means, or the path of its .npz.
        bits: B, 1 to 8.
        noise: most of a state's spins that are flipped, under 0.5; each step draws a fraction from
            0 to it. 0 trains on the stored patterns alone.
        steps: updates.
        learning_rate: the first step size, of weights over their neuron's mean magnitude.
        seed: of batches and noise.
        progress: called after each step with (step, steps, mean loss).

    Returns:
        A memory of the same patterns and kernel, whose alpha has at most 2**bits values a neuron.

    Raises:
        InputError: an argument is not legal, or all of a neuron's weights are 0.
    """
    return room.tune(
        the_memory(memory, "tune"),
        bits,
        noise=noise,
        steps=at_least(steps, "steps", 1),
        learning_rate=learning_rate,
        seed=at_least(seed, "seed"),
        progress=progress,
    )
