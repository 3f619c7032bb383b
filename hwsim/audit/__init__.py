"""Folders that hwsim wrote, compared with what was written.

`check.check` says which byte of which file differs: by the hashes that a folder carries, and by
computing anew what follows from the rest, such as other ROM formats from `.mem` files, answers of
golden vectors from their queries, tables from a sweep's journal. `reseal.reseal` makes the
hashes anew after an edit that was meant.
"""

from hwsim.audit.findings import Audit, Difference

__all__ = ["Audit", "Difference"]
