"""Text that came from outside, made fit to be looked at."""

from __future__ import annotations

import re
from typing import Final

# Control characters but for tab and line feed; what turns the direction of writing; what is half of
# a character, as in a file's name that is no text.
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Text of which a terminal or editor obeys nothing: such characters as Python writes them."""
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)
