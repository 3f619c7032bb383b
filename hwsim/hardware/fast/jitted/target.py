"""How functions are compiled here: on first use, kept on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

import numba
import numpy as np
from numba import extending
from numba.core import types as _types

from hwsim.hardware.fast.jitted.kept import keep

Function = TypeVar("Function", bound=Callable[..., Any])
types: Any = _types

_config: Any = numba.config


def jit_disabled() -> bool:
    """Whether NUMBA_DISABLE_JIT asks for plain Python."""
    return bool(_config.DISABLE_JIT)


def jit(function: Function) -> Function:
    """Compile on first use, keep the result on disk, run without the interpreter's lock."""
    return _compiled(function, inline="never")


def inner(function: Function) -> Function:
    """As `jit`, but called by compiled functions alone: a loop or two, compiled once."""
    return _compiled(function, inline="never", called=False)


def inlined(function: Function) -> Function:
    """As `jit`, but part of each caller; for a few lines, as numba is slow to copy long ones."""
    return _compiled(function, inline="always")


def _compiled(
    function: Function, inline: Literal["never", "always"], *, called: bool = True
) -> Function:
    # Nothing here allocates: without counts of references a third less is there to compile.
    options: Any = {"nogil": True, "boundscheck": False, "inline": inline, "_nrt": False}
    if not called:  # by Python: a wrapper that takes tuples apart costs 0.2 s
        options |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    compiled: Any = numba.njit(**options)(function)
    if not jit_disabled():
        keep(compiled)
    return cast(Function, compiled)


def _typed_popcount(typing_context: Any, word: Any) -> Any:
    """How many bits of an unsigned word are set: LLVM has a word for it, numba has none."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return word(word), generate


popcount: Any = np.bitwise_count if jit_disabled() else extending.intrinsic(_typed_popcount)
