"""All hashes of a folder made anew, after an edit that was meant; its content must be sound.

Nothing is written before all of it is found sound. What follows from other files (header, other
formats, tables) must agree with them, or be deleted first: nobody's edit is overwritten.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from hwsim.audit.compare import content_of, difference_of
from hwsim.audit.findings import Findings
from hwsim.audit.kinds import LISTED_ALONE, WITHIN, kind_of, own_files
from hwsim.audit.tables import check_study, check_tables
from hwsim.audit.vectors import difference_of_recalls, find_image, recomputed
from hwsim.audit.words import sha256_of
from hwsim.errors import InputError
from hwsim.explore.sweep.journal import NAME as JOURNAL
from hwsim.explore.sweep.journal import row_of
from hwsim.export import header
from hwsim.export.edited import SEAL
from hwsim.export.folder import check_derived, image_of
from hwsim.export.formats import ALL_FORMATS, streams
from hwsim.export.formats.streams import Stream
from hwsim.export.manifest import (
    MANIFEST,
    checked_manifest,
    encode_manifest,
    parse_manifest,
    protection_of,
)
from hwsim.export.names import DEFAULT_PREFIX, check_prefix
from hwsim.export.vectors import (
    VECTORS,
    WORDS,
    encode_vectors,
    image_digest,
    parse_vectors,
    vectors_of,
)
from hwsim.files import LISTING, file_sha256, sealed, staged_file, write_file
from hwsim.files.listing import Listing, read_listing
from hwsim.hardware.image import Image
from hwsim.hardware.layout import Rom, roms

Content = Callable[[], Iterable[bytes]]  # in pieces, made when they are asked for
Files = dict[str, Content]  # name to the content that it will have


def reseal(folder: Path, image: Path | None = None) -> list[str]:
    """Make every hash in a folder anew, and its listing.

    Args:
        folder: any that hwsim wrote, of an earlier version too.
        image: of golden vectors; None to look for it beside them.

    Returns:
        The names of the files that were written.

    Raises:
        InputError: it is no folder of hwsim's, or its content is not sound.
    """
    kind = kind_of(folder)
    if image is not None and kind != "vectors":
        raise InputError(f"an image is given, and {folder} holds {kind}; it belongs to vectors")
    if kind in LISTED_ALONE:
        raise InputError(
            f"{folder} holds a {kind}, all of which follows from an image; write it again with "
            f"{LISTED_ALONE[kind]}"
        )
    if kind == "demo":
        within = [name for name in WITHIN if (folder / name).is_dir()]
        written = [f"{name}/{file}" for name in within for file in _reseal_within(folder, name)]
        return [*written, *_write(folder, kind, {})]
    return _write(folder, kind, _sealed_files(folder, kind, image))


def _reseal_within(demo: Path, name: str) -> list[str]:
    return reseal(demo / name, demo / "image" if name == "vectors" else None)


def _sealed_files(folder: Path, kind: str, image: Path | None) -> Files:
    if kind == "image":
        return _image(folder)
    if kind == "vectors":
        return _vectors(folder, image)
    if kind == "sweep":
        return _sweep(folder)
    findings = Findings()
    if kind == "experiments":
        check_study(folder, findings)
    _refuse(folder, findings)
    return {}


def _write(folder: Path, kind: str, files: Files) -> list[str]:
    """Write what changed, and the listing of hwsim's own files."""
    changed = [name for name, content in files.items() if not _holds(folder / name, content)]
    for name in changed:
        with staged_file(folder / name) as temporary, temporary.open("wb") as stream:
            stream.writelines(files[name]())
    listing = read_listing(folder)
    before = [] if listing is None else [n for n in listing.files if (folder / n).is_file()]
    names = sorted({*own_files(folder, kind), *before})
    whole = Listing(kind, {name: file_sha256(folder / name) for name in names}).encode()
    if not (folder / LISTING).is_file() or content_of(folder / LISTING) != whole:
        write_file(folder / LISTING, whole)
        changed.append(LISTING)
    return changed


def _holds(file: Path, content: Content) -> bool:
    return file.is_file() and difference_of(file, content()) is None


def _refuse(folder: Path, findings: Findings) -> None:
    for name, found in findings.differences.items():
        raise InputError(
            f"cannot seal {folder}: {found}; delete {name} and make it anew, or mend it"
        )


