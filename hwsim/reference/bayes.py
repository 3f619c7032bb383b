"""The Bayes point: the untrained memory that answers each spin as the posterior mean does.

A stored pattern x_m, each as likely as the next, has its spins flipped independently with
probability p. What was stored, given the query y at Hamming distances d_m, follows

    P(x_m | y)  =  p**d_m (1 - p)**(N - d_m) / sum  =  exp(-d_m ln((1 - p) / p)) / sum,

which is the Gaussian kernel exp(-gamma |x_m - y|**2) = exp(-4 gamma d_m) at

    gamma = ln((1 - p) / p) / 4.

The sign of the posterior mean sum_m P(x_m | y) x_m is, spin by spin, the more probable one: no
other function of y keeps more bits at that noise. It is one step of the memory with alpha =
patterns and offsets 0; a second step would answer for a query that the noise did not make. Whole
patterns are another goal: there the nearest pattern is the most probable one, and the best answer.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.reference.data import check_noise
from hwsim.reference.memory import Memory
from hwsim.spins import checked_patterns


def posterior_gamma(noise: float) -> float:
    """The kernel's width ln((1 - p) / p) / 4 at which kernel values are posterior odds.

    Args:
        noise: p, the probability that a spin is flipped.

    Raises:
        InputError: it is not between 0 and 0.5: without noise the width is infinite, and from half
            of the spins on a query says nothing of its pattern.
    """
    check_noise(noise)
    if not 0 < noise < 0.5:
        raise InputError(
            f"noise is {noise}; a Bayes memory needs the fraction of spins that is flipped, above "
            "0 and below 0.5"
        )
    return (math.log1p(-noise) - math.log(noise)) / 4


def bayes_memory(
    patterns: npt.NDArray[np.int8],
    noise: float | None,
    provenance: dict[str, Any] | None = None,
) -> Memory:
    """The memory whose first step is the sign of the posterior mean under independent flips.

    Args:
        patterns: (P, N) of ±1, each as likely as the next; one stored twice is twice as likely.
        noise: p, the probability that a spin is flipped, above 0 and below 0.5.
        provenance: kept in the memory beside method and noise.

    Returns:
        The memory of alpha = patterns (float32) and gamma = `posterior_gamma(noise)`.

    Raises:
        InputError: patterns are no ±1, or noise is out of range.
    """
    spins = checked_patterns(patterns)
    if noise is None:
        raise InputError("noise is missing: method bayes needs the fraction of spins flipped")
    gamma = posterior_gamma(noise)
    notes = {"method": "bayes", "noise": noise, **(provenance or {})}
    return Memory(spins, spins.astype(np.float32), gamma, notes)
