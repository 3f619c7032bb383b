"""Images for engines side by side: each one's share of a memory in a file of its own."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.audit.check import check
from hwsim.audit.reseal import reseal
from hwsim.config import Parameters
from hwsim.cosim.engine import engine_testbench
from hwsim.errors import InputError
from hwsim.export.folder import load_image, write_image
from hwsim.export.header import FILE
from hwsim.export.manifest import read_manifest
from hwsim.hardware.image import Image
from hwsim.hardware.layout import roms
from hwsim.hardware.rules import with_rules
from hwsim.hardware.verify import verify
from tests.images import remembering_image

SHARED_OUT = ("patterns", "weights", "radius")


def sample(dataflow: str = "group", engines: int = 4) -> Image:
    p = Parameters(20, 75, lanes=8, offset_bits=3, engines=engines)
    image = remembering_image(p, np.random.default_rng(4))
    narrow = np.array([255, 3, *([0] * 19)])  # nearly every pattern is a fixed point
    return with_rules(replace(image, kernel_lut=narrow), dataflow=dataflow)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_image(tmp_path / "image", sample(), ["bin"])
    return tmp_path / "image"


@pytest.mark.parametrize("dataflow", ["group", "row"])
def test_the_shares_of_a_memory_are_the_whole(tmp_path: Path, dataflow: str) -> None:
    path, image = tmp_path / "image", sample(dataflow)
    assert image.parameters.radius_bits
    write_image(path, image)
    for name in set(SHARED_OUT) & set(image.memory_rows()):
        lines = [(path / f"{name}_{engine}.mem").read_text() for engine in range(4)]
        assert "".join(lines) == (path / f"{name}.mem").read_text()
        assert min(map(len, lines)) > 0
    # ten groups: 2, 3, 2 and 3 of them, the last with 3 patterns
    counted = [(path / f"radius_{e}.mem").read_text().count("\n") for e in range(4)]
    assert counted == [16, 24, 16, 19]
    assert not (path / "kernel_lut_0.mem").exists()
    assert not (path / "offsets_0.mem").exists()
    loaded = load_image(path, verify=True)
    assert loaded.parameters == image.parameters
    assert not verify(loaded)
    assert check(path).sound


def test_header_and_testbench_name_the_first_share_s_file(folder: Path) -> None:
    text = (folder / FILE).read_text()
    for name in SHARED_OUT:
        assert f'`define HWSIM_{name.upper()}_FILE "{name}_0.mem"' in text
    assert '`define HWSIM_KERNEL_LUT_FILE "kernel_lut.mem"' in text
    assert "`define HWSIM_ENGINES 4\n" in text
    testbench = engine_testbench(folder)
    assert testbench.parameters["PATTERNS_FILE"] == "image/patterns_0.mem"
    assert testbench.parameters["OFFSETS_FILE"] == "image/offsets.mem"
    shares = {f"image/{name}_{engine}.mem" for name in SHARED_OUT for engine in range(4)}
    assert set(testbench.files) == {*shares, "image/kernel_lut.mem", "image/offsets.mem"}


def test_the_formats_are_of_the_shares(folder: Path) -> None:
    written = {(o["memory"], o["format"]) for o in read_manifest(folder)["other_formats"]}
    names = roms(sample().parameters)
    assert {memory for memory, chosen in written if chosen == "bin"} == set(names)
    assert {memory for memory, chosen in written if chosen == "mem"} == {
        name for name in names if name[-1].isdigit()
    }
    assert len((folder / "weights_1.bin").read_bytes()) == 3 * 20 * 2


def test_one_engine_has_no_shares(tmp_path: Path) -> None:
    write_image(tmp_path / "image", sample(engines=1))
    assert not list((tmp_path / "image").glob("*_0*"))
    assert read_manifest(tmp_path / "image")["other_formats"] == []


def test_a_changed_share_is_found_and_named(folder: Path) -> None:
    file = folder / "patterns_1.mem"
    lines = file.read_text().split("\n")
    lines[5] = f"{int(lines[5], 16) ^ 1:02x}"
    file.write_text("\n".join(lines))
    (found,) = check(folder).differences
    assert found.file == file.name
    # share 1 begins with pattern 16; its word 5 is the third of pattern 17
    assert "word 5, bits 0 to 3: pattern 17, neurons 16 to 19" in str(found)
    with pytest.raises(InputError, match=r"patterns_1\.mem was altered"):
        engine_testbench(folder)
    file.unlink()
    with pytest.raises(InputError, match=r"patterns_1\.mem is missing"):
        engine_testbench(folder)
    assert file.name in reseal(folder)
    assert check(folder).sound


def test_shares_are_made_anew_with_what_they_are_cut_from(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    (other / "weights_3.mem").write_text("00\n" * 120)
    with pytest.raises(InputError, match=r"weights_3\.mem is not what"):
        reseal(other)
