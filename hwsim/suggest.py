"""A name that nobody knows, and the known one that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hwsim.errors import InputError
from hwsim.printable import told

_LONGEST: Final = 100  # characters of what anybody could have meant as a name


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known name most like `word`, or None if none is near.

    Case does not count, and a hyphen is an underscore: `Kernel-Bits` is near to `kernel_bits`.
    """
    if not isinstance(word, str) or len(word) > _LONGEST:  # comparing takes the square of it
        return None
    from difflib import get_close_matches  # only somebody who mistyped waits for it

    names = {_plain(name): name for name in known}
    found = get_close_matches(_plain(word), names, n=1)
    return names[found[0]] if found else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` to end a message with, or the empty text if no name is near."""
    name = nearest(word, known)
    return "" if name is None else f"; did you mean {name!r}?"


def check_choice(quantity: str, value: object, known: Iterable[str], also: str = "") -> None:
    """Refuse a name that is none of the known ones.

    Args:
        quantity: what the message calls the value, like `method`.
        value: the name given; anything else than text is refused too.
        known: the names there are.
        also: what else may be given, to end the list with.

    Raises:
        InputError: the value is not among the names.
    """
    names = tuple(known)
    if not isinstance(value, str) or value not in names:
        raise InputError(
            f"{quantity} is {told(value)}; it must be one of {', '.join(names)}{also}"
            f"{did_you_mean(value, names)}"
        )


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_")
