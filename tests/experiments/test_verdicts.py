"""Each claim of the paper, decided again from the numbers in the committed study's JSON.

By hand, without the experiments' own code: Student's t is read from a table. A claim that has no
function here fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import deepcopy

import pytest

from hwsim.experiments.catalogue import find, names
from hwsim.experiments.result import Result
from hwsim.experiments.settings import Settings
from tests.experiments.committed import (
    FOLDER,
    OWN,
    STUDENT,
    STUDY,
    VERDICTS,
    Bounds,
    Row,
    bounds,
    gap,
    one,
    table,
)


def inside(low: float, high: float, found: Iterable[Bounds]) -> str:
    """Whether all intervals lie between two numbers: `yes`, `no` or `open`."""
    found = list(found)
    if all(low <= least and most <= high for least, most in found):
        return "yes"
    return "no" if any(most < low or least > high for least, most in found) else "open"


def outcome(whole: str, partly: str = "no") -> str:
    if whole == "yes":
        return "reproduced"
    if "open" in (whole, partly):
        return "undecided"
    return "partly" if partly == "yes" else "not reproduced"


def both(*decisions: str) -> str:
    return "no" if "no" in decisions else "open" if "open" in decisions else "yes"


# THE PAPER'S CLAIMS ----------------------------------------------------------------------------


def two_bits(experiment: str, name: str) -> str:
    rows = table(experiment, name, quantizer="minmax")
    found = {row["bits"]: bounds(row, "exact_bit_accuracy") for row in rows}
    assert set(found) == {2, 3, 4, 5, 6, 7, 8}
    return outcome(inside(0.9995, 1, found.values()), inside(0.9, 1, [found[2]]))


def one_bit(experiment: str, name: str) -> str:
    row = one(experiment, name, bits=1, quantizer="sign-mean")
    return outcome(inside(0.95, 1, [bounds(row, "exact_without_offsets")]))


def margin_rises(experiment: str, name: str) -> str:
    at_two = bounds(one(experiment, name, bits=2, quantizer="minmax"), "margin")
    whole = bounds(one(experiment, name, quantizer="float"), "margin")
    return outcome(inside(1e-9, math.inf, [gap(at_two, whole)]))


def pruning(experiment: str, name: str) -> str:
    rows = sorted(
        table(experiment, name, order="magnitude"), key=lambda row: float(row["sparsity"])
    )
    curve = [bounds(row, "bit_accuracy") for row in rows]
    tenth = next(index for index, row in enumerate(rows) if row["sparsity"] == 0.1)
    drop = gap(curve[0], curve[tenth])
    rises = any(gap(curve[i + 1], curve[i])[0] > 0 for i in range(len(curve) - 1))
    falls = "no" if rises else "yes"
    return outcome(both(inside(0.02, 1, [drop]), falls), inside(0.001, 1, [drop]))


def higher_gini() -> str:
    found = bounds(one("figure3", penalty="l1", regularization=0.01), "gini_above_l2")
    return outcome(inside(0.01, 1, [found]), inside(1e-9, 1, [found]))


def sparse_influences() -> str:
    row = one("figure3", penalty="l2", regularization=0.01)
    found, (low, high) = bounds(row, "gini"), bounds(row, "gini_of_even")
    return outcome(inside(0.5, 1, [found]), inside(1e-9, 1, [gap(found, (2 * low, 2 * high))]))


def quadratic(neurons: int, source: str, damage: str) -> str:
    fit = one("figure4", "fits", neurons=neurons, source=source, damage=damage)
    rows = [row for row in table("figure4", neurons=neurons, source=source) if row["bits"] <= 8]
    assert len(rows) == 7
    positive = inside(1e-15, math.inf, [bounds(row, damage) for row in rows])
    if positive == "no":
        return "no"
    error = fit["slope"] * math.sqrt((1 / fit["r_squared"] - 1) / 5)
    reach = STUDENT[5] * error
    return both(positive, inside(1.7, 2.3, [(fit["slope"] - reach, fit["slope"] + reach)]))


def loss_quadratic() -> str:
    found = [quadratic(n, "noise", "training_loss_increase") for n in (200, 110, 120, 130)]
    return outcome(both(*found), "yes" if "yes" in found else "no")


def tracks_float() -> str:
    gaps = [
        gap(bounds(row, "exact"), bounds(row, "float"))
        for row in table("figure5")
        if row["float"] >= 0.95
    ]
    return outcome(inside(-0.01, 0.01, gaps), inside(-0.05, 0.05, gaps))


def two_clusters() -> str:
    def value(quantity: str) -> Bounds:
        return bounds(one("figure6", "statistics", quantity=quantity), "value")

    apart = gap(value("positive_centre"), value("negative_centre"))
    near = inside(0, 0.01 - 1e-12, [value("near_zero")])
    return outcome(both(near, inside(2.5, 3.5, [(apart[0] / 2, apart[1] / 2)])), near)


def no_loss_above() -> str:
    rows = [row for row in table("figure7", method="gradient-descent") if row["gamma"] > 0.02]
    return outcome(inside(-1, 0.001, [bounds(row, "loss") for row in rows]))


def peak_below() -> str:
    rows = table("figure7", method="gradient-descent")
    peak = max(rows, key=lambda row: float(row["loss"]))
    left = min(rows, key=lambda row: float(row["gamma"]))
    assert left["gamma"] < peak["gamma"] < 0.02
    high = inside(0.05, 1, [bounds(peak, "loss")])
    falls = inside(1e-9, 2, [gap(bounds(peak, "loss"), bounds(left, "loss"))])
    return outcome(both(high, falls), high)


def float_fails() -> str:
    def fails(method: str) -> str:
        rows = [row for row in table("figure7", method=method) if row["gamma"] < 0.02]
        each = [inside(0, 0.9999 - 1e-12, [bounds(row, "float")]) for row in rows]
        return "yes" if "yes" in each else "open" if "open" in each else "no"

    return outcome(both(fails("gradient-descent"), fails("converged")), fails("gradient-descent"))


def margin_stays() -> str:
    rows = table("figure9", source="quantization")
    return outcome(inside(-0.01, 0.01, [bounds(row, "relative_margin_loss") for row in rows]))


def loses() -> str:
    row = one("hard-point", bits=2, quantizer="minmax", offset_source="quantizer")
    return outcome(inside(0, 0.9995 - 1e-12, [bounds(row, "float_weights_bit_accuracy")]))


def recalled() -> list[Row]:
    return [row for row in table("asynchronous") if row["together"] >= 0.99]


def follows() -> str:
    places = [[row[key] for key in ("neurons", "gamma", "load", "noise")] for row in recalled()]
    turns = [
        turn
        for turn in table("asynchronous", "turns")
        if [turn[key] for key in ("neurons", "gamma", "load", "noise")] in places
    ]
    assert len(turns) == 5 * len(places)
    ends = inside(-0.003, 0.003, [bounds(row, "apart") for row in recalled()])
    ways = inside(-0.003, 0.003, [bounds(turn, "ahead") for turn in turns])
    return outcome(both(ends, ways), ends)


def stable_to_thirty() -> str:
    best: dict[tuple[int, float], Row] = {}
    for row in table("asynchronous", load=30):
        place = row["neurons"], row["noise"]
        if place not in best or row["random"] > best[place]["random"]:
            best[place] = row
    found = [inside(0.99, 2, [bounds(row, "random")]) for row in best.values()]
    assert len(found) == 4
    return outcome(both(*found), "yes" if "yes" in found else "open" if "open" in found else "no")


def flips_near_distance() -> str:
    found = [inside(0.95, 1.05, [bounds(row, "flips_away")]) for row in recalled()]
    return outcome(both(*found), "yes" if "yes" in found else "open" if "open" in found else "no")


def either(*decisions: str) -> str:
    return "yes" if "yes" in decisions else "open" if "open" in decisions else "no"


def held(row: Row, column: str = "recalled") -> str:
    return inside(0.99, 2, [bounds(row, column)])


def lost(row: Row, column: str = "recalled") -> str:
    return {"yes": "no", "no": "yes", "open": "open"}[held(row, column)]


def sizes_at(small: float, large: float) -> list[tuple[Row, Row]]:
    """Of 50 and of 200 neurons by gradient descent, at equal loads and these widths."""
    place: dict[str, object] = {"method": "gradient-descent"}
    found = [
        (few, many)
        for few in table("capacity", neurons=50, gamma=small, **place)
        for many in table("capacity", neurons=200, gamma=large, load=few["load"], **place)
    ]
    assert len(found) == 4  # loads 1 to 8: of 200 neurons no more are descended
    return found


def width_grows() -> str:
    falls = [
        either(*(both(held(few), lost(many)) for few, many in sizes_at(*widths)))
        for widths in ((0.05, 0.0125), (0.1, 0.025), (0.2, 0.05))  # gamma N = 2.5, 5, 10
    ]
    return outcome(both(*falls), either(*falls))


def load_stays() -> str:
    kept = [
        both(*(either(lost(few), held(many)) for few, many in sizes_at(gamma, gamma)))
        for gamma in (0.0125, 0.025, 0.05, 0.1, 0.2)
    ]
    return outcome(both(*kept), either(*kept))


def sequences_to_16() -> str:
    place: dict[str, object] = {"method": "gradient-descent"}
    reach = [
        either(*(held(row, "steps") for row in table("capacity", neurons=n, load=16, **place)))
        for n in (50, 100)
    ]
    assert not table("capacity", neurons=200, load=16, **place)
    past = [lost(row, "steps") for row in table("capacity", load=30, **place)]
    return outcome(both(*reach, *past), both(*reach))


CLAIMS: dict[tuple[str, str], Callable[[], str]] = {
    ("figure1", "two-bits-suffice"): lambda: two_bits("figure1", "rows"),
    ("figure1", "one-bit"): lambda: one_bit("figure1", "rows"),
    ("figure1", "margin-rises"): lambda: margin_rises("figure1", "rows"),
    ("figure2", "pruning-hurts-at-once"): lambda: pruning("figure2", "rows"),
    ("figure3", "l1-higher-gini"): higher_gini,
    ("figure3", "sparse-influences"): sparse_influences,
    ("figure4", "margin-power-law"): lambda: outcome(quadratic(200, "quantization", "margin_loss")),
    ("figure4", "loss-quadratic"): loss_quadratic,
    ("figure5", "two-bits-track-float"): tracks_float,
    ("figure5", "high-at-fifth"): lambda: outcome(
        inside(0.95, 1, [bounds(one("figure5", noise=0.2), "exact")])
    ),
    ("figure6", "two-clusters"): two_clusters,
    ("figure7", "no-loss-above-ridge"): no_loss_above,
    ("figure7", "peak-below-ridge"): peak_below,
    ("figure7", "float-fails"): float_fails,
    ("figure8", "two-bits-suffice"): lambda: two_bits("figure8", "quantization"),
    ("figure8", "one-bit"): lambda: one_bit("figure8", "quantization"),
    ("figure8", "margin-rises"): lambda: margin_rises("figure8", "quantization"),
    ("figure8", "pruning-hurts-at-once"): lambda: pruning("figure8", "pruning"),
    ("figure9", "margin-stays"): margin_stays,
    ("hard-point", "paper-quantizer-loses"): loses,
    ("asynchronous", "follows-synchronous"): follows,
    ("asynchronous", "stable-to-load-30"): stable_to_thirty,
    ("asynchronous", "flips-near-distance"): flips_near_distance,
    ("capacity", "width-grows"): width_grows,
    ("capacity", "load-stays"): load_stays,
    ("capacity", "sequences-to-16"): sequences_to_16,
}


def test_every_verdict_is_worked_out_here() -> None:
    assert set(CLAIMS) == set(VERDICTS) - OWN


@pytest.mark.parametrize("key", CLAIMS, ids=" ".join)
def test_a_claim_is_decided_as_the_numbers_say(key: tuple[str, str]) -> None:
    assert CLAIMS[key]() == VERDICTS[key]["outcome"]


@pytest.mark.parametrize("name", names())
def test_the_committed_verdicts_are_what_the_experiments_judge(name: str) -> None:
    """To the letter, from the tables alone."""
    written = (FOLDER / f"{name}.json").read_text()
    experiment = find(name)
    setup = experiment.set_up(Settings())
    assert setup.of_the_study
    result = experiment.judged(setup, dict(Result.from_json(written).tables))
    assert result.to_json() == written


# TURNED OVER: other numbers, another verdict ----------------------------------------------------


def spread(row: Row) -> None:
    """So wide that nothing is decided."""
    for column in row:
        if column.endswith("_std"):
            row[column] = 1e6


@pytest.mark.parametrize("key", CLAIMS, ids=" ".join)
def test_where_trials_lie_wide_apart_nothing_is_decided(key: tuple[str, str]) -> None:
    name, claim = key
    experiment = find(name)
    tables = deepcopy(STUDY[name]["tables"])
    for rows in tables.values():
        for row in rows:
            spread(row)
    result = experiment.judged(experiment.set_up(Settings()), tables)
    assert result.verdict(claim).outcome == "undecided"


TURNED: dict[tuple[str, str], tuple[str, float]] = {  # column, and what to set it to
    ("figure1", "two-bits-suffice"): ("exact_bit_accuracy", 0.8),
    ("figure1", "one-bit"): ("exact_without_offsets", 0.9),
    ("figure1", "margin-rises"): ("margin", 3.0),
    ("figure2", "pruning-hurts-at-once"): ("bit_accuracy", 1.0),
    ("figure3", "l1-higher-gini"): ("gini_above_l2", -0.1),
    ("figure3", "sparse-influences"): ("gini", 0.01),
    ("figure4", "loss-quadratic"): ("training_loss_increase", -1.0),
    ("figure5", "two-bits-track-float"): ("exact", 0.5),
    ("figure5", "high-at-fifth"): ("exact", 0.5),
    ("figure6", "two-clusters"): ("value", 0.5),
    ("figure7", "no-loss-above-ridge"): ("loss", 0.5),
    ("figure7", "peak-below-ridge"): ("loss", 0.0),
    ("figure7", "float-fails"): ("float", 1.0),
    ("figure8", "two-bits-suffice"): ("exact_bit_accuracy", 0.8),
    ("figure8", "one-bit"): ("exact_without_offsets", 0.9),
    ("figure8", "margin-rises"): ("margin", 3.0),
    ("figure8", "pruning-hurts-at-once"): ("bit_accuracy", 1.0),
    ("figure9", "margin-stays"): ("relative_margin_loss", 0.5),
    ("hard-point", "paper-quantizer-loses"): ("float_weights_bit_accuracy", 1.0),
    ("asynchronous", "follows-synchronous"): ("apart", 0.5),
    ("asynchronous", "stable-to-load-30"): ("random", 0.5),
    ("asynchronous", "flips-near-distance"): ("flips_away", 2.0),
    ("capacity", "width-grows"): ("recalled", 1.0),
    ("capacity", "sequences-to-16"): ("steps", 0.5),
}


@pytest.mark.parametrize("key", TURNED, ids=" ".join)
def test_other_numbers_turn_a_verdict_over(key: tuple[str, str]) -> None:
    (name, claim), (column, value) = key, TURNED[key]
    experiment = find(name)
    tables = deepcopy(STUDY[name]["tables"])
    for rows in tables.values():
        for row in rows:
            if row.get(column) is not None:
                row[column], row[f"{column}_std"] = value, 0.0
    result = experiment.judged(experiment.set_up(Settings()), tables)
    assert result.verdict(claim).outcome == "not reproduced"
    quick = experiment.judged(experiment.set_up(Settings(quick=True, trials=2)), tables)
    assert quick.verdict(claim).outcome == "does not hold here"


def test_a_power_law_would_be_seen() -> None:
    experiment = find("figure4")
    tables = deepcopy(STUDY["figure4"]["tables"])
    for row in tables["rows"]:
        row |= {"margin_loss": row["step"] ** 2, "margin_loss_std": 0.0}
    for fit in tables["fits"]:
        fit |= {"slope": 2.0, "r_squared": 1.0, "points": 7}
    result = experiment.judged(experiment.set_up(Settings()), tables)
    assert result.verdict("margin-power-law").outcome == "reproduced"
