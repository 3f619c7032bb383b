"""What upsets of flip-flops of the Verilog engine do to recalls: fault injection, all of them.

`python -m tests.reliability.upsets` (make upsets) writes reports/verification/upsets.json and the
page beside it; names of engines behind it make those anew. How one is hit, and what is compared,
stands in `tests.reliability.upset_engine`.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from hwsim.hardware.image import Image
from hwsim.report import markdown
from hwsim.report.document import Document, Section, Table, Text
from hwsim.spins import SpinArray
from tests.images import corner_queries, near_queries, random_queries
from tests.reliability.coverage import REPORTS, images, share
from tests.reliability.upset_engine import FOLLOWING, OUTCOMES, Engine, Told

MOMENTS: Final = 6  # of each flip-flop
PROTECTED: Final = "group, no rules, SECDED"
WORST: Final = 10  # registers
# Of a flip-flop's name, the first that is found.
UNITS: Final = {
    "counters": r"^(error_)?counters\.",
    "words read": r"(patterns|radii|weight_memory|lut|offsets|state_memory|distance_buffer"
    r"|group_minima|active_list|accumulators|candidate_list|kernel_values)\.(with_checks\.)?"
    r"(word|data|read_data|was_read)\b",
    "control": r"^controls",
    "ports": r"^ports",
    "threshold": r"^threshold",
    "copy": r"\.copy\.",
    "search: phases": r"\.phases\.",
    "search: shortlist": r"\.(with_shortlist|with_list)\.",
    "search: scans, sweeps": r"\.patterns_nearby\.",
    "multiply-accumulate": r"\.mac\.",
    "kernel values, lists": r"\.update\.",
}


def register(flop: str) -> str:
    """That a flip-flop is a bit of."""
    return flop.partition(" ")[0]


def unit(flop: str) -> str:
    """The part of the engine that a flip-flop is in: the first of UNITS."""
    return next(name for name, pattern in UNITS.items() if re.search(pattern, flop))


def asked_of(image: Image, seed: int) -> SpinArray:
    """(36, N) int8 of ±1: near patterns, at random, corners."""
    rng = np.random.default_rng([seed, 7])
    return np.concatenate(
        [near_queries(image, 24, rng), random_queries(image.parameters, 6, rng),
         corner_queries(image, rng)]
    )  # fmt: skip


def campaign(image: Image, protection: str, moments: int, seed: int) -> dict[str, Any]:
    """Invert every flip-flop of an engine in so many cycles of recalls, and count outcomes."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = Engine(image, asked_of(image, seed), Path(scratch), protection)
        plan = engine.draw(engine.flops, moments, seed)
        told = engine.answers(plan)
    flops = [str(upset.flop) for upset in plan]
    registers = counted(map(register, flops), told, sorted(set(map(register, flops))))
    return {
        "flip_flops": len(engine.flops),
        "moments": moments,
        "queries": len(engine.cycles),
        "sound": engine.sound,
        "longest": engine.longest,
        "dropped": sum(each.hit.dropped for each in told),
        "stray": sum(each.hit.stray and not each.hit.dropped for each in told),
        "late": sum(each.hit.right and each.later for each in told),
        "after_reset": sum(not each.reset.right for each in told),
        "units": counted(map(unit, flops), told, UNITS),
        "registers": {name: each for name, each in registers.items() if each["harmful"]},
    }


def counted(
    places: Iterable[str], told: Sequence[Told], order: Iterable[str]
) -> dict[str, dict[str, int]]:
    """Of each place, upsets by outcome, and with a wrong recall after the one that is hit."""
    found: dict[str, Counter[str]] = {name: Counter() for name in order}
    for place, each in zip(places, told, strict=True):
        harmful = each.hit.outcome in ("silent", "no answer") or each.later
        counts = found.setdefault(place, Counter())
        counts.update([each.hit.outcome, "upsets"])
        counts.update({"later": each.later, "stays": each.stays, "harmful": harmful})
    names = ("upsets", *OUTCOMES, "later", "stays", "harmful")
    return {
        place: {name: counts[name] for name in names} for place, counts in found.items() if counts
    }


def engines() -> dict[str, tuple[Image, str]]:
    """Images and how their memories are protected."""
    found = {name: (image, "none") for name, image in images().items()}
    return {**found, PROTECTED: (found["group, no rules"][0], "secded")}


