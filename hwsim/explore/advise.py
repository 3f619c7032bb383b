"""The smallest precision that keeps a memory's recall, found on the exact model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from hwsim.choices import ADVISED_QUANTIZERS, CLOSE
from hwsim.codes import bits_possible
from hwsim.compress.kernel_lut import rounded_kernel
from hwsim.config import MAX_KERNEL_BITS, MAX_OFFSET_BITS, MAX_WEIGHT_BITS, check_kernel_origin
from hwsim.design import FIELDS, PLAIN, Design
from hwsim.errors import InputError
from hwsim.measure import recalls
from hwsim.quantities import in_percent
from hwsim.reference.kernel import FloatArray
from hwsim.reference.memory import Memory
from hwsim.show import Shown

STEP_RANGE: Final = (0.3, 0.7)  # of the LUT's unrounded value at N / 2: astride a rounding step

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Choice:
    """One precision and what it recalls on the exact model."""

    quantizer: str
    bits: int
    kernel_bits: int
    kernel_origin: str
    offset_bits: int
    recall_accuracy: float

    @property
    def design(self) -> Design:
        """To lower the memory by, or to save; all else has its default."""
        return Design(**{name: value for name, value in asdict(self).items() if name in FIELDS})


@dataclass(frozen=True, repr=False)
class Advice(Shown):
    """What to export a memory with.

    Attributes:
        choice: the smallest precision found that reaches the goal; None when none does.
        closest: the best of all tried, if none does.
        goal: recall accuracy asked for.
        float_recall_accuracy: of the float network on the same queries.
        noise: fraction of flipped spins in the queries.
        queries: how many recalls each measurement had.
        warnings: traps of the absolute origin that the choice lies in.
        tried: every precision measured, in order.
    """

    choice: Choice | None
    closest: Choice
    goal: float
    float_recall_accuracy: float
    noise: float
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
    noise: float = 0.2,
    recall_accuracy: float | None = None,
    kernel_origin: str | None = Design.kernel_origin,
    quantizers: Sequence[str] = ADVISED_QUANTIZERS,
    queries: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
) -> Advice:
    """Find the smallest weight bits, then kernel bits, then offset bits that keep recall.

    Weight bits come first, for weights are nearly all of the memory. Kernel and offset bits are the
    smallest from which on every larger number keeps the goal too, so that luck on a rounding step
    is no advice.

    Args:
        memory: the float memory.
        accuracy_loss: most recall accuracy to lose against float, on the same queries.
        noise: fraction of flipped spins in the queries.
        recall_accuracy: the accuracy to keep itself, in place of a loss.
        kernel_origin: `nearest`, `absolute`, or None for what suits the memory's kernel.
        quantizers: to choose from.
        queries: recalls of every measurement.
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
    if queries < 1:
        raise InputError(f"queries is {queries}; it must be at least 1")
    states, targets = recalls.noisy(memory.patterns, noise, [seed, 14], queries)
    whole = recalls.float_accuracy(memory, states, targets)
    goal = whole - accuracy_loss if recall_accuracy is None else recall_accuracy
    lowerer = recalls.Lowerer(memory)
    tried: dict[Design, Choice] = {}

    def measure(quantizer: str, bits: int, kernel_bits: int, offset_bits: int) -> Choice:
        design = Design(
            quantizer=quantizer,
            bits=bits,
            kernel_bits=kernel_bits,
            kernel_origin=origin,
            offset_bits=offset_bits,
            **PLAIN,
        )
        if design not in tried:
            if progress is not None:
                progress(
                    f"{quantizer}: {bits} weight, {kernel_bits} kernel, {offset_bits} offset bits"
                )
            recalled = recalls.exact_accuracy(lowerer.image(design), states, targets)
            tried[design] = Choice(quantizer, bits, kernel_bits, origin, offset_bits, recalled)
        return tried[design]

    def keeps(choice: Choice) -> bool:
        return choice.recall_accuracy >= goal

    def candidates() -> Iterator[Choice]:
        for bits in range(1, MAX_WEIGHT_BITS + 1):
            for quantizer in quantizers:
                if bits_possible(quantizer, bits):
                    yield measure(quantizer, bits, MAX_KERNEL_BITS, MAX_OFFSET_BITS)

    chosen = next((choice for choice in candidates() if keeps(choice)), None)
    if chosen is not None:
        for kernel_bits in range(MAX_KERNEL_BITS - 1, 0, -1):
            fewer = measure(chosen.quantizer, chosen.bits, kernel_bits, MAX_OFFSET_BITS)
            if not keeps(fewer):
                break
            chosen = fewer
        for offset_bits in range(MAX_OFFSET_BITS - 1, -1, -1):
            fewer = measure(chosen.quantizer, chosen.bits, chosen.kernel_bits, offset_bits)
            if not keeps(fewer):
                break
            chosen = fewer
    closest = max(tried.values(), key=lambda choice: choice.recall_accuracy)
    told = chosen or closest
    warnings = origin_warnings(memory.kernel_table, told.kernel_bits, origin, noise)
    return Advice(chosen, closest, goal, whole, noise, queries, warnings, tuple(tried.values()))
