"""Codes: of how many bits, made by which quantizer, with which plane weights."""

from __future__ import annotations

from typing import Final

from hwsim.choices import MATRIX_QUANTIZERS, NEURON, QUANTIZERS
from hwsim.config import MAX_PLANE_WEIGHT, MAX_WEIGHT_BITS, default_plane_weights
from hwsim.errors import InputError
from hwsim.printable import told
from hwsim.suggest import did_you_mean

SIGN: Final = "sign-"  # begins the names of the quantizers of 1 bit
FITS_PLANE_WEIGHTS: Final = "kmeans"  # the quantizer whose levels need not be evenly spaced


def bits_possible(quantizer: str, bits: int) -> bool:
    """Whether a quantizer has codes of `bits` bits: the sign ones have one bit."""
    return bits == 1 or not quantizer.removeprefix(NEURON).startswith(SIGN)


def check_bits(bits: int) -> None:
    """Raise InputError unless `bits` is a legal number of weight planes."""
    if isinstance(bits, bool) or not isinstance(bits, int) or not 1 <= bits <= MAX_WEIGHT_BITS:
        raise InputError(
            f"bits is {told(bits)}; it must be a whole number from 1 to {MAX_WEIGHT_BITS}"
        )


def check_quantizer(quantizer: str, bits: int) -> None:
    """Raise InputError unless there is such a quantizer and it has codes of `bits` bits."""
    if not isinstance(quantizer, str) or quantizer not in QUANTIZERS:
        raise InputError(
            f"quantizer is {told(quantizer)}; it must be one of {', '.join(MATRIX_QUANTIZERS)}, or "
            f"{NEURON} and one of these{did_you_mean(quantizer, QUANTIZERS)}"
        )
    if not bits_possible(quantizer, bits):
        raise InputError(f"quantizer {quantizer} makes 1 bit, bits is {bits}; give bits 1")


def check_plane_weights(plane_weights: tuple[int, ...], bits: int) -> None:
    """Raise InputError unless there is one legal plane weight a bit."""
    if len(plane_weights) != bits:
        raise InputError(
            f"plane_weights has {len(plane_weights)} entries, bits is {bits}; give one per bit"
        )
    for plane, weight in enumerate(plane_weights):
        whole = isinstance(weight, int) and not isinstance(weight, bool)
        if not whole or not 1 <= weight <= MAX_PLANE_WEIGHT:
            raise InputError(
                f"plane_weights[{plane}] is {told(weight)}; it must be from 1 to {MAX_PLANE_WEIGHT}"
            )


def check_fit(plane_weights: tuple[int, ...], quantizer: str, bits: int) -> None:
    """Raise InputError unless the quantizer's levels can have these plane weights."""
    check_plane_weights(plane_weights, bits)
    own = default_plane_weights(bits)
    if quantizer.removeprefix(NEURON) != FITS_PLANE_WEIGHTS and tuple(plane_weights) != own:
        raise InputError(
            f"plane_weights {plane_weights} with quantizer {quantizer}, whose levels are evenly "
            f"spaced; use {FITS_PLANE_WEIGHTS} for other plane weights"
        )
