"""Points of coverage in the files that Verilator writes, those of all instances taken together.

A line of such a file is `C '…' count`, with fields that begin with SOH and have STX between name
and value: f file, l line, n column, page kind/module, o what, Ft the state of a state machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KINDS: Final = ("line", "branch", "toggle", "state")
_FIELD: Final = re.compile("\x01([^\x02]+)\x02([^\x01]*)")


@dataclass(frozen=True, order=True)
class Point:
    """A line or branch that runs, a bit that changes one way, a state that is entered.

    Attributes:
        kind: of KINDS.
        file: its name.
        place: line and column; of a toggle the line alone.
        what: which branch; of a toggle the signal, its bit and which way.
    """

    kind: str
    file: str
    place: str
    what: str

    @property
    def signal(self) -> str:
        """Of a toggle, without which way."""
        return self.what.rpartition(":")[0] if self.kind == "toggle" else self.what


def read(path: Path) -> Counter[Point]:
    """How often each point of the design was passed; testbenches are left out."""
    counts: Counter[Point] = Counter()
    for line in path.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        if not line.startswith("C '"):
            continue
        body, _, count = line[3:].rpartition("' ")
        fields = dict(_FIELD.findall(body))
        file = Path(fields["f"]).name
        kind = fields["page"].partition("/")[0].removeprefix("v_").replace("fsm_state", "state")
        if not file.startswith("hwsim_") or kind not in KINDS:
            continue
        what = fields["Ft"] if kind == "state" else fields["o"]
        place = fields["l"] if kind == "toggle" else f"{fields['l']}.{fields['n']}"
        counts[Point(kind, file, place, what)] += int(count)
    return counts


def together(files: Iterable[Path]) -> Counter[Point]:
    """Of many runs."""
    total: Counter[Point] = Counter()
    for file in files:
        total.update(read(file))
    return total
