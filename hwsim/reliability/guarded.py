"""Faults of memories with check bits: what a code leaves of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hwsim.hardware.image import Image
from hwsim.hardware.protection import Code
from hwsim.reliability.image import stored_words
from hwsim.reliability.maps import FaultMap, flipped
from hwsim.reliability.places import Place


def code_words(place: Place, code: Code) -> Place:
    """The memory with check bits beside each word: more cells, any of which may be faulty."""
    return replace(place, width=place.width + code.check_bits)


@dataclass(frozen=True)
class Left:
    """What a code makes of a map of faulty cells.

    Attributes:
        faults: data bits that are read wrong all the same, of the memory without check bits.
        corrected, detected: words whose error is corrected, or told and left.
    """

    faults: FaultMap
    corrected: int
    detected: int


def left(image: Image, place: Place, code: Code, faults: FaultMap) -> Left:
    """What is read from the image's words beside their check bits.

    Args:
        image: one engine.
        place: a memory that `places.FAST` names, or a part of it.
        code: of its words.
        faults: cells of `code_words(place, code)`.
    """
    words = stored_words(image, place)
    wrong: list[int] = []
    corrected = detected = 0
    for address, fault in faults.words().items():
        stored = int.from_bytes(words[address].tobytes(), "little")
        read = fault.read(code.encode(stored)) & (1 << place.width + code.check_bits) - 1
        found, verdict = code.decode(read)
        corrected += verdict == "corrected"
        detected += verdict == "detected"
        first = (address - place.first) // place.stride * place.width
        wrong += [first + bit for bit in range(place.width) if (found ^ stored) >> bit & 1]
    return Left(flipped(place, *wrong), corrected, detected)
