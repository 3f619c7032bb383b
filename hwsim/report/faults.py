"""Recall against bit-error rate as a page: curves of each memory, tables, worst bits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes

from hwsim.files import replace_folder, write_file
from hwsim.quantities import in_percent
from hwsim.reliability import REGISTERS, FaultStudy, Point
from hwsim.report import markdown, page
from hwsim.report.charts import COLOURS, MARKERS, draw, label
from hwsim.report.document import Block, Document, Figure, Section, Table, Text
from hwsim.report.fault_sections import (
    holographic_section,
    mix_section,
    spread_points,
    worst_section,
)
from hwsim.report.write import FOLDER_KIND, RESULT

WORDS: Final = {
    "flip": "cells that give back the other bit",
    "stuck": "cells stuck at 0 or 1",
    "burst": "four neighbouring cells that flip together",
    "read": "bits that flip while they are read",
    "write": "bits that flip while they are written",
    "upset": "stored bits that turn over, so many a recall, and gather",
}
PRICE: Final = (
    "memory", "check bits", "bits a word", "bits stored", "NAND2", "nJ a recall, memory",
    "nJ a recall, checks", "cycles of a pass, a recall",
)  # fmt: skip
LEFT: Final = (
    "memory", "check bits", "upsets a bit and recall", "double errors a recall", "without passes",
)  # fmt: skip
IMAGE: Final = ("patterns", "weights", "kernel_lut", "offsets", "radius", "float32")


def heading(kind: str) -> str:
    """Of a kind's table."""
    return f"Whole patterns right, {WORDS[kind]}"


def summary(study: FaultStudy) -> str:
    """What was recalled, in a sentence or two."""
    rules = ", ".join(study.rules) or "none"
    return (
        f"N = {study.neurons}, P = {study.patterns}, {study.weight_bits} bits, {study.dataflow} "
        f"dataflow, rules {rules}. Queries with {in_percent(study.noise)} % of the spins flipped, "
        f"seed {study.seed}; without faults {in_percent(study.clean_patterns)} % of the patterns "
        f"and {in_percent(study.clean_bits)} % of the bits come back right."
    )


def rates(study: FaultStudy, kind: str) -> list[float]:
    """All rates of a kind, ascending."""
    return sorted({point.rate for point in study.points if point.kind == kind})


def headings(study: FaultStudy, kind: str) -> list[str]:
    """Of `curve_rows`."""
    return ["memory", *(f"{rate:g}" for rate in rates(study, kind))]


def curve_rows(study: FaultStudy, kind: str) -> list[list[str]]:
    """One row a memory: whole patterns right, in percent, with the interval where it has width."""
    found = []
    for name, points in _curves(study, kind).items():
        cells = {point.rate: _cell(point) for point in points}
        found.append([name, *(cells.get(rate, "–") for rate in rates(study, kind))])
    return found


def _curves(study: FaultStudy, kind: str) -> dict[str, list[Point]]:
    """The curves of a kind, by memory and protection."""
    found = [point for point in study.points if point.kind == kind]
    return {each.label: study.curve(each.place, kind, each.protection) for each in found}


def _cell(point: Point) -> str:
    found = point.patterns
    words = f"{100 * found.mean:.4g}"
    if found.high > found.low:
        words += f" ({100 * found.low:.4g}–{100 * found.high:.4g})"
    return words


def price_rows(study: FaultStudy) -> list[list[str]]:
    """Bits and energy of each memory, without protection and with it."""
    return [
        [
            each.place,
            each.protection,
            f"{each.word_bits} + {each.check_bits}",
            f"{each.bits:,}",
            f"{each.nands:,}",
            f"{each.memory_pj / 1000:.4g}",
            f"{each.check_pj / 1000:.4g}",
            f"{each.pass_cycles:.4g}",
        ]
        for each in study.prices
    ]


def left_rows(study: FaultStudy) -> list[list[str]]:
    """Words that get a second error between two passes, in a recall."""
    return [
        [
            each.place,
            each.protection,
            f"{each.upsets:g}",
            f"{each.doubles:.3g}",
            f"{each.unscrubbed:.3g} in {each.life:,}",
        ]
        for each in study.scrubs
    ]


def _left_section(study: FaultStudy) -> Section:
    words = (
        "A pass reads each word, corrects it and writes it back. What is told and not corrected "
        "stays. Double errors: words of which one part, that has one error corrected, gets a "
        "second one before the next pass; their expected number, exact for upsets that are "
        "independent, beside the mean over a life without passes. The image's memories must be "
        "RAM that can be written; a ROM has nothing to write, and no charge that is upset. The "
        "Verilog engine has no such pass."
    )
    table = Table("Double errors between passes", LEFT, tuple(map(tuple, left_rows(study))))
    return Section("What scrubbing leaves", (Text.of(words), table), "scrub")


def write_faults(path: Path, study: FaultStudy) -> None:
    """Write page, Markdown, JSON, CSV and pictures, whole or not at all.

    Raises:
        InputError: the folder holds anything else than an older report, or cannot be written.
    """
    document = faults_document(study)
    with replace_folder(path, FOLDER_KIND) as folder:
        for figure in document.figures():
            write_file(folder / markdown.figure_file(figure), figure.svg)
        write_file(folder / "report.md", markdown.render(document))
        write_file(folder / "report.html", page.render(document))
        write_file(folder / RESULT, json.dumps(study.to_dict(), indent=2, allow_nan=False) + "\n")
        write_file(folder / "points.csv", study.to_csv())


