"""TOML files that hold one table, read with messages for a person, and made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hwsim.errors import InputError


def load_toml(path: str | Path, *, exact: bool = False) -> dict[str, Any]:
    """What a TOML file holds.

    Args:
        path: the file.
        exact: numbers with a point or an exponent as `Decimal`, not float.

    Raises:
        InputError: the file is missing, cannot be read, larger than `LARGEST_TOML`, or is not TOML
            within the bounds of `files.documents`.
    """
    from hwsim.files.reading import LARGEST_TOML, input_error, read_bytes

    try:
        content = read_bytes(path, LARGEST_TOML)
    except OSError as error:
        raise input_error(path, error) from error
    return parse_toml(content, str(path), exact=exact)


def parse_toml(content: bytes, where: str, *, exact: bool = False) -> dict[str, Any]:
    """What a text of TOML holds; errors name `where` it stood."""
    from hwsim.files.documents import DocumentError, toml_value

    try:
        return toml_value(content, exact=exact)
    except DocumentError as error:
        raise InputError(f"{where}{error}") from error


def only_table(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The table `name` of a file that holds nothing else.

    Raises:
        InputError: it is not there, or something is beside it.
    """
    table = content.get(name)
    if not isinstance(table, dict):
        raise InputError(f"there is no table [{name}]; put the {name}'s keys under that heading")
    stray = next((key for key in content if key != name), None)
    if stray is not None:
        raise InputError(f"{stray} is outside the table [{name}]; move it under that heading")
    return table


def one_table(name: str, values: Mapping[str, Any]) -> str:
    """A file of one table; what is None is left out, for TOML has no none."""
    import tomli_w  # the standard library reads TOML and does not write it

    return tomli_w.dumps({name: {key: value for key, value in values.items() if value is not None}})
