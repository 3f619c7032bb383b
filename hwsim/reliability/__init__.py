"""What flipped bits do to a recall: in each memory, at each rate, on the models bit by bit.

`study` is the way in. Faults in the image's patterns, weights, offsets and radii make another
image, which the fast model recalls with (`image`); all others, and faults of reads, are in the
memories of the specification (`machine`), which answers the same where both can.
"""

from hwsim.reliability.maps import KINDS
from hwsim.reliability.places import places
from hwsim.reliability.result import FaultStudy, Point, WorstBit
from hwsim.reliability.study import RATES, Plan, study

__all__ = ["KINDS", "RATES", "FaultStudy", "Plan", "Point", "WorstBit", "places", "study"]
