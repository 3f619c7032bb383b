"""The registers as a Python module that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generate import Register

_HEAD = '''\
"""The registers of hwsim_wrapper. Made from rtl/axi/hwsim.rdl by `make registers`.

Needs nothing else: copy it to where the engine is driven from.
"""

from __future__ import annotations

# Offset in bytes, by register. One of 64 bits has its high half 4 bytes further on.
OFFSETS = {
'''
_MIDDLE = """\
}

# (lowest bit, number of bits), by field, by register.
FIELDS = {
"""
_TAIL = '''\
}


def pack(register: str, **fields: int) -> int:
    """The word of a register with these fields, others 0."""
    word = 0
    for name, value in fields.items():
        low, bits = FIELDS[register][name]
        if not 0 <= value < 1 << bits:
            raise ValueError(f"{register}.{name} is {value}, and has {bits} bits")
        word |= value << low
    return word


def unpack(register: str, word: int) -> dict[str, int]:
    """The fields in a register's word."""
    return {name: word >> low & (1 << bits) - 1 for name, (low, bits) in FIELDS[register].items()}
'''


def text(registers: list[Register]) -> str:
    """Two tables and two functions."""
    offsets = "".join(
        f'    "{register.name}": 0x{register.offset:03X},\n' for register in registers
    )
    return _HEAD + offsets + _MIDDLE + "".join(map(_fields, registers)) + _TAIL


def _fields(register: Register) -> str:
    entries = [f'"{field.name}": ({field.low}, {field.bits})' for field in register.fields]
    line = f'    "{register.name}": {{{", ".join(entries)}}},\n'
    if len(line) <= 101:  # as the formatter wants it
        return line
    return f'    "{register.name}": {{\n' + "".join(f"        {e},\n" for e in entries) + "    },\n"
