"""Ctrl-C and other requests to end: one line, nothing left behind, the status that shells know.

This is loaded before anything else of the program, so it imports little. A request raises `Stopped`
once, wherever the program is; further ones are ignored, for they would break off the cleaning up.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

TYPE_CHECKING = False  # typing itself takes a while to load
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN = 0.02  # seconds after which a request that somebody swallowed is repeated

_asked: int | None = None


class Stopped(BaseException):
    """The run was asked to end. No KeyboardInterrupt: libraries make errors of that."""


def guarded(program: Callable[[], int], *, last: bool = False) -> int:
    """What `program` returns, or 128 plus the number of the signal that ended it.

    Children end at once, and `Error: interrupted` is said, whatever became of `Stopped` on its way
    up: libraries may turn it into errors of their own.

    Args:
        program: what to run.
        last: nothing but the end of the process follows, which is not to be interrupted.
    """
    global _asked
    _asked = None
    hook = sys.unraisablehook
    before: dict[int, Any] = {}
    status = 0
    try:
        try:
            sys.unraisablehook = lambda lost: _ask_again() if _asked else hook(lost)
            status = _heeding(program, before)
        except BaseException:
            if not _asked:
                raise
        if _asked:
            status = _ended()
    finally:
        _leave(before, hook, last=last)
    return status


def _heeding(program: Callable[[], int], before: dict[int, Any]) -> int:
    """What `program` returns; a request breaks it off until the moment it is done."""
    global _asked
    try:
        _listen(before)
        return program()
    finally:
        _asked = _asked or 0  # too late to stop what is done


def _listen(before: dict[int, Any]) -> None:
    """Heed requests from now on, and note what handled them before."""
    for number in (*_REQUESTS, signal.SIGALRM):
        handler = signal.getsignal(number)
        # Ignored under nohup and in a script's background; None: not set from Python.
        if handler in (signal.SIG_IGN, None):
            continue
        before[number] = handler  # first, for a request may come the moment it is heeded
        try:
            signal.signal(number, _stop)
        except ValueError:  # not in the main thread, which alone hears signals
            before.clear()
            break


def _leave(before: dict[int, Any], hook: Callable[..., Any], *, last: bool) -> None:
    """Heed requests no more."""
    # One that comes while its handler changes is lost, and Python says so: an OSError of nobody's.
    sys.unraisablehook = lambda lost: (
        None if isinstance(lost.exc_value, OSError) and lost.object is None else hook(lost)
    )
    for number, handler in before.items():
        signal.signal(number, signal.SIG_IGN if last else handler)
    sys.unraisablehook = hook


def _stop(number: int, frame: FrameType | None) -> None:
    global _asked
    if number == signal.SIGALRM and _asked:  # of ours
        raise Stopped
    if _asked is not None:
        return
    _asked = number
    if "threading" in sys.modules:  # other threads break on what ends here, and need not say so
        setattr(sys.modules["threading"], "excepthook", lambda lost: None)  # noqa: B010
    end_children()
    raise Stopped


def _ask_again() -> None:
    """`Stopped` came where Python can only drop it, in a finalizer say: raise it a little later."""
    signal.setitimer(signal.ITIMER_REAL, _AGAIN)


def _ended() -> int:
    """Say it; the status."""
    number = _asked or signal.SIGINT
    signal.setitimer(signal.ITIMER_REAL, 0)
    end_children()
    if (staging := sys.modules.get("hwsim.files.staging")) is not None:
        staging.remove_all()
    word = "interrupted" if number == signal.SIGINT else "terminated"
    with contextlib.suppress(OSError, ValueError):  # nobody may listen
        print(f"Error: {word}", file=sys.stderr, flush=True)
    return 128 + number


def end_children() -> None:
    """Kill every process that this one started, and those that these started.

    They are halted first, so that none starts another meanwhile.
    """
    found: dict[int, None] = {}
    while new := [child for child in _descendants() if child not in found]:
        for child in new:
            found[child] = None
            _signal(child, signal.SIGSTOP)
    for child in found:
        _signal(child, signal.SIGKILL)


def _signal(process: int, number: int) -> None:
    with contextlib.suppress(OSError):  # gone already
        os.kill(process, number)


def _descendants() -> list[int]:
    parents: dict[int, int] = {}
    for name in filter(str.isdecimal, _listed("/proc")):
        try:
            # after the program's name, which may hold spaces and brackets: state, parent
            parents[int(name)] = int(_read(f"/proc/{name}/stat").rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    ours: list[int] = []
    wave = [os.getpid()]
    while wave:
        wave = [child for child, parent in parents.items() if parent in wave]
        ours += [child for child in wave if not _tracks_resources(child)]
    return ours


def _tracks_resources(process: int) -> bool:
    """Whether it is multiprocessing's process that frees what others leave; it ends by itself."""
    try:
        return b"multiprocessing.resource_tracker" in _read(f"/proc/{process}/cmdline")
    except OSError:
        return False


# Not by pathlib, which takes a while to load.


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:  # a system without /proc
        return []


def _read(file: str) -> bytes:
    with open(file, "rb") as stream:  # noqa: PTH123
        return stream.read()
