"""How few bits suffice: the smallest precisions that keep a stated recall accuracy.

Recall accuracy does not rise steadily with the kernel bits. At 1 bit and the nearest origin the LUT
is 1 up to a distance of ln 2 / (4 gamma) beyond the nearest pattern's and 0 after it: the engine is
then a nearest-pattern search whose weights merely copy the pattern, and on random patterns nothing
recalls better. At 2 and 3 bits far patterns weigh in coarsely and much is lost; from about 6 bits
on the network does what the float one does. `Advice.nearest_accuracy` is there to see this by, and
`least_kernel_bits` to ask for the network nevertheless.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.compress.lower import lower_weights, quantized_weights
from hwsim.compress.offsets import LoweringWarning
from hwsim.compress.quantize import NEURON
from hwsim.compress.weights import QuantizedWeights
from hwsim.config import MAX_KERNEL_BITS, MAX_WEIGHT_BITS, Parameters, check_kernel_origin
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.reference.data import add_noise
from hwsim.reference.kernel import hamming_distances
from hwsim.reference.memory import Memory
from hwsim.reference.metrics import recall_accuracy
from hwsim.reference.recall import recall

MOST_OFFSET_BITS: Final = 12  # a finer offset than any measured case could tell from a float one
QUERIES: Final = 1000  # at most, chosen at random among the stored patterns

# With a typical kernel value between these, random distances fall now on one side of the LUT's
# rounding step from 0 to 1 and now on the other, and the sum over many patterns is mostly rounding.
STEP_LOW: Final = 0.3
STEP_HIGH: Final = 0.7


@dataclass(frozen=True)
class Trial:
    """One choice of precisions and the exact model's recall accuracy under it."""

    bits: int
    kernel_bits: int
    offset_bits: int
    accuracy: float


@dataclass(frozen=True)
class Advice:
    """What a search found.

    Attributes:
        target: the recall accuracy to keep.
        noise: fraction of bits flipped in the queries.
        float_accuracy: the float network's on the same queries.
        nearest_accuracy: of answering with the nearest stored pattern, which needs no weights.
        chosen: the smallest precisions that keep the target, or None when none does.
        trials: everything tried, in order.
        traps: warnings about the kernel's origin, one line each, for the chosen kernel bits.
    """

    target: float
    noise: float
    float_accuracy: float
    nearest_accuracy: float
    chosen: Trial | None
    trials: tuple[Trial, ...]
    traps: tuple[str, ...]


def origin_traps(
    neurons: int, gamma: float, kernel_bits: int, kernel_origin: str, noise: float
) -> tuple[str, ...]:
    """The two ways in which an absolute origin and fixed point go wrong together.

    Args:
        neurons: N.
        gamma: the kernel's width.
        kernel_bits: KB.
        kernel_origin: `nearest` has neither trap.
        noise: fraction of bits flipped in a query: its pattern is noise * N away.

    Returns:
        One line for each trap that is there.
    """
    check_kernel_origin(kernel_origin)
    if kernel_origin == "nearest":
        return ()
    top = 2**kernel_bits - 1
    traps = []
    near = top * math.exp(-4 * gamma * round(noise * neurons))
    if near < 0.5:
        traps.append(
            f"absolute origin: at {noise:.0%} noise the right pattern's kernel value is "
            f"{near:.2g} of {top} and rounds to nothing; use the nearest origin or more kernel bits"
        )
    typical = top * math.exp(-2 * gamma * neurons)
    if STEP_LOW <= typical <= STEP_HIGH:
        traps.append(
            f"absolute origin: typical distances, N / 2, have the kernel value {typical:.2g}, on "
            "the LUT's step from 0 to 1; use the nearest origin or other kernel bits"
        )
    return tuple(traps)


