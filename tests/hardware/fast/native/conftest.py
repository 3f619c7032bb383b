"""The compiled stages of every path that this machine runs, called on NumPy's arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pytest

from hwsim.hardware.fast.native import compiled_library
from tests.hardware.fast.native.remote import RemotePath, remote_paths

TILE: Final = 16

_compiled: Any = compiled_library()


@dataclass(frozen=True)
class Path:
    """One path's leaf stages, see `paths.h`; every argument as there, arrays contiguous."""

    table: Any

    @property
    def name(self) -> str:
        return str(_compiled.ffi.string(_compiled.lib.hwsim_path_name(self.table)).decode())

    @property
    def runs_here(self) -> bool:
        return bool(_compiled.lib.hwsim_path_runs_here(self.table))

    @property
    def most_product(self) -> int:
        return int(_compiled.lib.hwsim_path_most_product(self.table))

    def distances(
        self,
        tiles: npt.NDArray[np.uint32],
        states: npt.NDArray[np.uint64],
        first: int,
        last: int,
        out: npt.NDArray[Any],
    ) -> None:
        """Tiles (tiles, words, 16), states (Q, state words), out (Q, >= tiles * 16)."""
        bits = 8 * out.itemsize
        call = getattr(_compiled.lib, f"hwsim_distances{bits}")
        call(
            self.table, _at("uint32_t", tiles), tiles.shape[0], tiles.shape[1],
            _at("uint64_t", states), states.shape[1], len(states), first, last,
            _at(f"uint{bits}_t", out), out.shape[1],
        )  # fmt: skip

    def look_up(
        self, distances: npt.NDArray[Any], origin: int, table: npt.NDArray[np.uint8]
    ) -> tuple[int, npt.NDArray[np.uint8]]:
        bits = 8 * distances.itemsize
        call = getattr(_compiled.lib, f"hwsim_look_up{bits}")
        out = np.full(len(distances), 255, dtype=np.uint8)
        total = call(
            self.table, _at(f"uint{bits}_t", distances), len(distances), origin,
            _at("uint8_t", table), len(table), _at("uint8_t", out),
        )  # fmt: skip
        return total, out

    def products(
        self,
        codes: npt.NDArray[np.int8],
        kernel: npt.NDArray[np.uint8],
        most: int,
        out: npt.NDArray[np.int32],
        more: bool,
    ) -> None:
        """Codes (quads, width, 4), kernel (rows, >= 4 * quads), out (rows, >= width)."""
        quads, width, _ = codes.shape
        _compiled.lib.hwsim_products(
            self.table, _at("int8_t", codes), _at("uint8_t", kernel), kernel.shape[1], quads,
            len(kernel), width, most, _at("int32_t", out), out.shape[1], more,
        )  # fmt: skip


AnyPath = Path | RemotePath


def _at(kind: str, array: npt.NDArray[Any]) -> Any:
    assert array.flags.c_contiguous
    return _compiled.ffi.from_buffer(f"{kind}[]", array)


def all_paths() -> list[Path]:
    """Those of this architecture, the fastest first."""
    found = []
    if _compiled is not None:
        while table := _compiled.lib.hwsim_paths[len(found)]:
            found.append(Path(table))
    return found


def paths_here() -> list[Path]:
    return [path for path in all_paths() if path.runs_here]


def elsewhere() -> list[RemotePath]:
    """Paths of a processor that is emulated, and this one's where a sanitizer watches."""
    return remote_paths([(i, path.name) for i, path in enumerate(all_paths()) if path.runs_here])


@pytest.fixture(params=paths_here(), ids=lambda path: path.name)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param  # type: ignore[no-any-return]
