"""What the kit's testbench compares with: words of results, cycles, and a check of every ROM word.

A word's check is its value modulo the prime 2**32 - 5. A wrong hexadecimal digit changes the value
by d * 16**k with 0 < |d| < 16, which no prime above 16 divides, so it is always found; any other
change escapes in one of four thousand million. Verilog computes it with one operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hwsim.config import Parameters
from hwsim.cost.cycles import engine_cycles
from hwsim.export.formats import mem
from hwsim.hardware import layout
from hwsim.hardware.batches import Batched
from hwsim.hardware.outcome import Recalls
from hwsim.spins import SpinArray, bits_from_spins

CHECK_PRIME: Final = 2**32 - 5
CHECK_BITS: Final = 32
QUERIES: Final = "queries.mem"
_WORD_BITS: Final = 64  # of results and cycles, as wide as the engine's counters


def word_checks(content: bytes) -> bytes:
    """The check of each word of a `.mem` file, as one."""
    words = content.decode("ascii").split()
    return _lines((int(word, 16) % CHECK_PRIME for word in words), CHECK_BITS)


def answer_files(
    parameters: Parameters, queries: SpinArray, recalls: Recalls | Batched
) -> dict[str, bytes]:
    """The files of the queries and of what the engine must answer.

    Args:
        parameters: of the image.
        queries: (Q, N) int8 of ±1.
        recalls: the specification's answers, with counts of batches of queries in flight.

    Returns:
        `queries.mem` and `states.mem`, words of L bits, ceil(N / L) a recall; `results.mem`, 64
        bits a recall: steps in bits 0 to 15, converged in 16, miss in 17, distance from 32 on;
        `cycles.mem`, 64 bits a batch.
    """
    shape = layout.MemoryShape(parameters.lanes, len(queries) * parameters.words)
    spins: Mapping[str, SpinArray] = {QUERIES: queries, "states.mem": recalls.states}
    words = {
        name: mem.encode(name, shape, layout.pack_patterns(parameters, bits_from_spins(rows)))
        for name, rows in spins.items()
    }
    results = (
        int(recalls.steps[index])
        | int(recalls.converged[index]) << 16
        | int(recalls.miss[index]) << 17
        | int(recalls.distance[index]) << 32
        for index in range(len(queries))
    )
    cycles = engine_cycles(parameters, recalls.counts, len(queries))
    return {
        **words,
        "results.mem": _lines(results, _WORD_BITS),
        "cycles.mem": _lines((int(count) for count in cycles), _WORD_BITS),
    }


def _lines(values: Iterable[int], bits: int) -> bytes:
    """`$readmemh` lines of words of `bits`."""
    return "".join(f"{value:0{bits // 4}x}\n" for value in values).encode()
