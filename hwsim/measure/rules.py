"""The same recalls with rules on and off: each ends as with all of them, and costs otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hwsim.config import PARALLEL_CHOICES, Parameters
from hwsim.cost.savings import IN_FLIGHT, SIDE_BY_SIDE
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts
from hwsim.spins import SpinArray


def rules_of(image: Image) -> tuple[str, ...]:
    """The rules that an image has, by name."""
    return image.parameters.rules


def only(image: Image, *rules: str) -> Image:
    """The same image with only these of its rules; radius comes with stop."""
    p = image.parameters
    words = image.radius
    if "radius" not in rules:
        words = np.minimum(words, 1 if "stop" in rules else 0)
    abandon = "abandon" in rules
    parameters = replace(
        p,
        radius_bits=int(words.max()).bit_length(),
        winner_limit=p.winner_limit if "winner" in rules else 0,
        coarse_words=p.coarse_words if abandon else 0,
        reach=p.reach if abandon else 0,
    )
    return replace(image, parameters=parameters, radius=words)


def counted_in_flight(image: Image, queries: SpinArray) -> dict[str, tuple[Parameters, Counts]]:
    """Parameters and counts of batches, by how many queries are in flight: `<number> in flight`."""
    if image.parameters.engines > 1:
        return {}
    runs = {}
    for slots in PARALLEL_CHOICES:
        p = replace(image.parameters, queries_in_flight=slots)
        counts = fast.recall_in_flight(replace(image, parameters=p), queries).counts
        runs[f"{slots}{IN_FLIGHT}"] = (p, counts)
    return runs


def counted_side_by_side(image: Image, queries: SpinArray) -> dict[str, tuple[Parameters, Counts]]:
    """Parameters and counts of recalls, by how many engines share the patterns: `<number> engines`.

    Empty where the image has one engine.
    """
    p, runs = image.parameters, {}
    if p.engines == 1:
        return {}
    for engines in PARALLEL_CHOICES:
        if engines <= p.groups:
            shared = replace(p, engines=engines)
            counts = fast.recall(replace(image, parameters=shared), queries).counts
            runs[f"{engines}{SIDE_BY_SIDE}"] = (shared, counts)
    return runs


def counted_by_rule(
    image: Image, queries: SpinArray, counts: Counts
) -> dict[str, tuple[Parameters, Counts]]:
    """Parameters and counts of the queries' recalls by which rules are on.

    Args:
        image: with rules; empty without.
        queries: (Q, N) of ±1.
        counts: of the same recalls with all its rules, in batches of queries in flight.

    Returns:
        `none` and `all`, and for each rule `<rule>`, alone, and `no <rule>`, all others.
    """
    rules = rules_of(image)
    if not rules:
        return {}
    chosen = {"none": only(image)}
    for rule in rules:
        others = [name for name in rules if name != rule and (rule, name) != ("stop", "radius")]
        chosen[rule] = only(image, rule)
        chosen[f"no {rule}"] = only(image, *others)
    runs = {
        name: (each.parameters, fast.recall_in_flight(each, queries).counts)
        for name, each in chosen.items()
    }
    return {**runs, "all": (image.parameters, counts)}
