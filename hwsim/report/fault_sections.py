"""Of a page on faults: the verdict on holograms, the worst bits, the cheapest protection."""

from __future__ import annotations

from typing import Final

from hwsim.quantities import in_percent
from hwsim.reliability import FaultStudy
from hwsim.reliability.result import Mix, Point, WorstBit
from hwsim.report.document import Section, Table, Text

WORST: Final = (
    "memory", "word", "bit", "recalls changed", "bits wrong", "accuracy lost", "of recalls",
    "bits tried", "found",
)  # fmt: skip
GUARD: Final = ("memory", "words", "of all words", "bits more", "pJ a recall more")
MIX: Final = (
    "rate p", "protection", "whole patterns", "95 %", "bits", "nJ a recall", "voltage",
    "nJ a recall there",
)  # fmt: skip
SPREAD: Final = ("memory", "rate p", "bits right", "95 %", "1 - p", "bits lost, per faulty bit")
LARGE: Final = 1e-3  # rates below which 1 - p is told from 1 by no interval
JUDGED: Final = 1e-2  # the rate of which the verdict speaks, or the one nearest to it


def _store(study: FaultStudy) -> str:
    """What answers come from: with rules, patterns that are copied; weights are hardly read."""
    return "patterns" if study.rules else "weights"


def spread_points(study: FaultStudy) -> list[Point]:
    """With what answers come from hit by flips, at rates that can be told from none."""
    return [
        point
        for point in study.points
        if point.kind == "flip" and point.place.startswith(_store(study)) and point.rate >= LARGE
    ]


def lost_per_fault(study: FaultStudy, point: Point) -> float:
    """Bits of the answer that a faulty bit costs: the share of bits lost by p."""
    return (study.clean_bits - point.bits.mean) / point.rate


def verdict(study: FaultStudy) -> str:
    """Whether the memory is holographic, in words; empty where no weight was hit."""
    store = _store(study)
    points = [point for point in spread_points(study) if point.place == store]
    if not points:
        return ""
    point = min(points, key=lambda each: (abs(each.rate - JUDGED), each.label))
    cost = lost_per_fault(study, point)
    if cost >= 0.5:
        answer = f"No: an error in the {store} stays an error in the answer."
    elif cost >= 0.1:
        answer = f"Hardly: part of the errors in the {store} is made up for."
    else:
        answer = f"Yes, at this rate: nearly all errors in the {store} are made up for."
    found = point.bits
    return (
        f"{answer} With {in_percent(point.rate)} % of all bits of the {store} wrong, "
        f"{found.mean:.5f} of the bits of a state come back right (95 %: {found.low:.5f} to "
        f"{found.high:.5f}), beside "
        f"{study.clean_bits:.5f} without faults and 1 - p = {1 - point.rate:.5f}. A share p of "
        f"faulty bits costs {cost:.2f} p of the answer's bits, and "
        f"{100 * point.patterns.mean:.3g} % of the patterns come back whole, "
        f"{100 * study.clean_patterns:.3g} % without faults."
    )


def spread_rows(study: FaultStudy) -> tuple[tuple[str, ...], ...]:
    """Bits right with weights hit, beside 1 - p."""
    return tuple(
        (
            point.label,
            f"{point.rate:g}",
            f"{point.bits.mean:.5f}",
            f"{point.bits.low:.5f}–{point.bits.high:.5f}",
            f"{1 - point.rate:.5f}",
            f"{lost_per_fault(study, point):.2f}",
        )
        for point in spread_points(study)
    )


def holographic_section(study: FaultStudy) -> Section:
    """Bits right beside 1 - p, and what that says."""
    explained = (
        "A hologram gives back the whole from most of its parts: bits right would stay far above "
        "1 - p. Where they follow 1 - p, each faulty bit costs its own neuron, and nothing makes "
        "up for it: near a stored pattern that pattern's own weights decide every sign, and of "
        "these the plane with the largest weight. Errors in the other planes alone change none."
    )
    if study.rules:
        explained = (
            "With these rules hardly a recall reads a weight: it ends in a stored pattern, which "
            "is copied as it is read, its faulty bits with it. Where so many are faulty that the "
            "rules copy fewer patterns, sound weights decide again. What faulty weights do by "
            "themselves the engine without rules shows."
        )
    return Section(
        "Is the memory holographic?",
        (
            Text.of(verdict(study) or explained),
            *((Text.of(explained),) if verdict(study) else ()),
            Table(
                f"Bits right where {_store(study)} are hit, beside 1 - p",
                SPREAD,
                spread_rows(study),
            ),
        ),
        "holographic",
    )


def worst_rows(study: FaultStudy, most: int) -> list[list[str]]:
    """The worst bits of each memory."""
    rows, seen = [], dict.fromkeys((each.place for each in study.worst), 0)
    for each in study.worst:
        seen[each.place] += 1
        if seen[each.place] > most:
            continue
        rows.append(
            [
                each.place,
                str(each.address),
                str(each.bit),
                f"{each.changed} of {each.recalls}",
                str(each.wrong),
                lost_words(each),
                f"{each.measured:,}",
                f"{each.tried:,} of {each.of:,}",
                each.how,
            ]
        )
    return rows


