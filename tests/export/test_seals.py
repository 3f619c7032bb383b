"""Edits of a manifest or of golden vectors: refused, and the key named where it can be known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hwsim.errors import HwsimWarning, InputError
from hwsim.export import vectors
from hwsim.export.folder import load_image, write_image
from hwsim.export.manifest import MANIFEST, encode_manifest, parse_manifest
from hwsim.files import LISTING
from hwsim.golden import make_vectors
from tests.export.folders import PARAMETERS, refused, sample
from tests.images import random_queries, same_image


def edit(file: Path, *path: str | int, value: object) -> None:
    """Put another value at a path, as somebody with an editor does."""
    document = json.loads(file.read_text())
    here = document
    for step in path[:-1]:
        here = here[step]
    assert here[path[-1]] != value
    here[path[-1]] = value
    file.write_text(json.dumps(document, indent=2))


KNOWN = {
    "neurons": 11,
    "patterns": 8,
    "weight_bits": 3,
    "plane_weights": [1, 3],
    "kernel_bits": 8,
    "lanes": 16,
    "offset_bits": 4,
    "offset_frac_bits": 0,
    "max_steps": 51,
    "kernel_origin": "absolute",
    "dataflow": "row",
    "shared_planes": [0],
    "radius_bits": 1,
    "winner_limit": 1,
    "coarse_words": 1,
    "reach": 1,
    "queries_in_flight": 4,
    "engines": 2,
}


@pytest.mark.parametrize("name", PARAMETERS.to_dict())
def test_an_edited_parameter_is_named(folder: Path, name: str) -> None:
    edit(folder / MANIFEST, name, value=KNOWN[name])
    assert refused(folder) == (
        f"{folder / MANIFEST} was edited since it was written: {name} does not fit its "
        f"manifest_sha256; export the image again, or seal an edit that was meant with hwsim check "
        f"{folder} --reseal"
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("memories", "weights", "sha256"), "0" * 64),
        (("memories", "weights", "width"), 16),
        (("memories", "patterns", "depth"), 9),
        (("memories", "patterns", "file"), "weights.mem"),
    ],
    ids=str,
)
def test_an_edited_memory_is_named(folder: Path, path: tuple[str, ...], value: object) -> None:
    edit(folder / MANIFEST, *path, value=value)
    assert f" was edited since it was written: memories.{path[1]} does not fit" in refused(folder)


def test_two_edits_are_both_named(folder: Path) -> None:
    edit(folder / MANIFEST, "max_steps", value=7)
    edit(folder / MANIFEST, "kernel_origin", value="absolute")
    assert ": max_steps, kernel_origin does not fit" in refused(folder)


def test_files_swapped_between_memories(folder: Path) -> None:
    manifest = parse_manifest(folder)
    files = {name: entry["file"] for name, entry in manifest["memories"].items()}
    edit(folder / MANIFEST, "memories", "patterns", "file", value=files["weights"])
    edit(folder / MANIFEST, "memories", "weights", "file", value=files["patterns"])
    assert ": memories.patterns, memories.weights does not fit" in refused(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gamma", 0.5),
        ("provenance", {"seed": 1}),
        ("other_formats", [1]),
        ("header", None),
        ("manifest_sha256", "0" * 64),
    ],
)
def test_any_other_edit_is_refused(folder: Path, key: str, value: object) -> None:
    edit(folder / MANIFEST, key, value=value)
    assert ": something in it does not fit its manifest_sha256; " in refused(folder)


def test_every_key_is_covered(folder: Path) -> None:
    manifest = parse_manifest(folder)
    keys = set(manifest) - {"format_version", "memories"}
    assert keys <= {*KNOWN, "gamma", "provenance", "other_formats", "header", "manifest_sha256"}
    for key in keys - {"manifest_sha256"}:
        (folder / MANIFEST).write_text(json.dumps({k: v for k, v in manifest.items() if k != key}))
        assert "was edited" in refused(folder)


def test_layout_is_no_edit(folder: Path) -> None:
    manifest = dict(sorted(parse_manifest(folder).items(), reverse=True))
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=7, ensure_ascii=False))
    assert same_image(load_image(folder), sample())


def test_a_seal_taken_off_is_seen_by_the_listing(folder: Path) -> None:
    manifest = parse_manifest(folder)
    del manifest["manifest_sha256"]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert "was edited since it was written" in refused(folder)


def test_an_image_without_a_seal_loads_with_one_note(folder: Path) -> None:
    manifest = parse_manifest(folder)
    del manifest["manifest_sha256"]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / LISTING).unlink()
    with pytest.warns(HwsimWarning) as notes:
        assert same_image(load_image(folder), sample())
    assert [str(note.message) for note in notes] == [
        f"{folder / MANIFEST} has no manifest_sha256, so an edit of it goes unseen; "
        f"hwsim check {folder} --reseal adds it"
    ]


@pytest.mark.parametrize("provenance", [{1: (2, 3), 10: None, 9: 1}, "über", [0.1, 1e300, -0.0]])
def test_provenance_is_sealed_as_json_gives_it_back(tmp_path: Path, provenance: Any) -> None:
    write_image(tmp_path / "image", sample(), provenance=provenance)
    load_image(tmp_path / "image")
    manifest = parse_manifest(tmp_path / "image")
    assert encode_manifest(manifest) == (tmp_path / "image" / MANIFEST).read_bytes()


@pytest.mark.parametrize("provenance", [float("nan"), {"x": object()}, {(1, 2): 3}])
def test_provenance_that_is_no_json_is_refused(tmp_path: Path, provenance: Any) -> None:
    with pytest.raises(InputError, match=r"^cannot write as JSON: .*; give text, finite numbers"):
        write_image(tmp_path / "image", sample(), provenance=provenance)
    assert not (tmp_path / "image").exists()


# GOLDEN VECTORS --------------------------------------------------------------------------------


@pytest.fixture
def golden(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "vectors"
    make_vectors(folder, random_queries(PARAMETERS, 3, np.random.default_rng(0)), path)
    return path


def refused_vectors(path: Path, image: Path) -> str:
    with pytest.raises(InputError) as caught:
        vectors.check_vectors(path, image)
    return str(caught.value)


@pytest.mark.parametrize("name", vectors.WORDS)
def test_a_changed_word_is_refused_before_the_engine_is_blamed(
    folder: Path, golden: Path, name: str
) -> None:
    text = (golden / name).read_text()
    (golden / name).write_text(("1" if text[0] == "0" else "0") + text[1:])
    assert refused_vectors(golden, folder) == (
        f"{golden / name} was altered: its SHA-256 is not that in vectors.json; "
        "make the vectors again"
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("recalls", 0, "steps"), 9),
        (("recalls", 1, "miss"), True),
        (("recalls", 2, "counters", "lut_reads"), 1),
        (("parameters", "max_steps"), 3),
        (("provenance",), None),
        (("image_sha256",), "0" * 64),
        (("sha256", "states.mem"), "0" * 64),
        (("vectors_sha256",), "0" * 64),
    ],
    ids=str,
)
def test_edited_vectors_are_refused(
    folder: Path, golden: Path, path: tuple[str | int, ...], value: object
) -> None:
    edit(golden / vectors.VECTORS, *path, value=value)
    assert re.search(
        r"was edited since it was written: .* its vectors_sha256; make the vectors again, or seal "
        r"an edit that was meant with hwsim check .*vectors --reseal$",
        refused_vectors(golden, folder),
    )


def test_vectors_without_hashes_are_taken_with_a_note(folder: Path, golden: Path) -> None:
    document = json.loads((golden / vectors.VECTORS).read_text())
    del document["sha256"], document["vectors_sha256"]
    (golden / vectors.VECTORS).write_text(json.dumps(document))
    assert "was edited" in refused_vectors(golden, folder)  # the listing knows better
    (golden / LISTING).unlink()
    with pytest.warns(HwsimWarning, match="has no vectors_sha256"):
        assert len(vectors.check_vectors(golden, folder).recalls) == 3
