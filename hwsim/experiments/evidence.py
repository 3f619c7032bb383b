"""When a measurement decides a claim: the rule by which verdicts are given.

A mean over n trials has the 95 % confidence interval of Student's t, mean ± t(n - 1) * s / sqrt(n).
A claim `mean >= threshold` holds where the whole interval does, fails where none of it does, and
is undecided in between. One trial has no spread, so it decides nothing. The slope of a line
through k points has the interval of linear regression, slope ± t(k - 2) * standard error.

Decisions are True, False or None for undecided; `all_of` and `any_of` are Kleene's three-valued
and and or.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from scipy.special import stdtrit

from hwsim.measure.rows import Row

CONFIDENCE: Final = 0.95
RULE: Final = (
    "A claim is decided where the 95 % confidence interval over trials (Student's t) of what it "
    "turns on lies on one side of its threshold, and undecided otherwise"
)

Decision = bool | None


def student(freedom: int) -> float:
    """How many standard errors the interval reaches to either side."""
    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))


@dataclass(frozen=True)
class Interval:
    """A measured value and how far it may be off, to either side."""

    value: float
    reach: float

    def __sub__(self, other: Interval) -> Interval:
        """The difference of two means over the same trials, however these are correlated."""
        return Interval(self.value - other.value, self.reach + other.reach)

    def __mul__(self, factor: float) -> Interval:
        """Both scaled."""
        return Interval(self.value * factor, self.reach * abs(factor))

    def at_least(self, threshold: float) -> Decision:
        """Whether it is at least the threshold."""
        if self.value - self.reach >= threshold:
            return True
        return False if self.value + self.reach < threshold else None

    def above(self, threshold: float) -> Decision:
        """Whether it is more than the threshold."""
        if self.value - self.reach > threshold:
            return True
        return False if self.value + self.reach <= threshold else None

    def at_most(self, threshold: float) -> Decision:
        """Whether it is at most the threshold."""
        if self.value + self.reach <= threshold:
            return True
        return False if self.value - self.reach > threshold else None

    def below(self, threshold: float) -> Decision:
        """Whether it is less than the threshold."""
        return negated(self.at_least(threshold))

    def within(self, low: float, high: float) -> Decision:
        """Whether it lies from one threshold to another."""
        return all_of((self.at_least(low), self.at_most(high)))


def mean(row: Row, column: str) -> Interval:
    """The mean over trials of a column of a summarised row."""
    trials = row["trials"]
    if trials < 2:
        return Interval(row[column], math.inf)
    return Interval(row[column], student(trials - 1) * row[f"{column}_std"] / math.sqrt(trials))


def slope(fit: Row) -> Interval:
    """The slope of a fitted line, from its coefficient of determination and its points."""
    freedom = fit["points"] - 2
    if fit["slope"] is None or freedom < 1:
        return Interval(math.nan, math.inf)
    error = abs(fit["slope"]) * math.sqrt((1 / fit["r_squared"] - 1) / freedom)
    return Interval(fit["slope"], student(freedom) * error)


def all_of(decisions: Iterable[Decision]) -> Decision:
    """False if one is, else undecided if one is, else True."""
    found = set(decisions)
    return False if False in found else None if None in found else True


def any_of(decisions: Iterable[Decision]) -> Decision:
    """True if one is, else undecided if one is, else False."""
    found = set(decisions)
    return True if True in found else None if None in found else False


def negated(decision: Decision) -> Decision:
    """The opposite; undecided stays so."""
    return None if decision is None else not decision


def words(decision: Decision) -> str:
    """A decision as the answer to a question."""
    return {True: "Yes", False: "No", None: "Undecided"}[decision]
