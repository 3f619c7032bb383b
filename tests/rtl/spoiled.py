"""Faulty cells in the memories of an engine that a plain testbench drives.

Those of ROMs are in the files that the engine reads; a word of a RAM is changed half a cycle after
it was written, before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hwsim.differences.watch import RAMS
from hwsim.reliability.maps import FaultMap, WordFault
from hwsim.reliability.places import Place


@dataclass(frozen=True)
class Spoiled:
    """A RAM whose words may not be what was written.

    Attributes:
        path: of the instance of hwsim_ram below the engine.
        depth, width: of the memory, check bits included.
        file: beside the answers, what its cells are.
    """

    path: str
    depth: int
    width: int
    file: str


def rams(memories: Iterable[Place]) -> list[Spoiled]:
    """Those of these memories that a recall writes, check bits included."""
    return [
        Spoiled(RAMS[place.counter][0], place.depth, place.width, f"{place.memory}.cells")
        for place in memories
        if place.written
    ]


def spoilers(spoiled: Sequence[Spoiled], engine: str, *, flat: bool) -> str:
    """Verilog that makes of each word written to these memories what their cells make of it.

    Args:
        spoiled: of the engine.
        engine: what the testbench calls it.
        flat: whether it is a netlist, whose names have dots in them.
    """
    text = ""
    for number, ram in enumerate(spoiled):
        bits, width = max(ram.depth - 1, 1).bit_length(), ram.width

        def of(name: str, ram: Spoiled = ram) -> str:
            return f"{engine}.\\{ram.path}.{name} " if flat else f"{engine}.{ram.path}.{name}"

        cells = f"cells_{number}[written_{number}]"
        text += (
            f"    reg [{2 * width - 1}:0] cells_{number} [0:{ram.depth - 1}];  // kept, flipped\n"
            f"    reg [{bits - 1}:0] written_{number};\n"
            f"    reg wrote_{number} = 1'b0;\n"
            f'    initial $readmemh("{ram.file}", cells_{number});\n'
            f"    always @(posedge clk) begin\n"
            f"        wrote_{number} <= {of('write_enable')};\n"
            f"        written_{number} <= {of('write_address')};\n"
            f"    end\n"
            f"    always @(negedge clk) if (wrote_{number})\n"
            f"        {of('memory')}[written_{number}] <= {of('memory')}[written_{number}]\n"
            f"            & {cells}[{width} +: {width}] ^ {cells}[0 +: {width}];\n\n"
        )
    return text


def write_cells(folder: Path, faults: FaultMap, files: Sequence[str]) -> None:
    """A memory's cells beside the answers: a ROM's content, or what a RAM makes of what is written.

    Args:
        folder: that the testbench runs in.
        faults: of the memory, check bits included.
        files: names of a ROM's content, of which the first is there without faults.
    """
    place, words = faults.place, faults.words()
    of_each = [words.get(address, WordFault()) for address in range(place.depth)]
    every = (1 << place.width) - 1
    if place.written:
        content = [(fault.keep & every) << place.width | fault.flip for fault in of_each]
        files, width = [f"{place.memory}.cells"], 2 * place.width
    else:
        stored = [int(word, 16) for word in (folder / files[0]).read_text().split()]
        assert len(stored) == place.depth
        pairs = zip(of_each, stored, strict=True)
        content, width = [fault.read(word) & every for fault, word in pairs], place.width
    lines = [f"{word:0{-(-width // 4)}x}\n" for word in content]
    for name in files:
        (folder / name).write_text("".join(lines))
