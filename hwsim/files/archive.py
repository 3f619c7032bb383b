"""Arrays in an .npz: apart, so that a command that writes none does not wait for NumPy."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.files.marks import Kind
from hwsim.files.single import staged_file

# Every zip member carries a date; a fixed one makes equal content equal files.
_MEMBER_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Pieces:
    """An array that is made while it is written.

    Attributes:
        shape, dtype: its own.
        pieces: its rows, in order.
    """

    shape: tuple[int, ...]
    dtype: npt.DTypeLike
    pieces: Iterable[npt.NDArray[Any]]

    @property
    def nbytes(self) -> int:
        """Bytes of it all."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    def write(self, stream: IO[bytes]) -> None:
        """The bytes of a `.npy` of the whole array."""
        descr = np.lib.format.dtype_to_descr(np.dtype(self.dtype))
        header = {"descr": descr, "fortran_order": False, "shape": self.shape}
        np.lib.format.write_array_header_1_0(stream, header)
        for piece in self.pieces:
            stream.write(np.ascontiguousarray(piece, self.dtype).tobytes())


def write_archive(
    path: Path,
    arrays: Mapping[str, npt.NDArray[Any] | Pieces],
    kind: Kind,
    *,
    force: bool = False,
) -> None:
    """Write an .npz of plain arrays, uncompressed: packing takes longer than recalling.

    Equal arrays make equal files.

    Args:
        path: the file to be.
        arrays: by name; none of objects. They are written in this order, so that those behind
            one made of pieces may be filled in while its pieces are.
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
                if isinstance(array, Pieces):
                    array.write(stream)
                else:
                    np.lib.format.write_array(stream, array, allow_pickle=False)
