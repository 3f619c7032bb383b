"""Where a fault of a gate can show first: registers, memories and ports that its output reaches.

Of a flat netlist of gates in RTLIL, as `tests.reliability.coverage` maps one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_CELL: Final = re.compile(r"^  cell (\S+) (\S+)\n(.*?)^  end$", re.MULTILINE | re.DOTALL)
_WIRE: Final = re.compile(r"^  wire (?:width (\d+) )?(?:.* )?(\S+)$", re.MULTILINE)
_ALIAS: Final = re.compile(r"^  connect (.+)$", re.MULTILINE)
_SLICE: Final = re.compile(r"(\S+?)(?: \[(\d+)(?::(\d+))?\])?(?= |$)")
_OUTPUTS: Final = {"Y", "Q", "DATA"}


class Netlist:
    """A netlist's gates, and where their outputs go.

    Args:
        file: RTLIL of one module.
    """

    def __init__(self, file: Path) -> None:
        text = file.read_text()
        self.widths = {name: int(width or 1) for width, name in _WIRE.findall(text)}
        self.outputs: dict[str, list[str]] = {}
        self.readers: dict[str, list[str]] = defaultdict(list)  # cells, by a bit of their inputs
        self.kinds: dict[str, str] = {}
        for kind, name, body in _CELL.findall(text):
            self.kinds[name] = kind
            self.outputs[name] = []
            for port, signal in re.findall(r"^    connect \\(\S+) (.*)$", body, re.MULTILINE):
                for bit in self._bits(signal):
                    if port in _OUTPUTS:
                        self.outputs[name].append(bit)
                    elif port != "C":
                        self.readers[bit].append(name)
        self.aliases: dict[str, list[str]] = defaultdict(list)  # driven by a bit, with no gate
        for line in _ALIAS.findall(text):
            left, right = self._halves(line)
            for driven, driver in zip(left, right, strict=True):
                self.aliases[driver].append(driven)

    def reached(self, cell: str) -> set[str]:
        """Bits of registers, and what else no gate follows, that a cell's output leads to.

        A register's own bits, where the cell is one; `name [bit]`, or a memory's or port's name.
        """
        if not self._gate(cell):
            return set(self.outputs[cell])
        found: set[str] = set()
        seen: set[str] = set()
        waiting = list(self.outputs[cell])
        while waiting:
            bit = waiting.pop()
            if bit in seen:
                continue
            seen.add(bit)
            waiting += self.aliases[bit]
            if not self.aliases[bit] and not self.readers[bit]:
                found.add(bit)  # a port, or nothing
            for reader in self.readers[bit]:
                if self._gate(reader):
                    waiting += self.outputs[reader]
                elif "DFF" in self.kinds[reader]:
                    found.update(self.outputs[reader])
                else:
                    found.add(reader)
        return found

    def _gate(self, cell: str) -> bool:
        return self.kinds[cell].startswith("$_") and "DFF" not in self.kinds[cell]

    def _halves(self, line: str) -> tuple[list[str], list[str]]:
        """Both sides of a connection, bit by bit."""
        if line.startswith("{"):
            left, _, right = line.partition(" } ")
            return list(self._bits(left + " }")), list(self._bits(right))
        found = _SLICE.match(line)
        assert found is not None
        return list(self._bits(found[0])), list(self._bits(line[found.end() :].strip()))

    def _bits(self, signal: str) -> Iterator[str]:
        """A signal's bits, the lowest first."""
        if signal.startswith("{"):
            parts = [found[0] for found in _SLICE.finditer(signal.strip("{} "))]
            for part in reversed(parts):
                yield from self._bits(part)
            return
        if signal.isdecimal():
            signal = f"32'{int(signal):032b}"
        if number := re.fullmatch(r"(\d+)'(.*)", signal):
            yield from (f"constant {digit}" for digit in reversed(number[2].rjust(int(number[1]))))
            return
        found = _SLICE.fullmatch(signal)
        assert found is not None, signal
        name, high, low = found[1], found[2], found[3]
        if high is None:
            width = self.widths[name]
            yield from ([name] if width == 1 else (f"{name} [{bit}]" for bit in range(width)))
        else:
            for bit in range(int(low or high), int(high) + 1):
                yield f"{name} [{bit}]"
