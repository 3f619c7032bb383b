"""Whether a mutant that no test sees can be seen at all, asked of ABC.

First: from any state, with any inputs, do outputs and next states agree? Then, where they do not:
is a state in which they do not ever reached, with registers and RAM at 0 before the first cycle and
resets at any time? In both the content of the ROM may be anything, and an output is looked at where
its valid is 1.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.mutation.aiger import Graph, difference
from tests.mutation.mutants import WIDTH
from tests.rtl.opinions import run_in, yosys_program
from tests.tools import require_tool

ANY_STATE: Final = "equivalent from any state"
REACHED: Final = "equivalent in every state that is reached"
SEEN: Final = (
    (r"m_axis_tvalid|.*_tready|query_dropped|irq|s_axil_.*(ready|valid)|host_data", None),
    (r"s_axil_b.*", "s_axil_bvalid"),
    (r"s_axil_r.*", "s_axil_rvalid"),
    (r"", "m_axis_tvalid"),  # results, and the counters beside them
)


def proved(folder: Path, top: str, numbers: Sequence[int], seconds: int) -> dict[int, str]:
    """Those of these mutants that are proved equivalent, and how.

    Args:
        folder: with `mutants.il`.
        top: the module.
        numbers: of the mutants.
        seconds: that ABC may search, once it knows which registers are alike.
    """
    if not numbers:
        return {}
    script = [
        "read_rtlil mutants.il", "memory_collect", "memory_map -formal", "dffunmap", "techmap",
        "dffunmap", "aigmap", "setundef -zero", f"delete -input {top}/w:mutant",
        "design -save mapped",
    ]  # fmt: skip
    for number in (0, *numbers):
        script += [
            "design -load mapped", f"connect -set mutant {WIDTH}'d{number}",
            f"write_aiger -ascii -symbols mutant{number}.aag",
        ]  # fmt: skip
    (folder / "graphs.ys").write_text("\n".join(script) + "\n")
    run_in([*yosys_program("newest")[0], "-q", "-s", "graphs.ys"], folder)
    design = Graph.read(folder / "mutant0.aag")
    found = {}
    for number in numbers:
        graph = Graph.read(folder / f"mutant{number}.aag")
        how = _compare(folder, design, graph, seconds)
        if how is not None:
            found[number] = how
    return found


def _compare(folder: Path, design: Graph, mutant: Graph, seconds: int) -> str | None:
    apart = difference(design, mutant, _valid, reached=False)
    apart.write(folder / "any.aig")
    if apart.none or "UNSATISFIABLE" in _abc(folder, "read any.aig; iprove", 30):
        return ANY_STATE
    difference(design, mutant, _valid, reached=True).write(folder / "reached.aig")
    search = f"read reached.aig; scleanup; scorr; print_stats; pdr -T {seconds}"
    return REACHED if "Property proved" in _abc(folder, search, 20 * seconds) else None


def _valid(output: str) -> str | None:
    name = re.sub(r"\[\d+\]$", "", output.split()[-1])
    return next(valid for pattern, valid in SEEN if re.match(rf"(?:{pattern})", name))


def _abc(folder: Path, commands: str, seconds: int) -> str:
    try:
        done = subprocess.run(
            [require_tool("berkeley-abc"), "-c", commands], capture_output=True, text=True,
            check=True, cwd=folder, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout
