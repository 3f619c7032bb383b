"""Figure 2: bit accuracy and stability margin against the fraction of weights pruned."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import compression
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import RIDGE, parameters
from hwsim.experiments.result import Judgement, Tables, summarised
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "figure2"
TITLE = TITLES[NAME]
PARAMETERS = parameters(*RIDGE, compression.SPARSITY)


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return [setup.key(seed)]


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    memory = store.load(setup.key(seed))
    return {"rows": compression.pruning_rows(memory, setup["sparsity"], seed)}


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    return summarised(trials, rows=compression.PRUNING_KEYS)


def judge(setup: Setup, tables: Tables) -> Judgement:
    rows = tables["rows"]
    return Judgement(compression.pruning_verdicts(setup, rows), _remarks(rows))


def _remarks(rows: Sequence[Row]) -> list[str]:
    tenth = select(rows, sparsity=0.1)
    if not tenth:
        return []
    size, chance = (select(tenth, order=order)[0] for order in ("magnitude", "random"))
    if size["bit_accuracy"] >= chance["bit_accuracy"] or size["one_sided"] <= 0.5:
        return []
    return [
        f"At 10 % pruning by magnitude leaves bit accuracy {size['bit_accuracy']:.4f}, pruning "
        f"at random {chance['bit_accuracy']:.4f}. The weights removed from one neuron share a "
        f"sign: |n₊ - n₋| / (n₊ + n₋) is {size['one_sided']:.2f} by magnitude and "
        f"{chance['one_sided']:.2f} at random. So pruning by magnitude also tips the balance "
        "of the neuron's weights; that small ones carry information of their own does not "
        "follow."
    ]


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
