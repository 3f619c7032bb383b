"""The engine against the specification: states, steps, flags, cycles, every counter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.bench.simulation import build_plain, run_plain
from hwsim.config import Parameters
from hwsim.cosim import cosimulate
from hwsim.cost.cycles import recall_cycles
from hwsim.errors import ToolError
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from tests.images import corner_queries, random_image
from tests.tools import require_tool

# N, P, B, KB, L
SIZES = [
    (1, 1, 1, 1, 8),
    (7, 3, 2, 4, 8),
    (64, 100, 2, 8, 64),
    (70, 95, 3, 9, 32),
    (130, 257, 1, 10, 16),
    (200, 600, 2, 8, 64),
    (200, 600, 8, 16, 128),
]

# origin, T, offset bits and their fraction, unequal plane weights, stalls
VARIANTS = {
    "nearest-50": ("nearest", 50, 0, 0, False, True),
    "absolute-50": ("absolute", 50, 5, 2, True, False),
    "nearest-1": ("nearest", 1, 16, 9, True, False),
    "absolute-1": ("absolute", 1, 0, 0, False, True),
}


def converging_image(parameters: Parameters, rng: np.random.Generator) -> Image:
    """Weights that pull towards the nearest pattern, a kernel that halves every N/16 bits."""
    p = parameters
    image = random_image(p, rng)
    codes = image.patterns.astype(np.int64) << (p.weight_bits - 1)
    codes |= rng.integers(0, 2 ** (p.weight_bits - 1), codes.shape)
    halvings = np.arange(p.neurons + 1) * 16 // p.neurons
    offsets = image.offsets // 8  # the patterns must win
    lut = p.kernel_max >> halvings
    return replace(image, codes=codes.astype(np.uint8), kernel_lut=lut, offsets=offsets)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_engine_equals_specification(
    size: tuple[int, int, int, int, int], variant: str, tmp_path: Path
) -> None:
    require_tool("iverilog")
    n, p, b, kb, lanes = size
    origin, steps, offset_bits, fraction, unequal, stalls = VARIANTS[variant]
    # Largest last, not in order, none a power of two beyond the first.
    plane_weights = (1, 7, 3, 11, 5, 2, 90, 255)[:b] if unequal else None
    parameters = Parameters(n, p, b, plane_weights, kb, lanes, offset_bits, fraction, steps, origin)
    rng = np.random.default_rng([*size, len(variant)])
    image = (converging_image if steps > 1 else random_image)(parameters, rng)
    queries = corner_queries(image, rng)
    write_image(tmp_path / "image", image)
    recalls = make_vectors(tmp_path / "image", queries, tmp_path / "vectors")
    result = cosimulate(tmp_path / "image", tmp_path / "vectors", stalls=stalls, seed=n)
    assert result.mismatches == ()
    assert result.recalls == len(queries)
    assert result.cycles == result.cycles_predicted
    if steps == 1:
        assert set(recalls.steps.tolist()) == {1}


def test_wandering_recalls(tmp_path: Path) -> None:
    """Recalls that run into the step limit, with groups skipped now and then."""
    require_tool("iverilog")
    rng = np.random.default_rng(12)
    # A random image whose recalls do not settle.
    parameters = Parameters(21, 50, 2, None, 5, 8, max_steps=7)
    image = random_image(parameters, rng)
    codes = rng.integers(0, 4, image.codes.shape).astype(np.uint8)
    image = replace(image, codes=codes)
    write_image(tmp_path / "image", image)
    queries = (2 * rng.integers(0, 2, (16, 21)) - 1).astype(np.int8)
    recalls = make_vectors(tmp_path / "image", queries, tmp_path / "vectors")
    assert not recalls.converged.all()
    assert recalls.counts.groups_skipped.any()
    assert recalls.counts.groups_active.any()
    result = cosimulate(tmp_path / "image", tmp_path / "vectors", seed=3)
    assert result.mismatches == ()


def test_plain_testbench_agrees(tmp_path: Path) -> None:
    """A second opinion without cocotb: the same states, and cycles that add up."""
    require_tool("iverilog")
    rng = np.random.default_rng(8)
    parameters = Parameters(70, 95, 3, None, 9, 32, offset_bits=4, offset_frac_bits=1, max_steps=4)
    image = random_image(parameters, rng)
    queries = corner_queries(image, rng)
    write_image(tmp_path / "image", image)
    recalls = make_vectors(tmp_path / "image", queries, tmp_path / "vectors")
    plain = build_plain(tmp_path / "image", tmp_path / "vectors", len(queries), tmp_path / "plain")
    assert run_plain(plain) == int(recall_cycles(parameters, recalls.counts).sum())


def test_plain_testbench_names_the_word_that_is_wrong(tmp_path: Path) -> None:
    require_tool("iverilog")
    rng = np.random.default_rng(9)
    image = random_image(Parameters(70, 40, lanes=32, max_steps=2), rng)  # 3 words a state
    queries = corner_queries(image, rng)
    write_image(tmp_path / "image", image)
    make_vectors(tmp_path / "image", queries, tmp_path / "vectors")
    states = (tmp_path / "vectors" / "states.mem").read_text().split()
    right, wrong = states[3 * 4 + 1], f"{int(states[3 * 4 + 1], 16) ^ 1:08x}"
    states[3 * 4 + 1] = wrong
    (tmp_path / "vectors" / "states.mem").write_text("\n".join(states) + "\n")
    plain = build_plain(tmp_path / "image", tmp_path / "vectors", 6, tmp_path / "plain")
    with pytest.raises(ToolError) as caught:
        run_plain(plain)
    assert str(caught.value).startswith(
        f"the plain testbench failed: word 1 of recall 4 is {right}, expected {wrong}\n"
        "FAIL: 6 recalls, 1 words wrong, "
    )
