"""Data files checked against one declaration, which also gives the message and the JSON Schema.

A kind of file is a `msgspec.Struct` whose fields carry their ranges and meanings in
`Annotated[…, Meta(…)]`. msgspec finds what does not fit and says so to a program; here it becomes
a sentence for a person: the quantity with its path, what stands there, and what must.

    manifest.json: memories.weights.width is '8'; it must be a whole number, 1 or more
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeVar, cast

import msgspec

from hwsim.errors import InputError, Place, named
from hwsim.suggest import did_you_mean

T = TypeVar("T")

# A key of a JSON Schema that holds what a pattern means, in words.
MUST_BE: Final = "x-must-be"

_FINITE: Final = 1e308  # a larger maximum only keeps infinity out
_LONGEST: Final = 60  # characters of an offending value in a message
_MOST_NAMES: Final = 4  # of an object's entries in a message
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+)\]|\[(?P<any>\.\.\.)\]")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")

# KINDS MADE FROM VALUES ------------------------------------------------------------------------


def whole(low: int, high: int) -> Any:
    """The kind of a whole number within a range."""
    return Annotated[int, msgspec.Meta(ge=low, le=high)]


def one_of(choices: Iterable[str | int]) -> Any:
    """The kind of one of several names or whole numbers."""
    return Literal[tuple(choices)]


def one_or_list(kind: Any) -> Any:
    """The kind of one value, or of a list of one or more."""
    return kind | Annotated[list[kind], msgspec.Meta(min_length=1)]


Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive = Annotated[float, msgspec.Meta(gt=0, le=sys.float_info.max)]


# READING ---------------------------------------------------------------------------------------


def read(kind: type[T], raw: object, *, remedy: str = "", mapping: str = "an object") -> T:
    """What a JSON or TOML file holds, as the kind it must be.

    Args:
        kind: a Struct, or any type msgspec knows.
        raw: as `json` or `tomllib` gave it; numbers may be `Decimal`.
        remedy: ends a message, after a semicolon.
        mapping: what the file's format calls one; TOML says `a table`.

    Raises:
        InputError: something does not fit; the message names the quantity, the offender and what
            is asked for. No whole number is a bool, no text a number.
    """
    try:
        return msgspec.convert(raw, kind, builtin_types=(Decimal,))
    except msgspec.ValidationError as error:
        end = f"; {remedy}" if remedy else ""
        raise InputError(_sentence(kind, raw, str(error), mapping) + end) from error


def json_schema(kind: Any) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind, in which a `Decimal` is a number."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_schema(kind)}


def _schema(kind: Any) -> dict[str, Any]:
    schema: dict[str, Any] = _exact_numbers(msgspec.json.schema(kind))
    return schema


def _exact_numbers(schema: Any) -> Any:
    """msgspec writes decimals as text; our files hold plain numbers."""
    if isinstance(schema, list):
        return [_exact_numbers(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        schema = {key: value for key, value in schema.items() if key != "format"}
        schema["type"] = "number"
    return {key: _exact_numbers(value) for key, value in schema.items()}


# MESSAGES --------------------------------------------------------------------------------------


def _sentence(kind: Any, raw: object, message: str, mapping: str) -> str:
    """msgspec's message in our words."""

    def must_be(path: Place) -> str:
        return "it must be " + _words(*_at(schema, path)).replace("an object", mapping)

    match = _PLACE.match(message)
    assert match is not None
    path = _path(kind, raw, message, match["path"] or "")
    schema = _schema(kind)
    if missing := _MISSING.match(match["what"]):
        path = (*path, missing[1])
        return f"{named(path)} is missing; {must_be(path)}"
    if unknown := _UNKNOWN.match(match["what"]):
        choices = _choices(*_at(schema, path))  # where null is possible too, there are two
        known = [name for choice in choices for name in choice.get("properties", ())]
        return (
            f"{named((*path, unknown[1]))} is unknown; the keys are {', '.join(known)}"
            f"{did_you_mean(unknown[1], known)}"
        )
    value = _value(raw, path)
    shown = mapping if isinstance(value, Mapping) else _shown(value)
    names = [name for choice in _choices(*_at(schema, path)) for name in choice.get("enum", ())]
    return f"{named(path)} is {shown}; {must_be(path)}{did_you_mean(value, map(str, names))}"


