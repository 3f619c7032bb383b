"""hwsim_entries: what is offered for each kind of search, whenever it is taken."""

from __future__ import annotations

from typing import Any

import cocotb
from bench import Bench, Memory, seeded, start, value

PULSES = ("probe_start", "scan_start", "list_start", "sweep_start")
PHASES = ("scanning", "listing", "sweeping")


class Shortlist(Memory):
    """Stands in for hwsim_shortlist: what is at the position asked for, in the same cycle."""

    def __init__(self, dut: Any) -> None:
        self.dut, self.batch = dut, [(0, 0)] * 4

    def drive(self) -> None:
        position = value(self.dut.list_position)
        pattern, bound = self.batch[position if isinstance(position, int) else 0]
        self.dut.list_pattern.value, self.dut.list_value.value = pattern, bound

    def sample(self) -> None:
        """Nothing is remembered."""


@cocotb.test()
async def entries(dut: Any) -> None:
    chance = seeded(dut)
    p, w, c, reach, radius_bits, nearest_origin, bits = (
        int(getattr(dut, k).value)
        for k in ("PATTERNS", "WORDS", "COARSE_WORDS", "REACH", "RADIUS_BITS", "ORIGIN_NEAREST",
                  "DISTANCE_BITS")
    )  # fmt: skip
    most = 2**bits - 1
    coarse = 0 < c < w
    buffer = [chance.randint(0, most) for _ in range(p)]
    memory = Memory(
        buffer, dut.distance_read, dut.distance_address, dut.distance_output_enable,
        dut.distance_data,
    )  # fmt: skip
    await start(
        dut, **dict.fromkeys((*PULSES, *PHASES), 0), first_step=0, flips=0, nearest=0, winner=0,
        list_last=0, list_value=0, list_pattern=0, distance_data=0, take=1, address=0,
    )  # fmt: skip
    shortlist = Shortlist(dut)
    bench = Bench(dut, memory, shortlist)
    kinds = ["scan"] + ["probe"] * bool(c or radius_bits) + ["list"] * coarse
    kinds += ["sweep"] * bool(c)
    for kind in kinds * 6:
        first_step = chance.randrange(2) if coarse else 0
        flips, nearest = chance.choice((0, 1, most // 4, most)), chance.randint(0, most // 2)
        winner = chance.randrange(p)
        shortlist.batch = [(chance.randrange(p), chance.randint(0, most)) for _ in range(4)]
        length = chance.randint(1, 4)
        fallen = 0 if first_step else flips
        limit = nearest + reach if nearest_origin else max(nearest, reach)
        if kind == "probe":
            expected, words = [(winner * w, 1, 0)], (0, w - 1)
        elif kind == "scan":
            expected, words = [(m * w, 1, 0) for m in range(p)], (0, (c if coarse else w) - 1)
        elif kind == "list":
            expected = [(m * w + c, 1, bound) for m, bound in shortlist.batch[:length]]
            words = (c, w - 1)
        else:
            words = (c if first_step else 0, w - 1)
            expected = []
            for m, stored in enumerate(buffer):
                bound = max(stored - fallen, 0)
                read = bound < limit
                base = bound if first_step or not read else 0
                expected.append((m * w + words[0], int(read), base))
        # idle: the winner's row is multiplied meanwhile
        for _ in range(3):
            await bench.tick(winner=winner, nearest=nearest, first_step=first_step, flips=flips,
                             take=1, **dict.fromkeys(PHASES, 0))  # fmt: skip
        memory.reads.clear()
        inputs = {f"{kind}_start": 1, "list_last": length - 1}
        running = {"probe": {}, "scan": {"scanning": 1}, "list": {"listing": 1}}.get(
            kind, {"sweeping": 1}
        )
        taken: list[tuple[int, int, int]] = []
        waited, address, left = 0, 0, 0  # words the entry taken last still reads
        while len(taken) < len(expected) or left:
            await bench.tick(**inputs, take=int(left <= 1), address=address)
            if len(taken) == len(expected):
                assert value(dut.entry_valid) == 0
                assert not left or value(dut.last_word) == words[1]
            elif left <= 1:  # the first comes when the header says, the others without a gap
                first_cycle = 3 if kind in ("list", "sweep") else 0
                assert value(dut.entry_valid) == int(bool(taken) or waited == first_cycle)
            if left <= 1 and value(dut.entry_valid):
                assert value(dut.first_word) == words[0]
                entry = expected[len(taken)]
                row = value(dut.entry_address) if entry[1] else entry[0]
                taken.append((row, value(dut.entry_read), value(dut.entry_base)))
                address, left = row, words[1] - words[0] + 1 if entry[1] else 1
            else:
                address, left = address + 1, max(left - 1, 0)
            waited += 1
            inputs = {f"{kind}_start": 0, **running}
        assert taken == expected
        assert memory.reads == (list(range(p)) if kind == "sweep" else [])
