"""Blocks of queries through the recall loop in C: NumPy's arrays as the structs of `operands.h`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.native import compiled_library
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Queries, Results, Rules
from hwsim.hardware.fast.tiles import STATE_WORD
from hwsim.hardware.outcome import IntArray


@functools.cache
def tables() -> dict[str, Any]:
    """The paths that run on this processor, by name, the fastest first; none without the C."""
    found: dict[str, Any] = {}
    if (compiled := compiled_library()) is None:
        return found
    lib, index = compiled.lib, 0
    while path := lib.hwsim_paths[index]:
        if lib.hwsim_path_runs_here(path):
            found[compiled.ffi.string(lib.hwsim_path_name(path)).decode()] = path
        index += 1
    return found


def most_product(name: str) -> int:
    """The largest product of a kernel byte and a code that a path's byte products take."""
    return int(compiled_library().lib.hwsim_path_most_product(tables()[name]))


@functools.cache
def _fields(kind: str) -> tuple[tuple[str, Any], ...]:
    """Names of a struct's fields, and the type of those that are pointers."""
    ffi = compiled_library().ffi
    listed = ffi.typeof(f"struct {kind}").fields
    return tuple(
        (name, field.type if field.type.kind == "pointer" else None) for name, field in listed
    )


def _struct(kind: str, values: Mapping[str, Any]) -> Any:
    """`struct kind` of these numbers and arrays, which must outlive it."""
    ffi = compiled_library().ffi
    made = ffi.new(f"struct {kind} *")
    for name, pointer in _fields(kind):
        value = values[name]
        setattr(made, name, ffi.cast(pointer, ffi.from_buffer(value)) if pointer else value)
    return made


class Loop:
    """`loop.Loop` of one path in C.

    Args:
        path: one of `tables()`.
        image, rules: as everywhere; kept.
        width: of a row of `Buffers.products`.
    """

    def __init__(self, path: str, image: Prepared, rules: Rules | None, width: int) -> None:
        compiled = compiled_library()
        self._lib, self._ffi = compiled.lib, compiled.ffi
        self._path = tables()[path]
        codes = image.slice_weights.sum(axis=1, dtype=np.int64)
        most = codes * max(int(image.lut_bytes.max()), 1)
        self._kept = image, rules, most
        self._image = _struct(
            "image",
            image._asdict()
            | {
                "groups": -(-image.patterns // image.lanes),
                "slices": len(image.slice_weights),
                "tiles": len(image.widths),
                "slice_bytes": image.slices.shape[1],
                "packed": image.planes.size > 0,
                "weight_bits": len(image.plane_weights),
                "kernel_bytes": len(image.lut_bytes),
                "lut_entries": image.lut_bytes.shape[1],
                "width": width,
                "offset_words": len(image.offsets) // STATE_WORD,
                "wide_distances": image.padding > np.iinfo(np.uint16).max,
                "wide_sums": image.offsets.itemsize == 8,
                "wide_codes": image.codes.itemsize == 2,
                "code_tiles": image.slices,
                "most": most,
            },
        )
        self._rules: Any = self._ffi.NULL
        if rules is not None:
            padded = len(rules.coarse_tiles) // image.columns
            self._rules = _struct("rules", rules._asdict() | {"coarse_padded": padded})

    def lend(self, buffers: Buffers) -> Any:
        return _struct("buffers", buffers._asdict())

    def _queries(self, queries: Queries) -> Any:
        return _struct("queries", queries._asdict())

    def recall(self, queries: Queries, results: Results, events: Events) -> Callable[[Any], bool]:
        given = self._queries(queries)
        found, happened = _struct("results", results._asdict()), self._ffi.NULL
        if self._rules:
            happened = _struct("events", events._asdict())
        recall, common = self._lib.hwsim_recall, (self._path, self._image, self._rules)
        return lambda lent: recall(*common, lent, given, found, happened)

    def nearest(
        self, queries: Queries, index: IntArray, distance: IntArray
    ) -> Callable[[Any], bool]:
        given = self._queries(queries)
        where = [self._ffi.from_buffer("int64_t[]", each) for each in (index, distance)]
        nearest = self._lib.hwsim_nearest
        return lambda lent: nearest(self._path, self._image, lent, given, *where)

    def distances(self, queries: Queries, packed: npt.NDArray[np.uint64]) -> Callable[[Any], bool]:
        given = self._queries(queries)
        states = self._ffi.from_buffer("uint64_t[]", packed)

        def work(lent: Any) -> bool:
            self._lib.hwsim_distances(self._path, self._image, lent, given, states)
            return True

        return work

    def pack(self, spins: npt.NDArray[np.int8], out: npt.NDArray[np.uint64]) -> bool:
        where = self._ffi.from_buffer("uint64_t[]", out)
        given = self._ffi.from_buffer("int8_t[]", spins)
        rows, words = out.shape
        return bool(
            self._lib.hwsim_pack(self._path, given, rows, self._image.neurons, words, where)
        )

    def stages(
        self, buffers: Buffers, count: int, few: IntArray, many: IntArray
    ) -> dict[str, Callable[[], object]]:
        lent = self.lend(buffers)

        def stage(name: str, chosen: IntArray, count: int) -> Callable[[], object]:
            which = getattr(self._lib, f"STAGE_{name}")
            where = self._ffi.from_buffer("int64_t[]", chosen)
            return lambda: self._lib.hwsim_stage(self._path, self._image, lent, which, where, count)

        both = np.concatenate([few, many])
        found: dict[str, Callable[[], object]] = {
            "distance": stage("DISTANCE", both, count),
            "select": stage("SELECT", both, count),
        }
        if len(few):
            found["rows"] = stage("ROWS", few, len(few))
        if len(many):
            found["look_up"] = stage("LOOK_UP", many, len(many))
            found["byte_products"] = stage("MULTIPLY", many, len(many))
        found["threshold"] = stage("THRESHOLD", both, len(both))
        return found
