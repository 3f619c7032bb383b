"""Recalls from a file into a file, block by block: the same bytes as all at once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from hwsim.arrays import load_queries, open_queries
from hwsim.compress.lower import lower
from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.files.archive import Pieces, write_archive
from hwsim.files.marks import Kind
from hwsim.hardware import fast, spec
from hwsim.hardware.image import Image
from hwsim.measure import recall_file as module
from hwsim.measure.recall_file import recall_file
from tests.explore.test_sweep import dask_cluster
from tests.images import random_image, random_queries
from tests.measure.test_two_cycles import PAIR, SWAPPING

PARAMETERS = Parameters(41, 30, 2, lanes=8, kernel_bits=6)


@pytest.fixture
def image() -> Image:
    return random_image(PARAMETERS, np.random.default_rng(3))


@pytest.fixture
def spins() -> np.ndarray:
    return random_queries(PARAMETERS, 37, np.random.default_rng(4))


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 10 * PARAMETERS.neurons)


def at_once(image: Image, spins: np.ndarray, path: Path) -> bytes:
    recalls = spec.recall(image, spins)
    names = ("states", "steps", "converged", "miss", "distance")
    write_archive(path, {name: getattr(recalls, name) for name in names}, Kind.RECALLS)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["int8", "int64", "float32", "columns first", "one query"])
@pytest.mark.parametrize("model", ["fast", "spec"])
def test_the_same_bytes(
    image: Image, spins: np.ndarray, tmp_path: Path, kind: str, model: str
) -> None:
    given = {"columns first": np.asfortranarray(spins), "one query": spins[0]}.get(kind)
    np.save(tmp_path / "q.npy", spins.astype(kind) if given is None else given)
    expected = at_once(image, spins[:1] if kind == "one query" else spins, tmp_path / "whole.npz")
    calls: list[tuple[int, int]] = []
    kept = recall_file(
        image, tmp_path / "q.npy", tmp_path / "out.npz", model=model,
        progress=lambda *call: calls.append(call),
    )  # fmt: skip
    assert (tmp_path / "out.npz").read_bytes() == expected
    total = len(kept["steps"])
    assert calls[-1] == (total, total)
    assert calls == sorted(calls)


def test_engines_side_by_side_end_the_same(spins: np.ndarray, tmp_path: Path) -> None:
    image = random_image(Parameters(41, 30, 2, lanes=8, engines=2), np.random.default_rng(3))
    np.save(tmp_path / "q.npy", spins)
    recall_file(image, tmp_path / "q.npy", tmp_path / "out.npz")
    recalls = fast.recall(image, spins)
    with np.load(tmp_path / "out.npz") as found:
        np.testing.assert_array_equal(found["states"], recalls.states)
        np.testing.assert_array_equal(found["steps"], recalls.steps)


@pytest.mark.parametrize("model", ["fast", "spec"])
def test_cycles_of_two_states_are_counted_in_each_block(tmp_path: Path, model: str) -> None:
    spins = np.repeat(PAIR, [70, 81], axis=0)
    np.save(tmp_path / "q.npy", spins)
    image = lower(SWAPPING, lanes=8)
    kept = recall_file(image, tmp_path / "q.npy", tmp_path / "out.npz", model=model)
    assert kept["period_two"].all()
    assert len(kept["period_two"]) == 151


@pytest.mark.parametrize("value", [0, 2, -2])
def test_a_wrong_spin_in_a_late_block(
    image: Image, spins: np.ndarray, tmp_path: Path, value: int
) -> None:
    spins[33, 7] = value
    np.save(tmp_path / "q.npy", spins)
    with pytest.raises(InputError) as whole:
        load_queries(tmp_path / "q.npy", PARAMETERS.neurons)
    with pytest.raises(InputError) as caught:
        recall_file(image, tmp_path / "q.npy", tmp_path / "out.npz")
    assert str(caught.value) == str(whole.value)
    assert "[33, 7]" in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["q.npy"]


def test_a_file_cut_short_while_it_is_read(image: Image, spins: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "q.npy"
    np.save(path, spins)
    with open_queries(path, PARAMETERS.neurons, 10) as given:
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(InputError, match="is cut short"):
            list(given.blocks(len(spins)))


def test_an_array_in_pieces_is_written_as_the_whole() -> None:
    whole = np.arange(60, dtype=np.int16).reshape(12, 5)
    for size in (1, 5, 12):
        pieces = [whole[start : start + size] for start in range(0, 12, size)]
        stream, expected = io.BytesIO(), io.BytesIO()
        Pieces(whole.shape, whole.dtype, pieces).write(stream)
        np.save(expected, whole)
        assert stream.getvalue() == expected.getvalue()


@pytest.mark.filterwarnings("ignore")  # what Dask warns of is not ours to mend
def test_the_same_bytes_from_a_cluster(image: Image, spins: np.ndarray, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    np.save(tmp_path / "q.npy", spins)
    expected = at_once(image, spins, tmp_path / "whole.npz")
    with dask_cluster(tmp_path, workers=2) as (address, _):
        recall_file(image, tmp_path / "q.npy", tmp_path / "out.npz", scheduler=address)
        recall_file(image, tmp_path / "q.npy", tmp_path / "s.npz", model="spec", scheduler=address)
    assert (tmp_path / "out.npz").read_bytes() == expected
    assert (tmp_path / "s.npz").read_bytes() == expected


@pytest.mark.filterwarnings("ignore")
def test_an_address_where_nobody_answers(
    image: Image, spins: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("hwsim.measure.cluster.TIMEOUT", "1s")
    np.save(tmp_path / "q.npy", spins)
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        recall_file(image, tmp_path / "q.npy", tmp_path / "out.npz", scheduler="tcp://127.0.0.1:1")
    assert [file.name for file in tmp_path.iterdir()] == ["q.npy"]
