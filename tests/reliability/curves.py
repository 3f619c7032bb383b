"""Writes reports/reliability: `python -m tests.reliability.curves [NAME…]`.

What was measured is kept in build/reliability, piece by piece, with what was asked: a run that was
ended goes on where it stood. Delete that folder after a change of the model.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

import hwsim
from hwsim.measure.memories import MemoryKey
from hwsim.reliability import KINDS, FaultStudy
from hwsim.report.faults import write_faults
from tests.reliability.overview import overview

ROOT: Final = Path(__file__).parents[2]
REPORTS: Final = ROOT / "reports" / "reliability"
PIECES: Final = ROOT / "build" / "reliability"

KEYS: Final = {
    "demo": MemoryKey(200, 600, 0.02, 0),
    "digits": MemoryKey(64, 1750, 0.2, 0, "digits", "converged"),
    "paper": MemoryKey(1000, 3000, 0.02, 0),
}
# Some faults keep a recall from ever converging; the specification takes minutes for many steps.
STEPS: Final = 12
PLAIN: Final[dict[str, Any]] = {"bits": 2}
ROW: Final[dict[str, Any]] = {
    "bits": 1, "kernel_bits": 4, "offset_bits": 8, "lanes": 64, "dataflow": "row", "check": False,
    "max_steps": STEPS,
}  # fmt: skip
MACHINES: Final = {"": PLAIN | {"max_steps": STEPS}, "-row": ROW, "-no-rules": PLAIN}
NAMES: Final = [f"{key}{machine}" for key in KEYS for machine in MACHINES]

# Maps and recalls under each, on the fast model and on the specification: at the paper's size a
# recall takes some ten times as long.
MANY: Final = {"maps": 100, "count": 100, "slow_maps": 15, "slow_count": 2}
FEWER: Final = {"maps": 30, "count": 100, "slow_maps": 10, "slow_count": 1}
# What corrects errors that come in bursts, or gather: of the memory that answers come from.
CODES: Final[dict[str, dict[str, Any]]] = {
    "coded-burst": {"kinds": "burst", "protect": ("secded", "interleaved4", "triple")},
    "coded-upset": {
        "kinds": "upset",
        "rates": (1e-10, 1e-9, 1e-8, 1e-7),
        "life": 10**6,
        "protect": ("none", "secded", "secded@100000", "secded@1000"),
    },
}
# Besides flips, where rules are: whoever has the hours may add to these.
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "demo": ("stuck", "read", "burst", "write", "worst", "keep", *CODES),
    "demo-row": ("stuck", "worst"),
    "digits": ("stuck", "worst", "keep", *CODES),
    "digits-row": ("stuck", "read", "worst", "keep"),
    "paper": ("worst",),
}
# Where the specification recalls: flips under many maps, the other kinds under few.
FLIPS: Final = {"slow_maps": 100, "slow_count": 1}
OTHERS: Final = {"slow_maps": 10}
REGISTERS: Final = {"slow_maps": 40, "slow_count": 1}
# Without rules the image's memories alone; what is inside the engine is in the studies with rules.
IMAGE: Final = ("patterns", "weights", "weights_0", "weights_1", "offsets")
WORST: Final = {"demo": 1000, "digits": 600, "paper": 200}  # bits of each memory
WORST_RULES: Final = {
    "demo": 300,
    "digits": 600,
    "paper": 200,
}  # where the specification takes part
KEEP: Final = {"demo": 0.99, "digits": 0.64, "paper": 0.99}  # digits: 0.66 without faults
KEPT_RATES: Final = (1e-5, 1e-4, 1e-3, 1e-2)


@cache
def memory_of(key: str) -> hwsim.Memory:
    """A float memory, trained once."""
    return KEYS[key].train()


@cache
def image_of(name: str) -> hwsim.Image:
    """The image of a study."""
    key, _, machine = name.partition("-")
    return hwsim.lower(memory_of(key), **MACHINES[f"-{machine}" if machine else ""])


def asked(name: str) -> dict[str, dict[str, Any]]:
    """What is measured for a study, piece by piece."""
    key = name.partition("-")[0]
    common: dict[str, Any] = dict(FEWER if key == "paper" else MANY) | {"memories": "memories"}
    if name.endswith("-no-rules"):
        common |= {"rules": False, "memories": IMAGE}
        return {
            "flip": common,
            "float32": common | {"memories": "offsets", "float": True},
            "stuck": common | {"kinds": "stuck"},
            "burst": common | {"kinds": "burst"},
            "worst": common | {"rates": 0.0, "worst": WORST[key]},
        }
    flips = common | FLIPS | ({"slow_count": 2} if name == "digits" else {})
    few = common | {"maps": 40, "count": 50} | OTHERS
    found = {
        **{kind: common | OTHERS | {"kinds": kind} for kind in KINDS},
        "flip": flips | {"kinds": "flip"},
        "worst": flips | {"rates": 0.0, "worst": WORST_RULES[key]},
        "keep": few | {"rates": KEPT_RATES, "keep": KEEP[key]},
        **{part: few | {"memories": "patterns"} | rest for part, rest in CODES.items()},
        "registers": common
        | REGISTERS
        | {"memories": "registers", "kinds": ("flip", "stuck", "write"), "worst": 1},
    }
    return {part: found[part] for part in ("flip", *PARTS.get(name, ()), "registers")}


def piece(name: str, part: str) -> FaultStudy:
    """A piece of a study, measured or found."""
    arguments = asked(name)[part]
    path = PIECES / f"{name}.{part}.json"
    told = json.loads(json.dumps(arguments))
    if path.exists() and (kept := json.loads(path.read_text()))["asked"] == told:
        return msgspec.convert(kept["study"], FaultStudy)
    print(f"{name}: {part}", flush=True)
    memory = memory_of(name.partition("-")[0]) if arguments.pop("float", False) else None
    found = hwsim.faults(image_of(name), memory=memory, **arguments)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"asked": told, "study": found.to_dict()}))
    return found


def whole(name: str) -> FaultStudy:
    """A study of all its pieces."""
    parts = {part: piece(name, part) for part in asked(name)}
    points = [
        point for part in parts if part not in ("worst", "keep") for point in parts[part].points
    ]
    bits = {place: each for part in parts.values() for place, each in part.memory_bits.items()}
    worst = [each for part in parts.values() for each in part.worst]
    found = replace(
        parts["flip"], points=tuple(dict.fromkeys(points)), memory_bits=bits, worst=tuple(worst)
    )
    if "worst" in parts:
        found = replace(found, guards=parts["worst"].guards)
    if "keep" in parts:
        found = replace(found, mixes=parts["keep"].mixes)
    prices = [price for part in ("keep", *CODES) if part in parts for price in parts[part].prices]
    prices.sort(key=lambda each: [*found.memory_bits].index(each.place))
    scrubs = parts["coded-upset"].scrubs if "coded-upset" in parts else ()
    return replace(found, prices=tuple(dict.fromkeys(prices)), scrubs=scrubs)


if __name__ == "__main__":
    for wanted in sys.argv[1:] or NAMES:
        write_faults(REPORTS / wanted, whole(wanted))
    results = {name: REPORTS / name / "report.json" for name in NAMES}
    studies = {
        name: msgspec.convert(json.loads(path.read_text()), FaultStudy)
        for name, path in results.items()
        if path.exists()
    }
    (REPORTS / "README.md").write_text(overview(studies))
