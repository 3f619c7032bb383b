"""The nearest-pattern search as a candidate: of several lanes, those that are worth showing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwsim.comparison.candidates import Candidate, dominates, named, varying
from hwsim.cost.baseline import TITLES


def best_searches(searches: Sequence[Candidate]) -> list[Candidate]:
    """The searches that no other search dominates, each once, told apart by what differs.

    Args:
        searches: of every design, so several times the same; `design` holds what they depend on.
    """
    apart: dict[tuple[object, ...], Candidate] = {}
    for each in sorted(searches, key=lambda each: each.name.startswith(TITLES["cheapest"])):
        apart.setdefault((*each.design.values(), each.footprint_bits, each.energy_pj), each)
    choices = varying([each.design for each in searches])
    kept = []
    for each in sorted(apart.values(), key=lambda each: (each.mark, each.design.get("lanes", 0))):
        if any(dominates(other, each) for other in apart.values()):
            continue
        words, mark = named(each.design, choices)
        kept.append(
            replace(each, name=f"{each.name}, {words}", mark=f"{each.mark} {mark}")
            if choices
            else each
        )
    return kept
