"""A designer's kit: one image's engine in a folder that needs nothing of hwsim any more.

`write_kit` puts the Verilog, the image's memories, queries with their answers, a self-checking
testbench in plain Verilog, and what tools ask for besides (file list, FuseSoC core, constraints, a
named waveform) beside each other. `answers.py` makes the files that the testbench compares with,
`instance.py` the module that fixes the image's parameters; what only takes names and numbers stands
in `templates/`, with `@name@` where one belongs.
"""

from hwsim.kit.write import FOLDER_KIND, staged_kit, write_kit

__all__ = ["FOLDER_KIND", "staged_kit", "write_kit"]
