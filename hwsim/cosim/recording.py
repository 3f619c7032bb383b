"""What signals of the engine do during recalls, cycle by cycle."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hwsim.cosim.engine import drive, engine_testbench, keep_waves
from hwsim.cosim.simulators import check_simulator
from hwsim.cosim.surroundings import plain_holder
from hwsim.export.vectors import Vectors, check_vectors
from hwsim.files import scratch_folder

PERIOD_NS: Final = 10  # of cosim/bench.py's clock
_REQUEST, _EVENTS = "watches.json", "trace.txt"


@dataclass(frozen=True)
class Seen:
    """What a watched signal did.

    Attributes:
        cycle: of the simulation.
        address: if it has one; a text where bits of it are unknown.
        value: likewise.
    """

    cycle: int
    address: int | str | None
    value: int | str


@dataclass(frozen=True)
class Recording:
    """A simulation that was recorded, as long as its folder is there.

    Attributes:
        image, vectors: the folders.
        folder: of the build.
        simulator, stalls, seed, rtl: as in `cosimulate`.
        mismatches: what the testbench says of the outcome, one sentence each.
    """

    image: Path
    vectors: Path
    folder: Path
    simulator: str
    stalls: bool
    seed: int
    rtl: Path | None
    mismatches: tuple[str, ...]

    def widths(self) -> list[int | None]:
        """Bits of each watch's data; None where the engine has no such signal."""
        with (self.folder / _EVENTS).open() as lines:
            found: list[int | None] = json.loads(next(lines))
        return found

    def recalls(self) -> Iterator[list[list[Seen]]]:
        """What came on each watch, recall by recall, until the first whose outcome is wrong."""
        count = len(self.widths())
        with (self.folder / _EVENTS).open() as lines:
            next(lines)
            events = map(json.loads, lines)
            for _, group in itertools.groupby(events, key=lambda event: event[0]):
                seen: list[list[Seen]] = [[] for _ in range(count)]
                for _, cycle, index, address, value in group:
                    seen[index].append(Seen(cycle, address, value))
                yield seen

    def keep_waves(self, begin: int, end: int) -> str:
        """Run once more and leave the waveform of `begin` to `end` nanoseconds; its name."""
        testbench = engine_testbench(self.image, rtl=self.rtl, waves=True, waves_from=begin)
        simulation = testbench.build(self.simulator, self.folder / "waves")
        vectors = check_vectors(self.vectors, self.image)
        until = {"HWSIM_UNTIL_NS": str(end)}
        drive(
            simulation, self.vectors, vectors, stalls=self.stalls, seed=self.seed, extra=until
        )  # fmt: skip
        return keep_waves(self.folder / "waves", self.simulator)


@contextmanager
def recorded(
    image: Path,
    vectors: Path,
    watches: Sequence[Mapping[str, Any]],
    *,
    simulator: str,
    stalls: bool,
    seed: int,
    rtl: Path | None,
) -> Iterator[Recording]:
    """Run golden vectors through the engine and record signals.

    Args:
        image, vectors: their folders.
        watches: as cosim/recorder.py takes them.
        simulator, stalls, seed, rtl: as in `cosimulate`.

    Raises:
        InputError: the vectors are not sound or not the image's.
        ToolError: the simulator is missing or broke off.
    """
    check_simulator(simulator)
    read: Vectors = check_vectors(vectors, image)
    with scratch_folder("diff", plain_holder()) as folder:
        simulation = engine_testbench(image, rtl=rtl).build(simulator, folder)
        (folder / _REQUEST).write_text(json.dumps(list(watches)))
        asked = {"HWSIM_TRACE": _REQUEST, "HWSIM_TRACE_RESULT": _EVENTS}
        _, answer = drive(simulation, vectors, read, stalls=stalls, seed=seed, extra=asked)
        mismatches = tuple(answer["mismatches"])
        yield Recording(image, vectors, folder, simulator, stalls, seed, rtl, mismatches)
