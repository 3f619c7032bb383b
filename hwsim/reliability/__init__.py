"""What flipped bits do to a recall: in each memory, at each rate, on the models bit by bit.

`study` is the way in. Faults in the image's patterns, weights, offsets and radii make another
image, which the fast model recalls with (`image`); all others, and faults of reads, are in the
memories of the specification (`machine`), which answers the same where both can. Words may have
check bits (`protection`, `guarded`), which cost something (`price`).
"""

from hwsim.hardware.protection import PROTECTIONS
from hwsim.reliability.maps import KINDS
from hwsim.reliability.places import places
from hwsim.reliability.plan import RATES, Plan
from hwsim.reliability.price import Price
from hwsim.reliability.result import FaultStudy, Point, WorstBit
from hwsim.reliability.study import study

__all__ = [
    "KINDS", "PROTECTIONS", "RATES", "FaultStudy", "Plan", "Point", "Price", "WorstBit", "places",
    "study",
]  # fmt: skip