def faults_document(study: FaultStudy) -> Document:
    """The whole page."""
    kinds = dict.fromkeys(point.kind for point in study.points)
    sections = [_section(study, kind) for kind in kinds]
    if spread_points(study):
        sections.insert(0, holographic_section(study))
    if study.mixes:
        sections.append(mix_section(study))
    if study.prices:
        words = (
            "Memory: reads and writes of a recall without faults, log-log in the capacity. Checks: "
            "the XORs of check bits, 4/9 of a full adder each; NAND2 counts all gates that check "
            "and correct one word a cycle. No wire is priced, nor the columns that a macro reads "
            "beside those asked for. The Verilog engine takes no more cycles with parity or "
            "SECDED, and has neither three copies nor interleaved codes. Scrubbed (@T): a read and "
            "a write more of each word every T recalls, and so many cycles of the memory. Told: "
            "recalls that read a word whose error is known and not corrected; it goes on as it was "
            "read."
        )
        table = Table("Each memory, at 45 nm", PRICE, tuple(map(tuple, price_rows(study))))
        sections.append(Section("What check bits cost", (Text.of(words), table), "price"))
    if study.scrubs:
        sections.append(_left_section(study))
    if study.worst:
        sections.append(worst_section(study))
    lead = (
        Text.of(summary(study)),
        Text.of(
            "One memory is hit at a time, each bit of it with the probability of the column. "
            "Intervals hold 95 % over fault maps, which are drawn whole: recalls under one map are "
            "not independent. Where no interval stands, all M maps agree; of maps yet to come "
            "fewer than 3 / M differ, with 95 % confidence."
        ),
    )
    return Document("What flipped bits do to a recall", lead, tuple(sections))


def _section(study: FaultStudy, kind: str) -> Section:
    blocks: list[Block] = [_figure(study, kind)]
    patterns = tuple(map(tuple, curve_rows(study, kind)))
    blocks.append(Table(f"{heading(kind)}, in percent", tuple(headings(study, kind)), patterns))
    columns = ("memory", "bits", "rate", "maps hit", "recalls", "bits right", "changed", "silent",
               "told")  # fmt: skip
    rows = tuple(
        (
            point.label,
            _bits(study, point),
            f"{point.rate:g}",
            f"{point.hit} of {point.maps if kind != 'read' else point.recalls}",
            f"{point.recalls:,}",
            f"{point.bits.mean:.5f} ({point.bits.low:.5f}–{point.bits.high:.5f})",
            f"{100 * point.changed.mean:.3g} %",
            f"{100 * point.silent.mean:.3g} %",
            f"{100 * point.told.mean:.3g} %",
        )
        for point in study.points
        if point.kind == kind and point.hit
    )  # fmt: skip
    told = (
        "Every point at which a cell was hit. Changed: recalls that end in another state than "
        "without faults; silent: those of them that converge without a miss, so that nothing in "
        "the answer tells"
    )
    blocks.append(Table(told, columns, rows))
    words = WORDS[kind]
    return Section(words[:1].upper() + words[1:], tuple(blocks), kind)


def _bits(study: FaultStudy, point: Point) -> str:
    """Cells of its memory, check bits included; float32 weights are of no engine."""
    priced = {(each.place, each.protection): each.bits for each in study.prices}
    bits = priced.get((point.place, point.protection), study.memory_bits.get(point.place))
    return "–" if bits is None else f"{bits:,}"


def _figure(study: FaultStudy, kind: str) -> Figure:
    title = f"Patterns that come back whole, {WORDS[kind]}"

    curves = _curves(study, kind)
    image = [name for name in curves if name.startswith(IMAGE)]
    names = {name: points[0].place for name, points in curves.items()}
    held = [name for name, place in names.items() if place in REGISTERS]
    inside = [name for name in curves if name not in (*image, *held)]
    panels = {
        "The image's memories": image,
        "Memories inside the engine": inside,
        "Registers": held,
    }
    drawn = {words: names for words, names in panels.items() if names}
    rate = "upsets a bit and recall" if kind == "upset" else "bit-error rate"

    def fill(axes: Sequence[Axes]) -> None:
        for panel, (words, names) in zip(axes, drawn.items(), strict=True):
            for index, name in enumerate(names):
                _curve(panel, curves[name], name, index)
            panel.set_xscale("log")
            panel.set_ylim(-0.03, 1.03)
            label(panel, rate, "patterns that come back whole", words, legend=False)
            panel.legend(loc="upper left", bbox_to_anchor=(1, 1))  # inside it would hide curves

    svg = draw(len(drawn), fill)
    return Figure(f"curves-{kind}", f"{title}; bars: 95 % over fault maps.", title, svg)


def _curve(axes: Axes, points: Sequence[Point], name: str, index: int) -> None:
    mean = [point.patterns.mean for point in points]
    bars: Any = [
        [point.patterns.mean - point.patterns.low for point in points],
        [point.patterns.high - point.patterns.mean for point in points],
    ]
    axes.errorbar(
        [point.rate for point in points], mean, yerr=bars, label=name,
        color=COLOURS[index % len(COLOURS)], marker=MARKERS[index % len(MARKERS)],
        linewidth=1.4, capsize=2.5, elinewidth=0.8, markerfacecolor="none",
        markersize=max(11 - 1.5 * index, 3),  # curves that lie on each other are all seen
    )  # fmt: skip
