"""Synthesis, placement and routing of an image's engine: cells, memories, clock, critical path.

`targets.py` says which devices there are, `flow.py` runs Yosys and nextpnr, `netlist.py` and
`timing.py` read what they answer, `result.py` is what it comes to. The programs are those on the
PATH, or their YoWASP packages, which pip installs (`hwsim[synth]`).
"""

from hwsim.synth.flow import synthesize
from hwsim.synth.result import Synthesis
from hwsim.synth.targets import TARGETS

__all__ = ["TARGETS", "Synthesis", "synthesize"]
