"""What a check finds: where a folder differs from what hwsim wrote, and what else to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hwsim.quantities import counted
from hwsim.show import Shown


@dataclass(frozen=True)
class Difference:
    """One way in which a file is not what was written.

    Attributes:
        file: its name in the folder.
        problem: what is wrong, in words.
        offset: of the first byte that differs; None where a hash alone tells that some do.
        found: that byte, as Python shows it; None past the end.
        written: what stood there.
        place: which word, bits and neurons the byte belongs to, or its line.
    """

    file: str
    problem: str
    offset: int | None = None
    found: str | None = None
    written: str | None = None
    place: str | None = None

    def __str__(self) -> str:
        if self.offset is None:
            return f"{self.file}: {self.problem}"
        byte = f"{self.file}: byte {self.offset} is {self.found or 'missing'}"
        was = self.written or "the end of the file"
        place = f" ({self.place})" if self.place else ""
        return f"{byte}, written was {was}{place}; {self.problem}"

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "file": self.file,
            "problem": self.problem,
            "offset": self.offset,
            "found": self.found,
            "written": self.written,
            "place": self.place,
        }


@dataclass(frozen=True, repr=False)
class Audit(Shown):
    """A folder compared with what hwsim wrote.

    Attributes:
        folder: its path.
        kind: `image`, `vectors`, `sweep`, `experiments`, `report`, `bench` or `demo`.
        files: names of the files compared.
        differences: one a file that is not as it was written; empty when all is well.
        notes: what is no difference, but good to know.
    """

    folder: str
    kind: str
    files: Sequence[str]
    differences: Sequence[Difference]
    notes: Sequence[str]

    @property
    def sound(self) -> bool:
        """Whether every file is what was written."""
        return not self.differences

    def _shown(self) -> Mapping[str, object]:
        return {
            "folder": self.folder,
            "kind": self.kind,
            "files": len(self.files),
            "verdict": "sound" if self.sound else counted(len(self.differences), "difference"),
            "first_difference": str(self.differences[0]) if self.differences else None,
        }

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "folder": self.folder,
            "kind": self.kind,
            "sound": self.sound,
            "files": list(self.files),
            "differences": [difference.to_dict() for difference in self.differences],
            "notes": list(self.notes),
        }


@dataclass
class Findings:
    """What has been found so far, one difference a file."""

    files: dict[str, None] = field(default_factory=dict)
    differences: dict[str, Difference] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, difference: Difference) -> None:
        """Keep a difference, unless the file has one."""
        self.files[difference.file] = None
        self.differences.setdefault(difference.file, difference)

    def explain(self, difference: Difference) -> None:
        """Keep a difference that says more than a hash does, in its place."""
        known = self.differences.get(difference.file)
        if known is None or known.offset is None:
            self.files[difference.file] = None
            self.differences[difference.file] = difference

    def within(self, folder: str, audit: Findings) -> None:
        """Take over what was found in a folder below."""
        self.files.update(dict.fromkeys(f"{folder}/{name}" for name in audit.files))
        for name, found in audit.differences.items():
            moved = {**found.to_dict(), "file": f"{folder}/{name}"}
            self.add(Difference(**moved))
        self.notes += [f"{folder}: {note}" for note in audit.notes]
