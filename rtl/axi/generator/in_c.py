"""The registers as a C header."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generate import Register


def text(registers: list[Register]) -> str:
    """Offsets in bytes, and of each field its lowest bit and its mask."""
    lines = [
        "/* SPDX-License-Identifier: Apache-2.0 */",
        "/* The registers of hwsim_wrapper. Made from rtl/axi/hwsim.rdl by make registers. */",
        "#ifndef HWSIM_REGISTERS_H",
        "#define HWSIM_REGISTERS_H",
    ]
    for register in registers:
        name = f"HWSIM_{register.name.upper()}"
        lines += ["", *([f"/* {register.description} */"] if register.description else [])]
        lines.append(f"#define {name} 0x{register.offset:03x}u")
        if register.bits == 64:
            lines.append(f"#define {name}_HIGH 0x{register.offset + 4:03x}u")
            continue
        for field in register.fields:
            if field.name == "value" and field.bits == 32:
                if field.kind == "constant":
                    lines.append(f"#define {name}_RESET 0x{field.reset:08x}u")
                continue
            lines.append(f"#define {name}_{field.name.upper()}_SHIFT {field.low}")
            lines.append(f"#define {name}_{field.name.upper()}_MASK 0x{field.mask:08x}u")
            if field.kind == "constant":
                lines.append(f"#define {name}_{field.name.upper()}_RESET {field.reset}u")
    return "\n".join([*lines, "", "#endif", ""])
