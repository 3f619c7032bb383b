"""What can go wrong, as the person at the keyboard sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import SupportsInt, TypeAlias

# The keys and indices that lead to a value in a file.
Place: TypeAlias = tuple[str | int, ...]


class HwsimError(Exception):
    """Base of every error hwsim raises on purpose; the message is one line for a person."""


class InputError(HwsimError, ValueError):
    """Bad input: the message names the quantity, the offender and the remedy.

    A ValueError too, as NumPy's and scikit-learn's users expect of a wrong argument.
    """


class ToolError(HwsimError):
    """A program hwsim needs is missing or failed; the message says which and how to fix it."""


class HwsimWarning(UserWarning):
    """What was done is sound, but somebody should know this of it; one line for a person."""


def place(index: Iterable[SupportsInt]) -> str:
    """An index as in code, for a message: `3, 17`."""
    return ", ".join(str(int(i)) for i in index)


def named(path: Place) -> str:
    """Keys and indices as in code, for a message: `recalls[3].steps`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "the file"
