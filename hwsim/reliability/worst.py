"""Which single bit of a memory hurts most when it flips, and what protecting only those costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from hwsim.cost.tables import load_technology
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.protection import Triple
from hwsim.reliability.guided import GUIDED, likely_cells
from hwsim.reliability.image import faulty_image
from hwsim.reliability.machine import Fault, FaultyCells, recall_with
from hwsim.reliability.maps import flipped
from hwsim.reliability.places import Place
from hwsim.reliability.points import Queries
from hwsim.reliability.price import gate_energy
from hwsim.reliability.result import Guard, WorstBit
from hwsim.spins import SpinArray

KEPT: Final = 10  # of each memory
SLOWER: Final = 25  # times fewer bits are tried where the specification recalls


class _Reads(Fault):
    """No fault: which words of a memory each recall reads, and how often."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.now: Counter[int] = Counter()
        self.recalls: list[Counter[int]] = []

    def read(self, address: int, word: int) -> int:
        """What is read where `word` was written: the same."""
        self.now[address] += 1
        return word

    def end(self) -> None:
        """A recall has ended."""
        self.recalls.append(self.now)
        self.now = Counter()


def worst_bits(
    image: Image, chosen: Sequence[Place], search: Queries, measure: Queries, most: int, seed: int
) -> tuple[tuple[WorstBit, ...], tuple[Guard, ...]]:
    """The bits of each memory whose flip alone changes most, the worst first.

    A recall that reads no word with a fault is what it is without: only cells of words that some
    recall reads are tried, and only on those recalls. Where these cells are up to `most`, all are
    (`exhaustive`); of patterns and weights that have more, half as many as `most` by
    `guided.likely_cells` (`guided`) and half at random, of the others all at random (`sampled`);
    at random each bit of a word is tried as often as every other, for a word's bits differ more
    than words do.

    Args:
        image: one engine, one query in flight.
        chosen: memories.
        search: queries on which bits are tried.
        measure: queries on which the worst ones are measured, where the fast model can; else those
            of the search are.
        most: bits of a memory to try; where the specification recalls, one in `SLOWER` of them.
        seed: of the choice.
    """
    found: list[WorstBit] = []
    guards: list[Guard] = []
    for place in chosen:
        seen = _Reads(place)
        recall_with(image, seen, search.spins, seen.end)
        share = most if place.persistent_on == "fast" else max(most // SLOWER, 1)
        cells = _cells(image, place, seen, search.spins, share, seed)
        tried = [
            _try(image, place, cell, how, search, seen, len(cells)) for cell, how in cells.items()
        ]
        tried.sort(key=lambda each: (-each.wrong, -each.changed, each.address, each.bit))
        kept = [_measured(image, place, each, search, measure) for each in tried[:KEPT]]
        found += kept
        guards += [_guard(place, kept, seen)] if kept else []
    return tuple(found), tuple(guards)


def _cells(
    image: Image, place: Place, seen: _Reads, queries: SpinArray, most: int, seed: int
) -> dict[int, str]:
    """Cells to try, and how each was found."""
    random = np.random.default_rng([seed, 3])
    read = set().union(*seen.recalls)
    words = [index for index, address in enumerate(place.words) if address in read]
    if len(words) * place.width <= most:
        return {
            word * place.width + bit: "exhaustive" for word in words for bit in range(place.width)
        }
    guided: list[int] = []
    if place.memory in GUIDED and not image.parameters.outputs:
        guided = likely_cells(image, place, queries, most // 2)
    each = min(max((most - len(guided)) // place.width, 1), len(words))
    drawn = (
        int(word) * place.width + bit
        for bit in range(place.width)
        for word in random.choice(words, each, replace=False)
    )
    return dict.fromkeys(drawn, "sampled") | dict.fromkeys(guided, "guided")


def _try(
    image: Image, place: Place, cell: int, how: str, queries: Queries, seen: _Reads, tried: int
) -> WorstBit:
    address, bit = place.cell(cell)
    hit = np.array([address in each for each in seen.recalls], dtype=np.bool_)
    clean = queries.clean.states[hit]
    states = _states(image, place, cell, queries.spins[hit]) if hit.any() else clean
    return WorstBit(
        place=place.name,
        title=place.title,
        address=address,
        bit=bit,
        wrong=int((states != clean).sum()),
        changed=int((states != clean).any(axis=1).sum()),
        recalls=len(queries.spins),
        tried=tried,
        of=place.bits,
        how=how,
    )


def _states(image: Image, place: Place, cell: int, spins: SpinArray) -> SpinArray:
    """Where recalls end with one bit flipped."""
    faults = flipped(place, cell)
    if place.persistent_on == "fast":
        return fast.recall(faulty_image(image, faults), spins).states
    return recall_with(image, FaultyCells(faults), spins).states


def _measured(
    image: Image, place: Place, worst: WorstBit, search: Queries, measure: Queries
) -> WorstBit:
    """With what it costs of recall accuracy."""
    queries = measure if place.persistent_on == "fast" else search
    cell = place.words.index(worst.address) * place.width + worst.bit
    states = _states(image, place, cell, queries.spins)
    right = (states == queries.targets).all(axis=1)
    clean = (queries.clean.states == queries.targets).all(axis=1)
    # The difference of counts, divided once: none is exactly 0.
    lost = (int(clean.sum()) - int(right.sum())) / len(clean)
    return replace(worst, lost=lost, measured=len(clean))


def _guard(place: Place, worst: Sequence[WorstBit], seen: _Reads) -> Guard:
    """What two more copies of the words with the worst bits cost, in a small memory of their own.

    Which words have copies is told by comparing addresses, which is not priced.
    """
    addresses = {each.address for each in worst}
    copies = Triple(place.width)
    table = load_technology()
    reads = sum(recall[address] for recall in seen.recalls for address in addresses)
    extra = copies.check_bits * len(addresses)
    access = table.sram_access(extra, copies.check_bits).value
    energy = (access + gate_energy(table) * copies.xors) * reads / len(seen.recalls)
    return Guard(
        place.name, len(addresses), len(addresses) / len(place.words), extra, float(energy)
    )
