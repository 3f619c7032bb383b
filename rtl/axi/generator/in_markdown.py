"""The page of registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generate import Field, Register

_HEAD = """\
# The registers of hwsim_wrapper

Made from `rtl/axi/hwsim.rdl` by `make registers`. An AXI4-Lite port of 32 bits of data and 12 of
address; a register of 64 bits has its low half first. What is not listed reads as 0; an address
without a register is answered with SLVERR.
"""


def text(registers: list[Register]) -> str:
    """A table of all, then the fields of each that has more than one."""
    rows = ["| offset | register | access | is |", "|---|---|---|---|"]
    rows += [
        f"| `0x{register.offset:03X}` | `{register.name}` | {_access(register)} "
        f"| {_sentence(register)} |"
        for register in registers
    ]
    parts = [_HEAD, "\n".join(rows) + "\n"]
    parts += [_section(register) for register in registers if len(register.fields) > 1]
    return "\n".join(parts)


def _sentence(register: Register) -> str:
    return register.description or f"the engine's counter `{register.name}`"


def _access(register: Register) -> str:
    read = any(field.readable for field in register.fields)
    write = any(field.writable for field in register.fields)
    return "read, write" if read and write else "write" if write else "read"


def _section(register: Register) -> str:
    rows = ["| bits | field | after reset | is |", "|---|---|---|---|"]
    rows += [
        f"| {_bits(field)} | `{field.name}` | {_reset(field)} | {field.description} |"
        for field in register.fields
    ]
    return f"## {register.name}\n\n" + "\n".join(rows) + "\n"


def _bits(field: Field) -> str:
    return str(field.low) if field.bits == 1 else f"{field.high}–{field.low}"


def _reset(field: Field) -> str:
    return "" if field.reset is None else str(field.reset)
