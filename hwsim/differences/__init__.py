"""Where float reference, exact model and Verilog engine first part on the same queries.

The specification is in the middle. `path.py` holds it against the contract's formulas and
`floats.py` against the float network (with the rounding that explains a difference), `models.py`
the fast model against it, `engine.py` the Verilog: every access of a memory and every value between
the stages, as `trace.py` has it from the specification and `watch.py` finds it in the Verilog.
`images.py` compares two images, `release.py` golden vectors of another release.
"""

from __future__ import annotations

from hwsim.differences.engine import compare_engine, located
from hwsim.differences.result import Diff
from hwsim.differences.run import diff_images, diff_models

__all__ = ["Diff", "compare_engine", "diff_images", "diff_models", "located"]
