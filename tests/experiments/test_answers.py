"""Each answer to a question of the study's own, worked out again from the numbers in its JSON.

By hand, as the paper's claims in test_verdicts.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.committed import CLOSE, OWN, STUDY, VERDICTS, Row, bounds, one, table

README = Path(__file__).parents[2] / "README.md"


def by_rounding() -> list[str]:
    return [
        f"N = {n}: slope {fit['slope']:.2f}"
        for n in (200, 110, 120, 130)
        for fit in table(
            "figure4", "fits", neurons=n, source="quantization", damage="training_loss_increase"
        )
    ]


def by_spread() -> list[str]:
    fit = one("figure4", "fits", neurons=200, source="noise", damage="normalised_margin_loss")
    return [f"slope {fit['slope']:.2f} (R² {fit['r_squared']:.3f}, {fit['points']} of {fit['of']}"]


def overloaded() -> list[str]:
    rows = table("figure7", method="gradient-descent")
    stiff = [row["gamma"] for row in rows if row["stiffness"] > 2]
    calm = [row["gamma"] for row in rows if row["stiffness"] <= 2]
    missed = [row["gamma"] for row in rows if row["float"] < 0.9999]
    solved = table("figure7", method="converged")
    assert min(row["float"] for row in solved) >= 0.9999
    (onset,) = (row for row in solved if row["gamma"] == max(missed))
    edge = max(row["trained_stiffness"] for row in solved if row["gamma"] not in missed)
    recalled = [row["float_recall"] for row in solved if row["gamma"] in missed]
    return [
        f"passes 2 between gamma = {max(stiff)} and {min(calm)}",
        f"first misses its own bits at gamma = {max(missed)}, the converged one at none",
        f"is {onset['trained_stiffness']:.1f} at the onset and at most {edge:.1f} where",
        f"recalls {min(recalled):.4f} to {max(recalled):.4f}",
    ]


def close_to_float(bits: int) -> list[str]:
    rows = table("hard-point", bits=bits)
    near = [row for row in rows if row["lost"] <= CLOSE]
    best = min(rows, key=lambda row: float(row["lost"]))
    sure = any(bounds(row, "lost")[1] <= CLOSE for row in rows)
    never = all(bounds(row, "lost")[0] > CLOSE for row in rows)
    return [
        f"{len(near)} of {len(rows)} schemes do",
        f"best {bits}-bit {best['quantizer']}, {best['offset_bits']}-bit",
        f"{best['recall']:.4f} ± {best['recall_std']:.4f} against {best['float_recall']:.4f}",
        "lost. " + ("Yes" if sure else "No" if never else "Undecided"),
    ]


def better_than_nearest() -> list[str]:
    rows, ways = table("nearest-baseline"), list(STUDY["nearest-baseline"]["parameters"]["schemes"])
    gain = max(row[way] - row["nearest"] for row in rows for way in ("float", *ways))
    losses = {way: max(row["nearest"] - row[way] for row in rows) for way in ("float", *ways)}
    fifth = one("nearest-baseline", noise=0.2)
    return [
        f"largest gain {gain:+.4f}",
        *(f"{way} loses up to {loss:.4f}" for way, loss in losses.items()),
        f"nearest {fifth['nearest']:.4f}, float {fifth['float']:.4f}",
    ]


def cost_of_weights() -> list[str]:
    engine = one("nearest-baseline", "costs", way="2-bit min-max")
    search = one("nearest-baseline", "costs", name="nearest")
    cheapest = one("nearest-baseline", "costs", name="nearest_best")
    return [
        f"energy {engine['energy_pj'] / cheapest['energy_pj']:.1f} times that of the cheapest",
        *(
            f"{word} {engine[column] / search[column]:.1f} times"
            for word, column in (
                ("footprint", "footprint_bits"), ("energy", "energy_pj"), ("cycles", "cycles")
            )
        ),
    ]  # fmt: skip


def least(column: str, **wanted: Any) -> list[str]:
    """The least value from which on recall at 20 % noise keeps close to float, at every size."""
    told = []
    for n in (100, 200, 500, 1000):
        rows = table("precision", neurons=n, noise=0.2, **wanted)
        values = [
            row[column]
            for row in rows
            if all(other["lost"] <= CLOSE for other in rows if other[column] >= row[column])
        ]
        most = max(row[column] for row in rows)
        told.append(f"{min(values) if values else f'more than {most}'} at N = {n}")
    return [", ".join(told)]


def untouched() -> list[str]:
    rows = table("precision", neurons=1000, varied="kernel_bits", kernel_origin="absolute")
    missed = {row["kernel_bits"]: row["miss"] for row in rows if row["noise"] == 0.1}
    return [f"{100 * missed[bits]:.0f} % at {bits} bits" for bits in (8, 10, 12, 16)]


def best_digits() -> Row:
    return max(table("digits", noise=0.1), key=lambda row: float(row["float"]))


def digits_two_bits() -> list[str]:
    best = best_digits()
    ways = STUDY["digits"]["parameters"]["schemes"]
    return [f"({best['method']}, gamma = {best['gamma']}): float {best['float']:.4f}"] + [
        f"{way} {best[way]:.4f}" for way in ways
    ]


def digits_clusters() -> list[str]:
    best = best_digits()
    found = one("digits", "statistics", method=best["method"], gamma=best["gamma"])
    return [
        f"{100 * found['small_weights']:.1f} % of the weights are under a tenth of the root mean "
        f"square {found['rms_weight']:.2f}, the largest is {found['largest_weight']:.2f}",
        f"{100 * found['sign_agrees']:.1f} % have the sign",
    ]


def digits_nearest() -> list[str]:
    best, ways = best_digits(), ["float", *STUDY["digits"]["parameters"]["schemes"]]
    gain = max(row[way] - row["nearest"] for row in table("digits") for way in ways)
    return [
        f"nearest {best['nearest']:.4f}, float {best['float']:.4f}",
        f"the largest gain anywhere is {gain:+.4f}",
    ]


def default_at(bits: int) -> list[str]:
    """By the table of points, not by that of schemes."""
    points = [row for row in table("defaults", "points", bits=bits) if row["schemes_keeping"]]
    kept = [row for row in points if row["default_lost"] <= CLOSE]
    most = max(row["default_lost"] for row in points)
    paper = one("defaults", bits=bits, quantizer="minmax", offset_bits=0)
    return [
        f"at {len(kept)} of {len(points)} points; most lost there {most:.4f}, anywhere",
        f"without offsets: at {paper['kept']} of {paper['points']} points",
    ]


def default_ranked() -> list[str]:
    scheme = {"quantizer": "neuron-mse", "offset_bits": 8, "offset_source": "learned"}
    rows = table("defaults", **scheme)
    kept, points = (sum(row[name] for row in rows) for name in ("kept", "points"))
    lost: dict[tuple[str, str], float] = {}  # over bits; kmeans fits plane weights of its own
    for row in table("defaults"):
        if "kmeans" not in row["quantizer"] and row["quantizer"] in everywhere():
            way = row["quantizer"], f"{row['offset_bits']}-bit {row['offset_source']}"
            lost[way] = lost.get(way, 0.0) + row["mean_lost"]
    quantizer, offsets = min(lost, key=lost.__getitem__)
    words = " ".join(README.read_text().split())
    assert (
        f"keeps within 0.003 of float at {kept} of {points} of them, the best scheme at " in words
    )
    return [
        f"The default (neuron-mse, 8-bit learned offsets: {kept} of {points}, ",
        f"least is lost on average by {quantizer}, {offsets} offsets: ",
    ]


def everywhere() -> set[str]:
    """Quantizers that have codes of 1, 2 and 4 bits."""
    found = [{row["quantizer"] for row in table("defaults", bits=bits)} for bits in (1, 2, 4)]
    return set.intersection(*found)


def events_save() -> list[str]:
    rows = table("asynchronous")
    ratios = [row["events_pj"] / row["engine_pj"] for row in rows]
    beside = [row["events_pj"] / row["search_pj"] for row in rows]
    less = any(bounds(row, "events_pj")[1] < bounds(row, "engine_pj")[0] for row in rows)
    return [
        "Yes against" if less else "against",
        f"without rules: {min(ratios):.2f} (",
        f" to {max(ratios):.2f} (",
        f"takes {min(beside):.0f} to {max(beside):.0f} times the energy",
    ]


def lost_at_once() -> list[str]:
    found = []
    for method, loads in (("gradient-descent", None), ("converged", [1, 2, 4, 8, 16, 30])):
        for neurons in (50, 100, 200):
            for gamma in (0.0125, 0.025, 0.05, 0.1, 0.2):
                rows = table("capacity", method=method, neurons=neurons, gamma=gamma)
                assert loads in (None, [row["load"] for row in rows])
                for few, many in itertools.pairwise(rows):
                    if few["steps"] >= 0.99 > many["steps"]:
                        found.append((many["steps"], f"{many['load']:g}, {few['steps']:.3f} at "))
    return [
        f"under half at {sum(steps < 0.5 for steps, _ in found)} of {len(found)}: ",
        *(f"{steps:.3f} at P/N = {rest}" for steps, rest in found),
    ]


def structured() -> list[str]:
    return [
        f"{row['stored']:.3f} and {row['recalled']:.3f} (gamma {row['gamma']:g})"
        for row in table("capacity", "digits", load=20)
    ]


def tuned_at(bits: int) -> list[str]:
    rows = table("quantization-aware", bits=bits)
    better = [row for row in rows if bounds(row, "ahead")[0] > 0]
    worse = [row for row in rows if bounds(row, "ahead")[1] < 0]
    most, least = (found(rows, key=lambda row: row["ahead"]) for found in (max, min))
    assert all(abs(row["tuned"] - row["after"] - row["ahead"]) < 1e-9 for row in rows)
    return [
        f"better at {len(better)} of 18 points, worse at {len(worse)} (",
        f"most {most['tuned']:.4f} against {most['after']:.4f}, float {most['float']:.4f} (",
        f"least {least['tuned']:.4f} against {least['after']:.4f}",
        *(f"{row['tuned']:.4f} against {row['after']:.4f}" for row in worse),
    ]


def tuned_over_float() -> list[str]:
    rows = table("quantization-aware")
    over = [row for row in rows if bounds(row, "over_float")[0] > 0]
    most = max(over, key=lambda row: row["tuned"] - row["float"])
    return [
        f"Yes: at {len(over)} of 36 points, most {most['tuned']:.4f} against {most['after']:.4f}, "
        f"float {most['float']:.4f}"
    ]


def mixed(bits: int, way: str) -> list[str]:
    rows = table("mixed-precision", bits=bits)
    ahead = f"{way}_ahead"
    assert all(abs(row[way] - row["uniform"] - row[ahead]) < 1e-9 for row in rows)
    more = sum(bounds(row, ahead)[0] > 0 for row in rows)
    less = sum(bounds(row, ahead)[1] < 0 for row in rows)
    told = [
        f"{row[way]:.4f} against {row['uniform']:.4f}, float {row['float']:.4f} ({row['data']}, "
        f"gamma {row['gamma']:g}, {100 * row['noise']:g} % noise)"
        for row in (found(rows, key=lambda row: row[ahead]) for found in (max, min))
    ]
    if way == "shuffled":
        return [f"less than {bits} bits each at {less} of 18 points", f"at most {told[1]}"]
    return [
        f"more at {more} of 18 points, less at {less} (",
        f"most {told[0]}",
        f"least {told[1]}",
    ]


def bayes_over(other: str, kind: str = "") -> list[str]:
    """Points counted by the differences, and each point's two values."""
    rows = table("bayes")
    assert all(
        abs(row[f"bayes{kind}"] - row[other + kind] - row[f"over_{other}{kind}"]) < 1e-9
        for row in rows
    )
    more = sum(bounds(row, f"over_{other}{kind}")[0] > 0 for row in rows)
    fewer = sum(bounds(row, f"over_{other}{kind}")[1] < 0 for row in rows)
    return [
        f"more at {more} of 6 points, fewer at {fewer}",
        *(
            f"{row['data']}, {round(100 * row['noise'])} %: {row['bayes' + kind]:.4f} against "
            f"{row[other + kind]:.4f}"
            for row in rows
        ),
    ]


