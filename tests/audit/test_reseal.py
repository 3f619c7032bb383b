"""An edit that was meant is sealed when the rest agrees with it, and never else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import hwsim
from hwsim.audit.check import check
from hwsim.audit.reseal import reseal
from hwsim.errors import InputError
from hwsim.explore import sweep as sweeps
from hwsim.export.folder import load_image, write_image
from hwsim.export.vectors import check_vectors
from hwsim.files import LISTING
from tests.tools import require_tool


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def refused(folder: Path, image: Path | None = None) -> str:
    before = contents(folder)
    with pytest.raises(InputError) as caught:
        reseal(folder, image)
    assert contents(folder) == before
    return str(caught.value)


@pytest.mark.parametrize("kind", ["image", "vectors", "sweep"])
def test_what_is_as_written_is_left_alone(folders: Path, kind: str) -> None:
    before = contents(folders / kind)
    assert reseal(folders / kind) == []
    assert contents(folders / kind) == before


def test_an_edited_parameter(folders: Path) -> None:
    image = folders / "image"
    file = image / "manifest.json"
    file.write_text(file.read_text().replace('"max_steps": 7', '"max_steps": 9'))
    assert refused(image) == (
        f"cannot seal {image}: hwsim_parameters.vh is not what manifest.json and the .mem files "
        "say; delete it, and --reseal writes it anew"
    )
    (image / "hwsim_parameters.vh").unlink()
    assert reseal(image) == ["hwsim_parameters.vh", "manifest.json", LISTING]
    assert load_image(image).parameters.max_steps == 9
    assert check(image).sound


def test_an_edited_word_takes_the_other_formats_along(folders: Path) -> None:
    image = folders / "image"
    word = (image / "offsets.mem").read_text()[0]
    (image / "offsets.mem").write_text(str(int(word) ^ 1) + (image / "offsets.mem").read_text()[1:])
    assert "offsets.coe is not what manifest.json" in refused(image)
    for file in image.glob("offsets.*"):
        if file.suffix != ".mem":
            file.unlink()
    assert len(reseal(image)) == 7 + 2
    assert check(image).sound
    fresh = folders / "fresh"
    formats = ["coe", "mif", "ihex", "ihex-word", "bin", "c", "stream"]
    write_image(fresh, load_image(image), formats)
    assert contents(fresh) == contents(image)


def test_an_edit_that_is_no_image_is_never_sealed(folders: Path) -> None:
    image = folders / "image"
    (image / "weights.mem").write_text((image / "weights.mem").read_text()[:-3])
    assert "weights.mem is too short" in refused(image)


def test_vectors_are_recalled_anew(folders: Path) -> None:
    vectors, image = folders / "vectors", folders / "image"
    file = vectors / "states.mem"
    whole = file.read_text()
    file.write_text(f"{int(whole[:2], 16) ^ 1:02x}{whole[2:]}")
    assert refused(vectors).startswith(f"cannot seal {vectors}: states.mem is not what ")
    file.write_text(whole)
    document = json.loads((vectors / "vectors.json").read_text())
    document["provenance"] = "mine"
    (vectors / "vectors.json").write_text(json.dumps(document))
    assert reseal(vectors) == ["vectors.json", LISTING]
    check_vectors(vectors, image)
    document["recalls"][0]["cycles"] += 1
    (vectors / "vectors.json").write_text(json.dumps(document))
    assert re.search(r"recalls\[0\]\.cycles is \d+, not \d+; make the vectors", refused(vectors))


def test_a_journal(folders: Path) -> None:
    sweep = folders / "sweep"
    before = contents(sweep)
    journal = sweep / "points.jsonl"
    line = json.loads(journal.read_text().splitlines()[0])
    line["result"]["steps"] += 1
    lines = [json.dumps(line), *journal.read_text().splitlines()[1:]]
    journal.write_text("\n".join(lines) + "\n")
    assert "delete results.csv and make it anew" in refused(sweep)
    for name in ("results.csv", "summary.csv", "pareto.csv"):
        (sweep / name).unlink()
    assert reseal(sweep) == ["points.jsonl", LISTING]
    assert sweeps.run(folders / "sweep.toml", sweep, jobs=1).computed == 0
    assert check(sweep).sound
    assert contents(sweep)["results.csv"] != before["results.csv"]


def test_a_stranger_s_file_is_not_listed(folders: Path) -> None:
    (folders / "image" / "thesis.tex").write_text("mine")
    (folders / "image" / LISTING).unlink()
    assert reseal(folders / "image") == [LISTING]
    with pytest.raises(InputError, match=r"thesis\.tex in it is not one of hwsim's files"):
        write_image(folders / "image", load_image(folders / "image"))


# FOLDERS OF AN EARLIER HWSIM -------------------------------------------------------------------


def test_an_image_of_before_loads_with_a_note(before: Path) -> None:
    with pytest.warns(hwsim.HwsimWarning, match="has no manifest_sha256") as notes:
        image = hwsim.load_image(before / "image")
    assert len(notes) == 1
    assert image.parameters.max_steps == 4
    assert image.provenance == {"seed": 5}


def test_vectors_of_before_are_simulated_with_a_note(before: Path) -> None:
    require_tool("iverilog")
    with pytest.warns(hwsim.HwsimWarning) as notes:
        result = hwsim.cosimulate(before / "image", before / "vectors")
    assert {str(note.message).split(", so")[0].rsplit(" ", 1)[1] for note in notes} == {
        "manifest_sha256",
        "vectors_sha256",
    }
    assert result.mismatches == ()


def test_a_sweep_of_before_goes_on_with_a_note(before: Path) -> None:
    reseal(before / "sweep")
    journal = before / "sweep" / "points.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert all("sha256" in line for line in lines)
    for line in lines:
        del line["sha256"]
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with (before / "sweep.toml").open("a") as spec:  # the defaults of then
        spec.write('quantizer = "minmax"\noffset_bits = 0\n')
    with pytest.warns(hwsim.HwsimWarning, match=r"^2 lines of .*points.jsonl have no sha256"):
        assert sweeps.run(before / "sweep.toml", before / "sweep", jobs=1).computed == 0


@pytest.mark.parametrize("kind", ["image", "vectors", "sweep"])
def test_folders_of_before_are_checked_and_sealed(before: Path, kind: str) -> None:
    found = check(before / kind)
    assert found.sound
    assert f"there is no {LISTING}, as hwsim before 0.2 wrote none; --reseal adds it" in found.notes
    assert LISTING in reseal(before / kind)
    after = check(before / kind)
    assert after.sound
    assert not after.notes


def test_vectors_of_before_follow_their_image_when_it_is_sealed(before: Path) -> None:
    reseal(before / "image")
    assert "name the image with --image" in refused(before / "vectors")
    assert reseal(before / "vectors", before / "image") == ["vectors.json", LISTING]
    assert not check(before / "vectors").notes


@pytest.mark.parametrize("name", ["steps", "cycles", "distance"])
def test_an_edit_of_vectors_of_before_is_found_by_recalling(before: Path, name: str) -> None:
    file = before / "vectors" / "vectors.json"
    document = json.loads(file.read_text())
    document["recalls"][1][name] += 1
    file.write_text(json.dumps(document))
    (found,) = check(before / "vectors").differences
    assert found.problem.startswith(f"recalls[1].{name} is ")
