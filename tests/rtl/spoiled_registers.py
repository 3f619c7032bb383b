"""Faulty bits in the registers of an engine that a plain testbench drives.

Half a cycle after a register took a value, before anybody samples it, it holds what its faulty bits
make of the value; some of its values have bits turned over besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hwsim.config import Parameters, index_bits
from hwsim.differences.watch import GROUP, ROW, SLOT
from hwsim.reliability.maps import FaultMap, WordFault
from hwsim.reliability.places import Place

TURNED: Final = 256  # values of a word with bits turned over, at most
Upsets = Mapping[tuple[int, int], int]  # bits turned over, by word and how many values came before

_SEARCH: Final = f"{SLOT}.search.patterns_nearby"
_LIST: Final = f"{_SEARCH}.with_shortlist.shortlist"
_CONTROL: Final = "controls[0].control"
_LOADER: Final = f"{GROUP}.kernel_loader"
_CANDIDATES: Final = f"{ROW}.candidate_lists"
_FOUND: Final = (
    "(measured && listing && (completed_first || distance < nearest))"
    " || (minimum_write && (minimum_address == 0 || minimum_data < nearest))"
)


@dataclass(frozen=True)
class Part:
    """Some bits of a register of the Verilog.

    Attributes:
        path: below the engine.
        low, width: which bits; None for all.
    """

    path: str
    low: int = 0
    width: int | None = None

    def within(self, engine: str) -> str:
        """As Verilog calls it."""
        chosen = "" if self.width is None else f"[{self.low} +: {self.width}]"
        return f"{engine}.{self.path}{chosen}"


@dataclass(frozen=True)
class Word:
    """What takes a value at once.

    Attributes:
        parts: the word's lowest bits first.
        within: the instance below the engine in which `when` has its names.
        when: 1 in the cycle before a new value is there.
    """

    parts: tuple[Part, ...]
    within: str
    when: str

    def taken(self, engine: str) -> str:
        """`when` as Verilog says it in a testbench."""
        return re.sub(r"(?<![\w'])[a-z]\w*", rf"{engine}.{self.within}.\g<0>", self.when)


def words(place: Place, parameters: Parameters) -> list[Word]:
    """What the Verilog has for each word of a register."""
    if place.name == "shortlist":
        return [_entry(parameters, number) for number in range(place.depth)]
    found = {
        "steps": [(_CONTROL, "steps", "(state == 0 && query_loaded) || "
                                      "(result_due ? confirms : step_end)")],
        "flips": [(_CONTROL, "flips", "step_end")],
        "converged": [(_CONTROL, "converged", "within_radius || result_due")],
        "miss": [(_CONTROL, "miss", "first_step && (state == 1 ? within_radius : "
                  "state == 2 ? listed : state == 3 && (decided || step_end))")],
        "nearest": [(_SEARCH, "nearest", f"{_FOUND} || (measured && probing)")],
        "winner": [(_SEARCH, "winner", _FOUND)],
        "kernel_sum": [(_CANDIDATES, "kernel_sum", "start || found") if parameters.row
                       else (_LOADER, "kernel_sum", "clear || (travelling[4] && present[4])")],
        "kernel_planes": [(_LOADER, "waiting", "travelling[4]"),
                          (_LOADER, "planes", "transfer")],
        "running_sum": [(f"{GROUP}.mac", "accumulator", "product_valid[1]")],
        "lane_accumulators": [
            (f"{ROW}.mac", "accumulators", "start || word_summed || valid[2]"),
            (f"{ROW}.mac", "shadow", "word_summed || sum_valid")],
        "field": [("threshold", "field", "valid[2]")],
        "threshold_word": [("threshold", "word", "valid[4]")],
    }[place.name]  # fmt: skip
    return [Word((Part(f"{path}.{name}"),), path, when) for path, name, when in found]


def _entry(p: Parameters, number: int) -> Word:
    pattern, value = index_bits(p.patterns), p.distance_bits + 1
    parts = (
        Part(f"{_LIST}.patterns", number * pattern, pattern),
        Part(f"{_LIST}.values", number * value, value),
    )
    moved = " || ".join(
        f"value < values[{each * value} +: {value}]" for each in (number - 1, number) if each >= 0
    )
    return Word(parts, _LIST, f"clear || drop || (insert && ({moved}))")


def spoilers(places: Iterable[Place], parameters: Parameters, engine: str) -> str:
    """Verilog that makes of each value that these registers take what their bits make of it.

    Args:
        places: registers.
        parameters: of the engine, which is not PIPELINED.
        engine: what the testbench calls it.
    """
    text = ""
    for number, place in enumerate(places):
        width = place.width
        text += (
            f"    reg [{2 * width - 1}:0] bits_{number} [0:{place.depth - 1}];  // kept, flipped\n"
            f"    reg [{width + 31}:0] turned_{number} [0:{place.depth * TURNED - 1}];\n"
            f'    initial $readmemh("{place.name}.bits", bits_{number});\n'
            f'    initial $readmemh("{place.name}.turned", turned_{number});\n'
        )
        for address, word in enumerate(words(place, parameters)):
            own = f"{number}_{address}"
            parts = ", ".join(part.within(engine) for part in reversed(word.parts))
            text += (
                f"    reg took_{own} = 1'b0;\n"
                f"    reg [31:0] values_{own} = 32'd0;\n"
                f"    integer next_{own} = {address * TURNED};\n"
                f"    wire [{width + 31}:0] turn_{own} = turned_{number}[next_{own}];\n"
                f"    wire turns_{own} = turn_{own}[{width} +: 32] == values_{own};\n"
                f"    wire [{2 * width - 1}:0] held_{own} = bits_{number}[{address}];\n"
                f"    always @(posedge clk) took_{own} <= {word.taken(engine)};\n"
                f"    always @(negedge clk) if (took_{own}) begin\n"
                f"        values_{own} <= values_{own} + 1;\n"
                f"        if (turns_{own}) next_{own} <= next_{own} + 1;\n"
                f"        {{{parts}}} <= ({{{parts}}}\n"
                f"            & held_{own}[{width} +: {width}] ^ held_{own}[0 +: {width}])\n"
                f"            ^ (turn_{own}[0 +: {width}] & {{{width}{{turns_{own}}}}});\n"
                f"    end\n\n"
            )
    return text


def write_bits(folder: Path, faults: FaultMap, upsets: Upsets) -> None:
    """What a register's bits make of the values that it takes, beside the answers.

    Args:
        folder: that the testbench runs in.
        faults: bits that are faulty all the time.
        upsets: values with bits turned over, which the faulty ones do not see.
    """
    place, faulty = faults.place, faults.words()
    every, width = (1 << place.width) - 1, place.width
    kept = [faulty.get(address, WordFault()) for address in range(place.depth)]
    _write(folder / f"{place.name}.bits", 2 * width,
           [(each.keep & every) << width | each.flip for each in kept])  # fmt: skip
    turned: list[int] = []
    for address in range(place.depth):
        own = sorted((value, bits) for (at, value), bits in upsets.items() if at == address)
        assert len(own) < TURNED
        never = ((1 << 32) - 1) << width
        turned += [value << width | bits for value, bits in own]
        turned += [never] * (TURNED - len(own))
    _write(folder / f"{place.name}.turned", width + 32, turned)


def _write(path: Path, width: int, numbers: Iterable[int]) -> None:
    path.write_text("".join(f"{number:0{-(-width // 4)}x}\n" for number in numbers))
