"""What the study concludes follows from its numbers, and turns over with them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from hwsim.experiments.catalogue import names
from hwsim.experiments.conclusions import conclusions
from hwsim.experiments.result import Result, Study
from hwsim.experiments.settings import Settings
from hwsim.report.paper import index

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "paper"
MEASURED = [Result.from_json((FOLDER / f"{name}.json").read_text()) for name in names()]

TWO, KERNEL, DIGITS = "When do 2 bits suffice?", "How precise must the kernel be?", "And on real,"
Change = Callable[[dict[str, Result]], None]


def answer(question: str, change: Change = lambda found: None) -> str:
    results = deepcopy(MEASURED)
    change({result.name: result for result in results})
    return next(words for asked, words in conclusions(results) if asked.startswith(question))


def test_the_committed_page_is_what_its_numbers_give() -> None:
    study = Study(Settings(), MEASURED, conclusions(MEASURED))
    assert (FOLDER / "README.md").read_text() == index(study)


def no_clusters(found: dict[str, Result]) -> None:
    found["figure6"].rows("statistics", quantity="near_zero")[0]["value"] = 0.4


def no_loss(found: dict[str, Result]) -> None:
    for row in found["figure7"].tables["rows"]:
        row["loss"] = 0.0


def loss_in_between(found: dict[str, Result]) -> None:
    for row in found["figure7"].tables["rows"]:
        row["loss"] = 0.1 * (row["gamma"] in (0.01, 0.05))


def none_close(found: dict[str, Result]) -> None:
    for row in found["hard-point"].tables["rows"]:
        row.update(close_to_float=False, lost=row["lost"] + 0.1)


@pytest.mark.parametrize(
    ("question", "change", "said", "unsaid"),
    [
        (TWO, no_clusters, "At N = 200, P/N = 3", "two tight clusters"),
        (TWO, no_loss, "it loses accuracy nowhere measured", "it fails"),
        (TWO, loss_in_between, "It loses accuracy at gamma = 0.01, 0.05 with", "it fails"),
        (TWO, none_close, "No 2-bit scheme does there; best: 2-bit", "still does"),
    ],
)
def test_two_bits(question: str, change: Change, said: str, unsaid: str) -> None:
    assert unsaid in answer(question)
    words = answer(question, change)
    assert said in words
    assert unsaid not in words


def test_far_patterns_are_blamed_only_where_the_absolute_origin_costs_bits() -> None:
    def same(found: dict[str, Result]) -> None:
        for row in found["precision"].tables["needed"]:
            row["least"] = 3

    assert "far patterns round to nothing" in answer(KERNEL)
    assert "far patterns" not in answer(KERNEL, same)


def test_digits_depend_on_gamma_only_when_they_do() -> None:
    def lossless(found: dict[str, Result]) -> None:
        for row in found["digits"].tables["rows"]:
            row["2-bit min-max"] = row["float"]

    def lossy(found: dict[str, Result]) -> None:
        for row in found["digits"].tables["rows"]:
            row["2-bit min-max"] = row["float"] - 0.1

    assert answer(DIGITS).startswith("It depends on gamma.")
    assert answer(DIGITS, lossless).startswith("At every gamma measured.")
    assert answer(DIGITS, lossy).startswith("Nowhere measured.")
