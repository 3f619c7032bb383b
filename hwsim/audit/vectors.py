"""Golden vectors: their hashes, and every recall computed anew from image and queries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hwsim.audit.compare import content_of, file_by_hash, first_difference, written_content
from hwsim.audit.findings import Difference, Findings
from hwsim.audit.places import place_in
from hwsim.cost.cycles import engine_cycles, recall_bound
from hwsim.errors import InputError
from hwsim.export.folder import image_of
from hwsim.export.formats import mem
from hwsim.export.manifest import MANIFEST, parse_manifest
from hwsim.export.vectors import (
    SEAL,
    VECTORS,
    WORDS,
    Vectors,
    image_digest,
    parse_vectors,
    read_words,
    vectors_files,
    vectors_of,
    words_shape,
)
from hwsim.files import Seal, seal_of
from hwsim.files.listing import Listing
from hwsim.hardware import fast, layout
from hwsim.spins import spins_from_bits

_HASHES: Final = ("sha256", SEAL)


def check_vectors(
    folder: Path, listing: Listing | None, findings: Findings, image: Path | None
) -> None:
    """Compare golden vectors with their hashes, and with recalls on their image.

    Args:
        folder: theirs.
        listing: the folder's.
        findings: gets what is found.
        image: the folder of their image; None to look beside the vectors.
    """
    findings.files.update(dict.fromkeys((VECTORS, *WORDS)))
    try:
        document = _written_document(folder, listing, findings)
        vectors = vectors_of(folder, dict(document))
    except InputError as error:
        findings.add(Difference(VECTORS, str(error)))
        return
    for name in WORDS:
        _check_words(folder, name, vectors, findings)
    source = find_image(folder, vectors) if image is None else image
    if source is None:
        findings.notes.append(
            "nothing was computed anew: the image is not beside the vectors; name it with --image"
        )
        return
    if image_digest(source) != vectors.image_sha256:
        findings.add(Difference(VECTORS, f"it was made from another image than {source}"))
        return
    if WORDS[0] in findings.differences:
        return  # no queries to recall
    try:
        image_of(source, parse_manifest(source))
    except InputError as error:
        findings.notes.append(f"nothing was computed anew, for the image is not sound: {error}")
        return
    try:
        anew = recomputed(folder, source, document)
    except InputError as error:
        findings.add(Difference(VECTORS, str(error)))
        return
    for name in WORDS:
        place = _place(name, vectors)
        content = content_of(folder / name)
        if (found := first_difference(name, content, anew[name], place)) is not None:
            findings.explain(found)
    if (difference := difference_of_recalls(document, anew[VECTORS])) is not None:
        findings.explain(Difference(VECTORS, f"{difference}, by the model"))


def difference_of_recalls(document: Mapping[str, Any], anew: bytes) -> str | None:
    """The first value of a document that is not as computed anew, in words; hashes apart."""
    made = {key: value for key, value in json.loads(anew).items() if key not in _HASHES}
    kept = {key: document.get(key) for key in made}
    return None if kept == made else _first_path(kept, made)


def recomputed(folder: Path, image: Path, document: Mapping[str, Any]) -> dict[str, bytes]:
    """What `hwsim vectors` would write for the same image and queries.

    Raises:
        InputError: image or queries are not sound.
    """
    vectors = vectors_of(folder, dict(document))
    given = image_of(image, parse_manifest(image))
    p = given.parameters
    if vectors.engine_parameters() != p:
        raise InputError(f"{folder / VECTORS}: the parameters are not those of {image}")
    queries = spins_from_bits(layout.unpack_patterns(p, read_words(folder, WORDS[0], vectors)))
    recalls = fast.associate(given, queries) if p.outputs else fast.recall_in_flight(given, queries)
    return vectors_files(
        given,
        vectors.image_sha256,
        queries,
        recalls,
        engine_cycles(p, recalls.counts, len(queries)),
        recall_bound(recalls.counts, p.engines),
        vectors.provenance,
        vectors.format_version,
    )


def find_image(folder: Path, vectors: Vectors) -> Path | None:
    """The image that golden vectors were made from, above or beside their folder."""
    above = folder.resolve().parent
    beside = sorted(manifest.parent for manifest in above.glob(f"*/{MANIFEST}"))
    for candidate in (above, *beside):
        try:
            if image_digest(candidate) == vectors.image_sha256:
                return candidate
        except InputError:
            continue
    return None


def _written_document(
    folder: Path, listing: Listing | None, findings: Findings
) -> Mapping[str, Any]:
    """The document, as it was written where that can be found out, else as it is."""
    listed = None if listing is None else listing.files.get(VECTORS)
    file = folder / VECTORS
    if listed is not None and file.is_file():
        content = content_of(file)
        changed = hashlib.sha256(content).hexdigest() != listed
        if changed and (written := written_content(content, listed)) is not None:
            difference = first_difference(VECTORS, content, written)
            assert difference is not None
            findings.add(difference)
            return dict(json.loads(written))
    document = parse_vectors(folder)
    seal = seal_of(document, SEAL)
    if seal is Seal.BROKEN:
        findings.add(Difference(VECTORS, f"it was edited: it does not fit its {SEAL}"))
    elif seal is Seal.ABSENT:
        findings.notes.append(
            f"{VECTORS} has no {SEAL}, so an edit of it goes unseen; --reseal adds it"
        )
    return document


def _check_words(folder: Path, name: str, vectors: Vectors, findings: Findings) -> None:
    written = vectors.sha256.get(name)
    try:
        place = _place(name, vectors)
        found = None if written is None else file_by_hash(folder, name, written, place)
        if found is not None:
            findings.add(found)
        else:
            read_words(folder, name, vectors)
    except OSError as error:
        findings.add(Difference(name, f"it cannot be read: {error.strerror}"))
    except InputError as error:
        findings.add(Difference(name, str(error)))


def _place(name: str, vectors: Vectors) -> Any:
    parameters = vectors.engine_parameters()
    shape = words_shape(parameters, name, len(vectors.recalls))
    return place_in(name.removesuffix(".mem"), mem.stream, shape, parameters)


def _first_path(found: Any, made: Any, path: str = "") -> str:
    """The first value in which two documents differ, in words."""
    if isinstance(found, Mapping) and isinstance(made, Mapping):
        for key in made:
            if found.get(key) != made[key]:
                return _first_path(found.get(key), made[key], f"{path}.{key}".removeprefix("."))
    if isinstance(found, list) and isinstance(made, list) and len(found) == len(made):
        for index, (one, other) in enumerate(zip(found, made, strict=True)):
            if one != other:
                return _first_path(one, other, f"{path}[{index}]")
    return f"{path} is {found!r:.60}, not {made!r:.60}"
