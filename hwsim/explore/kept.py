"""What an image keeps of its float memory, by recalls of both; and, if it loses, what mends it.

One change of the design at a time is tried, then all so far together, on the same queries: the
first that loses no more than `CLOSE` is the reason as well as the remedy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from hwsim.choices import CLOSE, NOISES
from hwsim.codes import bits_possible
from hwsim.config import MAX_KERNEL_BITS, Parameters
from hwsim.cost.baseline import Baseline, Price
from hwsim.cost.comparisons import nearest_patterns
from hwsim.design import PLAIN, Design
from hwsim.explore.choose import reaches, refused
from hwsim.explore.samples import Accuracies, Samples, listed, percents
from hwsim.explore.trials import Bench
from hwsim.hardware.image import Image
from hwsim.hardware.rules import one_at_a_time
from hwsim.measure import recalls
from hwsim.measure.baseline import beside_search
from hwsim.quantities import counted
from hwsim.reference.memory import Memory
from hwsim.reference.metrics import recall_accuracy

# Of a weight: the study finds no operating point that needs more than the first; a memory from
# elsewhere may, and is given the others after it.
ENOUGH_BITS: Final = 4
MORE_BITS: Final = (6, 8)
WIDE_KERNEL: Final = 12


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
class WayOut:
    """The choice of another design.

    Attributes:
        command: that makes it.
        refused: why it finds none, in words; None if it does.
    """

    command: str
    refused: str | None

    @property
    def words(self) -> str:
        """What it gives."""
        return self.refused or f"{self.command} chooses a design that keeps it"


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
        way_out: what choosing another design gives; None where it loses no more than `CLOSE`.
        asked: recall accuracy for which the design was chosen; None where somebody chose it.
    """

    noises: tuple[float, ...]
    queries: int
    float_network: Accuracies
    exact: Accuracies
    nearest: Accuracies
    beside: Baseline
    remedy: Remedy | None = None
    way_out: WayOut | None = None
    asked: float | None = None

    @property
    def lost(self) -> float:
        """The most that the image loses at any noise."""
        return _lost(self.float_network, self.exact)

    @property
    def keeps(self) -> bool:
        """Whether it loses no more than `CLOSE`."""
        return round(self.lost, 9) <= CLOSE

    @property
    def accuracies(self) -> str:
        """What is kept, in one line."""
        told = _accuracies(self.noises, self.queries, self.float_network, self.exact)
        return f"{told}, nearest pattern {listed(self.nearest)}"

    @property
    def words(self) -> str:
        """One line: what is kept and, if it is too little, why and what to do."""
        told = self.accuracies
        if self.way_out is None:
            return told
        lost = f"{told}; {self.lost:.4f} is lost"
        if self.asked is not None:
            return f"{lost}, as --accuracy {self.asked:g} allows: {self.way_out.words}"
        if self.remedy is None:
            return f"{lost}, and no single option mends it: {self.way_out.words}"
        remedy = self.remedy
        auto = f", or {self.way_out.words}" if self.way_out.refused is None else ""
        return f"{lost} by {remedy.why}: {remedy.options} gives {listed(remedy.exact)}{auto}"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self) | {
            "lost": self.lost,
            "keeps": self.keeps,
            "accuracies": self.accuracies,
            "words": self.words,
            "beside": self.beside.to_dict() | {"words": self.beside.line(self.noises[-1])},
        }


def _lost(before: Accuracies, after: Accuracies) -> float:
    return max(a - b for a, b in zip(before, after, strict=True))


def _accuracies(
    noises: tuple[float, ...], queries: int, float_network: Accuracies, exact: Accuracies
) -> str:
    return (
        f"recall accuracy at {percents(noises)} noise ({counted(queries, 'recall')} each): "
        f"float {listed(float_network)}, this image {listed(exact)}"
    )


