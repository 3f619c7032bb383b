"""The counter of blocks, which threads take their work from."""

from __future__ import annotations

import threading
from typing import Any

from llvmlite import ir

from hwsim.hardware.fast.jitted import target
from hwsim.hardware.fast.threads import Counter


def _take_codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, args[0])
    return builder.atomic_rmw("add", array.data, ir.Constant(ir.IntType(64), 1), "monotonic")


_one_at_a_time = threading.Lock()


def _plain_take(counter: Counter) -> int:
    """What the intrinsic does, in Python."""
    with _one_at_a_time:
        counter[0] += 1
        return int(counter[0]) - 1


def _typed_take(typing_context: Any, counter: Any) -> Any:
    """The counter's value, which then grows by one: no two threads get the same."""
    return target.types.int64(counter), _take_codegen


take = target.intrinsic(_typed_take, _plain_take)


@target.jit
def next_of(counter: Counter) -> int:
    """`take`, for callers that are not compiled."""
    return int(take(counter))
