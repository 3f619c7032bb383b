"""The image folder: `manifest.json`, one `.mem` file a memory, other formats on request."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export import header
from hwsim.export.formats import FORMATS, encoders, mem
from hwsim.export.names import DEFAULT_PREFIX, check_prefix
from hwsim.files import replace_folder
from hwsim.hardware.image import Image
from hwsim.hardware.layout import MemoryShape, memory_shapes
from hwsim.suggest import check_choice

FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"
LARGEST: Final = sys.float_info.max


def check_formats(formats: Sequence[str]) -> None:
    """Raise InputError if a name is not one of FORMATS."""
    for name in formats:
        check_choice("format", name, FORMATS)


def write_image(
    path: str | Path,
    image: Image,
    formats: Sequence[str] = ("mem",),
    provenance: Any = None,
    *,
    prefix: str = DEFAULT_PREFIX,
) -> None:
    """Write the image folder; `.mem` files and the Verilog header are always there.

    Args:
        path: the folder; replaced if hwsim wrote an image there, refused if it holds anything
            else.
        image: the integers.
        formats: names of FORMATS, written besides `.mem`.
        provenance: JSON-ready notes on where the image came from, kept in the manifest; None
            for the image's own.
        prefix: begins every name that the C headers define, and in upper case every macro of
            theirs and of the Verilog header; give images that meet in one program or design
            different ones.

    Raises:
        InputError: an unknown format, a prefix that begins no legal name, or the folder cannot be
            written.
    """
    path = Path(path)
    check_formats(formats)
    check_prefix(prefix)
    chosen_formats = encoders(prefix)
    shapes, rows = memory_shapes(image.parameters), image.memory_rows()
    memories: dict[str, dict[str, Any]] = {}
    others: list[dict[str, Any]] = []
    # The header's name marks the folder as ours: many a project has a manifest.json.
    with replace_folder(path, header.FILE) as folder:
        for name, shape in shapes.items():
            for chosen in dict.fromkeys(["mem", *formats]):
                suffix, encode = chosen_formats[chosen]
                content = encode(name, shape, rows[name])
                file = name + suffix
                (folder / file).write_bytes(content)
                digest = hashlib.sha256(content).hexdigest()
                if chosen == "mem":
                    memories[name] = {
                        "file": file,
                        "width": shape.width,
                        "depth": shape.depth,
                        "sha256": digest,
                    }
                else:
                    others.append(
                        {"memory": name, "format": chosen, "file": file, "sha256": digest}
                    )
        (folder / header.FILE).write_bytes(header.encode(image.parameters, prefix).encode())
        manifest = {
            "format_version": FORMAT_VERSION,
            **image.parameters.to_dict(),
            "gamma": image.gamma,
            "memories": memories,
            "other_formats": others,
            "provenance": image.provenance if provenance is None else provenance,
        }
        if prefix != DEFAULT_PREFIX:
            manifest["prefix"] = prefix
        (folder / MANIFEST).write_bytes((json.dumps(manifest, indent=2) + "\n").encode())


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of the image folder `path`.

    Raises:
        InputError: there is none, it is not JSON, or a newer hwsim wrote it.
    """
    file = path / MANIFEST
    try:
        manifest = json.loads(file.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path} is no image: cannot read {MANIFEST} ({error.strerror}); "
            "make one with hwsim export"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is not JSON: {error}; export the image again") from error
    if not isinstance(manifest, dict):
        raise InputError(f"{file} is not a JSON object; export the image again")
    version = manifest.get("format_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise InputError(f"{file}: format_version is {version!r}; it must be {FORMAT_VERSION}")
    if version > FORMAT_VERSION:
        raise InputError(
            f"{file}: format_version is {version}; this hwsim reads up to {FORMAT_VERSION}; "
            "update hwsim"
        )
    return manifest


def image_design(path: Path) -> dict[str, Any]:
    """`{"design": its choices}` of an image folder whose provenance holds them, else `{}`.

    Raises:
        InputError: as `read_manifest`.
    """
    provenance = read_manifest(path).get("provenance")
    design = provenance.get("design") if isinstance(provenance, dict) else None
    return {"design": design} if isinstance(design, dict) else {}


def manifest_parameters(path: Path, manifest: dict[str, Any]) -> Parameters:
    """The parameters in a manifest; errors name the file."""
    try:
        return Parameters.from_dict(manifest)
    except InputError as error:
        raise InputError(f"{path / MANIFEST}: {error}") from error


def load_image(path: str | Path) -> Image:
    """Read an image folder back, verifying sizes, hashes and ranges.

    Raises:
        InputError: a file is missing, short, long, altered, not hexadecimal, or out of range.
    """
    path = Path(path)
    manifest = read_manifest(path)
    parameters = manifest_parameters(path, manifest)
    rows = {
        name: _read_memory(path, manifest, name, shape)
        for name, shape in memory_shapes(parameters).items()
    }
    for name in manifest["memories"]:
        if name not in rows:
            raise InputError(
                f"{path / MANIFEST}: memories.{name} is no memory of these parameters, which are "
                f"{', '.join(rows)}; export the image again"
            )
    gamma = manifest.get("gamma")
    if isinstance(gamma, bool) or not isinstance(gamma, int | float) or not 0 < gamma <= LARGEST:
        raise InputError(f"{path / MANIFEST}: gamma is {gamma!r}; it must be a positive number")
    try:
        image = Image.from_memory_rows(parameters, rows, float(gamma), manifest.get("provenance"))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    for name, packed in image.memory_rows().items():
        stray = np.flatnonzero((packed != rows[name]).any(axis=1))
        if len(stray):
            raise InputError(
                f"{path}: {name} word {int(stray[0])} has unused lanes that are not 0; "
                "export the image again"
            )
    return image


def _read_memory(
    path: Path, manifest: dict[str, Any], name: str, shape: MemoryShape
) -> npt.NDArray[np.uint8]:
    memories = manifest.get("memories")
    entry = memories.get(name) if isinstance(memories, dict) else None
    if not isinstance(entry, dict) or not {"file", "width", "depth", "sha256"} <= entry.keys():
        raise InputError(
            f"{path / MANIFEST}: memories.{name} must hold file, width, depth and sha256"
        )
    for quantity, expected in (("width", shape.width), ("depth", shape.depth)):
        if entry[quantity] != expected:
            raise InputError(
                f"{path / MANIFEST}: memories.{name}.{quantity} is {entry[quantity]!r}, "
                f"the parameters ask for {expected}"
            )
    file = entry["file"]
    if not isinstance(file, str) or Path(file).name != file or "\0" in file:
        raise InputError(
            f"{path / MANIFEST}: memories.{name}.file is {file!r}; it must be a name in the folder"
        )
    try:
        content = (path / file).read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read {path / file}: {error.strerror}; export the image again"
        ) from error
    rows = mem.decode(content, shape, str(path / file))
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise InputError(
            f"{path / file} was altered: its SHA-256 is not the manifest's; export the image again"
        )
    return rows
