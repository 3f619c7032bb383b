"""What an image with outputs of its own keeps of its memory, and what an answer costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.arrays import open_queries
from hwsim.compress.weights import QuantizedWeights
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.savings import Spending, spend
from hwsim.cost.tables import load_technology
from hwsim.errors import InputError
from hwsim.files.archive import write_archive
from hwsim.files.marks import Kind
from hwsim.hardware import fast, spec
from hwsim.hardware.association import Associations
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.reference.kernel import FloatArray, hamming_distances
from hwsim.reference.memory import Memory
from hwsim.reference.queries import noisy_queries
from hwsim.reference.recall import field
from hwsim.reference.sequences import pattern_by_step, replay, replay_nearest, shares_right
from hwsim.show import Shown
from hwsim.spins import SpinArray

Progress = Callable[[int, int], None]

MODELS: Final = ("float", "quantized", "exact", "nearest")
_Alphas = tuple[FloatArray | None, FloatArray | None]  # of the float memory, of its codes

_AT_ONCE: Final = 2**25  # spins of the queries that are in memory together


@dataclass(frozen=True)
class AssociationRow:
    """The models at one noise, by name; `nearest` takes the target of the nearest pattern.

    Attributes:
        noise: fraction of spins flipped.
        queries: how many were asked.
        bits: share of the outputs' signs that are right, of a sequence at all its steps.
        labels: share of the labels that are right; None where targets are no classes.
        steps: of a sequence, share of the steps whose whole state is right.
        sequences: share of the cues whose every step is.
    """

    noise: float
    queries: int
    bits: Mapping[str, float]
    labels: Mapping[str, float] | None
    steps: Mapping[str, float] | None = None
    sequences: Mapping[str, float] | None = None

    @property
    def lost(self) -> float:
        """What the image loses of the float memory, of steps, or of labels, or else of bits."""
        right = self.steps or self.labels or self.bits
        return right["float"] - right["exact"]


@dataclass(frozen=True, repr=False)
class AssociationValidation(Shown):
    """Float memory, its quantized weights and the exact model on noisy stored patterns.

    Attributes:
        outputs: M.
        rows: one a noise.
        energy_pj, cycles: of an answer, or of a whole sequence, the mean at the last noise.
        footprint_bits: of every memory of the engine.
        results: T, answers of a query; above 1 of a sequence.
    """

    outputs: int
    rows: Sequence[AssociationRow]
    energy_pj: float
    cycles: float
    footprint_bits: int
    results: int = 1

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {**asdict(self), "rows": [asdict(row) for row in self.rows]}

    def table(self) -> list[list[str]]:
        """A heading, and a line for each noise and measure."""
        lines = [["", *MODELS]]
        for row in self.rows:
            measures = {
                "bits": row.bits,
                "labels": row.labels,
                "steps": row.steps,
                "sequences": row.sequences,
            }
            for name, right in measures.items():
                if right is not None:
                    told = [f"{right[model]:.6f}" for model in MODELS]
                    lines.append([f"{name} right, {100 * row.noise:g}% noise", *told])
        return lines

    def sentence(self) -> str:
        """What an answer costs, in words."""
        what = "an answer" if self.results == 1 else f"a sequence of {self.results:,} steps"
        return (
            f"{what} takes {self.energy_pj / 1000:.3g} nJ and {self.cycles:,.0f} cycles; "
            f"memories hold {self.footprint_bits / 1000:,.1f} kbit"
        )

    def _shown(self) -> Mapping[str, object]:
        return {row[0]: ", ".join(row[1:]) for row in self.table()[1:]}


def are_classes(targets: SpinArray) -> bool:
    """Whether every target (P, M) has a single +1."""
    return bool(((targets > 0).sum(axis=1) == 1).all())


def validate_outputs(
    memory: Memory,
    quantized: QuantizedWeights,
    image: Image,
    noises: Sequence[float],
    *,
    seed: int = 0,
    queries: int | None = None,
    progress: Progress | None = None,
) -> AssociationValidation:
    """Ask about every stored pattern (or `queries` of them) at each noise.

    Args:
        memory: the float memory, with targets.
        quantized: its weights on the quantizer's levels.
        image: made from `quantized`.
        noises: fractions of spins flipped, at least one.
        seed: of the choice of patterns and of the noise.
        queries: how many patterns to start from; None for all.
        progress: called with (noises done, noises in all).

    Raises:
        InputError: the memory has no targets, or a number is outside its range.
    """
    if memory.targets is None:
        raise InputError("the memory has no targets; train with targets, or use hwsim.validate")
    if not len(noises):
        raise InputError("noise is empty; at least one fraction of flipped spins is needed")
    if queries is not None and queries < 1:
        raise InputError(f"queries is {queries}; at least one is needed")
    rng = np.random.default_rng(seed)
    count = memory.stored if queries is None else queries
    alphas = (None, quantized.dequantized())
    measure = _sequence if image.parameters.sequence else _one_step
    rows = []
    for index, noise in enumerate(noises):
        starts, chosen = noisy_queries(memory.patterns, count, noise, rng, order="sorted")
        row, found = measure(memory, alphas, image, starts, chosen)
        rows.append(replace(row, noise=noise))
        if progress is not None:
            progress(index + 1, len(noises))
    spent = answer_cost(image, found)
    return AssociationValidation(
        memory.outputs,
        rows,
        spent.energy_pj,
        float(spent.cycles),
        spent.footprint_bits,
        image.parameters.results,
    )


def _one_step(
    memory: Memory, alphas: _Alphas, image: Image, starts: SpinArray, chosen: IntArray
) -> tuple[AssociationRow, Associations]:
    """Outputs of one step."""
    assert memory.targets is not None
    found = fast.associate(image, starts)
    in_float, quantized = (field(memory, starts, alpha=each, origin=None) for each in alphas)
    fields = {
        "float": in_float,
        "quantized": quantized,
        "exact": found.fields,
        "nearest": nearest_targets(memory, starts),
    }
    bits, labels = shares_of_outputs(memory, chosen, fields, {"exact": found.labels})
    return AssociationRow(0.0, len(starts), bits, labels), found


def nearest_targets(memory: Memory, queries: SpinArray) -> SpinArray:
    """(Q, M) int8, the target of the stored pattern nearest to each query, of equal ones the first.

    Args:
        memory: with targets.
        queries: (Q, N) int8 of ±1.
    """
    assert memory.targets is not None
    nearest: SpinArray = memory.targets[hamming_distances(queries, memory.patterns).argmin(axis=1)]
    return nearest


def shares_of_outputs(
    memory: Memory,
    chosen: IntArray,
    fields: Mapping[str, npt.NDArray[Any]],
    labels: Mapping[str, IntArray],
) -> tuple[dict[str, float], dict[str, float] | None]:
    """Shares of signs and of labels that are right.

    Args:
        memory: with targets.
        chosen: (Q,) the patterns asked for.
        fields: (Q, M) by name.
        labels: (Q,) of those whose label is not the output with the largest field.

    Returns:
        Of the signs by name; of the labels likewise, None where targets are no classes.
    """
    assert memory.targets is not None
    wanted = memory.targets[chosen]
    told = {name: np.argmax(values, axis=1) for name, values in fields.items()} | {**labels}
    return (
        {name: float(np.mean((h > 0) == (wanted > 0))) for name, h in fields.items()},
        {name: _right(each, wanted) for name, each in told.items()}
        if are_classes(memory.targets)
        else None,
    )


def _sequence(
    memory: Memory, alphas: _Alphas, image: Image, starts: SpinArray, chosen: IntArray
) -> tuple[AssociationRow, Associations]:
    """Every step of a sequence."""
    assert memory.targets is not None
    steps = image.parameters.results
    size = count_at_once(steps, memory.neurons)
    found = fast.associate(image, starts[:size])  # by which it is priced
    shares = []
    for first in range(0, len(starts), size):
        part = slice(first, first + size)
        cues = starts[part]
        of = pattern_by_step(memory, chosen[part], steps)
        exact = (found if first == 0 else fast.associate(image, cues)).trajectories
        in_float, quantized = (replay(memory, cues, steps, each) for each in alphas)
        states = {
            "float": in_float,
            "quantized": quantized,
            "exact": exact,
            "nearest": replay_nearest(memory, cues, steps),
        }
        right = {
            name: shares_right(each, memory.targets[of], of >= 0) for name, each in states.items()
        }
        shares.append((len(cues), right))
    bits, whole, all_of_them = (
        {
            name: sum(cues * right[name][at] for cues, right in shares) / len(starts)
            for name in MODELS
        }
        for at in range(3)
    )
    return AssociationRow(0.0, len(starts), bits, None, whole, all_of_them), found


def count_at_once(steps: int, neurons: int) -> int:
    """Cues of a sequence whose answers are in memory together."""
    return max(_AT_ONCE // (8 * steps * neurons), 1)


def _right(labels: npt.NDArray[np.integer[Any]], wanted: SpinArray) -> float:
    return float(np.mean(labels == np.argmax(wanted, axis=1)))


def answer_cost(image: Image, found: Associations) -> Spending:
    """Energy, cycles and memory of one answer by the built-in table, the mean of those found.

    Args:
        image: that was asked.
        found: at least one answer.
    """
    asked = len(found.counts.steps)
    return spend(image.parameters, found.counts, asked, load_technology(), DEFAULT_BUDGET_BITS)


def associate_file(
    image: Image,
    queries: Path,
    output: Path,
    *,
    model: str = "fast",
    progress: Progress | None = None,
    force: bool = False,
) -> dict[str, npt.NDArray[Any]]:
    """Ask the queries of a .npy and write what they are associated with.

    Args:
        image: with outputs.
        queries: the file, (Q, N) of ±1; a block of them is in memory at a time.
        output: the .npz to be, with fields (Q, M) int64, states (Q, M) int8, labels, miss and
            distance (Q,); of a sequence of T steps Q * T in place of Q, and trajectories (Q, T, M)
            int8, its states by query.
        model: `fast` or `spec`.
        progress: called with (queries done, queries in all).
        force: replace a file that is none of hwsim's.

    Returns:
        What was written, by name.

    Raises:
        InputError: the queries are no spins of N neurons, or the file cannot be written.
    """
    p = image.parameters
    associate = spec.associate if model == "spec" else fast.associate
    size = max(_AT_ONCE // (p.neurons * p.results), 1)
    with open_queries(queries, p.neurons, size) as given:
        found = []
        for first, block in given.blocks(size):
            found.append(associate(image, block))
            if progress is not None:
                progress(first + len(block), len(given))
    arrays: dict[str, npt.NDArray[Any]] = {
        name: np.concatenate([getattr(each, name) for each in found])
        for name in (
            *("fields", "states", "labels", "miss", "distance"),
            *(("trajectories",) if p.sequence else ()),
        )
    }
    write_archive(output, arrays, Kind.RECALLS, force=force)
    return arrays
