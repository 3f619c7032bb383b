"""How many patterns a neuron, at which width: two sibling studies' numbers.

A. Tamamori, "Quantitative attractor analysis of high-capacity kernel Hopfield networks" (arXiv
2505.01218): gamma N has to grow with N, and with it the load P/N that a network holds stays. And
"Geometric and dynamical analysis of attractor boundaries and storage limits in kernel Hopfield
networks", NOLTA, IEICE 17(1), 2026 (arXiv 2605.00366): sequences of random patterns hold up to P/N
of about 16, structured data near 20, and then dynamical stability is lost at once.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Sequence

import numpy as np

from hwsim.choices import LOGISTIC
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.evidence import Decision, all_of, any_of, mean, negated
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised, verdict
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select
from hwsim.reference.recall import recall
from hwsim.reference.sequences import pattern_by_step, replay, shares_right
from hwsim.reference.training import TrainingWarning, train

NAME = "capacity"
TITLE = TITLES[NAME]

PARAMETERS = parameters(
    *RIDGE,
    Parameter("neurons", (50, 100, 200), (20, 40)),
    Parameter("load", (1.0, 2.0, 4.0, 8.0, 16.0, 30.0), (2.0, 16.0)),
    # The sizes double and so do the widths: gamma N = 2.5, 5 and 10 are of all three sizes.
    Parameter("gamma", (0.0125, 0.025, 0.05, 0.1, 0.2), (0.05, 0.1)),
    Parameter("max_steps", 50),
    Parameter("noise", 0.1),
    Parameter("queries", 100, 40),
    without=("patterns", "method", "steps", "learning_rate", "data"),
)
KEYS = ("method", "neurons", "gamma", "load")
DESCENT, MINIMUM = LOGISTIC
DESCENDED = 3000  # patterns that gradient descent is run for: its work grows as their square
WORDS = {DESCENT: "500 steps of gradient descent", MINIMUM: "trained to the minimum"}
DIGITS = ("gamma", "load")
DIGIT_LOADS, FEW_DIGIT_LOADS = (4.0, 12.0, 20.0, 27.0), (4.0,)
PIXELS = 64
HELD = 0.99  # of the patterns, or of the steps: what "holds" means here
LOST = 0.5  # a load that is lost holds fewer
LIMIT, BEYOND = 16.0, 30.0  # of sequences, and a load well past it
STRUCTURED = 20.0
SEEDS = 5
REPLAYED = 50  # steps of a sequence, of 10 cues
CUES = 10
WIDTHS = "arXiv 2505.01218"
LIMITS = "arXiv 2605.00366"


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [*_random(setup, seed), *_digits(setup, seed)]


def _random(setup: Setup, seed: int) -> list[MemoryKey]:
    keys = (
        setup.key(
            seed,
            neurons=neurons,
            patterns=max(1, round(load * neurons)),
            gamma=gamma,
            method=method,
        )
        for method, neurons, gamma, load in itertools.product(
            LOGISTIC, setup["neurons"], setup["gamma"], setup["load"]
        )
    )
    kept = (key for key in keys if key.method == MINIMUM or key.patterns <= DESCENDED)
    return list(dict.fromkeys(kept))  # patterns of one's own have one load


def _digits(setup: Setup, seed: int) -> list[MemoryKey]:
    if setup.data is not None:
        return []
    return [
        setup.key(
            seed,
            neurons=PIXELS,
            patterns=round(load * PIXELS),
            gamma=gamma,
            data="digits",
            method=MINIMUM,
        )
        for gamma in setup["gamma"]
        for load in setup.pick(DIGIT_LOADS, FEW_DIGIT_LOADS)
    ]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    tables: Tables = {"rows": [], "digits": []}
    for key in _random(setup, seed):
        memory = store.load(key)
        load = key.patterns / key.neurons
        place = dict(zip(KEYS, (key.method, key.neurons, key.gamma, load), strict=True))
        row = _recalled(setup, memory, seed) | _replayed(setup, memory, key.method, seed)
        tables["rows"].append(place | row)
    for key in _digits(setup, seed):
        place = {"gamma": key.gamma, "load": key.patterns / key.neurons}
        tables["digits"].append(place | _recalled(setup, store.load(key), seed))
    return tables


def _recalled(setup: Setup, memory: lab.Memory, seed: int) -> Row:
    """Whole patterns that one step leaves as they are, and that come back from noise."""
    queries, targets = lab.noisy(memory.patterns, setup["noise"], [seed, 16], setup["queries"])
    stored = recall(memory, targets, max_steps=1).states
    back = recall(memory, queries, max_steps=setup["max_steps"]).states
    return {
        "stored": float((stored == targets).all(axis=1).mean()),
        "recalled": float((back == targets).all(axis=1).mean()),
        "bits": float((back == targets).mean()),
    }


def _replayed(setup: Setup, memory: lab.Memory, method: str, seed: int) -> Row:
    """Steps of the same patterns' sequence that are right, from cues without noise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainingWarning)  # as for the memories: it is measured
        trained = train(
            memory.patterns,
            memory.gamma,
            sequence="cyclic",
            method=method,
            penalty=setup["penalty"],
            regularization=setup["regularization"],
        )
    chosen = np.random.default_rng([seed, 17]).integers(memory.stored, size=CUES)
    states = replay(trained, memory.patterns[chosen], REPLAYED)
    assert trained.targets is not None
    wanted = trained.targets[pattern_by_step(trained, chosen, REPLAYED)]
    known = np.ones(wanted.shape[:2], dtype=np.bool_)
    _, steps, whole = shares_right(states, wanted, known)
    return {"steps": steps, "sequences": whole}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=KEYS, digits=DIGITS)


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows, digits = tables["rows"], tables["digits"]
    descended = select(rows, method=DESCENT)
    found = [
        _width_grows(setup, descended, rows),
        _load_stays(setup, descended, rows),
        _sequences(setup, descended, rows),
        _at_once(rows),
        _structured(digits),
    ]
    noise = percent(setup["noise"])
    return Judgement(
        [each for each in found if each is not None],
        (
            f"Held: {HELD:.0%} of the whole patterns come back from {noise} noise, or of the steps "
            f"of a sequence are right, {REPLAYED} from each of {CUES} stored cues. Of gradient "
            f"descent, which the studies train by, memories of up to {DESCENDED} patterns.",
            "A sequence of stored cues asks for nothing but that training has learned each "
            "pattern's follower: where descent has not, its minimum may have.",
            "The studies tune the width and tell gamma N; here stand several, at all loads.",
        ),
        {"held": HELD, "lost": LOST, "steps_replayed": REPLAYED, "cues": CUES},
    )


