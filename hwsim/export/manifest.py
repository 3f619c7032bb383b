"""`manifest.json` of an image folder: what it holds, and reading it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hwsim.config import Parameters
from hwsim.config.schema import parameters_schema
from hwsim.errors import InputError
from hwsim.export.edited import SEAL, edited_keys
from hwsim.export.seal import Digest, SelfDigest, check_seal
from hwsim.export.versions import RESERVED, check_reserved, check_version, version_rules
from hwsim.files import file_sha256, sealed
from hwsim.files.reading import LARGEST_MANIFEST
from hwsim.json_files import parse_json, read_document
from hwsim.schema import MUST_BE, Positive, json_schema, read

MANIFEST: Final = "manifest.json"
REMEDY: Final = "export the image again"

FileName = Annotated[
    str,
    Meta(
        pattern=r"^(?!\.{1,2}$)[^/\x00]+$",
        description="A file in the folder.",
        extra_json_schema={MUST_BE: "a name in the folder"},
    ),
]


class MemoryFile(Struct, frozen=True):
    """One memory's words, in `$readmemh` form."""

    file: FileName
    width: Annotated[int, Meta(ge=1, description="Bits of a word.")]
    depth: Annotated[int, Meta(ge=1, description="Words.")]
    sha256: Digest


class MemoryFiles(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The image's memories, by name; which ones it has, its parameters tell."""

    patterns: MemoryFile
    weights: MemoryFile | UnsetType = UNSET
    kernel_lut: MemoryFile
    offsets: MemoryFile | UnsetType = UNSET
    radius: MemoryFile | UnsetType = UNSET
    scales: MemoryFile | UnsetType = UNSET


class OtherFile(Struct, frozen=True):
    """A memory once more, in a vendor's format."""

    memory: str
    format: str
    file: FileName
    sha256: Digest


class HeaderFile(Struct, frozen=True):
    """The Verilog header."""

    file: FileName
    sha256: Digest


class Manifest(Struct, frozen=True):
    """All of a manifest but the datapath's parameters, which stand beside and check themselves."""

    format_version: Annotated[int, Meta(ge=1, description="1 or 2.")]
    gamma: Annotated[
        Positive | None,
        Meta(description="The Gaussian kernel's width, provenance only; null for another kernel."),
    ]
    memories: MemoryFiles
    other_formats: list[OtherFile] = []
    header: HeaderFile | UnsetType = UNSET
    provenance: Any = None
    protection: (
        Annotated[
            Literal["parity", "secded"],
            Meta(
                description="The engine's memories have check bits: its ROMs, files of this format."
            ),
        ]
        | UnsetType
    ) = UNSET
    prefix: Annotated[str, Meta(description="Begins the names in the headers.")] | UnsetType = UNSET
    manifest_sha256: SelfDigest | UnsetType = UNSET


def protection_of(manifest: Manifest) -> str:
    """Of the engine's memories: `none`, `parity` or `secded`."""
    return "none" if manifest.protection is UNSET else str(manifest.protection)


def stated_protection(manifest: Mapping[str, Any]) -> str:
    """The same of a manifest as JSON gives it."""
    return str(manifest.get("protection", "none"))


def engine_form(manifest: Mapping[str, Any]) -> str:
    """The format of the files that the engine's ROMs take."""
    protection = stated_protection(manifest)
    return "mem" if protection == "none" else protection


def manifest_bytes(path: Path) -> bytes:
    """The file `manifest.json` of the image folder `path`.

    Raises:
        InputError: there is none.
    """
    return read_document(
        path / MANIFEST, LARGEST_MANIFEST, f"{path} is no image", "make one with hwsim export"
    )


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of the image folder `path`, as JSON gives it, and under its own hash.

    Warns:
        HwsimWarning: it carries no hash of itself, as those of hwsim before 0.2.

    Raises:
        InputError: there is none, it is not JSON, a newer hwsim wrote it, or it was edited.
    """
    manifest = parse_manifest(path)
    check_seal(path / MANIFEST, manifest, SEAL, REMEDY, lambda: edited_keys(path, manifest))
    return manifest


def parse_manifest(path: Path) -> dict[str, Any]:
    """As `read_manifest`, whether or not it was edited."""
    file = path / MANIFEST
    manifest = parse_json(manifest_bytes(path), file, REMEDY)
    if check_version(file, manifest, REMEDY) > 1:
        check_reserved(file, manifest)
    return manifest


def encode_manifest(manifest: Mapping[str, Any]) -> bytes:
    """The file's content, its hash of itself added or made anew.

    Raises:
        InputError: provenance is no JSON.
    """
    return (json.dumps(sealed(manifest, SEAL), indent=2) + "\n").encode()


def manifest_parameters(path: Path, manifest: dict[str, Any]) -> Parameters:
    """The parameters in a manifest; errors name the file."""
    try:
        return Parameters.from_dict(manifest, manifest["format_version"])
    except InputError as error:
        raise InputError(f"{path / MANIFEST}: {error}") from error


def checked_manifest(path: Path, manifest: dict[str, Any]) -> Manifest:
    """The rest of a manifest; errors name the file."""
    try:
        return read(Manifest, manifest, remedy=REMEDY)
    except InputError as error:
        raise InputError(f"{path / MANIFEST}: {error}") from error


def rom_file(path: Path, manifest: Mapping[str, Any], name: str, form: str = "mem") -> str:
    """The file of one of the engine's ROMs (`hwsim.hardware.layout.roms`), unaltered.

    Args:
        path: the image.
        manifest: its own.
        name: of the ROM.
        form: the file's format, `mem`, `bin` or that of its protection.

    Raises:
        InputError: there is none, or it is not as it was written.
    """
    if form == "mem" and name in manifest["memories"]:
        return str(manifest["memories"][name]["file"])
    for other in manifest.get("other_formats", ()):
        if (other["memory"], other["format"]) == (name, form):
            file = path / other["file"]
            if not file.is_file():
                raise InputError(f"{file} is missing; {REMEDY}")
            if file_sha256(file) != other["sha256"]:
                raise InputError(f"{file} was altered: its SHA-256 is not the manifest's; {REMEDY}")
            return str(file.name)
    what = {"mem": "an engine's share of a memory", "bin": "its external memory's bytes"}
    told = what.get(form, f"its words with check bits of {form}")
    raise InputError(f"{path} has no {name}.{form}, {told}; {REMEDY}")


def manifest_schema() -> dict[str, Any]:
    """JSON Schema of `manifest.json`."""
    reserved = {"properties": dict.fromkeys(RESERVED, False)}
    return {
        **json_schema(Manifest),
        "allOf": [parameters_schema(), reserved, *version_rules()],
    }
