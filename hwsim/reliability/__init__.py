"""What flipped bits do to a recall: in each memory, at each rate, on the models bit by bit.

`study` is the way in. Faults in the image's patterns, weights, offsets and radii make another
image, which the fast model recalls with (`image`); all others, and faults of reads, are in the
memories of the specification (`machine`) or in its `registers`, which answers the same where both
can. Words may have check bits (`protection`, `guarded`), which cost something (`price`).
"""

from hwsim.hardware.protection import PROTECTIONS
from hwsim.reliability.maps import KINDS
from hwsim.reliability.places import places
from hwsim.reliability.plan import RATES, Plan
from hwsim.reliability.price import Price
from hwsim.reliability.registers import REGISTERS, registers
from hwsim.reliability.result import FaultStudy, Point, WorstBit
from hwsim.reliability.study import study

__all__ = [
    "KINDS", "PROTECTIONS", "RATES", "REGISTERS", "FaultStudy", "Plan", "Point", "Price",
    "WorstBit", "places", "registers", "study",
]  # fmt: skip
