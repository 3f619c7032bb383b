"""hwsim_turns: every output in every cycle, for slots that take any time and any way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any

import cocotb
from bench import Bench, seeded, start, value

# What a slot waits for, that of the earlier step first, and those that go together.
KINDS = ("update", "list", "look", "sweep", "probe", "pass", "send")
TOGETHER = ("sweep", "pass")
WAITS = ("pass", "list", "sweep", "look")  # bits of the search's waits
CYCLES = 6000


@dataclass
class Now:
    """What a slot does in a cycle: its control's and its search's pulses, what it waits for."""

    want: str | None = None
    search: bool = False
    probes: bool = False  # with search: it has to
    done: bool = False
    probed: bool = False  # with done: as the end of a probe
    send: bool = False
    sent: bool = False
    first: bool = False
    fixed: bool = False


Recall = Generator[Now, bool, None]  # is sent whether it was granted what it waits for


def wait(kind: str, first: bool, fixed: bool) -> Recall:
    while not (yield Now(kind, first=first, fixed=fixed)):
        pass


def run(chance: random.Random, first: bool, fixed: bool) -> Recall:
    for _ in range(chance.choice((1, 2, 3, 9))):
        yield Now(first=first, fixed=fixed)


def search(chance: random.Random, sweeps: bool, first: bool, fixed: bool) -> Recall:
    """From the control's start to what the control is told."""
    probes = not first and (sweeps or fixed)
    yield Now(search=True, probes=probes, first=first, fixed=fixed)
    if probes:
        yield from wait("probe", first, fixed)
        yield from run(chance, first, fixed)
        if chance.random() < 0.3:
            yield Now(done=True, probed=True, first=first, fixed=fixed)
            return
    stages = ["pass"]
    if sweeps and first:
        stages += ["list", "sweep"] if chance.random() < 0.7 else ["list"]  # which hits
    if chance.random() < 0.5:
        stages.append("look")
    for kind in stages:
        yield from wait(kind, first, fixed)
        yield from run(chance, first, fixed)
    yield Now(done=True, first=first, fixed=fixed)
    yield from wait("update", first, fixed)


def recall(chance: random.Random, sweeps: bool) -> Recall:
    """From the cycle after loading to the last beat of the result."""
    first, fixed = True, False
    while True:
        yield from search(chance, sweeps, first, fixed)
        yield from run(chance, first, fixed)
        first, fixed = False, chance.random() < 0.5
        if chance.random() < 0.5:
            break
    yield Now(send=True)
    yield from wait("send", first, fixed)
    yield from run(chance, first, fixed)
    yield Now(sent=True)


