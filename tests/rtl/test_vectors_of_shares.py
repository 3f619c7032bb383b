"""Golden vectors for engines side by side, from the files of their shares; and what they save."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.audit.check import check
from hwsim.bench.simulation import build_plain, run_plain
from hwsim.compress.kernel_lut import kernel_lut
from hwsim.config import DATAFLOWS, Parameters
from hwsim.cosim import cosimulate
from hwsim.cost.cycles import recall_cycles
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray
from hwsim.hardware.rules import with_rules, without_rules
from hwsim.reference.queries import noisy_queries
from hwsim.spins import SpinArray, spins_from_bits
from tests.rtl.images import ruled_image, ruled_queries
from tests.tools import require_tool


def side_by_side(image: Image, engines: int) -> Image:
    return replace(image, parameters=replace(image.parameters, engines=engines))


def cycles_of(image: Image, queries: SpinArray, engines: int) -> IntArray:
    shared = side_by_side(image, engines)
    return recall_cycles(shared.parameters, fast.recall(shared, queries).counts)


@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_vectors_are_sound_and_pass(dataflow: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    image = ruled_image("all", dataflow)
    folders = (tmp_path / "image", tmp_path / "vectors")
    write_image(folders[0], side_by_side(image, 4))
    queries = ruled_queries(image)[:6]
    make_vectors(folders[0], queries, folders[1])
    assert check(folders[1]).sound
    result = cosimulate(*folders, stalls=False)
    assert (result.mismatches, result.recalls) == ((), len(queries))
    assert result.cycles == result.cycles_predicted
    plain = build_plain(*folders, len(queries), tmp_path / "plain")
    assert run_plain(plain) == sum(result.cycles)


def large(dataflow: str) -> tuple[Image, SpinArray]:
    """N = 1000, P = 3000, 1 bit, L = 64, and whole scans; a query at 10 % noise."""
    patterns = np.random.default_rng(0).integers(0, 2, (3000, 1000)).astype(np.uint8)
    lut, offsets = kernel_lut(1000, 0.02, 8), np.zeros(1000, dtype=np.int64)
    plain = Image(Parameters(1000, 3000, 1), patterns, patterns, lut, offsets, 0.02)
    queries, _ = noisy_queries(spins_from_bits(patterns), 2, 0.1, 1)
    return with_rules(plain, dataflow=dataflow), queries


@pytest.mark.parametrize("dataflow", DATAFLOWS)
@pytest.mark.parametrize(("engines", "least"), [(2, 1.9), (4, 3.6)])
def test_whole_scans_take_as_many_times_fewer_cycles(
    dataflow: str, engines: int, least: float
) -> None:
    """By all rules but abandon, and by none."""
    image, queries = large(dataflow)
    for each in (image, without_rules(image)):
        assert (cycles_of(each, queries, 1) >= least * cycles_of(each, queries, engines)).all()


@pytest.mark.parametrize(("engines", "least"), [(2, 1.9), (4, 3.6)])
def test_whole_scans_in_the_engine(engines: int, least: float, tmp_path: Path) -> None:
    require_tool("iverilog")
    image, queries = large("group")
    folders = (tmp_path / "image", tmp_path / "vectors")
    write_image(folders[0], side_by_side(image, engines))
    make_vectors(folders[0], queries[:1], folders[1])
    result = cosimulate(*folders, stalls=False)
    assert result.mismatches == ()
    assert cycles_of(image, queries[:1], 1)[0] >= least * result.cycles[0]
