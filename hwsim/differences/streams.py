"""The first place where a recorded recall of the engine parts from the specification's trace.

Streams are compared one by one. Of their first differences, the earliest in time is where the fault
shows first: what it causes comes later. What never comes is missed where its stage ends.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hwsim.config import Parameters
from hwsim.cosim.recording import Seen
from hwsim.differences.subjects import kernel_value, subject
from hwsim.differences.trace import ORDER, Event, Trace
from hwsim.differences.watch import Watch
from hwsim.divergence import Divergence, Value

Rank = tuple[int, int]  # step, and place of the stage in ORDER
BETWEEN: Final = ("specification", "Verilog engine")


@dataclass(frozen=True)
class Stream:
    """A stream of the engine: how it was watched, how wide its values are, what came."""

    watch: Watch
    width: int
    seen: Sequence[Seen]


@dataclass(frozen=True)
class _Parting:
    """A stream's first difference, and when it shows."""

    stream: Stream
    position: int
    event: Event | None
    seen: Seen | None
    cycle: float
    rank: Rank


def first_divergence(
    p: Parameters, query: int, trace: Trace, streams: Sequence[Stream], period_ns: int
) -> Divergence | None:
    """The earliest difference of one recall; None if there is none.

    Args:
        p: the image's.
        query: index of the recall.
        trace: what the specification does.
        streams: what the engine did.
        period_ns: of the clock.
    """
    ends = list(_stage_ends(trace, streams))
    starts = [seen.cycle for stream in streams if stream.watch.starts for seen in stream.seen]
    partings = [
        parting
        for stream in streams
        if (parting := _parting(stream, trace.streams[stream.watch.stream], starts, ends))
    ]
    if not partings:
        return None
    first = min(partings, key=lambda each: (each.cycle, each.rank))
    begun = min((seen.cycle for stream in streams for seen in stream.seen), default=0)
    return _divergence(p, query, first, begun, period_ns)


def _stage_ends(trace: Trace, streams: Sequence[Stream]) -> Iterator[tuple[Rank, int]]:
    """Rank and cycle of every end of a stage that came."""
    for stream in streams:
        if stream.watch.ends:
            expected = trace.streams[stream.watch.stream]
            yield from (
                (event.rank, seen.cycle) for event, seen in zip(expected, stream.seen, strict=False)
            )


def _parting(
    stream: Stream,
    expected: Sequence[Event],
    starts: Sequence[int],
    ends: Sequence[tuple[Rank, int]],
) -> _Parting | None:
    """A stream's first difference.

    Args:
        stream: of the engine.
        expected: of the specification.
        starts: cycles in which the engine began a step.
        ends: rank and cycle of every end of a stage that came.
    """
    for position, seen in enumerate(stream.seen):
        event = expected[position] if position < len(expected) else None
        if event is not None and _same(stream, event, seen):
            continue
        step = bisect.bisect_right(starts, seen.cycle)
        if event is None or step < event.step:  # one more than this step has
            before = expected[position - 1] if position else event
            stage = before.stage if before else "ITERATE"
            return _Parting(stream, position, None, seen, seen.cycle, (step, ORDER.index(stage)))
        if step > event.step:
            break
        return _Parting(stream, position, event, seen, seen.cycle, event.rank)
    else:
        position = len(stream.seen)
    if position == len(expected):
        return None
    missing, last = expected[position], stream.seen[position - 1].cycle if position else -1
    due = [cycle for rank, cycle in ends if rank >= missing.rank and cycle > last]
    return _Parting(stream, position, missing, None, min(due, default=math.inf), missing.rank)


def _same(stream: Stream, event: Event, seen: Seen) -> bool:
    if event.address is not None and seen.address is not None and event.address != seen.address:
        return False
    return isinstance(seen.value, int) and (event.value - seen.value) % 2**stream.width == 0


def _divergence(
    p: Parameters, query: int, parting: _Parting, begun: int, period_ns: int
) -> Divergence:
    event, seen, stream = parting.event, parting.seen, parting.stream
    expected: Value = None if event is None else event.value
    found: Value = None if seen is None else _value(stream, seen)
    bit, note = None, None
    address = None if event is None else event.address
    if event is None or seen is None:
        if seen is not None and isinstance(seen.address, int):
            address = seen.address
    elif address is not None and seen.address is not None and seen.address != address:
        expected, found, note = f"word {address}", f"word {seen.address}", "the address differs"
    elif isinstance(seen.value, int):
        unlike = (event.value ^ seen.value) % 2**stream.width
        bit = (unlike & -unlike).bit_length() - 1
        if stream.watch.stream == "kernel planes":
            expected, found = (kernel_value(p, word, bit) for word in (event.value, seen.value))
    cycle = None if math.isinf(parting.cycle) else int(parting.cycle)
    attributes: dict[str, Any] = subject(p, stream.watch.stream, address, bit, parting.position)
    if event is not None:
        attributes |= event.whose
    return Divergence(
        between=BETWEEN,
        query=query,
        step=parting.rank[0] or None,
        stage=_stage(parting),
        expected=expected,
        found=found,
        cycle=None if cycle is None else cycle - begun,
        time_ns=None if cycle is None else cycle * period_ns,
        note=note,
        **attributes,
    )


def _stage(parting: _Parting) -> str:
    return parting.event.stage if parting.event else ORDER[parting.rank[1]]


def _value(stream: Stream, seen: Seen) -> Value:
    if isinstance(seen.value, str) or not stream.watch.signed:
        return seen.value
    half: int = 1 << (stream.width - 1)
    return (seen.value ^ half) - half
