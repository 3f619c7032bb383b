"""Designs side by side as a page: a table, small multiples, who beats whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hwsim.comparison import Candidate, Compared, Contest
from hwsim.comparison.candidates import COSTS, ENGINE, FLOAT
from hwsim.comparison.synthesized import Synthesized
from hwsim.files import replace_folder, write_file
from hwsim.quantities import digits, energy_text, in_percent, size_text, time_text
from hwsim.report import markdown, page
from hwsim.report.document import (
    Block,
    Cell,
    Document,
    Figure,
    Gallery,
    Number,
    Section,
    Table,
    Text,
)
from hwsim.report.numbers import count, energy, slug
from hwsim.report.scatter import Dot, scatter
from hwsim.report.svg import Bar, bars

FOLDER_KIND: Final = "comparison"
PAGE: Final = "comparison.html"
FEW: Final = 2  # warnings that stand first; more are a section
SYNTHESIS: Final = ("design", "device", "LUTs", "block RAMs", "clock or area")
SYNTHESIZED: Final = "By hwsim synth"
MOST_BARS: Final = 24  # more designs than this are a forest of bars

# Column, unit and words of each cost.
AXES: Final = {
    "footprint_bits": (8192.0, "memory", "memory, KiB"),
    "energy_pj": (1000.0, "energy", "energy of a recall, nJ"),
    "cycles": (1.0, "cycles", "cycles of a recall"),
}


def write_comparison(path: Path, compared: Compared) -> None:
    """Write page, Markdown, JSON, CSV and pictures, whole or not at all.

    Raises:
        InputError: the folder holds anything else than an older comparison, or cannot be written.
    """
    document = comparison_document(compared)
    with replace_folder(path, FOLDER_KIND) as folder:
        for figure in document.figures():
            write_file(folder / markdown.figure_file(figure), figure.svg)
        write_file(folder / "comparison.md", markdown.render(document))
        write_file(folder / PAGE, page.render(document))
        content = json.dumps(compared.to_dict(), indent=2, allow_nan=False)
        write_file(folder / "comparison.json", content + "\n")
        write_file(folder / "comparison.csv", compared.to_csv())


def comparison_document(compared: Compared) -> Document:
    """The whole page."""
    several = len(compared.contests) > 1
    sections = [
        section
        for index, contest in enumerate(compared.contests)
        for section in _sections(contest, f"{index + 1}-" if several else "")
    ]
    told = [compared.note, *([f"Warning: {compared.missing}"] if compared.missing else [])]
    about = tuple(Text.of(f"{words}.") for words in told)
    return Document("Designs side by side", about, tuple(sections))


def _sections(contest: Contest, prefix: str) -> list[Section]:
    title = contest.task
    if "." not in title.partition(",")[0]:  # a file's name stays as it is
        title = title[:1].upper() + title[1:]
    warnings = contest.warnings
    several = len(warnings) > FEW
    told = [
        contest.search_words,
        *(f"Warning: {words}" for words in warnings[: 0 if several else FEW]),
    ]
    if several:
        told.append(f"Warning: {len(warnings)} designs are larger than another and no better")
    blocks: list[Block] = [Text.of(f"{words}.") for words in told if words]
    blocks.append(table(contest))
    if made := syntheses(contest):
        blocks.append(Table(SYNTHESIZED, SYNTHESIS, tuple(map(tuple, made))))
    blocks += [*_short_names(contest), Gallery(tuple(_scatters(contest, prefix)))]
    found = [Section(title, tuple(blocks), f"{prefix}designs")]
    if len(contest.candidates) <= MOST_BARS:
        found.append(
            Section(
                f"Measure by measure{_of(contest, prefix)}",
                _multiples_of(contest, prefix),
                f"{prefix}measures",
            )
        )
    if several:
        title = f"Larger and no better{_of(contest, prefix)}"
        lines = tuple(Text.of(f"{words}.") for words in warnings)
        found.append(Section(title, lines, f"{prefix}larger"))
    if contest.dominated:
        title = f"Beaten in everything{_of(contest, prefix)}"
        found.append(Section(title, (_dominated(contest),), f"{prefix}dominated"))
    return found


def _of(contest: Contest, prefix: str) -> str:
    return f": {contest.task}" if prefix else ""


# TABLES ----------------------------------------------------------------------------------------


def table(contest: Contest) -> Table:
    """Every design with all its numbers; columns that nobody has are left out."""
    columns = columns_of(contest)
    rows = [tuple(cells) for cells in cells_of(contest)]
    return Table(
        "Recall accuracy by noise; costs of an average recall at "
        f"{in_percent(contest.cost_noise)}% noise; fronts are of engines alone",
        tuple(columns),
        tuple(rows),
    )


def columns_of(contest: Contest) -> list[str]:
    """Headings of the table, in the terminal too."""
    clocked = any(each.clock_mhz is not None for each in contest.candidates)
    return [
        "design",
        *(f"at {in_percent(noise)} %" for noise in contest.noise),
        *("memory", "energy", "cycles"),
        *(("latency", "recalls/s") if clocked else ()),
        *(("area of macros",) if _has_area(contest) else ()),
        "on the front of",
    ]


def syntheses(contest: Contest) -> list[list[Cell]]:
    """Rows of the designs that were synthesized, with cells and the clock that each bears."""
    return [
        [each.name, *_cells(each.synthesized)]
        for each in contest.candidates
        if each.synthesized is not None
    ]


def _cells(made: Synthesized) -> list[Cell]:
    if made.area_um2 is not None:
        area = Number(made.area_um2, f"{made.area_um2 / 1e6:.4f} mm²")
        return [made.target, *_counts_of(made), area]
    if made.clock_mhz is None:
        return [made.target, *_counts_of(made), "does not fit"]
    return [made.target, *_counts_of(made), Number(made.clock_mhz, f"{made.clock_mhz:.1f} MHz")]


def _counts_of(made: Synthesized) -> list[Cell]:
    """Of what was too large to be synthesized, none is known."""
    if not made.cells.luts:
        return ["–", "–"]
    return [count(made.cells.luts), count(made.cells.block_rams)]


def _has_area(contest: Contest) -> bool:
    return any(each.area_um2 is not None for each in contest.candidates)


def cells_of(contest: Contest) -> list[list[Cell]]:
    """Cells of the table, as many a row as headings."""
    clocked = any(each.clock_mhz is not None for each in contest.candidates)
    rows = []
    for each in contest.candidates:
        row: list[Cell] = [each.name, *(Number(value, f"{value:.4f}") for value in each.accuracy)]
        row.append(Number(each.footprint_bits, size_text(each.footprint_bits)))
        row += [energy(each.energy_pj), Number(each.cycles, f"{each.cycles:,.0f}")]
        if clocked:
            row += [_known(each.latency_us, "time"), _known(each.recalls_per_second, "count")]
        if _has_area(contest):
            row.append(_known(each.area_um2, "area"))
        row.append(", ".join(_fronts(contest, each)) or "–")
        rows.append(row)
    return rows


def _known(value: float | None, kind: str) -> Cell:
    if value is None:
        return "–"
    if kind == "time":
        return Number(value, time_text(value))
    if kind == "area":
        return Number(value, f"{value / 1e6:.4g} mm²")
    return Number(value, _rate_text(value))


def _rate_text(recalls: float) -> str:
    """Recalls a second in the unit that keeps them short."""
    for scale, unit in ((1e6, " M"), (1e3, " k")):
        if recalls >= scale:
            return f"{digits(recalls / scale)}{unit}"
    return digits(recalls)


def _fronts(contest: Contest, candidate: Candidate) -> list[str]:
    """Costs against which no other engine beats it at the noise of the costs."""
    fronts = {cost: contest.front(cost, contest.cost_noise) for cost in COSTS}
    return [AXES[cost][1] for cost, front in fronts.items() if candidate in front]


def _dominated(contest: Contest) -> Table:
    return Table(
        "Designs to which another is nowhere worse and somewhere better",
        ("design", "beaten by"),
        tuple((name, _listed(contest, others)) for name, others in contest.dominated.items()),
    )


def _listed(contest: Contest, names: Sequence[str], most: int = 4) -> str:
    """Engines by name, then how many searches: they beat many a design, all of them at once."""
    engines = [each.name for each in contest.engines if each.name in names]
    told, more, searches = engines[:most], len(engines) - most, len(names) - len(engines)
    if more > 0:
        told.append(f"{more} more")
    if searches:
        all_of = len(contest.searches)
        ways = "" if all_of == 1 else f" ({searches} of its {all_of} ways)"
        told.append(f"nearest-pattern search{ways}")
    return "; ".join(told)


# PICTURES --------------------------------------------------------------------------------------


def _short_names(contest: Contest) -> list[Text]:
    """What the names in charts stand for, by one of each kind, and which charts there are not."""
    firsts = {_kind_of_mark(each): each for each in reversed(contest.ranked)}
    short = [each for each in reversed(firsts.values()) if each.mark != each.name]
    words = "; ".join(f'"{each.mark}" stands for {each.name}' for each in short)
    told = [Text.of(f"In the charts {words}.")] if words else []
    alike = [noise for noise in contest.noise if noise > 0 and noise not in _drawn(contest)]
    if alike:
        last = contest.noise[-1]
        drawn = "no chart is drawn"
        if not _differ(contest, last):
            alike.append(last)
            drawn = f"charts are of {in_percent(last)}% alone"
        noises = " and ".join(map(in_percent, alike))
        told.append(Text.of(f"At {noises}% noise all are as accurate, so {drawn}."))
    return told


def _kind_of_mark(each: Candidate) -> str:
    """Engines, and searches without and with rules, which the first word of their mark tells."""
    return each.kind if each.kind == ENGINE else each.mark.partition(" ")[0]


def _drawn(contest: Contest) -> list[float]:
    """Noises above 0 at which accuracies differ; the last one in any case."""
    return [
        noise
        for noise in contest.noise
        if noise == contest.noise[-1] or (noise > 0 and _differ(contest, noise))
    ]


def _differ(contest: Contest, noise: float) -> bool:
    """Whether a noise tells designs apart."""
    at = contest.noise.index(noise)
    return len({each.accuracy[at] for each in contest.ranked}) > 1


def _scatters(contest: Contest, prefix: str) -> list[Figure]:
    """One for each cost and each noise that tells designs apart."""
    noises = _drawn(contest)
    return [_scatter(contest, cost, noise, prefix) for noise in noises for cost in COSTS]


def _scatter(contest: Contest, cost: str, noise: float, prefix: str) -> Figure:
    _, short, words = AXES[cost]
    title = f"Accuracy at {in_percent(noise)}% noise against {short}"
    name = f"{prefix}{short}-at-{noise:g}"
    chart = scatter(
        name, title, words, f"accuracy at {in_percent(noise)}% noise", dots(contest, cost, noise)
    )
    best = ", ".join(each.mark for each in contest.front(cost, noise))
    return Figure(name, f"{title}. On the front: {best}.", title, chart)


def dots(contest: Contest, cost: str, noise: float) -> list[Dot]:
    """Every ranked design as a dot: in colour by kind, the front's larger."""
    unit = AXES[cost][0]
    at = contest.noise.index(noise)
    front = contest.front(cost, noise)
    return [
        Dot(
            each.mark,
            f"{each.name}: {each.accuracy[at]:.4f}, {_told(each, cost)}",
            getattr(each, cost) / unit,
            each.accuracy[at],
            "a" if each.kind == ENGINE else "b",
            each in front,
            "disc" if each.kind == ENGINE else "square",
        )
        for each in contest.ranked
    ]


