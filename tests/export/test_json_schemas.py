"""The JSON Schemas of an image's manifest and of golden vectors accept what is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from hwsim.config import FORMAT_VERSION, OPTIONAL, SINCE_FORMAT_2, required_names
from hwsim.export.manifest import MANIFEST, manifest_schema
from hwsim.export.vectors import VECTORS, vectors_schema
from hwsim.export.versions import RESERVED
from hwsim.golden import make_vectors


def accepted(schema: dict[str, Any], document: Any) -> bool:
    Draft202012Validator.check_schema(schema)
    return bool(Draft202012Validator(schema).is_valid(document))


def test_the_schema_of_a_manifest_accepts_what_is_written(folder: Path) -> None:
    document = json.loads((folder / MANIFEST).read_text())
    assert accepted(manifest_schema(), document)
    for key in (*required_names(FORMAT_VERSION), "format_version", "gamma", "memories"):
        assert not accepted(manifest_schema(), {k: v for k, v in document.items() if k != key}), key
    for key in RESERVED:
        assert not accepted(manifest_schema(), document | {key: 1}), key
    assert accepted(manifest_schema(), {k: v for k, v in document.items() if k not in OPTIONAL})
    first = {k: v for k, v in document.items() if k not in SINCE_FORMAT_2} | {"format_version": 1}
    assert accepted(manifest_schema(), first)
    assert not accepted(manifest_schema(), first | {"reach": 0})
    for change in ({"gamma": 0}, {"lanes": 9}, {"neurons": 0}, {"plane_weights": [256]}):
        assert not accepted(manifest_schema(), document | change), change


def test_the_schema_of_vectors_accepts_what_is_written(folder: Path, tmp_path: Path) -> None:
    vectors = tmp_path / "vectors"
    make_vectors(folder, None, vectors, count=3)
    document = json.loads((vectors / VECTORS).read_text())
    assert accepted(vectors_schema(), document)
    for key in ("format_version", "image_sha256", "parameters", "recalls"):
        assert not accepted(vectors_schema(), {k: v for k, v in document.items() if k != key}), key
    for key in required_names(FORMAT_VERSION):
        lacking = {k: v for k, v in document["parameters"].items() if k != key}
        assert not accepted(vectors_schema(), document | {"parameters": lacking}), key
        assert not accepted(vectors_schema(), document | {"format_version": 1}), key
    document["recalls"][1]["counters"]["lut_reads"] = -1
    assert not accepted(vectors_schema(), document)
