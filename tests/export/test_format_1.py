"""Images and golden vectors of format 1, made by the last hwsim that wrote it (commit 18a2b4a).

They mean what they meant: outcome, counts and cycles; and so do their integers with rules.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from hwsim.audit.check import check
from hwsim.config import SINCE_FORMAT_2
from hwsim.cost.cycles import recall_bound, recall_cycles
from hwsim.export.folder import load_image, write_image
from hwsim.export.manifest import read_manifest
from hwsim.export.vectors import Vectors, check_vectors, read_words
from hwsim.hardware import fast, layout, spec
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.rules import with_rules
from hwsim.spins import SpinArray, spins_from_bits
from tests.images import same_image

FOLDERS = sorted(path for path in (Path(__file__).parent / "format_1").iterdir())
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)


def spins(folder: Path, name: str, vectors: Vectors) -> SpinArray:
    words = read_words(folder / "vectors", name, vectors)
    return spins_from_bits(layout.unpack_patterns(vectors.engine_parameters(), words))


def load(folder: Path) -> tuple[Image, SpinArray, SpinArray, Vectors]:
    """The image, queries and the states they end in, and all else that they answer."""
    vectors = check_vectors(folder / "vectors", folder / "image")
    image = load_image(folder / "image")
    return (
        image,
        spins(folder, "queries.mem", vectors),
        spins(folder, "states.mem", vectors),
        vectors,
    )


def assert_ends(recalls: Recalls, states: SpinArray, vectors: Vectors) -> None:
    assert np.array_equal(recalls.states, states)
    for name in ("steps", "converged", "miss", "distance"):
        assert getattr(recalls, name).tolist() == [getattr(row, name) for row in vectors.recalls]


def test_they_are_of_every_kind() -> None:
    all_of_them = [load_image(folder / "image").parameters for folder in FOLDERS]
    assert {p.kernel_origin for p in all_of_them} == {"nearest", "absolute"}
    assert {p.offset_bits > 0 for p in all_of_them} == {True, False}
    assert {p.neurons % p.lanes == 0 for p in all_of_them} == {True, False}
    assert any(len(set(p.C)) > 1 and tuple(2**i for i in range(len(p.C))) != p.C
               for p in all_of_them)  # fmt: skip


@each_folder
def test_an_image_means_the_group_dataflow_without_rules(folder: Path) -> None:
    manifest = read_manifest(folder / "image")
    assert manifest["format_version"] == 1
    assert not set(SINCE_FORMAT_2) & set(manifest)
    assert load_image(folder / "image").parameters.plain


@each_folder
@pytest.mark.parametrize("model", [spec.recall, fast.recall], ids=["spec", "fast"])
def test_outcome_counts_and_cycles_are_as_they_were(folder: Path, model: object) -> None:
    image, queries, states, vectors = load(folder)
    recalls = model(image, queries)  # type: ignore[operator]
    assert_ends(recalls, states, vectors)
    for name, counts in json.loads((folder / "counts.json").read_text()).items():
        assert getattr(recalls.counts, name).tolist() == counts, name
    cycles = recall_cycles(image.parameters, recalls.counts)
    bound = recall_bound(recalls.counts)
    assert cycles.tolist() == [row.cycles for row in vectors.recalls]
    assert bound.tolist() == [row.cycles_bound for row in vectors.recalls]


@each_folder
@pytest.mark.parametrize("kind", ["image", "vectors"])
def test_a_check_finds_them_sound(folder: Path, kind: str) -> None:
    assert check(folder / kind).differences == ()


@each_folder
@pytest.mark.parametrize("dataflow", ["group", "row"])
@pytest.mark.parametrize("coarse", ["off", "first", "whole"])
def test_with_rules_they_end_the_same(folder: Path, dataflow: str, coarse: str) -> None:
    image, queries, states, vectors = load(folder)
    words = {"off": 0, "first": 1, "whole": image.parameters.words}[coarse]
    ruled = with_rules(image, dataflow=dataflow, coarse_words=words)
    assert_ends(spec.recall(ruled, queries), states, vectors)


@each_folder
def test_written_again_they_are_of_format_2(folder: Path, tmp_path: Path) -> None:
    image = load_image(folder / "image")
    write_image(tmp_path / "image", image)
    assert read_manifest(tmp_path / "image")["format_version"] == 2
    assert same_image(load_image(tmp_path / "image"), image)
    for file in (folder / "image").glob("*.mem"):
        assert (tmp_path / "image" / file.name).read_bytes() == file.read_bytes()
