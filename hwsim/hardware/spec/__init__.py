"""The executable specification of one recall, to be checked by eye against docs/contract.md.

Plain Python integers, one memory word at a time, in the engine's own order. Every read and write
goes through a `CountedMemory`, so the counts are of what was done, not of what a formula says.
What comes out is the plain contract's (`hwsim.hardware.contract`); this says how it comes about.

One step, with s the state, C the plane weights:

    d[m] = N - sum_w xnor_popcount(s[w], pattern[m, w], valid[w])             search.py
    k[m] = lut[d[m] - d0],  d0 = min d (nearest) or 0 (absolute)              kernel.py
    a[i] = sum_m v[m, i] * k[m]                                   group.py or row.py
    f[i] = a[i] * 2**F + z[i] * S;  next bit = f > 0, kept when f = 0         threshold.py

and `engine.py` iterates. The proofs of the rules that save work stand where they act.
"""

from hwsim.hardware.spec.association import associate
from hwsim.hardware.spec.engine import Specification, recall, recall_in_flight
from hwsim.hardware.spec.machine import CountedMemory, Step

__all__ = ["CountedMemory", "Specification", "Step", "associate", "recall", "recall_in_flight"]
