"""TOML files that hold one table, read with messages for a person, and made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hwsim.errors import InputError


def load_toml(path: str | Path) -> dict[str, Any]:
    """What a TOML file holds.

    Raises:
        InputError: the file is missing, cannot be read or is not TOML.
    """
    import tomllib  # only who reads a file waits for it

    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text; save it as such") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not TOML: {error}") from error


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
