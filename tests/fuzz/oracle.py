"""One damaged file, read: the same data or one clear error, in bounded time and memory."""

from __future__ import annotations

import contextlib
import random
import resource
import signal
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from hwsim.errors import HwsimError, HwsimWarning
from tests.fuzz.mutate import mutate
from tests.fuzz.readers import READERS, Reader

SECONDS = 5.0  # of the processor: the machine may be busy with other things
PATIENCE = 12  # times as long on the clock: a reader that waits takes none of the processor
ROOM = 1 << 30  # bytes that a reader may allocate

REFUSED, LOADED = "refused", "loaded"
CRASH, HANG, FLOOD, SILENT = "crash", "hang", "flood", "silent change"
FAULTS = (CRASH, HANG, FLOOD, SILENT)


_ALARMS = (signal.SIGPROF, signal.SIGALRM)


class _Hang(BaseException):
    """No Exception, so that no reader takes it for one of its own."""


@dataclass(frozen=True)
class Outcome:
    """What reading came to, one of the words above, and the words for a person."""

    what: str
    detail: str = ""


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Let the block allocate ROOM more than is allocated now; more is a MemoryError."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _too_long(number: int, frame: FrameType | None) -> None:
    raise _Hang


def read(reader: Reader, path: Path, seconds: float = SECONDS) -> tuple[Outcome, Any, bool]:
    """As `_read`; what no signal could end in time is a hang too."""
    start = time.process_time()
    outcome, data, uncovered = _read(reader, path, seconds)
    if (taken := time.process_time() - start) > seconds:
        outcome = Outcome(HANG, f"{taken:.1f} s")
    return outcome, data, uncovered


def _read(reader: Reader, path: Path, seconds: float) -> tuple[Outcome, Any, bool]:
    """The outcome, the data if any, and whether a warning said that no hash covers them."""
    before = [signal.signal(number, _too_long) for number in _ALARMS]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            data = reader.read(path)
        known = (HwsimWarning, FutureWarning)
        strange = [one for one in caught if not issubclass(one.category, known)]
        outcome = Outcome(CRASH, f"warning: {strange[0].message}") if strange else Outcome(LOADED)
        return outcome, data, any(issubclass(one.category, HwsimWarning) for one in caught)
    except HwsimError as error:
        return Outcome(REFUSED, str(error)), None, False
    except MemoryError:
        return Outcome(FLOOD, f"more than {ROOM} bytes"), None, False
    except _Hang:
        return Outcome(HANG, f"more than {seconds} s"), None, False
    except Exception:
        return Outcome(CRASH, traceback.format_exc()), None, False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip(_ALARMS, before, strict=True):
            signal.signal(number, handler)


@dataclass
class Run:
    """Damaged files read by one reader.

    Attributes:
        counts: outcomes.
        faults: what was found: number of the input, file, content, outcome.
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str, bytes, Outcome]] = field(default_factory=list)


class Bench:
    """A reader's sound folder, whose files are damaged one at a time and mended again."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.reader = READERS[name]
        self.folder = folder
        self.kinds = dict(self.reader.prepare(folder))
        self.sound = {file: (folder / file).read_bytes() for file in self.kinds}
        self.data = {file: self._sound_data(file) for file in self.kinds}

    def _sound_data(self, file: str) -> Any:
        """None for an array that only another reader takes."""
        outcome, data, _ = read(self.reader, self.folder / file, 10 * 60)  # compiling included
        # the first one may wait for a compiler
        assert outcome.what in (LOADED, REFUSED), (self.name, file, outcome)
        return data

    def damaged(self, seed: int, number: int) -> tuple[str, bytes]:
        """The damaged file of that number: its name and content."""
        dice = random.Random(f"{self.name} {seed} {number}")
        file = dice.choice(list(self.kinds))
        return file, mutate(dice, self.kinds[file], self.sound[file])

    def judge(self, file: str, content: bytes) -> Outcome:
        """Read `content` in the place of a sound file."""
        path = self.folder / file
        path.write_bytes(content)
        try:
            with bounded():
                outcome, data, uncovered = read(self.reader, path)
            if outcome.what != LOADED:
                return outcome
            path.write_bytes(content)  # a journal's torn end was cut off
            try:
                complaint = self.reader.judge(self.data[file], data, path, uncovered)
            except Exception:
                complaint = f"the independent reader fails: {traceback.format_exc()}"
            return outcome if complaint is None else Outcome(SILENT, complaint)
        finally:
            path.write_bytes(self.sound[file])

    def run(self, seed: int, numbers: range, until: float = float("inf")) -> Run:
        """Read the damaged files of these numbers, as long as the clock is before `until`."""
        done = Run()
        for number in numbers:
            if time.monotonic() > until:
                break
            file, content = self.damaged(seed, number)
            outcome = self.judge(file, content)
            done.counts[outcome.what] += 1
            if outcome.what in FAULTS:
                done.faults.append((number, file, content, outcome))
        return done
