"""What each rule saves, as a section of a report."""

from __future__ import annotations

from collections.abc import Mapping

from hwsim.cost.savings import Savings, Spending
from hwsim.quantities import ratio_words
from hwsim.report.document import Block, Cell, Section, Table, Text
from hwsim.report.numbers import bits, count, energy, percent_text

TITLES = {
    "stop": "stop at a pattern that repeats itself",
    "winner": "winner decides alone",
    "abandon": "abandon far patterns",
    "radius": "radius of a pattern",
}
SMALL = 0.005  # a share that is said to be nothing


def rules(savings: Savings) -> Section:
    """Each rule alone and left out, and where it saves nothing."""
    rows: list[tuple[Cell, ...]] = [
        _row("no rule", savings.none, savings.none),
        *(_row(f"{TITLES[r.rule]}, alone", r.alone, savings.none) for r in savings.rules),
        _row("all rules", savings.all, savings.none),
    ]
    left_out: list[tuple[Cell, ...]] = []
    for rule in savings.rules:
        cells = _row(f"without: {TITLES[rule.rule]}", rule.without, savings.none)
        left_out.append((*cells, _saved(savings.all, rule.without)))
    absent = [words for name, words in TITLES.items() if name not in _names(savings)]
    text = (
        "The same recalls, with the same results, by which rules are on. Radius comes with stop, "
        "whose memory it widens."
    )
    if absent:
        text += f" Not in this image, where they never act or were not wanted: {', '.join(absent)}."
    headers = ("rules", "words read", "cycles", "energy", "to no rule")
    blocks: list[Block] = [
        Text.of(text),
        Table("Rules alone and together", headers, tuple(rows)),
        Table(
            "Rules left out one by one", (*headers, "so it saves beside the others"),
            tuple(left_out),
        ),
    ]  # fmt: skip
    if savings.in_flight:
        blocks.append(_by_number("queries in flight", savings.in_flight, savings.none))
    if len(savings.engines) > 1:
        blocks.append(_by_number("engines side by side", savings.engines, savings.none))
    return Section("What each rule saves", tuple(blocks), "rules")


def _by_number(what: str, numbers: Mapping[int, Spending], none: Spending) -> Table:
    """The same image with several queries in flight, or engines side by side."""
    rows = []
    for number, spent in numbers.items():
        words, cycles, spending, ratio = _row("", spent, none)[1:]
        rows.append((str(number), words, cycles, spending, ratio, bits(spent.footprint_bits)))
    headers = (what, "words read", "cycles", "energy", "to no rule", "memory, bits")
    return Table(f"{what.capitalize()}, by recall", headers, tuple(rows))


def _names(savings: Savings) -> list[str]:
    return [rule.rule for rule in savings.rules]


def _row(title: str, spent: Spending, none: Spending) -> tuple[Cell, ...]:
    return (
        title,
        count(spent.words),
        count(spent.cycles),
        energy(spent.energy_pj),
        ratio_words(spent.energy_pj, none.energy_pj),
    )


def _saved(all_rules: Spending, without: Spending) -> str:
    """The share of energy that a rule saves beside the others, in words."""
    share = 1 - all_rules.energy_pj / without.energy_pj
    if abs(share) < SMALL:
        return "nothing"
    return percent_text(share) if share > 0 else f"nothing: it costs {percent_text(-share)}"
