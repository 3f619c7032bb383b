"""Which single bit of a memory hurts most when it flips, and what protecting only those costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from hwsim.cost.tables import load_technology
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.protection import Triple
from hwsim.reliability.guided import GUIDED, likely_cells
from hwsim.reliability.image import faulty_image
from hwsim.reliability.interval import over_maps
from hwsim.reliability.machine import Fault, FaultyCells, recall_with
from hwsim.reliability.maps import flipped
from hwsim.reliability.places import Place
from hwsim.reliability.points import Queries
from hwsim.reliability.price import gate_energy
from hwsim.reliability.result import Guard, WorstBit
from hwsim.spins import SpinArray

KEPT: Final = 10  # of each memory
SLOWER: Final = 25  # times fewer bits are tried where the specification recalls
REGISTER_BITS: Final = 64  # of a register, tried at most
SLOW_RECALLS: Final = 8  # on which they are tried
SLOW_KEPT: Final = 3  # of which more recalls are measured then


class _Reads(Fault):
    """No fault: which words of a memory, of all its parts, each recall reads, and how often."""

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

    def readers(self, address: int) -> npt.NDArray[np.bool_]:
        """Which recalls read a word, (Q,)."""
        return np.array([address in each for each in self.recalls], dtype=np.bool_)


def worst_bits(
    image: Image, chosen: Sequence[Place], search: Queries, measure: Queries, most: int, seed: int
) -> tuple[tuple[WorstBit, ...], tuple[Guard, ...]]:
    """The bits of each memory whose flip alone changes most, the worst first.

    A recall that reads no word with a fault is what it is without: only cells of words that some
    recall reads are tried, and only on those recalls. Where these cells are up to `most`, all are
    (`exhaustive`). Of patterns and weights that have more, half as many as `most` are those of
    `guided.likely_cells`, of the others half are in the words that are read most often (`guided`);
    the other half is drawn (`sampled`). Each bit of a word is drawn as often as every other, for a
    word's bits differ more than words do. Of a register up to `REGISTER_BITS` are tried, drawn
    where it has more, and copies of its words are no memory that had a price: no guards.

    Args:
        image: one engine, one query in flight.
        chosen: memories.
        search: queries on which bits are tried; where the specification recalls, the first
            `SLOW_RECALLS`.
        measure: queries on which the worst ones are measured, where the fast model can; else the
            worst `SLOW_KEPT` are on all of the search.
        most: bits of a memory to try; where the specification recalls, one in `SLOWER` of them.
        seed: of the choice.
    """
    found: list[WorstBit] = []
    guards: list[Guard] = []
    memories = {place.memory: _Reads(place) for place in chosen}

    def end() -> None:
        for each in memories.values():
            each.end()

    recall_with(image, [*memories.values()], search.spins, end)
    for place in chosen:
        on_fast = place.persistent_on == "fast"
        seen = memories[place.memory]
        share = most if on_fast else max(most // SLOWER, 1)
        share = max(share, REGISTER_BITS) if place.register else share
        some = search if on_fast else search.leading(SLOW_RECALLS)
        cells = _cells(image, place, seen, some.spins, share, seed)
        tried = [
            _try(image, place, cell, how, some, seen, len(cells)) for cell, how in cells.items()
        ]
        tried.sort(key=lambda each: (-each.wrong, -each.changed, each.address, each.bit))
        kept = tried[:KEPT]
        if on_fast:
            kept = [_measured(image, place, each, measure, None) for each in kept]
        else:
            kept[:SLOW_KEPT] = [
                _measured(image, place, each, search, seen) for each in kept[:SLOW_KEPT]
            ]
        found += kept
        guards += [_guard(place, kept, seen)] if kept and not place.register else []
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
    if place.register:  # every value reaches every word of it: there is no word read most often
        return dict.fromkeys(random.choice(place.bits, most, replace=False).tolist(), "sampled")
    guided: list[int] = []
    if place.memory in GUIDED and not image.parameters.outputs:
        guided = likely_cells(image, place, queries, most // 2)
    each = min(max((most - len(guided)) // place.width, 1), len(words))
    if not guided:  # half of them in the words that recalls read most often
        reads = sum(seen.recalls, Counter[int]())
        words.sort(key=lambda index: -reads[place.words[index]])
        guided = [
            word * place.width + bit
            for word in words[: -(-each // 2)]
            for bit in range(place.width)
        ]
        words, each = words[-(-each // 2) :], each // 2
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
    hit = seen.readers(address)[: len(queries.spins)]
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
    image: Image, place: Place, worst: WorstBit, queries: Queries, seen: _Reads | None
) -> WorstBit:
    """With what it costs of recall accuracy.

    Args:
        seen: what these recalls read; None to recall all of them.
    """
    cell = place.words.index(worst.address) * place.width + worst.bit
    states = queries.clean.states.copy()
    hit = np.ones(len(states), dtype=np.bool_) if seen is None else seen.readers(worst.address)
    if hit.any():
        states[hit] = _states(image, place, cell, queries.spins[hit])
    right = (states == queries.targets).all(axis=1)
    clean = (queries.clean.states == queries.targets).all(axis=1)
    lost = over_maps(clean.astype(np.float64) - right)  # one map: its recalls are independent
    return replace(
        worst, lost=lost.mean, lost_low=lost.low, lost_high=lost.high, measured=len(clean)
    )


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