def _largest(rows: Iterable[Row], column: str) -> str:
    """The largest load measured up to which all hold, as words."""
    ordered = sorted(rows, key=lambda row: row["load"])
    held = list(itertools.takewhile(lambda row: row[column] >= HELD, ordered))
    if not held:
        return "none"
    return f"{held[-1]['load']:g}{' or more' if len(held) == len(ordered) else ''}"


def _loads(rows: Sequence[Row], column: str) -> str:
    """The largest loads by training, size and width, as words."""
    return ". ".join(
        f"{WORDS[method].capitalize()}: "
        + "; ".join(
            f"N = {neurons}: "
            + ", ".join(
                f"{_largest(select(rows, method=method, neurons=neurons, gamma=gamma), column)} "
                f"(gamma {gamma:g})"
                for gamma in dict.fromkeys(row["gamma"] for row in rows)
            )
            for neurons in dict.fromkeys(row["neurons"] for row in rows)
        )
        for method in dict.fromkeys(row["method"] for row in rows)
    )


def _held(row: Row, column: str) -> Decision:
    return mean(row, column).at_least(HELD)


def _width_grows(setup: Setup, rows: Sequence[Row], both: Sequence[Row]) -> Verdict | None:
    """At one gamma N, the largest network loses a load that the smallest holds."""
    sizes = sorted({row["neurons"] for row in rows})
    shared = [
        product
        for product in sorted({_product(row) for row in rows})
        if all(any(_product(row) == product for row in select(rows, neurons=n)) for n in sizes)
    ]
    if len(sizes) < 2 or not shared:
        return None
    falls = [_falls([row for row in rows if _product(row) == each], sizes) for each in shared]
    return verdict(
        setup,
        "width-grows",
        f"A sibling ({WIDTHS}): gamma N must grow with N for the same load",
        f"largest P/N held at N = {', '.join(map(str, sizes))}, gamma N fixed. "
        + ". ".join(
            f"{WORDS[method].capitalize()}: "
            + "; ".join(
                f"{product:g}: "
                + ", ".join(
                    _largest(_of(both, method, neurons, product), "recalled") for neurons in sizes
                )
                for product in shared
            )
            for method in LOGISTIC
        ),
        all_of(falls),
        any_of(falls),
    )


def _of(rows: Sequence[Row], method: str, neurons: int, product: float) -> list[Row]:
    chosen = select(rows, method=method, neurons=neurons)
    return [row for row in chosen if _product(row) == product]


