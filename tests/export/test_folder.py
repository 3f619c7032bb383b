"""The image folder: back as it went, and one clear line for everything that can be wrong."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export import header
from hwsim.export.folder import MANIFEST, check_formats, load_image, read_manifest, write_image
from hwsim.export.formats import FORMATS
from hwsim.hardware.image import Image
from tests.images import random_image, same_image, small_images

# Unused lanes in patterns (10 of 16) and weights (9 of 16); three hexadecimal digits a LUT word.
PARAMETERS = Parameters(
    neurons=10, patterns=9, kernel_bits=9, lanes=8, offset_bits=3, offset_frac_bits=1
)
MEMORIES = ("patterns", "weights", "kernel_lut", "offsets")


def sample() -> Image:
    return random_image(PARAMETERS, np.random.default_rng(5))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "image"
    write_image(path, sample())
    return path


def refused(folder: Path) -> str:
    """The message load_image refuses the folder with: one line that says what to do."""
    with pytest.raises(InputError) as caught:
        load_image(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def edit_manifest(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    edit(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def edit_memory(folder: Path, name: str, edit: Callable[[list[str]], None]) -> None:
    """Change a memory's lines and give the manifest the new hash: a wrong writer, not damage."""
    file = folder / f"{name}.mem"
    lines = file.read_text().splitlines()
    edit(lines)
    file.write_text("\n".join(lines) + "\n")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    edit_manifest(folder, lambda manifest: manifest["memories"][name].update(sha256=digest))


def set_line(number: int, text: str) -> Callable[[list[str]], None]:
    def edit(lines: list[str]) -> None:
        lines[number] = text

    return edit


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
    assert manifest["format_version"] == 1
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
    assert {entry.name for entry in path.iterdir()} == {*expected, MANIFEST, header.FILE}
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
        f"{folder / MANIFEST}: memories.biases is no memory of these parameters, which are "
        "patterns, weights, kernel_lut, offsets; export the image again"
    )


# What can be wrong with a manifest ------------------------------------------------------------


def test_an_unknown_format(tmp_path: Path) -> None:
    message = "format is 'vhdl'; it must be one of mem, coe, mif, ihex, bin, c"
    with pytest.raises(InputError, match=f"^{message}$"):
        check_formats(["mem", "vhdl"])
    with pytest.raises(InputError, match=f"^{message}$"):
        write_image(tmp_path / "image", sample(), ["vhdl"])
    assert not (tmp_path / "image").exists()


def test_no_folder_or_no_manifest(folder: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == (
        f"{tmp_path / 'nowhere'} is no image: cannot read manifest.json (No such file or "
        "directory); make one with hwsim export"
    )
    (folder / MANIFEST).unlink()
    assert refused(folder).startswith(f"{folder} is no image: cannot read manifest.json")
    assert "Not a directory" in refused(folder / "weights.mem")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"neurons": 1,}',
        b"\xff\xfe",
        b"neurons = 1",
        pytest.param(b"[" * 10**5, id="deep"),
    ],
)
def test_a_manifest_that_is_not_json(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    message = refused(folder)
    assert message.startswith(f"{folder / MANIFEST} is not JSON: ")
    assert message.endswith("; export the image again")


@pytest.mark.parametrize("content", ["[]", "3", "null"])
def test_a_manifest_that_is_no_object(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content)
    assert refused(folder) == (f"{folder / MANIFEST} is not a JSON object; export the image again")


def test_a_manifest_of_a_newer_version(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(format_version=2))
    assert refused(folder) == (
        f"{folder / MANIFEST}: format_version is 2; this hwsim reads up to 1; update hwsim"
    )


@pytest.mark.parametrize("version", [None, "1", 0, -1, True, 1.0])
def test_a_manifest_of_no_version(folder: Path, version: object) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(format_version=version))
    assert refused(folder) == (f"{folder / MANIFEST}: format_version is {version!r}; it must be 1")


@pytest.mark.parametrize("name", PARAMETERS.to_dict())
def test_a_parameter_is_missing(folder: Path, name: str) -> None:
    edit_manifest(folder, lambda manifest: manifest.pop(name))
    assert refused(folder) == f"{folder / MANIFEST}: parameter {name} is missing"


def test_a_parameter_is_illegal(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(weight_bits=9))
    assert refused(folder) == (f"{folder / MANIFEST}: weight_bits is 9; it must be from 1 to 8")


@pytest.mark.parametrize("gamma", [None, 0, -0.1, "0.1", True, float("nan"), float("inf"), 10**400])
def test_gamma(folder: Path, gamma: object) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(gamma=gamma))
    message = refused(folder)
    assert message.startswith(f"{folder / MANIFEST}: gamma is ")
    assert message.endswith("; it must be a positive number")


@pytest.mark.parametrize("name", MEMORIES)
def test_a_memory_s_entry_is_missing(folder: Path, name: str) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"].pop(name))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.{name} must hold file, width, depth and sha256"
    )


@pytest.mark.parametrize("key", ["file", "width", "depth", "sha256"])
def test_a_memory_s_entry_lacks_something(folder: Path, key: str) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"]["weights"].pop(key))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.weights must hold file, width, depth and sha256"
    )


@pytest.mark.parametrize("memories", [None, [], "patterns", {"patterns": "patterns.mem"}])
def test_memories_is_no_table(folder: Path, memories: object) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(memories=memories))
    assert "memories.patterns must hold file, width, depth and sha256" in refused(folder)


