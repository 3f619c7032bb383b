"""The iCE40's multiplier as nextpnr names its pins, around Yosys' model of it.

Of all other cells after placement Yosys has models of its own.
"""

from __future__ import annotations

BUSES = {"A": 16, "B": 16, "C": 16, "D": 16}
INPUTS = (
    "CLK", "CE", "AHOLD", "BHOLD", "CHOLD", "DHOLD", "IRSTTOP", "IRSTBOT", "ORSTTOP", "ORSTBOT",
    "OLOADTOP", "OLOADBOT", "ADDSUBTOP", "ADDSUBBOT", "OHOLDTOP", "OHOLDBOT", "CI", "ACCUMCI",
    "SIGNEXTIN",
)  # fmt: skip
OUTPUTS = ("CO", "ACCUMCO", "SIGNEXTOUT")
PARAMETERS = (
    "NEG_TRIGGER", "C_REG", "A_REG", "B_REG", "D_REG", "TOP_8x8_MULT_REG", "BOT_8x8_MULT_REG",
    "PIPELINE_16x16_MULT_REG1", "PIPELINE_16x16_MULT_REG2", "TOPOUTPUT_SELECT",
    "TOPADDSUB_LOWERINPUT", "TOPADDSUB_UPPERINPUT", "TOPADDSUB_CARRYSELECT", "BOTOUTPUT_SELECT",
    "BOTADDSUB_LOWERINPUT", "BOTADDSUB_UPPERINPUT", "BOTADDSUB_CARRYSELECT", "MODE_8x8", "A_SIGNED",
    "B_SIGNED",
)  # fmt: skip


def multiplier() -> str:
    """Verilog of the module ICESTORM_DSP; pins that nobody drives are 0, its clock enable 1."""
    pins = [f"input {name}_{bit}" for name, width in BUSES.items() for bit in range(width)]
    pins += [f"input {name}" for name in INPUTS]
    pins += [f"output O_{bit}" for bit in range(32)] + [f"output {name}" for name in OUTPUTS]
    wired = [f".{name}({_bus(name, width)})" for name, width in BUSES.items()]
    wired += [f".{name}({_pulled(name)})" for name in INPUTS]
    wired += [f".{name}({name})" for name in OUTPUTS]
    wired.append(f".O({{{', '.join(f'O_{bit}' for bit in reversed(range(32)))}}})")
    comma = ",\n    ".join
    return (
        f"module ICESTORM_DSP #(\n    {comma(f'parameter {name} = 0' for name in PARAMETERS)}\n) "
        f"(\n    {comma(pins)}\n);\n"
        f"SB_MAC16 #(\n    {comma(f'.{name}({name})' for name in PARAMETERS)}\n) mac (\n    "
        f"{comma(wired)}\n);\nendmodule\n"
    )


def _bus(name: str, width: int) -> str:
    return "{" + ", ".join(_pulled(f"{name}_{bit}") for bit in reversed(range(width))) + "}"


def _pulled(pin: str) -> str:
    return f"{pin} === 1'bz ? 1'b{int(pin == 'CE')} : {pin}"
