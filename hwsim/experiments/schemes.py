"""The ways of compressing weights that the studies compare."""

from __future__ import annotations

from hwsim.choices import QUANTIZERS
from hwsim.codes import bits_possible
from hwsim.measure.rows import Row


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
