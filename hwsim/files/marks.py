"""What single files say of themselves, so that a later run knows its own.

An archive (`.npz`) carries its mark as the zip comment, which NumPy ignores; a text file in its
first line. A waveform is known by its simulator's header.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Final

_END_OF_ARCHIVE: Final = b"PK\x05\x06"  # the record that a zip comment ends
_END_BYTES: Final = 22
_FST_HEADER: Final = b"\x00" + (329).to_bytes(8, "big")  # block type 0, its length


class Kind(Enum):
    """Kinds of single files; the value is the mark."""

    MEMORY = "hwsim memory"
    RECALLS = "hwsim recalls"
    DESIGN = "# hwsim design"
    PICTURE = "<!-- hwsim picture -->"
    WAVEFORM = ""

    @property
    def title(self) -> str:
        """In words."""
        return {
            Kind.MEMORY: "a memory that hwsim trained",
            Kind.RECALLS: "recalls that hwsim wrote",
            Kind.DESIGN: "a design that hwsim saved",
            Kind.PICTURE: "a picture that hwsim drew",
            Kind.WAVEFORM: "a waveform of a simulator",
        }[self]


def is_of_kind(path: Path, kind: Kind) -> bool:
    """Whether the regular file `path` carries the mark of `kind`.

    Raises:
        OSError: it cannot be read.
    """
    mark = kind.value.encode("ascii")
    with path.open("rb") as stream:
        if kind in (Kind.MEMORY, Kind.RECALLS):
            size = stream.seek(0, 2)
            stream.seek(max(0, size - _END_BYTES - len(mark)))
            end = stream.read()
            length = end[_END_BYTES - 2 : _END_BYTES]
            return (
                end.startswith(_END_OF_ARCHIVE)
                and length == len(mark).to_bytes(2, "little")
                and end[_END_BYTES:] == mark
            )
        first = stream.readline(256)
    if kind is Kind.WAVEFORM:
        return first.startswith((_FST_HEADER, b"$date", b"$version"))
    return first.rstrip() == mark