def page(told: Mapping[str, Mapping[str, Any]]) -> str:
    """What happened, in words and tables."""
    of_all = [_total(each) for each in told.values()]
    total = sum(each["upsets"] for each in of_all)
    broken = sum(each["after_reset"] for each in told.values())
    dropped = sum(each["dropped"] for each in told.values())
    stray = sum(each["stray"] for each in told.values())
    unanswered = sum(each["no answer"] for each in of_all)
    cured = (
        f"After each of the {total:,} upsets a reset of one clock cycle was enough: the recall "
        "after it was right"
        if broken == 0
        else f"After {broken:,} of the {total:,} upsets a reset of one clock cycle was not enough: "
        "the recall after it was wrong"
    )
    harm = [sum(each[kind] for each in of_all) for kind in ("harmful", "silent", "no answer")]
    harmful, silent, answers = (f"{100 * each / total:.1f} %" for each in harm)
    units, unit_flops, unit_harm = _worth(told)
    flops, of_flops = _worst_registers(told)
    advice = Text.of(
        f"{cured}. Much of what is wrong later comes of counters of patterns, neurons and planes, "
        "and of valid bits that move them: a recall does not set them anew, for each ends where it "
        "began, unless an upset has moved it. A reset between recalls sets them, and leaves of the "
        f"harmful upsets, {harmful} of all, "
        f"those that are silent ({silent}) or without an answer ({answers}). A watchdog at twice "
        f"the contract's bound, {_longest(told)} cycles here, with a reset and the query again, "
        f"mends the latter as far as they hang: of {unanswered:,} that is "
        f"{unanswered - dropped - stray:,}; {dropped:,} are dropped queries, which query_dropped "
        f"says, and {stray:,} have beats too many or too early. What is silent takes two recalls "
        f"and a comparison, or tripled flip-flops. The units with most harm a flip-flop are "
        f"“{'”, “'.join(units)}”: {unit_flops} of the flip-flops, {unit_harm} of the harm. The "
        f"{WORST} registers with most of it, in the tables below, are {flops} of the flip-flops "
        f"and have {of_flops} of the harm. Upsets of the counters of cycles and accesses, more "
        "than half of all flip-flops, change nothing but what they count."
    )
    rows = []
    after = []
    for (name, each), whole in zip(told.items(), of_all, strict=True):
        rows.append(
            (name, f"{each['flip_flops']:,}", f"{whole['upsets']:,}",
             *(share(whole[outcome], whole["upsets"]) for outcome in OUTCOMES))
        )  # fmt: skip
        after.append(
            (name, *(share(whole[kind], whole["upsets"]) for kind in ("later", "stays", "harmful")),
             f"{each['late']:,}", f"{each['after_reset']:,}")
        )  # fmt: skip
    moments = max(each["moments"] for each in told.values())
    asked = max(each["queries"] for each in told.values())
    first = Section(
        "Single upsets of flip-flops",
        (
            Text.of(
                "A small trained memory (N = 32, P = 40, 2 bits, 8 lanes) in engines in two "
                "dataflows, with the rules that save work and without, and with check bits on its "
                "memories. Every flip-flop that mapping to gates keeps is inverted in "
                f"{moments} moments, each drawn with a recall, of {asked} queries (near "
                "patterns, at random, corners), and a cycle of it. It stays inverted until "
                "something is written to it. The recall is masked: nothing differs; other counts: "
                "steps, cycles or counters do, the answer does not; told: state, distance or flags "
                "differ, and the engine says that it missed or did not converge, or gives the "
                "result another's identifier; silent: they differ, and nothing says so; no answer: "
                "none within twice the contract's bound, one with beats too many or too early, or "
                f"a dropped query. Then {FOLLOWING} more queries are asked, and after a reset "
                "another one. Harmful is what nobody is told of: "
                "silent, no answer, or a wrong recall later; what the engine tells is not. "
                "A query is offered when the result before it has left. Wilson's 95 % "
                "intervals take the upsets as a sample of flip-flops and moments; since each "
                "flip-flop has its share of them, they are rather too wide."
            ),
            Table(
                "The recall that is hit, in % of upsets",
                ("engine", "flip-flops", "upsets", *OUTCOMES),
                tuple(rows),
            ),
            Table(
                "What follows, in % of upsets: a wrong recall later; the last of those before the "
                "reset wrong; harmful, that is, silent, no answer or wrong later. In upsets: the "
                "recall that is hit right, a later one wrong; the recall after the reset wrong",
                ("engine", "wrong later", "wrong to the last", "harmful", "right, wrong later",
                 "wrong after reset"),
                tuple(after),
            ),
            advice,
        ),
        "flip-flops",
    )  # fmt: skip
    sections = [first, *(_of_engine(name, each) for name, each in told.items())]
    lead = (
        Text.of(
            "Single-event upsets of the Verilog engine's flip-flops: state machines, valid bits, "
            "addresses, counters and data on their way. The cells of its memories are in "
            "faults.md, stuck gates in self-test.md. The command make upsets makes this page."
        ),
    )
    return markdown.render(Document("Upsets of flip-flops", lead, tuple(sections)), captions=True)


