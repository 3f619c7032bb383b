"""A design's flat netlist with many mutants in it, one of which its input `mutant` chooses.

Yosys flattens a design, lists mutants of its cells evenly over source and wires, and writes one
Verilog netlist with those that are taken: 0 is the design as it is, k the k-th mutant.
Memories have no content in it, so no mutant is optimised away because of what an image holds.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hwsim.cosim.testbench import Parameter, literal
from tests.rtl.opinions import run_in, yosys_program

CANDIDATES: Final = 6000  # that Yosys lists of a design, of which some are taken
WIDTH: Final = 10  # bits of the input `mutant`
ROMS: Final = {
    "patterns": "patterns", "weight_memory": "weights", "lut": "kernel_lut",
    "offsets": "offsets", "radii": "radius", "scales": "scales",
}  # fmt: skip

# A read without a clock, before its register: Yosys cannot write one that has an enable.
_CLOCKLESS: Final = re.compile(r"-cell \S*\$memrd\S* -port (?!ADDR|DATA)")


@dataclass(frozen=True)
class Mutant:
    """One change of one bit of one cell.

    Attributes:
        module: whose source the cell comes from.
        place: where in it, `file:line.column-line.column`.
        kind: inv, const0, const1, cnot0 or cnot1 (inverted where another bit is 0, or 1).
        port: of the cell, and its bit.
        command: that makes it.
        source: what the cell comes from: text of one line, or the register.
    """

    module: str
    place: str
    kind: str
    port: str
    command: str
    source: str = ""

    @classmethod
    def parse(cls, line: str) -> Mutant:
        """One line of a list by Yosys."""
        found = {key: value for key, value in re.findall(r"-(\S+) (\S+)", line) if key != "src"}
        place = re.findall(r"-src (\S+)", line)[-1]
        return cls(
            module=place.partition(".")[0],
            place=place,
            kind=found["mode"],
            port=f"{found['port'].lstrip(chr(92))}[{found['portbit']}]",
            command=re.sub(r" -(src|wire|wirebit) \S+", "", line),
        )


def list_mutants(
    folder: Path,
    top: str,
    sources: Sequence[str],
    parameters: Mapping[str, Parameter],
    seed: int,
) -> list[Mutant]:
    """Flatten a design in `folder`, and list mutants of it."""
    chosen = "".join(
        f" -set {name} {literal('' if name.endswith('_FILE') else value)}"
        for name, value in parameters.items()
    )
    (folder / "list.ys").write_text(
        f"read_verilog {' '.join(sources)}\n"
        f"chparam{chosen} {top}\n"
        f"hierarchy -check -top {top}\n"
        "proc -norom\nflatten\nopt -full\nwreduce\nopt_clean\n"
        f"rename -top {top}\n"
        "write_rtlil design.il\n"
        f"mutate -list {CANDIDATES} -seed {seed} -o list.txt\n"
    )
    run_in([*yosys_program("newest")[0], "-q", "-s", "list.ys"], folder)
    lines = (folder / "list.txt").read_text().splitlines()
    return [Mutant.parse(line) for line in lines if "-src" in line and not _CLOCKLESS.search(line)]


def take(listed: Sequence[Mutant], each: int, among: Sequence[str], seed: int) -> list[Mutant]:
    """So many mutants of each of these modules, or all that there are."""
    chance = random.Random(seed)
    taken = []
    for module in among:
        of_module = [mutant for mutant in listed if mutant.module == module]
        taken += chance.sample(of_module, min(each, len(of_module)))
    return taken


def with_sources(folder: Path, taken: Sequence[Mutant]) -> list[Mutant]:
    """The same mutants, each with what it changes in words that other lines do not move."""
    design = (folder / "design.il").read_text()
    return [replace(mutant, source=_source(folder, design, mutant)) for mutant in taken]


def _source(folder: Path, design: str, mutant: Mutant) -> str:
    file, _, where = mutant.place.partition(":")
    (first, left), (last, right) = (map(int, end.split(".")) for end in where.split("-"))
    if first == last:
        line = (folder / file).read_text().splitlines()[first - 1]
        if not line[left - 1 : right - 1].startswith("always"):
            return line[left - 1 : right - 1]
    found = re.search(r"-cell (\S+)", mutant.command)
    assert found is not None
    start = design.index(f" {found[1]}\n")
    cell = design[start : design.index("\n  end\n", start)]
    output = re.search(r"connect \\[QY] (.*)", cell)
    names = re.findall(r"(?<!\S)\\(\S+)", output[1]) if output else []
    return " ".join(sorted({re.sub(r".*\.", "", name) for name in names}))


def write_netlist(folder: Path, taken: Sequence[Mutant]) -> None:
    """The flat design with these mutants, as RTLIL and as Verilog that reads its memories."""
    lines = [
        f"{mutant.command} -ctrl mutant {WIDTH} {number}" for number, mutant in enumerate(taken, 1)
    ]
    script = ["read_rtlil design.il", *lines, "write_rtlil mutants.il"]
    script.append("write_verilog -noattr netlist.v")
    (folder / "mutants.ys").write_text("\n".join(script) + "\n")
    run_in([*yosys_program("newest")[0], "-q", "-s", "mutants.ys"], folder)
    netlist = (folder / "netlist.v").read_text()
    head, end, tail = netlist.rpartition("endmodule")
    (folder / "netlist.v").write_text(f"{head}{contents(netlist)}{end}{tail}")


def contents(netlist: str) -> str:
    """What reads the memories' files."""
    lines = []
    for name in re.findall(r"^ *reg \[\d+:0\] (\\\S+\.memory ) ?\[\d+:0\];", netlist, re.MULTILINE):
        stem = ROMS.get(name.rsplit(".", 2)[1])
        own = re.search(r"\.engine\[(\d)\]\.", name)
        if stem is not None:
            number = f"_{own[1]}" if own and stem not in ("kernel_lut", "offsets") else ""
            lines.append(f'  initial $readmemh("{stem}{number}.mem", {name});\n')
    return "".join(lines)
