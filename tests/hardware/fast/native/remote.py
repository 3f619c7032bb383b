"""The stages compiled into a program of their own, and called through its pipes (`by_pipe.c`).

So they run on processors that this machine emulates, and where a sanitizer watches them: a word
read past the end of an array, or a sum that overflows, ends the program.
"""

from __future__ import annotations

import atexit
import functools
import struct
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.native import build, compiled_library
from tests.tools import require_tool

_PROGRAM: Final = File(__file__).with_name("by_pipe.c")
_FOLDER: Final = tempfile.TemporaryDirectory(prefix="hwsim-stages-")

# The stages' numbers there; of the wide ones of distances and look-up, 16 more.
_RUNS_HERE, _MOST_PRODUCT, _DISTANCES, _LOOK_UP, _PRODUCTS, _RECALL = 0, 1, 0, 100, 200, 300


@dataclass(frozen=True)
class Machine:
    """A processor, or a way to compile for this one."""

    name: str
    compiler: str
    options: tuple[str, ...]
    runner: tuple[str, ...] = ()


_FOR_ARM: Final = ("aarch64-linux-gnu-gcc", ("-O3", "-static"))
NEWEST_ARM: Final = Machine("arm", *_FOR_ARM, ("qemu-aarch64", "-cpu", "max"))
OLDEST_ARM: Final = Machine("cortex-a53", *_FOR_ARM, ("qemu-aarch64", "-cpu", "cortex-a53"))
SANITIZED: Final = Machine(
    "sanitized", "gcc", ("-O1", "-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
)


@functools.cache
def _program(compiler: str, options: tuple[str, ...]) -> File:
    out = File(_FOLDER.name, f"{compiler}-{len(options)}")
    ran = subprocess.run(
        [
            *(require_tool(compiler), *build.FLAGS, "-Werror", '-DHWSIM_SOURCES=""', *options),
            *("-I", build.HERE, *build.sources(), _PROGRAM, "-o", out),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return out


@functools.cache
def _running(machine: Machine) -> subprocess.Popen[bytes]:
    """The program, which waits for requests; it ends with us."""
    runner = (require_tool(machine.runner[0]), *machine.runner[1:]) if machine.runner else ()
    command = [*runner, _program(machine.compiler, machine.options)]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(running.communicate)
    return running


def _number(value: int) -> bytes:
    return struct.pack("=q", value)


def call(
    machine: Machine, stage: int, path: int, values: Sequence[int | npt.NDArray[Any]] = ()
) -> int:
    """What a stage returns; arrays are as it left them."""
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    parts = [_number(stage), _number(path), _number(len(values))]
    for value in values:
        if isinstance(value, np.ndarray):
            assert value.flags.c_contiguous
            parts += [_number(value.nbytes), value.tobytes()]
        else:
            parts += [_number(-1), _number(int(value))]
    stdin, stdout = _running(machine).stdin, _running(machine).stdout
    assert stdin is not None
    assert stdout is not None
    stdin.write(b"".join(parts))
    stdin.flush()
    (result,) = struct.unpack("=q", stdout.read(8))
    for array in arrays:
        left = np.frombuffer(stdout.read(array.nbytes), dtype=array.dtype)
        if array.flags.writeable:  # else it is an image's own
            array.reshape(-1)[:] = left
        else:
            np.testing.assert_array_equal(array.reshape(-1), left)
    return int(result)


@dataclass(frozen=True)
class RemotePath:
    """One path's leaf stages on such a machine; every argument as for `conftest.Path`."""

    machine: Machine
    index: int  # in `hwsim_paths`
    path: str

    @property
    def name(self) -> str:
        return f"{self.machine.name}-{self.path}"

    @property
    def runs_here(self) -> bool:
        return bool(call(self.machine, _RUNS_HERE, self.index))

    @property
    def most_product(self) -> int:
        return call(self.machine, _MOST_PRODUCT, self.index)

    def distances(
        self,
        tiles: npt.NDArray[np.uint32],
        states: npt.NDArray[np.uint64],
        first: int,
        last: int,
        out: npt.NDArray[Any],
    ) -> None:
        values = (
            *(tiles, tiles.shape[0], tiles.shape[1], states, states.shape[1], len(states)),
            *(first, last, out, out.shape[1]),
        )
        call(self.machine, _DISTANCES + 8 * out.itemsize, self.index, values)

    def look_up(
        self, distances: npt.NDArray[Any], origin: int, table: npt.NDArray[np.uint8]
    ) -> tuple[int, npt.NDArray[np.uint8]]:
        out = np.full(len(distances), 255, dtype=np.uint8)
        values = (distances, len(distances), origin, table, len(table), out)
        return call(self.machine, _LOOK_UP + 8 * distances.itemsize, self.index, values), out

    def products(
        self,
        codes: npt.NDArray[np.int8],
        kernel: npt.NDArray[np.uint8],
        most: int,
        out: npt.NDArray[np.int32],
        more: bool,
    ) -> None:
        quads, width, _ = codes.shape
        values = (
            *(codes, kernel, kernel.shape[1], quads, len(kernel), width, most),
            *(out, out.shape[1], int(more)),
        )
        call(self.machine, _PRODUCTS, self.index, values)


def remote_paths(here: Sequence[tuple[int, str]]) -> list[RemotePath]:
    """AArch64's, and those that this processor runs: their places in `hwsim_paths`, and names."""
    arm = [RemotePath(NEWEST_ARM, index, name) for index, name in enumerate(("neon_dot", "neon"))]
    return [
        *arm,
        RemotePath(NEWEST_ARM, 2, "generic"),
        RemotePath(OLDEST_ARM, 1, "neon"),
        *(RemotePath(SANITIZED, index, name) for index, name in here),
    ]


class RemoteLibrary:
    """In place of `Loop`'s library: structs are lists of their fields' values there."""

    def __init__(self, path: RemotePath) -> None:
        self._path = path

    def hwsim_recall(self, path: object, image: Any, rules: Any, *structs: Any) -> bool:
        """As in `interface.h`."""
        lists = [each for each in (image, rules, *structs) if isinstance(each, list)]  # no NULL
        has_rules = int(isinstance(rules, list))
        values = [has_rules, *(value for fields in lists for value in fields)]
        return bool(call(self._path.machine, _RECALL, self._path.index, values))


def fields_of(kind: str, values: Mapping[str, Any]) -> list[Any]:
    """In place of `recall._struct`."""
    fields = compiled_library().ffi.typeof(f"struct {kind}").fields
    return [values[name] for name, _ in fields]
