"""The untrained memory of the Bayes point against search and training: who wins when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.cost.comparisons import nearest_patterns
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.converged import memories
from hwsim.experiments.evidence import mean
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import DATAPATH, RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import Store
from hwsim.measure.rows import Row, select
from hwsim.reference import recall as float_network
from hwsim.reference.bayes import bayes_memory
from hwsim.spins import bits_from_spins

NAME = "bayes"
TITLE = TITLES[NAME]

PARAMETERS = parameters(
    *RIDGE,
    Parameter("neurons", 100, 40),  # of random patterns: the hard point's
    Parameter("gamma", (0.02, 0.05, 0.1, 0.2), (0.02, 0.1)),  # that memories are trained at
    Parameter("data", ("random", "digits"), ("random",)),
    *DATAPATH,
    Parameter("noise", (0.0, 0.1, 0.2, 0.3), (0.0, 0.2)),
    Parameter("queries", 3000, 600),
    without=("method", "steps", "learning_rate"),
)
ASSUMED = (0.05, 0.1, 0.2, 0.3, 0.4)  # noises that gamma is chosen for
ROWS, TRAINED, WIDTHS = ("data", "noise"), ("data", "gamma", "noise"), ("data", "noise", "assumed")
WHOLE = "_whole"  # a column of whole patterns; one without, of bits
# The codes of an untrained memory are its bits: one plane, and no offsets or learned ones.
PLAIN = {"bits": 1, "quantizer": "sign-zero", "offset_bits": 0}
CENTRED = {"bits": 1, "quantizer": "sign-zero", "offset_bits": 8, "offset_source": "learned"}
TWO_BITS = {"bits": 2, "quantizer": "neuron-mse", "offset_bits": 8, "offset_source": "learned"}


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    tables: Tables = {"rows": [], "trained": [], "assumed": [], "counted": []}
    kept: dict[str, list[lab.Memory]] = {}
    for key in memories(setup, seed):
        data = key.data if key.data in setup["data"] else "own"
        kept.setdefault(data, []).append(store.load(key))
    for data, trained in kept.items():
        for index, noise in enumerate(setup["noise"]):
            drawn = flipped(trained[0].patterns, noise, [seed, 18, index], setup["queries"])
            found = [_trained(setup, memory, *drawn) for memory in trained]
            tables["trained"] += [
                {"data": data, "gamma": memory.gamma, "noise": noise} | row
                for memory, row in zip(trained, found, strict=True)
            ]
            if noise:  # as other studies flip: so many of each query's spins
                widest = min(trained, key=lambda memory: memory.gamma or 0)
                drawn_so = lab.noisy(widest.patterns, noise, [seed, 20, index], setup["queries"])
                point: Row = {"data": data, "gamma": widest.gamma, "noise": noise}
                tables["counted"].append(point | _trained(setup, widest, *drawn_so))
            if 0 < noise < 0.5:  # elsewhere no width is the posterior's
                point = {"data": data, "noise": noise}
                tables["rows"].append(point | _bayes(setup, trained[0], noise, *drawn, found))
                tables["assumed"] += [
                    point | {"assumed": assumed} | _assumed(trained[0], assumed, *drawn)
                    for assumed in ASSUMED
                ]
    return tables


def flipped(
    patterns: lab.SpinArray, noise: float, seed: Sequence[int], count: int
) -> tuple[lab.SpinArray, lab.SpinArray]:
    """Queries and their patterns: each spin flipped by itself, as the posterior assumes.

    Other studies flip so many of each query's spins; then the pattern at just that distance would
    be known for sure.
    """
    rng = np.random.default_rng(seed)
    targets = patterns[rng.integers(len(patterns), size=count)]
    return np.where(rng.random(targets.shape) < noise, -targets, targets), targets


def _right(name: str, states: lab.SpinArray, targets: lab.SpinArray) -> Row:
    right = states == targets
    return {name: float(right.mean()), name + WHOLE: float(right.all(axis=1).mean())}


def _float(memory: lab.Memory, queries: lab.SpinArray, steps: int) -> lab.SpinArray:
    return float_network.recall(memory, queries, max_steps=steps).states


def _trained(
    setup: Setup, memory: lab.Memory, queries: lab.SpinArray, targets: lab.SpinArray
) -> Row:
    """At a width that memories are trained at: trained, and untrained with and without offsets."""
    steps = setup["max_steps"]
    patterns = memory.patterns.astype(np.float64)
    plain = lab.with_alpha(memory, patterns)
    # an offset is a weight that all patterns share: its field is it times the kernel's sum
    centred = lab.with_alpha(memory, patterns - patterns.mean(axis=0))
    two, one = (
        lab.image(lowered, **(setup.image() | choices))
        for lowered, choices in ((memory, TWO_BITS), (centred, CENTRED))
    )
    return (
        _right("float", _float(memory, queries, steps), targets)
        | _right("two_bits", lab.exact(two, queries).states, targets)
        | _right("untrained", _float(plain, queries, steps), targets)
        | _right("centred", _float(centred, queries, steps), targets)
        | _right("centred_exact", lab.exact(one, queries).states, targets)
    )


def _bayes(
    setup: Setup,
    memory: lab.Memory,
    noise: float,
    queries: lab.SpinArray,
    targets: lab.SpinArray,
    trained: Sequence[Row],
) -> Row:
    """At the posterior's width: one step, several, with offsets, in integers; and who is beside."""
    patterns = memory.patterns
    bayes = bayes_memory(patterns, noise)
    centred = lab.with_alpha(bayes, patterns - patterns.mean(axis=0, dtype=np.float64))
    image = lab.image(bayes, **(setup.image() | PLAIN))
    nearest = nearest_patterns(bits_from_spins(patterns), queries)
    row = (
        _right("bayes", _float(bayes, queries, 1), targets)
        | _right("exact", lab.exact(lab.one_step(image), queries).states, targets)
        | _right("iterated", _float(bayes, queries, setup["max_steps"]), targets)
        | _right("centred", _float(centred, queries, 1), targets)
        | _right("nearest", nearest, targets)
        | {
            # of all widths the one that is right most often on these queries
            way + kind: max(each[way + kind] for each in trained)
            for way in ("float", "two_bits")
            for kind in ("", WHOLE)
        }
    )
    for other in ("nearest", "iterated", "centred", "two_bits", "float", "exact"):
        for kind in ("", WHOLE):
            row[f"over_{other}{kind}"] = row[f"bayes{kind}"] - row[other + kind]
    return row


