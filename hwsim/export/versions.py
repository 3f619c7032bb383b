"""The versions of an image folder's format and of golden vectors', and what later ones may hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hwsim.config import FORMAT_VERSION, SINCE_FORMAT_2, required_names
from hwsim.errors import InputError
from hwsim.printable import told

# What images of format 2 may hold one day. It would change what a recall answers, so nobody may
# read over it; every other key that hwsim does not know is left alone.
RESERVED: Final = {
    "scales": "scales of the weights",
    "kernel_tables": "a kernel table of each pattern's own",
    "bias": "a constant bias",
}


def check_version(file: Path, document: Mapping[str, Any], remedy: str) -> int:
    """The format's version of a document.

    Raises:
        InputError: it has none, or a newer hwsim wrote it.
    """
    version = document.get("format_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        versions = " or ".join(map(str, range(1, FORMAT_VERSION + 1)))
        raise InputError(
            f"{file}: format_version is {told(version)}; it must be {versions}; {remedy}"
        )
    if version > FORMAT_VERSION:
        raise InputError(
            f"{file}: format_version is {version}; this hwsim reads up to {FORMAT_VERSION}; "
            "update hwsim"
        )
    return version


def check_reserved(file: Path, manifest: Mapping[str, Any]) -> None:
    """Raise InputError if a manifest of format 2 holds what this hwsim cannot heed."""
    for key, meaning in RESERVED.items():
        if key in manifest:
            raise InputError(
                f"{file}: {key} is reserved for {meaning}, which this hwsim does not know; "
                "update hwsim"
            )


def version_rules(*path: str) -> list[dict[str, Any]]:
    """What a JSON Schema asks for besides, of the parameters at a path in a document."""
    required: dict[str, Any] = {"required": list(required_names(FORMAT_VERSION))}
    none: dict[str, Any] = {"properties": dict.fromkeys(SINCE_FORMAT_2, False)}
    for step in reversed(path):
        required, none = ({"properties": {step: rule}} for rule in (required, none))
    first = {"properties": {"format_version": {"const": 1}}}
    return [{"if": first, "then": none, "else": required}]
