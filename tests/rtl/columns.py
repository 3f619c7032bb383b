"""The columns of the SECDED codes, as rtl/hwsim_correct.v has them between its two marks.

`python -m tests.rtl.columns` writes them there anew, from `hwsim.hardware.protection`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from hwsim.hardware.protection import Hsiao

SOURCE: Final = Path(__file__).resolve().parents[2] / "rtl" / "hwsim_correct.v"
# Lanes, and what else a memory's word may have: sums have at most 47 bits.
WIDTHS: Final = (*range(1, 48), 64, 128, 256, 512)
LARGEST: Final = 512 * 11
PIECE: Final = 256
_TABLE: Final = re.compile(r"(// begin of the table\n).*(\n *// end of the table)", re.DOTALL)


def packed(width: int) -> int:
    """All columns of a code, that of bit 0 lowest."""
    code = Hsiao(width)
    return sum(column << code.check_bits * bit for bit, column in enumerate(code.columns))


def table() -> str:
    """Lines of a Verilog case statement."""
    lines = []
    for width in WIDTHS:
        pieces, rest = [], packed(width)
        while rest:
            pieces.append(f"{PIECE}'h{rest % 2**PIECE:x}")
            rest >>= PIECE
        if len(pieces) == 1:
            lines.append(f"{width}: columns = {LARGEST}{pieces[0].removeprefix(str(PIECE))};")
            continue
        left = LARGEST - PIECE * len(pieces)
        most = [f"{left}'h0"] * (left > 0) + pieces[::-1]
        lines += [f"{width}: columns = {{", *(f"    {each}," for each in most[:-1])]
        lines.append(f"    {most[-1]}}};")
    return "\n".join(f"            {line}" for line in lines)


def source() -> str:
    """The module with the table that the model gives."""
    text = SOURCE.read_text()
    assert _TABLE.search(text)
    return _TABLE.sub(lambda marks: f"{marks[1]}{table()}{marks[2]}", text)


if __name__ == "__main__":
    SOURCE.write_text(source())
