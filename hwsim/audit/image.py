"""An image: manifest, memories, and what is made of them, the header and other formats."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import UNSET

from hwsim.audit.compare import (
    Place,
    difference_of,
    file_by_hash,
    first_difference,
    written_content,
)
from hwsim.audit.findings import Difference, Findings
from hwsim.audit.places import place_in
from hwsim.audit.words import former_files, memory_words, sha256_of
from hwsim.compress.kernel_lut import kernel_lut
from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export import header
from hwsim.export.edited import SEAL, edited_keys, former_manifest
from hwsim.export.folder import image_of
from hwsim.export.formats import ALL_FORMATS, mem, streams
from hwsim.export.manifest import (
    MANIFEST,
    Manifest,
    checked_manifest,
    manifest_bytes,
    manifest_parameters,
    parse_manifest,
    protection_of,
)
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.files import Seal, seal_of
from hwsim.files.listing import Listing
from hwsim.hardware.layout import memory_shapes, roms
from hwsim.hardware.verify import sampled, verify


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
    sound = _check_memories(folder, parameters, manifest, findings)
    _check_derived(folder, parameters, manifest, sound, findings)
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
) -> set[str]:
    """The names of the memories whose files are as they were written."""
    sound = set()
    for name in memory_shapes(parameters):
        entry = getattr(manifest.memories, name)
        if entry is UNSET:
            findings.add(Difference(MANIFEST, f"memories.{name} is missing"))
            continue
        find = partial(_memory_difference, folder, name, parameters, manifest, entry.sha256)
        if _note(entry.file, findings, find):
            sound.add(name)
    return sound


def _memory_difference(
    folder: Path, name: str, parameters: Parameters, manifest: Manifest, sha256: str, file: str
) -> Difference | None:
    """What is wrong with the file of a memory: its hash, or lines that are no words."""
    shape = memory_shapes(parameters)[name]
    size, most = (folder / file).stat().st_size, mem.most_bytes(shape)
    if size > most:  # nothing that is worth reading
        return Difference(file, f"it has {size} bytes, and {most} are the most possible")
    place = place_in(name, mem.stream, shape, parameters)
    difference = file_by_hash(folder, file, sha256, place)
    if difference is None:
        for _ in memory_words(folder, file, parameters, name):
            pass  # every word of it is one
        return None
    for written in former_files(folder, name, parameters, manifest):
        if sha256_of(written()) == sha256:
            difference = difference_of(folder / file, written(), place)
    return difference


def _check_derived(
    folder: Path,
    parameters: Parameters,
    manifest: Manifest,
    sound: set[str],
    findings: Findings,
) -> None:
    """The header and the other formats against what they are made of."""
    prefix = DEFAULT_PREFIX if manifest.prefix is UNSET else str(manifest.prefix)
    macros = header.encode(
        parameters, prefix, manifest.format_version, protection_of(manifest)
    ).encode()
    if manifest.header is not UNSET:
        _note(manifest.header.file, findings, lambda file: difference_of(folder / file, [macros]))
    elif (folder / header.FILE).is_file():
        _note(header.FILE, findings, lambda file: difference_of(folder / file, [macros]))
    units, formats = roms(parameters), streams(prefix)
    for other in manifest.other_formats:
        if other.memory not in units or other.format not in ALL_FORMATS:
            findings.add(
                Difference(MANIFEST, f"{other.file} is of no memory or format that hwsim knows")
            )
            continue
        rom, stream = units[other.memory], formats[other.format][1]
        place = place_in(rom.memory, stream, rom.shape, parameters, rom.words.start)
        if rom.memory not in sound:  # its .mem is damaged, so the hash alone can tell
            find = partial(file_by_hash, folder, sha256=other.sha256, place=place)
        else:
            source = getattr(manifest.memories, rom.memory).file
            words = memory_words(folder, source, parameters, rom.memory, rom.words)
            made = stream(other.memory, rom.shape, words)
            find = partial(_difference_in, folder, made, place)
        _note(other.file, findings, find)


def _difference_in(
    folder: Path, made: Iterable[bytes], place: Place, file: str
) -> Difference | None:
    return difference_of(folder / file, made, place)


def _note(file: str, findings: Findings, find: Callable[[str], Difference | None]) -> bool:
    """Keep what is found of a file, also that it cannot be read; whether nothing is."""
    findings.files[file] = None
    try:
        difference = find(file)
    except OSError as error:
        difference = Difference(file, f"it cannot be read: {error.strerror}")
    except InputError as error:
        difference = Difference(file, str(error))
    if difference is not None:
        findings.add(difference)
    return difference is None