def test_no_trained_memory_keeps_more_bits_than_the_readme_says() -> None:
    assert "no trained memory kept 0.0001 of the bits more" in " ".join(README.read_text().split())
    most = max(row[way] - row["bayes"] for row in table("bayes") for way in ("two_bits", "float"))
    assert 0 < most < 1e-4


def bayes_in_integers() -> list[str]:
    rows = table("bayes")
    more = sum(bounds(row, "over_exact")[0] > 0 for row in rows)
    lost = max(row["bayes"] - row["exact"] for row in rows)
    return [f"float keeps more at {more} of 6 points", f"most lost {lost:.5f}"]


def bayes_misled() -> list[str]:
    rows = table("bayes", "assumed")
    fewer = sum(bounds(row, "over_nearest")[1] < 0 for row in rows)
    return [f"fewer bits than nearest at {fewer} of 30 points"] + [
        f"{row['bayes']:.4f} for {round(100 * row['assumed'])} %" for row in rows
    ]


def bayes_untrained(rows: str) -> list[str]:
    return ["at gamma = 0.02, "] + [
        f"untrained {row['untrained']:.4f}, with offsets {row['centred']:.4f} (1-bit exact model "
        f"{row['centred_exact']:.4f}), trained {row['float']:.4f}, at 2 bits {row['two_bits']:.4f}"
        for row in table("bayes", rows, gamma=0.02)
    ]