def advise(
    memory: Memory,
    target: float,
    *,
    noise: float = 0.2,
    quantizer: str = "minmax",
    kernel_origin: str = "nearest",
    max_steps: int = 50,
    least_kernel_bits: int = 1,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Advice:
    """Find the smallest bits, then kernel bits, then offset bits that keep a recall accuracy.

    In this order because it is the order of their cost: a weight bit costs P * N bits of memory and
    a share of every step's reads, a kernel bit a share of every step's popcounts, an offset bit N
    bits. The weight bits are the fewest that keep the target under the finest kernel and offsets;
    then the others rise from their least. Every accuracy is of an image run by the exact model.

    Args:
        memory: the float memory.
        target: recall accuracy to keep, over 0 to 1.
        noise: fraction of bits flipped in the queries, stored patterns.
        quantizer: one of `quantize.QUANTIZERS`.
        kernel_origin: `nearest` or `absolute`.
        max_steps: T.
        least_kernel_bits: where the search for kernel bits begins.
        seed: of the queries' choice and noise, and of the offsets' calibration.
        progress: called with (trials done, most trials possible).

    Raises:
        InputError: an argument is not legal.
    """
    if not 0 < target <= 1:
        raise InputError(f"target is {target}; it must be a recall accuracy over 0 and up to 1")
    check_kernel_origin(kernel_origin)
    if not 1 <= least_kernel_bits <= MAX_KERNEL_BITS:
        raise InputError(
            f"least_kernel_bits is {least_kernel_bits}; it must be from 1 to {MAX_KERNEL_BITS}"
        )
    rng = np.random.default_rng(seed)
    targets = memory.patterns
    if memory.stored > QUERIES:
        targets = targets[rng.choice(memory.stored, QUERIES, replace=False)]
    queries = add_noise(targets, noise, rng)
    float_states = recall(memory, queries, max_steps=max_steps).states
    nearest = memory.patterns[hamming_distances(queries, memory.patterns).argmin(axis=1)]
    bench = _Bench(memory, queries, targets, quantizer, kernel_origin, max_steps, seed, progress)
    chosen = bench.search(target, least_kernel_bits)
    kernel_bits = chosen.kernel_bits if chosen is not None else MAX_KERNEL_BITS
    return Advice(
        target=target,
        noise=noise,
        float_accuracy=recall_accuracy(float_states, targets),
        nearest_accuracy=recall_accuracy(nearest, targets),
        chosen=chosen,
        trials=tuple(bench.trials),
        traps=origin_traps(memory.neurons, memory.gamma, kernel_bits, kernel_origin, noise),
    )


@dataclass
class _Bench:
    """Runs trials, each once, quantizing no oftener than needed."""

    memory: Memory
    queries: npt.NDArray[np.int8]
    targets: npt.NDArray[np.int8]
    quantizer: str
    kernel_origin: str
    max_steps: int
    seed: int
    progress: Callable[[int, int], None] | None

    def __post_init__(self) -> None:
        self.trials: list[Trial] = []
        self._weights: dict[tuple[int, bool], QuantizedWeights] = {}

    def search(self, target: float, least_kernel_bits: int) -> Trial | None:
        signs = self.quantizer.removeprefix(NEURON).startswith("sign-")
        most_bits = 1 if signs else MAX_WEIGHT_BITS
        for bits in range(1, most_bits + 1):
            finest = self.run(bits, MAX_KERNEL_BITS, MOST_OFFSET_BITS)
            if finest.accuracy >= target:
                break
        else:
            return None
        chosen = finest
        for kernel_bits in range(least_kernel_bits, MAX_KERNEL_BITS):
            trial = self.run(bits, kernel_bits, MOST_OFFSET_BITS)
            if trial.accuracy >= target:
                chosen = trial
                break
        for offset_bits in range(MOST_OFFSET_BITS):
            trial = self.run(bits, chosen.kernel_bits, offset_bits)
            if trial.accuracy >= target:
                return trial
        return chosen

    def run(self, bits: int, kernel_bits: int, offset_bits: int) -> Trial:
        key = (bits, offset_bits > 0)
        if key not in self._weights:
            self._weights[key] = quantized_weights(
                self.memory,
                bits=bits,
                quantizer=self.quantizer,
                offset_bits=offset_bits,
                seed=self.seed,
            )
        parameters = Parameters(
            neurons=self.memory.neurons,
            patterns=self.memory.stored,
            weight_bits=bits,
            kernel_bits=kernel_bits,
            offset_bits=offset_bits,
            max_steps=self.max_steps,
            kernel_origin=self.kernel_origin,
        )
        with warnings.catch_warnings():
            # Offsets clipped to too few bits are what the search is there to find out.
            warnings.simplefilter("ignore", LoweringWarning)
            image = lower_weights(self.memory, self._weights[key], parameters)
        states = fast.recall(image, self.queries).states
        trial = Trial(bits, kernel_bits, offset_bits, recall_accuracy(states, self.targets))
        self.trials.append(trial)
        if self.progress is not None:
            most = MAX_WEIGHT_BITS + MAX_KERNEL_BITS - 1 + MOST_OFFSET_BITS
            self.progress(len(self.trials), most)
        return trial
