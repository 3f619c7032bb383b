"""A request to end is heard at every moment, and one that comes too late says nothing."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from hwsim.interrupts import guarded

PRIOR: list[int] = []


def prior(number: int, frame: FrameType | None) -> None:
    PRIOR.append(number)


@pytest.fixture(autouse=True)
def handled_before() -> Any:
    """SIGINT belongs to somebody else, and all are afterwards what they were."""
    PRIOR.clear()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    handlers = {number: signal.getsignal(number) for number in numbers}
    signal.signal(signal.SIGINT, prior)
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def at_change(monkeypatch: pytest.MonkeyPatch, ours: bool, action: Any) -> None:
    """Act right after SIGINT's handler has become hwsim's, or is hwsim's no more."""
    change = signal.signal

    def watched(number: int, handler: Any) -> Any:
        before = change(number, handler)
        if number == signal.SIGINT and ours == (handler not in (prior, signal.SIG_IGN)):
            action()
        return before

    monkeypatch.setattr(signal, "signal", watched)


def test_a_request_is_heard_from_its_handlers_first_moment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_change(monkeypatch, True, lambda: os.kill(os.getpid(), signal.SIGINT))
    ran: list[int] = []
    status = guarded(lambda: ran.append(1) or 0)
    assert (status, ran) == (128 + signal.SIGINT, [])
    assert capsys.readouterr().err == "Error: interrupted\n"
    assert signal.getsignal(signal.SIGINT) is prior
    assert PRIOR == []


@pytest.mark.parametrize("last", [False, True])
def test_a_request_that_comes_with_the_result_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], last: bool
) -> None:
    """Python tells the hook of a signal that came while its handler changed."""
    told: list[Any] = []
    lost = SimpleNamespace(exc_value=OSError("Signal 2 ignored due to race condition"), object=None)
    other = SimpleNamespace(exc_value=ValueError("of a finalizer"), object=at_change)
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    at_change(monkeypatch, False, lambda: [sys.unraisablehook(each) for each in (lost, other)])
    assert guarded(lambda: 7, last=last) == 7
    assert told == [other]
    assert sys.unraisablehook == told.append
    assert capsys.readouterr().err == ""
    assert signal.getsignal(signal.SIGINT) is (signal.SIG_IGN if last else prior)


def test_an_error_of_the_program_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    def program() -> int:
        raise ValueError("no request")

    with pytest.raises(ValueError, match="no request"):
        guarded(program)
    assert capsys.readouterr().err == ""
    assert signal.getsignal(signal.SIGINT) is prior


def test_whatever_a_request_has_become_on_its_way_it_ends_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def program() -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except BaseException as stopped:
            raise ValueError("a library made it an error of its own") from stopped
        return 0

    assert guarded(program) == 128 + signal.SIGTERM
    assert capsys.readouterr().err == "Error: terminated\n"
