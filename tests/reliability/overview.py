"""README.md of reports/reliability: all studies side by side, in words and three tables."""

from __future__ import annotations

from collections.abc import Mapping

from hwsim.quantities import in_percent
from hwsim.reliability import REGISTERS, FaultStudy, Point, WorstBit
from hwsim.report import markdown
from hwsim.report.document import Document, Section, Table, Text
from hwsim.report.fault_sections import MIX, lost_words, mix_rows, mix_words, verdict

CODED = {("burst", 1e-3), ("burst", 1e-2)}
FLAGS = ("converged", "miss")
MOST = 0.01  # of the recalls that end elsewhere

LEAD = (
    "Bits of one memory at a time are hit, at rates from 10⁻⁶ to 10⁻¹, and patterns with 10 % of "
    "their bits flipped are recalled; every number is a mean over fault maps, its interval holds "
    "95 % over maps. The command make reliability makes all of "
    "this, make reliability NAME=demo-row one study."
)
RULES = (
    "With the engine's rules hardly a recall reads a weight, so that faulty weights cost little "
    "there, and faulty patterns as much as faulty weights without rules; the studies called "
    "no-rules hit the engine that reads all weights, beside float32 weights at the same rates, raw "
    "and guarded (what is not finite read as 0, the rest clipped)."
)
RECALLS = (
    "The kernel LUT, the memories inside the engine and faults of reads are recalled with by the "
    "specification, a thousand times slower than the fast model: flips there under 100 maps with "
    "one recall each (digits: two), so that their intervals are up to ten "
    "points wide to either side; stuck cells, reads, bursts and writes under 10 maps with two "
    "recalls each, too few for an interval that says more than whole or not."
)
HELD = (
    "Registers that the exact model computes in, under 40 maps with one recall each; they are "
    "flip-flops, which are not voltage-scaled with the memories and have no check bits. "
    "Inverted or stuck: in every value that the register takes; write: each bit of each value "
    "turns over with the rate as it is taken, and stays so until the next one. The worst bit is "
    "that whose inversion in every value costs most, of all bits up to 64, else of 64 drawn; –: "
    "no recall tried uses the register. A wrong flag converged or miss changes no state and has "
    "no line: it is all that an answer says of itself. A wrong kernel sum shifts every field, a "
    "wrong nearest pattern is copied, a wrong smallest distance moves all kernel values; a step "
    "counted wrong ends a recall late or early, and one that T steps do not end counts as not "
    "converged. The Verilog engine does the same, value by value: "
    "reports/verification/faults.md. What upsets of all its flip-flops do, state machines and "
    "pipelines among them, which the model does not know, is in reports/verification/upsets.md."
)
WORST = (
    "Searched among all bits of the words that recalls read where these are few (exhaustive), "
    "else half among those that first steps point to, or in the words read most often (guided), "
    "and half at random (sampled). Where the specification recalls, up to 40 bits of a memory "
    "are tried on 8 recalls, and the worst three measured on as many as flips are. A memory "
    "that none of these recalls reads has no line. Only the words of a memory's ten worst bits "
    "protected: two more copies of them in a small memory of their own, which takes so many "
    "bits and so much energy a recall more. None: no bit tried costs any of the recalls it was "
    "measured on (0 %), though many bits were not tried; of other recalls fewer than 3 in so "
    "many, with 95 % confidence."
)
CODES = (
    "The patterns hit, from which nearly all answers come. SECDED takes many bursts of four "
    "neighbours for no error or another one: four codes whose bits take turns correct each. "
    "Upsets: stored bits that turn over, so many of each in a recall, for a million recalls from "
    "one load to the next, at a recall drawn from these; @T: a pass corrects each word and writes "
    "it back every T recalls. Each point: 2,000 recalls under 40 maps (bursts without check bits: "
    "10,000 under 100). Triplication costs most, and its copies lie so far apart that a burst "
    "meets one of them."
)
LANES = (
    "Faults in lanes past neuron N are taken for harmless here. The Verilog engine reads those "
    "lanes of the pattern memory without a mask: a bit that flips there makes its pattern's "
    "distance longer by 1. Leave these columns out of the memory, or tie them to 0; engines "
    "exported with check bits mask them."
)
RADIUS = (
    "A radius bit that flips downward, or to 0, costs time: the recall goes on without that "
    "shortcut. One that flips upward takes in more states than were proven: a recall whose state "
    "is that near to the pattern ends there at once and says converged, and nothing in the "
    "answer tells. It ends in that stored pattern, whole; it is wrong only where the exact engine "
    "would have gone elsewhere. No recall ends early by a radius that was not read, and a parity "
    "bit beside each radius tells of every single flip."
)


