"""What an image's sequence answers, for its report."""

from __future__ import annotations

from typing import Any, Final

from hwsim.measure.sequences import SequenceAnswers
from hwsim.report.document import Cell, Number, Section, Table, Text

TITLE: Final = "The sequence"
_MODELS: Final = {"float32": "float memory", "engine": "engine", "nearest": "search a step"}


def sequence_section(answers: SequenceAnswers) -> Section:
    """How many of the steps are right, as far as somebody knows."""
    told = Text.of(
        f"Every step's outputs are the next one's state; T = {answers.steps:,}. Of the states that "
        f"a step began from, the cues apart, {answers.stored:.4f} are stored patterns."
    )
    if not answers.right:
        asked = Text.of("Which of them should come when, the memory knows: --memory MEM.npz.")
        return Section(TITLE, (told, asked))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_MODELS[name], *(Number(share, f"{share:.4f}") for share in shares))
        for name, shares in answers.right.items()
    )
    table = Table(
        "Shares of all steps from the cues",
        ("model", "bits right", "steps right", "sequences right"),
        rows,
        name="sequence",
    )
    return Section(TITLE, (told, table))


def sequence_json(answers: SequenceAnswers) -> dict[str, Any]:
    """The same as numbers."""
    names = ("bits", "steps", "sequences")
    right = {
        model: dict(zip(names, shares, strict=True)) for model, shares in answers.right.items()
    }
    return {"sequence": {"steps": answers.steps, "stored": answers.stored, "right": right}}
