"""What an experiment returns: tables, verdicts and remarks, ready for JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from hwsim.experiments.evidence import Decision
from hwsim.experiments.settings import Settings
from hwsim.experiments.setup import Setup
from hwsim.measure.rows import Row, clean, select, summarise

Tables = dict[str, list[Row]]

REPRODUCED: Final = "reproduced"
PARTLY: Final = "partly"
NOT_REPRODUCED: Final = "not reproduced"
# A quick run, or one with values of one's own, is not the paper's: it says what holds where it is.
HOLDS: Final = "holds here"
HOLDS_PARTLY: Final = "holds partly here"
FAILS: Final = "does not hold here"
UNDECIDED: Final = "undecided"
FOLDER_KIND: Final = "experiments"
STUDY: Final = "README.md"  # the page of all of them
OUR_OWN: Final = "not in the paper"


@dataclass(frozen=True)
class Verdict:
    """One claim held against the measurement.

    Attributes:
        name: its key among the experiment's.
        claim: what the paper (or, for `OUR_OWN`, the question) says.
        measured: what was found, with numbers.
        outcome: one of the words above.
    """

    name: str
    claim: str
    measured: str
    outcome: str


def verdict(
    setup: Setup, name: str, claim: str, measured: str, whole: Decision, partly: Decision = False
) -> Verdict:
    """A claim of the paper held against the measurement.

    Args:
        setup: what ran; only the study's own values can reproduce the paper.
        name: as `Verdict.name`.
        claim: as `Verdict.claim`.
        measured: as `Verdict.measured`.
        whole: whether the claim holds.
        partly: whether a weaker form of it does.
    """
    yes, part, no = (
        (REPRODUCED, PARTLY, NOT_REPRODUCED) if setup.of_the_study else (HOLDS, HOLDS_PARTLY, FAILS)
    )
    if whole is None or (partly is None and not whole):
        return Verdict(name, claim, measured, UNDECIDED)
    return Verdict(name, claim, measured, yes if whole else part if partly else no)


def summarised(trials: Sequence[Tables], **keys: Sequence[str]) -> Tables:
    """Each table's mean and spread over the trials, by the columns that tell its points apart."""
    return {
        name: summarise([trial[name] for trial in trials], columns)
        for name, columns in keys.items()
    }


@dataclass(frozen=True)
class Judgement:
    """What an experiment concludes from its summarised tables.

    Attributes:
        verdicts: claims against measurements.
        remarks: sentences that explain what the tables show.
        parameters: what was held fixed beside the setup's, JSON-ready.
    """

    verdicts: Sequence[Verdict]
    remarks: Sequence[str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """An experiment's outcome.

    Attributes:
        name: the experiment's name on the command line.
        title: one line for a heading.
        parameters: everything that was held fixed, JSON-ready.
        seeds: one a trial.
        tables: name to rows; measured columns have their mean under their own name, the sample
            standard deviation over trials under `<name>_std`, and `trials` counts the trials.
        verdicts: claims against measurements.
        remarks: sentences that explain what the tables show.
    """

    name: str
    title: str
    parameters: Mapping[str, Any]
    seeds: Sequence[int]
    tables: Mapping[str, Sequence[Row]]
    verdicts: Sequence[Verdict]
    remarks: Sequence[str] = field(default_factory=tuple)

    def to_json(self) -> str:
        """The whole result as JSON text, floats rounded as in files."""
        content = {
            "name": self.name,
            "title": self.title,
            "parameters": clean(dict(self.parameters)),
            "seeds": list(self.seeds),
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
            "remarks": list(self.remarks),
            "tables": clean({name: list(rows) for name, rows in self.tables.items()}),
        }
        return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Read back what `to_json` gave."""
        content = json.loads(text)
        verdicts = [Verdict(**verdict) for verdict in content.pop("verdicts")]
        return cls(**content, verdicts=verdicts)

    def rows(self, table: str, **wanted: Any) -> list[Row]:
        """The rows of `table` whose columns equal `wanted`."""
        return select(self.tables[table], **wanted)

    def verdict(self, name: str) -> Verdict:
        """The verdict of that name."""
        return next(verdict for verdict in self.verdicts if verdict.name == name)


@dataclass(frozen=True)
class Study:
    """A finished run of experiments, for a report to draw.

    Attributes:
        settings: its size.
        results: one an experiment, in the study's order, with the rounded numbers of its files, so
            that anybody can draw the same from those.
        conclusions: question and answer each; empty unless all experiments were run.
    """

    settings: Settings
    results: Sequence[Result]
    conclusions: Sequence[tuple[str, str]]

    @property
    def complete(self) -> bool:
        """Whether all experiments were run."""
        return bool(self.conclusions)
