"""A design from a file: what is typed overrides it, and what was made of it says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import hwsim
from hwsim.design import PLAIN, Design
from tests.cli.conftest import Run
from tests.sealing import edit_manifest


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "d.toml"
    Design(bits=3, lanes=16, offset_bits=6, seed=4).save(path)
    return path


def test_options_override_the_file(run: Run, memory: Path, design: Path, tmp_path: Path) -> None:
    output, kept = tmp_path / "i", tmp_path / "kept.toml"
    # --lanes is typed with its default: it still overrides
    typed = ("--lanes", 64, "--bits", 1, "--save-design", kept)
    assert run("export", memory, "--design", design, *typed, "-o", output).status == 0
    expected = Design(bits=1, lanes=64, offset_bits=6, seed=4)
    assert Design.load(kept) == expected
    loaded = hwsim.load_memory(memory)
    assert (
        hwsim.load_image(output).parameters == hwsim.lower(loaded, expected, check=False).parameters
    )


def test_file_and_options_make_the_same_image(
    run: Run, memory: Path, design: Path, tmp_path: Path
) -> None:
    design.write_text(
        '[design]\nquantizer = "kmeans"\nplane_weights = [1, 3]\noffset_source = "quantizer"\n'
    )
    options = ("--quantizer", "kmeans", "--plane-weights", "1,3", "--offset-source", "quantizer")
    assert run("export", memory, "--design", design, "-o", tmp_path / "a").status == 0
    assert run("export", memory, *options, "-o", tmp_path / "b").status == 0
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_rules_are_options(run: Run, memory: Path, design: Path, tmp_path: Path) -> None:
    typed = ("--dataflow", "row", "--stop", "--no-winner", "--radius", "--coarse-words", 1)
    kept, output = tmp_path / "kept.toml", tmp_path / "i"
    assert run("export", memory, *typed, "--save-design", kept, "-o", output).status == 0
    expected = Design(dataflow="row", stop=True, winner=False, radius=True, coarse_words=1)
    assert Design.load(kept) == expected
    parameters = hwsim.load_image(output).parameters
    assert parameters == hwsim.lower(hwsim.load_memory(memory), expected, check=False).parameters
    assert (parameters.dataflow, parameters.winner_limit) == ("row", 0)
    Design(**{**PLAIN, "stop": True}).save(design, force=True)
    assert run("export", memory, "--design", design, "--no-stop", "-o", output).status == 0
    assert hwsim.load_image(output).parameters.plain


def test_image_and_report_carry_the_design(
    run: Run, memory: Path, design: Path, tmp_path: Path
) -> None:
    image, report = tmp_path / "i", tmp_path / "r"
    assert run("export", memory, "--design", design, "-o", image).status == 0
    provenance = json.loads((image / "manifest.json").read_text())["provenance"]
    assert provenance["memory"] == memory.name
    used = replace(Design.load(design), kernel_origin="nearest", max_steps=50)
    assert Design.from_dict(provenance["design"]) == used
    assert provenance["offset_frac_bits"] is None  # as asked for; the manifest has what came out
    assert run("report", image, "-o", report).status == 0
    assert json.loads((report / "report.json").read_text())["provenance"]["design"] == (
        used.to_dict()
    )
    assert "Design: bits 3, quantizer neuron-mse" in (report / "report.md").read_text()


def test_an_image_without_a_design_has_a_report(run: Run, image: Path, tmp_path: Path) -> None:
    for provenance in (None, "typed in", {"by": "hand"}):
        edit_manifest(image, lambda manifest, note=provenance: manifest.update(provenance=note))
        assert run("report", image, "-o", tmp_path / "r").status == 0
        written = json.loads((tmp_path / "r" / "report.json").read_text())
        assert "design" not in written["provenance"]


def test_validate_takes_a_design(run: Run, memory: Path, design: Path) -> None:
    design.write_text("[design]\nbits = 3\noffset_bits = 6\n")
    by_file = run("validate", memory, "--design", design, "--json")
    by_options = run("validate", memory, "--bits", 3, "--offset-bits", 6, "--json")
    assert by_file.status == by_options.status == 0
    assert json.loads(by_file.out) == json.loads(by_options.out)


def test_advice_is_a_design_to_export_by(run: Run, memory: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    ran = run("validate", memory, "--advise", "--lanes", 16, "--save-design", kept, "--json")
    assert ran.status == 0
    choice = json.loads(ran.out)["choice"]
    del choice["recall_accuracy"]
    assert Design.load(kept) == Design(**choice, lanes=16)
    assert run("export", memory, "--design", kept, "-o", tmp_path / "i").status == 0
    kept.unlink()
    ran = run("validate", memory, "--advise", "--accuracy-loss", 0, "--save-design", kept)
    assert (ran.status == 0) == kept.exists()


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("[design]\nbit = 2\n", (), ("bit is no choice", "did you mean 'bits'")),
        ("[design]\noffset_bits = 17\n", (), ("d.toml: offset_bits is 17",)),
        ("bits = 2\n", (), ("no table [design]",)),
        ('[design]\nbits = 1\nquantizer = "sign-mean"\n', ("--bits", 2), ("makes 1 bit",)),
        ("[design]\n", ("--plane-weights", "1,x"), ("plane_weights is '1,x'", "like 1,3")),
        ("[design]\n", ("--plane-weights", "1,3"), ("plane_weights (1, 3)", "use kmeans")),
        ("[design]\n", ("--save-design", "/dev/null"), ("/dev/null", "device")),
    ],
)
def test_a_bad_design_is_refused(
    run: Run,
    memory: Path,
    design: Path,
    tmp_path: Path,
    text: str,
    options: tuple[object, ...],
    words: tuple[str, ...],
) -> None:
    design.write_text(text)
    ran = run("export", memory, "--design", design, *options, "-o", tmp_path / "no")
    assert ran.status == 2
    assert ran.err.startswith("Error: ")
    assert len(ran.err.splitlines()) == 1
    assert all(word in ran.err for word in words), ran.err
    assert not (tmp_path / "no").exists()


def test_commands_verify_on_demand(run: Run, memory: Path, tmp_path: Path) -> None:
    typed = ("--stop", "--winner", "--radius")
    image = tmp_path / "i"
    assert run("export", memory, *typed, "-o", image).status == 0
    vectors = ("vectors", image, "--count", 2, "--verify", "-o", tmp_path / "v")
    assert run(*vectors).status == 0
    loaded = hwsim.load_image(image)
    wrong = replace(loaded, radius=1 - loaded.radius.clip(0, 1))
    hwsim.write_image(image, wrong)
    refused = run(*vectors)
    assert refused.status == 2
    assert "radius word 0 is " in refused.err


def test_auto_chooses_and_says_why(run: Run, memory: Path, tmp_path: Path) -> None:
    kept, output = tmp_path / "kept.toml", tmp_path / "i"
    asked = ("--auto", "--least", "memory", "--accuracy", 0.5, "--noise", 0.1, "--lanes", 16)
    done = run("export", memory, *asked, "--save-design", kept, "-o", output, "--json")
    assert done.status == 0
    auto = json.loads(done.out)["auto"]
    assert Design.load(kept).to_dict() == auto["chosen"]["design"]
    assert auto["chosen"]["design"]["lanes"] == 16
    assert auto["why"].startswith("least memory at recall accuracy 0.5000 or better (10 % noise")
    image = hwsim.load_image(output)
    assert image == hwsim.lower(hwsim.load_memory(memory), Design.load(kept), check=False)


def test_what_auto_keeps_is_told_by_its_own_queries(run: Run, memory: Path, tmp_path: Path) -> None:
    asked = ("export", memory, "--auto", "--lanes", 16, "-o", tmp_path / "i", "--json")
    whole = json.loads(run(*asked).out)
    assert whole["kept"]["keeps"]
    assert whole["kept"]["exact"] == whole["auto"]["chosen"]["recall_accuracy"]
    assert whole["kept"]["float_network"] == whole["auto"]["float_recall_accuracy"]
    less = max(0.0, whole["kept"]["float_network"][-1] - 0.2)
    done = run(*asked, "--accuracy", less, "--noise", "0.4")
    found = json.loads(done.out)
    assert found["kept"]["noises"] == [0.4]
    told = f"is lost, as --accuracy {less:g} allows: hwsim export --auto --accuracy "
    assert found["kept"]["keeps"] or told in done.err


def test_auto_goes_with_its_own_options_only(run: Run, memory: Path, design: Path) -> None:
    for options in (("--auto", "--bits", 1), ("--auto", "--design", design), ("--least", "cycles"),
                    ("--device", "up5k")):  # fmt: skip
        refused = run("export", memory, *options, "-o", "nowhere")
        assert refused.status == 2
        assert "auto" in refused.err
