"""Weights in an external memory: from the choice over the image to the simulated engine's cycles.

HWSIM_COSIMS=N simulates so many random images.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim import Design, HwsimError
from hwsim.audit.check import check
from hwsim.config import MAX_EXTERNAL_WEIGHTS, Parameters
from hwsim.config.external import weight_buffer
from hwsim.cosim import cosimulate
from hwsim.cosim.simulators import source_folder
from hwsim.cost.cycles import EXTERNAL_LATENCY, engine_cycles
from hwsim.errors import InputError
from hwsim.export.folder import load_image, write_image
from hwsim.golden import make_vectors, specified
from hwsim.hardware import spec
from hwsim.hardware.image import Image
from hwsim.kit import write_kit
from tests.images import random_image, random_queries
from tests.rtl.ruled import Case, Queries
from tests.sealing import edit_manifest
from tests.tools import require_tool

SMALL = Parameters(21, 45, 2, (3, 2), 4, 8, offset_bits=4, offset_frac_bits=1, max_steps=4)
LEAST = SMALL.neurons * SMALL.weight_bits - 5  # cycles that words of a group still hide
COSIMS = int(os.environ.get("HWSIM_COSIMS", "4"))


def external(image: Image, cycles: int) -> Image:
    return replace(image, parameters=replace(image.parameters, external_weights=cycles))


def written(folder: Path, image: Image, queries: Queries) -> tuple[Path, Path]:
    write_image(folder / "image", image)
    make_vectors(folder / "image", queries, folder / "vectors")
    return folder / "image", folder / "vectors"


def small(cycles: int = 7) -> tuple[Image, Queries]:
    rng = np.random.default_rng(1)
    image = random_image(replace(SMALL, external_weights=cycles), rng)
    return image, random_queries(SMALL, 4, rng)


def chance(seed: int) -> tuple[Image, Queries]:
    """An image of any sizes, rules and latency that go together."""
    rng = np.random.default_rng(seed)
    lanes, bits = int(rng.choice([8, 16, 32, 64])), int(rng.integers(1, 5))
    neurons = int(rng.integers(-(-(lanes + 8) // bits), 90))
    sizes = Parameters(
        neurons, int(rng.integers(1, 6 * lanes)), bits, None, int(rng.integers(1, 10)), lanes,
        int(rng.choice([0, 6])), int(rng.integers(0, 3)), int(rng.integers(1, 9)),
        queries_in_flight=int(rng.choice([1, 1, 2, 4])),
    )  # fmt: skip
    on = rng.random(4) < 0.4
    kind = str(rng.choice(["remembering", "random", "narrow"]))
    case = Case(
        "chance", sizes, "group", bool(on[0]), bool(on[1]), bool(on[0] & on[2]), int(on[3]), kind,
        queries=int(rng.integers(2, 6)), seed=seed,
    )  # fmt: skip
    image, queries = case.make()
    return external(image, int(rng.integers(1, neurons * bits - 4))), queries


@pytest.mark.parametrize("seed", range(COSIMS))
def test_random_images_in_icarus(seed: int, tmp_path: Path) -> None:
    require_tool("iverilog")
    image, queries = chance(seed)
    folders = written(tmp_path, image, queries)
    result = cosimulate(*folders, stalls=bool(seed % 2), seed=seed)
    assert result.mismatches == (), image.parameters
    assert result.recalls == len(queries)


@pytest.mark.parametrize("cycles", [1, 28, 29, LEAST])
def test_each_latency_takes_its_cycles(cycles: int, tmp_path: Path) -> None:
    """28: the last with 64 words in the buffer; LEAST: the last that groups hide."""
    require_tool("iverilog")
    image, queries = small(cycles)
    result = cosimulate(*written(tmp_path, image, queries), stalls=False)
    assert result.mismatches == ()
    on_chip = external(image, 0)
    counts = specified(on_chip, queries).counts
    waits = counts.accumulating_steps * (cycles + EXTERNAL_LATENCY)
    alone = engine_cycles(on_chip.parameters, counts, len(queries))
    assert waits.all()
    assert (np.array(result.cycles) == alone + waits).all()


def test_a_slower_memory_than_the_image_says_is_seen(tmp_path: Path) -> None:
    """A word more late in the memory's model: every cycle of it is a difference."""
    require_tool("iverilog")
    image, queries = small()
    folders = written(tmp_path, image, queries)
    rtl = shutil.copytree(source_folder("rtl"), tmp_path / "rtl")
    port = rtl / "axi" / "hwsim_weights.v"
    text = port.read_text()
    assert text.count("stored != 0") == 1
    port.write_text(text.replace("stored != 0", "stored > 1"))
    result = cosimulate(*folders, rtl=rtl)
    assert any("cycles is" in said or "no answer" in said for said in result.mismatches)
    port.unlink()
    with pytest.raises(InputError, match=r"rtl, which holds no hwsim_weights.v in axi"):
        cosimulate(*folders, rtl=rtl)