def lost_words(worst: WorstBit) -> str:
    """Recall accuracy that a bit costs, with its interval where it has width."""
    if not worst.measured:
        return "–"
    words = f"{100 * worst.lost:.3g} %"
    if worst.lost_high > worst.lost_low:
        words += f" ({100 * worst.lost_low:.3g}–{100 * worst.lost_high:.3g})"
    return words


def guard_rows(study: FaultStudy) -> list[list[str]]:
    """What protecting the worst bits alone costs."""
    return [
        [
            each.place,
            str(each.words),
            f"{100 * each.share:.3g} %",
            f"{each.bits:,}",
            f"{each.energy_pj:.3g}",
        ]
        for each in study.guards
    ]


def worst_section(study: FaultStudy) -> Section:
    """Single bits, ranked, and what guarding them costs."""
    words = (
        "Each bit flipped alone. Exhaustive: every bit of every word that a recall tried reads; no "
        "other can matter to these recalls, which are what they are without the fault. Guided: "
        "half of the bits tried are those that the first steps of the recalls point to, as weight "
        "bits whose flip turns the sign of a field, or in the words read most often; "
        "sampled: at random, each bit of a word as often. Where the specification recalls, only "
        "the worst three are measured on all recalls. Accuracy lost: patterns that come back "
        "whole without the fault less those with it, with a 95 % interval over recalls. A memory "
        "that no recall reads has no worst bit. Of a register a bit is inverted in every value."
    )
    price = (
        "Two more copies of the words that hold the ten worst bits, in a memory of their own, of "
        "which two decide; finding out which words have copies is not priced."
    )
    guards = Table("Protecting only those", GUARD, tuple(map(tuple, guard_rows(study))))
    return Section(
        "Worst single bits",
        (
            Text.of(words),
            Table("The five worst of each memory", WORST, tuple(map(tuple, worst_rows(study, 5)))),
            *((Text.of(price), guards) if guards.rows else ()),
        ),
        "worst",
    )


def mix_rows(study: FaultStudy) -> list[list[str]]:
    """The cheapest protection at each rate."""
    return [
        [
            f"{mix.rate:g}",
            _protections(mix),
            f"{100 * mix.accuracy.mean:.4g} %" + ("" if mix.held else ", too few"),
            f"{100 * mix.accuracy.low:.4g}–{100 * mix.accuracy.high:.4g}",
            f"{mix.bits:,}",
            f"{mix.energy_pj / 1000:.4g}",
            "nominal" if mix.voltage is None else f"{mix.voltage:g} {mix.unit}",
            f"{mix.lowered_pj / 1000:.4g}",
        ]
        for mix in study.mixes
    ]


def _protections(mix: Mix) -> str:
    named: dict[str, list[str]] = {}
    for place, protection in mix.protections.items():
        if protection != "none":
            named.setdefault(protection, []).append(place)
    return "; ".join(f"{name}: {', '.join(places)}" for name, places in named.items()) or "none"


def mix_words(study: FaultStudy) -> str:
    """What the mixes say, in a sentence or two."""
    bare = study.mixes[0].bare_pj
    start = f"Without protection and at the nominal voltage: {bare / 1000:.4g} nJ a recall."
    held = [mix for mix in study.mixes if mix.held and mix.voltage is not None]
    if not held:
        return f"{start} No rate that was asked for allows less voltage."
    best = min(held, key=lambda each: each.lowered_pj)
    change = best.lowered_pj / bare
    return (
        f"{start} Least energy: {best.lowered_pj / 1000:.4g} nJ ({100 * change:.3g} % of that) at "
        f"{best.voltage:g} {best.unit}, with at most {best.rate:g} bit errors a bit; protection: "
        f"{_protections(best)}."
    )


def _options(mix: Mix) -> str:
    """What a mix was chosen from, and which upsets gathered."""
    words = {"none": "no check bits", "secded": "SECDED", "triple": "three copies"}
    found = ", ".join(words.get(name, name) for name in mix.options)
    if mix.upsets:
        found += f", with {mix.upsets:g} upsets a bit and recall at a recall of {mix.life:,}"
    return found


def mix_section(study: FaultStudy) -> Section:
    """The cheapest protection that keeps an accuracy, and the voltage it allows."""
    least = study.mixes[0].least
    how = (
        "All memories hit at once, by flips. Each memory's loss alone is measured with "
        f"{_options(study.mixes[0])}; of the mixes whose losses add up to little enough "
        "the one of least energy is measured with all memories hit. Parity is in none: it tells "
        "of errors and corrects none. Voltage: the lowest of the measurement "
        f"{study.mixes[0].curve} with at most so many errors; the energy of accesses falls with "
        "its square, check bits and passes included; that of checking does not. Leakage, level "
        "shifters and the slower memory are not priced."
    )
    title = f"Cheapest protection that keeps {in_percent(least)} %"
    table = Table(title, MIX, tuple(map(tuple, mix_rows(study))))
    return Section(title, (Text.of(mix_words(study)), Text.of(how), table), "keep")