def _told(each: Candidate, cost: str) -> str:
    if cost == "cycles":
        return f"{each.cycles:,.0f} cycles"
    text: str = (
        size_text(each.footprint_bits) if cost != "energy_pj" else energy_text(each.energy_pj)
    )
    return text


def _multiples_of(contest: Contest, prefix: str) -> tuple[Block, ...]:
    violet = "; in violet what another engine beats in everything" if _outdone(contest) else ""
    words = f"Engines in blue{violet}; what needs no engine in orange. Shorter is better."
    right = [in_percent(noise) for noise in contest.noise if _all_right(contest, noise)]
    told = f" At {' and '.join(right)} % noise nobody has a bit wrong." if right else ""
    return Text.of(f"{words}{told}"), Gallery(tuple(_multiples(contest, prefix)))


def _outdone(contest: Contest) -> set[str]:
    """Engines to which another engine is nowhere worse: not a search, which may beat them all."""
    engines = {each.name for each in contest.engines}
    return {
        name
        for name, others in contest.dominated.items()
        if name in engines and engines.intersection(others)
    }


def _all_right(contest: Contest, noise: float) -> bool:
    """Whether a chart of wrong bits would be empty."""
    at = contest.noise.index(noise)
    return all(each.accuracy[at] == 1 for each in contest.candidates)


