"""The one interface to the simulators: the Verilog engine on an image's own files, under cocotb.

`engine.py` drives golden vectors through the engine and compares; `testbench.py` compiles and runs
any of the testbenches; `simulators.py` finds the programs, `result.py` is the verdict.
"""

from __future__ import annotations

from hwsim.cosim.engine import (
    check_waves,
    cosimulate,
    cosimulate_if_possible,
    engine_testbench,
)
from hwsim.cosim.result import CosimResult

__all__ = [
    "CosimResult",
    "check_waves",
    "cosimulate",
    "cosimulate_if_possible",
    "engine_testbench",
]