class Turns:
    """The slots and the order of their grants."""

    def __init__(self, slots: int, sweeps: bool, chance: random.Random) -> None:
        self.slots, self.sweeps, self.chance = slots, sweeps, chance
        self.reset()

    def reset(self) -> None:
        self.turn = 0
        self.loaded: list[int] = []  # slots, while loading
        self.recalls: dict[int, tuple[Recall, Now]] = {}
        self.granted: tuple[str, list[int]] | None = None  # of this cycle

    def cycle(self) -> tuple[dict[str, int], dict[str, int]]:
        """The inputs of a cycle and the outputs; then the next one."""
        return self._load() if not self.recalls else self._go()

    def _load(self) -> tuple[dict[str, int], dict[str, int]]:
        offered, between = self.chance.random() < 0.7, self.chance.random() < 0.8
        accepted = offered and self.chance.random() < 0.4
        turn, first = self.turn, not self.loaded
        begins = not first and between and not offered
        if accepted:
            self.loaded.append(turn)
            self.turn = (turn + 1) % self.slots
            begins = begins or turn == self.slots - 1
        loaded = self.loaded if begins else []
        for slot in loaded:
            generator = recall(self.chance, self.sweeps)
            self.recalls[slot] = (generator, next(generator))
        if begins:
            self.loaded = []
        inputs = {"query_accepted": accepted, "query_offered": offered, "between": between}
        outputs = {"query_loaded": mask(loaded), "first_query": first}
        return self.inputs({}, loading=1, **inputs), self.outputs(turn, **outputs)

    def _go(self) -> tuple[dict[str, int], dict[str, int]]:
        now = {slot: state for slot, (_, state) in self.recalls.items()}
        kind, granted = self.granted or ("", [])
        started = [s for s, state in now.items() if state.search and not state.probes]
        searched = [s for s, state in now.items() if state.done and state.probed]
        sent = any(state.sent for state in now.values())
        outputs = self.outputs(
            self.turn,
            search_start=mask(started + (granted if kind == "probe" else [])),
            control_searched=mask(searched + (granted if kind == "update" else [])),
            search_grant=0 if kind in ("", "update", "probe", "send") else mask(granted),
            result_start=kind == "send",
            batch_sent=sent and len(now) == 1,
        )
        inputs = self.inputs(now)
        settled = all(state.want for state in now.values()) and self.granted is None
        self.granted = None
        if settled:
            kind = next(k for k in KINDS if any(state.want == k for state in now.values()))
            slots = sorted(s for s, state in now.items() if state.want == kind)
            self.granted = (kind, slots if kind in TOGETHER else slots[:1])
            self.turn = slots[0]
        for slot, (generator, state) in list(self.recalls.items()):
            if state.sent:
                del self.recalls[slot]
            else:
                self.recalls[slot] = (generator, generator.send(slot in granted))
        if not self.recalls:
            self.turn = 0
        return inputs, outputs

    def inputs(self, now: dict[int, Now], **others: int) -> dict[str, int]:
        def slots(name: str) -> int:
            return mask(slot for slot, state in now.items() if getattr(state, name))

        waits = sum(
            1 << 4 * slot + WAITS.index(state.want)
            for slot, state in now.items()
            if state.want in WAITS
        )
        default = {
            "loading": 0, "query_accepted": 0, "query_offered": self.chance.randrange(2),
            "between": self.chance.randrange(2), "result_sent": int(slots("sent") != 0),
            "control_search": slots("search"), "control_send": slots("send"),
            "first_step": slots("first"), "winner_fixed": slots("fixed"),
            "search_waits": waits, "search_done": slots("done"),
        }  # fmt: skip
        return default | {name: int(number) for name, number in others.items()}

    def outputs(self, turn: int, **others: int) -> dict[str, int]:
        default = dict.fromkeys(
            ("query_loaded", "first_query", "search_start", "control_searched", "search_grant",
             "result_start", "batch_sent"), 0,
        )  # fmt: skip
        own = {"turn": turn, "selected": 1 << turn}
        return default | own | {name: int(number) for name, number in others.items()}


def mask(slots: Iterable[int]) -> int:
    return sum(1 << slot for slot in slots)


@cocotb.test()
async def turns(dut: Any) -> None:
    chance = seeded(dut)
    model = Turns(int(dut.SLOTS.value), bool(dut.SWEEPS.value), chance)
    await start(dut, **model.inputs({}, loading=1, query_offered=1))
    bench, seen = Bench(dut), Counter[str]()
    for _ in range(CYCLES):
        if chance.random() < 0.002:
            await bench.tick(rst=1)
            model.reset()
            await bench.tick(**model.inputs({}, loading=1, query_offered=1), rst=0)
            continue
        inputs, outputs = model.cycle()
        await bench.tick(**inputs)
        found = {name: value(getattr(dut, name)) for name in outputs}
        assert found == outputs, f"cycle {bench.cycle}: {found}, not {outputs}; {inputs}"
        seen["batches"] += outputs["batch_sent"]
        seen["together"] += outputs["search_grant"].bit_count() > 1
    dut._log.info(f"{dict(seen)}")
    assert seen["batches"] > 5
    assert seen["together"] > 5
