"""Which quantizer and which offsets a design should have by default: all of them, measured.

Every quantizer with every kind of offsets at 1, 2 and 4 bits, recalled by the exact model at the
operating points of the other studies. A scheme *keeps* a point if it loses at most `CLOSE` of
recall accuracy against float there, on average over trials. Where no scheme keeps a point at some
bits, the default is not asked to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from hwsim.choices import CLOSE, LOGISTIC
from hwsim.design import PLAIN, Design
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.own import STORED, TRAINED
from hwsim.experiments.parameters import (
    DATAPATH,
    RIDGE,
    RIDGE_GAMMA,
    Parameter,
    parameters,
)
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict
from hwsim.experiments.schemes import scheme_name, schemes
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select
from hwsim.measure.rows import summarise as summarised_rows

NAME = "defaults"
TITLE = TITLES[NAME]

PARAMETERS: Final = parameters(
    *RIDGE,  # a point in place of the study's, where one of these is given
    *DATAPATH,
    Parameter("bits", (1, 2, 4)),
    Parameter("noise", (0.0, 0.1, 0.2)),
    Parameter("queries", 200),
)
# Offset bits and where offsets come from; the quantizer's own are dropped with 0 bits.
OFFSETS: Final = ((0, "none"), (8, "quantizer"), (4, "learned"), (6, "learned"), (8, "learned"))
# N, P, gamma: the paper's largest size, the ridge and left of it, a lower load, the hard point, and
# a memory to start with.
RANDOM: Final = (
    (1000, 3000, RIDGE_GAMMA),
    *((200, 600, gamma) for gamma in (0.008, 0.01, RIDGE_GAMMA)),
    *((200, 300, RIDGE_GAMMA), (100, 300, RIDGE_GAMMA), (100, 200, RIDGE_GAMMA)),
)
DIGITS: Final = tuple((64, 192, gamma) for gamma in (0.02, 0.05, 0.1, 0.2))
SCHEME: Final = ("bits", "quantizer", "offset_bits", "offset_source")
POINT: Final = ("data", "neurons", "patterns", "gamma", "method", "noise")


def _one_point(setup: Setup) -> bool:
    """Whether a point of one's own takes the place of the study's."""
    return setup.data is not None or not setup.own.keys().isdisjoint({*STORED, *TRAINED})


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    if _one_point(setup):
        return [setup.key(seed)]
    if setup.quick:
        return [MemoryKey(100, 200, RIDGE_GAMMA, seed), MemoryKey(64, 192, 0.1, seed, "digits")]
    return [
        MemoryKey(*size, seed, data, method)
        for data, sizes in (("random", RANDOM), ("digits", DIGITS))
        for size in sizes
        for method in LOGISTIC
    ]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    for key in memories(setup, seed):
        memory = store.load(key)
        samples = [
            (noise, *lab.noisy(memory.patterns, noise, [seed, 21, index], setup["queries"]))
            for index, noise in enumerate(setup["noise"])
        ]
        most = setup["max_steps"]
        whole = {noise: lab.float_accuracy(memory, q, t, most) for noise, q, t in samples}
        recalled: dict[tuple[Any, ...], list[float]] = {}
        lowerer = lab.Lowerer(memory)
        for scheme in _schemes(setup["bits"]):
            image = lowerer.image(_design(scheme, setup))
            p = image.parameters
            same = (p.plane_weights, p.offset_frac_bits, image.codes.tobytes(),
                    image.offsets.tobytes())  # fmt: skip
            if same not in recalled:  # at 1 bit many quantizers are one
                recalled[same] = [lab.exact_accuracy(image, q, t) for _, q, t in samples]
            for noise, accuracy in zip(setup["noise"], recalled[same], strict=True):
                point = {name: value for name, value in asdict(key).items() if name in POINT}
                if setup.data is not None:
                    point["data"] = "own"  # not where it lies
                rows.append(
                    point
                    | {"noise": noise, **scheme, "float": whole[noise]}
                    | {"lost": whole[noise] - accuracy}
                )
    return {"rows": rows}


def _schemes(bits_tried: Sequence[int]) -> list[Row]:
    return [
        dict(zip(SCHEME, (bits, quantizer, *offset), strict=True))
        for bits in bits_tried
        for quantizer in schemes(bits)
        for offset in OFFSETS
    ]


def _design(scheme: Row, setup: Setup) -> Design:
    source = {} if scheme["offset_source"] == "none" else {"offset_source": scheme["offset_source"]}
    names = ("bits", "quantizer", "offset_bits")
    return Design(**PLAIN, **{name: scheme[name] for name in names}, **source, **setup.image())


def default_scheme(bits: int) -> Row:
    """The default design's scheme at some bits, as the columns of a row."""
    return {
        "bits": bits,
        "quantizer": Design.quantizer,
        "offset_bits": Design.offset_bits,
        "offset_source": Design.offset_source,
    }


