"""What else a user could pick, where it is installed (`pip install hwsim[bench]`, PyTorch by hand).

PyTorch makes the same update as `Float32`, two matrix products and an exponential, on its own
threads: in float32, in bfloat16, or by products of 8-bit integers with exponentials between. The
searches find the nearest stored pattern by Hamming distance, all patterns compared.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy as np

from hwsim.bench.contenders import Point, Spins, Work
from hwsim.hardware.image import Image
from hwsim.spins import bits_from_spins, spins_from_bits

BATCH: Final = 512  # queries a product
KERNEL_MOST: Final = 127  # of a kernel value in 8 signed bits

Maker = Callable[[Any, Point, Image, Spins], Work]


def _torch_floats(kind: str) -> Maker:
    """An update in one of PyTorch's float types."""

    def make(torch: Any, point: Point, image: Image, queries: Spins) -> Work:
        dtype = getattr(torch, kind)
        stored = spins_from_bits(image.patterns).astype(np.float32)
        scaled = torch.from_numpy(np.ascontiguousarray(stored.T)).to(dtype)
        codes = 2 * image.codes.astype(np.float32) - (2**point.weight_bits - 1)
        values = torch.from_numpy(codes).to(dtype)
        asked = torch.from_numpy(queries.astype(np.float32)).to(dtype)
        scale, shift = 2 * point.gamma, 2 * point.gamma * point.neurons

        def update(batch: Any) -> Any:
            kernel = torch.mm(batch, scaled).mul_(scale).sub_(shift).exp_()
            return torch.mm(kernel, values).sign_()

        def run() -> object:
            return [update(batch) for batch in asked.split(BATCH)]

        return run

    return make


def _torch_int8(torch: Any, point: Point, image: Image, queries: Spins) -> Work:
    """An update by products of bytes: spins, then kernel values from the nearest, in 7 bits."""
    stored = torch.from_numpy(np.ascontiguousarray(spins_from_bits(image.patterns).T))
    codes = 2 * image.codes.astype(np.int16) - (2**point.weight_bits - 1)
    halves = codes if np.abs(codes).max() <= KERNEL_MOST else codes // 2  # of 8 bits: 7 fit
    values = torch.from_numpy(halves.astype(np.int8))
    asked = torch.from_numpy(np.ascontiguousarray(queries))

    def update(batch: Any) -> Any:
        products = torch._int_mm(batch, stored).to(torch.float32)
        products -= products.amax(dim=1, keepdim=True)
        kernel = products.mul_(2 * point.gamma).exp_().mul_(KERNEL_MOST).round_()
        return torch._int_mm(kernel.to(torch.int8), values).sign_()

    def run() -> object:
        return [update(batch) for batch in asked.split(BATCH)]

    return run


def _faiss(faiss: Any, point: Point, image: Image, queries: Spins) -> Work:
    """`faiss.IndexBinaryFlat`."""
    packed, asked = _packed(image, queries)
    index = faiss.IndexBinaryFlat(8 * packed.shape[1])
    index.add(packed)
    return lambda: index.search(asked, 1)


def _usearch(usearch: Any, point: Point, image: Image, queries: Spins) -> Work:
    """usearch's exact search, by its metric of bits."""
    packed, asked = _packed(image, queries)
    metric, kind = usearch.MetricKind.Hamming, usearch.ScalarKind.B1
    return lambda: usearch.search(packed, asked, 1, metric, exact=True, dtype=kind)


def _packed(image: Image, queries: Spins) -> tuple[Any, Any]:
    """Patterns and queries, eight spins a byte."""
    packed, asked = (
        np.packbits(bits, axis=1) for bits in (image.patterns, bits_from_spins(queries))
    )
    return packed, asked


# Name in the report: module, and what makes its work.
OTHERS: Final[dict[str, tuple[str, Maker]]] = {
    "faiss search": ("faiss", _faiss),
    "usearch search": ("usearch.index", _usearch),
    "PyTorch float32": ("torch", _torch_floats("float32")),
    "PyTorch bfloat16": ("torch", _torch_floats("bfloat16")),
    "PyTorch int8": ("torch", _torch_int8),
}


def installed(module: str) -> ModuleType | None:
    """The module, or None."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def other_works(point: Point, image: Image, queries: Spins) -> dict[str, Work]:
    """One update or search of all queries by each program that is installed."""
    works = {}
    for name, (module, make) in OTHERS.items():
        found = installed(module)
        if found is not None:
            works[name] = make(found, point, image, queries)
    return works