def _of_engine(name: str, told: Mapping[str, Any]) -> Section:
    """Its units, and the registers that do most harm."""
    sizes = _flip_flops(told)
    rows = tuple(
        (place, f"{sizes[place]:,}", *(f"{100 * each[kind] / each['upsets']:.1f}"
         for kind in (*OUTCOMES, "later", "stays")), f"{each['harmful']:,}")
        for place, each in told["units"].items()
    )  # fmt: skip
    worst = tuple(
        (place, f"{each['upsets'] // told['moments']:,}", f"{each['upsets']:,}",
         *(f"{each[kind]:,}" for kind in ("harmful", "silent", "no answer", "later")))
        for place, each in _worst(told)
    )  # fmt: skip
    return Section(
        f"Engine: {name}",
        (
            Table(
                "By unit, in % of its upsets; the harmful ones counted",
                ("unit", "flip-flops", *OUTCOMES, "wrong later", "wrong to the last", "harmful"),
                rows,
            ),
            Table(
                "Registers with most harmful upsets",
                ("register", "flip-flops", "upsets", "harmful", "silent", "no answer",
                 "wrong later"),
                worst,
            ),
        ),
        re.sub(r"\W+", "-", name.lower()),
    )  # fmt: skip


def _flip_flops(told: Mapping[str, Any]) -> dict[str, int]:
    """Of each unit."""
    return {name: each["upsets"] // told["moments"] for name, each in told["units"].items()}


def _total(told: Mapping[str, Any]) -> Counter[str]:
    """Of all units."""
    total: Counter[str] = Counter()
    for each in told["units"].values():
        total.update(each)
    return total


def _longest(told: Mapping[str, Mapping[str, Any]]) -> str:
    """Cycles of the watchdogs."""
    cycles = sorted({each["longest"] for each in told.values()})
    return " or ".join(f"{each:,}" for each in cycles)


def _worth(told: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], str, str]:
    """Units whose tripling is worth most, their share of the flip-flops, of the harmful upsets.

    As few as it takes for half of the harm, those with most a flip-flop first.
    """
    sizes: Counter[str] = Counter()
    harm: Counter[str] = Counter()
    for each in told.values():
        sizes.update(_flip_flops(each))
        harm.update({name: counts["harmful"] for name, counts in each["units"].items()})
    units: list[str] = []
    for name in sorted(sizes, key=lambda name: -harm[name] / sizes[name]):
        if 2 * sum(harm[each] for each in units) >= harm.total():
            break
        units.append(name)
    return (
        units,
        _percent(sum(sizes[name] for name in units), sizes.total()),
        _percent(sum(harm[name] for name in units), harm.total()),
    )


def _worst_registers(told: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """Of the flip-flops, and of the harmful upsets, the share of the worst ones of each engine."""
    worst = [each for engine in told.values() for _, each in _worst(engine)]
    every = [_total(engine) for engine in told.values()]
    return (
        _percent(sum(each["upsets"] for each in worst), sum(each["upsets"] for each in every)),
        _percent(sum(each["harmful"] for each in worst), sum(each["harmful"] for each in every)),
    )


def _worst(told: Mapping[str, Any]) -> list[tuple[str, Mapping[str, int]]]:
    """Registers with most harmful upsets."""
    return sorted(told["registers"].items(), key=lambda item: -item[1]["harmful"])[:WORST]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.0f} %"


def main(moments: int, names: Sequence[str]) -> None:
    """Take engines, all unless some are named, and write the report."""
    for name, (image, protection) in engines().items():
        if not names or name in names:
            write({name: campaign(image, protection, moments, seed=1)}, REPORTS)
            print(name, flush=True)


def write(told: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """`upsets.json` and `upsets.md`, with what is there of engines that these leave out."""
    file = folder / "upsets.json"
    before = json.loads(file.read_text()) if file.exists() else {}
    every = {**before, **told}
    together = {name: every[name] for name in engines() if name in every}
    file.write_text(json.dumps(together, indent=1) + "\n")
    (folder / "upsets.md").write_text(page(together))


if __name__ == "__main__":
    main(MOMENTS, sys.argv[1:])
