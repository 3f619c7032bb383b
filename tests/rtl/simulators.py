"""What the tests of the Verilog share."""

from __future__ import annotations

import random
from pathlib import Path

from hwsim.cosim.simulators import source_folder
from hwsim.cosim.testbench import Parameter, Testbench


def random_memory(path: Path, width: int, depth: int, seed: int, row: int = 0) -> Path:
    """A $readmemh file of random words, all 0 and all 1 among them when there is room.

    Rows of `row` bits, if given, end in a word whose unused bits are 0.
    """
    chance = random.Random(seed)
    words = [chance.getrandbits(width) for _ in range(depth)]
    if depth > 3:
        words[1], words[depth - 2] = 0, 2**width - 1
    if row % width:
        words_a_row = -(-row // width)
        for last in range(words_a_row - 1, depth, words_a_row):
            words[last] &= 2 ** (row % width) - 1
    path.write_text("".join(f"{word:0{-(-width // 4)}x}\n" for word in words))
    return path


def run_block(
    module: str,
    parameters: dict[str, Parameter],
    folder: Path,
    memory: Path | None = None,
    seed: int = 1,
    rtl: Path | None = None,
) -> tuple[int, str]:
    """Run `cosim/test_<module>.py` on `rtl/<module>.v`; how many of its tests failed, the log."""
    bench = Testbench(
        toplevel=module,
        module=f"test_{module}",
        sources=sorted((rtl or source_folder("rtl")).glob("hwsim_*.v")),
        python_path=source_folder("cosim"),
        parameters=parameters,
    )
    simulation = bench.build("icarus", folder)
    environment = {"HWSIM_MEMORY": str(memory)} if memory is not None else {}
    return simulation.run(environment, seed)