def _borne(study: FaultStudy, place: str, kind: str) -> str:
    """The highest rate up to which recalls end where they do without faults."""
    points = study.curve(place, kind)
    borne = "less"
    for point in points:
        if point.changed.mean > MOST:
            break
        borne = f"{point.rate:g}"
    return borne if points else "–"


def _says_something(section: Section) -> bool:
    """Whether a section has a row, or, without tables, a word."""
    tables = [block for block in section.blocks if isinstance(block, Table)]
    return any(table.rows for table in tables) if tables else bool(section.blocks)


def _radius_rows(studies: Mapping[str, FaultStudy]) -> list[tuple[str, ...]]:
    rows = []
    for name, study in studies.items():
        for point in study.curve("radius", "flip"):
            if point.rate >= 1e-3:
                rows.append((name, f"{point.rate:g}", *_shares(point)))
    return rows


def _shares(point: Point) -> tuple[str, ...]:
    found = point.changed
    return (
        f"{100 * found.mean:.3g} % ({100 * found.low:.3g}–{100 * found.high:.3g})",
        f"{100 * point.silent.mean:.3g} %",
        f"{100 * point.patterns.mean:.4g} %",
    )


def overview(studies: Mapping[str, FaultStudy]) -> str:
    """The page, of studies by name."""
    columns = tuple(studies)
    first = [
        ("N, P, B", *(f"{s.neurons}, {s.patterns}, {s.weight_bits}" for s in studies.values())),
        ("dataflow", *(s.dataflow for s in studies.values())),
        ("rules", *(", ".join(s.rules) or "none" for s in studies.values())),
        (
            "whole patterns without faults",
            *(f"{in_percent(s.clean_patterns)} %" for s in studies.values()),
        ),
        ("recalls a point, most", *(f"{max(p.recalls for p in s.points):,}"
                                     for s in studies.values())),
        ("… fewest", *(f"{min(p.recalls for p in s.points):,}" for s in studies.values())),
    ]  # fmt: skip
    names = [
        name
        for name in dict.fromkeys(
            point.place for study in studies.values() for point in study.points
        )
        if name not in REGISTERS
    ]
    sections = [
        Section("The studies", (Table("What was hit", ("", *columns), tuple(first)),), "studies"),
    ]
    for kind in ("flip", "stuck", "read"):
        rows = tuple(
            (place, *(_borne(study, place, kind) for study in studies.values()))
            for place in names
            if any(study.curve(place, kind) for study in studies.values())
        )
        words = {
            "flip": "cells that give back the other bit",
            "stuck": "cells stuck at 0 or 1",
            "read": "bits that flip while they are read",
        }[kind]
        caption = (
            f"The highest rate up to which at most {100 * MOST:.0f} % of the recalls end in "
            f"another state than without faults: {words}"
        )
        sections.append(
            Section(
                f"What each memory bears: {words}",
                (Table(caption, ("memory", *columns), rows),),
                f"borne-{kind}",
            )
        )
    holographic = [
        Text.of(f"{name}: {verdict(study)}") for name, study in studies.items() if verdict(study)
    ]
    sections += [
        Section("Is the memory holographic?", tuple(holographic), "holographic"),
        Section(
            "What a flipped radius bit does",
            (
                Text.of(RADIUS),
                Table(
                    "Radius memory hit",
                    ("study", "rate", "recalls that end elsewhere", "silent", "whole patterns"),
                    tuple(_radius_rows(studies)),
                ),
            ),
            "radius",
        ),
        Section(
            "The worst single bit of each memory, and what protecting only its like costs",
            (Text.of(WORST), _worst(studies)),
            "worst",
        ),
        Section("What registers bear", (Text.of(HELD), _held(studies)), "registers"),
        Section("Bursts, and upsets that gather", _codes(studies), "codes"),
        Section(
            "The cheapest protection, and the voltage it allows",
            _kept(studies),
            "keep",
        ),
    ]  # fmt: skip
    sections = [each for each in sections if _says_something(each)]
    lead = (Text.of(LEAD), Text.of(RULES), Text.of(RECALLS), Text.of(LANES))
    whole = Document("What flipped bits do to a recall", lead, tuple(sections))
    page = markdown.render(whole, captions=True)
    links = ", ".join(f"[{name}]({name}/report.md)" for name in studies)
    return f"{page}\nEach study whole, with curves, intervals and every point as CSV: {links}.\n"


