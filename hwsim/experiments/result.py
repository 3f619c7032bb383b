"""What an experiment returns: tables, verdicts and remarks, ready for JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from hwsim.experiments.settings import Settings
from hwsim.measure.rows import Row, clean, select

Tables = dict[str, list[Row]]

REPRODUCED = "reproduced"
PARTLY = "partly"
NOT_REPRODUCED = "not reproduced"
FOLDER_KIND: Final = "experiments"
STUDY: Final = "README.md"  # the page of all of them
OUR_OWN = "not in the paper"


@dataclass(frozen=True)
class Verdict:
    """One claim held against the measurement.

    Attributes:
        name: its key among the experiment's.
        claim: what the paper (or, for `OUR_OWN`, the question) says.
        measured: what was found, with numbers.
        outcome: REPRODUCED, PARTLY, NOT_REPRODUCED or OUR_OWN.
    """

    name: str
    claim: str
    measured: str
    outcome: str


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
