"""What Verilator is told not to say of the Verilog: each place, and the reason for it.

The waivers stand in the sources, as comments, so that a file is silent wherever it is taken;
`rtl/waivers.toml` is the one list of them, with the reasons.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hwsim.cosim.simulators import source_folder

RTL = source_folder("rtl")
LIST = RTL / "waivers.toml"

_REGION = re.compile(r"// verilator lint_off (\w+)\n(.*?)// verilator lint_on \1\n", re.DOTALL)
_DECLARED = re.compile(r"(?:input|output|wire|reg|signed)\s+(.*)", re.DOTALL)
_PORT_LEFT_OPEN = re.compile(r"\.(\w+)\(\)")
_INSTANCE = re.compile(r"\)\s*(\w+)\s*\($", re.MULTILINE)


class Waiver(NamedTuple):
    """One rule that is not told of one name in one file."""

    file: str
    rule: str
    name: str


def in_sources(folder: Path = RTL) -> Counter[Waiver]:
    """Every waiver in the Verilog below a folder.

    Raises:
        AssertionError: a rule is off to the end of a file, or for nothing that has a name.
    """
    found: Counter[Waiver] = Counter()
    for file in sorted([*folder.glob("*.v"), *(folder / "axi").glob("*.v")]):
        text = file.read_text()
        regions = _REGION.findall(text)
        assert len(regions) == text.count("lint_off") == text.count("lint_on"), file.name
        for rule, inside in regions:
            names = list(_names(inside))
            assert names, f"{file.name}: {rule} is off for nothing that has a name"
            found.update(Waiver(file.name, rule, name) for name in names)
    return found


def _names(inside: str) -> Iterator[str]:
    """What is declared or left open within a waiver's lines; or the instance that it is about."""
    code = re.sub(r"//.*|\(\*.*?\*\)", "", inside)
    yield from _PORT_LEFT_OPEN.findall(code)
    if instance := _INSTANCE.search(code):
        yield instance[1]
        return
    last = ""
    for part in re.split(r"[;,](?![^{(]*[})])", code):  # not those within { } or ( )
        if declared := _DECLARED.search(part):
            last = declared[1]
        elif last and re.fullmatch(r"\s*\w+\s*", part):
            last = part  # one more of the same kind
        else:
            continue
        yield re.findall(r"\w+", re.sub(r"\[.*?\]|=.*", " ", last, flags=re.DOTALL))[-1]


def listed(file: Path = LIST) -> Counter[Waiver]:
    """Every waiver of the list, each with its reason.

    Raises:
        AssertionError: a reason is missing, or as good as.
    """
    found: Counter[Waiver] = Counter()
    for entry in tomllib.loads(file.read_text())["waiver"]:
        assert set(entry) == {"rule", "names", "why"}, entry
        assert len(entry["why"].split()) > 2, entry
        for path in entry["names"]:
            name, _, where = path.partition(" of ")
            found[Waiver(f"hwsim_{where}.v", entry["rule"], name)] += 1
    return found
