"""Arrays in an .npz: apart, so that a command that writes none does not wait for NumPy."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.files.marks import Kind
from hwsim.files.single import staged_file

# Every zip member carries a date; a fixed one makes equal content equal files.
_MEMBER_DATE: Final = (1980, 1, 1, 0, 0, 0)


def write_archive(
    path: Path, arrays: Mapping[str, npt.NDArray[Any]], kind: Kind, *, force: bool = False
) -> None:
    """Write an .npz of plain arrays, uncompressed: packing takes longer than recalling.

    Equal arrays make equal files.

    Args:
        path: the file to be.
        arrays: by name; none of objects.
        kind: `Kind.MEMORY` or `Kind.RECALLS`.
        force: replace a regular file whatever it is.

    Raises:
        InputError: as `staged_file`.
    """
    with (
        staged_file(path, kind, force=force) as temporary,
        zipfile.ZipFile(temporary, "w") as archive,
    ):
        archive.comment = kind.value.encode("ascii")
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", _MEMBER_DATE)
            # the size is not known to zipfile beforehand, but to us
            with archive.open(member, "w", force_zip64=array.nbytes > 1 << 30) as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)
