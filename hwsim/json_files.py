"""JSON files that others may have touched: one clear line for each way reading them goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hwsim.errors import InputError


def read_document(file: Path, absent: str, remedy: str) -> bytes:
    """The bytes of a file that its folder must hold.

    Args:
        file: the file.
        absent: begins the message when it is not there: what the folder then is not.
        remedy: ends it.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            f"{absent}: cannot read {file.name} ({error.strerror}); {remedy}"
        ) from error


def parse_json(content: bytes, file: Path, remedy: str) -> dict[str, Any]:
    """A JSON object.

    Args:
        content: the file's.
        file: for the message.
        remedy: ends it.

    Raises:
        InputError: it is not JSON, or no object.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is not JSON: {error}; {remedy}") from error
    if not isinstance(document, dict):
        raise InputError(f"{file} is not a JSON object; {remedy}")
    return document
