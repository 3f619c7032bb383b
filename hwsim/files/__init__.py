"""Writing files and folders whole or not at all, and only over what hwsim itself wrote.

`replace_folder` writes a folder as one, `Shelf` adds files to one, `staged_file` and `write_file`
write a file. Whatever stands where they write is replaced only if hwsim wrote it, it is of the same
kind, and nobody changed it since: folders say so in a listing (`listing.py`), files by a mark
(`marks.py`). What a killed run left is removed by the next one that writes beside it
(`staging.py`). `targets.py` says where a name leads. Documents carry a hash of themselves
(`seals.py`). `archive.py` writes arrays; whoever needs it imports it from there.
"""

from __future__ import annotations

from hwsim.files.folders import Shelf, check_folder, replace_folder
from hwsim.files.listing import LISTING, reseal
from hwsim.files.marks import Kind
from hwsim.files.seals import Seal, file_sha256, seal_of, sealed
from hwsim.files.single import check_file, staged_file, write_file
from hwsim.files.staging import scratch_folder

__all__ = [
    "LISTING",
    "Kind",
    "Seal",
    "Shelf",
    "check_file",
    "check_folder",
    "file_sha256",
    "replace_folder",
    "reseal",
    "scratch_folder",
    "seal_of",
    "sealed",
    "staged_file",
    "write_file",
]
