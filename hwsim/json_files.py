"""JSON files that others may have touched: one clear line for each way reading them goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hwsim.errors import InputError
from hwsim.files.documents import DocumentError, json_value
from hwsim.files.reading import read_bytes


def read_document(file: Path, limit: int, absent: str, remedy: str) -> bytes:
    """The bytes of a file that its folder must hold.

    Args:
        file: the file.
        limit: most bytes of such a file.
        absent: begins the message when it is not there: what the folder then is not.
        remedy: ends it.

    Raises:
        InputError: it cannot be read, is no regular file, or too large.
    """
    try:
        return read_bytes(file, limit)
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
        InputError: it is not JSON within the bounds of `files.documents`, or no object.
    """
    try:
        document = json_value(content)
    except DocumentError as error:
        raise InputError(f"{file}{error}; {remedy}") from error
    if not isinstance(document, dict):
        raise InputError(f"{file} is not a JSON object; {remedy}")
    return document
