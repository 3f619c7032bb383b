"""Text that came from outside, made fit to be looked at."""

from __future__ import annotations

import re
from typing import Final

# Control characters but for tab and line feed; what turns the direction of writing; what is half of
# a character, as in a file's name that is no text.
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# What is shown as it was typed, and how much of it.
_SHOWN: Final = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set)
_LONGEST: Final = 60


def printable(text: str) -> str:
    """Text of which a terminal or editor obeys nothing: such characters as Python writes them."""
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


def told(value: object) -> str:
    """A value as a message names it, on one line and short: `2.5`, `'much'`, `an Image`."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):  # NumPy's number
        value = value.item()
    if not isinstance(value, _SHOWN):
        return kind(value)
    if isinstance(value, int) and value.bit_length() > 3 * _LONGEST:  # some Python refuses to print
        return f"a number of {value.bit_length():,} bits"
    text = repr(value)
    if len(text) <= _LONGEST and "\n" not in text and " at 0x" not in text:
        return text
    return f"{text[:_LONGEST]}…" if isinstance(value, str | bytes) else kind(value)


def kind(value: object) -> str:
    """What a value is, in a few words: `an Image`, `an array of shape (3, 4)`, `None`."""
    if value is None:
        return "None"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"{_article(type(value).__name__)} of shape {shape}"
    return _article(type(value).__name__)


def _article(name: str) -> str:
    name = {"ndarray": "array"}.get(name, name)
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
