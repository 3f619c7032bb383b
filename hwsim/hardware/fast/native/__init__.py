"""The stages in C, compiled when hwsim was built; absent where there was no compiler."""

from __future__ import annotations

import functools
from typing import Any

from hwsim.errors import ToolError
from hwsim.hardware.fast.native.build import digest


@functools.cache
def compiled_library() -> Any:
    """cffi's module of what `interface.h` declares, with `ffi` and `lib`; None: not compiled.

    Raises:
        ToolError: it was compiled from other sources than those that lie here.
    """
    try:
        from hwsim.hardware.fast.native import _library
    except ImportError:
        return None
    if _library.ffi.string(_library.lib.hwsim_sources()).decode() != digest():
        raise ToolError("the compiled code is of other C than lies here; run make native")
    return _library
