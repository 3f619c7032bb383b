"""The Verilog engine's recalls, recorded, against the specification's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hwsim.cosim import CosimResult
from hwsim.cosim.recording import PERIOD_NS, Recording, Seen, recorded
from hwsim.cost.cycles import recall_cycles
from hwsim.differences.path import Bits
from hwsim.differences.streams import BETWEEN, Stream, first_divergence
from hwsim.differences.trace import Event, Trace, Tracer
from hwsim.differences.watch import COUNTERS, Watch, watches
from hwsim.divergence import Divergence
from hwsim.export.folder import load_image, write_image
from hwsim.export.manifest import manifest_parameters, read_manifest, stated_protection
from hwsim.export.vectors import WORDS, check_vectors, read_words
from hwsim.files import scratch_folder
from hwsim.golden import make_vectors
from hwsim.hardware import layout
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.spins import spins_from_bits

_SHARED = "with one query in flight nothing differs: it lies in what those in flight share"
_AROUND = 30 * PERIOD_NS  # waveform before a recall, and after the place


@dataclass(frozen=True)
class EngineFinding:
    """Where the engine parts, and the waveform around it if one was left."""

    divergence: Divergence | None
    waves: str | None = None


def compare_engine(
    image: Path,
    vectors: Path,
    *,
    simulator: str = "icarus",
    stalls: bool = True,
    seed: int = 0,
    waves: bool = False,
    rtl: Path | None = None,
) -> EngineFinding:
    """The first place where the engine does not do what the specification does.

    Where several queries in flight part, they are recalled with one in flight: what is wrong there
    too is named at its place, and what is not is of what the queries share.

    Args:
        image: folder of the image.
        vectors: folder of its golden vectors, whose queries are recalled.
        simulator, stalls, seed, rtl: as in `hwsim.cosim.cosimulate`.
        waves: leave the waveform around the place in the current folder.

    Raises:
        InputError: image or vectors are not sound.
        ToolError: the simulator is missing or broke off.
    """
    loaded = load_image(image)
    rows = read_words(vectors, WORDS[0], check_vectors(vectors, image))
    queries = layout.unpack_patterns(loaded.parameters, rows)
    watched = watches(loaded.parameters.engines)
    requests = [watch.request() for watch in watched]
    how: dict[str, Any] = {"simulator": simulator, "stalls": stalls, "seed": seed, "rtl": rtl}
    with recorded(image, vectors, requests, **how) as recording:
        found, begun = _first(loaded, queries, recording, watched)
        if found is not None and loaded.parameters.queries_in_flight > 1:
            protection = stated_protection(read_manifest(image))
            return _one_at_a_time(loaded, queries, found, protection, waves=waves, **how)
        if found is None or not waves or found.time_ns is None:
            return EngineFinding(found)
        begin = max(begun * PERIOD_NS - _AROUND, 0)
        return EngineFinding(found, recording.keep_waves(begin, found.time_ns + _AROUND))


def _one_at_a_time(
    image: Image, queries: Bits, together: Divergence, protection: str, **how: Any
) -> EngineFinding:
    """Where the same queries part with one in flight; or that they do not."""
    with scratch_folder("alone") as scratch:
        alone = replace(image, parameters=replace(image.parameters, queries_in_flight=1))
        write_image(scratch / "image", alone, protection=protection)
        make_vectors(scratch / "image", spins_from_bits(queries), scratch / "vectors")
        found = compare_engine(scratch / "image", scratch / "vectors", **how)
    place = found.divergence
    if place is None:
        note = f"{together.note}; {_SHARED}"
        return replace(found, divergence=replace(together, note=note))
    note = "; ".join(filter(None, (place.note, "with one query in flight as well")))
    return replace(found, divergence=replace(place, note=note))


def _first(
    image: Image, queries: Bits, recording: Recording, watched: Sequence[Watch]
) -> tuple[Divergence | None, int]:
    """The first divergence, and the cycle in which its recall began."""
    tracer, widths = Tracer(image), recording.widths()
    # Several queries in flight are not told apart in what their common memories did.
    alone = image.parameters.queries_in_flight == 1
    recalls = recording.recalls() if alone else iter(())
    for query, bits in enumerate(queries):
        seen = next(recalls, None)
        if seen is None:
            break
        trace = tracer.traced(bits)
        add_counters(image, trace)
        streams = _streams(watched, widths, seen)
        found = first_divergence(image.parameters, query, trace, streams, PERIOD_NS)
        if found is not None:
            return found, min(each.cycle for events in seen for each in events)
    if not recording.mismatches:
        return None, 0
    text = recording.mismatches[0]
    query = int(text.split(":")[0].removeprefix("recall "))
    return Divergence(between=BETWEEN, query=query, stage="RESULT", quantity="answer", note=text), 0


def _streams(
    watched: Sequence[Watch], widths: Sequence[int | None], seen: Sequence[Sequence[Seen]]
) -> list[Stream]:
    return [
        Stream(watch, width, events)
        for watch, width, events in zip(watched, widths, seen, strict=True)
        if width is not None
    ]


def add_counters(image: Image, trace: Trace) -> None:
    """Add what the engine's counters must say at the end of the recall."""
    counts = Counts.from_rows([trace.tally])
    numbers = {**counts.row(0), "cycles": int(recall_cycles(image.parameters, counts)[0])}
    for name in COUNTERS:
        trace.streams[name].append(Event(trace.answer.steps, "COUNTERS", None, numbers[name]))


def located(
    result: CosimResult,
    image: Path,
    vectors: Path,
    *,
    stalls: bool,
    seed: int,
    rtl: Path | None = None,
) -> CosimResult:
    """A co-simulation that failed, with the first place where the engine parts.

    Of outputs other than the patterns no place is looked for.

    Args:
        result: of `hwsim.cosim.cosimulate`, called with the others.
        image, vectors, stalls, seed, rtl: as there.

    Raises:
        ToolError: the simulator broke off.
    """
    if manifest_parameters(image, read_manifest(image)).outputs:
        return result
    found = compare_engine(
        image, vectors, simulator=result.simulator, stalls=stalls, seed=seed, rtl=rtl
    )
    return replace(result, divergence=found.divergence)
