"""A demo in one picture: a noisy query, what is recalled, and what that takes in three bars."""

from __future__ import annotations

import math

import numpy as np

from hwsim.cost.baseline import WAYS, Baseline
from hwsim.cost.comparisons import Comparison
from hwsim.cost.energy import EnergyReport
from hwsim.demo import Demo
from hwsim.pictures import label, number
from hwsim.quantities import energy_text, size_text
from hwsim.report import svg
from hwsim.report.document import Figure, Gallery, Section, Text
from hwsim.spins import SpinArray

GRID, GAP, LEFT, TOP = 112.0, 14.0, 8.0, 24.0  # of one pattern's picture: side, and space around


def story_section(demo: Demo, report: EnergyReport) -> Section:
    """The first of the queries with 20 % of the spins flipped, and memory and energy beside it."""
    original, query, recalled = (states[0] for states in demo.pictures)
    flipped, wrong = int((query != original).sum()), int((recalled != original).sum())
    titles = ("stored", f"{flipped} flipped", f"recalled, {wrong} wrong")
    sentence = Baseline.of(report).sentence()
    words = (
        f"A stored pattern of {len(original)} spins goes in with {flipped} of them flipped, and "
        f"the engine gives it back with {wrong} wrong. {sentence[0].upper()}{sentence[1:]}."
    )
    name = "Stored pattern, noisy query and recalled pattern"
    pictures = spin_pictures("story-states", name, titles, (original, query, recalled), original)
    return Section(
        "In one picture",
        (
            Text.of(words),
            Gallery(
                (
                    Figure("story", "The first of the noisiest queries; what differs from the "
                           "stored pattern is orange.", name, pictures),
                    _three_bars(report, "memory"),
                    _three_bars(report, "energy"),
                )
            ),
        ),
        "story",
    )  # fmt: skip


def _three_bars(report: EnergyReport, what: str) -> Figure:
    """The float network on the chip, the engine, and the search that takes the least energy."""
    chosen = Baseline.of(report).best
    best = next(way for way, name in WAYS.items() if name == chosen)
    tones = {"float32_sram": "b", "engine": "a", best: "c"}
    ways = [(way, tone) for name, tone in tones.items() if (way := report.comparison(name))]
    bars = [
        svg.Bar(
            way.title.removesuffix(" of its own"),
            _text(way, what),
            _amount(way, what),
            f"comparison-{way.name}",
            tone,
        )
        for way, tone in ways
    ]
    title = f"{what.capitalize()} of float32, the engine and the search"
    caption = "Memory, all of it." if what == "memory" else "Energy of one average recall."
    return Figure(f"story-{what}", caption, title, svg.bars(f"story-{what}-chart", title, bars))


def _amount(way: Comparison, what: str) -> float:
    return way.footprint_bits if what == "memory" else way.total_pj


def _text(way: Comparison, what: str) -> str:
    return size_text(way.footprint_bits) if what == "memory" else energy_text(way.total_pj)


def spin_pictures(
    name: str, title: str, titles: tuple[str, ...], states: tuple[SpinArray, ...], stored: SpinArray
) -> str:
    """States side by side as squares, row by row; what differs from `stored` in another colour.

    Args:
        name, title: of the SVG.
        titles: above each state.
        states: (N,) of ±1 each.
        stored: (N,) of ±1.
    """
    columns = math.isqrt(len(stored) - 1) + 1
    side = GRID / columns
    body = []
    for index, (words, state) in enumerate(zip(titles, states, strict=True)):
        left = LEFT + index * (GRID + GAP)
        body.append(label(left, TOP - 8, words))
        body.append(
            f'<rect class="box" x="{number(left)}" y="{TOP}" width="{GRID}" '
            f'height="{number(side * -(-len(stored) // columns))}"/>'
        )
        for tone, chosen in (("", state == stored), ("b", state != stored)):
            path = "".join(
                f"M{number(left + side * (spin % columns))},"
                f"{number(TOP + side * (spin // columns))}h{side:.2f}v{side:.2f}h-{side:.2f}z"
                for spin in np.flatnonzero(chosen & ((state > 0) | (tone == "b"))).tolist()
            )
            paint = f'class="{tone}"' if tone else 'style="fill:var(--ink)"'
            body.append(f'<path {paint} d="{path}"/>')
    return svg.frame(name, title, TOP + GRID + 6, body)