def _assumed(
    memory: lab.Memory, assumed: float, queries: lab.SpinArray, targets: lab.SpinArray
) -> Row:
    """One step at the width of another noise, beside the nearest pattern."""
    nearest = nearest_patterns(bits_from_spins(memory.patterns), queries)
    row = _right("bayes", _float(bayes_memory(memory.patterns, assumed), queries, 1), targets)
    return row | {"over_nearest": row["bayes"] - float((nearest == targets).mean())}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=ROWS, trained=TRAINED, assumed=WIDTHS, counted=TRAINED)


def _counted(rows: Sequence[Row], column: str) -> str:
    more = sum(mean(row, column).above(0) is True for row in rows)
    fewer = sum(mean(row, column).below(0) is True for row in rows)
    return f"more at {more} of {len(rows)} points, fewer at {fewer}"


def _against(rows: Sequence[Row], other: str, kind: str = "") -> str:
    return "; ".join(
        f"{row['data']}, {percent(row['noise'])}: {row['bayes' + kind]:.4f} against "
        f"{row[other + kind]:.4f}"
        for row in rows
    )


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows, trained, widths = tables["rows"], tables["trained"], tables["assumed"]
    verdicts: list[Verdict] = []

    def ask(name: str, question: str, measured: str) -> None:
        verdicts.append(Verdict(name, question, measured, OUR_OWN))

    if rows:
        for kind, goal in (("", "bits"), (WHOLE, "whole patterns")):
            for other, called in (
                ("nearest", "the nearest stored pattern"),
                ("two_bits", "the best memory trained and quantized to 2 bits"),
                ("iterated", "the same memory iterated"),
            ):
                ask(
                    f"{goal.replace(' ', '-')}-over-{other.replace('_', '-')}",
                    f"Does the Bayes point's one step keep more {goal} than {called}?",
                    f"{_counted(rows, f'over_{other}{kind}')} (95 % confidence); "
                    f"{_against(rows, other, kind)}",
                )
        ask(
            "offsets-at-the-posterior",
            "Do offsets, minus the column means, help at the posterior's width?",
            f"Bayes without them: {_counted(rows, 'over_centred')}; {_against(rows, 'centred')}",
        )
        ask(
            "one-bit-integers",
            "Do one-bit codes and a rounded kernel lose anything of the Bayes point?",
            f"float keeps {_counted(rows, 'over_exact')}; most lost "
            f"{max(row['over_exact'] for row in rows):.5f}",
        )
        ask("noise-not-as-assumed", "What if the noise is not what gamma assumes?", _misled(widths))
    least = min(row["gamma"] for row in trained)
    ask(
        "untrained-with-offsets",
        "Is training needed once offsets take the column means out?",
        _untrained([row for row in trained if row["gamma"] == least]),
    )
    if tables["counted"]:
        ask(
            "untrained-as-flips-are-counted",
            "And where exactly that share of each query's spins is flipped, as in other studies?",
            _untrained(tables["counted"]),
        )
    return Judgement(
        verdicts,
        (
            "Every spin is flipped by itself, as the posterior assumes. Columns of trained "
            "memories in the first table are those of the gamma that is best on the very queries "
            "measured, chosen in each trial anew; the Bayes point chooses nothing, but is told the "
            "noise. `centred` has the weights X minus its column means, which is X with offsets.",
        ),
        {"assumed": list(ASSUMED)},
    )


def _misled(widths: Sequence[Row]) -> str:
    told, places = [], 0
    for row in widths:
        places += mean(row, "over_nearest").below(0) is True
    for data, noise in dict.fromkeys((row["data"], row["noise"]) for row in widths):
        chosen = select(widths, data=data, noise=noise)
        told.append(
            f"{data}, {percent(noise)}: "
            + ", ".join(f"{row['bayes']:.4f} for {percent(row['assumed'])}" for row in chosen)
        )
    return f"fewer bits than nearest at {places} of {len(widths)} points; " + "; ".join(told)


def _untrained(rows: Sequence[Row]) -> str:
    """Of one gamma."""
    told = [
        f"{row['data']}, {percent(row['noise'])}: untrained {row['untrained']:.4f}, with "
        f"offsets {row['centred']:.4f} (1-bit exact model {row['centred_exact']:.4f}), "
        f"trained {row['float']:.4f}, at 2 bits {row['two_bits']:.4f}"
        for row in rows
    ]
    return f"at gamma = {rows[0]['gamma']:g}, " + "; ".join(told)


EXPERIMENT = Experiment(
    NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, takes_memory=False
)
