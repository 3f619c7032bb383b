"""The ways of compressing weights that the studies compare."""

from __future__ import annotations

from hwsim.choices import QUANTIZERS
from hwsim.experiments.result import Row


def bits_possible(quantizer: str, bits: int) -> bool:
    """Whether a quantizer has codes of `bits` bits: the sign ones have one bit."""
    return bits == 1 or "sign-" not in quantizer


def schemes(bits: int) -> list[str]:
    """The quantizers that have codes of `bits` bits."""
    return [name for name in QUANTIZERS if bits_possible(name, bits)]


def scheme_name(row: Row) -> str:
    """Bits, quantizer and offset of a row, in words."""
    offset = (
        f"{row['offset_bits']}-bit {row['offset_source']} offsets"
        if row["offset_bits"]
        else "no offsets"
    )
    return f"{row['bits']}-bit {row['quantizer']}, {offset}"
