"""README.md of reports/reliability: all studies side by side, in words and three tables."""

from __future__ import annotations

from collections.abc import Mapping

from hwsim.quantities import in_percent
from hwsim.reliability import FaultStudy, Point
from hwsim.report import markdown
from hwsim.report.document import Document, Section, Table, Text
from hwsim.report.fault_sections import mix_words, verdict

KEPT = 0.99  # of the patterns that come back whole without faults

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
    "and guarded (what is not finite read as 0, the rest clipped). A memory's worst bit is "
    "searched among all bits of the words that recalls read where these are few (exhaustive), "
    "else among those that first steps point to (guided) and at random (sampled), on 20 to 30 "
    "recalls; where the specification recalls, 40 bits of a memory are tried."
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
    """The highest rate up to which a memory keeps its patterns."""
    points = study.curve(place, kind)
    least = KEPT * study.clean_patterns
    borne = "less"
    for point in points:
        if point.patterns.mean < least:
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
    names = dict.fromkeys(point.place for study in studies.values() for point in study.points)
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
            f"The highest rate up to which at least {100 * KEPT:.0f} % of the patterns that come "
            f"back whole without faults still do: {words}"
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
        Section("The worst single bit of each memory", (_worst(studies),), "worst"),
        Section(
            "The cheapest protection, and the voltage it allows",
            tuple(
                Text.of(f"{name}, {100 * study.mixes[0].least:.3g} % whole patterns with "
                        f"all memories hit at once. {mix_words(study)}")
                for name, study in studies.items()
                if study.mixes
            ),
            "keep",
        ),
    ]  # fmt: skip
    sections = [each for each in sections if _says_something(each)]
    lead = (Text.of(LEAD), Text.of(RULES), Text.of(LANES))
    page = markdown.render(Document("What flipped bits do to a recall", lead, tuple(sections)))
    links = ", ".join(f"[{name}]({name}/report.md)" for name in studies)
    return f"{page}\nEach study whole, with curves, intervals and every point as CSV: {links}.\n"


def _worst(studies: Mapping[str, FaultStudy]) -> Table:
    rows = []
    for name, study in studies.items():
        seen: set[str] = set()
        for each in study.worst:
            if each.place not in seen:
                seen.add(each.place)
                where = f"word {each.address}, bit {each.bit}"
                lost = f"{100 * each.lost:.3g} % of {each.measured:,}"
                rows.append((name, each.place, where, lost, each.how))
    headers = ("study", "memory", "bit", "accuracy lost", "found")
    return Table("Flipped alone", headers, tuple(rows))
