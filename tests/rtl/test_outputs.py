"""Outputs other than the patterns, and sequences, in the Verilog engine: every field and label."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.config import Parameters
from hwsim.cosim import cosimulate
from hwsim.export.folder import write_image
from hwsim.export.vectors import encode_vectors
from hwsim.golden import make_vectors
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from tests.images import associating_image, corner_queries, near_queries
from tests.rtl.opinions import in_icarus, question
from tests.tools import require_tool

SMALL = Parameters(21, 45, 2, (3, 2), 3, 8, 3, 1, max_steps=1, outputs=10, scale_bits=4)

CASES = {
    "scales and offsets": (SMALL, 1),
    "misses": (replace(SMALL, kernel_origin="absolute", outputs=24, offset_bits=0), 22),
    "a single output": (replace(SMALL, outputs=1, scale_bits=0), 3),
    "smallest": (Parameters(1, 1, 1, None, 1, 8, max_steps=1, outputs=1), 4),
    "more outputs than neurons": (Parameters(1, 3, 1, None, 4, 8, max_steps=1, outputs=8), 5),
    "64 lanes": (Parameters(70, 90, 3, (1, 2, 3), 9, 64, 8, 4, 1, outputs=100, scale_bits=8), 6),
    "a sequence": (replace(SMALL, outputs=21, max_steps=5, scale_bits=0), 7),
    "a sequence that misses": (
        replace(SMALL, outputs=21, max_steps=4, kernel_origin="absolute", kernel_bits=1), 12,
    ),
}  # fmt: skip


def asked(image: Image, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.concatenate([corner_queries(image, rng), near_queries(image, 2, rng)])


def engine_agrees(image: Image, queries: np.ndarray, folder: Path, *, stalls: bool = True) -> None:
    write_image(folder / "image", image)
    make_vectors(folder / "image", queries, folder / "vectors")
    result = cosimulate(folder / "image", folder / "vectors", stalls=stalls)
    assert result.mismatches == ()
    assert result.cycles == result.cycles_predicted
    assert (result.recalls, result.results) == (len(queries), image.parameters.results)


@pytest.mark.parametrize("name", CASES)
def test_the_engine_answers_as_the_specification(name: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    parameters, seed = CASES[name]
    image = associating_image(parameters, np.random.default_rng(seed))
    queries = asked(image, seed)
    missed = fast.associate(image, queries).miss
    assert missed.any() == ("miss" in name)
    engine_agrees(image, queries, tmp_path, stalls="64" not in name)


@pytest.mark.parametrize("name", ["scales and offsets", "a sequence that misses"])
def test_the_plain_testbench_says_so_too(name: str, tmp_path: Path) -> None:
    """After packets that are dropped, and a reset in the middle of a step."""
    parameters, seed = CASES[name]
    image = associating_image(parameters, np.random.default_rng(seed))
    plain = question(image, asked(image, seed), tmp_path)
    disturbed = replace(plain, asked={**plain.asked, "DISTURBED": 1, "STALLS": 1})
    assert in_icarus(disturbed) == plain.answer


@pytest.mark.parametrize("file", ["label", "fields", "state"])
def test_a_wrong_answer_is_seen(file: str, tmp_path: Path) -> None:
    """The comparison itself: the engine has other scales, offsets or weights than the vectors."""
    require_tool("iverilog")
    parameters, seed = CASES["scales and offsets"]
    image = associating_image(parameters, np.random.default_rng(seed))
    changed = {
        "label": {"scales": np.zeros_like(image.scales)},
        "fields": {"offsets": image.offsets ^ 1},
        "state": {"offsets": -1 - image.offsets},
    }[file]
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", asked(image, seed), tmp_path / "vectors")
    write_image(tmp_path / "image", replace(image, **changed))
    document = (tmp_path / "vectors" / "vectors.json").read_text()
    digest = hashlib.sha256((tmp_path / "image" / "manifest.json").read_bytes()).hexdigest()
    (tmp_path / "vectors" / "vectors.json").write_bytes(
        encode_vectors({**json.loads(document), "image_sha256": digest})
    )
    result = cosimulate(tmp_path / "image", tmp_path / "vectors")
    assert any(file in words for words in result.mismatches), result.mismatches


def test_a_sequence_is_replayed_from_a_noisy_cue(tmp_path: Path) -> None:
    """100 patterns of 200 neurons, every step of the engine the model's, and the next pattern."""
    require_tool("iverilog")
    rng = np.random.default_rng(0)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (100, 200))
    memory = hwsim.train(patterns, gamma=0.02, targets=np.roll(patterns, -1, axis=0))
    image = hwsim.lower(memory, bits=2)
    image = replace(image, parameters=replace(image.parameters, max_steps=100))
    cue = np.where(rng.random(200) < 0.15, -patterns[0], patterns[0])[None].astype(np.int8)
    assert 20 < np.sum(cue[0] != patterns[0]) < 40
    engine_agrees(image, cue, tmp_path)
    found = fast.associate(image, cue).trajectories[0]
    assert np.array_equal(found, np.roll(patterns, -1, axis=0))