def told_loss(memory: Memory, image: Image) -> str:
    """How much more than `CLOSE` an image loses, in words of Python; empty if it keeps enough."""
    samples = Samples.of(memory, max_steps=image.parameters.max_steps)
    exact = samples.accuracies(samples.right(image))
    lost = _lost(samples.float_network, exact)
    if round(lost, 9) <= CLOSE:
        return ""
    told = _accuracies(samples.noises, samples.queries, samples.float_network, exact)
    return (
        f"{told}; {lost:.4f} is lost: hwsim.advise(memory) finds bits that keep it; check=False "
        "measures nothing"
    )


def _known(price: Price) -> float:
    """An accuracy that was measured."""
    assert price.accuracy is not None
    return price.accuracy


def measure_kept(
    memory: Memory,
    image: Image,
    design: Design,
    *,
    seed: int = 0,
    noises: Sequence[float] = NOISES,
    asked: float | None = None,
) -> Kept:
    """Recall noisy stored patterns by float network, image and search.

    Args:
        memory: that the image was made from.
        image: whatever its rules, queries in flight and engines, which change no result.
        design: by which it was made.
        seed: of patterns and noise.
        noises: fractions of spins flipped.
        asked: recall accuracy at the last noise for which `hwsim export --auto` chose the design,
            whose choices nobody typed, so that no option of them is a remedy.
    """
    samples = Samples.of(memory, noises, max_steps=image.parameters.max_steps, seed=seed)
    beside = beside_search(image, *samples.drawn[-1])  # recalls and searches
    single, others = one_at_a_time(image), samples.drawn[:-1]
    first = [recalls.exact_accuracy(single, q, t) for q, t in others]
    nearest = [recall_accuracy(nearest_patterns(image.patterns, q), t) for q, t in others]
    kept = Kept(
        samples.noises,
        samples.queries,
        samples.float_network,
        (*first, _known(beside.engine)),
        (*nearest, _known(beside.search)),
        beside,
    )
    if kept.keeps:
        return kept
    remedy = None if asked is not None else _remedy(memory, design, samples)
    return replace(kept, remedy=remedy, asked=asked, way_out=_way_out(memory, design, samples))


def _way_out(memory: Memory, design: Design, samples: Samples) -> WayOut:
    """What `hwsim export --auto` does when it is asked to keep what was lost."""
    goal = max(0.0, math.ceil(round(1e4 * (samples.float_network[-1] - CLOSE), 3)) / 1e4)
    command = f"hwsim export --auto --accuracy {goal:.4f}"
    if samples.noises != NOISES:
        command += f" --noise {','.join(f'{noise:g}' for noise in samples.noises)}"
    if design.most_steps != Parameters.max_steps:
        command += f" --max-steps {design.most_steps}"
    today = Design(**PLAIN, max_steps=design.max_steps)
    bench = Bench(memory, samples, samples.allowed(goal))
    return WayOut(command, None if reaches(bench, today) else refused(bench))


def _remedy(memory: Memory, design: Design, samples: Samples) -> Remedy | None:
    """The first change that mends the design, measured."""
    lowerer = recalls.Lowerer(memory)
    plain = replace(design, **PLAIN)
    allowed = samples.allowed(None)
    for changes, why in _changes(design, memory.gamma is not None):
        mended = lowerer.image(replace(plain, **changes))
        right = samples.right(mended)
        if samples.keeps(right, allowed):
            if "offset_frac_bits" in changes:
                changes["offset_frac_bits"] = mended.parameters.offset_frac_bits
            return Remedy(changes, why, samples.accuracies(right))
    return None


def _enumerated(reasons: Sequence[str]) -> str:
    """One, or "this, this and that"."""
    *first, last = reasons
    return f"{', '.join(first)} and {last}" if first else last


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
            yield dict(together), _enumerated(reasons)
    if design.plane_weights is not None:
        return
    fine = (bits for bits in MORE_BITS if bits > design.bits)
    for bits in (*range(design.bits + 1, ENOUGH_BITS + 1), *fine):
        why = f"its {design.bits}-bit weights"
        if bits_possible(design.quantizer, bits):
            yield {"bits": bits}, why
        if single:
            yield {"bits": bits} | together, _enumerated([why, *reasons])
