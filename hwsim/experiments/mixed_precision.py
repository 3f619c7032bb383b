"""Weights of some neurons in more bits than of others, at as many bits in all.

A neuron's weights decide its next bit and no other's, so that what a number of bits costs is known
neuron by neuron, and an integer program finds the best shares of a budget (as between layers in
HAQ, Wang et al. 2019, and ILP-based post-training quantization, Hubara et al. 2021). Levels of B
bits, odd integers up to 2**B - 1, are among those of more bits: the exact model runs all in one
image of the most bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.choices import NOISES
from hwsim.compress.lower import lower_weights
from hwsim.compress.offsets import learn_offsets
from hwsim.compress.quantize import quantize
from hwsim.compress.weights import QuantizedWeights
from hwsim.config import default_plane_weights
from hwsim.design import PLAIN, Design
from hwsim.experiments import lab
from hwsim.experiments.allocation import allocate
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.converged import memories
from hwsim.experiments.evidence import mean
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import DATAPATH, RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised
from hwsim.experiments.setup import Setup, percent
from hwsim.measure.memories import Store
from hwsim.measure.rows import Row, select

NAME = "mixed-precision"
TITLE = TITLES[NAME]

PARAMETERS = parameters(
    *RIDGE,
    Parameter("neurons", 100, 40),  # of random patterns: the hard point's
    Parameter("gamma", (0.02, 0.05, 0.1), (0.05,)),
    Parameter("data", ("random", "digits"), ("random",)),
    *DATAPATH,
    Parameter("bits", (2, 3), (2,)),  # a weight, on average
    Parameter("offset_bits", 8),
    Parameter("noise", (0.0, 0.1, 0.2)),
    Parameter("queries", None),  # each stored pattern once
    without=("method", "steps", "learning_rate"),
)
KEYS = ("data", "gamma", "bits", "noise")
WIDTHS: Final = (1, 2, 3, 4)
QUANTIZER: Final = Design.quantizer
WAYS: Final = ("mixed", "mixed_fields", "shuffled")
TIE: Final = 1e-6  # of a relative field error, which decides between equal numbers of wrong bits


@dataclass(frozen=True)
class Costs:
    """What each width costs each neuron on noisy states that no query is drawn from, (N, K).

    Attributes:
        bits: share of the next bits that are wrong.
        fields: squared error of the fields over the float fields' squares.
    """

    bits: npt.NDArray[np.float64]
    fields: npt.NDArray[np.float64]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    rows: list[Row] = []
    shares: list[Row] = []
    for key in memories(setup, seed):
        memory = store.load(key)
        data = key.data if key.data in setup["data"] else "own"
        drawn = {
            noise: lab.noisy(memory.patterns, noise, [seed, 25, index], setup["queries"])
            for index, noise in enumerate(setup["noise"])
        }
        by_width = {
            width: learn_offsets(memory, quantize(memory.alpha, width, QUANTIZER), seed)
            for width in WIDTHS
        }
        costs = costs_of(memory, by_width, seed)
        for bits in setup["bits"]:
            chosen = allocations(costs, bits, seed)
            images = {"uniform": _image(setup, memory, by_width, np.full(memory.neurons, bits))}
            images |= {
                name: _image(setup, memory, by_width, widths) for name, widths in chosen.items()
            }
            for noise, queries in drawn.items():
                found = {
                    name: lab.exact_accuracy(image, *queries) for name, image in images.items()
                }
                rows.append(
                    dict(zip(KEYS, (data, key.gamma, bits, noise), strict=True))
                    | {"float": lab.float_accuracy(memory, *queries, setup["max_steps"]), **found}
                    | {f"{name}_ahead": found[name] - found["uniform"] for name in WAYS}
                )
            shares += [
                {"data": data, "gamma": key.gamma, "bits": bits, "width": width}
                | {name: float((chosen[name] == width).mean()) for name in WAYS[:2]}
                for width in WIDTHS
            ]
    return {"rows": rows, "shares": shares}


def costs_of(memory: lab.Memory, by_width: Mapping[int, QuantizedWeights], seed: int) -> Costs:
    """Costs of each width, one step from noisy stored patterns."""
    drawn = [
        lab.noisy(memory.patterns, noise, [seed, 26, index], None)
        for index, noise in enumerate(NOISES)
    ]
    states, wanted = (np.concatenate(each) for each in zip(*drawn, strict=True))
    kernel = lab.kernel(memory, states)
    whole = kernel @ memory.alpha.astype(np.float64)
    fields = [kernel @ by_width[width].dequantized() for width in WIDTHS]
    return Costs(
        np.stack([((each > 0) != (wanted > 0)).mean(axis=0) for each in fields], axis=1),
        np.stack(
            [((each - whole) ** 2).sum(axis=0) / (whole**2).sum(axis=0) for each in fields], axis=1
        ),
    )


def allocations(costs: Costs, bits: int, seed: int) -> dict[str, npt.NDArray[np.int64]]:
    """Bits of each neuron, (N,) each, by way; `shuffled` are those of `mixed` at random."""
    budget = bits * len(costs.bits)
    widths = np.array(WIDTHS)
    mixed = widths[allocate(costs.bits + TIE * costs.fields, WIDTHS, budget)]
    fields = widths[allocate(costs.fields, WIDTHS, budget)]
    shuffled = np.random.default_rng([seed, 27]).permutation(mixed)
    return dict(zip(WAYS, (mixed, fields, shuffled), strict=True))


def together(
    by_width: Mapping[int, QuantizedWeights], widths: npt.NDArray[np.int64]
) -> QuantizedWeights:
    """Each neuron's weights at its own width, as codes of the most bits."""
    most = max(WIDTHS)
    columns = np.arange(len(widths))

    which = widths - WIDTHS[0]
    values = np.stack([by_width[width].integers() for width in WIDTHS])[which, :, columns].T
    scale, mid = (
        np.stack([getattr(by_width[width], name) for width in WIDTHS])[which, columns]
        for name in ("scale", "mid")
    )
    codes = ((values + 2**most - 1) // 2).astype(np.uint8)
    return QuantizedWeights(codes, default_plane_weights(most), scale, mid)


def _image(
    setup: Setup,
    memory: lab.Memory,
    by_width: Mapping[int, QuantizedWeights],
    widths: npt.NDArray[np.int64],
) -> lab.Image:
    quantized = together(by_width, widths)
    chosen = {**setup.image(), "bits": quantized.bits, **PLAIN}
    return lower_weights(memory, quantized, Design(**chosen))


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=KEYS, shares=("data", "gamma", "bits", "width"))


