"""From a float memory to the image that the hardware holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from hwsim.compress.kernel_lut import rounded_kernel
from hwsim.compress.offsets import integer_offsets, learn_offsets
from hwsim.compress.quantize import quantize
from hwsim.compress.scales import integer_scales
from hwsim.compress.weights import QuantizedWeights
from hwsim.config import Parameters
from hwsim.design import Choices, Design, chosen, shows_choices
from hwsim.errors import InputError
from hwsim.hardware.image import Image
from hwsim.hardware.radii import Progress
from hwsim.hardware.rules import with_rules
from hwsim.reference.memory import Memory
from hwsim.reference.sequences import check_feedback
from hwsim.spins import bits_from_spins


@shows_choices
def lower(memory: Memory, design: Design | None = None, **choices: Unpack[Choices]) -> Image:
    """Quantize a float memory into an image.

    Args:
        memory: the float memory.
        design: every choice at once; None for the defaults.
        **choices: single ones, which override the design's; `Design` says what each means.

    Warns:
        LoweringWarning: offsets do not fit and were clipped.

    Raises:
        InputError: a choice is not legal.
        TypeError: there is no choice of that name.
    """
    return lower_both(memory, chosen("lower", design, choices))[1]


def lower_both(
    memory: Memory, design: Design, progress: Progress | None = None
) -> tuple[QuantizedWeights, Image]:
    """As `lower`, and the float scales and mids of the weights that the image was made of.

    `progress` is called with (patterns done, patterns in all) while radii are sought.
    """
    _parameters(memory, design)  # refuses the size before the work starts
    quantized = quantized_weights(memory, design)
    return quantized, lower_weights(memory, quantized, design, progress)


def _parameters(memory: Memory, design: Design) -> Parameters:
    """As far as the choices say; with outputs a single step, unless a sequence is asked for."""
    parameters = design.parameters(memory.neurons, memory.stored)
    if not memory.outputs:
        return parameters
    steps = 1 if design.max_steps is None else design.max_steps
    if steps > 1:
        check_feedback(memory, steps)
    return replace(parameters, max_steps=steps, outputs=memory.outputs)


def quantized_weights(memory: Memory, design: Design) -> QuantizedWeights:
    """What `lower` puts into the image, still with float scales and mids.

    Without offset bits the mids are the quantizer's own: `dequantized()` is then the paper's
    quantized network, of which the image drops the mids.
    """
    quantized = quantize(
        memory.alpha, design.bits, design.quantizer, plane_weights=design.plane_weights
    )
    if design.offset_bits and design.offset_source == "learned":
        quantized = learn_offsets(memory, quantized, design.seed)
    return quantized


def lower_weights(
    memory: Memory,
    quantized: QuantizedWeights,
    design: Design,
    progress: Progress | None = None,
) -> Image:
    """The image of weights already quantized, by a quantizer here or one's own.

    Args:
        memory: its patterns and kernel are used, not its alpha.
        quantized: codes, plane weights, scales and mids; what the design says of them is not used.
        design: all else.
        progress: called with (patterns done, patterns in all) while radii are sought.

    Warns:
        LoweringWarning: offsets do not fit and were clipped.

    Raises:
        InputError: codes and memory disagree in shape, or the origin does not suit the kernel.
    """
    if quantized.codes.shape != memory.alpha.shape:
        raise InputError(
            f"codes have shape {quantized.codes.shape}, alpha {memory.alpha.shape}; both must be "
            "(P, N)"
        )
    design = replace(
        design,
        kernel_origin=memory.kernel_origin(design.kernel_origin),
        max_steps=_parameters(memory, design).max_steps,
    )
    offsets, frac_bits = integer_offsets(quantized, design.offset_bits, design.offset_frac_bits)
    parameters = replace(
        _parameters(memory, design),
        weight_bits=quantized.bits,
        plane_weights=quantized.plane_weights,
        offset_frac_bits=frac_bits,
    )
    scales = None
    if memory.outputs:
        scales, scale_bits = integer_scales(quantized)
        parameters = replace(parameters, scale_bits=scale_bits)
    image = Image(
        parameters=parameters,
        patterns=bits_from_spins(memory.patterns),
        codes=quantized.codes,
        kernel_lut=rounded_kernel(memory.kernel_table, parameters.kernel_bits),
        offsets=offsets,
        gamma=memory.gamma,
        provenance={"design": design.to_dict()},
        scales=scales,
    )
    if memory.outputs:
        return image
    return with_rules(
        image,
        dataflow=design.dataflow,
        stop=design.stop,
        winner=design.winner,
        radius=design.radius,
        coarse_words=design.coarse_words,
        progress=progress,
    )


def check_gamma(image: Image, memory: Memory, remedy: str) -> None:
    """Refuse a memory of another gamma than the one that the image was lowered from.

    Raises:
        InputError: both are known, and differ.
    """
    if None not in (image.gamma, memory.gamma) and image.gamma != memory.gamma:
        raise InputError(
            f"the memory's gamma is {memory.gamma}, the image's {image.gamma}; {remedy}"
        )
