"""JSON and TOML that anybody may have written: parsed within bounds, one clear error a fault.

What both formats allow and no file of ours holds is refused: values nested deeper than 64 levels,
numbers of more than 100 characters or beyond what a float can be, infinities and NaN, a key that
stands twice.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from hwsim.errors import Place, named

DEEPEST: Final = 64  # objects and lists within each other
LONGEST_NUMBER: Final = 100  # characters
LARGEST_EXPONENT: Final = 308  # of ten, as of a float; the smallest is as far below 1
_SHOWN: Final = 24  # characters of an offender

_NOT_TEXT: Final = " is not UTF-8 text; save it as such"
_TOO_DEEP: Final = f" is nested deeper than {DEEPEST} levels"
_NUMBERS: Final = (
    f"every number must be finite, of at most {LONGEST_NUMBER} characters, with an exponent up to "
    f"{LARGEST_EXPONENT}"
)
# What is skipped, what nests, what ends a key, and what may be a number, in TOML.
# A string that does not end is skipped to where the parser will miss its end.
_TOML_TOKEN = re.compile(
    r'"""(?:\\.|(?!""")[^\\])*+(?:""")?|\'\'\'(?:(?!\'\'\').)*+(?:\'\'\')?'
    r'|"(?:\\.|[^"\\\n])*+"?|\'[^\'\n]*+\'?|\#[^\n]*+'
    r"|[\[\]{}=,\n.]|[\w+-]++",
    re.DOTALL,
)


class DocumentError(ValueError):
    """The text is not of its format, or beyond its bounds; the message goes on from the name."""


class _Outside(float):
    """A number that is out of bounds: infinite until its place is known, for the message."""

    text: str

    def __new__(cls, text: str) -> _Outside:
        number = super().__new__(cls, math.inf)
        number.text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return number


def json_value(content: bytes) -> Any:
    """The value of a JSON text (UTF-8).

    Raises:
        DocumentError: it is no JSON, or beyond the bounds.
    """
    try:
        value = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_without_twins,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=_Outside,
        )
    except RecursionError as error:
        raise DocumentError(_TOO_DEEP) from error
    except UnicodeDecodeError as error:
        raise DocumentError(_NOT_TEXT) from error
    except json.JSONDecodeError as error:
        raise DocumentError(f" is not JSON: {error}") from error
    _check(value)
    if b"\\u" in content:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise DocumentError(" holds text that is none, half of a surrogate pair") from error
    return value


def toml_value(content: bytes, *, exact: bool = False) -> dict[str, Any]:
    """The tables of a TOML text (UTF-8).

    Args:
        content: the file's.
        exact: numbers with a point or an exponent as `Decimal`, not float.

    Raises:
        DocumentError: it is no TOML, or beyond the bounds.
    """
    import tomllib  # only who reads a file waits for it

    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(_NOT_TEXT) from error
    _check_tokens(text)
    number: Callable[[str], Any] = _exact if exact else _real
    try:
        value = tomllib.loads(text, parse_float=number)
    except RecursionError as error:
        raise DocumentError(_TOO_DEEP) from error
    except ValueError as error:  # TOMLDecodeError, or of a date such as 2000-02-30
        raise DocumentError(f" is not TOML: {error}") from error
    _check(value)
    return value


# NUMBERS ---------------------------------------------------------------------------------------


def _whole(text: str) -> int | _Outside:
    return int(text) if len(text) <= LONGEST_NUMBER else _Outside(text)


def _exact(text: str) -> Decimal | _Outside:
    """A real number, exactly as written."""
    if len(text) > LONGEST_NUMBER:
        return _Outside(text)
    power = re.search(r"[eE]([+-]?[0-9_]+)$", text)
    # before Decimal, to which 1e99999999 is a number as long as it is large
    if power is not None and abs(int(power[1].replace("_", ""))) > LARGEST_EXPONENT:
        return _Outside(text)
    value = Decimal(text)
    return value if value.is_finite() else _Outside(text)


def _real(text: str) -> float:
    value = _exact(text)
    return float(value) if math.isfinite(value) else _Outside(text)


# SHAPE -----------------------------------------------------------------------------------------


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise DocumentError(f" holds the key {twin[:_SHOWN]!r} twice in one object")
    return found


def _check_tokens(text: str) -> None:
    """Refuse before parsing what the parser itself does not bear.

    It calls itself for each bracket, takes time with the square of a key's parts, and hands whole
    numbers of any length to Python.
    """
    depth = parts = 0
    for token in _TOML_TOKEN.finditer(text):
        sign = token[0]
        if len(sign) > LONGEST_NUMBER and sign[0] not in "\"'#":
            line = text.count("\n", 0, token.start()) + 1
            raise DocumentError(
                f", line {line}: {sign[:_SHOWN]}… has more than {LONGEST_NUMBER} characters"
            )
        parts = parts + 1 if sign == "." else 0 if sign in "[]{}=,\n" else parts
        depth += (sign in "[{") - (sign in "]}")
        if depth > DEEPEST or parts > DEEPEST:
            raise DocumentError(_TOO_DEEP)


def _check(value: Any) -> None:
    """Refuse what is nested too deep or holds a number out of bounds."""
    level, depth, outside = [value], 0, False
    while level:
        if depth > DEEPEST:
            raise DocumentError(_TOO_DEEP)
        outside = outside or any(isinstance(entry, _Outside) for entry in level)
        level = [
            inner
            for entry in level
            if isinstance(entry, dict | list)
            for inner in (entry.values() if isinstance(entry, dict) else entry)
        ]
        depth += 1
    if outside:
        path, number = next(_outside(value, ()))
        raise DocumentError(f": {named(path)} is {number.text}; {_NUMBERS}")


def _outside(value: Any, path: Place) -> Iterator[tuple[Place, _Outside]]:
    """Each number that is out of bounds, and where it is."""
    if isinstance(value, _Outside):
        yield path, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _outside(inner, (*path, key))