def _product(row: Row) -> float:
    return round(float(row["gamma"] * row["neurons"]), 9)


def _falls(rows: Sequence[Row], sizes: Sequence[int]) -> Decision:
    """Whether a load that the smallest size holds is not held by the largest."""
    return any_of(
        all_of((_held(few, "recalled"), negated(_held(many, "recalled"))))
        for few in select(rows, neurons=sizes[0])
        for many in select(rows, neurons=sizes[-1], load=few["load"])
    )


def _load_stays(setup: Setup, rows: Sequence[Row], both: Sequence[Row]) -> Verdict | None:
    """At one gamma, so that gamma N grows as N does, larger networks hold no less."""
    sizes = sorted({row["neurons"] for row in rows})
    if len(sizes) < 2:
        return None
    widths = sorted({row["gamma"] for row in rows})
    kept = {width: _keeps(select(rows, gamma=width), sizes) for width in widths}
    return verdict(
        setup,
        "load-stays",
        f"A sibling ({WIDTHS}): with gamma N growing so, P grows in proportion to N",
        "largest P/N held, gamma fixed, so that gamma N grows as N does. "
        + _loads(both, "recalled"),
        all_of(kept.values()),
        any_of(kept.values()),
    )


def _keeps(rows: Sequence[Row], sizes: Sequence[int]) -> Decision:
    """Whether the largest size holds every load that the smallest does."""
    return all_of(
        any_of((negated(_held(few, "recalled")), _held(many, "recalled")))
        for few in select(rows, neurons=sizes[0])
        for many in select(rows, neurons=sizes[-1], load=few["load"])
    )


def _sequences(setup: Setup, rows: Sequence[Row], both: Sequence[Row]) -> Verdict | None:
    at, past = select(rows, load=LIMIT), select(rows, load=BEYOND)
    if not at or not past:
        return None
    sizes = sorted({row["neurons"] for row in at})
    reach = [any_of(_held(row, "steps") for row in select(at, neurons=n)) for n in sizes]
    ends = all_of(mean(row, "steps").below(HELD) for row in past)
    return verdict(
        setup,
        "sequences-to-16",
        f"A sibling ({LIMITS}): sequences of random patterns hold up to P/N of about {LIMIT:g}, "
        "and not beyond",
        f"largest P/N held. {_loads(both, 'steps')}",
        all_of((*reach, ends)),
        all_of(reach),
    )


def _at_once(rows: Sequence[Row]) -> Verdict:
    """How much of a fall lies between one load and the next."""
    falls = []
    for curve in dict.fromkeys(tuple(row[key] for key in KEYS[:-1]) for row in rows):
        chosen = select(rows, **dict(zip(KEYS, curve, strict=False)))
        falls += [
            (few, many)
            for few, many in itertools.pairwise(sorted(chosen, key=lambda row: row["load"]))
            if few["steps"] >= HELD > many["steps"]
        ]
    lost = [many for _, many in falls if many["steps"] < LOST]
    return Verdict(
        "lost-at-once",
        f"A sibling ({LIMITS}) sees sequences lost at once: how many of their steps are left at "
        "the first load that is not held?",
        f"under half at {len(lost)} of {len(falls)}: "
        + (
            "; ".join(
                f"{many['steps']:.3f} at P/N = {many['load']:g}, {few['steps']:.3f} at "
                f"{few['load']:g} (N = {many['neurons']}, gamma {many['gamma']:g}, "
                f"{WORDS[many['method']]})"
                for few, many in falls
            )
            or "none was lost"
        ),
        OUR_OWN,
    )


def _structured(digits: Sequence[Row]) -> Verdict | None:
    at = [row for row in digits if row["load"] == STRUCTURED]
    if not at:
        return None
    return Verdict(
        "structured-to-20",
        f"A sibling ({LIMITS}) retrieves structured data, embeddings of CIFAR-10, at P/N near "
        f"{STRUCTURED:g}: does it hold for handwritten digits?",
        f"whole patterns that stay, and that come back from noise, at P/N = {STRUCTURED:g}: "
        + "; ".join(
            f"{row['stored']:.3f} and {row['recalled']:.3f} (gamma {row['gamma']:g})" for row in at
        )
        + "; bits right: "
        + ", ".join(f"{row['bits']:.3f}" for row in at),
        OUR_OWN,
    )


EXPERIMENT = Experiment(
    NAME,
    TITLE,
    PARAMETERS,
    memories,
    trial,
    summarise,
    judge,
    max_trials=SEEDS,
    takes_memory=False,
)