def _judged(means: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """A row for every scheme, and one for every point and bits, from the means over trials."""
    at: dict[tuple[Any, ...], list[Row]] = {}
    for row in means:
        at.setdefault((row["bits"], *(row[name] for name in POINT)), []).append(row)
    points: list[Row] = []
    kept_somewhere = set()
    for place, rows in at.items():
        best = min(rows, key=lambda row: (row["lost"], row["offset_bits"]))
        if best["lost"] <= CLOSE:
            kept_somewhere.add(place)
        default = select(rows, **default_scheme(place[0]))[0]
        points.append(
            {
                **dict(zip(("bits", *POINT), place, strict=True)),
                "float": best["float"],
                "schemes_keeping": sum(row["lost"] <= CLOSE for row in rows),
                "best": scheme_name(best),
                "best_lost": best["lost"],
                "default_lost": default["lost"],
                "default_lost_std": default["lost_std"],
            }
        )
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in means:
        found.setdefault(tuple(row[name] for name in SCHEME), []).append(row)
    judged = []
    for scheme, rows in found.items():
        asked = [r for r in rows if (r["bits"], *(r[n] for n in POINT)) in kept_somewhere]
        worst = max(rows, key=lambda row: row["lost"])
        judged.append(
            {
                **dict(zip(SCHEME, scheme, strict=True)),
                "points": len(asked),
                "kept": sum(row["lost"] <= CLOSE for row in asked),
                "worst_lost": max((row["lost"] for row in asked), default=None),
                "mean_lost": sum(max(row["lost"], 0.0) for row in rows) / len(rows),
                "worst_lost_anywhere": worst["lost"],
                "worst_at": _place(worst),
            }
        )
    return judged, points


def _place(row: Row) -> str:
    """An operating point in words."""
    return (
        f"{row['data']}, N = {row['neurons']}, P = {row['patterns']}, gamma = {row['gamma']}, "
        f"{row['method']}, {row['noise']:.0%} noise"
    )


def ranked(rows: Sequence[Row]) -> list[Row]:
    """One row a quantizer and offsets, over all bits: the most points kept first.

    Ties go to the lesser mean loss over all points and bits.
    """
    names = SCHEME[1:]
    most = len({row["bits"] for row in rows})
    together: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        together.setdefault(tuple(row[name] for name in names), []).append(row)
    whole = [
        {
            **dict(zip(names, scheme, strict=True)),
            "kept": sum(row["kept"] for row in found),
            "points": sum(row["points"] for row in found),
            "mean_lost": sum(row["mean_lost"] for row in found) / len(found),
        }
        for scheme, found in together.items()
        if len(found) == most
    ]
    return sorted(whole, key=lambda row: (-row["kept"], row["mean_lost"]))


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    means = summarised_rows([trial["rows"] for trial in trials], (*POINT, *SCHEME))
    rows, points = _judged(means)
    return {"rows": rows, "points": points}


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows = tables["rows"]
    verdicts = [_ranking(ranked(rows))]
    for bits in setup["bits"]:
        default = select(rows, **default_scheme(bits))[0]
        paper = select(rows, bits=bits, quantizer="minmax", offset_bits=0)[0]
        verdicts.append(
            Verdict(
                f"default-at-{bits}",
                f"At {bits} bit{'s' * (bits > 1)}, where any scheme keeps within {CLOSE} of float, "
                "does the default?",
                f"{_told(default)}, anywhere {default['worst_lost_anywhere']:.4f} "
                f"({default['worst_at']}). The paper's min-max without offsets: {_told(paper)}",
                OUR_OWN,
            )
        )
    return Judgement(
        verdicts,
        (
            "A point is one memory at one noise. Points, and what is kept of them, count those "
            "that at least one scheme keeps at those bits; mean_lost is over all points, gains as "
            "0.",
            "The default is chosen among schemes whose plane weights are 1, 2, 4, …: kmeans fits "
            "others, whose sums take wider accumulators.",
        ),
        ({} if _one_point(setup) else _held(tables["points"]))
        | {
            "close": CLOSE,
            "default": {k: v for k, v in default_scheme(1).items() if k != "bits"},
        },
    )


def _held(points: Sequence[Row]) -> dict[str, list[Any]]:
    """The values that the study's points have, of what one point has one of."""
    names = (name for name in POINT if name != "noise")
    return {name: list(dict.fromkeys(row[name] for row in points)) for name in names}


def _told(row: Row) -> str:
    """How many points a scheme keeps, and the most it loses at those."""
    if not row["points"]:
        return "no scheme keeps any"
    return f"at {row['kept']} of {row['points']} points; most lost there {row['worst_lost']:.4f}"


def _ranking(order: Sequence[Row]) -> Verdict:
    chosen = {name: value for name, value in default_scheme(1).items() if name != "bits"}
    place = next(i for i, row in enumerate(order, 1) if select([row], **chosen))

    def told(row: Row) -> str:
        offsets = scheme_name({"bits": 1, **row}).partition(" ")[2]
        return (
            f"{offsets}: {row['kept']} of {row['points']}, {row['mean_lost']:.4f} lost on average"
        )

    best = "; ".join(told(row) for row in order[:3])
    plain = [row for row in order if "kmeans" not in row["quantizer"]]
    least = min(plain, key=lambda row: row["mean_lost"])
    return Verdict(
        "default-ranked",
        f"Which quantizer and offsets keep within {CLOSE} of float at the most points?",
        f"{best}. The default ({told(order[place - 1])}) is number {place} of {len(order)}. Of "
        f"those with plane weights 1, 2, 4, … least is lost on average by {told(least)}",
        OUR_OWN,
    )


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, max_trials=3)
