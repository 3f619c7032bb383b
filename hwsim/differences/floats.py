"""The float network beside the exact model, and what rounding makes them part.

Three roundings lie between the two: of the weights to codes, of the offsets, of kernel values.
Undone one after the other, they lead from the float field of a bit to the exact one, and those at
which its sign changes are why the two part. Rounding puts no two weights of a neuron in another
order: codes that fall where weights rise are not theirs. A bit that the exact model has wrong by
the contract's own formulas is no rounding; `path.first_wrong` finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.compress.kernel_lut import rounded_kernel
from hwsim.compress.lower import check_gamma, quantized_weights
from hwsim.compress.offsets import offset_ratios
from hwsim.compress.weights import QuantizedWeights
from hwsim.design import Design
from hwsim.differences.path import Bits, Contract, Formulas
from hwsim.divergence import Divergence
from hwsim.errors import InputError
from hwsim.hardware.contract import code_values
from hwsim.hardware.image import Image
from hwsim.reference.kernel import gaussian_table
from hwsim.reference.memory import Memory
from hwsim.reference.recall import update
from hwsim.spins import bits_from_spins, spins_from_bits

FloatArray = npt.NDArray[np.float64]

# Relative to the largest field: a float sum of at most 2**20 terms is no farther off.
_FLOAT_ERROR: Final = 1e-9
_TABLE: Final = "the kernel table"


@dataclass(frozen=True)
class FloatNetwork:
    """The float network that an image is held against.

    Attributes:
        memory: patterns, weights and kernel.
        name: where the weights are from, in words.
        quantized: what its image was made of, if that is known.
        foreign: why the image's codes are no rounding of these weights, in words; empty if they
            may be.
    """

    memory: Memory
    name: str
    quantized: QuantizedWeights | None = None
    foreign: str = ""

    @classmethod
    def of_image(cls, image: Image) -> FloatNetwork:
        """Weights as the image's codes and offsets stand for them, in units of one weight step.

        Where the image names no gamma, its table is all that is known of the kernel.

        Raises:
            InputError: it is all zeros, and so no kernel.
        """
        p = image.parameters
        alpha = code_values(image) + image.offsets / 2.0**p.offset_frac_bits
        table = image.kernel_lut.astype(np.float64) if image.gamma is None else None
        memory = Memory(spins_from_bits(image.patterns), alpha, image.gamma, kernel_values=table)
        return cls(memory, "float network of the image's codes and offsets")

    @classmethod
    def of_memory(cls, memory: Memory, image: Image) -> FloatNetwork:
        """The memory that the image was made of.

        Raises:
            InputError: it stores other patterns, or its kernel has another gamma.
        """
        if not np.array_equal(memory.patterns, spins_from_bits(image.patterns)):
            raise InputError(
                "the memory stores other patterns than the image; give the one it was exported from"
            )
        check_gamma(image, memory, "give the one it was exported from")
        notes = image.provenance if isinstance(image.provenance, dict) else {}
        quantized = None
        if isinstance(notes.get("design"), dict):
            try:
                quantized = quantized_weights(memory, Design.from_dict(notes["design"]))
            except InputError:  # of a hwsim whose designs have other choices
                quantized = None
        if quantized is not None and not np.array_equal(quantized.codes, image.codes):
            quantized = None
        foreign = "" if quantized is not None else _foreign(memory.alpha, code_values(image))
        return cls(memory, "float network", quantized, foreign)

    def update(self, state: Bits) -> Bits:
        """The next state (N,) of a state (N,)."""
        return bits_from_spins(update(self.memory, spins_from_bits(state[np.newaxis]))[0])


def explain(
    network: FloatNetwork,
    contract: Contract,
    query: int,
    number: int,
    before: Bits,
    right: Formulas,
) -> Divergence | None:
    """Why the float network's next state is another one than the exact model's.

    Args:
        network: the float network.
        contract: of the image.
        query: index of the recall.
        number: of the step, from 1.
        before: the state (N,) that both start from.
        right: the step by the contract's formulas.

    Returns:
        The place with the least margin; None if the next states are equal.
    """
    unlike = np.flatnonzero(network.update(before) != right.after)
    if not len(unlike):
        return None
    links, size = _links(network, contract, right)
    margins = np.abs(links[0][1][unlike]) / np.maximum(size[unlike], np.finfo(float).tiny)
    i = int(unlike[np.argmax(margins)])  # what rounding explains least
    causes: list[str] = []
    sign = _bit(links[0][1][i], before[i], size[i])
    for name, fields in links[1:]:
        following = _bit(fields[i], before[i], 0)
        if following != sign:
            causes.append(name)
        sign = following
    notes = [f"{len(unlike)} bits differ after this step"] if len(unlike) > 1 else []
    rounding: str | None = " and ".join(causes) or "a float sum that is 0 but for its own rounding"
    if _TABLE in causes and not _is_rounded(network.memory, contract.image):
        rounding, notes = None, [f"{_TABLE} is not what the image's gamma rounds to", *notes]
    if network.foreign:
        rounding, notes = None, [network.foreign, *notes]
    return Divergence(
        between=(network.name, "exact model"),
        query=query,
        step=number,
        stage="THRESHOLD",
        quantity="field f",
        neuron=i,
        expected=float(links[0][1][i]),
        found=int(right.fields[i]),
        rounding=rounding,
        margin=float(margins.max()),
        note="; ".join(notes) or None,
    )


def _foreign(alpha: npt.NDArray[Any], values: npt.NDArray[Any]) -> str:
    """Where values (P, N) fall while weights (P, N) of a neuron rise, in words; "" if nowhere."""
    for i in range(alpha.shape[1]):
        order = np.lexsort((values[:, i], alpha[:, i]))  # of equal weights any order will do
        falls = np.flatnonzero(np.diff(values[order, i]) < 0)
        if len(falls):
            low, high = order[falls[0]], order[falls[0] + 1]
            return (
                f"the image's codes are no rounding of these weights: of neuron {i} pattern {high} "
                f"has the larger weight ({alpha[high, i]:.4g}, pattern {low} {alpha[low, i]:.4g}) "
                f"and the smaller code ({values[high, i]:g}, {values[low, i]:g}); give the memory "
                "that it was exported from"
            )
    return ""


def _is_rounded(memory: Memory, image: Image) -> bool:
    p = image.parameters
    table = memory.kernel_table
    if image.gamma is not None:
        table = gaussian_table(p.neurons, image.gamma)
    return np.array_equal(image.kernel_lut, rounded_kernel(table, p.kernel_bits))


def _bit(field: float, before: int, size: float) -> int:
    if abs(field) <= _FLOAT_ERROR * size:
        return int(before)
    return int(field > 0)


def _links(
    network: FloatNetwork, contract: Contract, right: Formulas
) -> tuple[list[tuple[str, FloatArray]], FloatArray]:
    """Fields (N,) from the float network's to the exact ones, each with the rounding it adds.

    Returns:
        They, and the largest that each of the first could be, sum |alpha| k.
    """
    memory, image = network.memory, contract.image
    counted = memory.kernel_origin() == "nearest" and len(right.distances)
    origin = right.distances.min() if counted else 0
    smooth = memory.kernel_table[right.distances - origin]
    values, total = contract.values, smooth.sum()
    offsets = image.offsets / 2.0**image.parameters.offset_frac_bits
    links = [("", smooth @ memory.alpha)]
    if network.quantized is not None:
        # A neuron without weights has scale 0: its middle undoes its codes.
        silent = (network.quantized.scale == 0) & (network.quantized.mid == 0)
        middle = np.where(silent, -values[0], offset_ratios(network.quantized))
        links += [
            ("the weights' quantization", smooth @ values + middle * total),
            ("the offsets", smooth @ values + offsets * total),
        ]
    elif network.name == "float network":
        name = "the quantization of weights and offsets"
        links += [(name, smooth @ values + offsets * total)]
    links += [(_TABLE, right.fields.astype(np.float64))]
    return links, smooth @ np.abs(memory.alpha)
