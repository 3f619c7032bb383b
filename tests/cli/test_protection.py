"""Images whose memories have check bits: what is written, checked, resealed and refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.config import Parameters
from hwsim.export.folder import load_image, write_image
from hwsim.hardware.image import Image
from hwsim.hardware.layout import memory_shapes
from hwsim.hardware.protection import code
from hwsim.hardware.rules import with_rules
from tests.cli.conftest import Run, refused
from tests.images import random_image


def image() -> Image:
    plain = Parameters(21, 30, 2, None, 6, 16, offset_bits=5, offset_frac_bits=1, max_steps=4)
    return with_rules(random_image(plain, np.random.default_rng(3)), coarse_words=1)


@pytest.mark.parametrize("protection", ["parity", "secded"])
def test_every_word_of_the_engine_s_files_is_the_code_word(protection: str, tmp_path: Path) -> None:
    made = image()
    write_image(tmp_path / "image", made, protection=protection)
    assert (load_image(tmp_path / "image").patterns == made.patterns).all()
    assert not hwsim.check(tmp_path / "image").differences
    header = (tmp_path / "image" / "hwsim_parameters.vh").read_text()
    assert f"`define HWSIM_PROTECTION {1 if protection == 'parity' else 2}\n" in header
    for name, shape in memory_shapes(made.parameters).items():
        assert f'"{name}.{protection}.mem"' in header
        coded = code(protection, shape.width)
        assert coded is not None
        words = [int(line, 16) for line in (tmp_path / "image" / f"{name}.mem").read_text().split()]
        file = tmp_path / "image" / f"{name}.{protection}.mem"
        found = [int(line, 16) for line in file.read_text().split()]
        assert found == [coded.encode(word) for word in words]


def test_without_check_bits_nothing_is_said_of_them(tmp_path: Path) -> None:
    write_image(tmp_path / "image", image())
    assert "protection" not in json.loads((tmp_path / "image" / "manifest.json").read_text())
    assert "PROTECTION" not in (tmp_path / "image" / "hwsim_parameters.vh").read_text()


def test_a_wrong_check_bit_is_found_and_a_missing_file_made_anew(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "image"
    write_image(folder, image(), protection="secded")
    manifest = (folder / "manifest.json").read_bytes()
    file = folder / "weights.secded.mem"
    written = file.read_text()
    lines = written.splitlines()
    lines[2] = f"{int(lines[2], 16) ^ 1 << 17:0{len(lines[2])}x}"  # 16 bits of data, then checks
    file.write_text("\n".join(lines) + "\n")
    assert "weights.secded.mem" in str(hwsim.check(folder).differences)
    refused(run, "cosim", folder, "--count", 1, words=("weights.secded.mem was altered",))
    file.unlink()
    assert run("check", "--reseal", folder).status == 0
    assert file.read_text() == written
    assert (folder / "manifest.json").read_bytes() == manifest
    assert not hwsim.check(folder).differences


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"engines": 2}, "protection is secded and engines is 2; let engines be 1"),
        ({"external_weights": 40}, "its weights are external"),
    ],
)
def test_what_has_no_protected_engine_is_refused(
    changed: dict[str, int], words: str, tmp_path: Path
) -> None:
    plain = Parameters(33, 40, 2, None, 6, 16, max_steps=4)
    made = random_image(plain, np.random.default_rng(3))
    made = replace(made, parameters=replace(plain, **changed))
    with pytest.raises(hwsim.InputError, match=words):
        hwsim.write_image(tmp_path / "image", made, protection="secded")
    assert not (tmp_path / "image").exists()


def test_unknown_protections_and_hosts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(hwsim.InputError, match="protection is 'triple'"):
        hwsim.write_image(tmp_path / "image", image(), protection="triple")
    hwsim.write_image(tmp_path / "image", image(), protection="parity")
    with pytest.raises(hwsim.InputError, match="protection is parity, but a host"):
        hwsim.synthesize(tmp_path / "image", "up5k", loadable=True)


def test_the_command_says_how_many_check_bits_there_are(run: Run, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    patterns = rng.choice([-1, 1], (20, 30)).astype(np.int8)
    memory = tmp_path / "memory.npz"
    hwsim.save_memory(memory, hwsim.train(patterns, 0.05, steps=20))
    asked = ("export", memory, "--bits", 2, "--lanes", 16, "--protect", "secded")
    told = json.loads(run(*asked, "-o", tmp_path / "image", "--json").out)
    assert told["protection"] == "secded"
    assert told["check_bits"]["patterns"] == 20 * 2 * 6  # ceil(30 / 16) words, 6 checks each
    assert told["check_bits"]["kernel_lut"] == 31 * 5
    assert "kernel_planes" not in told["check_bits"]
    refused(
        run, *asked, "--engines", 2, "-o", tmp_path / "two",
        words=("protection is secded and engines is 2",),
    )  # fmt: skip
    assert not (tmp_path / "two").exists()


def test_a_report_tells_what_check_bits_add(run: Run, tmp_path: Path) -> None:
    made = image()
    bits = {}
    for protection in ("none", "parity", "secded"):
        folder, report = tmp_path / protection, tmp_path / f"{protection} report"
        write_image(folder, made, protection=protection)
        ran = run("report", folder, "--count", 20, "-o", report, "--json")
        told = json.loads(ran.out)
        if protection == "none":
            assert "protection" not in told
            continue
        cost = told["protection"]
        assert cost["protection"] == protection
        for name, each in cost["memories"].items():
            coded = code(protection, each["word_bits"])
            assert coded is not None
            assert each["check_bits"] == coded.check_bits
            depth = each["bits"] // (each["word_bits"] + each["check_bits"])
            assert each["word_bits"] * depth == told["footprint_bits"][name]
        assert cost["energy_pj"]["with"] > cost["energy_pj"]["without"]
        assert "Check bits" in (report / "report.md").read_text()
        bits[protection] = cost["bits"]["with"]
    assert bits["parity"] < bits["secded"]


@pytest.mark.parametrize("scrub", ["10.5", "1e400", "1000,x"])
def test_intervals_that_are_no_whole_numbers_are_refused(
    scrub: str, run: Run, tmp_path: Path
) -> None:
    hwsim.write_image(tmp_path / "image", image())
    asked = ("faults", tmp_path / "image", "--keep", 0.9, "--scrub", scrub)
    refused(run, *asked, words=(f"scrub is '{scrub}'; it must be",))
