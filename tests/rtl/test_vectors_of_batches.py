"""Golden vectors of queries in flight: written, checked, driven through the engine in two ways."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.audit.check import check
from hwsim.bench.simulation import build_plain, run_plain
from hwsim.compress.kernel_lut import kernel_lut
from hwsim.config import Parameters
from hwsim.cosim import cosimulate
from hwsim.cost.cycles import recall_cycles
from hwsim.errors import InputError
from hwsim.export.folder import write_image
from hwsim.export.vectors import OF_BATCH, VECTORS, encode_vectors, parse_vectors, vectors_of
from hwsim.golden import make_vectors
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits
from tests.rtl.ruled import random_case
from tests.tools import require_tool


def in_flight(image: Image, slots: int) -> Image:
    return replace(image, parameters=replace(image.parameters, queries_in_flight=slots))


def written(seed: int, slots: int, folder: Path) -> tuple[int, int]:
    """Vectors of two batches and one query more; how many queries, and the cycles of all."""
    image, queries = random_case(seed).make()
    queries = queries[: 2 * slots + 1]
    write_image(folder / "image", in_flight(image, slots))
    make_vectors(folder / "image", queries, folder / "vectors")
    batches = vectors_of(folder / "vectors", parse_vectors(folder / "vectors")).batches()
    assert batches[-1].last == len(queries) - 1
    return len(queries), sum(batch.cycles for batch in batches)


@pytest.mark.parametrize("slots", [2, 4, 8])
@pytest.mark.parametrize("seed", range(int(os.environ.get("HWSIM_COSIMS", "3"))))
def test_random_images(slots: int, seed: int, tmp_path: Path) -> None:
    """A few of those that `make cosims` runs."""
    require_tool("iverilog")
    queries, cycles = written(seed, slots, tmp_path)
    folders = (tmp_path / "image", tmp_path / "vectors")
    result = cosimulate(*folders, stalls=seed % 2 == 0, seed=seed)
    assert (result.mismatches, result.recalls) == ((), queries)
    assert result.cycles == result.cycles_predicted
    assert sum(result.cycles) == cycles


def test_plain_testbench_agrees(tmp_path: Path) -> None:
    require_tool("iverilog")
    queries, cycles = written(5, 4, tmp_path)
    plain = build_plain(tmp_path / "image", tmp_path / "vectors", queries, tmp_path / "plain")
    assert run_plain(plain) == cycles


def test_four_in_flight_read_a_quarter_of_the_scans_of_one(tmp_path: Path) -> None:
    """N = 1000, P = 3000, 20 % noise: what they read at most 0.3 of, and the cycles that saves."""
    require_tool("iverilog")
    p = Parameters(1000, 3000, 1)
    patterns = np.random.default_rng(0).integers(0, 2, (3000, 1000)).astype(np.uint8)
    lut, offsets = kernel_lut(1000, 0.02, 8), np.zeros(1000, dtype=np.int64)
    plain = Image(p, patterns, patterns, lut, offsets, 0.02)
    image = with_rules(plain, dataflow="row", stop=False)  # whole scans in every step
    queries, _ = noisy_queries(spins_from_bits(patterns), 4, 0.2, 1)
    write_image(tmp_path / "image", in_flight(image, 4))
    together = make_vectors(tmp_path / "image", queries, tmp_path / "vectors").counts
    alone = fast.recall(image, queries).counts
    assert together.scans.sum() * p.pattern_depth <= 0.3 * alone.scans.sum() * p.pattern_depth
    assert together.pattern_reads.sum() <= 0.3 * alone.pattern_reads.sum()
    result = cosimulate(tmp_path / "image", tmp_path / "vectors", stalls=False)
    assert result.mismatches == ()
    assert sum(result.cycles) <= 0.3 * recall_cycles(p, alone).sum()


def test_they_are_found_sound(tmp_path: Path) -> None:
    written(10, 2, tmp_path)
    assert not check(tmp_path / "vectors").differences


@pytest.mark.parametrize(("index", "told"), [(1, "missing"), (2, "there")])
@pytest.mark.parametrize("name", OF_BATCH)
def test_counters_stand_with_the_last_of_a_batch(
    index: int, told: str, name: str, tmp_path: Path
) -> None:
    written(10, 2, tmp_path)
    document = json.loads((tmp_path / "vectors" / VECTORS).read_text())
    recalls = document["recalls"]
    if told == "missing":
        del recalls[index][name]
    else:
        recalls[index][name] = recalls[1][name]
    (tmp_path / "vectors" / VECTORS).write_bytes(encode_vectors(document))
    with pytest.raises(InputError) as caught:
        vectors_of(tmp_path / "vectors", parse_vectors(tmp_path / "vectors"))
    assert f"recalls[{index}].{name} is {told}; it must be with the last of every 2" in str(
        caught.value
    )
