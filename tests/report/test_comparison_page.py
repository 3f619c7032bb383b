"""The page of `hwsim compare`: a search that beats every engine leaves them their own colours."""

from __future__ import annotations

from hwsim.report.comparison import _bars, _multiples_of
from hwsim.report.document import Gallery
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
    assert "At 0, 10 % noise nobody has a bit wrong." in str(words)
    assert isinstance(gallery, Gallery)
    titles = [figure.alt for figure in gallery.figures]
    assert titles == ["Bits wrong at 20% noise", "Memory", "Energy", "Cycles"]
