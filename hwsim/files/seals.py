"""Hashes that a document carries of itself and of the files beside it.

A seal is the SHA-256 of a JSON object in canonical form, kept in the object under a key that it
leaves out: the same content has the same seal whatever the order and layout of the file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from hwsim.errors import InputError
from hwsim.files.documents import DocumentError, json_value


class Seal(Enum):
    """What a document's hash of itself says."""

    SOUND = "sound"
    ABSENT = "absent"  # as hwsim before 0.2 wrote it, or somebody else
    BROKEN = "broken"


def canonical_sha256(content: Mapping[str, Any], *without: str) -> str:
    """SHA-256 of a JSON object in canonical form, apart from the keys `without`.

    Canonical: keys sorted, no spaces, ASCII with escapes, no NaN.

    Raises:
        ValueError: a value is no JSON.
    """
    kept = {key: value for key, value in content.items() if key not in without}
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def sealed(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """`content` as JSON gives it back, with its seal under `key`, last.

    Raises:
        InputError: something in it is no JSON.
    """
    try:
        plain = json_value(json.dumps({**content, key: None}, allow_nan=False).encode())
    except DocumentError as error:  # what no reader would take
        raise InputError(f"cannot write JSON that{error}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(
            f"cannot write as JSON: {error}; give text, finite numbers, lists and dicts"
        ) from error
    return {**plain, key: canonical_sha256(plain, key)}


def seal_of(content: Mapping[str, Any], key: str) -> Seal:
    """Whether the seal under `key` is there, and fits."""
    if key not in content:
        return Seal.ABSENT
    try:
        fits = content[key] == canonical_sha256(content, key)
    except (ValueError, TypeError, RecursionError):  # NaN, an infinity, endless nesting
        fits = False
    return Seal.SOUND if fits else Seal.BROKEN


def file_sha256(path: Path) -> str:
    """SHA-256 of a regular file's content.

    Raises:
        OSError: it cannot be read, or is a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return hashlib.file_digest(stream, "sha256").hexdigest()
