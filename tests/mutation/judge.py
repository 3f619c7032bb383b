"""A plain testbench on a netlist of mutants, compiled once by Verilator."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutation.bench import Bench, Design
from tests.mutation.monitors import SHORTLIST, monitors
from tests.mutation.mutants import WIDTH, Mutant, list_mutants, take, with_sources, write_netlist
from tests.rtl.opinions import verilated, write_flat_testbench
from tests.rtl.spoiled import spoilers

SECONDS = 60  # of a simulation in which time stands still


class Judge:
    """Which mutants a testbench lets pass."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        write_flat_testbench(bench.folder, bench.testbench, bench.top)
        text = (bench.folder / "tb_netlist.v").read_text()
        number = (
            f"    reg [{WIDTH - 1}:0] mutant;\n"
            f'    initial if (!$value$plusargs("mutant=%d", mutant)) mutant = {WIDTH}\'d0;\n'
            "    always @(posedge clk) if (wrong > 0) $finish;\n\n"
        )
        head, port, tail = text.partition(f"    hwsim_{bench.top} {bench.top} (")
        body, end, rest = f"{number}{port}.mutant(mutant), {tail}".rpartition("endmodule")
        netlist = (bench.folder / "netlist.v").read_text()
        looks = monitors(netlist, bench.top) + spoilers(bench.spoiled, bench.top, flat=True)
        (bench.folder / "tb_netlist.v").write_text(f"{head}{body}{looks}{end}{rest}")
        shutil.copy(SHORTLIST, bench.folder)
        files = ["tb_netlist.v", "netlist.v", SHORTLIST.name]
        options = ["--x-initial", "unique", *(f"-G{option}" for option in bench.options)]
        self.run = verilated(bench.folder, options, files, bench.testbench)

    def passes(self, number: int) -> bool:
        """Whether all is answered as it must be; 0 is the design without a mutant."""
        return all(self._passes(number, *answer) for answer in self.bench.answers)

    def _passes(self, number: int, folder: Path, answer: str) -> bool:
        try:
            said = self.run(f"+mutant={number}", where=folder, seconds=SECONDS)
        except (AssertionError, subprocess.TimeoutExpired):  # it loops
            return False
        return said.startswith(answer)

    def survivors(self, count: int) -> list[int]:
        """Those of mutants 1 to `count` that pass."""
        assert self.passes(0), "the design without a mutant fails"
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            passing = list(pool.map(self.passes, range(1, count + 1)))
        return [number for number, passed in enumerate(passing, 1) if passed]


def prepare(design: Design, folder: Path, each: int, seed: int) -> tuple[list[Mutant], Judge]:
    """Mutants of a design, so many of each module, and who judges them."""
    folder.mkdir(parents=True)
    bench = design.bench(folder)
    listed = list_mutants(folder, f"hwsim_{bench.top}", bench.sources, bench.parameters, seed)
    taken = take(listed, each, [f"hwsim_{module}" for module in design.modules], seed)
    write_netlist(folder, taken)
    return with_sources(folder, taken), Judge(bench)
