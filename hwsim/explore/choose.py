"""The design that recalls well enough and takes least memory, energy or cycles: all measured.

First the precisions that keep the accuracy at every noise, in every draw of queries, from 1 weight
bit up. Then dataflow, rules, coarse words and, where they are free, lanes and queries in flight,
one after the other from the best so far. What the default design takes, and that without rules, is
measured too, so nothing worse than either is chosen. For a device the best are synthesized, until
one fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count, groupby, product
from typing import Any, Final

from hwsim.choices import DEVICES, NOISES
from hwsim.codes import bits_possible
from hwsim.config import DATAFLOWS, MAX_WEIGHT_BITS, PARALLEL_CHOICES
from hwsim.cost.nearest_search import coarse_choices
from hwsim.cost.savings import Spending
from hwsim.design import PLAIN, Design
from hwsim.errors import InputError
from hwsim.explore.devices import check_tools, synthesized
from hwsim.explore.samples import Accuracies, Samples, listed, percents
from hwsim.explore.trials import Bench, Progress, Trial
from hwsim.hardware.image import Image
from hwsim.quantities import counted
from hwsim.reference.memory import Memory
from hwsim.show import Shown, size
from hwsim.suggest import check_choice
from hwsim.synth.result import Synthesis

LEAST: Final = ("energy", "memory", "cycles")
QUANTIZERS: Final = ("sign-zero", "minmax", "neuron-mse", "kmeans", "percentile")  # best first
# Kernel and offset bits to start from; the last if need be. With 1 kernel bit patterns near the
# nearest count alone and alike: some memories recall better so, and for less.
WIDTHS: Final = (((8, 8), (1, 8)), ((16, 16),))
LANES: Final = (32, 64, 128, 256)
FEW_LANES: Final = (8, 16)  # besides, where a device may be too small
PRECISIONS: Final = 4  # that go on to dataflow and rules
MARGIN: Final = 0.03  # what is this close to the least counts as such, and another merit decides
RULES: Final[Mapping[str, Any]] = {"stop": True, "winner": True, "radius": True}


@dataclass(frozen=True, repr=False)
class Automatic(Shown):
    """A design found by measuring.

    Attributes:
        chosen: it.
        today: the default design, whatever it recalls.
        least: what was to be least.
        asked: recall accuracy at the last noise; None for the float network's, less `CLOSE`.
        goal: recall accuracy to be kept, at each noise.
        float_recall_accuracy: of the float network on the same queries.
        noise: fractions of flipped spins in the queries, ascending.
        queries: how many at each.
        tried: every design whose cost was measured, in order.
        synthesis: of the chosen one, on the device asked for; None where none was.
        too_large: how many better ones did not fit that device.
    """

    chosen: Trial
    today: Trial
    least: str
    asked: float | None
    goal: Accuracies
    float_recall_accuracy: Accuracies
    noise: tuple[float, ...]
    queries: int
    tried: tuple[Trial, ...]
    synthesis: Synthesis | None = None
    too_large: int = 0

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self) | {
            "chosen": self.chosen.to_dict(),
            "today": self.today.to_dict(),
            "tried": [trial.to_dict() for trial in self.tried],
            "synthesis": self._synthesis,
            "why": self.why,
        }

    @property
    def _synthesis(self) -> dict[str, Any] | None:
        if self.synthesis is None:
            return None
        made = self.synthesis.to_dict()
        del made["image_sha256"]  # of files that nobody has: what is exported has its own origin
        return made

    @property
    def why(self) -> str:
        """What was chosen and why, in one line."""
        design, today = self.chosen.design, self.today
        rules = [name for name in RULES if getattr(design, name)]
        if design.coarse_words:
            rules.append(f"abandon with {counted(design.coarse_words, 'coarse word')}")
        told = f"rules {', '.join(rules)}" if rules else "no rules"
        offsets = f", {counted(design.offset_bits, 'offset bit')}" if design.offset_bits else ""
        slots = design.queries_in_flight
        flight = f"{slots} queries in flight, " if slots > 1 else ""
        words = (
            f"{design.dataflow} dataflow, {_weights(self.chosen)}{offsets}, "
            f"{counted(design.kernel_bits, 'kernel bit')}, {design.lanes} lanes, "
            f"{flight}{told}"
        )
        return (
            f"least {self.least} at recall accuracy {listed(self.goal)} or better "
            f"({percents(self.noise)} noise, {self.queries} queries): {words}: "
            f"{_told(self.chosen)}; the "
            f"default design: {_told(today)}; {len(self.tried)} designs measured{self._on_device}"
        )

    @property
    def _on_device(self) -> str:
        """What a device takes of it, in words."""
        made = self.synthesis
        if made is None:
            return ""
        cells = f"{made.cells['luts']:,} LUTs, {counted(made.cells['block_rams'], 'block RAM')}"
        smaller = (
            f"; {counted(self.too_large, 'better design')} did not fit" if self.too_large else ""
        )
        return (
            f"; on {made.target}: {cells}, {made.clock_mhz:.1f} MHz, "
            f"{made.recalls_per_second:,.0f} recalls/s{smaller}"
        )

    def _shown(self) -> Mapping[str, object]:
        return {"design": self.chosen.design, "why": self.why}


def _weights(trial: Trial) -> str:
    """What weights a design has, and how many of their planes no memory of their own holds."""
    design = trial.design
    words = f"{design.bits}-bit weights by {design.quantizer}"
    if trial.weight_planes == 0:
        return f"{words}, which are the patterns and take no memory of their own"
    shared = design.bits - trial.weight_planes
    planes = f"{shared} of {design.bits} planes" if shared else ""
    return f"{words}, {planes} of which are the patterns" if shared else words


def _told(trial: Trial) -> str:
    spent = trial.spending
    return (
        f"{size(spent.footprint_bits)}, {spent.energy_pj / 1000:,.4g} nJ and "
        f"{float(spent.cycles):,.0f} cycles a recall, accuracy {listed(trial.recall_accuracy)}"
    )


def merit(spent: Spending, least: str) -> float:
    """The quantity that is to be least."""
    return float(
        {
            "memory": spent.footprint_bits,
            "energy": spent.energy_pj,
            "cycles": spent.cycles,
        }[least]
    )


def best(trials: Iterable[Trial], least: str) -> Trial:
    """The one with least of it; of those about as good, by energy, or by memory for energy."""
    given = list(trials)
    limit = min(merit(trial.spending, least) for trial in given) * (1 + MARGIN)
    second = "memory" if least == "energy" else "energy"
    close = [trial for trial in given if merit(trial.spending, least) <= limit]
    return min(close, key=lambda trial: merit(trial.spending, second))


def choose(
    memory: Memory,
    *,
    recall_accuracy: float | None = None,
    least: str = LEAST[0],
    lanes: int | None = None,
    queries_in_flight: int | None = None,
    device: str | None = None,
    base: Design | None = None,
    noise: Sequence[float] = NOISES,
    queries: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Automatic:
    """Find the design of a memory that recalls well enough and takes least of something.

    Args:
        memory: the float memory.
        recall_accuracy: bits right at the end that a design must reach at the last noise, and to
            lose as much as that against the float network at the others; None for the float
            network's less `hwsim.choices.CLOSE` everywhere.
        least: `energy`, `memory` or `cycles`.
        lanes: L, where it is given.
        queries_in_flight: Q, where it is given.
        device: one of `hwsim synth`'s, that the design must fit. The best one is synthesized for
            it, then the next best, until one does; a clock decides nothing, and is told.
        base: gives kernel origin, most steps and the seed of offsets.
        noise: fractions of flipped spins in the queries.
        queries: recalls of every measurement at each noise; None for what a second or so allows,
            in several draws, of which the design must keep each.
        seed: of the queries.
        progress: called with what is being tried.

    Raises:
        InputError: a number is outside its range, or no design reaches the accuracy or fits.
        ToolError: what the device's synthesis takes is missing.
    """
    memory.check_recalls_states()
    check_choice("least", least, LEAST)
    if device is not None:
        check_choice("device", device, DEVICES)
        check_tools([device])
    if recall_accuracy is not None and not 0 <= recall_accuracy <= 1:
        raise InputError(f"accuracy is {recall_accuracy}; it must be from 0 to 1")
    plain = replace(base or Design(), **PLAIN, lanes=lanes or Design.lanes)
    simple = replace(plain, bits=Design.bits, quantizer=Design.quantizer, plane_weights=None)
    today = replace(simple, **{name: getattr(Design, name) for name in PLAIN})
    samples = Samples.of(memory, noise, max_steps=plain.most_steps, queries=queries, seed=seed)
    allowed = samples.allowed(recall_accuracy)
    bench = Bench(memory, samples, allowed, progress)
    if not reaches(bench, simple):
        raise InputError(f"{refused(bench)}; ask for less, or store fewer patterns")
    kept = [bench.measure(each) for each in (today, simple) if bench.keeps(each)]
    precisions = _precisions(bench, simple)
    flights = PARALLEL_CHOICES if queries_in_flight is None else (queries_in_flight,)
    widths = () if lanes else LANES if device is None else (*FEW_LANES, *LANES)
    firsts: list[Trial] = []
    for precision in precisions:
        tries = [
            bench.measure(replace(precision, **RULES, dataflow=dataflow, coarse_words=coarse))
            for dataflow in DATAFLOWS
            for coarse in (0, 1)
        ]
        kept += tries
        firsts.append(best(tries, least))
    if firsts:
        kept += _refined(bench, best(firsts, least), least, widths)
    if kept:
        found = best(kept, least).design
        kept += [bench.measure(replace(found, queries_in_flight=slots)) for slots in flights]
    if queries_in_flight is not None:
        kept = [trial for trial in kept if trial.design.queries_in_flight == queries_in_flight]
    chosen, made, too_large = best(kept, least), None, 0
    if device is not None:
        chosen, made, too_large = _fitting(bench, kept, least, device, progress)
    return Automatic(
        chosen,
        bench.measure(today),
        least,
        recall_accuracy,
        samples.goal(allowed),
        samples.float_network,
        samples.noises,
        samples.queries,
        tuple(bench.trials.values()),
        made,
        too_large,
    )


def _fitting(
    bench: Bench, trials: Iterable[Trial], least: str, device: str, progress: Progress | None
) -> tuple[Trial, Synthesis, int]:
    """The best that fits a device, its synthesis, and how many better ones do not."""
    left = {trial.design: trial for trial in trials}
    for too_large in count():
        trial = best(left.values(), least)
        if progress is not None:
            progress(f"synthesis for {device}, {counted(too_large, 'design')} too large")
        made = synthesized(bench.ruled(trial.design), device)
        if made.fits:
            return trial, made, too_large
        del left[trial.design]
        if not left:
            raise InputError(
                f"device is {device}, but of {counted(too_large + 1, 'design')} that "
                f"{'reaches' if not too_large else 'reach'} the accuracy none fits; the last: "
                f"{made.reason}; take a larger device, fewer patterns, or ask for less accuracy"
            )
    raise AssertionError


def reaches(bench: Bench, today: Design) -> bool:
    """Whether any design keeps the goal."""
    return bench.keeps(today) or any(True for _ in holding(bench, today))


def refused(bench: Bench) -> str:
    """That none of the designs measured keeps the goal, and which comes closest, in words."""
    samples = bench.samples
    closest, reached = bench.closest
    each = f" in each of {samples.draws} draws" if samples.draws > 1 else ""
    return (
        f"no design reaches recall accuracy {listed(samples.goal(bench.allowed))} at "
        f"{percents(samples.noises)} noise{each}; the closest, {closest.bits} bits by "
        f"{closest.quantizer}, reaches {listed(reached)}"
    )


def holding(bench: Bench, start: Design) -> Iterator[Design]:
    """Precisions with many kernel and offset bits that keep the goal, fewest weight bits first."""
    every = range(1, MAX_WEIGHT_BITS + 1)
    for widths, bits in product(WIDTHS, every):
        images: list[Image] = []
        quantizers = [name for name in QUANTIZERS if bits_possible(name, bits)]
        for quantizer, (kernel_bits, offset_bits) in product(quantizers, widths):
            widest = replace(
                start,
                bits=bits,
                quantizer=quantizer,
                kernel_bits=kernel_bits,
                offset_bits=offset_bits,
            )
            image = bench.image(widest)
            if image in images:  # often so at 1 bit
                continue
            images.append(image)
            if bench.keeps(widest):
                yield widest


def _precisions(bench: Bench, start: Design) -> list[Design]:
    """Precisions that keep the goal, at the fewest weight bits at which any does."""
    found: list[Design] = []
    for _, group in groupby(holding(bench, start), lambda each: each.bits):
        for widest in group:
            found += dict.fromkeys((_narrowed(bench, widest), widest))
            if len(found) >= PRECISIONS:
                break
        break
    return found[:PRECISIONS]


def _narrowed(bench: Bench, widest: Design) -> Design:
    """The fewest kernel bits, then the fewest offset bits, that keep the goal."""
    return bench.narrowed(bench.narrowed(widest, "kernel_bits", 1), "offset_bits", 1)


def _refined(bench: Bench, start: Trial, least: str, widths: Sequence[int]) -> list[Trial]:
    """From a good design on: coarse words, then rules left out, then lanes."""
    found = [start]

    def try_all(designs: Iterable[Design]) -> None:
        found.extend([bench.measure(design) for design in designs])

    design = start.design
    words = bench.image(design).parameters.words
    try_all(replace(design, coarse_words=coarse) for coarse in (0, *coarse_choices(words), words))
    design = best(found, least).design
    try_all(
        replace(design, stop=stop, radius=radius, winner=winner)
        for stop, radius in ((False, False), (True, False))
        for winner in (False, True)
    )
    try_all(replace(design, **{**PLAIN, "dataflow": flow}) for flow in DATAFLOWS)
    design = best(found, least).design
    for lanes in widths:
        sized = replace(design, lanes=lanes)
        words = bench.image(sized).parameters.words
        coarse = {0, 1, min(design.coarse_words, words)}
        try_all(replace(sized, coarse_words=each) for each in sorted(coarse))
    return found
