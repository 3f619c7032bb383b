"""Writes the curves of reports/reliability: `python -m tests.reliability.curves [NAME…]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import hwsim
from hwsim.measure.memories import MemoryKey
from hwsim.report.faults import write_faults

REPORTS: Final = Path(__file__).parents[2] / "reports" / "reliability"

# The paper's size, which is the demo's, and digits; each with its rules, and without.
KEYS: Final = {
    "paper": MemoryKey(200, 600, 0.02, 0),
    "digits": MemoryKey(64, 1750, 0.2, 0, "digits", "converged"),
}
FAST: Final = ("patterns", "weights", "weights_0", "weights_1", "offsets")


def write(name: str) -> None:
    """One memory: every memory of the engine with rules, and the image's without any."""
    key = KEYS[name.removesuffix("-no-rules")]
    memory = key.train()
    image = hwsim.lower(memory, bits=2)
    asked: dict[str, Any] = {"worst": 64, "slow_maps": 10, "slow_count": 2}
    if name.endswith("-no-rules"):
        asked |= {"rules": False, "memory": memory, "memories": FAST}
    write_faults(REPORTS / name, hwsim.faults(image, **asked))


if __name__ == "__main__":
    for wanted in sys.argv[1:] or [f"{key}{end}" for key in KEYS for end in ("-no-rules", "")]:
        write(wanted)
