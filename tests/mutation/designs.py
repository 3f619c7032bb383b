"""Designs whose mutants are made, each with images that show their modules at work."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.cosim.simulators import source_folder
from hwsim.cosim.testbench import literal
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from hwsim.spins import spins_from_bits
from tests.images import corner_queries, near_queries, random_image, random_queries
from tests.mutation.bench import Bench, Design
from tests.mutation.mutants import ROMS
from tests.mutation.protected import Protected
from tests.rtl.images import ruled_image
from tests.rtl.opinions import question, question_of
from tests.rtl.ruled import Case


@dataclass(frozen=True)
class Engine:
    """An engine of some parameters, with two images that have them."""

    name: str
    make: Callable[[], Image]
    modules: tuple[str, ...]

    def bench(self, folder: Path) -> Bench:
        first = self.make()
        asked = []
        changed = (alike(first), opposed(first), largest(first))
        images = (
            first,
            *changed,
            clustered(first, 0, 0, 1, 1, 1, 1),
            clustered(first, 0, 0, 1, 2, 3, 3),
            ordered(first),
        )
        for number, image in enumerate(images):
            own = folder / f"image{number}"
            own.mkdir(parents=True)
            rng = np.random.default_rng(5)
            queries = [
                corner_queries(image, rng), near_queries(image, 70, rng),
                random_queries(image.parameters, 30, rng), _half_opposed(image),
            ]  # fmt: skip
            chosen = np.concatenate(queries)
            flight = image.parameters.queries_in_flight
            surplus = (len(chosen) - flight // 2) % flight  # the last batch is half full
            asked.append(question(image, chosen[surplus:], own))
        for file in asked[0].folder.glob("*.v"):
            shutil.copy(file, folder)
        most = max(int(question.answer.split()[-2]) for question in asked)
        stressed = {"STALLS": 1, "DISTURBED": 2, "PATIENCE": 4 * most + 20_000}
        options = replace(asked[0], asked={**asked[0].asked, **stressed}).of_testbench
        answers = [(question.folder, question.answer) for question in asked]
        return Bench(folder, "engine", asked[0].sources, asked[0].parameters, options, answers)


@dataclass(frozen=True)
class Wrapper:
    """The wrapper with AXI ports, whose memories its host loads.

    Attributes:
        banks: of each memory, 1 or 2.
        latency: of an external memory that holds the weights; 0: they are loaded.
    """

    name: str
    case: Case
    modules: tuple[str, ...]
    banks: int = 1
    latency: int = 0

    def bench(self, folder: Path) -> Bench:
        image, queries = self.case.make()
        write_image(folder / "image", image, ["stream", "bin"])
        make_vectors(folder / "image", queries, folder / "vectors")
        engine = question_of(folder / "image", folder / "vectors", folder)
        for source in sorted((source_folder("rtl") / "axi").glob("*.v")):
            shutil.copy(source, folder)
        for source in [*source_folder("cosim").glob("*wrapper*.v*"), AXI_MEMORY]:
            shutil.copy(source, folder)
        if self.latency:
            shutil.copy(folder / "image" / "weights.bin", folder)
        loaded = [name for name in ROMS.values() if not (self.latency and name == "weights")]
        files = (folder / "image" / f"{memory}.stream" for memory in loaded)
        content = b"".join(file.read_bytes() for file in files if file.exists())
        words = struct.unpack(f"<{len(content) // 4}I", content)
        (folder / "load.mem").write_text("".join(f"{word:08x}\n" for word in words))
        parameters = {
            name: value for name, value in engine.parameters.items() if not name.endswith("_FILE")
        }
        recalls = engine.asked["RECALLS"]
        asked = {"RECALLS": recalls, "LOAD_WORDS": len(words), "PATIENCE": 1_000_000}
        kind = {"LOADABLE": self.banks, "EXTERNAL": int(self.latency > 0)}
        asked |= {**kind, "LATENCY": self.latency}
        fixed = {"TID_BITS": 2, **kind, "QUERIES": 2, "RESULTS": 1}
        return Bench(
            folder, "wrapper", sorted(file.name for file in folder.glob("hwsim_*.v")),
            {**parameters, **fixed},
            [f"{name}={literal(value)}" for name, value in {**parameters, **asked}.items()],
            [(folder, "PASS: ")],
        )  # fmt: skip


def alike(image: Image) -> Image:
    """Another image with the same parameters: random codes, offsets, values, radii.

    Its patterns are mostly 1, so that sums are large, queries are far from all of them, and near.
    What the parameters say of it stays: where kernel values end, which planes are shared.
    """
    p = image.parameters
    rng = np.random.default_rng(99)
    other = random_image(replace(p, shared_planes=()), rng)
    patterns = (rng.random((p.patterns, p.neurons)) < 0.8).astype(np.uint8)
    codes = other.codes.astype(np.int64)
    for plane in p.shared_planes:
        codes = codes & ~(1 << plane) | patterns << plane
    rising = np.sort(rng.integers(1, p.kernel_max + 1, p.neurons + 1))[::-1]
    # where REACH says so, they end as they did; with an origin of 0 some queries miss
    lut = np.where(image.kernel_lut > 0, rising, 0) if p.coarse_words or not p.nearest else rising
    lut[0] = image.kernel_lut[0]
    radius = image.radius
    if p.radius_bits:  # of some patterns none, as of those that are not told apart
        radius = rng.permutation(radius) * (rng.random(p.patterns) < 0.7)
    return replace(
        image, patterns=patterns, codes=codes.astype(np.uint8), kernel_lut=lut,
        offsets=other.offsets, radius=radius, scales=other.scales,
    )  # fmt: skip


def opposed(image: Image) -> Image:
    """Another one: half of its patterns lie near a state, the other half near its opposite.

    Every distance from 0 to N is asked for, the smallest of a group is often a large one, and of
    two engines one often has nothing to do.
    """
    p = image.parameters
    rng = np.random.default_rng(98)
    centre = rng.integers(0, 2, p.neurons)
    side = np.arange(p.patterns) * 2 // p.patterns
    flipped = rng.random((p.patterns, p.neurons)) < 0.1
    patterns = (centre ^ side[:, None] ^ flipped).astype(np.uint8)
    patterns[0], patterns[-1] = centre, 1 - centre
    codes = image.codes.astype(np.int64)
    for plane in p.shared_planes:
        codes = codes & ~(1 << plane) | patterns.astype(np.int64) << plane
    return replace(image, patterns=patterns, codes=codes.astype(np.uint8))


def largest(image: Image) -> Image:
    """Another one: the largest codes and kernel values, patterns of nearly all ones.

    Sums come to the top of what their registers hold, distances to N; a step may flip nearly all.
    """
    p = image.parameters
    rng = np.random.default_rng(97)
    patterns = (rng.random((p.patterns, p.neurons)) < 0.97).astype(np.uint8)
    codes = np.full(image.codes.shape, 2**p.weight_bits - 1)
    for plane in p.shared_planes:
        codes = codes & ~(1 << plane) | patterns.astype(np.int64) << plane
    flat = np.where(image.kernel_lut > 0, p.kernel_max, 0)
    radius = image.radius * (np.arange(p.patterns) % 2) if p.radius_bits else image.radius
    return replace(
        image, patterns=patterns, codes=codes.astype(np.uint8), kernel_lut=flat, radius=radius
    )


def clustered(image: Image, *centres: int) -> Image:
    """Another one: the patterns of a group lie near each other, and kernel values are the smallest.

    A query is near the groups of one centre, of one engine more than of the other. Every fourth
    pattern is far from all, so that S may be one value.

    Args:
        image: whose parameters it has.
        centres: of the groups, in turn.
    """
    p = image.parameters
    rng = np.random.default_rng(96)
    states = rng.integers(0, 2, (max(centres) + 1, p.neurons))
    group = np.arange(p.patterns) // p.lanes
    near = states[np.resize(centres, p.groups)[group]]
    patterns = (near ^ (rng.random(near.shape) < 0.06)).astype(np.uint8)
    patterns[3::4] = rng.integers(0, 2, patterns[3::4].shape)
    codes = rng.integers(0, 2**p.weight_bits, image.codes.shape)
    for plane in p.shared_planes:
        codes = codes & ~(1 << plane) | patterns.astype(np.int64) << plane
    low = np.where(image.kernel_lut > 0, 1, 0)
    low[0] = 2
    radius = image.radius * (np.arange(p.patterns) % 4 == 1) if p.radius_bits else image.radius
    return replace(
        image, patterns=patterns, codes=codes.astype(np.uint8), kernel_lut=low, radius=radius
    )


def ordered(image: Image) -> Image:
    """Another one: patterns ever further from a state, then, from the middle on, from its opposite.

    A shortlist fills from its nearest entry on, of two engines one is as far as can be, and with an
    origin of 0 the longest distances have kernel values.
    """
    p = image.parameters
    rng = np.random.default_rng(95)
    centre = rng.integers(0, 2, p.neurons)
    half = p.patterns // 2
    patterns = np.tile(centre, (p.patterns, 1))
    for m in range(p.patterns):  # the one half differs in the first bits, the other in the last
        if m < half:
            patterns[m, : min(m // 2, p.neurons // 2)] ^= 1
        else:
            patterns[m] ^= 1
            patterns[m, p.neurons - min(p.lanes + (m - half) // 2, p.neurons // 2) :] ^= 1
    codes = rng.integers(0, 2**p.weight_bits, image.codes.shape)
    for plane in p.shared_planes:
        codes = codes & ~(1 << plane) | patterns << plane
    lut = image.kernel_lut
    if not p.nearest and not p.coarse_words:
        lut = np.sort(rng.integers(1, p.kernel_max + 1, p.neurons + 1))[::-1]
    radius = image.radius * 0 if p.radius_bits else image.radius
    return replace(
        image, patterns=patterns.astype(np.uint8), codes=codes.astype(np.uint8), kernel_lut=lut,
        radius=radius,
    )  # fmt: skip


def _half_opposed(image: Image) -> npt.NDArray[np.int8]:
    """Every third pattern with its first words inverted, one more each time."""
    p = image.parameters
    queries = spins_from_bits(image.patterns[::3])
    for number, query in enumerate(queries):
        query[: (number % p.words + 1) * p.lanes] *= -1
    return queries


def _plain(**changed: object) -> Callable[[], Image]:
    """No rules: wanders, skips groups, a partly filled word, offsets, unequal plane weights."""

    def make() -> Image:
        parameters = replace(Parameters(21, 45, 2, (3, 2), 3, 8, 3, 1, max_steps=6), **changed)
        rng = np.random.default_rng(2024)
        image = random_image(parameters, rng)
        places = np.arange(parameters.neurons + 1)
        lut = np.where(places < (3 if parameters.nearest else 9), parameters.kernel_max, 0)
        lut[1:] //= 3
        lut[5:] //= 2
        offsets = np.where(rng.random(parameters.fields) < 0.5, 0, image.offsets)
        return replace(image, kernel_lut=lut.astype(np.int64), offsets=offsets)

    return make


def _ruled(name: str, dataflow: str, **changed: object) -> Callable[[], Image]:
    def make() -> Image:
        image = ruled_image(name, dataflow)
        return replace(image, parameters=replace(image.parameters, **changed))

    return make


_SEARCH: Final = (
    "search", "phases", "nearest", "entries", "shortlist", "measure", "minima", "ram", "slot",
)  # fmt: skip
_GROUP: Final = ("kernel_loader", "kernel_lookup", "mac", "scan", "update", "xnor_popcount")
_ROW: Final = ("candidates", "row_mac", "kernel_lookup", "scan", "update")
_ONCE: Final = (
    "control", "counters", "engine", "query_port", "result_port", "threshold", "rom", "share",
)  # fmt: skip
AXI_MEMORY: Final = source_folder("cosim") / "axi_memory.v"
_SIDE: Final = ("partition", "partitions", "meeting", "join", "barrier", "lead", "engines")

_AXI: Final = (
    "wrapper", "axi_lite", "registers", "flow", "loader", "crc", "packet_buffer",
)  # fmt: skip
_CHECKED: Final = ("correct", "error_counters", "ports", "rom", "ram")
NARROW: Final = Case(
    "narrow", Parameters(17, 20, 2, (3, 5), 4, 8, 3, 1, 4), "group", queries=3, seed=2
)
OUTSIDE: Final = replace(NARROW, parameters=Parameters(33, 61, 3, (3, 5, 2), 4, 16, 3, 1, 4))
_WIDE: Final = Case(
    "wide", Parameters(130, 20, 1, None, 9, 64, 9, 1, 6), "row", True, False, True,
    queries=3, seed=4,
)  # fmt: skip

DESIGNS: Final[tuple[Design, ...]] = (
    Engine("group", _plain(), (*_GROUP, *_ONCE)),
    Engine(
        "group, absolute, T = 2",
        _plain(lanes=16, kernel_origin="absolute", max_steps=2, kernel_bits=5),
        (*_GROUP, "control", "threshold", "minima"),
    ),
    Engine("rules, group", _ruled("all", "group"), (*_SEARCH, *_GROUP, "control", "copy")),
    Engine("rules, row", _ruled("all", "row"), (*_SEARCH, *_ROW, *_ONCE, "copy")),
    Engine(
        "any limits, row, T = 3",
        _ruled("any limits", "row", max_steps=3),
        (*_SEARCH, *_ROW, "control", "copy"),
    ),
    Engine(
        "rules, group, T = 1", _ruled("all, one step", "group"), ("control", "search", "phases")
    ),
    Engine(
        "rules, row, two in flight",
        _ruled("all", "row", queries_in_flight=2),
        ("turns", *_SEARCH, "engine", "slot"),
    ),
    Engine(
        "rules, group, four in flight",
        _ruled("all", "group", queries_in_flight=4),
        ("turns", "measure", "entries", "slot", "share"),
    ),
    Engine(
        "rules, group, two engines", _ruled("all", "group", engines=2), (*_SIDE, "nearest", "mac")
    ),
    Engine(
        "rules, row, two engines", _ruled("all", "row", engines=2), (*_SIDE, "phases", "row_mac")
    ),
    Wrapper("wrapper, group", NARROW, _AXI),
    Wrapper("wrapper, row, 64 lanes", _WIDE, _AXI),
    Wrapper("wrapper, two banks", NARROW, ("loader", "rom", "flow", "wrapper"), banks=2),
    Wrapper(
        "wrapper, external weights", OUTSIDE, ("weights", "mac", "wrapper", "ram"), latency=11
    ),
    Engine(
        "rules, group, pipelined",
        _ruled("all", "group", pipelined=True),
        ("rom", "mac", "kernel_loader", "threshold", "product", "control", "search", "phases"),
    ),
    Engine(
        "rules, row, pipelined",
        _ruled("all", "row", pipelined=True),
        ("rom", "row_mac", "candidates", "copy", "scan", "nearest"),
    ),
    Engine(
        "outputs, group, absolute",
        _plain(outputs=11, scale_bits=4, max_steps=1, kernel_origin="absolute"),
        ("outputs", "label", "threshold", "mac", "engine"),
    ),
    Engine(
        "sequence, group, T = 4",
        _plain(outputs=21, max_steps=4),
        ("outputs", "label", "threshold", "control", "result_port"),
    ),
    Protected("protection, SECDED, group", "group, no rules", "secded", _CHECKED),
    Protected("protection, parity, row", "row, rules", "parity", _CHECKED),
)  # fmt: skip
