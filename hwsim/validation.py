"""Float network, quantized float network and exact model, side by side on the same queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.compress.offsets import offset_ratios
from hwsim.compress.weights import QuantizedWeights
from hwsim.cost.baseline import Baseline
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.measure.baseline import beside_search
from hwsim.measure.two_cycles import in_two_cycle
from hwsim.quantities import in_percent
from hwsim.reference.kernel import FloatArray, hamming_distances
from hwsim.reference.memory import Memory
from hwsim.reference.metrics import bit_accuracy_of, recall_accuracy, stability_margin_of
from hwsim.reference.queries import noisy_queries
from hwsim.reference.recall import field, recall, update
from hwsim.show import html_table, text_table

Spins = npt.NDArray[np.int8]

# Relative to the largest field: float64 sums of at most 2**20 terms stay well inside.
FLOAT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Parting:
    """Bits in which the exact model first parts from the quantized float network.

    Attributes:
        queries: queries whose path parted.
        kernel: bits that the kernel's rounding alone explains.
        offset: bits that the offset's rounding (or leaving it out) alone explains.
        both: bits that only the two together explain.
        unexplained: bits that neither explains: a defect.
    """

    queries: int
    kernel: int
    offset: int
    both: int
    unexplained: int

    def told(self, recalls: int) -> str:
        """In words, of so many recalls."""
        causes = (
            (self.kernel, "because the kernel is rounded"),
            (self.offset, "because offsets are rounded or left out"),
            (self.both, "because of both together"),
        )
        bits = sum(count for count, _ in causes) + self.unexplained
        reasons = [f"{count:,} {why}" for count, why in causes if count]
        left = f"{self.unexplained:,} of them" if self.unexplained else "none"
        return (
            f"{self.queries} of {recalls} recalls leave the quantized network's path, first by "
            f"{bits:,} bit{'s' * (bits != 1)}: {', '.join([*reasons, f'{left} unexplained'])}"
        )


@dataclass(frozen=True)
class NoiseRow:
    """Recall accuracy at one noise level, what a recall takes, and where the paths part.

    Attributes:
        noise, queries: fraction of spins flipped, and how many queries.
        float32, quantized, exact, nearest: share of bits right; `nearest` of a search, which needs
            no weights.
        states_unlike_quantized, states_unlike_float32: how many ends of the exact model's differ.
        parting: where and why.
        period_two: recalls of the exact model that go to and fro between two states.
        beside: energy, memory and cycles of the engine and of the search.
    """

    noise: float
    queries: int
    float32: float
    quantized: float
    exact: float
    nearest: float
    states_unlike_quantized: int
    states_unlike_float32: int
    parting: Parting
    period_two: int
    beside: Baseline

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**asdict(self), "beside": self.beside.to_dict()}


MODELS = ("float32", "quantized", "exact")
COLUMNS = (*MODELS, "nearest")  # of recall accuracies


@dataclass(frozen=True, repr=False)
class Validation:
    """The three models' figures; `exact` has no margin, its fields have another scale."""

    bit_accuracy: dict[str, float]
    stability_margin: dict[str, float]
    recall: list[NoiseRow]

    @property
    def unexplained(self) -> int:
        """Disagreements that rounding does not explain, over all noise levels."""
        return sum(row.parting.unexplained for row in self.recall)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**asdict(self), "recall": [row.to_dict() for row in self.recall]}

    def _rows(self) -> list[list[str]]:
        rows = [
            [title, *(f"{values[name]:.4f}" if name in values else "" for name in COLUMNS)]
            for title, values in (
                ("bit accuracy", self.bit_accuracy),
                ("stability margin", self.stability_margin),
            )
        ]
        for row in self.recall:
            accuracies = (f"{getattr(row, name):.4f}" for name in COLUMNS)
            rows.append([f"recall, {in_percent(row.noise)}% noise", *accuracies])
        return rows

    @property
    def noisiest(self) -> NoiseRow | None:
        """The row of the most noise, by which the engine is held beside the search."""
        return max(self.recall, key=lambda row: row.noise, default=None)

    def __repr__(self) -> str:
        table = text_table([["Validation", *COLUMNS], *self._rows()])
        last = self.noisiest
        if last is None:
            return table
        return f"{table}\nat {in_percent(last.noise)}% noise, {last.beside.sentence()}"

    def _repr_html_(self) -> str:
        return html_table("Validation", self._rows(), ["", *COLUMNS])


