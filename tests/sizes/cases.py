"""The cases, each a function that works in a folder and is run alone in a process."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.files.archive import Pieces
from hwsim.hardware import bits
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.spins import spins_from_bits


class Size(NamedTuple):
    """Of an image, and how many queries it recalls."""

    neurons: int
    patterns: int
    weight_bits: int
    queries: int
    rules: int = 0  # 1: with those of an export that is not told otherwise, and a narrow kernel


_AT_ONCE = 1024  # patterns drawn, or queries written, together


def synthetic(size: Size) -> Image:
    """Random patterns, whose highest plane is the patterns: drawn packed, some at a time."""
    p = Parameters(size.neurons, size.patterns, size.weight_bits)
    rng = np.random.default_rng(1)
    patterns = np.empty((p.patterns, bits.row_bytes(p.neurons)), dtype=np.uint8)
    planes = np.empty((p.patterns, p.weight_bits, patterns.shape[1]), dtype=np.uint8)
    mask = bits.pack(np.ones((1, p.neurons), dtype=np.uint8))[0]
    for start in range(0, p.patterns, _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        patterns[part] = rng.integers(0, 256, patterns[part].shape, np.uint8) & mask
        planes[part] = rng.integers(0, 256, planes[part].shape, np.uint8) & mask
    planes[:, -1] = patterns
    # dense, every pattern has a kernel value, the nearest ones the largest; or the nearest alone
    falling = np.exp((-80 if size.rules else -8) / p.neurons * np.arange(p.neurons + 1))
    return Image(
        p,
        pattern_rows=patterns,
        plane_rows=planes,
        kernel_lut=np.floor(p.kernel_max * falling + 0.5).astype(np.int64),
        offsets=np.zeros(p.neurons, dtype=np.int64),
        gamma=(20 if size.rules else 2) / p.neurons,
    )


def export(folder: Path, size: Size) -> float:
    """Find what rules need, write the image folder, with `bin` besides; and the queries."""
    from hwsim.export.folder import write_image

    plain = synthetic(size)
    start = time.perf_counter()
    image = with_rules(plain, coarse_words=1) if size.rules else plain
    write_image(folder / "image", image, ["bin"])
    seconds = time.perf_counter() - start
    with (folder / "q.npy").open("wb") as stream:
        shape = (size.queries, size.neurons)
        Pieces(shape, np.int8, _queries(image, size.queries)).write(stream)
    return seconds


def _queries(image: Image, count: int) -> Iterator[npt.NDArray[np.int8]]:
    """Stored patterns with a tenth of their bits flipped, some at a time."""
    rng = np.random.default_rng(2)
    for first in range(0, count, _AT_ONCE):
        chosen = rng.integers(0, image.parameters.patterns, min(count - first, _AT_ONCE))
        stored = image.patterns_of(chosen)
        flipped = rng.integers(0, 10, stored.shape, np.uint8) == 0
        yield spins_from_bits(stored ^ flipped)


def load(folder: Path, _: Size) -> float:
    """Read the image folder."""
    from hwsim.export.folder import load_image

    start = time.perf_counter()
    load_image(folder / "image")
    return time.perf_counter() - start


def check(folder: Path, _: Size) -> float:
    """Compare the image folder with what was written, and what follows from its integers."""
    from hwsim.audit.check import check as checked

    start = time.perf_counter()
    assert checked(folder / "image").sound
    return time.perf_counter() - start


def verify(folder: Path, _: Size) -> float:
    """Read the image folder and compute anew what the rules took from its integers."""
    from hwsim.export.folder import load_image

    start = time.perf_counter()
    load_image(folder / "image", verify=True)
    return time.perf_counter() - start


def recall(folder: Path, _: Size) -> float:
    """Recall the file of queries into a file; loading the image is not in the seconds."""
    from hwsim.export.folder import load_image
    from hwsim.measure.recall_file import recall_file

    image = load_image(folder / "image")
    start = time.perf_counter()
    recall_file(image, folder / "q.npy", folder / "out.npz", force=True)
    return time.perf_counter() - start


CASES: dict[str, Callable[[Path, Size], float]] = {
    "export": export,
    "load": load,
    "check": check,
    "verify": verify,
    "recall": recall,
}


def peak_bytes() -> int:
    """Most memory that this process has had resident."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