@pytest.mark.parametrize(("key", "value", "asked"), [("width", 16, 8), ("depth", 39, 40)])
def test_width_and_depth_disagree_with_the_parameters(
    folder: Path, key: str, value: int, asked: int
) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"]["weights"].update({key: value}))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.weights.{key} is {value}, the parameters ask for {asked}"
    )


def test_parameters_that_disagree_with_the_files(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(patterns=8))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.patterns.depth is 18, the parameters ask for 16"
    )


@pytest.mark.parametrize("name", ["../weights.mem", "/etc/hostname", "sub/weights.mem"])
def test_files_outside_the_folder(folder: Path, name: str) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"]["weights"].update(file=name))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.weights.file is {name!r}; it must be a name in the folder"
    )


@pytest.mark.parametrize("name", ["", ".", "..", "nul\0", 3, None])
def test_files_of_no_name(folder: Path, name: object) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"]["weights"].update(file=name))
    assert refused(folder)


# What can be wrong with a memory's file -------------------------------------------------------


@pytest.mark.parametrize("name", MEMORIES)
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / f"{name}.mem").unlink()
    assert refused(folder) == (
        f"cannot read {folder / name}.mem: No such file or directory; export the image again"
    )


@pytest.mark.parametrize(("name", "depth"), list(zip(MEMORIES, (18, 40, 11, 10), strict=True)))
def test_a_short_or_a_long_file(folder: Path, name: str, depth: int) -> None:
    file = folder / f"{name}.mem"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]))
    assert refused(folder) == (
        f"{file} is too short: {depth - 1} words, it must have {depth}; export the image again"
    )
    file.write_text("".join([*lines, lines[0]]))
    assert refused(folder) == (
        f"{file} is too long: {depth + 1} words, it must have {depth}; export the image again"
    )


@pytest.mark.parametrize("name", MEMORIES)
def test_an_altered_file(folder: Path, name: str) -> None:
    file = folder / f"{name}.mem"
    lines = file.read_text().splitlines()
    lines[0] = f"{int(lines[0], 16) ^ 1:0{len(lines[0])}x}"
    file.write_text("\n".join(lines) + "\n")
    assert refused(folder) == (
        f"{file} was altered: its SHA-256 is not the manifest's; export the image again"
    )


@pytest.mark.parametrize("word", ["zz", "0", "000", "", " 0", "0x", "+1", "//", "@0"])
def test_a_file_that_is_not_hexadecimal(folder: Path, word: str) -> None:
    edit_memory(folder, "weights", set_line(3, word))
    assert refused(folder) == (
        f"{folder / 'weights.mem'} line 4 is {word!r}; a word of 8 bits is 2 hexadecimal digits; "
        "export the image again"
    )


def test_a_file_of_another_kind(folder: Path) -> None:
    (folder / "weights.mem").write_bytes(bytes(range(256)))
    assert refused(folder).startswith(f"{folder / 'weights.mem'} line 1 is ")
    (folder / "weights.mem").unlink()
    (folder / "weights.mem").mkdir()
    assert refused(folder) == (
        f"cannot read {folder / 'weights.mem'}: Is a directory; export the image again"
    )


def test_a_word_of_too_many_bits(folder: Path) -> None:
    edit_memory(folder, "kernel_lut", set_line(0, "200"))
    assert refused(folder) == (
        f"{folder / 'kernel_lut.mem'} line 1 is '200', more than 9 bits; export the image again"
    )


# Ten neurons: lanes 2 to 7 of a pattern's second word are unused. Nine patterns: lanes 1 to 7 of
# group 1, which begins at word 1 * 10 * 2.
@pytest.mark.parametrize(("name", "word", "text"), [("patterns", 1, "04"), ("weights", 39, "80")])
def test_unused_lanes_must_be_0(folder: Path, name: str, word: int, text: str) -> None:
    edit_memory(folder, name, set_line(word, text))
    assert refused(folder) == (
        f"{folder}: {name} word {word} has unused lanes that are not 0; export the image again"
    )


def test_a_kernel_that_rises(folder: Path) -> None:
    def rise(lines: list[str]) -> None:
        lines[4:6] = ["010", "011"]
        lines[:4] = ["1ff"] * 4

    edit_memory(folder, "kernel_lut", rise)
    assert refused(folder) == (
        f"{folder}: kernel_lut[5] is 17, more than kernel_lut[4], 16; "
        "a kernel value never grows with distance"
    )


def test_offsets_are_signed(folder: Path) -> None:
    edit_memory(folder, "offsets", set_line(0, "4"))
    assert load_image(folder).offsets[0] == -4
    edit_memory(folder, "offsets", set_line(0, "8"))
    assert refused(folder) == (
        f"{folder / 'offsets.mem'} line 1 is '8', more than 3 bits; export the image again"
    )


# Writing: whole or not at all -----------------------------------------------------------------


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("writes", range(6))
def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    # Four memories, the header, the manifest: the disk is full at each of them in turn.
    write_bytes, left = Path.write_bytes, [writes]

    def fill_up(self: Path, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        return write_bytes(self, data)

    before = content(folder)
    other = random_image(PARAMETERS, np.random.default_rng(6))
    monkeypatch.setattr(Path, "write_bytes", fill_up)
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
    with pytest.raises(InputError, match=f"^cannot write folder {tmp_path}: it exists and holds"):
        write_image(tmp_path, sample())
    assert content(tmp_path) == {own: b"{}"}