def validate(
    memory: Memory,
    quantized: QuantizedWeights,
    image: Image,
    noises: Sequence[float],
    *,
    seed: int = 0,
    queries: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Validation:
    """Measure the three models on every stored pattern (or `queries` of them) at each noise level.

    Args:
        memory: the float network.
        quantized: its weights on the quantizer's levels; with the same kernel, the second model.
        image: the third, made from `quantized`.
        noises: fractions of spins flipped.
        seed: of the choice of patterns and of the noise.
        queries: how many patterns to start from; all by default.
        progress: called with (noise levels done, noise levels in all).
    """
    alpha = quantized.dequantized()
    fields = {
        "float32": field(memory, memory.patterns),
        "quantized": field(memory, memory.patterns, alpha=alpha),
    }
    once = _one_step(image, memory.patterns)
    accuracy = {name: bit_accuracy_of(h, memory.patterns) for name, h in fields.items()}
    accuracy["exact"] = recall_accuracy(once, memory.patterns)
    margin = {name: stability_margin_of(h, memory.patterns) for name, h in fields.items()}
    rng = np.random.default_rng(seed)
    count = len(memory.patterns) if queries is None else queries
    if count < 1:
        raise InputError(f"queries is {count}; at least one is needed")
    rows = []
    for index, noise in enumerate(noises):
        starts, chosen = noisy_queries(memory.patterns, count, noise, rng, order="sorted")
        targets = memory.patterns[chosen]
        rows.append(_noise_row(memory, quantized, alpha, image, noise, starts, targets))
        if progress is not None:
            progress(index + 1, len(noises))
    return Validation(accuracy, margin, rows)


def _noise_row(
    memory: Memory,
    quantized: QuantizedWeights,
    alpha: FloatArray,
    image: Image,
    noise: float,
    starts: Spins,
    targets: Spins,
) -> NoiseRow:
    most = image.parameters.max_steps
    in_float = recall(memory, starts, max_steps=most).states
    in_quantized = recall(memory, starts, alpha=alpha, max_steps=most).states
    recalls = fast.recall_in_flight(image, starts)
    exact = recalls.states
    beside = beside_search(image, starts, targets, recalls=recalls)
    assert beside.search.accuracy is not None  # the targets are known
    unlike = np.any(exact != in_quantized, axis=1)
    return NoiseRow(
        noise=noise,
        queries=len(starts),
        float32=recall_accuracy(in_float, targets),
        quantized=recall_accuracy(in_quantized, targets),
        exact=recall_accuracy(exact, targets),
        nearest=beside.search.accuracy,
        states_unlike_quantized=int(unlike.sum()),
        states_unlike_float32=int(np.any(exact != in_float, axis=1).sum()),
        parting=_explain(memory, quantized, alpha, image, starts[unlike]),
        period_two=int(in_two_cycle(image, exact[~recalls.converged]).sum()),
        beside=beside,
    )


def _one_step(image: Image, states: Spins) -> Spins:
    single = replace(image, parameters=replace(image.parameters, max_steps=1))
    return fast.recall(single, states).states


def _explain(
    memory: Memory,
    quantized: QuantizedWeights,
    alpha: FloatArray,
    image: Image,
    states: Spins,
) -> Parting:
    """Follow both models from each state to the first step in which they part; say why."""
    total = np.zeros(4, dtype=np.int64)
    parted = 0
    for _ in range(image.parameters.max_steps):
        if not len(states):
            break
        exact = _one_step(image, states)
        unlike = exact != update(memory, states, alpha=alpha)
        here = np.any(unlike, axis=1)
        parted += int(here.sum())
        total += _attribute(memory, quantized, image, states[here], exact[here], unlike[here])
        states = exact[~here]
    kernel, offset, both, unexplained = (int(count) for count in total)
    # a query that ended elsewhere without ever parting would be a defect too
    return Parting(parted, kernel, offset, both, unexplained + len(states))


def _attribute(
    memory: Memory,
    quantized: QuantizedWeights,
    image: Image,
    states: Spins,
    exact: Spins,
    unlike: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Count the unlike bits by cause: kernel, offset, both, unexplained.

    In units of one weight step and one kernel step, with c = mid / scale, the fields differ by
    kernel rounding e_k = v (k - k') + c (S - S') and by offset rounding e_z = (z / 2**F - c) S,
    and by nothing else: a / 1 + z S / 2**F = (v k' + c S') + e_k + e_z.
    """
    p = image.parameters
    distances = hamming_distances(states, memory.patterns).astype(np.int64)
    origin = distances.min(axis=1, keepdims=True) if p.nearest else np.int64(0)
    steps_away = distances - origin
    table = memory.kernel_table
    smooth = p.kernel_max * (table / table[0])[steps_away]
    rounded = image.kernel_lut[steps_away]
    values = quantized.integers()
    # A neuron without weights has scale 0: the float field is 0, so the middle undoes its codes.
    silent = (quantized.scale == 0) & (quantized.mid == 0)
    middle = np.where(silent, -values[0], offset_ratios(quantized))
    smooth_sum = smooth.sum(axis=1, keepdims=True)
    rounded_sum = rounded.sum(axis=1, keepdims=True)
    offset = image.offsets / 2.0**p.offset_frac_bits
    field_float = smooth @ values + middle * smooth_sum
    kernel_error = (rounded - smooth) @ values + middle * (rounded_sum - smooth_sum)
    offset_error = (offset - middle) * rounded_sum
    field_exact = rounded @ values + offset * rounded_sum

    def spins(fields: FloatArray) -> Spins:
        return np.where(fields > 0, 1, np.where(fields < 0, -1, states)).astype(np.int8)

    size = np.abs(smooth) @ np.abs(values) + 1.0
    sound = np.abs(field_exact - (field_float + kernel_error + offset_error)) <= (
        FLOAT_TOLERANCE * size
    )
    sound &= spins(field_exact) == exact
    # The float field with the kernel's error alone; exact in integers, so that a tie stays one.
    field_rounded = rounded @ values + middle * rounded_sum
    by_kernel = unlike & sound & (spins(field_rounded) == exact)
    by_offset = unlike & sound & ~by_kernel & (spins(field_float + offset_error) == exact)
    both = unlike & sound & ~by_kernel & ~by_offset
    return np.array([by_kernel.sum(), by_offset.sum(), both.sum(), (unlike & ~sound).sum()])
