"""The plain arguments of the front door's functions, held against their annotations.

Numbers, switches, text, functions to call, notes and lists of these: one of another type is told by
its name before anything is done. What may be an object, an array or a path is `given`'s to judge.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import wraps
from pathlib import Path
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from hwsim.errors import InputError
from hwsim.printable import told

Function = TypeVar("Function", bound=Callable[..., Any])

_SCALARS: Final = {bool: bool, int: int, float: int | float, str: str}
_WORDS: Final = {
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    str: "text",
    NoneType: "None",
    Path: "a path",
    Callable: "a function",
    Mapping: "a dict with names of text",
}
_PLURALS: Final = {int: "whole numbers", float: "numbers", str: "names"}
_DICTS: Final = (Mapping, dict)
_NONE: Final = SimpleNamespace(kind="-")
MAX_WHOLE: Final = 2**63 - 1  # of any number that is asked for


def typed(function: Function) -> Function:
    """Let a function refuse plain arguments of other types than its annotations name.

    NumPy's numbers become Python's, and lists of any kind Python's lists.

    Raises:
        InputError: when called with an argument of another type.
    """
    signature = inspect.signature(function)
    kept = {name: note for name, note in function.__annotations__.items() if name != "return"}
    hints = get_type_hints(SimpleNamespace(__annotations__=kept), function.__globals__)
    plain = {name: _parts(hint) for name, hint in hints.items() if _is_plain(hint)}

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            call = signature.bind(*args, **kwargs)
        except TypeError:  # a name is missing or unknown: Python says which, of this function
            return function(*args, **kwargs)
        for name in call.arguments.keys() & plain.keys():
            call.arguments[name] = _taken(call.arguments[name], plain[name], name)
        return function(*call.args, **call.kwargs)

    return cast("Function", checked)


def _parts(hint: Any) -> tuple[Any, ...]:
    """What a value may be, one type each."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _is_plain(hint: Any) -> bool:
    """Whether all that a value may be is judged here."""
    return all(
        part in _WORDS or get_origin(part) in (*_DICTS, Callable, Sequence) for part in _parts(hint)
    )


def _taken(value: Any, parts: tuple[Any, ...], name: str) -> Any:
    """The value, in Python's own type.

    Raises:
        InputError: it is of none of the types.
    """
    value = _python(value)
    if isinstance(value, int) and abs(value) > MAX_WHOLE:
        raise InputError(f"{name} is {told(value)}; it must be at most {MAX_WHOLE}")
    for part in parts:
        origin = get_origin(part) or part
        if origin is Sequence and is_list(value):
            return _listed(value, get_args(part)[0], name)
        if _fits(value, origin):
            return float(value) if origin is float else value
    named = [part for part in parts if part is not str or Path not in parts]
    *some, last = [_words(part) for part in sorted(named, key=lambda part: part is NoneType)]
    words = f"{', '.join(some)} or {last}" if some else last
    raise InputError(f"{name} is {told(value)}; it must be {words}")


def _python(value: Any) -> Any:
    """NumPy's number, switch or text as Python's."""
    if getattr(value, "shape", None) == () and getattr(value, "dtype", _NONE).kind in "biufU":
        return value.item()
    return value


def _fits(value: Any, kind: Any) -> bool:
    if kind in _SCALARS:
        return isinstance(value, _SCALARS[kind]) and isinstance(value, bool) == (kind is bool)
    if kind is Path:
        return isinstance(value, str | os.PathLike)
    if kind in _DICTS:
        return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)
    return callable(value) if kind is Callable else kind is NoneType and value is None


def is_list(value: Any) -> bool:
    """Whether a value is several in an order."""
    single = isinstance(value, str | bytes | os.PathLike | Mapping | Set)
    return isinstance(value, Iterable) and not single and getattr(value, "ndim", 1) > 0


def _listed(values: Any, hint: Any, name: str) -> list[Any]:
    plain = _is_plain(hint)
    return [
        _taken(value, _parts(hint), f"{name}[{index}]") if plain else value
        for index, value in enumerate(values.tolist() if hasattr(values, "tolist") else values)
    ]


def _words(part: Any) -> str:
    origin = get_origin(part) or part
    if origin is Sequence:
        return f"a list of {_PLURALS.get(get_args(part)[0], 'paths')}"
    return _WORDS[Mapping if origin in _DICTS else origin]