QUESTIONS: dict[tuple[str, str], Callable[[], list[str]]] = {
    ("figure4", "loss-by-rounding"): by_rounding,
    ("figure4", "margin-by-spread"): by_spread,
    ("figure7", "overloaded-phase"): overloaded,
    ("hard-point", "2-bit-close-to-float"): lambda: close_to_float(2),
    ("hard-point", "1-bit-close-to-float"): lambda: close_to_float(1),
    ("nearest-baseline", "better-than-nearest"): better_than_nearest,
    ("nearest-baseline", "cost-of-weights"): cost_of_weights,
    ("precision", "weight-bits"): lambda: least("bits", varied="bits"),
    ("precision", "kernel-bits-nearest"): lambda: least(
        "kernel_bits", varied="kernel_bits", kernel_origin="nearest"
    ),
    ("precision", "kernel-bits-absolute"): lambda: least(
        "kernel_bits", varied="kernel_bits", kernel_origin="absolute"
    ),
    ("precision", "offset-bits-at-2-bits"): lambda: least(
        "offset_bits", varied="offset_bits", bits=2
    ),
    ("precision", "offset-bits-at-1-bit"): lambda: least(
        "offset_bits", varied="offset_bits", bits=1
    ),
    ("precision", "absolute-origin-misses"): untouched,
    ("defaults", "default-ranked"): default_ranked,
    ("defaults", "default-at-1"): lambda: default_at(1),
    ("defaults", "default-at-2"): lambda: default_at(2),
    ("defaults", "default-at-4"): lambda: default_at(4),
    ("digits", "two-bits-suffice"): digits_two_bits,
    ("digits", "two-clusters"): digits_clusters,
    ("digits", "better-than-nearest"): digits_nearest,
    ("asynchronous", "events-save-energy"): events_save,
    ("bayes", "bits-over-nearest"): lambda: bayes_over("nearest"),
    ("bayes", "bits-over-two-bits"): lambda: bayes_over("two_bits"),
    ("bayes", "bits-over-iterated"): lambda: bayes_over("iterated"),
    ("bayes", "whole-patterns-over-nearest"): lambda: bayes_over("nearest", "_whole"),
    ("bayes", "whole-patterns-over-two-bits"): lambda: bayes_over("two_bits", "_whole"),
    ("bayes", "whole-patterns-over-iterated"): lambda: bayes_over("iterated", "_whole"),
    ("bayes", "offsets-at-the-posterior"): lambda: bayes_over("centred"),
    ("bayes", "one-bit-integers"): bayes_in_integers,
    ("bayes", "noise-not-as-assumed"): bayes_misled,
    ("bayes", "untrained-with-offsets"): lambda: bayes_untrained("trained"),
    ("bayes", "untrained-as-flips-are-counted"): lambda: bayes_untrained("counted"),
    ("capacity", "lost-at-once"): lost_at_once,
    ("capacity", "structured-to-20"): structured,
    ("quantization-aware", "1-bit-tuned"): lambda: tuned_at(1),
    ("quantization-aware", "2-bit-tuned"): lambda: tuned_at(2),
    ("quantization-aware", "tuned-beats-float"): tuned_over_float,
    ("mixed-precision", "2-bits-by-bits"): lambda: mixed(2, "mixed"),
    ("mixed-precision", "2-bits-by-fields"): lambda: mixed(2, "mixed_fields"),
    ("mixed-precision", "2-bits-shuffled"): lambda: mixed(2, "shuffled"),
    ("mixed-precision", "3-bits-by-bits"): lambda: mixed(3, "mixed"),
    ("mixed-precision", "3-bits-by-fields"): lambda: mixed(3, "mixed_fields"),
    ("mixed-precision", "3-bits-shuffled"): lambda: mixed(3, "shuffled"),
}


def test_every_answer_is_worked_out_here() -> None:
    assert set(QUESTIONS) == OWN


@pytest.mark.parametrize("key", QUESTIONS, ids=" ".join)
def test_an_answer_says_what_the_numbers_say(key: tuple[str, str]) -> None:
    for words in QUESTIONS[key]():
        assert words in VERDICTS[key]["measured"]
