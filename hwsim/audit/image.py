"""An image: manifest, memories, and what is made of them, the header and other formats."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import UNSET

from hwsim.audit.compare import by_hash, content_of, first_difference, written_content
from hwsim.audit.findings import Difference, Findings
from hwsim.audit.places import place_in
from hwsim.compress.kernel_lut import kernel_lut
from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export import header
from hwsim.export.edited import SEAL, edited_keys, former_manifest
from hwsim.export.folder import image_of
from hwsim.export.formats import FORMATS, encoders, mem
from hwsim.export.manifest import (
    MANIFEST,
    Manifest,
    checked_manifest,
    manifest_bytes,
    manifest_parameters,
    parse_manifest,
)
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.files import Seal, seal_of
from hwsim.files.listing import Listing
from hwsim.hardware import layout
from hwsim.hardware.layout import MemoryShape, memory_shapes, roms
from hwsim.hardware.verify import sampled, verify

Rows = npt.NDArray[np.uint8]


def check_image(folder: Path, listing: Listing | None, findings: Findings) -> None:
    """Compare every file of an image with its hash, and with what the others say it must be."""
    findings.files[MANIFEST] = None
    try:
        raw = _written_manifest(folder, listing, findings)
        parameters = manifest_parameters(folder, raw)
        manifest = checked_manifest(folder, raw)
    except InputError as error:
        findings.add(Difference(MANIFEST, str(error)))
        return
    rows = _check_memories(folder, parameters, manifest, findings)
    _check_derived(folder, parameters, manifest, rows, findings)
    if findings.differences:
        return
    try:
        image = image_of(folder, raw)
    except InputError as error:
        findings.add(Difference(MANIFEST, str(error)))
        return
    for wrong in verify(image):
        file = MANIFEST if wrong.word is None else _file_of(manifest, wrong.name)
        findings.add(Difference(file, str(wrong)))
    if words := sampled(parameters):
        findings.notes.append(words)
    if image.gamma is None:
        return
    table = kernel_lut(parameters.neurons, image.gamma, parameters.kernel_bits)
    if not np.array_equal(table, image.kernel_lut):
        findings.notes.append(
            f"the kernel table is not that of gamma {image.gamma:g}: somebody's own, for gamma is "
            "a note and no recall reads it"
        )


def _file_of(manifest: Manifest, memory: str) -> str:
    """The name of a memory's file."""
    return str(getattr(manifest.memories, memory).file)


def _written_manifest(folder: Path, listing: Listing | None, findings: Findings) -> dict[str, Any]:
    """The manifest, as it was written where that can be found out, else as it is."""
    content = manifest_bytes(folder)
    listed = None if listing is None else listing.files.get(MANIFEST)
    changed = listed is not None and hashlib.sha256(content).hexdigest() != listed
    if changed and listed is not None and (written := written_content(content, listed)) is not None:
        difference = first_difference(MANIFEST, content, written)
        assert difference is not None
        findings.add(difference)
        return dict(json.loads(written))
    raw = parse_manifest(folder)
    seal = seal_of(raw, SEAL)
    if seal is Seal.BROKEN or (seal is Seal.ABSENT and changed):
        keys = ", ".join(edited_keys(folder, raw)) or "something in it"
        findings.add(Difference(MANIFEST, f"it was edited: {keys} does not fit its {SEAL}"))
        return former_manifest(folder, raw) or raw
    if seal is Seal.ABSENT:
        findings.notes.append(
            f"{MANIFEST} has no {SEAL}, so an edit of it goes unseen; --reseal adds it"
        )
    return raw