def _path(kind: Any, raw: object, message: str, text: str) -> Place:
    """The steps of msgspec's path; it leaves out the keys of mappings, which are found by trial."""
    path: Place = ()
    for step in _STEP.finditer(text):
        if step["any"] is None:
            path = (*path, step["name"] or int(step["index"]))
            continue
        for key, value in cast(Mapping[str, Any], _value(raw, path)).items():
            try:
                msgspec.convert(_with(raw, path, {key: value}), kind, builtin_types=(Decimal,))
            except msgspec.ValidationError as error:
                if str(error) == message:
                    path = (*path, key)
                    break
    return path


def _value(raw: Any, path: Place) -> Any:
    for step in path:
        raw = raw[step]
    return raw


def _with(raw: Any, path: Place, value: object) -> Any:
    """A copy of `raw` with another value at `path`."""
    if not path:
        return value
    copy = raw.copy()
    copy[path[0]] = _with(raw[path[0]], path[1:], value)
    return copy


def _shown(value: object) -> str:
    if isinstance(value, Decimal | float):
        return str(value)
    try:
        text = repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "a huge number"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


# WORDS OF A JSON SCHEMA ------------------------------------------------------------------------


def _choices(root: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema, its references followed, or each of the several that it allows."""
    if MUST_BE in schema:
        yield schema
    elif "$ref" in schema:
        yield from _choices(root, root["$defs"][schema["$ref"].rsplit("/", 1)[1]] | _beside(schema))
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            yield from _choices(root, choice)
    else:
        yield schema


def _beside(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "$ref"}


def _at(root: dict[str, Any], path: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """The root, and its schema of what lies at a path."""
    here = root
    for step in path:
        for schema in _choices(root, here):
            if isinstance(step, int) and "items" in schema:
                here = schema["items"]
                break
            if isinstance(step, str) and schema.get("type") == "object":
                here = schema.get("properties", {}).get(step) or schema["additionalProperties"]
                break
    choices = list(_choices(root, here))
    return root, choices[0] if len(choices) == 1 else here


def _words(root: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a value must be, in words: `a whole number from 1 to 8`."""
    texts: list[str] = []
    for choice in _choices(root, schema):
        if choice.get("items") and _words(root, choice["items"]) in texts:
            texts.append("a list of such")
        else:
            texts.append(_kind_words(root, choice))
    return ", or ".join(dict.fromkeys(filter(None, texts)))


def _kind_words(root: dict[str, Any], schema: dict[str, Any]) -> str:
    if MUST_BE in schema:
        return str(schema[MUST_BE])
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    kind = schema.get("type")
    if kind in ("integer", "number"):
        return _number_words("a whole number" if kind == "integer" else "a number", schema)
    if kind == "object" and schema.get("required"):
        names = schema["required"]
        if len(names) > _MOST_NAMES:
            return f"an object of {', '.join(names[: _MOST_NAMES - 1])}, …"
        return f"an object of {', '.join(names[:-1])}{' and ' if names[1:] else ''}{names[-1]}"
    if kind == "array":
        least = "a list of one or more" if schema.get("minItems") else "a list"
        return f"{least}, each {_words(root, schema['items'])}" if "items" in schema else least
    plain = {"string": "text", "boolean": "true or false", "object": "an object", "null": ""}
    return plain.get(str(kind), "")


def _number_words(kind: str, schema: dict[str, Any]) -> str:
    low, above, high = (schema.get(key) for key in ("minimum", "exclusiveMinimum", "maximum"))
    if high is not None and high >= _FINITE:
        kind, high = kind.replace("a number", "a finite number"), None
    if above is not None:
        return f"{kind} above {above:g}" + ("" if high is None else f", at most {high:g}")
    if low is not None and high is not None:
        return (
            f"{kind} from {low:g} to {high:g}"
            if kind != "a whole number"
            else (f"{kind} from {low} to {high}")
        )
    return kind if low is None else f"{kind}, {low:g} or more"
