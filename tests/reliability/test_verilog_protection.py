"""Parity and SECDED in the engine's memories: flipped cells, in every position of a word.

`python -m tests.reliability.test_verilog_protection` does so in both dataflows, with rules and
without, of every memory; here is a sample.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from hwsim.hardware import fast
from hwsim.reliability.maps import FaultMap, flipped
from hwsim.reliability.places import Place, places
from tests.reliability.engine import LANES, NEURONS, Engine, images
from tests.tools import require_tool

WORDS: Final = -(-NEURONS // LANES)
assert NEURONS % LANES == LANES - 1  # one lane of a row's last word is no neuron


def one_a_word(place: Place, shift: int) -> FaultMap:
    """A flipped cell in every word, at a position that goes round with the address."""
    words = np.arange(len(place.words))
    return flipped(place, *(words * place.width + (words + shift) % place.width).tolist())


def two_a_word(place: Place, share: float, seed: int) -> FaultMap:
    """Two flipped cells in some words, in lanes that are no neuron too."""
    rng = np.random.default_rng([seed, *place.name.encode()])
    words = np.flatnonzero(rng.random(len(place.words)) < share)
    cells: list[int] = []
    for word in words.tolist() or [0]:
        cells += sorted((word * place.width + rng.choice(place.width, 2, replace=False)).tolist())
    return flipped(place, *cells)


def corrected(engine: Engine, name: str) -> int:
    """Hit every position of a memory's word, single cells; how many reads were corrected."""
    place = places(engine.image.parameters)[name]
    cells, seen = engine.cells(place), 0
    for shift in range(0, cells.width, len(cells.words)):  # each in one of the words
        faults, queries = one_a_word(cells, shift), engine.queries(2, 3)
        found, told = engine.recall(faults, queries)
        clean = fast.recall(engine.image, queries)
        assert told is not None
        assert (found.states == clean.states).all()
        assert found.counts.steps.tolist() == clean.counts.steps.tolist()
        assert not told.detected.any()
        seen += int(told.corrected.sum())
        assert engine.differences(faults, 2, 3) == [], (name, shift)
    assert seen, name
    return seen


def detected(engine: Engine, name: str, seed: int) -> int:
    """Hit words of a memory twice; how many reads told so."""
    cells = engine.cells(places(engine.image.parameters)[name])
    faults = two_a_word(cells, 0.2, seed)
    _, told = engine.recall(faults, engine.queries(2, seed))
    assert told is not None
    assert not told.corrected.any()
    assert engine.differences(faults, 2, seed) == [], (name, seed)
    return int(told.detected.sum())


@pytest.mark.parametrize(
    ("name", "memories"),
    [
        ("group, no rules", ("patterns", "weights", "kernel_lut", "state", "accumulators")),
        ("row, rules", ("offsets", "radius", "distances", "group_minima", "kernel_values")),
    ],
)
def test_single_errors_are_corrected_and_double_ones_told_in_the_engine(
    name: str, memories: tuple[str, ...], tmp_path: Path
) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()[name], tmp_path, "secded")
    for memory in memories:
        if memory in places(engine.image.parameters):
            assert corrected(engine, memory)
            assert detected(engine, memory, 1)


def test_parity_tells_single_errors_and_the_word_goes_on(tmp_path: Path) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()["group, no rules"], tmp_path, "parity")
    for memory in ("weights", "kernel_lut", "accumulators"):
        cells = engine.cells(places(engine.image.parameters)[memory])
        faults = one_a_word(cells, 0)
        _, told = engine.recall(faults, engine.queries(2, 3))
        assert told is not None
        assert told.detected.all()
        assert engine.differences(faults, 2, 3) == []


def test_errors_that_one_side_alone_has_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_tool("iverilog")
    engine = Engine.build(images()["group, no rules"], tmp_path, "secded")
    faults = one_a_word(engine.cells(places(engine.image.parameters)["offsets"]), 0)
    found, told = engine.recall(faults, engine.queries(2, 3))
    assert told is not None
    told.corrected[1] += 1
    monkeypatch.setattr(Engine, "recall", lambda *_: (found, told))
    differ = engine.differences(faults, 2, 3)
    assert [line.split(" is ")[0] for line in differ] == ["recall 1: corrected_errors"]


def main() -> int:
    """Every memory of every image; how many reads were corrected, how many told."""
    for name, image in images().items():
        with tempfile.TemporaryDirectory() as scratch:
            engine = Engine.build(image, Path(scratch), "secded")
            for memory in places(image.parameters):
                told = sum(detected(engine, memory, seed) for seed in range(5))
                print(name, memory, corrected(engine, memory), told, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
