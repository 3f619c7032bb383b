"""hwsim_row_mac: U[i] over lists of candidates of every length, and the cycle of each sum."""

from __future__ import annotations

import os
from typing import Any

import cocotb
from bench import Bench, Checker, Memory, read_words, seeded, start, value


@cocotb.test()
async def sums_of_candidates(dut: Any) -> None:
    chance = seeded(dut)
    n, p, b, bits, lanes = (
        int(getattr(dut, k).value)
        for k in ("NEURONS", "PATTERNS", "WEIGHT_BITS", "KERNEL_BITS", "LANES")
    )
    lead_bits = int(dut.LEAD_BITS.value)
    words = -(-n // lanes)
    weights = read_words(os.environ["HWSIM_MEMORY"]) if "HWSIM_MEMORY" in os.environ else []
    plane_weights = [int(dut.PLANE_WEIGHTS.value) >> (8 * q) & 255 for q in range(b)]
    shared = [q for q in range(b) if int(dut.SHARED_PLANES.value) >> q & 1]
    stored = [q for q in range(b) if q not in shared]
    reads = bool(shared) + len(stored)
    used = [min(lanes, n - word * lanes) for word in range(words)]
    patterns = [chance.getrandbits(lanes) for _ in range(p * words)]
    candidates: list[int] = []
    values: list[int] = []
    lists = (dut.candidate_read, dut.candidate_address, dut.candidate_output_enable)
    memory = Memory(
        patterns, dut.pattern_read, dut.pattern_address, dut.pattern_output_enable,
        dut.pattern_data,
    )  # fmt: skip
    indices = Memory(candidates, *lists, dut.candidate)
    await start(dut, start=0, candidates=0, lead=0, candidate=0, candidate_value=0, pattern_data=0)
    bench = Bench(dut, indices, Memory(values, *lists, dut.candidate_value), memory)
    check = Checker()
    # one candidate, two, all with the largest values, so many that a word waits for the shadow
    # register or just does not, and any number
    lengths = {1, min(2, p), p, min(p, max(1, lanes // reads)), min(p, -(-lanes // reads))}
    for length in (*(chance.randint(1, p) for _ in range(3)), *sorted(lengths)):
        candidates[:] = sorted(chance.sample(range(p), length))
        values[:] = [
            2**bits - 1 if length == p else chance.randint(1, 2**bits - 1) for _ in candidates
        ]
        if length == p:  # where all planes are shared: the largest sum
            patterns[:] = [2**lanes - 1] * len(patterns)
        lead = chance.choice((0, 1, chance.randrange(2**lead_bits))) if lead_bits else 0
        last_read = (lead + length) * reads
        slot = max(last_read, lanes)
        for word in range(words):
            sums = [0] * lanes
            for m, k in zip(candidates, values, strict=True):
                row = m * words + word
                planes = [(patterns[row], plane_weights[q]) for q in shared]
                planes += [
                    (weights[row * len(stored) + place], plane_weights[q])
                    for place, q in enumerate(stored)
                ]
                for bits_of_word, weight in planes:
                    for j in range(lanes):
                        sums[j] += weight * k * (bits_of_word >> j & 1)
            first_sum = word * slot + last_read + 7
            for j in range(used[word]):
                check.expect((first_sum + j, word * lanes + j, sums[j]))
        memory.reads.clear()
        indices.reads.clear()
        await bench.tick(start=1, candidates=length, lead=lead)
        begun, weight_reads, neurons = bench.cycle, 0, 0
        while neurons < n:
            await bench.tick(start=0)
            weight_reads += value(dut.weight_read)
            if value(dut.sum_valid):
                check.see((bench.cycle - begun, value(dut.sum_neuron), value(dut.sum)))
                neurons += 1
        assert bench.cycle - begun == (words - 1) * slot + last_read + used[-1] + 6
        await bench.tick()
        assert value(dut.sum_valid) == 0
        assert indices.reads == list(range(length)) * words
        assert weight_reads == length * words * len(stored)
        assert memory.reads == [
            m * words + word for word in range(words) for m in candidates if shared
        ]
    check.finish(4 * n)
