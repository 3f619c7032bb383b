"""Compile the C beside this file into a module of Python, by cffi in API mode.

Whoever builds a wheel or installs from a checkout comes here through `hatch_build.py`, where this
file is loaded alone: it imports nothing of hwsim. `make native` runs it after a change of the C.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
NAME: Final = "_library"
DECLARED: Final = ("operands.h", "interface.h")
# Every path's instructions are asked for function by function: these are for any processor.
FLAGS: Final = ("-std=c11", "-O3", "-g0", "-fvisibility=hidden", "-Wall", "-Wextra")


def sources() -> list[Path]:
    """The C files, in one order everywhere."""
    return sorted(HERE.rglob("*.c"))


def digest() -> str:
    """SHA-256 of all that decides what is compiled: names and contents."""
    known = hashlib.sha256()
    for file in [*sources(), *sorted(HERE.rglob("*.h")), Path(__file__)]:
        known.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return known.hexdigest()


def declarations() -> str:
    """What Python may call, and with what, without what is the preprocessor's."""
    lines = "".join((HERE / name).read_text() for name in DECLARED).splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def compile_in(folder: Path) -> Path:
    """Compile into `folder`; the module.

    Raises:
        ImportError, distutils.errors.CCompilerError, ...: whatever stops cffi or the compiler; a
            machine without one must install all the same.
    """
    import sysconfig  # as cffi, for builds alone: every recall asks this file for the digest

    from cffi import FFI

    ffi = FFI()
    ffi.cdef(declarations())
    ffi.set_source(
        NAME,
        '#include "interface.h"',
        sources=[str(file) for file in sources()],
        include_dirs=[str(HERE)],
        define_macros=[("HWSIM_SOURCES", f'"{digest()}"')],
        extra_compile_args=list(FLAGS),
        py_limited_api=not sysconfig.get_config_var("Py_GIL_DISABLED"),
    )
    return Path(ffi.compile(tmpdir=str(folder)))


def compile_here() -> Path:
    """Compile, and put the module beside this file, where a checkout looks for it.

    Raises:
        ImportError, distutils.errors.CCompilerError, ...: as `compile_in`; no module is there then,
            for an older one would be of other sources.
    """
    import tempfile

    for old in HERE.glob(f"{NAME}.*.so"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        made = compile_in(Path(folder))
        # Put there whole: a process that has the older one open goes on with that.
        part = HERE / f"{made.name}.part"
        part.write_bytes(made.read_bytes())
        return part.rename(HERE / made.name)


if __name__ == "__main__":
    sys.stdout.write(f"{compile_here()}\n")
