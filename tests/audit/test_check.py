"""hwsim check: places in words, exit statuses, what is no difference, and what is not hwsim's."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.audit.check import check
from hwsim.audit.compare import written_content
from hwsim.audit.reseal import reseal
from hwsim.bench import simulation
from hwsim.cli import main
from hwsim.errors import InputError
from hwsim.experiments import runner
from hwsim.export.folder import load_image, write_image
from hwsim.files import LISTING, file_sha256, replace_folder
from hwsim.golden import make_vectors
from tests.sealing import edit_manifest, edit_vectors


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["check", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def replace(file: Path, old: str, new: str, count: int = 1) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, count))


def change_line(file: Path, number: int, change: Callable[[str], str]) -> None:
    lines = file.read_text().split("\n")
    assert lines[number] != change(lines[number])
    lines[number] = change(lines[number])
    file.write_text("\n".join(lines))


# PLACES ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "line", "place"),
    [
        ("patterns.mem", 2, "word 2, bits 0 to 3: pattern 2, neurons 0 to 3"),
        ("weights.mem", 7, "word 7, bits 0 to 3: plane 1 of the codes of neuron 3, patterns 0 to"),
        ("kernel_lut.mem", 4, "word 4, bits 0 to 3: the kernel value at distance 4"),
        ("offsets.mem", 3, "word 3, bits 0 to 2: the offset of neuron 3"),
        ("patterns.coe", 3 + 1, "word 1, bits 0 to 3: pattern 1, neurons 0 to 3"),
        ("weights.mif", 6 + 9, "word 9, bits 0 to 3: plane 1 of the codes of neuron 4, patterns"),
        ("offsets.h", 10 + 2, "word 2, bits 0 to 2: the offset of neuron 2"),
    ],
)
def test_a_word_s_place_is_told(folders: Path, file: str, line: int, place: str) -> None:
    def change(text: str) -> str:
        end = len(text.rstrip(";,"))
        digit = "1" if text[end - 1] == "0" else "0"
        return text[: end - 1] + digit + text[end:]

    change_line(folders / "image" / file, line, change)
    (found,) = check(folders / "image").differences
    assert found.file == file
    assert found.place is not None
    assert found.place.startswith(place)
    assert found.problem == "one byte differs"


@pytest.mark.parametrize("file", ["patterns.bin", "weights.hex", "kernel_lut.word.hex"])
def test_the_other_formats_have_places_too(folders: Path, file: str) -> None:
    path = folders / "image" / file
    content = bytearray(path.read_bytes())
    offset = 2 if file.endswith(".bin") else 10
    content[offset] ^= 1
    path.write_bytes(content)
    (found,) = check(folders / "image").differences
    assert (found.offset, str(found.place)[:5]) == (offset, "word ")


def test_unused_lanes_are_called_so(folders: Path) -> None:
    change_line(folders / "image" / "patterns.mem", 0, lambda text: f"8{text[1:]}")
    (found,) = check(folders / "image").differences
    assert found.place == "word 0, bits 4 to 7: pattern 0, neuron 4"
    (folders / "image" / "weights.mem").write_text(
        "f" + (folders / "image" / "weights.mem").read_text()[1:]
    )
    places = {found.file: found.place for found in check(folders / "image").differences}
    assert places["weights.mem"] == (
        "word 0, bits 4 to 7: plane 0 of the codes of neuron 0, unused lanes"
    )


def test_a_word_of_golden_vectors(folders: Path) -> None:
    change_line(folders / "vectors" / "states.mem", 1, lambda text: text[0] + "0")
    (found,) = check(folders / "vectors").differences
    assert found.file == "states.mem"
    assert found.place == "word 1, bits 0 to 3: the state of recall 1, neurons 0 to 3"


# WHAT CAN BE COMPUTED ANEW ---------------------------------------------------------------------


@pytest.mark.parametrize("source", ["bin", "coe", "mif"])
def test_many_changes_of_one_memory_are_counted_where_another_format_tells(
    folders: Path, source: str
) -> None:
    for suffix in {"bin", "coe", "mif"} - {source}:
        (folders / "image" / f"weights.{suffix}").write_bytes(b"")
    file = folders / "image" / "weights.mem"
    words = file.read_text().split()
    file.write_text("".join(f"{int(word, 16) ^ 3:02x}\n" for word in words))
    found = {one.file: one for one in check(folders / "image").differences}["weights.mem"]
    assert found.problem == f"{len(words)} bytes differ"
    assert found.offset == 1


def test_a_kernel_table_is_made_from_gamma(folders: Path) -> None:
    file = folders / "image" / "kernel_lut.mem"
    file.write_text("1f\n" * 6)
    (folders / "image" / "kernel_lut.bin").write_bytes(bytes(6))
    found = {one.file: one for one in check(folders / "image").differences}
    assert set(found) == {"kernel_lut.mem", "kernel_lut.bin"}
    assert str(found["kernel_lut.mem"].place).endswith("the kernel value at distance 1")


def test_another_table_than_gamma_s_is_noted(folders: Path) -> None:
    image = load_image(folders / "image")
    flat = np.full_like(image.kernel_lut, 31)
    write_image(folders / "own", hwsim.Image(**{**vars(image), "kernel_lut": flat}))
    found = check(folders / "own")
    assert found.sound
    assert "the kernel table is not that of gamma 0.125" in found.notes[0]


@pytest.mark.parametrize(
    ("file", "offset", "value"),
    [("vectors.json", "steps", 6), ("vectors.json", "cycles", 1), ("vectors.json", "distance", 5)],
)
def test_a_wrong_writer_s_vectors_are_found_out(
    folders: Path, file: str, offset: str, value: int
) -> None:
    edit_vectors(
        folders / "vectors", lambda document: document["recalls"][1].update({offset: value})
    )
    (found,) = check(folders / "vectors").differences
    assert found.file == file
    assert found.problem.startswith(f"recalls[1].{offset} is {value}, not ")


def test_vectors_of_another_image(folders: Path) -> None:
    edit_manifest(folders / "image", lambda manifest: manifest.update(max_steps=9))
    found = check(folders / "vectors")
    assert found.sound
    assert "the image is not beside the vectors; name it with --image" in found.notes[0]
    (named,) = check(folders / "vectors", folders / "image").differences
    assert "made from another image" in named.problem
    with pytest.raises(InputError, match="it belongs to vectors"):
        check(folders / "image", folders / "image")


def test_a_results_cell_is_named_by_the_journal(folders: Path) -> None:
    file = folders / "sweep" / "summary.csv"
    content = file.read_bytes()
    change_line(file, 1, lambda line: line.replace("random", "digits"))
    (found,) = check(folders / "sweep").differences
    assert (found.file, found.offset) == ("summary.csv", content.index(b"random"))
    assert str(found.place).startswith("line 2, column ")


def test_two_edits_in_a_journal_s_line(folders: Path) -> None:
    change_line(folders / "sweep" / "points.jsonl", 2, lambda line: line.replace("random", "x"))
    (found,) = check(folders / "sweep").differences
    assert found.problem.startswith("line 3 was changed since the sweep wrote it")


def test_a_torn_journal_is_noted(folders: Path) -> None:
    with (folders / "sweep" / "points.jsonl").open("a") as stream:
        stream.write('{"identity"')
    found = check(folders / "sweep")
    assert found.sound
    assert found.notes == ["the last line of points.jsonl is torn; the sweep drops it"]


def test_experiments(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    runner.run(["figure1"], folder, quick=True, jobs=1)
    assert check(folder).sound
    table = folder / "figure1.csv"
    table.write_text(table.read_text().replace("1", "7", 1))
    assert [found.file for found in check(folder).differences] == ["figure1.csv"]


# FILES THAT ONLY A HASH KNOWS ------------------------------------------------------------------


def test_converted_line_ends_are_told(folders: Path) -> None:
    file = folders / "image" / "manifest.json"
    whole = file.read_bytes()
    for converted in (
        whole.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + whole, whole + b"\n", whole.rstrip(),
    ):  # fmt: skip
        file.write_bytes(converted)
        (found,) = check(folders / "image").differences
        assert found.offset is not None
        assert "bytes were written" in found.problem or f"{len(whole)} were" in found.problem


def test_one_byte_is_searched_for_in_small_files_alone(tmp_path: Path) -> None:
    for size, found in ((3000, True), (300_000, False)):
        file = tmp_path / "file"
        file.write_bytes(bytes(size))
        digest = file_sha256(file)
        assert (written_content(b"\1" + bytes(size - 1), digest) is not None) is found


def test_a_manifest_edited_by_hand_names_the_key(folders: Path) -> None:
    replace(folders / "image" / "manifest.json", '"max_steps": 7', '"max_steps": 5000')
    (found,) = check(folders / "image").differences
    assert found.problem == "it was edited: max_steps does not fit its manifest_sha256"


# WHAT ELSE IS THERE ----------------------------------------------------------------------------


def test_missing_files_and_strangers(folders: Path) -> None:
    (folders / "image" / "weights.coe").unlink()
    (folders / "image" / "thesis.tex").write_text("x")
    os.mkfifo(folders / "image" / "pipe")
    found = check(folders / "image")
    assert [str(one) for one in found.differences] == [
        "weights.coe: it cannot be read: No such file or directory"
    ]
    assert found.notes == [
        "pipe is not listed: not hwsim's, or put there since",
        "thesis.tex is not listed: not hwsim's, or put there since",
    ]


def test_a_pipe_in_a_file_s_place_is_not_waited_for(folders: Path) -> None:
    for kind, name in (
        ("image", "weights.mem"),
        ("vectors", "states.mem"),
        ("sweep", "points.jsonl"),
    ):
        (folders / kind / name).unlink()
        os.mkfifo(folders / kind / name)
        assert name in [found.file for found in check(folders / kind).differences]


def test_a_memory_s_file_larger_than_any_is_not_read(folders: Path) -> None:
    with (folders / "image" / "weights.mem").open("r+b") as stream:
        stream.truncate(1 << 38)  # sparse; minutes to hash
    (found,) = check(folders / "image").differences
    assert str(found).startswith("weights.mem: it has 274877906944 bytes, and ")


def test_a_damaged_listing(folders: Path) -> None:
    replace(folders / "image" / LISTING, "image", "report")
    (found,) = check(folders / "image").differences
    assert str(found) == f"{LISTING}: it is damaged: it does not fit its own hash"


def test_speed_reports_are_held_against_their_listing(tmp_path: Path) -> None:
    from hwsim.report import speed

    result = {"cases": [], "machine": {"cpu": "x"}, "settings": {"seed": 0}}
    speed.write(tmp_path / "speed", speed.COSIMULATION, result)
    assert simulation.__doc__
    assert check(tmp_path / "speed").kind == "bench"
    replace(tmp_path / "speed" / "speed.md", "cpu x", "cpu y")
    (found,) = check(tmp_path / "speed").differences
    assert found.file == "speed.md"
    assert found.written == "'x'"


def test_a_demo_is_checked_to_its_depth(folders: Path) -> None:
    demo = folders / "demo"
    with replace_folder(demo, "demo") as inside:
        image = load_image(folders / "image")
        write_image(inside / "image", image)
        make_vectors(inside / "image", None, inside / "vectors", count=2)
        (inside / "demo.json").write_text("{}")
    found = check(demo)
    assert found.sound
    assert not found.notes
    assert "vectors/states.mem" in found.files
    change_line(demo / "image" / "offsets.mem", 3, lambda text: str(int(text) ^ 1))
    (only,) = check(demo).differences
    assert only.file == "image/offsets.mem"
    assert only.place == "word 3, bits 0 to 2: the offset of neuron 3"
    change_line(demo / "image" / "offsets.mem", 3, lambda text: str(int(text) ^ 1))
    (demo / LISTING).unlink()
    assert reseal(demo) == [LISTING]
    assert check(demo).sound


# THE COMMAND -----------------------------------------------------------------------------------


def test_exit_statuses_and_words(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = folders / "image"
    files = sum(each.name != LISTING for each in image.iterdir())
    assert run(image) == 0
    assert capsys.readouterr().out == f"image {image}: {files} files, all as written\n"
    change_line(image / "offsets.mem", 0, lambda text: str(int(text) ^ 1))
    assert run(image) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("differs: offsets.mem: byte 0 is '")
    assert last == f"image {image}: {files} files, 1 difference"
    assert run(image, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["sound"] is False
    assert document["differences"][0]["offset"] == 0


@pytest.mark.parametrize("what", ["empty", "file", "none", "git"])
def test_other_folders_are_refused(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / what
    if what == "file":
        path.write_text("x")
    elif what != "none":
        path.mkdir()
        (path / "notes.json").write_text("{}")
    assert run(path) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"Error: {path} is ")
    assert error.count("\n") == 1


def test_the_front_door(folders: Path) -> None:
    make_vectors(folders / "image", None, folders / "other", count=2)
    audit = hwsim.check(str(folders / "other"), image=folders / "image")
    assert audit.sound
    assert "verdict=sound" in repr(audit)
    with pytest.raises(InputError, match="takes the path of a folder"):
        hwsim.check(3)  # type: ignore[arg-type]
