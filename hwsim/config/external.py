"""Weights in an external memory: what does not go together with it, and the buffer before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hwsim.errors import InputError

if TYPE_CHECKING:
    from hwsim.config import Parameters

BURST: Final = 16  # words that the engine asks for at a time, WEIGHT_BURST of rtl/axi
ANNOUNCED: Final = 5  # cycles from a group's first read to the next one's address and back, but A
MAX_BYTES: Final = 2**32 - 4096  # addresses have 32 bits, and begin at a multiple of 4096


def check_external(p: Parameters) -> None:
    """Raise InputError if the weights are external and the engine could not read them."""
    if not p.external_weights:
        return
    here = f"external_weights is {p.external_weights}, but"
    on_chip = "or leave the weights on the chip (0)"
    if p.row:
        raise InputError(f"{here} dataflow is row; give group, {on_chip}")
    if p.engines > 1:
        raise InputError(f"{here} engines is {p.engines}; give 1, {on_chip}")
    if p.pipelined:
        raise InputError(f"{here} pipelined is true; give false, {on_chip}")
    reads = p.neurons * p.weight_bits
    if reads < p.lanes + 8:  # the next group's load would take longer
        raise InputError(
            f"{here} neurons * weight_bits is {reads}, and must be at least lanes + 8, "
            f"{p.lanes + 8}; give fewer lanes, {on_chip}"
        )
    if reads < p.external_weights + ANNOUNCED:  # the next group's words would come too late
        raise InputError(
            f"{here} neurons * weight_bits is {reads}, and must be at least {ANNOUNCED} more; give "
            f"a faster memory, {on_chip}"
        )
    if (size := p.weight_depth * p.lanes // 8) > MAX_BYTES:
        raise InputError(
            f"{here} the weights are {size} bytes, of which addresses of 32 bits reach "
            f"{MAX_BYTES}; give fewer bits, {on_chip}"
        )


def weight_buffer(p: Parameters) -> int:
    """Words between an external memory and the engine, a power of two; 0 without one.

    It has room for two bursts beside all words that are on their way, and 4 more.
    """
    if not p.external_weights:
        return 0
    return 1 << (p.external_weights + 2 * BURST + 3).bit_length()
