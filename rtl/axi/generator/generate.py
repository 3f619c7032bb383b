"""What follows from hwsim.rdl: Verilog, C header, Python names, page of registers, their proof.

Run by `make registers`; a test holds the files to what this makes of the description.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from systemrdl import RDLCompiler
from systemrdl.node import AddrmapNode, FieldNode, RegNode

HERE: Final = Path(__file__).resolve().parent
AXI: Final = HERE.parent
ROOT: Final = HERE.parents[2]
sys.path.insert(0, str(HERE))  # for the neighbours below, wherever this is run from

import in_c  # noqa: E402
import in_formal  # noqa: E402
import in_markdown  # noqa: E402
import in_python  # noqa: E402
import in_verilog  # noqa: E402


@dataclass(frozen=True)
class Field:
    """Bits of a register.

    Attributes:
        name: of the field; `value` where a register is one number.
        low, high: its bits.
        description: in a sentence or two; may be empty.
        reset: the value after reset; None where it comes from outside.
        readable, writable: by software.
        kind: `input`, `constant`, `kept`, `inner`, `pulse`, `cause`, `counter` or `written`, as
            hwsim.rdl says.
        strobe: besides, a pulse when it is written.
    """

    name: str
    low: int
    high: int
    description: str
    reset: int | None
    readable: bool
    writable: bool
    kind: str
    strobe: bool

    @property
    def bits(self) -> int:
        """How many."""
        return self.high - self.low + 1

    @property
    def mask(self) -> int:
        """Its bits of the register."""
        return (1 << self.bits) - 1 << self.low


@dataclass(frozen=True)
class Register:
    """One register.

    Attributes:
        name: of the register.
        offset: of its first byte.
        bits: 32 or 64.
        description: in a sentence or two; may be empty.
        fields: ascending.
    """

    name: str
    offset: int
    bits: int
    description: str
    fields: tuple[Field, ...]

    def signal(self, field: Field) -> str:
        """The Verilog name of a field."""
        return self.name if field.name == "value" else f"{self.name}_{field.name}"


def registers() -> list[Register]:
    """The registers of hwsim.rdl, by offset."""
    compiler = RDLCompiler()
    compiler.compile_file(str(AXI / "hwsim.rdl"))
    top = compiler.elaborate().top
    assert isinstance(top, AddrmapNode)
    return [_register(node) for node in top.registers()]


def _register(node: RegNode) -> Register:
    return Register(
        node.inst_name,
        node.absolute_address,
        node.get_property("regwidth"),
        _words(node.get_property("desc")),
        tuple(_field(field) for field in node.fields()),
    )


def _field(node: FieldNode) -> Field:
    return Field(
        node.inst_name,
        node.low,
        node.high,
        _words(node.get_property("desc")),
        node.get_property("reset"),
        node.is_sw_readable,
        node.is_sw_writable,
        _kind(node),
        bool(node.get_property("swmod")),
    )


def _kind(node: FieldNode) -> str:
    if node.get_property("singlepulse"):
        return "pulse"
    if node.get_property("woclr"):
        return "cause"
    if node.get_property("counter"):
        return "counter"
    if node.is_sw_writable:
        if node.is_sw_readable:
            return "kept" if node.is_hw_readable else "inner"
        return "written"
    return "input" if node.is_hw_writable else "constant"


def _words(text: str | None) -> str:
    """A description on one line."""
    return " ".join((text or "").split())


def generated() -> dict[Path, str]:
    """Every file that follows from the description, with its content."""
    found = registers()
    return {
        AXI / "hwsim_registers.v": in_verilog.text(found),
        ROOT / "rtl" / "driver" / "hwsim_registers.h": in_c.text(found),
        ROOT / "cosim" / "hwsim_registers.py": in_python.text(found),
        AXI / "REGISTERS.md": in_markdown.text(found),
        ROOT / "rtl" / "formal" / "register_map.v": in_formal.text(found),
    }


if __name__ == "__main__":
    for path, content in generated().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        print(path.relative_to(ROOT))
