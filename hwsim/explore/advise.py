"""The smallest precision that keeps a memory's recall, found on the exact model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, Final

from hwsim.choices import ADVISED_QUANTIZERS, CLOSE, NOISES
from hwsim.codes import bits_possible
from hwsim.compress.kernel_lut import rounded_kernel
from hwsim.config import (
    MAX_KERNEL_BITS,
    MAX_OFFSET_BITS,
    MAX_WEIGHT_BITS,
    Parameters,
    check_kernel_origin,
)
from hwsim.design import FIELDS, PLAIN, Design
from hwsim.errors import InputError
from hwsim.explore.samples import Accuracies, Samples
from hwsim.explore.trials import Bench, Progress
from hwsim.quantities import in_percent
from hwsim.reference.kernel import FloatArray
from hwsim.reference.memory import Memory
from hwsim.show import Shown

STEP_RANGE: Final = (0.3, 0.7)  # of the LUT's unrounded value at N / 2: astride a rounding step
LEAST_BITS: Final = {"kernel_bits": 1, "offset_bits": 0}  # in the order in which they are found


@dataclass(frozen=True)
class Choice:
    """One precision and what it recalls on the exact model, at each noise."""

    quantizer: str
    bits: int
    kernel_bits: int
    kernel_origin: str
    offset_bits: int
    recall_accuracy: Accuracies

    @property
    def design(self) -> Design:
        """To lower the memory by, or to save; all else has its default."""
        return Design(**{name: value for name, value in asdict(self).items() if name in FIELDS})


@dataclass(frozen=True, repr=False)
class Advice(Shown):
    """What to export a memory with.

    Attributes:
        choice: the smallest precision found that keeps the goal, in each draw of the queries; None
            when none does.
        closest: of all tried the one that misses it least, if none does.
        goal: recall accuracy to be kept, at each noise.
        float_recall_accuracy: of the float network on the same queries.
        noise: fractions of flipped spins in the queries, ascending.
        queries: recalls of every measurement at each noise.
        warnings: traps of the absolute origin that the choice lies in.
        tried: every precision measured, in order.
    """

    choice: Choice | None
    closest: Choice
    goal: Accuracies
    float_recall_accuracy: Accuracies
    noise: tuple[float, ...]
    queries: int
    warnings: tuple[str, ...]
    tried: tuple[Choice, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)

    def _shown(self) -> Mapping[str, object]:
        told = self.choice or self.closest
        return {
            "kept": self.choice is not None,
            "quantizer": told.quantizer,
            "bits": told.bits,
            "kernel_bits": told.kernel_bits,
            "offset_bits": told.offset_bits,
            "kernel_origin": told.kernel_origin,
            "recall_accuracy": told.recall_accuracy,
            "goal": self.goal,
            "float_recall_accuracy": self.float_recall_accuracy,
            "noise": self.noise,
            "queries": self.queries,
            "tried": len(self.tried),
            "warnings": self.warnings or None,
        }


def origin_warnings(
    table: FloatArray, kernel_bits: int, kernel_origin: str, noise: float
) -> tuple[str, ...]:
    """The traps of the absolute origin that a kernel table lies in; none from the nearest.

    Args:
        table: (N + 1,) of the memory, the kernel at each Hamming distance.
        kernel_bits: KB.
        kernel_origin: `nearest` or `absolute`.
        noise: fraction of flipped spins in the queries to come.
    """
    check_kernel_origin(kernel_origin)
    if kernel_origin == "nearest":
        return ()
    found = []
    neurons = len(table) - 1
    distance = round(noise * neurons)
    if rounded_kernel(table, kernel_bits)[distance] == 0:
        least = _least_kernel_bits(table, distance)
        remedy = "no legal kernel bits" if least is None else f"{least} kernel bits"
        found.append(
            f"kernels round to nothing: at {in_percent(noise)}% noise a query is {distance} bits "
            f"from its pattern, where {kernel_bits} kernel bits hold 0, and comes back untouched; "
            f"{remedy} would do, or, for a Gaussian kernel, count from the nearest pattern"
        )
    half = (2**kernel_bits - 1) * float(table[neurons // 2] / table[0])
    if STEP_RANGE[0] <= half <= STEP_RANGE[1]:
        found.append(
            f"typical distances lie on a rounding step: (2**{kernel_bits} - 1) times the kernel "
            f"at N / 2 is {half:.2f}, between 0.3 and 0.7, so patterns there count as 0 or 1 by "
            "chance; take other kernel bits, or, for a Gaussian kernel, count from the nearest "
            "pattern"
        )
    return tuple(found)


def _least_kernel_bits(table: FloatArray, distance: int) -> int | None:
    """Kernel bits from which on the rounded table is not 0 at a distance; None where none do."""
    legal = range(1, MAX_KERNEL_BITS + 1)
    return next((bits for bits in legal if rounded_kernel(table, bits)[distance]), None)


def advise(
    memory: Memory,
    *,
    accuracy_loss: float = CLOSE,
    noise: Sequence[float] = NOISES,
    recall_accuracy: float | None = None,
    kernel_origin: str | None = Design.kernel_origin,
    max_steps: int = Parameters.max_steps,
    quantizers: Sequence[str] = ADVISED_QUANTIZERS,
    queries: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Advice:
    """Find the smallest weight bits, then kernel bits, then offset bits that keep recall.

    The queries are those by which `hwsim export` says what an image keeps. Weight bits come first,
    for weights are nearly all of the memory. Kernel and offset bits are the smallest from which on
    every larger number keeps the goal too, so that luck on a rounding step is no advice.

    Args:
        memory: the float memory.
        accuracy_loss: most recall accuracy to lose against float at any noise, on the same queries.
        noise: fractions of flipped spins in the queries.
        recall_accuracy: the accuracy to keep itself at the highest noise, and to lose as much as
            that against float at the others; in place of a loss.
        kernel_origin: `nearest`, `absolute`, or None for what suits the memory's kernel.
        max_steps: most update steps of a recall.
        quantizers: to choose from.
        queries: recalls of every measurement at each noise; None for what a second or so allows,
            in several draws, of which the precision must keep each.
        seed: of the queries.
        progress: called with what is being tried.

    Raises:
        InputError: a number is outside its range.
    """
    origin = memory.kernel_origin(kernel_origin)
    for name, value in (("accuracy_loss", accuracy_loss), ("recall_accuracy", recall_accuracy)):
        if value is not None and not 0 <= value <= 1:
            raise InputError(f"{name} is {value}; it must be from 0 to 1")
    if not quantizers:
        raise InputError("quantizers is empty; name at least one")
    samples = Samples.of(memory, noise, max_steps=max_steps, queries=queries, seed=seed)
    allowed = (accuracy_loss,) * len(samples.noises)
    if recall_accuracy is not None:
        allowed = samples.allowed(recall_accuracy)
    bench = Bench(memory, samples, allowed, progress)
    plain = Design(kernel_origin=origin, max_steps=max_steps, **PLAIN)
    chosen = next(filter(bench.keeps, _widest(plain, quantizers)), None)
    for name, least in LEAST_BITS.items():
        chosen = chosen and bench.narrowed(chosen, name, least)
    closest, _ = bench.closest
    told = chosen or closest
    return Advice(
        None if chosen is None else _choice(chosen, bench),
        _choice(closest, bench),
        samples.goal(allowed),
        samples.float_network,
        samples.noises,
        samples.queries,
        origin_warnings(memory.kernel_table, told.kernel_bits, origin, samples.noises[-1]),
        tuple(_choice(each, bench) for each in bench.precisions),
    )


def _widest(plain: Design, quantizers: Sequence[str]) -> Iterator[Design]:
    """Every quantizer with all kernel and offset bits, fewest weight bits first."""
    for bits, quantizer in product(range(1, MAX_WEIGHT_BITS + 1), quantizers):
        if bits_possible(quantizer, bits):
            yield replace(
                plain,
                bits=bits,
                quantizer=quantizer,
                kernel_bits=MAX_KERNEL_BITS,
                offset_bits=MAX_OFFSET_BITS,
            )


def _choice(design: Design, bench: Bench) -> Choice:
    assert design.kernel_origin is not None
    return Choice(
        design.quantizer,
        design.bits,
        design.kernel_bits,
        design.kernel_origin,
        design.offset_bits,
        bench.samples.accuracies(bench.right(design)),
    )
