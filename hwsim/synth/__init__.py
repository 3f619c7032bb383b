"""Synthesis, placement and routing of an image's engine: cells, memories, clock, critical path.

`targets.py` says which devices there are, `flow.py` runs Yosys and nextpnr, `netlist.py` and
`timing.py` read what they answer, `result.py` is what it comes to; `silicon.py` maps to the
standard cells and SRAM macros of `liberty.py` instead. The programs are those of their YoWASP
packages, which pip installs (`hwsim[synth]`), or those on the PATH.
"""

from hwsim.synth.flow import synthesize
from hwsim.synth.result import Synthesis
from hwsim.synth.silicon import in_cells
from hwsim.synth.targets import TARGETS

__all__ = ["TARGETS", "Synthesis", "in_cells", "synthesize"]
