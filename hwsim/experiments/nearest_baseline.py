"""The honest baseline: return the stored pattern nearest to the query, with no weights at all."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.cost.comparisons import nearest_patterns
from hwsim.cost.energy import estimate
from hwsim.experiments import lab
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import DATAPATH, RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "nearest-baseline"
TITLE = TITLES[NAME]

NOISES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
QUICK_NOISES = (0.0, 0.1, 0.2, 0.3, 0.4)
PARAMETERS = parameters(
    *RIDGE,
    *DATAPATH,
    Parameter("noise", NOISES, QUICK_NOISES),
    Parameter("queries", 200),
)
COST_NOISE = 0.2
SCHEMES = {  # name: bits, quantizer, offset bits
    "2-bit min-max": (2, "minmax", 0),
    "2-bit neuron-mse, 8-bit offsets": (2, "neuron-mse", 8),
    "1-bit sign-zero, 8-bit offsets": (1, "sign-zero", 8),
}


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    memory = store.load(setup.key(seed))
    costed = _costed(setup)
    images = {
        name: lab.image(
            memory, quantizer=quantizer, bits=bits, offset_bits=offset_bits, **setup.image()
        )
        for name, (bits, quantizer, offset_bits) in SCHEMES.items()
    }
    bits = next(iter(images.values())).patterns
    rows: list[Row] = []
    costs: list[Row] = []
    for index, noise in enumerate(setup["noise"]):
        queries, targets = lab.noisy(memory.patterns, noise, [seed, 11, index], setup["queries"])
        nearest = nearest_patterns(bits, queries)
        row: Row = {
            "noise": noise,
            "nearest": float((nearest == targets).mean()),
            "nearest_whole": float((nearest == targets).all(axis=1).mean()),
            "float": lab.float_accuracy(memory, queries, targets, setup["max_steps"]),
        }
        for name, image in images.items():
            recalls = lab.exact(image, queries)
            row[name] = float((recalls.states == targets).mean())
            row[f"{name}, whole"] = float((recalls.states == targets).all(axis=1).mean())
            if noise == costed:
                costs += _costs(name, image, recalls.counts)
        rows.append(row)
    return {"rows": rows, "costs": costs}


def _costed(setup: Setup) -> float:
    """The noise at which recalls are priced: 20 %, or the largest of one's own."""
    noises: tuple[float, ...] = setup["noise"]
    return COST_NOISE if COST_NOISE in noises else max(noises)


def _costs(name: str, image: lab.Image, counts: lab.Counts) -> list[Row]:
    """Footprint, energy and cycles of one engine; with the first, of the alternatives too."""
    report = estimate(image.parameters, image.gamma, counts)
    first = name == next(iter(SCHEMES))
    rows: list[Row] = []
    for way in report.comparisons:
        if way.name != "engine" and (not first or way.name == "engine_dense"):
            continue
        rows.append(
            {
                "name": way.name,
                "way": name if way.name == "engine" else way.title,
                "footprint_bits": way.footprint_bits,
                "energy_pj": float(way.total_pj),
                "cycles": float(way.cycles),
                "steps": 1.0 if way.name == "nearest" else float(counts.steps.mean()),
            }
        )
    return rows


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=("noise",), costs=("name", "way"))


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows, costs, costed = tables["rows"], tables["costs"], _costed(setup)
    words = percent(costed)
    ways = ["float", *SCHEMES]
    gains = {way: max((row[way] - row["nearest"], row["noise"]) for row in rows) for way in ways}
    losses = {way: max((row["nearest"] - row[way], row["noise"]) for row in rows) for way in ways}
    fifth = select(rows, noise=costed)[0]
    search = select(costs, name="nearest")[0]
    cheapest = min((row for row in costs if row["name"].startswith("nearest")), key=_energy)
    engine = select(costs, way=next(iter(SCHEMES)))[0]
    best_way = max(ways, key=lambda way: gains[way][0])
    verdicts = [
        Verdict(
            "better-than-nearest",
            "Does the kernel memory recall better than the nearest stored pattern?",
            f"largest gain {gains[best_way][0]:+.4f} ({best_way}, at {gains[best_way][1]:.0%} "
            "noise); "
            + "; ".join(
                f"{way} loses up to {losses[way][0]:.4f} (at {losses[way][1]:.0%})" for way in ways
            )
            + f". At {words} noise: nearest {fifth['nearest']:.4f}, "
            + ", ".join(f"{way} {fifth[way]:.4f}" for way in ways),
            OUR_OWN,
        ),
        Verdict(
            "cost-of-weights",
            "What do the weights cost beside the patterns alone?",
            f"footprint {engine['footprint_bits'] / search['footprint_bits']:.1f} times, energy "
            f"{engine['energy_pj'] / search['energy_pj']:.1f} times, cycles "
            f"{engine['cycles'] / search['cycles']:.1f} times those of the nearest-pattern search "
            f"with as many lanes, energy {engine['energy_pj'] / cheapest['energy_pj']:.1f} times "
            f"that of the {cheapest['way']}; 2-bit min-max, {words} noise",
            OUR_OWN,
        ),
    ]
    return Judgement(
        verdicts,
        (
            "When spins flip independently with probability under one half, the nearest stored "
            "pattern is the most probable one, so on such noise no memory recalls whole patterns "
            "more often; a network can only blend where several are about as near.",
        ),
        {
            "cost_noise": costed,
            "schemes": {name: list(choice) for name, choice in SCHEMES.items()},
        },
    )


def _energy(row: Row) -> float:
    return float(row["energy_pj"])


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