def _image(folder: Path) -> Files:
    """The manifest with all hashes, and header and other formats where they were deleted."""
    raw = parse_manifest(folder)
    checked = checked_manifest(folder, raw)
    memories = {
        name: {**entry, "sha256": _sha256(folder, entry["file"])}
        for name, entry in raw["memories"].items()
    }
    image = image_of(folder, {**raw, "memories": memories})
    check_derived(folder, image)
    prefix = str(raw.get("prefix", DEFAULT_PREFIX))
    check_prefix(prefix)
    units, formats = roms(image.parameters), streams(prefix)
    macros = header.encode(
        image.parameters, prefix, checked.format_version, protection_of(checked)
    ).encode()
    derived: Files = {header.FILE: _whole(macros)}
    for other in checked.other_formats:
        if other.memory not in units or other.format not in ALL_FORMATS:
            raise InputError(
                f"cannot seal {folder}: {other.file} is of no memory or format that hwsim knows; "
                f"take it out of {MANIFEST}"
            )
        stream = formats[other.format][1]
        derived[other.file] = partial(_stream_of, image, other.memory, units[other.memory], stream)
    for name, content in derived.items():
        if (folder / name).is_file() and not _holds(folder / name, content):
            raise InputError(
                f"cannot seal {folder}: {name} is not what {MANIFEST} and the .mem files say; "
                "delete it, and --reseal writes it anew"
            )
    missing = {name: content for name, content in derived.items() if not (folder / name).is_file()}
    hashes = {
        name: sha256_of(content()) if name in missing else file_sha256(folder / name)
        for name, content in derived.items()
    }
    tail = ("other_formats", "header", "provenance", "prefix", "protection", SEAL)
    manifest: dict[str, Any] = {key: value for key, value in raw.items() if key not in tail}
    manifest["memories"] = memories
    manifest["other_formats"] = [
        {**entry, "sha256": hashes[entry["file"]]} for entry in raw.get("other_formats", [])
    ]
    manifest["header"] = {"file": header.FILE, "sha256": hashes[header.FILE]}
    kept = ("provenance", "prefix", "protection")
    manifest |= {key: raw[key] for key in kept if key in raw}
    return {**missing, MANIFEST: _whole(encode_manifest(manifest))}


def _stream_of(image: Image, name: str, rom: Rom, stream: Stream) -> Iterator[bytes]:
    """A memory of an image, or an engine's share of it, in a format."""
    return stream(name, rom.shape, image.memory_blocks(rom.memory, rom.words))


def _whole(content: bytes) -> Content:
    return lambda: [content]


def _vectors(folder: Path, image: Path | None) -> Files:
    """The document with all hashes, after every recall was computed anew."""
    document = parse_vectors(folder)
    source = find_image(folder, vectors_of(folder, document)) if image is None else image
    if source is None:
        raise InputError(
            f"cannot seal {folder}: its image is not beside it; name the image with --image"
        )
    document["image_sha256"] = image_digest(source)
    document["sha256"] = {name: _sha256(folder, name) for name in WORDS}
    anew = recomputed(folder, source, document)
    for name in WORDS:
        if content_of(folder / name) != anew[name]:
            raise InputError(
                f"cannot seal {folder}: {name} is not what {source} answers to the queries; make "
                "the vectors again"
            )
    if (difference := difference_of_recalls(document, anew[VECTORS])) is not None:
        raise InputError(f"cannot seal {folder}: {difference}; make the vectors again")
    return {VECTORS: _whole(encode_vectors(document))}


def _sweep(folder: Path) -> Files:
    """The journal with a hash in every line."""
    lines, rows = [], []
    for number, line in enumerate(io.BytesIO(content_of(folder / JOURNAL)), start=1):
        if line.endswith(b"\n"):
            where = f"{folder / JOURNAL}, line {number}"
            try:
                line = json.dumps(sealed(json.loads(line), "sha256")).encode() + b"\n"
            except (ValueError, TypeError, RecursionError) as error:
                raise InputError(f"{where} is no finished point; delete the line") from error
            rows.append(row_of(line, where)[0])
        lines.append(line)
    findings = Findings()
    check_tables(folder, rows, findings)
    _refuse(folder, findings)
    return {JOURNAL: lambda: lines}


def _sha256(folder: Path, name: str) -> str:
    try:
        return file_sha256(folder / name)
    except OSError as error:
        raise InputError(f"cannot seal {folder}: {name}: {error.strerror}") from error
