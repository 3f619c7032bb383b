"""Classifiers drawn: accuracy against memory and against energy, with bars over the splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hwsim.pictures import label
from hwsim.report.scatter import HEIGHT, Dot, panel
from hwsim.report.svg import frame

Case = Mapping[str, Any]

FLOOR: Final = 0.88  # accuracies below would leave no room for the others' differences
ROW: Final = 16.0
COSTS: Final = {"kbit": "memory, kbit", "nj": "energy of an answer, nJ"}
OURS: Final = "kernel, "
LEFT_OUT: Final = ("one threshold", "4 bits", "1 bit ")  # variants, which would crowd the others


def charts(cases: Sequence[Case], data: str) -> dict[str, tuple[str, str]]:
    """Words and SVG by file name, one a cost.

    Args:
        cases: a classification's, of any data.
        data: whose are drawn.
    """
    drawn = {}
    of_data = [case for case in cases if case["data"] == data]
    listed = [case for case in of_data if not any(part in case["name"] for part in LEFT_OUT)]
    shown = [case for case in listed if case["accuracy"] >= FLOOR]
    missing = [str(case["name"]) for case in listed if case["accuracy"] < FLOOR]
    marks = {case["name"]: str(at) for at, case in enumerate(shown, 1)}
    for key, words in COSTS.items():
        priced = [case for case in shown if case[key] is not None]
        title = f"Accuracy on {data} against {words}"
        name = f"accuracy-{key}"
        body = panel(words, "accuracy, mean and deviation over splits", _dots(priced, key, marks))
        for line, case in enumerate(priced):
            body.append(
                label(
                    10,
                    HEIGHT + ROW * line + 6,
                    f"{marks[case['name']]}  {case['name'].removeprefix(OURS)}",
                )
            )
        svg = frame(name, title, HEIGHT + ROW * len(priced) + 4, body)
        left_out = f"; below {FLOOR}: {', '.join(missing)}" if missing else ""
        told = "discs: kernel classifiers; squares: others; step: the best"
        drawn[f"{name}.svg"] = (f"{title} ({told}{left_out})", svg + "\n")
    return drawn


def _dots(cases: Sequence[Case], key: str, marks: Mapping[str, str]) -> list[Dot]:
    dots = []
    for case in cases:
        ours = str(case["name"]).startswith(OURS)
        beaten = any(
            other[key] <= case[key]
            and other["accuracy"] >= case["accuracy"]
            and (other[key], other["accuracy"]) != (case[key], case["accuracy"])
            for other in cases
        )
        words = f"{case['name']}: {case['accuracy']:.4f} ± {case['deviation']:.4f}, {case[key]:.3g}"
        dots.append(
            Dot(
                marks[case["name"]],
                words,
                case[key],
                case["accuracy"],
                "a" if ours else "b",
                not beaten,
                "disc" if ours else "square",
                case["deviation"],
            )
        )
    return dots
