"""Other programs in the bench, played by NumPy: what they are asked, and what they answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hwsim.bench import others
from hwsim.bench.contenders import Point
from hwsim.hardware import fast

POINT = Point(64, 40, 0.02, queries=30)


class Tensor:
    """Of PyTorch's tensor, what the bench calls."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def to(self, dtype: type) -> Tensor:
        return Tensor(self.values.astype(dtype))

    def split(self, size: int) -> list[Tensor]:
        return [Tensor(self.values[at : at + size]) for at in range(0, len(self.values), size)]

    def amax(self, dim: int, keepdim: bool) -> Tensor:
        return Tensor(self.values.max(axis=dim, keepdims=keepdim))

    def __isub__(self, other: Tensor) -> Tensor:
        return Tensor(self.values - other.values)

    def mul_(self, factor: float) -> Tensor:
        return Tensor(self.values * factor)

    def sub_(self, amount: float) -> Tensor:
        return Tensor(self.values - amount)

    def exp_(self) -> Tensor:
        return Tensor(np.exp(self.values))

    def round_(self) -> Tensor:
        return Tensor(np.rint(self.values))

    def sign_(self) -> Tensor:
        return Tensor(np.sign(self.values))


def _bytes(left: Tensor, right: Tensor) -> Tensor:
    assert left.values.dtype == right.values.dtype == np.int8
    return Tensor(left.values.astype(np.int32) @ right.values.astype(np.int32))


TORCH = SimpleNamespace(
    float32=np.float32,
    bfloat16=np.float16,
    int8=np.int8,
    from_numpy=Tensor,
    mm=lambda left, right: Tensor(left.values @ right.values),
    _int_mm=_bytes,
)


def _nearest(packed: np.ndarray, asked: np.ndarray) -> np.ndarray:
    differing = np.bitwise_count(packed[None] ^ asked[:, None]).sum(axis=2)
    return differing.argmin(axis=1)


class Flat:
    """faiss.IndexBinaryFlat."""

    def __init__(self, bits: int) -> None:
        assert bits == 64

    def add(self, packed: np.ndarray) -> None:
        self.packed = packed

    def search(self, asked: np.ndarray, count: int) -> np.ndarray:
        assert count == 1
        return _nearest(self.packed, asked)


def _search(packed: Any, asked: Any, count: int, metric: str, *, exact: bool, dtype: str) -> Any:
    assert (count, metric, exact, dtype) == (1, "hamming", True, "b1")
    return _nearest(packed, asked)


MODULES = {
    "torch": TORCH,
    "faiss": SimpleNamespace(IndexBinaryFlat=Flat),
    "usearch.index": SimpleNamespace(
        MetricKind=SimpleNamespace(Hamming="hamming"),
        ScalarKind=SimpleNamespace(B1="b1"),
        search=_search,
    ),
}


@pytest.mark.parametrize("weight_bits", [1, 2, 8])
def test_all_do_the_same_work(weight_bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "installed", MODULES.__getitem__)
    monkeypatch.setattr(others, "BATCH", 7)
    point = Point(64, 40, 0.02, weight_bits, queries=30)
    image, queries = point.image(1), point.query_spins(1)
    works = others.other_works(point, image, queries)
    assert list(works) == list(others.OTHERS)
    exact = fast.recall(image, queries).states
    nearest, _ = fast.FastModel(image).nearest(queries)
    for name, work in works.items():
        found: Any = work()
        if name.endswith("search"):
            assert np.array_equal(found, nearest)
        else:
            states = np.concatenate([part.values for part in found])
            assert (states == exact).mean() > 0.95, name


def test_what_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "OTHERS", {"nothing": ("a_module_that_is_not_there", None)})
    image, queries = POINT.image(1), POINT.query_spins(1)
    assert others.other_works(POINT, image, queries) == {}
