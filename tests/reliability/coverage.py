"""Which stuck-at faults of an engine's gates its self-test finds: fault simulation of a netlist.

`python -m tests.reliability.coverage` (make self-test) writes reports/verification/self-test.json
and the page beside it; names of engines behind it make those anew.
Yosys maps a small image's engine to gates with two inputs, multiplexers and flip-flops; memories
stay memories. A fault is one pin of one gate, input or output, at 0 or at 1 for ever; `mutate`
puts hundreds into one netlist, of which an input chooses one, and Verilator runs it. The queries
of the self-test come first, then many others: a fault that a recall of either shows, in state,
flags, steps, distance, counters or cycles, is detectable; ports never stall. Of the others it is
told where they could show first, by the registers that the gate leads to.
"""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

import hwsim
from hwsim.config import Parameters
from hwsim.cosim.testbench import literal
from hwsim.hardware.image import Image
from hwsim.reliability.self_test import choose_queries
from hwsim.report import markdown
from hwsim.report.document import Document, Section, Table, Text
from tests.images import corner_queries, near_queries, random_queries
from tests.mutation.mutants import WIDTH, contents
from tests.reliability.cones import Netlist
from tests.rtl.opinions import (
    FLAGS,
    Question,
    question,
    run_in,
    verilated,
    write_flat_testbench,
    yosys_program,
)

REPORTS: Final = Path(__file__).parents[2] / "reports" / "verification"
QUERIES: Final = 24  # of the self-test
OTHERS: Final = 160
BEYOND: Final = "counters, bits that no recall reaches"
UNITS: Final = {"counters": "counters, other bits", "shortlist|with_list": "shortlist",
                "threshold": "threshold", "control": "control"}  # fmt: skip
GATES: Final = "AND,NAND,OR,NOR,XOR,XNOR,MUX"
# What waits for a recall that does not come, and says which one was the first to differ.
WATCH: Final = """
    integer idle = 0;
    always @(posedge clk) begin
        idle = taken ? 0 : idle + 1;
        if (wrong > 0 || idle > @IDLE@) begin
            $display("SEEN: %0d", (received == 0 ? 0 : received - 1) / WORDS_EACH);
            $finish;
        end
    end
"""


@dataclass(frozen=True)
class Pin:
    """A pin of a gate that is stuck.

    Attributes:
        kind: of the gate, as Yosys names it.
        cell, port: the gate and its pin.
        value: 0 or 1.
    """

    kind: str
    cell: str
    port: str
    value: int

    @property
    def command(self) -> str:
        """That makes it."""
        return (
            f"mutate -mode const{self.value} -module hwsim_engine -cell {self.cell} "
            f"-port \\{self.port} -portbit 0"
        )


def images() -> dict[str, Image]:
    """Small trained memories' images, by what their engines do."""
    rng = np.random.default_rng(1)
    memory = hwsim.train(rng.choice((-1, 1), (40, 32)).astype(np.int8), gamma=0.1)
    lower = partial(hwsim.lower, memory, bits=2, lanes=8, kernel_bits=4, max_steps=12)
    return {
        "group": lower(),
        "row": lower(dataflow="row"),
        "group, no rules": lower(stop=False, winner=False, radius=False, coarse_words=0),
    }


def gates(folder: Path, asked: Question) -> list[Pin]:
    """Map an engine to gates, `gates.il`, and list all faults of their pins; `flat.il` before."""
    chosen = "".join(
        f" -set {name} {literal('' if name.endswith('_FILE') else value)}"
        for name, value in asked.parameters.items()
    )
    (folder / "gates.ys").write_text(
        f"read_verilog {' '.join(asked.sources)}\n"
        f"chparam{chosen} hwsim_engine\n"
        "hierarchy -check -top hwsim_engine\n"
        "proc -norom\nflatten\nopt -full\nwreduce\nopt_clean\nwrite_rtlil flat.il\n"
        "alumacc\nopt\ntechmap\nopt\nsimplemap\nopt_clean\n"
        f"abc -g {GATES}\nopt_clean\n"
        "rename -top hwsim_engine\n"
        "write_rtlil gates.il\n"
    )
    run_in([*yosys_program("newest")[0], "-q", "-s", "gates.ys"], folder)
    netlist = (folder / "gates.il").read_text()
    found = []
    for kind, cell, body in re.findall(
        r"^  cell \\?(\$_\w+_) (\S+)\n(.*?)^  end$", netlist, re.MULTILINE | re.DOTALL
    ):
        for port in re.findall(r"connect \\(\w+) ", body):
            if port != "C":  # the clock
                found += [Pin(kind, cell, port, value) for value in (0, 1)]
    return found