def _check_memories(
    folder: Path, parameters: Parameters, manifest: Manifest, findings: Findings
) -> dict[str, Rows]:
    """The words of each memory whose file is as it was written."""
    whole: dict[str, Rows] = {}
    for name, shape in memory_shapes(parameters).items():
        entry = getattr(manifest.memories, name)
        if entry is UNSET:
            findings.add(Difference(MANIFEST, f"memories.{name} is missing"))
            continue
        content = _read(folder, entry.file, findings)
        if content is None:
            continue
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            place = place_in(name, mem.encode, shape, parameters)
            difference = by_hash(entry.file, content, entry.sha256, place)
            for written in _former(folder, name, shape, parameters, manifest):
                if hashlib.sha256(written).hexdigest() == entry.sha256:
                    difference = first_difference(entry.file, content, written, place)
            assert difference is not None
            findings.add(difference)
            continue
        try:
            whole[name] = mem.decode(content, shape, entry.file)
        except InputError as error:
            findings.add(Difference(entry.file, str(error)))
    return whole


def _former(
    folder: Path, name: str, shape: MemoryShape, parameters: Parameters, manifest: Manifest
) -> list[bytes]:
    """What a memory's file may have held, from elsewhere: gamma, or another format's words."""
    former: list[Rows] = []
    texts: list[bytes] = []
    line = re.compile(rb"^(?:[0-9a-f]+ : )?([0-9a-f]{%d})[,;]$" % mem.hex_digits(shape.width), re.M)
    if name == "kernel_lut" and manifest.gamma is not None:
        table = kernel_lut(parameters.neurons, manifest.gamma, parameters.kernel_bits)
        former.append(layout.pack_integers(parameters.kernel_bits, table))
    for other in manifest.other_formats:
        if other.memory != name or not (folder / other.file).is_file():
            continue
        content = content_of(folder / other.file)
        if other.format == "bin" and len(content) == shape.depth * shape.row_bytes:
            former.append(np.frombuffer(content, np.uint8).reshape(shape.depth, -1))
        elif other.format in ("coe", "mif"):
            texts.append(b"".join(word + b"\n" for word in line.findall(content)))
    return [*texts, *(mem.encode(name, shape, rows) for rows in former)]


def _check_derived(
    folder: Path,
    parameters: Parameters,
    manifest: Manifest,
    rows: Mapping[str, Rows],
    findings: Findings,
) -> None:
    """The header and the other formats against what they are made of."""
    prefix = DEFAULT_PREFIX if manifest.prefix is UNSET else str(manifest.prefix)
    written = header.encode(parameters, prefix, manifest.format_version).encode()
    if manifest.header is not UNSET:
        content = _read(folder, manifest.header.file, findings)
        _compare(manifest.header.file, content, written, findings)
    elif (folder / header.FILE).is_file():
        content = _read(folder, header.FILE, findings)
        _compare(header.FILE, content, written, findings)
    units, formats = roms(parameters), encoders(prefix)
    for other in manifest.other_formats:
        if other.memory not in units or other.format not in FORMATS:
            findings.add(
                Difference(MANIFEST, f"{other.file} is of no memory or format that hwsim knows")
            )
            continue
        content = _read(folder, other.file, findings)
        if content is None:
            continue
        rom, encode = units[other.memory], formats[other.format][1]
        place = place_in(rom.memory, encode, rom.shape, parameters, rom.words.start)
        if rom.memory not in rows:  # its .mem is damaged, so the hash alone can tell
            difference = by_hash(other.file, content, other.sha256, place)
        else:
            made = encode(other.memory, rom.shape, rows[rom.memory][rom.words])
            difference = first_difference(other.file, content, made, place)
        if difference is not None:
            findings.add(difference)


def _compare(file: str, content: bytes | None, written: bytes, findings: Findings) -> None:
    if content is None:
        return
    difference = first_difference(file, content, written)
    if difference is not None:
        findings.add(difference)


def _read(folder: Path, file: str, findings: Findings) -> bytes | None:
    findings.files[file] = None
    try:
        return content_of(folder / file)
    except OSError as error:
        findings.add(Difference(file, f"it cannot be read: {error.strerror}"))
        return None
