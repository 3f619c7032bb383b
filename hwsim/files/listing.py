"""The listing of a folder that hwsim wrote: its kind, every file and what the file held.

`hwsim-files.json` lets a later run tell its own files from anybody else's: only a file that is
listed and unchanged is ever replaced. Keys: `format_version`, `kind`, `files` (relative name to
SHA-256), `pending` (files being replaced: name to the hash they will have) and `sha256` of all the
rest in canonical form.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hwsim.errors import InputError
from hwsim.files.documents import json_value
from hwsim.files.reading import read_bytes
from hwsim.files.seals import Seal, canonical_sha256, file_sha256, seal_of

LISTING: Final = "hwsim-files.json"
FORMAT_VERSION: Final = 1
_LARGEST: Final = 1 << 26  # bytes of a listing: a million files of long names


@dataclass
class Listing:
    """What hwsim wrote into one folder."""

    kind: str
    files: dict[str, str] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The file's content, its own hash included."""
        content: dict[str, Any] = {
            "format_version": FORMAT_VERSION,
            "kind": self.kind,
            "files": dict(sorted(self.files.items())),
        }
        if self.pending:
            content["pending"] = dict(sorted(self.pending.items()))
        content["sha256"] = canonical_sha256(content)
        return (json.dumps(content, indent=1) + "\n").encode()

    def has(self, name: str) -> bool:
        """Whether it is a file of hwsim's, the listing itself included."""
        return name == LISTING or name in self.files or name in self.pending

    def is_ours(self, folder: Path, name: str) -> bool:
        """Whether the regular file `name` of `folder` is listed and unchanged."""
        known = {self.files.get(name), self.pending.get(name)} - {None}
        return bool(known) and file_sha256(folder / name) in known


def read_listing(folder: Path) -> Listing | None:
    """The listing in `folder`; None if there is none, or it is not whole and unchanged."""
    file = folder / LISTING
    try:
        if not stat.S_ISREG(file.lstat().st_mode):  # a link to one is not ours
            return None
        content = json_value(read_bytes(file, _LARGEST))
        if content["format_version"] != FORMAT_VERSION:
            return None
        if seal_of(content, "sha256") is not Seal.SOUND:
            return None
        listing = Listing(content["kind"], content["files"], content.get("pending", {}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    tables = (listing.files, listing.pending)
    if not isinstance(listing.kind, str) or not all(isinstance(table, dict) for table in tables):
        return None
    if not all(isinstance(digest, str) for table in tables for digest in table.values()):
        return None
    return listing


def list_folder(folder: Path, kind: str) -> Listing:
    """A listing of every file below `folder` as it is now."""
    files = {name: file_sha256(folder / name) for name in entries(folder) if name != LISTING}
    return Listing(kind, files)


def entries(folder: Path) -> Iterator[str]:
    """Relative names of everything below `folder` that is no folder with something in it."""
    for place, folders, files in os.walk(folder, onerror=_raise):
        below = Path(place).relative_to(folder)
        # os.walk counts a link to a folder among the folders, and does not follow it
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*links, *files):
            yield (below / name).as_posix()
        if not folders and not files and below.parts:
            yield below.as_posix()


def _raise(error: OSError) -> None:
    raise error


def unlisted(folder: Path) -> list[str]:
    """Names of what lies below `folder` and its listing has not; all of it if there is none."""
    listing = read_listing(folder) or Listing("")
    return [name for name in entries(folder) if not listing.has(name)]


def first_foreign(folder: Path, kind: str, *, others_stay: bool = False) -> str | None:
    """The first thing below `folder` that hwsim must not replace, and why, in words; or None.

    Args:
        folder: it is there.
        kind: of what shall replace it.
        others_stay: what the listing has not is kept, and so is no hindrance.
    """
    if not (shown := sorted(entry.name for entry in folder.iterdir())):
        return None
    listing = read_listing(folder)
    if listing is None:
        other = next((name for name in shown if name != LISTING), LISTING)
        return f"{other} in it is not known as hwsim's own: there is no sound {LISTING}"
    if listing.kind != kind:
        return f"it holds {listing.kind}, not {kind}"
    for name in entries(folder):
        ours = listing.has(name)
        if name == LISTING or (others_stay and not ours):
            continue
        if not (ours and stat.S_ISREG((folder / name).lstat().st_mode)):
            return f"{name} in it is not one of hwsim's files"
        if not listing.is_ours(folder, name):
            return f"{name} in it was changed since hwsim wrote it"
    return None


def reseal(folder: Path, kind: str) -> None:
    """Write the listing of `folder` anew: whoever asks for it takes its files for hwsim's.

    Raises:
        OSError: the folder cannot be read or written.
        InputError: it holds something that is no regular file.
    """
    for name in entries(folder):
        if not stat.S_ISREG((folder / name).lstat().st_mode):
            raise InputError(f"{folder / name} is no regular file; move it out of the folder")
    (folder / LISTING).write_bytes(list_folder(folder, kind).encode())