def write_faults(folder: Path, pins: list[Pin]) -> None:
    """`netlist.v`: the gates with these faults; `mutants.il` likewise."""
    lines = [f"{pin.command} -ctrl mutant {WIDTH} {k}" for k, pin in enumerate(pins, 1)]
    script = ["read_rtlil gates.il", *lines, "write_rtlil mutants.il"]
    (folder / "faults.ys").write_text(
        "\n".join([*script, "write_verilog -noattr netlist.v"]) + "\n"
    )
    run_in([*yosys_program("newest")[0], "-q", "-s", "faults.ys"], folder)
    netlist = (folder / "netlist.v").read_text()
    head, end, tail = netlist.rpartition("endmodule")
    (folder / "netlist.v").write_text(f"{head}{contents(netlist)}{end}{tail}")


def first_seen(folder: Path, asked: Question, count: int) -> list[int | None]:
    """The recall that shows each fault first; None where none does."""
    write_flat_testbench(folder)
    bench = (folder / "tb_netlist.v").read_text()
    number = (
        f"    reg [{WIDTH - 1}:0] mutant;\n"
        f'    initial if (!$value$plusargs("mutant=%d", mutant)) mutant = {WIDTH}\'d0;\n'
    )
    head, port, tail = bench.partition("    hwsim_engine engine (")
    assert port
    body, end, rest = f"{head}{number}{port}.mutant(mutant), {tail}".rpartition("endmodule")
    cycles = slice(16 * len(FLAGS), 16 * len(FLAGS) + 16)
    longest = max(int(line[cycles], 16) for line in _lines(folder / "outcomes.mem"))
    watch = WATCH.replace("@IDLE@", str(4 * longest + 1000))
    (folder / "tb_netlist.v").write_text(f"{body}{watch}{end}{rest}")
    options = ["--x-initial", "0", *(f"-G{option}" for option in asked.of_testbench)]
    optimised = "-O1" if count > 100 else "-O0"  # which compiles in half the time
    run = verilated(folder, options, ["tb_netlist.v", "netlist.v"], optimised=optimised)

    def seen(mutant: int) -> int | None:
        try:
            said = run(f"+mutant={mutant}", seconds=1800)  # of any machine, however loaded
        except (AssertionError, subprocess.TimeoutExpired):
            return 0  # it loops before the first answer
        if "PASS" in said:
            return None
        told = re.search(r"SEEN: (\d+)", said)
        return int(told[1]) if told else 0  # a packet dropped

    assert seen(0) is None, "the engine without a fault fails"
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(seen, range(1, count + 1)))


def _lines(file: Path) -> list[str]:
    return file.read_text().split()


def longest_recall(p: Parameters) -> int:
    """Clock cycles that no recall of T steps reaches: twice the contract's bound."""
    return 2 * p.max_steps * (p.patterns * p.words + p.groups * p.neurons * p.weight_bits)


def unit(reached: set[str], p: Parameters) -> str:
    """What part of an engine a gate leads to: the first of UNITS, or `elsewhere`.

    A counter's bits from some place on are 0 in all recalls, but of a port that stalls so long.
    """
    longest = longest_recall(p)
    bits = [re.fullmatch(r"\\counters\.\w+?(?:_carry_(\d+))?(?: \[(\d+)\])?", name)
            for name in reached]  # fmt: skip
    places = [int(bit[1] or bit[2] or 0) for bit in bits if bit is not None]
    if places and len(places) == len(bits):
        return BEYOND if min(places) >= longest.bit_length() else UNITS["counters"]
    for pattern, name in UNITS.items():
        if any(re.search(pattern, each) for each in reached):
            return name
    return "elsewhere"


