"""Images and queries at which the engine's rules act, each in its corners, in both dataflows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from hwsim.config import KERNEL_ORIGINS, Parameters
from hwsim.hardware import rules, spec
from hwsim.hardware.image import Image
from tests.images import corner_queries, near_queries, random_image, remembering_image

Queries = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Case:
    """An image to make, with its dataflow and rules.

    Attributes:
        kind: `remembering`, `random`, or one of those that `make` changes.
        any_limits: radius words and winner limit by chance instead of those that follow from the
            image: the engine means the same by them as the specification, whatever they are.
        queries: besides the corners.
    """

    name: str
    parameters: Parameters
    dataflow: str = "group"
    stop: bool = False
    winner: bool = False
    radius: bool = False
    coarse_words: int = 0
    kind: str = "remembering"
    queries: int = 6
    seed: int = 0
    any_limits: bool = False

    def make(self) -> tuple[Image, Queries]:
        """The image and its queries: corners, and stored patterns with bits flipped."""
        p = self.parameters
        rng = np.random.default_rng([p.neurons, p.patterns, self.seed])
        image = (random_image if self.kind == "random" else remembering_image)(p, rng)
        if self.kind == "largest":  # every sum reaches what its register holds
            image = replace(
                image,
                codes=np.full_like(image.codes, 2**p.weight_bits - 1),
                kernel_lut=np.full_like(image.kernel_lut, p.kernel_max),
            )
        if self.kind == "duplicates":  # ties, and no radius
            image = replace(image, patterns=image.patterns[np.arange(p.patterns) // 2])
        if self.kind == "narrow":  # few kernel values, and misses
            values = np.where(np.arange(p.neurons + 1) < 3, p.kernel_max >> 1, 0)
            values[0] = p.kernel_max
            image = replace(image, kernel_lut=values)
        ruled = rules.with_rules(
            image,
            dataflow=self.dataflow,
            stop=self.stop,
            winner=self.winner,
            radius=self.radius,
            coarse_words=min(self.coarse_words, p.words),
        )
        if self.any_limits:
            most = min(p.neurons // 3 + 1, p.neurons) if p.nearest else 1
            changed = replace(
                ruled.parameters,
                radius_bits=most.bit_length(),
                winner_limit=int(rng.integers(0, 3 * p.kernel_max)) % (p.patterns * p.kernel_max),
            )
            words = rng.integers(0, most + 1, p.patterns)
            ruled = replace(ruled, parameters=changed, radius=words)
        queries = [corner_queries(ruled, rng), near_queries(ruled, self.queries, rng)]
        return ruled, np.concatenate(queries)


# N, P, B, KB, L
SIZES = (
    (1, 1, 1, 1, 8),
    (9, 3, 1, 4, 8),
    (21, 45, 2, 5, 8),
    (70, 95, 3, 9, 32),
    (60, 70, 1, 8, 16),
)
RULES = {"group": ("stop, winner", "all"), "row": ("none", "abandon", "all")}


def cases() -> list[Case]:
    """What every test run simulates."""
    listed = []
    for size in SIZES:
        for dataflow, names in RULES.items():
            for name in names:
                i = len(listed)
                n, p, b, kb, lanes = size
                planes = (3, 7, 2)[:b] if i % 3 == 0 else None
                parameters = Parameters(
                    n, p, b, planes, kb, lanes, (0, 4, 9)[i % 3], i % 4, (1, 2, 12)[i % 3],
                    KERNEL_ORIGINS[i % 5 == 0],
                )  # fmt: skip
                stop, coarse = (
                    name in ("stop, winner", "all"),
                    {"abandon": 1, "all": 2}.get(name, 0),
                )
                case = Case(f"{size}, {dataflow}, {name}", parameters, dataflow)
                listed.append(
                    replace(case, stop=stop, winner=stop, radius=name == "all", coarse_words=coarse)
                )
    return [*listed, *_corners()]


def _corners() -> list[Case]:
    largest = Parameters(10, 30, 8, (255,) * 8, 16, 8, 16, 16, 3)
    misses = Parameters(30, 40, 2, (2, 3), 6, 8, 6, 1, 4, "absolute")
    moving = Parameters(33, 40, 2, None, 6, 8, 3, 1, 9)
    bits = Parameters(48, 33, 1, None, 8, 16)
    few = Parameters(40, 5, 2, None, 8, 8)
    pairs = Parameters(40, 24, 1, None, 8, 8)
    return [
        _ruled("largest sums, group", largest, "group", "largest"),
        _ruled("largest sums, row", largest, "row", "largest"),
        _ruled("duplicates", replace(pairs, offset_bits=5, max_steps=6), "row", "duplicates"),
        replace(
            _ruled("duplicates apart", Parameters(40, 24, 1, None, 8, 8), "group", "duplicates"),
            any_limits=True,
        ),
        _ruled("misses, group", misses, "group", "narrow"),
        _ruled("misses, row", misses, "row", "narrow"),
        _ruled("patterns that move", moving, "group", "random"),
        _ruled("T = 1, group", Parameters(64, 20, 1, None, 8, 8, max_steps=1), "group"),
        _ruled("T = 1, row", Parameters(64, 20, 1, None, 8, 8, max_steps=1), "row"),
        _ruled("T = 2", replace(bits, max_steps=2), "row", seed=2),
        _ruled("whole scan", Parameters(40, 50, 1, None, 8, 8), "row", coarse_words=5),
        _ruled("short shortlist", few, "group", coarse_words=1),
        _ruled(
            "later batches", Parameters(96, 120, 1, None, 8, 8), "group", coarse_words=1, seed=2
        ),
        Case("winner alone, group", bits, "group", winner=True, seed=2),
        Case("winner alone, row", bits, "row", winner=True, seed=2),
    ]


def _ruled(
    name: str,
    parameters: Parameters,
    dataflow: str,
    kind: str = "remembering",
    coarse_words: int = 2,
    seed: int = 0,
) -> Case:
    """A case of every rule."""
    return Case(name, parameters, dataflow, True, True, True, coarse_words, kind, 16, seed)


def random_case(seed: int) -> Case:
    """Any sizes, any rules."""
    rng = np.random.default_rng([77, seed])
    bits = int(rng.choice([1, 2, 3, 8], p=[0.4, 0.3, 0.2, 0.1]))
    planes = tuple(map(int, rng.integers(1, 6, bits))) if rng.random() < 0.5 else None
    offset_bits = int(rng.choice([0, 0, 1, 4, 16]))
    parameters = Parameters(
        neurons=int(rng.integers(1, 70)),
        patterns=int(rng.integers(1, 70)),
        weight_bits=bits,
        plane_weights=planes,
        kernel_bits=int(rng.choice([1, 3, 8, 16])),
        lanes=int(rng.choice([8, 16, 32], p=[0.6, 0.3, 0.1])),
        offset_bits=offset_bits,
        offset_frac_bits=int(rng.choice([0, 2, 16])) if offset_bits else 0,
        max_steps=int(rng.choice([1, 2, 3, 8, 20])),
        kernel_origin=str(rng.choice(KERNEL_ORIGINS, p=[0.7, 0.3])),
    )
    stop = bool(rng.random() < 0.7)
    return Case(
        f"random {seed}",
        parameters,
        dataflow=str(rng.choice(["group", "row"])),
        stop=stop,
        winner=bool(rng.random() < 0.7),
        radius=stop and bool(rng.random() < 0.7),
        coarse_words=int(rng.integers(0, parameters.words + 1)),
        kind="remembering" if rng.random() < 0.8 else "random",
        queries=8,
        seed=seed,
        any_limits=rng.random() < 0.3,
    )


# What may happen in a recall by the rules; the list of cases must show all of it.
HAPPENINGS = frozenset({
    "radius: there already", "radius: one step", "radius: at step T", "radius: in a batch",
    "radius: in a later batch", "radius: after a sweep", "probe: there", "probe: one step",
    "probe: beyond", "winner: confirms itself", "winner: moves on", "winner: at step T",
    "winner: repeats", "groups loaded anew", "first group beyond the limit", "miss", "field 0",
    "step limit", "serial wait",
})  # fmt: skip


def happenings(image: Image, queries: Queries) -> set[str]:
    """Those of HAPPENINGS that a specification's recalls show."""
    p = image.parameters
    machine = spec.Specification(image)
    seen: set[str] = set()
    for query in (queries == 1).astype(np.uint8):
        answer = machine.recall(query)
        tally, last = machine.tally, answer.passes[-1]
        unrun = answer.steps - len(answer.passes)
        if last.ended_by == "radius":
            seen.add("radius: one step" if last.changed else "radius: there already")
            if not answer.converged:
                seen.add("radius: at step T")
            if tally["sweeps"]:
                seen.add("radius: after a sweep")
            elif batches := tally["shortlist_batches"]:
                seen.add("radius: in a batch" if batches == 1 else "radius: in a later batch")
        elif unrun and last.ended_by == "winner":
            seen.add("winner: confirms itself")
        elif unrun:
            seen.add("probe: there" if unrun == 1 else "probe: one step")
        elif not answer.converged:
            seen.add("winner: at step T" if last.ended_by else "step limit")
        elif last.ended_by == "winner":
            seen.add("winner: repeats")
        if tally["probes"] and len(answer.passes) > 1:
            seen.add("probe: beyond")
        if any(step.ended_by == "winner" for step in answer.passes[:-1]):
            seen.add("winner: moves on")
        won = sum(len(step.active_groups) for step in answer.passes if step.ended_by == "winner")
        if tally["deciding_groups"] > won:
            seen.add("groups loaded anew")
        if p.winner_limit and not p.row and tally["accumulating_steps"]:
            seen.add("first group beyond the limit")
        if answer.miss:
            seen.add("miss")
        if tally["serial_waits"]:
            seen.add("serial wait")
        if any(0 in step.fields for step in answer.passes):
            seen.add("field 0")
    return seen
