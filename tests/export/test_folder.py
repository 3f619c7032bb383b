"""The image folder: back as it went, whole or not at all."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from hwsim.errors import InputError
from hwsim.export import header
from hwsim.export.folder import load_image, write_image
from hwsim.export.formats import FORMATS
from hwsim.export.manifest import MANIFEST, read_manifest
from hwsim.files import LISTING
from hwsim.hardware.image import Image
from tests.export.folders import (
    MEMORIES,
    PARAMETERS,
    refused,
    sample,
)
from tests.images import random_image, same_image, small_images
from tests.sealing import edit_manifest

# Round trips ----------------------------------------------------------------------------------


def test_an_image_comes_back(folder: Path) -> None:
    assert same_image(load_image(folder), sample())


def test_any_image_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("images") / "image"

    @given(small_images())
    def round_trip(image: Image) -> None:
        write_image(path, image)
        assert same_image(load_image(path), image)

    round_trip()


def test_the_manifest_is_the_contract_s(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest["format_version"] == 2
    for name, value in PARAMETERS.to_dict().items():
        assert manifest[name] == value
    assert manifest["gamma"] == sample().gamma
    assert {
        name: (entry["file"], entry["width"], entry["depth"])
        for name, entry in manifest["memories"].items()
    } == {
        "patterns": ("patterns.mem", 8, 18),
        "weights": ("weights.mem", 8, 40),
        "kernel_lut": ("kernel_lut.mem", 9, 11),
        "offsets": ("offsets.mem", 3, 10),
    }
    for entry in manifest["memories"].values():
        content = (folder / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert content.count(b"\n") == entry["depth"]


def test_no_offsets_memory_without_offset_bits(tmp_path: Path) -> None:
    parameters = dataclasses.replace(PARAMETERS, offset_bits=0)
    image = random_image(parameters, np.random.default_rng(0))
    write_image(tmp_path / "image", image)
    assert list(read_manifest(tmp_path / "image")["memories"]) == list(MEMORIES[:3])
    assert not (tmp_path / "image" / "offsets.mem").exists()
    assert same_image(load_image(tmp_path / "image"), image)


def test_every_format_is_written_and_named(tmp_path: Path) -> None:
    path = tmp_path / "image"
    write_image(path, sample(), list(FORMATS), provenance={"seed": 5})
    manifest = read_manifest(path)
    expected = {name + suffix for name in MEMORIES for suffix, _ in FORMATS.values()}
    assert {entry.name for entry in path.iterdir()} == {*expected, MANIFEST, header.FILE, LISTING}
    assert len(manifest["other_formats"]) == len(MEMORIES) * (len(FORMATS) - 1)
    for entry in manifest["other_formats"]:
        digest = hashlib.sha256((path / entry["file"]).read_bytes()).hexdigest()
        assert digest == entry["sha256"]
        assert entry["file"] == entry["memory"] + FORMATS[entry["format"]][0]
    assert manifest["provenance"] == {"seed": 5}
    assert same_image(load_image(path), sample())


def test_the_same_image_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_image(tmp_path / name, sample(), list(FORMATS))
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_an_image_written_by_somebody_else(folder: Path) -> None:
    # Only what the contract asks for: other names, no further keys, capital digits.
    def strip(manifest: dict[str, Any]) -> None:
        del manifest["other_formats"], manifest["provenance"]
        content = (folder / "weights.mem").read_text().upper().encode()
        (folder / "w.txt").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        manifest["memories"]["weights"].update(file="w.txt", sha256=digest)

    edit_manifest(folder, strip)
    (folder / header.FILE).unlink()
    assert same_image(load_image(folder), sample())


def test_a_memory_that_the_parameters_do_not_have(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"].update(biases={}))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.biases is unknown; the keys are patterns, weights, "
        "kernel_lut, offsets, radius, scales; export the image again"
    )


# Writing: whole or not at all -----------------------------------------------------------------


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("writes", range(6))
def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    # Four memories, the header, the manifest: the disk is full at each of them in turn.
    usual, left = Path.open, [writes]

    def fill_up(self: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        if mode == "wb":
            if not left[0]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            left[0] -= 1
        return usual(self, mode, *args, **more)

    before = content(folder)
    other = random_image(PARAMETERS, np.random.default_rng(6))
    monkeypatch.setattr(Path, "open", fill_up)
    for path in (folder, folder.parent / "fresh"):
        left[0] = writes
        with pytest.raises(InputError) as caught:
            write_image(path, other)
        assert str(caught.value) == f"cannot write {path}: No space left on device"
    assert content(folder) == before
    assert [entry.name for entry in folder.parent.iterdir()] == ["image"]


def test_an_unwritable_place(folder: Path) -> None:
    path = folder / "weights.mem" / "image"
    with pytest.raises(InputError) as caught:
        write_image(path, sample())
    assert str(caught.value) == (
        f"cannot write {path}: {folder / 'weights.mem'} is a file, not a folder"
    )
    assert same_image(load_image(folder), sample())


def test_an_image_replaces_an_image(folder: Path) -> None:
    write_image(folder, sample(), ["coe"])
    other = random_image(PARAMETERS, np.random.default_rng(6))
    write_image(folder, other)
    assert same_image(load_image(folder), other)
    assert not list(folder.glob("*.coe"))


@pytest.mark.parametrize("own", ["thesis.tex", MANIFEST])
def test_a_folder_that_is_not_ours_is_kept(tmp_path: Path, own: str) -> None:
    # A manifest.json alone does not make an image: web projects have one too.
    (tmp_path / own).write_text("{}")
    with pytest.raises(InputError, match=f"^cannot write folder {tmp_path}: {own} in it is not"):
        write_image(tmp_path, sample())
    assert content(tmp_path) == {own: b"{}"}