def coverage(image: Image, queries: int, others: int, sample: int, seed: int) -> dict[str, Any]:
    """Of a sample of the stuck-at faults, how many the self-test shows, and how many anything.

    Args:
        image: small.
        queries: of the self-test.
        others: near patterns, at random, corners.
        sample: faults, 1023 at most.
        seed: of everything.
    """
    rng = np.random.default_rng([seed, 5])
    test = choose_queries(image, queries, seed)
    more = np.concatenate(
        [corner_queries(image, rng), near_queries(image, others // 2, rng),
         random_queries(image.parameters, others // 2, rng)]
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        asked = question(image, np.concatenate([test.queries, more]), folder)
        pins = gates(folder, asked)
        chosen = random.Random(seed).sample(pins, min(sample, len(pins), 2**WIDTH - 1))
        write_faults(folder, chosen)
        seen = first_seen(folder, asked, len(chosen))
        netlist = Netlist(folder / "gates.il")
        leads_to = [unit(netlist.reached(pin.cell), image.parameters) for pin in chosen]
    by_test = [each is not None and each < queries for each in seen]
    detectable = sum(each is not None for each in seen)
    missed = Counter(
        place for place, at, ours in zip(leads_to, seen, by_test, strict=True)
        if at is not None and not ours
    )  # fmt: skip
    unseen = Counter(place for place, at in zip(leads_to, seen, strict=True) if at is None)
    return {
        "queries": queries,
        "modelled": test.modelled,
        "modelled_found": test.found[-1],
        "others": len(more),
        "gates_faults": len(pins),
        "sampled": len(chosen),
        "found": sum(by_test),
        "detectable": detectable,
        "coverage": sum(by_test) / detectable,
        "found_by_first": [
            sum(at is not None and at < first for at in seen) for first in range(1, queries + 1)
        ],
        "missed": dict(missed),
        "unseen": dict(unseen),
    }


def page(told: Mapping[str, Mapping[str, Any]]) -> str:
    """What was measured, in words and a table."""
    rows = tuple(
        (
            name,
            f"{each['gates_faults']:,}",
            f"{each['sampled']:,}",
            f"{each['detectable']:,}",
            f"{each['found']:,}",
            share(each["found"], each["detectable"]),
            f"{each['modelled_found']} of {each['modelled']}",
        )
        for name, each in told.items()
    )
    firsts = [1, 2, 4, 8, 12, 16, 24]
    by_count = tuple(
        (name, *(f"{100 * each['found_by_first'][first - 1] / each['detectable']:.1f} %"
                 for first in firsts if first <= each["queries"]))
        for name, each in told.items()
    )  # fmt: skip
    units = (BEYOND, *UNITS.values(), "elsewhere")
    by_unit = tuple(
        (name, *(f"{each['missed'].get(place, 0)}, {each['unseen'].get(place, 0)}"
                 for place in units))
        for name, each in told.items()
    )  # fmt: skip
    queries = max(each["queries"] for each in told.values())
    sections = (
        Section(
            "Single stuck-at faults of the gates",
            (
                Text.of(
                    "A small trained memory (N = 32, P = 40, 2 bits, 8 lanes) in three engines, "
                    "mapped by Yosys to gates of two inputs, multiplexers and flip-flops, its "
                    "memories left as they are. A fault is one pin of one gate, input or output, "
                    "at 0 or at 1 for ever; of all of them a sample is simulated, each alone, in "
                    "Verilator. Found: a recall of the self-test differs in its state, flags, "
                    "steps, distance, cycles or a counter, or does not end. Detectable: so does "
                    f"one of these or of {min(each['others'] for each in told.values())} more "
                    "queries, near patterns, at random and corners, with ports that never stall. "
                    "The rest was never seen to matter, and counts neither way; the last table "
                    "says where it could show first. Bits of a counter that count more cycles than "
                    "any recall takes cannot: nothing but a port that stalls for that long would "
                    "move one of them, the cycles."
                ),
                Table(
                    "Faults of gates; at the right, faults of the exact model by which the queries "
                    "were chosen",
                    ("engine", "faults", "sampled", "detectable", "found", "coverage, 95 %",
                     "in the model"),
                    rows,
                ),
                Table(
                    "Coverage of the first queries of a self-test",
                    ("engine", *(str(first) for first in firsts if first <= queries)),
                    by_count,
                ),
                Table(
                    "Faults that the self-test does not find and others do, by what the gate leads "
                    "to, and behind them those that nothing showed",
                    ("engine", *units),
                    by_unit,
                ),
            ),
            "gates",
        ),
    )  # fmt: skip
    lead = (
        Text.of(
            "hwsim vectors IMAGE --self-test chooses queries by simulation of stuck-at faults on "
            "the exact model, whose answers an engine in the field compares; the cells of the "
            "image's memories are left to the CRC-32 that the engine computes over them. The "
            "command make self-test makes this page."
        ),
    )
    return markdown.render(Document("Self-test in the field", lead, sections))


def share(found: int, of: int) -> str:
    """A share with Wilson's interval."""
    low, high = wilson(found, of)
    return f"{100 * found / of:.1f} % ({100 * low:.1f}–{100 * high:.1f})"


def wilson(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    z = 1.959964
    centre = (found + z * z / 2) / (of + z * z)
    half = z / (of + z * z) * math.sqrt(found * (of - found) / of + z * z / 4)
    return centre - half, min(centre + half, 1.0)


def main(sample: int, names: Sequence[str]) -> None:
    """Measure engines, all unless some are named, and write the report."""
    for name, image in images().items():
        if not names or name in names:
            found = coverage(image, QUERIES, OTHERS, sample, seed=1)
            print(name, json.dumps(found), flush=True)
            write({name: found}, REPORTS)


def write(told: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """`self-test.json` and `self-test.md`, with what is there of engines that these leave out."""
    file = folder / "self-test.json"
    before = json.loads(file.read_text()) if file.exists() else {}
    every = {**before, **told}
    together = {name: every[name] for name in images() if name in every}
    file.write_text(json.dumps(together, indent=1) + "\n")
    (folder / "self-test.md").write_text(page(together))


if __name__ == "__main__":
    main(1000, sys.argv[1:])
