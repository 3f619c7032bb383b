"""What an image's outputs or its sequence answer, for its report."""

from __future__ import annotations

from typing import Any, Final

from hwsim.measure.sequences import OutputAnswers, SequenceAnswers
from hwsim.report.document import Cell, Number, Section, Table, Text

TITLE: Final = "The sequence"
OUTPUTS_TITLE: Final = "The outputs"
_MODELS: Final = {"float32": "float memory", "engine": "engine", "nearest": "search a step"}
_NEAREST: Final = "target of the nearest pattern"


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


def outputs_section(answers: OutputAnswers) -> Section:
    """How many of one step's outputs are right, as far as somebody knows."""
    told = Text.of(
        f"An answer is {answers.outputs:,} fields, and a label, the output whose field times its "
        f"scale is the largest. A share of {answers.missed:.4f} of the queries had no pattern near "
        "enough, and got no answer. Recall accuracy is below that of the signs; a search finds the "
        "nearest pattern, and the memory of its target, which an answer takes, is not in its "
        "figures."
    )
    if not answers.bits:
        asked = Text.of("Which of them are right the memory knows: --memory MEM.npz.")
        return Section(OUTPUTS_TITLE, (told, asked))
    measures = {"signs right": answers.bits}
    if answers.labels:
        measures["labels right"] = answers.labels
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _NEAREST if name == "nearest" else _MODELS[name],
            *(Number(shares[name], f"{shares[name]:.4f}") for shares in measures.values()),
        )
        for name in answers.bits
    )
    table = Table("Shares of the queries' outputs", ("model", *measures), rows, name="outputs")
    return Section(OUTPUTS_TITLE, (told, table))


def outputs_json(answers: OutputAnswers) -> dict[str, Any]:
    """The same as numbers."""
    right = {"bits": {**answers.bits}, "labels": {**answers.labels}}
    return {"outputs": {"outputs": answers.outputs, "missed": answers.missed, "right": right}}
