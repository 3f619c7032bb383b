"""What the host can do, and the few LLVM helpers the stages' intrinsics share.

The vectors are written as LLVM's own vector types, which every target supports; only where a
single machine instruction matters is there a second path for hosts that have it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

import numba
from llvmlite import binding, ir
from numba import extending
from numba.core import cgutils as _cgutils
from numba.core import types as _types

from hwsim.hardware.fast.jitted.kept import keep

Function = TypeVar("Function", bound=Callable[..., Any])
cgutils: Any = _cgutils
types: Any = _types


_config: Any = numba.config


def jit_disabled() -> bool:
    """Whether NUMBA_DISABLE_JIT asks for plain Python."""
    return bool(_config.DISABLE_JIT)


def jit(function: Function) -> Function:
    """Compile on first use, keep the result on disk, run without the interpreter's lock."""
    return _compiled(function, inline="never")


def inlined(function: Function) -> Function:
    """As `jit`, but part of each caller: what has one is then compiled once instead of twice."""
    return _compiled(function, inline="always")


def _compiled(function: Function, inline: Literal["never", "always"]) -> Function:
    compiled: Any = numba.njit(nogil=True, boundscheck=False, inline=inline)(function)
    if not jit_disabled():
        keep(compiled)
    return cast(Function, compiled)


def intrinsic(typed: Callable[..., Any], plain: Callable[..., Any]) -> Any:
    """The LLVM code that `typed` gives the signature and generator of, or `plain` without JIT."""
    return plain if jit_disabled() else extending.intrinsic(prefer_literal=True)(typed)


def has(feature: str) -> bool:
    """Whether code may use a CPU feature; never when numba was told to compile for another CPU."""
    if jit_disabled() or _config.CPU_NAME or _config.CPU_FEATURES:
        return False
    return bool(binding.get_host_cpu_features().get(feature, False))


def pointer(
    context: Any, builder: Any, signature: Any, args: Any, array_index: int, start_index: int
) -> Any:
    """Address of element args[start_index] of the flat array args[array_index]."""
    array = context.make_array(signature.args[array_index])(context, builder, args[array_index])
    start = context.cast(builder, args[start_index], signature.args[start_index], types.intp)
    return builder.gep(array.data, [start])


def at(builder: Any, address: Any, element: Any, index: Any) -> Any:
    """Address of the index-th `element` behind `address`; index is a number or an LLVM value."""
    typed = builder.bitcast(address, element.as_pointer())
    where = ir.Constant(ir.IntType(64), index) if isinstance(index, int) else index
    return builder.gep(typed, [where])


def load(builder: Any, address: Any, element: Any, index: Any, align: int) -> Any:
    """The index-th `element` behind `address`."""
    return builder.load(at(builder, address, element, index), align=align)


def store(builder: Any, value: Any, address: Any, index: Any, align: int) -> None:
    """Write `value` as the index-th of its type behind `address`."""
    builder.store(value, at(builder, address, value.type, index), align=align)


def splat(builder: Any, value: Any, count: int) -> Any:
    """A vector of `count` copies of a scalar."""
    vector = ir.VectorType(value.type, count)
    first = builder.insert_element(
        ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
    )
    mask = ir.Constant(ir.VectorType(ir.IntType(32), count), None)
    return builder.shuffle_vector(first, first, mask)
