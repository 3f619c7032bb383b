"""From a float memory to the image that the hardware holds."""

from __future__ import annotations

from typing import Final, TypedDict, Unpack

from hwsim.compress.kernel_lut import kernel_lut
from hwsim.compress.offsets import integer_offsets, learn_offsets
from hwsim.compress.quantize import quantize
from hwsim.compress.weights import QuantizedWeights, check_bits
from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.image import Image
from hwsim.reference.memory import Memory
from hwsim.spins import bits_from_spins

# Where offsets come from: fitted to the float fields, or the quantizer's own mid.
OFFSET_SOURCES: Final = ("learned", "quantizer")


def quantized_weights(
    memory: Memory,
    *,
    bits: int = 2,
    quantizer: str = "minmax",
    offset_bits: int = 0,
    plane_weights: tuple[int, ...] | None = None,
    offset_source: str = "learned",
    seed: int = 0,
) -> QuantizedWeights:
    """What `lower` puts into the image, still with float scales and mids.

    Without offset bits the mids are the quantizer's own: `dequantized()` is then the paper's
    quantized network, of which the image drops the mids.

    Args:
        memory: the float memory.
        bits: B.
        quantizer: one of `quantize.QUANTIZERS`.
        offset_bits: ZB; 0 leaves the quantizer's mids alone.
        plane_weights: C, or None for the quantizer's.
        offset_source: `learned` or `quantizer`.
        seed: of the states on which offsets are learned.

    Raises:
        InputError: an argument is not legal.
    """
    if offset_source not in OFFSET_SOURCES:
        raise InputError(f"offset_source is {offset_source!r}; it must be learned or quantizer")
    quantized = quantize(memory.alpha, bits, quantizer, plane_weights=plane_weights)
    if offset_bits and offset_source == "learned":
        quantized = learn_offsets(memory, quantized, seed)
    return quantized


class LowerOptions(TypedDict, total=False):
    """The arguments of `lower` besides the memory; `lower_both` holds their defaults."""

    bits: int
    quantizer: str
    kernel_bits: int
    lanes: int
    offset_bits: int
    offset_frac_bits: int | None
    kernel_origin: str
    max_steps: int
    plane_weights: tuple[int, ...] | None
    offset_source: str
    seed: int


def lower(memory: Memory, **options: Unpack[LowerOptions]) -> Image:
    """Quantize a float memory into an image.

    Args:
        memory: the float memory.
        bits: B, weight planes.
        quantizer: one of `quantize.QUANTIZERS`.
        kernel_bits: KB, bits of a kernel value.
        lanes: L, bits of a memory word.
        offset_bits: ZB, bits of a neuron's offset; 0 is none.
        offset_frac_bits: F; None for as many as fit.
        kernel_origin: `nearest` or `absolute`.
        max_steps: T.
        plane_weights: C, or None for the quantizer's.
        offset_source: `learned`, fitted to the float fields, or `quantizer`, its own mid.
        seed: of the states on which offsets are learned.

    Warns:
        LoweringWarning: offsets do not fit and were clipped.

    Raises:
        InputError: an argument is not legal.
    """
    return lower_both(memory, **options)[1]


def lower_both(
    memory: Memory,
    *,
    bits: int = 2,
    quantizer: str = "minmax",
    kernel_bits: int = 8,
    lanes: int = 64,
    offset_bits: int = 0,
    offset_frac_bits: int | None = None,
    kernel_origin: str = "nearest",
    max_steps: int = 50,
    plane_weights: tuple[int, ...] | None = None,
    offset_source: str = "learned",
    seed: int = 0,
) -> tuple[QuantizedWeights, Image]:
    """As `lower`, and the float scales and mids of the weights that the image was made of."""
    check_bits(bits)
    # Checks every other argument before the work starts; the plane weights come with the codes.
    legal = Parameters(
        neurons=memory.neurons,
        patterns=memory.stored,
        weight_bits=bits,
        kernel_bits=kernel_bits,
        lanes=lanes,
        offset_bits=offset_bits,
        offset_frac_bits=offset_frac_bits or 0,
        max_steps=max_steps,
        kernel_origin=kernel_origin,
    )
    quantized = quantized_weights(
        memory,
        bits=bits,
        quantizer=quantizer,
        offset_bits=offset_bits,
        plane_weights=plane_weights,
        offset_source=offset_source,
        seed=seed,
    )
    return quantized, lower_weights(memory, quantized, legal, offset_frac_bits)


def lower_weights(
    memory: Memory,
    quantized: QuantizedWeights,
    parameters: Parameters,
    offset_frac_bits: int | None = None,
) -> Image:
    """The image of weights already quantized, by a quantizer here or one's own.

    Args:
        memory: its patterns and gamma are used, not its alpha.
        quantized: codes, plane weights, scales and mids.
        parameters: all but weight_bits, plane_weights and offset_frac_bits, which follow from
            `quantized` and the next argument.
        offset_frac_bits: F; None for as many as fit.

    Warns:
        LoweringWarning: offsets do not fit and were clipped.

    Raises:
        InputError: codes and memory disagree in shape.
    """
    if quantized.codes.shape != memory.patterns.shape:
        raise InputError(
            f"codes have shape {quantized.codes.shape}, patterns {memory.patterns.shape}"
        )
    offsets, frac_bits = integer_offsets(quantized, parameters.offset_bits, offset_frac_bits)
    final = Parameters(
        neurons=memory.neurons,
        patterns=memory.stored,
        weight_bits=quantized.bits,
        plane_weights=quantized.plane_weights,
        kernel_bits=parameters.kernel_bits,
        lanes=parameters.lanes,
        offset_bits=parameters.offset_bits,
        offset_frac_bits=frac_bits,
        max_steps=parameters.max_steps,
        kernel_origin=parameters.kernel_origin,
    )
    return Image(
        parameters=final,
        patterns=bits_from_spins(memory.patterns),
        codes=quantized.codes,
        kernel_lut=kernel_lut(memory.neurons, memory.gamma, final.kernel_bits),
        offsets=offsets,
        gamma=memory.gamma,
    )
