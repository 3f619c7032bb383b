"""What an image keeps of its float memory, by recalls of both; and, if it loses, what mends it.

One change of the design at a time is tried, then all so far together, on the same queries: the
first that loses no more than `CLOSE` is the reason as well as the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from hwsim.choices import CLOSE
from hwsim.codes import bits_possible
from hwsim.config import MAX_KERNEL_BITS
from hwsim.cost.baseline import Baseline, Price
from hwsim.cost.comparisons import nearest_patterns
from hwsim.design import PLAIN, Design
from hwsim.hardware.image import Image
from hwsim.hardware.rules import one_at_a_time
from hwsim.measure import recalls
from hwsim.measure.baseline import beside_search
from hwsim.reference.memory import Memory
from hwsim.reference.metrics import recall_accuracy
from hwsim.spins import SpinArray

NOISES: Final = (0.1, 0.2)
QUERIES: Final = 200  # at each noise
PRODUCTS: Final = 6 * 10**8  # of a spin and a weight at most: a second at N = 1000, P = 3000
LEAST_QUERIES: Final = 20
# Of a weight: the study finds no operating point that needs more than the first; a memory from
# elsewhere may, and is given the others after it.
ENOUGH_BITS: Final = 4
MORE_BITS: Final = (6, 8)
WIDE_KERNEL: Final = 12

Accuracies = tuple[float, ...]
Sample = tuple[SpinArray, SpinArray]  # queries, and what each should come back as


@dataclass(frozen=True)
class Remedy:
    """A change of the design that mends it.

    Attributes:
        changes: choices by name.
        why: what of the design lost the accuracy, in words.
        exact: recall accuracy with the changes, at each noise.
    """

    changes: Mapping[str, Any]
    why: str
    exact: Accuracies

    @property
    def options(self) -> str:
        """The changes as they are typed."""
        return " ".join(
            f"--{name.replace('_', '-')} {value}" for name, value in self.changes.items()
        )


@dataclass(frozen=True)
class Kept:
    """Recall accuracies on the same queries, at each noise.

    Attributes:
        noises: fractions of spins flipped.
        queries: recalls at each.
        float_network: of the memory.
        exact: of the image.
        nearest: of the search for the nearest pattern, which needs no weights.
        beside: what the engine and that search take, at the last noise.
        remedy: what mends the image; None where it loses no more than `CLOSE`, or nothing tried
            mends it.
    """

    noises: tuple[float, ...]
    queries: int
    float_network: Accuracies
    exact: Accuracies
    nearest: Accuracies
    beside: Baseline
    remedy: Remedy | None = None

    @property
    def lost(self) -> float:
        """The most that the image loses at any noise."""
        return _lost(self.float_network, self.exact)

    @property
    def keeps(self) -> bool:
        """Whether it loses no more than `CLOSE`."""
        return self.lost <= CLOSE

    @property
    def accuracies(self) -> str:
        """What is kept, in one line."""
        return (
            f"recall accuracy at {_percents(self.noises)} noise ({self.queries} recalls each): "
            f"float {_listed(self.float_network)}, this image {_listed(self.exact)}, "
            f"nearest pattern {_listed(self.nearest)}"
        )

    @property
    def words(self) -> str:
        """One line: what is kept and, if it is too little, why and what to do."""
        told = self.accuracies
        if self.keeps:
            return told
        goal = max(0.0, self.float_network[-1] - CLOSE)
        auto = f"hwsim export --auto --accuracy {goal:.4f}"
        if self.remedy is None:
            return f"{told}; {self.lost:.4f} is lost, and no single option mends it: try {auto}"
        remedy = self.remedy
        return (
            f"{told}; {self.lost:.4f} is lost by {remedy.why}: {remedy.options} gives "
            f"{_listed(remedy.exact)}, or {auto} chooses"
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self) | {
            "lost": self.lost,
            "keeps": self.keeps,
            "accuracies": self.accuracies,
            "words": self.words,
            "beside": self.beside.to_dict(),
        }


def _listed(values: Accuracies) -> str:
    return " and ".join(f"{value:.4f}" for value in values)


def _percents(noises: tuple[float, ...]) -> str:
    return " and ".join(f"{100 * noise:g}" for noise in noises) + " %"


def _lost(before: Accuracies, after: Accuracies) -> float:
    return max(a - b for a, b in zip(before, after, strict=True))


def _known(price: Price) -> float:
    """An accuracy that was measured."""
    assert price.accuracy is not None
    return price.accuracy


def measure_kept(memory: Memory, image: Image, design: Design, seed: int = 0) -> Kept:
    """Recall noisy stored patterns by float network, image and search.

    Args:
        memory: that the image was made from.
        image: whatever its rules, queries in flight and engines, which change no result.
        design: by which it was made.
        seed: of patterns and noise.
    """
    size = memory.neurons * memory.stored * len(NOISES)
    count = min(QUERIES, max(LEAST_QUERIES, PRODUCTS // size))
    samples = [
        recalls.noisy(memory.patterns, noise, [seed, 22, index], count)
        for index, noise in enumerate(NOISES)
    ]
    most = image.parameters.max_steps
    whole = tuple(recalls.float_accuracy(memory, q, t, most) for q, t in samples)
    beside = beside_search(image, *samples[-1])  # which recalls and searches at the last noise

    def exact(of: Image, drawn: Sequence[Sample]) -> Accuracies:
        return tuple(recalls.exact_accuracy(of, q, t) for q, t in drawn)

    first = exact(one_at_a_time(image), samples[:-1])
    nearest = [recall_accuracy(nearest_patterns(image.patterns, q), t) for q, t in samples[:-1]]
    kept = Kept(
        NOISES,
        count,
        whole,
        (*first, _known(beside.engine)),
        (*nearest, _known(beside.search)),
        beside,
    )
    if kept.keeps:
        return kept
    lowerer = recalls.Lowerer(memory)
    plain = replace(design, **PLAIN)
    for changes, why in _changes(design, memory.gamma is not None):
        mended = lowerer.image(replace(plain, **changes))
        found = exact(mended, samples)
        if _lost(whole, found) <= CLOSE:
            if "offset_frac_bits" in changes:
                changes["offset_frac_bits"] = mended.parameters.offset_frac_bits
            return replace(kept, remedy=Remedy(changes, why, found))
    return kept


def _changes(design: Design, gaussian: bool) -> Iterator[tuple[dict[str, Any], str]]:
    """Each single change that may mend a design, then those so far together, then more bits."""
    single: list[tuple[dict[str, Any], str]] = []
    if design.offset_bits < Design.offset_bits or design.offset_source != Design.offset_source:
        offsets: dict[str, Any] = {"offset_bits": max(Design.offset_bits, design.offset_bits)}
        if design.offset_source != Design.offset_source:
            offsets["offset_source"] = Design.offset_source
        words = f"its {design.offset_bits}-bit offsets" if design.offset_bits else "want of offsets"
        single.append((offsets, words))
    if design.offset_frac_bits is not None:
        words = f"its {design.offset_frac_bits} bits of an offset's fraction"
        single.append(({"offset_frac_bits": None}, words))  # as many as fit
    if design.quantizer != Design.quantizer and design.plane_weights is None:
        single.append(({"quantizer": Design.quantizer}, f"the quantizer {design.quantizer}"))
    if design.kernel_bits < WIDE_KERNEL:
        single.append(({"kernel_bits": WIDE_KERNEL}, f"its {design.kernel_bits} kernel bits"))
    if design.kernel_origin == "absolute" and gaussian:
        single.append(({"kernel_origin": "nearest"}, "the absolute origin of its kernel"))
        if design.kernel_bits < MAX_KERNEL_BITS:
            wide = {"kernel_bits": MAX_KERNEL_BITS}
            single.append((wide, f"its {design.kernel_bits} kernel bits"))
    yield from single
    together: dict[str, Any] = {}
    reasons: list[str] = []
    for changes, why in single:
        together |= changes
        reasons.append(why)
        if len(reasons) > 1:
            yield dict(together), " and ".join(reasons)
    if design.plane_weights is not None:
        return
    fine = (bits for bits in MORE_BITS if bits > design.bits)
    for bits in (*range(design.bits + 1, ENOUGH_BITS + 1), *fine):
        why = f"its {design.bits}-bit weights"
        if bits_possible(design.quantizer, bits):
            yield {"bits": bits}, why
        whole = {"bits": bits, "quantizer": Design.quantizer} | together
        yield whole, " and ".join([why, *reasons])
