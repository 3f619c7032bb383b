"""Blocks of queries through the recall loop in C: NumPy's arrays as the structs of `operands.h`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.native import compiled_library
from hwsim.hardware.fast.operands import Buffers, Events, Prepared, Results, Rules
from hwsim.hardware.fast.threads import Counter
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


def _struct(kind: str, values: Mapping[str, Any]) -> Any:
    """`struct kind` of these numbers and arrays, which must outlive it."""
    ffi = compiled_library().ffi
    made = ffi.new(f"struct {kind} *")
    for name, field in ffi.typeof(made).item.fields:
        value = values[name]
        if field.type.kind == "pointer":
            value = ffi.cast(field.type, ffi.from_buffer(value))
        setattr(made, name, value)
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

    def _queries(self, spins: Any, total: int, counter: Counter, block: int, **more: Any) -> Any:
        values = {"spins": spins, "total": total, "counter": counter, "block": block}
        return _struct("queries", {"max_steps": 0, "states": b""} | values | more)

    def recall(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        max_steps: int,
        states: npt.NDArray[np.int8],
        results: Results,
        events: Events,
    ) -> bool:
        queries = self._queries(
            spins, len(results.steps), counter, block, max_steps=max_steps, states=states
        )
        lent = _struct("buffers", buffers._asdict())
        found, happened = _struct("results", results._asdict()), _struct("events", events._asdict())
        return bool(
            self._lib.hwsim_recall(
                self._path, self._image, self._rules, lent, queries, found, happened
            )
        )

    def nearest(
        self,
        buffers: Buffers,
        spins: npt.NDArray[np.int8],
        counter: Counter,
        block: int,
        index: IntArray,
        distance: IntArray,
    ) -> bool:
        queries = self._queries(spins, len(index), counter, block)
        lent = _struct("buffers", buffers._asdict())
        where = (self._ffi.from_buffer("int64_t[]", each) for each in (index, distance))
        return bool(self._lib.hwsim_nearest(self._path, self._image, lent, queries, *where))

    def distances(
        self, buffers: Buffers, packed: npt.NDArray[np.uint64], counter: Counter, block: int
    ) -> bool:
        queries = self._queries(b"", len(packed), counter, block)
        lent = _struct("buffers", buffers._asdict())
        states = self._ffi.from_buffer("uint64_t[]", packed)
        self._lib.hwsim_distances(self._path, self._image, lent, queries, states)
        return True

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
        lent = _struct("buffers", buffers._asdict())

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
