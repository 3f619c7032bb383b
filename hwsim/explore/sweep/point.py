"""One point of a sweep: every value of every axis, and what it is filed under."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, Final

from hwsim import __version__
from hwsim.design import PLAIN, Design
from hwsim.explore.sweep.sources import OwnMemory
from hwsim.measure.memories import MemoryKey, Source
from hwsim.measure.rows import Row

OLD_NAMES: Final = {"method": "trainer"}  # until hwsim 0.3; then in `identity` alone
OWN: Final = "own"  # method and penalty of a memory that came from a file


@dataclass(frozen=True)
class Point:
    """A memory, how it is lowered, what costs are counted by, and the noise it recalls from.

    What has a default came later. It is in tables and identities only where it differs, so that a
    sweep begun before goes on and has the same files.

    Attributes:
        data: `random`, `digits`, or the file of a memory of one's own as it was named.
        gamma: 0 for a kernel of the memory's own.
        dataflow, stop, winner, radius, coarse_words, queries_in_flight, engines, pipelined: as in a
            design.
        memory_sha256: of that file's content, else empty.
        technology: energy table as it was named; empty for the built-in one.
        technology_sha256: of its content, if it is a file.
        macro: `DEPTHxWIDTH` of the SRAM macros that memories are built of; empty for arrays that
            fit them.
        clock_mhz: 0 where nobody said.
        device: that the engine is synthesized for; empty for none.
        protection: check bits of its memories: `none`, `parity` or `secded`.
    """

    data: str
    neurons: int
    patterns: int
    gamma: float
    method: str
    penalty: str
    seed: int
    quantizer: str
    bits: int
    kernel_bits: int
    kernel_origin: str
    offset_bits: int
    lanes: int
    max_steps: int
    noise: float
    queries: int
    dataflow: str = PLAIN["dataflow"]
    stop: bool = False
    winner: bool = False
    radius: bool = False
    coarse_words: int = 0
    queries_in_flight: int = 1
    engines: int = 1
    memory_sha256: str = ""
    technology: str = ""
    technology_sha256: str = ""
    macro: str = ""
    clock_mhz: float = 0.0
    pipelined: bool = False
    device: str = ""
    protection: str = "none"

    @property
    def memory(self) -> Source:
        """The memory this point needs: trained, or read."""
        if self.method == OWN:
            return OwnMemory(self.data, self.memory_sha256)
        return MemoryKey(
            self.neurons,
            self.patterns,
            self.gamma,
            self.seed,
            self.data,
            self.method,
            self.penalty,
        )

    @property
    def design(self) -> Design:
        """How that memory is lowered."""
        return Design(**{name: getattr(self, name) for name in DESIGN_AXES})

    @property
    def identity(self) -> str:
        """What this point's result is filed under: its values and the program's version.

        The method goes by its old name, so that sweeps begun with that go on.
        """
        values = {
            name: value
            for name, value in asdict(self).items()
            if name not in LATER or value != LATER[name]
        }
        if self.method == OWN:
            del values["data"]  # the content counts, wherever the file lies
        values[OLD_NAMES["method"]] = values.pop("method")
        text = json.dumps({"hwsim": __version__} | values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


NAMES: Final = tuple(entry.name for entry in fields(Point))
LATER: Final = {
    entry.name: entry.default for entry in fields(Point) if entry.default is not MISSING
}
DESIGN_AXES: Final = tuple(
    name for name in NAMES if name in Design.__dataclass_fields__ and name != "seed"
)


def sort_key(point: dict[str, Any]) -> tuple[Any, ...]:
    """The canonical order: by every value of a point in the order of `Point`'s fields."""
    return tuple(
        point[name] if name not in LATER else point.get(name, LATER[name]) for name in NAMES
    )


def later_columns(rows: Sequence[Row]) -> list[str]:
    """Columns with a default that some row differs from."""
    return [
        name
        for name, default in LATER.items()
        if any(row.get(name, default) != default for row in rows)
    ]


def with_columns(row: Row, later: Sequence[str]) -> Row:
    """A point's row with these of the columns that have a default, before its measurements."""
    kept = {name: row[name] for name in NAMES if name not in LATER}
    kept |= {name: row.get(name, LATER[name]) for name in later}
    return kept | {name: value for name, value in row.items() if name not in NAMES}
