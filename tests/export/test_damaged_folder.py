"""One clear line for everything that can be wrong with an image folder."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hwsim.config import FORMAT_VERSION, SINCE_FORMAT_2, required_names
from hwsim.errors import InputError
from hwsim.export.folder import check_formats, load_image, write_image
from hwsim.export.manifest import MANIFEST
from hwsim.export.versions import RESERVED
from tests.export.folders import (
    MEMORIES,
    edit_memory,
    refused,
    sample,
    set_line,
)
from tests.images import same_image
from tests.sealing import edit_manifest

# What can be wrong with a manifest ------------------------------------------------------------


def test_an_unknown_format(tmp_path: Path) -> None:
    message = "format is 'vhdl'; it must be one of mem, coe, mif, ihex, ihex-word, bin, c, stream"
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
    assert re.match(f"{folder / MANIFEST} is (not JSON: |not UTF-8|nested deeper than 64)", message)
    assert message.endswith("; export the image again")


@pytest.mark.parametrize("content", ["[]", "3", "null"])
def test_a_manifest_that_is_no_object(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content)
    assert refused(folder) == (f"{folder / MANIFEST} is not a JSON object; export the image again")


def test_a_manifest_of_a_newer_version(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(format_version=3))
    assert refused(folder) == (
        f"{folder / MANIFEST}: format_version is 3; this hwsim reads up to 2; update hwsim"
    )


@pytest.mark.parametrize("version", [None, "1", 0, -1, True, 1.0])
def test_a_manifest_of_no_version(folder: Path, version: object) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(format_version=version))
    assert refused(folder) == (
        f"{folder / MANIFEST}: format_version is {version!r}; it must be 1 or 2; "
        "export the image again"
    )


@pytest.mark.parametrize("name", required_names(FORMAT_VERSION))
def test_a_parameter_is_missing(folder: Path, name: str) -> None:
    edit_manifest(folder, lambda manifest: manifest.pop(name))
    assert refused(folder) == f"{folder / MANIFEST}: parameter {name} is missing"


@pytest.mark.parametrize("name", SINCE_FORMAT_2)
def test_format_1_has_no_parameters_of_format_2(folder: Path, name: str) -> None:
    def to_format_1(manifest: dict[str, Any]) -> None:
        manifest["format_version"] = 1
        manifest.setdefault(name, False)  # pipelined, which is left out where it is not
        for other in SINCE_FORMAT_2:
            if other != name:
                manifest.pop(other, None)

    edit_manifest(folder, to_format_1)
    assert refused(folder) == (
        f"{folder / MANIFEST}: parameter {name} is of format 2, the format_version is 1"
    )
    edit_manifest(folder, lambda manifest: manifest.pop(name))
    assert same_image(load_image(folder), sample())


@pytest.mark.parametrize("key", RESERVED)
def test_a_key_of_a_later_hwsim(folder: Path, key: str) -> None:
    edit_manifest(folder, lambda manifest: manifest.update({key: 1}))
    assert refused(folder) == (
        f"{folder / MANIFEST}: {key} is reserved for {RESERVED[key]}, which this hwsim does not "
        "know; update hwsim"
    )


def test_a_key_of_nobody_s_is_left_alone(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(comment="mine"))
    assert same_image(load_image(folder), sample())


def test_a_parameter_is_illegal(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(weight_bits=9))
    assert refused(folder) == (f"{folder / MANIFEST}: weight_bits is 9; it must be from 1 to 8")


@pytest.mark.parametrize("gamma", [0, -0.1, "0.1", True])
def test_gamma(folder: Path, gamma: object) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(gamma=gamma))
    message = refused(folder)
    assert message.startswith(f"{folder / MANIFEST}: gamma is ")
    assert re.search("; (it|every number) must be .*finite", message)
    assert message.endswith("; export the image again")


def test_no_gamma_where_the_kernel_is_no_gaussian(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(gamma=None))
    assert same_image(load_image(folder), replace(sample(), gamma=None))


@pytest.mark.parametrize("gamma", ["NaN", "Infinity", "1e400", "1" + 400 * "0"])
def test_a_gamma_that_no_writer_of_json_writes(folder: Path, gamma: str) -> None:
    text = (folder / MANIFEST).read_text()
    written = f'"gamma": {sample().gamma}'
    assert written in text
    (folder / MANIFEST).write_text(text.replace(written, f'"gamma": {gamma}'))
    assert refused(folder).startswith(f"{folder / MANIFEST}: gamma is {gamma[:9]}")
    assert "; every number must be finite, " in refused(folder)


@pytest.mark.parametrize("name", MEMORIES)
def test_a_memory_s_entry_is_missing(folder: Path, name: str) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"].pop(name))
    message = refused(folder)
    assert message.startswith(f"{folder / MANIFEST}: memories.{name} is missing; ")
    assert message.endswith("; export the image again")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("file", "a name in the folder"),
        ("width", "a whole number, 1 or more"),
        ("depth", "a whole number, 1 or more"),
        ("sha256", "64 hexadecimal digits"),
    ],
)
def test_a_memory_s_entry_lacks_something(folder: Path, key: str, words: str) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"]["weights"].pop(key))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.weights.{key} is missing; it must be {words}; "
        "export the image again"
    )


@pytest.mark.parametrize(
    ("key", "value"), [("width", True), ("width", 8.0), ("depth", "40"), ("sha256", "0" * 63)]
)
def test_a_memory_s_entry_of_another_kind(folder: Path, key: str, value: object) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"]["weights"].update({key: value}))
    message = refused(folder)
    assert message.startswith(f"{folder / MANIFEST}: memories.weights.{key} is ")
    assert message.endswith("; export the image again")


@pytest.mark.parametrize("memories", [None, [], "patterns", 3])
def test_memories_is_no_table(folder: Path, memories: object) -> None:
    edit_manifest(folder, lambda manifest: manifest.update(memories=memories))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories is {memories!r}; it must be an object of patterns and "
        "kernel_lut; export the image again"
    )


def test_a_memory_s_entry_is_no_table(folder: Path) -> None:
    edit_manifest(folder, lambda manifest: manifest["memories"].update(weights="weights.mem"))
    assert refused(folder) == (
        f"{folder / MANIFEST}: memories.weights is 'weights.mem'; it must be an object of file, "
        "width, depth and sha256; export the image again"
    )


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
        f"{folder / MANIFEST}: memories.weights.file is {name!r}; it must be a name in the folder; "
        "export the image again"
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
