"""What a sweep takes from files of one's own: memories, energy tables, SRAM macros."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hwsim.cost.tables import bundled_tables, load_technology
from hwsim.cost.technology import Macro, Technology
from hwsim.errors import InputError
from hwsim.files.reading import input_error
from hwsim.files.seals import file_sha256
from hwsim.printable import told
from hwsim.reference.memory import Memory, load_memory
from hwsim.suggest import did_you_mean

LARGEST_MACRO: Final = 2**20  # words, or bits a word


@dataclass(frozen=True)
class OwnMemory:
    """A memory in a file.

    Attributes:
        path: of its .npz.
        sha256: of the file's content when the sweep began.
    """

    path: str
    sha256: str

    @property
    def identity(self) -> str:
        """By content alone."""
        return self.sha256[:24]

    def train(self) -> Memory:
        """Read it; somebody else trained it.

        Raises:
            InputError: the file is gone, no memory, or was changed since the sweep began.
        """
        memory = load_memory(Path(self.path))
        if hash_of(Path(self.path)) != self.sha256:
            raise InputError(f"{self.path} was changed while the sweep ran; run it again")
        return memory


def hash_of(path: Path) -> str:
    """SHA-256 of a file.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return file_sha256(path)
    except OSError as error:
        raise input_error(path, error) from error


def table_named(name: str, folder: Path) -> tuple[Technology, str]:
    """An energy table, and its file's hash, empty for one that comes with hwsim.

    Args:
        name: of a built-in table, or of a file, relative to `folder`.

    Raises:
        InputError: there is none, or it is not sound.
    """
    if name in bundled_tables():
        return load_technology(name), ""
    path = folder / name
    if not path.exists():
        known = bundled_tables()
        raise InputError(
            f"technology is {told(name)}; it must be one of {', '.join(known)}, or a TOML file, "
            f"and {path} does not exist{did_you_mean(name, known)}"
        )
    return load_technology(path), hash_of(path)


def built_of(technology: Technology, macro: str) -> Technology:
    """The table with every larger memory built of one macro; as it is where none is named.

    Args:
        macro: `DEPTHxWIDTH`, of the table's own macros or another size; or empty.

    Raises:
        InputError: it is no size.
    """
    if not macro:
        return technology
    depth, width = macro_size(macro)
    own = (each for each in technology.macros if (each.depth, each.width) == (depth, width))
    chosen = next(own, Macro(depth, width))
    return replace(technology, macros=(chosen,), built_of=chosen)


def macro_size(macro: str) -> tuple[int, int]:
    """Words and bits a word of `DEPTHxWIDTH`.

    Raises:
        InputError: it is no size, or one that no macro has.
    """
    found = re.fullmatch(r"([1-9]\d{0,7})x([1-9]\d{0,7})", macro)
    if found is None or max(sizes := tuple(map(int, found.groups()))) > LARGEST_MACRO:
        raise InputError(f"macro is {told(macro)}; it must be DEPTHxWIDTH, like 1024x32")
    return sizes[0], sizes[1]


def check_macros(macros: Iterable[str]) -> None:
    """Raise InputError unless each is a size, or empty."""
    for macro in macros:
        if macro:
            macro_size(macro)
