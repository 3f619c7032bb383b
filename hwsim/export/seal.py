"""What is said of a document by its hash of itself: refused if edited, noted if it has none."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from hwsim.callers import stacklevel
from hwsim.errors import HwsimWarning, InputError
from hwsim.files import Seal, file_sha256, seal_of
from hwsim.files.listing import read_listing
from hwsim.schema import MUST_BE

_DIGEST: Any = {
    "pattern": "^[0-9a-f]{64}$",
    "extra_json_schema": {MUST_BE: "64 hexadecimal digits"},
}

Digest = Annotated[str, Meta(description="SHA-256 of the file's bytes.", **_DIGEST)]
SelfDigest = Annotated[
    str,
    Meta(
        description="SHA-256 of all the rest in canonical form: keys sorted, no spaces, ASCII.",
        **_DIGEST,
    ),
]


def check_seal(
    file: Path,
    content: Mapping[str, Any],
    key: str,
    remedy: str,
    edited: Callable[[], Sequence[str]] = tuple,
) -> None:
    """Refuse a document that was edited; note one that carries no hash of itself.

    Args:
        file: it; a folder whose listing names another one once had the hash.
        content: what it holds.
        key: under which its hash stands.
        remedy: ends a refusal.
        edited: finds what was edited, as far as that can be told.

    Warns:
        HwsimWarning: it carries none.

    Raises:
        InputError: it was edited.
    """
    seal = seal_of(content, key)
    if seal is Seal.SOUND:
        return
    reseal = f"hwsim check {file.parent} --reseal"
    listing = read_listing(file.parent)
    listed = None if listing is None else listing.files.get(file.name)
    if seal is Seal.BROKEN or (listed is not None and listed != file_sha256(file)):
        which = ", ".join(edited()) or "something in it"
        raise InputError(
            f"{file} was edited since it was written: {which} does not fit its {key}; {remedy}, or "
            f"seal an edit that was meant with {reseal}"
        )
    warnings.warn(
        f"{file} has no {key}, so an edit of it goes unseen; {reseal} adds it",
        HwsimWarning,
        stacklevel=stacklevel(),
    )