def test_the_engine_s_own_words_do_not_come_from_the_image(tmp_path: Path) -> None:
    """Another word in the external memory is another recall: nothing else holds the weights."""
    require_tool("iverilog")
    image, queries = small()
    folder, vectors = written(tmp_path, image, queries)
    bench = source_folder("cosim") / "axi_memory.v"
    assert "content[(first" in bench.read_text()
    other = replace(image, codes=3 - image.codes)
    write_image(tmp_path / "other", other)
    shutil.copy(tmp_path / "other" / "weights.bin", folder / "weights.bin")
    with pytest.raises(InputError, match=r"weights.bin was altered: its SHA-256 is not"):
        cosimulate(folder, vectors)
    digest = json.loads((tmp_path / "other" / "manifest.json").read_text())["other_formats"]
    edit_manifest(folder, lambda manifest: manifest.update(other_formats=digest))
    make_vectors(folder, queries, vectors)
    result = cosimulate(folder, vectors)
    assert any("state word" in said for said in result.mismatches)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.unlink(), "weights.bin is missing"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "weights.bin was altered"),
    ],
)
def test_a_byte_image_that_is_not_sound(
    spoil: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    require_tool("iverilog")
    image, queries = small()
    folder, vectors = written(tmp_path, image, queries)
    spoil(folder / "weights.bin")
    with pytest.raises(InputError, match=words):
        cosimulate(folder, vectors)
    assert [difference.file for difference in check(folder).differences] == ["weights.bin"]


def test_the_image_keeps_what_its_memory_takes(tmp_path: Path) -> None:
    image, _ = small()
    write_image(tmp_path / "image", image)
    assert load_image(tmp_path / "image").parameters == image.parameters
    words = np.fromfile(tmp_path / "image" / "weights.bin", dtype=np.uint8)
    listed = (tmp_path / "image" / "weights.mem").read_text().split()
    assert [f"{word:02x}" for word in words] == listed  # words of 8 bits
    header = (tmp_path / "image" / "hwsim_parameters.vh").read_text()
    for line in ("EXTERNAL 1", "EXTERNAL_WEIGHTS 7", "WEIGHT_BUFFER 64"):
        assert f"`define HWSIM_{line}\n" in header
    manifest = tmp_path / "image" / "manifest.json"
    text = manifest.read_text()
    assert text.count('"external_weights": 7') == 1
    manifest.write_text(text.replace('"external_weights": 7', '"external_weights": 8'))
    with pytest.raises(InputError, match="external_weights does not fit its manifest_sha256"):
        load_image(tmp_path / "image")


def test_an_image_without_has_no_key_of_it(tmp_path: Path) -> None:
    write_image(tmp_path / "image", small(0)[0])
    assert "external" not in (tmp_path / "image" / "manifest.json").read_text()
    assert "EXTERNAL" not in (tmp_path / "image" / "hwsim_parameters.vh").read_text()
    assert not (tmp_path / "image" / "weights.bin").exists()


REFUSED = [
    ({"dataflow": "row"}, "external_weights is 7, but dataflow is row; give group, or leave"),
    ({"engines": 2}, "external_weights is 7, but engines is 2; give 1, or leave"),
    ({"pipelined": True}, "external_weights is 7, but pipelined is true; give false, or leave"),
    ({"lanes": 64}, "neurons * weight_bits is 42, and must be at least lanes + 8, 72; give fewer"),
    ({"external_weights": 38}, "is 42, and must be at least 5 more; give a faster memory, or"),
    ({"external_weights": 4061}, "external_weights is 4061; it must be from 0 to 4060"),
    ({"external_weights": True}, "external_weights is True; it must be a whole number from 0"),
    (
        {"neurons": 65536, "patterns": 1048576, "weight_bits": 8, "plane_weights": None},
        "the weights are 68719476736 bytes, of which addresses of 32 bits reach 4294963200; give",
    ),
]


@pytest.mark.parametrize(("changed", "words"), REFUSED)
def test_what_does_not_go_together(changed: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        replace(SMALL, **{"external_weights": 7, **changed})
    assert words in str(caught.value)
    if not {"neurons", "lanes"} & changed.keys() and changed != {"external_weights": 38}:
        chosen = {name: value for name, value in changed.items() if name != "weight_bits"}
        with pytest.raises(HwsimError, match="external_weights"):  # where only choices are known
            Design(**{"external_weights": 7, **chosen})


def test_a_kit_of_it_is_refused(tmp_path: Path) -> None:
    write_image(tmp_path / "image", small()[0])
    with pytest.raises(InputError, match="external_weights is 7, but a kit is of an engine with"):
        write_kit(tmp_path / "kit", tmp_path / "image")
    assert not (tmp_path / "kit").exists()


@given(st.integers(1, MAX_EXTERNAL_WEIGHTS))
def test_the_buffer_holds_two_bursts_beside_what_is_on_its_way(cycles: int) -> None:
    depth = weight_buffer(Parameters(5000, 8, 1, external_weights=cycles))
    assert depth & (depth - 1) == 0
    assert max(64, cycles + 36) <= depth < max(65, 2 * (cycles + 36))


@given(st.integers(1, LEAST), st.sampled_from((1, 4)))
def test_nothing_else_of_a_recall_depends_on_it(cycles: int, slots: int) -> None:
    image, queries = small(0)
    image = replace(image, parameters=replace(image.parameters, queries_in_flight=slots))
    here, there = specified(image, queries), specified(external(image, cycles), queries)
    assert (here.states == there.states).all()
    assert here.counts.row(0) == there.counts.row(0)
    assert (spec.recall(external(image, cycles), queries).states == here.states).all()
    longer = engine_cycles(external(image, cycles).parameters, there.counts, len(queries))
    shorter = engine_cycles(image.parameters, here.counts, len(queries))
    steps = here.counts.accumulating_steps
    assert (longer - shorter == steps * (cycles + EXTERNAL_LATENCY)).all()
