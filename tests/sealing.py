"""Documents changed and sealed again, as a wrong writer leaves them; damage breaks the seal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hwsim.export import edited, vectors
from hwsim.export.manifest import MANIFEST
from hwsim.files import file_sha256, sealed

Change = Callable[[dict[str, Any]], object]


def edit_manifest(image: Path, change: Change) -> None:
    """Change the manifest of an image folder."""
    _edit(image / MANIFEST, change, edited.SEAL)


def edit_vectors(folder: Path, change: Change = lambda document: None) -> None:
    """Change `vectors.json`, and take the words beside it as they are."""

    def change_and_hash(document: dict[str, Any]) -> None:
        document["sha256"] = {
            name: file_sha256(folder / name) for name in vectors.WORDS if (folder / name).exists()
        }
        change(document)

    _edit(folder / vectors.VECTORS, change_and_hash, vectors.SEAL)


def _edit(file: Path, change: Change, seal: str) -> None:
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(sealed(document, seal)))
