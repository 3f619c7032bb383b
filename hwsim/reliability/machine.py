"""The specification on memories with faults: every word goes through the cells that hold it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hwsim.hardware.image import Image
from hwsim.hardware.memories import memories
from hwsim.hardware.outcome import Counts, IntArray, Recalls
from hwsim.hardware.packing import signed, unpack_words
from hwsim.hardware.protection import Code
from hwsim.hardware.spec import CountedMemory, Specification
from hwsim.reliability.maps import Disturbance, FaultMap
from hwsim.reliability.places import Place
from hwsim.spins import SpinArray, bits_from_spins, spins_from_bits


class FaultyMemory(CountedMemory):
    """A memory as wide as the engine's: an address has as many bits as it takes, a word likewise.

    `words` are what was written, as the registers beside a memory have seen it; a read gives what
    the cells made of it. Past the last word, where only a fault can lead, a read gives 0 and a
    write is lost.

    Args:
        name, words, tally: as of any memory.
        width: bits of a word.
        fault: what is wrong with its cells, or its reads; None for nothing.
    """

    def __init__(
        self, name: str, words: list[int], tally: Counter[str], width: int, fault: Fault | None
    ) -> None:
        super().__init__(name, words, tally)
        self.width, self.fault = width, fault
        self.addresses = 1 << max(len(words) - 1, 0).bit_length()

    def read(self, address: int) -> int:
        address %= self.addresses
        if self.fault is not None:
            address = self.fault.reached(address) % self.addresses
        if address >= len(self.words):
            self.tally[f"{self.name}_reads"] += 1
            return 0
        word = super().read(address)
        if self.fault is None:
            return word
        read = self.fault.read(address, word % 2**self.width)
        return signed(read, self.width) if self.name == "offset" else read

    def write(self, address: int, word: int) -> None:
        address %= self.addresses
        if address < len(self.words):
            super().write(address, word % 2**self.width)
            if self.fault is not None:
                self.fault.written(address)
        else:
            self.tally[f"{self.name}_writes"] += 1


class Fault(ABC):
    """What is wrong with a memory.

    Attributes:
        place: which memory's, or which words'.
    """

    place: Place

    @abstractmethod
    def read(self, address: int, word: int) -> int:
        """What is read where `word` was written."""

    def reached(self, address: int) -> int:
        """The word that a read of `address` reaches."""
        return address

    def spares(self, address: int) -> bool:
        """Whether every read there gives what was written, for sure."""
        return False

    def written(self, address: int) -> None:  # noqa: B027 - most faults do not care
        """Take note that a word is written there."""


class FaultyCells(Fault):
    """Cells that are faulty all the time."""

    def __init__(self, faults: FaultMap) -> None:
        self.faults, self.place = faults, faults.place
        self.words = faults.words()

    def read(self, address: int, word: int) -> int:
        """What is read where `word` was written."""
        return self.words[address].read(word) if address in self.words else word

    def spares(self, address: int) -> bool:
        """Whether the word has no faulty cell."""
        return address not in self.words


class DisturbedReads(Fault):
    """Reads that flip bits."""

    def __init__(self, place: Place, disturbance: Disturbance) -> None:
        self.place, self.disturbance = place, disturbance
        self.hit = place.words

    def read(self, address: int, word: int) -> int:
        """What is read where `word` was written."""
        return word ^ self.disturbance.flips(self.place.width) if address in self.hit else word


class DisturbedWrites(Fault):
    """Writes that flip bits, which stay so until the word is written again."""

    def __init__(self, place: Place, disturbance: Disturbance) -> None:
        self.place, self.disturbance = place, disturbance
        self.hit = place.words
        self.wrong: dict[int, int] = {}

    def read(self, address: int, word: int) -> int:
        """What is read where `word` was written."""
        return word ^ self.wrong.get(address, 0)

    def written(self, address: int) -> None:
        """A word is written there."""
        if address in self.hit:
            self.wrong[address] = self.disturbance.flips(self.place.width)


class Guarded(Fault):
    """Faults of code words: the cells hold check bits, too, which a read looks at.

    Args:
        fault: of the cells, or of reads, of a place whose words are code words.
        code: the protection of a word.

    Attributes:
        corrected, detected: reads so far whose error was corrected, or told.
    """

    def __init__(self, fault: Fault, code: Code) -> None:
        self.fault, self.code, self.place = fault, code, fault.place
        self.hit = fault.place.words
        self.corrected = self.detected = 0

    def read(self, address: int, word: int) -> int:
        """What is read where `word` was written."""
        if address not in self.hit or self.fault.spares(address):
            return word
        found, verdict = self.code.decode(self.fault.read(address, self.code.encode(word)))
        self.corrected += verdict == "corrected"
        self.detected += verdict == "detected"
        return found

    def written(self, address: int) -> None:
        """A word is written there, and its check bits."""
        self.fault.written(address)


class FaultySpecification(Specification):
    """The engine, some of whose memories, or registers, are faulty.

    Args:
        image: one engine, one query in flight.
        faults: what is wrong, of different memories and registers.
    """

    def __init__(self, image: Image, *faults: Fault) -> None:
        self.faults = {fault.place.counter: fault for fault in faults}
        self.widths = {
            memory.reads.removesuffix("_reads"): memory.width(image.parameters)
            for memory in memories(image.parameters)
        }
        super().__init__(image)

    def _memory(self, name: str, words: list[int]) -> CountedMemory:
        if name not in self.widths:  # of the other dataflow
            return super()._memory(name, words)
        return FaultyMemory(name, words, self.tally, self.widths[name], self.faults.get(name))

    def latch(self, name: str, value: int, address: int = 0) -> int:
        """What a register holds once it has taken a value."""
        fault = self.faults.get(name)
        if fault is None:
            return value
        fault.written(address)
        return fault.read(address, value % 2**fault.place.width)

    def latch_lanes(self, name: str, values: list[int], address: int) -> list[int]:
        """Likewise of a register that has a number for each lane, lane 0 lowest."""
        fault = self.faults.get(name)
        if fault is None:
            return values
        width = fault.place.width // len(values)
        word = sum(value % 2**width << width * lane for lane, value in enumerate(values))
        held = self.latch(name, word, address)
        return [held >> width * lane & (1 << width) - 1 for lane in range(len(values))]


@dataclass(frozen=True)
class Told:
    """What a protected memory says of its recalls.

    Attributes:
        corrected, detected: (Q,) int64, reads whose error was corrected, or told.
    """

    corrected: IntArray
    detected: IntArray


def recall_guarded(image: Image, fault: Guarded, queries: SpinArray) -> tuple[Recalls, Told]:
    """As `recall_with`, and what the protection says of each recall."""
    seen = [(0, 0)]
    recalls = recall_with(
        image, fault, queries, lambda: seen.append((fault.corrected, fault.detected))
    )
    totals = np.array(seen, dtype=np.int64)
    return recalls, Told(*(totals[1:] - totals[:-1]).T)


def recall_with(
    image: Image,
    fault: Fault | Sequence[Fault],
    queries: SpinArray,
    after: Callable[[], None] = lambda: None,
) -> Recalls:
    """Recall by the specification with one memory faulty, or several.

    Args:
        image: one engine, one query in flight.
        fault: what is wrong; several are of different memories.
        queries: (Q, N) int8 of ±1, one after the other on the same memories.
        after: called with nothing after each recall.
    """
    faults = [fault] if isinstance(fault, Fault) else fault
    specification = FaultySpecification(image, *faults)
    p = specification.parameters
    states = np.empty(queries.shape, dtype=np.int8)
    answers, tallies = [], []
    for q, bits in enumerate(bits_from_spins(queries)):
        answer = specification.recall(bits)
        states[q] = spins_from_bits(unpack_words(answer.state, p.lanes, p.neurons))
        answers.append(answer)
        tallies.append(dict(specification.tally))
        after()
    return Recalls(
        states,
        np.array([answer.converged for answer in answers], dtype=np.bool_),
        np.array([answer.miss for answer in answers], dtype=np.bool_),
        np.array([answer.distance for answer in answers], dtype=np.int64),
        Counts.from_rows(tallies),
    )
