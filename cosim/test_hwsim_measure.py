"""hwsim_measure: distances of entries of any words and base, with and without gaps."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Checker, Memory, seeded, start, value


@cocotb.test()
async def distances_of_entries(dut: Any) -> None:
    chance = seeded(dut)
    lanes, words, bases, bits, address_bits = (
        int(getattr(dut, k).value)
        for k in ("LANES", "WORDS", "BASES", "DISTANCE_BITS", "ADDRESS_BITS")
    )
    most = 2**bits - 1  # no distance is larger
    rows = 2**address_bits // words
    state = [chance.getrandbits(lanes) for _ in range(words)]
    patterns: list[int] = []
    for _ in range(rows * words):  # mostly few lanes differ, so that the sums fit
        differing = chance.sample(range(lanes), chance.randint(0, min(lanes, most // words)))
        patterns.append(state[len(patterns) % words] ^ sum(1 << lane for lane in differing))
    memory = Memory(
        patterns, dut.pattern_read, dut.pattern_address, dut.pattern_output_enable,
        dut.pattern_data,
    )  # fmt: skip
    await start(
        dut, entry_valid=0, entry_address=0, entry_read=0, entry_base=0, first_word=0,
        last_word=0, pattern_data=0, state_data=0,
    )  # fmt: skip
    bench = Bench(
        dut, memory,
        Memory(state, dut.state_read, dut.state_address, dut.state_output_enable, dut.state_data),
    )  # fmt: skip
    check = Checker()
    latency, reads = lanes.bit_length() - 1 + 3, []
    for pauses in (0, 0, 3):
        first, last = chance.choice(((0, words - 1), (words // 2, words - 1), (0, words // 2)))
        # As in the engine the last word changes only while nothing is read.
        await bench.tick(entry_valid=0, first_word=first, last_word=last)
        left, offered = 60, None
        while left or offered is not None:
            if offered is None and not chance.randint(0, pauses):
                left -= 1
                row, read = chance.randrange(rows), not bases or chance.random() < 0.5
                differing = sum(
                    (state[w] ^ patterns[row * words + w]).bit_count()
                    for w in range(first, last + 1)
                )
                base = chance.randint(0, most - differing * read) if bases else 0
                offered = (row * words + first, read, base, base + differing * read)
            driven: dict[str, int] = {"entry_valid": int(offered is not None)}
            if offered is not None:
                driven |= dict(zip(
                    ("entry_address", "entry_read", "entry_base"), map(int, offered), strict=False
                ))  # fmt: skip
            await bench.tick(**driven)
            _see(dut, bench, check)
            if offered is not None and value(dut.take):
                count = last - first + 1 if offered[1] else 0
                reads += [offered[0] + k for k in range(count)]
                check.expect((bench.cycle + max(1, count) + latency, offered[3]))
                offered = None
        await bench.tick(entry_valid=0)
        for _ in range(words + latency + 1):
            _see(dut, bench, check)
            await bench.tick()
    check.finish(180)
    assert memory.reads == reads


def _see(dut: Any, bench: Bench, check: Checker) -> None:
    if value(dut.measured):
        check.see((bench.cycle, value(dut.distance)))
