"""The page of `hwsim compare`: a search that beats every engine leaves them their own colours."""

from __future__ import annotations

import re
from dataclasses import replace

from hwsim.comparison import Compared
from hwsim.report.comparison import (
    _bars,
    _dominated,
    _multiples_of,
    _scatters,
    _short_names,
    comparison_document,
)
from hwsim.report.document import Gallery
from hwsim.report.svg import LETTERS, Bar, bars
from tests.comparison.test_contest import candidate, contest


def test_only_what_an_engine_beats_is_violet() -> None:
    engine = candidate("engine", (0.9,), (10, 10, 10), lanes=32)
    other = candidate("other", (0.8,), (12, 12, 12), lanes=32)
    search = candidate("search", (1.0,), (5, 5, 5), "search", lanes=32)
    held = contest(engine, other, search)
    values = [(each, each.energy_pj, "x") for each in held.candidates]
    drawn = _bars(held, "name", "title", values).svg
    tones = [tone for tone in ("a", "d", "b") if f'class="{tone}"' in drawn]
    assert tones == ["a", "d", "b"]
    assert "in violet what another engine beats" in str(_multiples_of(held, ""))
    alone = contest(engine, search)
    assert "violet" not in str(_multiples_of(alone, ""))


def test_where_nobody_has_a_bit_wrong_a_sentence_stands_for_the_chart() -> None:
    engine = candidate("engine", (1.0, 1.0, 0.9), (10, 10, 10), lanes=32)
    search = candidate("search", (1.0, 1.0, 1.0), (5, 5, 5), "search", lanes=32)
    words, gallery = _multiples_of(contest(engine, search), "")
    assert "At 0 and 10 % noise nobody has a bit wrong." in str(words)
    assert isinstance(gallery, Gallery)
    titles = [figure.alt for figure in gallery.figures]
    assert titles == ["Bits wrong at 20% noise", "Memory", "Energy", "Cycles"]


def test_charts_are_drawn_where_accuracies_differ_and_their_names_are_told() -> None:
    engine = candidate("1 bit", (1.0, 1.0, 0.9), (10, 10, 10))
    search = candidate("nearest", (1.0, 1.0, 1.0), (5, 5, 5), "search")
    rules = candidate("by rules", (1.0, 1.0, 1.0), (6, 4, 4), "search")
    marks = ("1b", "search", "search+")
    named = zip((engine, search, rules), marks, strict=True)
    held = contest(*(replace(each, mark=mark) for each, mark in named))
    told = " ".join(str(text.parts[0]) for text in _short_names(held))
    assert '"1b" stands for 1 bit; "search" stands for nearest; "search+" stands for by' in told
    assert "At 10% noise all are as accurate, so no chart is drawn." in told
    assert all("at 20% noise" in figure.alt for figure in _scatters(held, ""))
    assert _dominated(held).rows[0] == ("1 bit", "nearest-pattern search (2 of its 2 ways)")
    one_way = contest(engine, search)
    assert _dominated(one_way).rows[0] == ("1 bit", "nearest-pattern search")
    alike = contest(candidate("one", (1.0, 1.0, 1.0), (10, 10, 10)))
    assert len(_scatters(alike, "")) == 3  # something is drawn


def test_a_heading_is_a_sentence_s_but_for_a_file_s_name() -> None:
    held = contest(candidate("one"), candidate("two", (0.9,)))
    titles = {
        task: comparison_document(Compared((replace(held, task=task),), "note")).sections[0].title
        for task in ("random patterns, γ 0.025", "memory.npz, γ 0.025")
    }
    assert list(titles.values()) == ["Random patterns, γ 0.025", "memory.npz, γ 0.025"]


def test_words_over_a_bar_never_meet_its_value() -> None:
    rows = [Bar("w" * length, "12,345 cycles", 1.0) for length in (1, 30, 33, 46, 47, 200)]
    drawn = re.findall(r'x="([^"]+)" y="([^"]+)"[^>]*>([^<]+)</text>', bars("n", "t", rows))
    lines: dict[str, int] = {}
    for _, y, words in drawn:
        lines[y] = lines.get(y, 0) + len(words)
    assert max(lines.values()) <= LETTERS
    assert sum(words.count("w") for *_, words in drawn) == sum(len(row.label) for row in rows)
