"""The words of the radius memory, exact, in blocks of both the patterns sought and all others.

For a state within r bits of X[m], any other pattern j lies at D[m, j] - 2 * r at least behind it,
so its kernel value is at most lut[max(D[m, j] - 2 * r, 0)]. Where X[m] is still strictly nearest
and, for every neuron, lut[0] times its own pull exceeds all that these values can pull against it,
the next state is X[m]: r is safe. With r safe so is r - 1, for every kernel value falls with it;
and with 0 safe, X[m] is a fixed point.

What pulls against adds up without a sign: below 2**24 (2**53) sums by float32 (float64) are exact,
and above it they are above 2**23 (2**52) at least, so they compare rightly with what is below that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.hardware.contract import code_levels
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray

Progress = Callable[[int, int], None]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SOUGHT: Final = 1024  # patterns at once, where their distances to all others fit
_DISTANCES: Final = 2**25  # held at once
_PULLS: Final = 2**22  # held at once
_FEW: Final = 32  # neurons on which a radius is tried first: most that are unsafe show it there
_SINGLE: Final = 2**23  # what float32 sums compare rightly with
_EXACT: Final = 2**53  # up to which float64 sums are exact
_HALF: Final = 2.0**14


def radii(
    image: Image,
    *,
    beyond: bool = True,
    chosen: IntArray | None = None,
    progress: Progress | None = None,
) -> IntArray:
    """The words of the radius memory.

    Args:
        image: its integers.
        beyond: look for radii, not only for fixed points.
        chosen: the patterns wanted, (n,) int64; None for all.
        progress: called with (patterns done, patterns in all).

    Returns:
        (n,) int64: 0 for a pattern that is no fixed point; 1 for one that is; r + 1 for one to
        which every state within r bits goes in one step.
    """
    p = image.parameters
    wanted = np.arange(p.patterns) if chosen is None else chosen
    found = np.zeros(len(wanted), dtype=np.int64)
    if image.kernel_lut[0] == 0:
        return found
    size = max(min(_SOUGHT, _DISTANCES // p.patterns), 1)
    likely = p.neurons  # radii of one image are much alike
    for start in range(0, len(wanted), size):
        block = _Block(image, wanted[start : start + size])
        here = found[start : start + size]
        if beyond and p.nearest:
            here[:] = block.radii(likely) + 1
            likely = int(np.median(here))
        rest = np.flatnonzero(here == 0)
        here[rest] = block.fixed(rest)
        if progress is not None:
            progress(min(start + size, len(wanted)), len(wanted))
    return found


class _Block:
    """Some patterns, with their distances to all."""

    def __init__(self, image: Image, own: IntArray) -> None:
        p = self.parameters = image.parameters
        self.image, self.own = image, own
        self.bits: Flags = image.patterns_of(own) == 1
        # What a kernel value of 1 adds to a field by each weight code; at most 29 bits.
        self.levels: Floats = (code_levels(p) << p.offset_frac_bits).astype(np.float64)
        self.distances = np.empty((len(own), p.patterns), dtype=np.int32)
        spins = self.bits.astype(np.float32) * 2 - 1  # sums of up to 65536 ±1 are exact
        for part in self._parts():
            others = image.patterns_of(part).astype(np.float32) * 2 - 1
            self.distances[:, part] = (p.neurons - spins @ others.T) / 2

    def _parts(self) -> Iterator[slice]:
        p = self.parameters
        size = max(_PULLS // p.neurons, 1)
        return (slice(start, start + size) for start in range(0, p.patterns, size))

    def _pulls(self, patterns: IntArray, neurons: IntArray | slice = slice(None)) -> Floats:
        """v * 2**F + z of some patterns and neurons, (n, all of them)."""
        codes = self.image.codes_of(patterns)[:, neurons]
        pulls: Floats = self.levels[codes] + self.image.offsets[neurons]
        return pulls

    def fixed(self, rows: IntArray) -> Flags:
        """Whether each of these rows' patterns goes to itself."""
        fields = np.zeros((len(rows), self.parameters.neurons), dtype=np.int64)
        for part in self._parts():
            kernel = self.image.kernel_lut[self.distances[rows, part]]  # at d0 = 0
            some = np.flatnonzero(kernel.any(axis=0))
            fields += self._product(kernel[:, some], self._pulls(part.start + some))
        bits = self.bits[rows]
        kept: Flags = (np.where(fields == 0, bits, fields > 0) == bits).all(axis=1)
        return kept

    def radii(self, likely: int) -> IntArray:
        """The largest safe radius of each pattern; -1 for none.

        About `likely` is tried first.
        """
        p = self.parameters
        pulls = self._pulls(self.own)
        self.towards = np.where(self.bits, pulls, -pulls) * self.image.kernel_lut[0]
        self.kind: Any = np.float32 if self.towards.max() < _SINGLE else np.float64
        self.values = self.image.kernel_lut.astype(self.kind)
        apart = self.distances.copy()
        apart[np.arange(len(self.own)), self.own] = 2 * p.neurons  # of no other pattern
        top = np.minimum((apart.min(axis=1) - 1) // 2, p.neurons - 1).astype(np.int64)
        top[(self.towards <= 0).any(axis=1)] = -1
        few = np.arange(0, p.neurons, -(-p.neurons // _FEW))
        top = self._largest_safe(top, few, p.neurons, likely)
        return self._largest_safe(top, np.arange(p.neurons), 1, p.neurons)

    def _largest_safe(self, top: IntArray, neurons: IntArray, stride: int, likely: int) -> IntArray:
        """The largest radius up to `top` that is safe for these neurons.

        It is sought by halves, but first one above and below `likely`, and in strides down from the
        top, each twice the last.
        """
        low, high = np.full(len(top), -1), top + 1
        tried = iter((likely, likely - 1))
        while (rows := np.flatnonzero(high - low > 1)).size:
            trial = np.maximum(high[rows] - stride, (low[rows] + high[rows]) // 2)
            first = next(tried, -1)
            trial = np.where((low[rows] < first) & (first < high[rows]), first, trial)
            safe = self._safe(trial, rows, neurons)
            low[rows[safe]], high[rows[~safe]] = trial[safe], trial[~safe]
            stride *= 2
        return low

    def _safe(self, radius: IntArray, rows: IntArray, neurons: IntArray) -> Flags:
        bits = self.bits[np.ix_(rows, neurons)]
        against = np.zeros(bits.shape)
        for part in self._parts():
            nearest = self.distances[rows, part] - 2 * radius[:, None]
            values = self.values.take(nearest, mode="clip")  # what is below 0 counts as 0
            mine = self.own[rows] - part.start
            here = np.flatnonzero((mine >= 0) & (mine < values.shape[1]))
            values[here, mine[here]] = 0
            some = np.flatnonzero(values.any(axis=0))
            if some.size:
                pulls = self._pulls(part.start + some, neurons).astype(self.kind)
                kernel = values[:, some]
                down, up = kernel @ np.maximum(-pulls, 0), kernel @ np.maximum(pulls, 0)
                against += np.where(bits, down, up)
        return np.asarray((self.towards[np.ix_(rows, neurons)] > against).all(axis=1))

    def _product(self, values: IntArray, pulls: Floats) -> IntArray:
        """values @ pulls, exact: by halves of the pulls where it may pass 53 bits."""
        kernel = values.astype(np.float64)
        if self.parameters.largest_field < _EXACT:
            return (kernel @ pulls).astype(np.int64)
        upper = np.floor(pulls / _HALF)
        lower = (kernel @ (pulls - upper * _HALF)).astype(np.int64)
        product: IntArray = (kernel @ upper).astype(np.int64) * int(_HALF) + lower
        return product
