"""What `Image.plot` and `Recalls.plot` draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.errors import InputError
from hwsim.hardware import layout
from hwsim.hardware.contract import code_levels
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.trajectory import follow, nearest_pattern
from hwsim.pictures import Bars, Column, Curve, Picture, chosen, columns, contents, grid, leading
from hwsim.quantities import counted, size_text
from hwsim.spins import SpinArray, checked_queries, spins_from_bits


def plot_image(image: Image, shape: Any = None, first: int = 16) -> Picture:
    """As `Image.plot`."""
    p = image.parameters
    pixels, few = grid(p.neurons, shape), leading(first)
    levels, count = code_levels(p), np.bincount(image.codes.ravel(), minlength=2**p.weight_bits)
    order = np.argsort(levels, kind="stable")
    heard = np.flatnonzero(image.kernel_lut)
    farthest = min(int(heard[-1]) + 2 if len(heard) else 2, p.neurons + 1)
    memories = {name: each.bits for name, each in layout.memory_shapes(p).items()}
    panels = (
        Bars(
            "weights",
            [f"{levels[code]:+d}" for code in order],  # equal levels of two codes stand together
            count[order].tolist(),
            f"value of a {p.weight_bits}-bit code",
        ),
        Curve(
            "kernel value",
            image.kernel_lut[:farthest].tolist(),
            "distance beyond the nearest pattern, spins" if p.nearest else "distance, spins",
        ),
        Bars(
            "memory",
            [name.removesuffix("_lut") for name in memories],
            [bits / 8192 for bits in memories.values()],
            "KiB of each ROM",
        ),
    )
    title = (
        f"{counted(p.patterns, 'pattern')} of {counted(p.neurons, 'neuron')}, {p.weight_bits}-bit "
        f"weights, {p.kernel_bits}-bit kernel values, {size_text(sum(memories.values()))}"
    )
    patterns = spins_from_bits(image.patterns_of(slice(few)))
    return contents(title, patterns, pixels, panels, p.patterns)


def plot_recalls(
    recalls: Recalls,
    shape: Any = None,
    which: int | Sequence[int] | None = None,
    *,
    steps: bool = False,
    stored: npt.ArrayLike | None = None,
) -> Picture:
    """As `Recalls.plot`."""
    image, queries = recalls.image, recalls.queries
    if image is None or queries is None:
        raise InputError(
            "plot() needs the queries and the image; hwsim.recall keeps them with what it recalls"
        )
    pixels = grid(image.parameters.neurons, shape)
    wanted = None if stored is None else _the_stored(stored, queries)
    drawn = []
    for q in chosen(which, len(queries)):
        title, pattern = f"query {q}", None if wanted is None else wanted[q]
        if pattern is None:
            nearest = nearest_pattern(image, queries[q])
            title, pattern = f"pattern {nearest}", spins_from_bits(image.patterns[nearest])
        states = follow(image, queries[q]).states if steps else queries[q : q + 1]
        end = counted(recalls.steps[q], "step")
        if not recalls.converged[q]:
            end += ", not converged"
        last = recalls.states[q : q + 1]
        if not steps or (states[-1] != last[0]).any():
            states = np.concatenate([states, last])
        drawn.append(Column(title, pattern, states, end))
    return columns(drawn, pixels, steps=steps)


def _the_stored(stored: npt.ArrayLike, queries: SpinArray) -> SpinArray:
    """What each query should have been recalled as.

    Raises:
        InputError: it is not of the queries' shape, or no spins.
    """
    spins = checked_queries(stored, queries.shape[1], "stored")
    if len(spins) != len(queries):
        raise InputError(f"stored has {len(spins)} rows, queries {len(queries)}; give one for each")
    return spins