def _worst(studies: Mapping[str, FaultStudy]) -> Table:
    rows = []
    for name, study in studies.items():
        guards = {each.place: each for each in study.guards}
        for place, guard in guards.items():
            worst = _worst_of(study, place)
            where = f"word {worst.address}, bit {worst.bit}" if worst.lost else "none"
            lost = f"{lost_words(worst)} of {worst.measured:,}"
            price = (str(guard.words), f"{guard.bits:,}", f"{guard.energy_pj:.3g}")
            rows.append((name, place, where, lost, worst.how, *price))
    headers = (
        "study", "memory", "bit", "accuracy lost", "found", "words protected", "bits more",
        "pJ a recall more",
    )  # fmt: skip
    return Table("Flipped alone", headers, tuple(rows))


def _worst_of(study: FaultStudy, place: str) -> WorstBit:
    return max((each for each in study.worst if each.place == place), key=lambda each: each.lost)


def _held(studies: Mapping[str, FaultStudy]) -> Table:
    rows = []
    for name, study in studies.items():
        for place in (each for each in study.memory_bits if each in REGISTERS):
            if place in FLAGS:
                continue
            if not any(each.place == place for each in study.worst):  # no recall uses it
                rows.append((name, place, *["–"] * 6))
                continue
            borne = (_borne(study, place, kind) for kind in ("flip", "stuck", "write"))
            worst = _worst_of(study, place)
            where = f"word {worst.address}, bit {worst.bit}" if worst.lost else "none"
            tried = f"{worst.tried} of {study.memory_bits[place]:,}"
            lost = f"{lost_words(worst)} of {worst.measured:,}"
            rows.append((name, place, *borne, where, lost, tried))
    headers = (
        "study", "register", "inverted", "stuck", "write", "worst bit", "accuracy lost",
        "bits tried",
    )  # fmt: skip
    words = (
        f"The highest rate up to which at most {100 * MOST:.0f} % of the recalls end in another "
        "state than without faults, and the worst bit"
    )
    return Table(words, headers, tuple(rows))


def _kept(studies: Mapping[str, FaultStudy]) -> tuple[Text | Table, ...]:
    """What keeps each study's accuracy, in words and at each rate."""
    words = [
        Text.of(
            f"{name}, {100 * study.mixes[0].least:.3g} % whole patterns with all memories hit at "
            f"once. {mix_words(study)}"
        )
        for name, study in studies.items()
        if study.mixes
    ]
    rows = tuple((name, *row) for name, study in studies.items() for row in mix_rows(study))
    searched = (
        "Chosen from no check bits, SECDED, two and four SECDED codes whose bits take turns, and "
        "three copies. demo-row and paper were not searched."
    )
    return (Text.of(searched), *words, Table("Cheapest at each rate", ("study", *MIX), rows))


def _codes(studies: Mapping[str, FaultStudy]) -> tuple[Text | Table, ...]:
    """Patterns hit by bursts and by upsets, with each code."""
    rows = []
    for name, study in studies.items():
        left = {(each.protection, each.upsets): each.doubles for each in study.scrubs}
        priced = {each.protection: each for each in study.prices if each.place == "patterns"}
        for point in study.points:
            if point.place != "patterns" or point.protection not in priced:
                continue
            if (point.kind, point.rate) in CODED or point.kind == "upset":
                price = priced[point.protection]
                doubles = left.get((point.protection, point.rate))
                rows.append((
                    name, point.kind, f"{point.rate:g}", point.protection,
                    f"{100 * point.patterns.mean:.4g} % "
                    f"({100 * point.patterns.low:.4g}–{100 * point.patterns.high:.4g})",
                    f"{price.bits:,}", f"{price.energy_pj / 1000:.4g}",
                    "–" if doubles is None else f"{doubles:.2g}",
                ))  # fmt: skip
    headers = (
        "study", "kind", "rate", "check bits", "whole patterns", "bits of the memory",
        "nJ a recall of it", "double errors a recall",
    )  # fmt: skip
    return (Text.of(CODES), Table("Patterns hit", headers, tuple(rows))) if rows else ()
