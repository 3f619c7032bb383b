"""Two images with prefixes of their own meet in one C program and in one Verilog design."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export import header
from hwsim.export.folder import load_image, write_image
from hwsim.export.manifest import read_manifest
from hwsim.hardware.image import Image
from tests.images import random_image, same_image
from tests.tools import require_tool, run, run_verilog

SIZES = {"alpha": Parameters(9, 5, lanes=8, offset_bits=4), "net_2": Parameters(70, 40, lanes=64)}


@pytest.fixture
def images(tmp_path: Path) -> dict[str, Image]:
    """Written to folders named by their prefixes."""
    made = {name: random_image(size, np.random.default_rng(3)) for name, size in SIZES.items()}
    for name, image in made.items():
        write_image(tmp_path / name, image, ["c"], prefix=name)
    return made


def test_two_images_in_one_c_program(images: dict[str, Image], tmp_path: Path) -> None:
    includes = "".join(
        f'#include "{name}/{memory}.h"\n' for name in images for memory in ("weights", "patterns")
    )
    shows = "".join(
        f'printf("%d %d %d %" PRIu64 "\\n", {name.upper()}_WEIGHTS_WIDTH, '
        f"{name.upper()}_WEIGHTS_DEPTH, {name.upper()}_PATTERNS_DEPTH, "
        f"(uint64_t){name}_weights[1] + {name}_patterns[0]);\n"
        for name in images
    )
    source = f"#include <inttypes.h>\n#include <stdio.h>\n{includes}int main(void) {{ {shows} }}\n"
    (tmp_path / "main.c").write_text(source)
    strict = ("-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror")
    run(require_tool("gcc"), *strict, "-o", tmp_path / "main", tmp_path / "main.c")
    expected = []
    for image in images.values():
        rows, p = image.memory_rows(), image.parameters
        total = sum(
            int.from_bytes(rows[memory][row].tobytes(), "little")
            for memory, row in (("weights", 1), ("patterns", 0))
        )
        expected.append(f"{p.lanes} {p.weight_depth} {p.pattern_depth} {total % 2**64}")
    assert run(tmp_path / "main").splitlines() == expected


def test_two_images_in_one_verilog_design(images: dict[str, Image], tmp_path: Path) -> None:
    includes = "".join(f'`include "{name}/{header.FILE}"\n' for name in images)
    shows = "\n".join(
        f'$display("%0d %0d %0s", `{name.upper()}_NEURONS, `{name.upper()}_PATTERNS_DEPTH, '
        f"`{name.upper()}_WEIGHTS_FILE);"
        for name in images
    )
    source = f"{includes}{includes}module bench;\ninitial begin\n{shows}\nend\nendmodule\n"
    assert run_verilog(source, tmp_path) == ["9 10 weights.mem", "70 80 weights.mem"]


def test_the_manifest_names_a_prefix_of_one_s_own(images: dict[str, Image], tmp_path: Path) -> None:
    for name, image in images.items():
        assert read_manifest(tmp_path / name)["prefix"] == name
        assert same_image(load_image(tmp_path / name), image)
        assert "hwsim_weights" not in (tmp_path / name / "weights.h").read_text()
        assert "`define HWSIM" not in (tmp_path / name / header.FILE).read_text()


def test_without_a_prefix_all_is_as_ever(images: dict[str, Image], tmp_path: Path) -> None:
    image = images["alpha"]
    write_image(tmp_path / "image", image, ["c"])
    assert "prefix" not in read_manifest(tmp_path / "image")
    for file in (header.FILE, "weights.h", "offsets.h"):
        written = (tmp_path / "alpha" / file).read_text()
        renamed = written.replace("ALPHA_", "HWSIM_").replace("alpha_", "hwsim_")
        assert (tmp_path / "image" / file).read_text() == renamed


@pytest.mark.parametrize(
    "prefix", ["", "2nd", "Net", "my-net", "net_", "_net", "a b", "a\n", "é", "a" * 33, "int*"]
)
def test_a_prefix_that_begins_no_legal_name(prefix: str, tmp_path: Path) -> None:
    image = random_image(SIZES["alpha"], np.random.default_rng(0))
    with pytest.raises(InputError) as caught:
        write_image(tmp_path / "image", image, prefix=prefix)
    assert str(caught.value).startswith(f"prefix is {prefix!r}; it must be a lower-case letter")
    assert not (tmp_path / "image").exists()