def _told(row: Row, way: str) -> str:
    return (
        f"{row[way]:.4f} against {row['uniform']:.4f}, float {row['float']:.4f} ({row['data']}, "
        f"gamma {row['gamma']:g}, {percent(row['noise'])} noise)"
    )


def judge(setup: Setup, tables: Tables) -> Judgement:
    verdicts: list[Verdict] = []
    for bits in setup["bits"]:
        rows = select(tables["rows"], bits=bits)
        for way, by, words in (
            ("mixed", "bits", "wrong bits"),
            ("mixed_fields", "fields", "errors of fields"),
        ):
            better = [row for row in rows if mean(row, f"{way}_ahead").above(0)]
            worse = [row for row in rows if mean(row, f"{way}_ahead").below(0)]
            most, least = (found(rows, key=lambda row: row[f"{way}_ahead"]) for found in (max, min))
            verdicts.append(
                Verdict(
                    f"{bits}-bits-by-{by}",
                    f"Do weights of {bits} bits on average, given to neurons by their {words}, "
                    f"recall more than {bits} bits each?",
                    f"more at {len(better)} of {len(rows)} points, less at {len(worse)} (95 % "
                    f"confidence); most {_told(most, way)}; least {_told(least, way)}",
                    OUR_OWN,
                )
            )
        control = [row for row in rows if mean(row, "shuffled_ahead").below(0)]
        lowest = min(rows, key=lambda row: row["shuffled_ahead"])
        verdicts.append(
            Verdict(
                f"{bits}-bits-shuffled",
                f"Does it matter which neurons get them, at {bits} bits on average?",
                f"the same widths at random recall less than {bits} bits each at {len(control)} of "
                f"{len(rows)} points (95 % confidence), at most {_told(lowest, 'shuffled')}",
                OUR_OWN,
            )
        )
    return Judgement(
        verdicts,
        (
            f"Widths are {', '.join(map(str, WIDTHS))} bits, all by {QUANTIZER} with learned "
            "offsets; costs are one step's, from stored patterns at "
            f"{' and '.join(map(percent, NOISES))} noise, other states than those recalled from.",
            "Bits are the weights' own. An engine whose rows differ in planes would hold two bits "
            "more a neuron, and a word of the widest neuron's for L patterns at a time; neither is "
            "counted.",
        ),
        {"widths": list(WIDTHS), "quantizer": QUANTIZER},
    )


EXPERIMENT = Experiment(
    NAME, TITLE, PARAMETERS, memories, trial, summarise, judge, takes_memory=False
)
