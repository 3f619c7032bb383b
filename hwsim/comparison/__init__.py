"""Designs side by side: accuracy, memory, energy and time, who beats whom, and who beats nobody.

`candidates.py` says what is known of a design, `contest.py` who is on a front, dominated, or larger
and worse; `images.py` measures image folders, `sweeps.py` reads a finished sweep.
"""

from __future__ import annotations

from hwsim.comparison.candidates import Candidate
from hwsim.comparison.contest import Compared, Contest
from hwsim.comparison.images import compare_images
from hwsim.comparison.sweeps import compare_sweep, is_sweep

__all__ = ["Candidate", "Compared", "Contest", "compare_images", "compare_sweep", "is_sweep"]