def _multiples(contest: Contest, prefix: str) -> list[Figure]:
    """A chart of bars for each measure, designs in the same order in all."""
    found = []
    for at, noise in enumerate(contest.noise):
        if _all_right(contest, noise):
            continue
        shares = [(each, 1 - each.accuracy[at]) for each in contest.candidates]
        found.append(
            _bars(contest, f"{prefix}wrong-at-{noise:.12g}",
                  f"Bits wrong at {in_percent(noise)}% noise",
                  [(each, share, f"{100 * share:.3g} %") for each, share in shares])
        )  # fmt: skip
    beside = [each for each in contest.candidates if each.kind != FLOAT]
    for cost in COSTS:
        _, short, _ = AXES[cost]
        values = [(each, getattr(each, cost), _told(each, cost)) for each in beside]
        found.append(_bars(contest, f"{prefix}{short}", short.capitalize(), values))
    return found


def _bars(
    contest: Contest, name: str, title: str, values: Sequence[tuple[Candidate, float, str]]
) -> Figure:
    beaten = _outdone(contest)
    rows = [
        Bar(
            each.name, text, value, "",
            "b" if each.kind != ENGINE else "d" if each.name in beaten else "a",
        )
        for each, value, text in values
    ]  # fmt: skip
    return Figure(f"bars-{slug(name)}", title, title, bars(f"bars-{slug(name)}", title, rows))
