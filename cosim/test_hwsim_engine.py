"""The engine against golden vectors. Knows the vectors, not the model.

Environment: HWSIM_VECTORS, the folder of vectors; HWSIM_RESULT, the JSON file to write;
HWSIM_STALLS, 1 for random stalls on both ports, 0 for none (then the time between the ports'
handshakes is compared with the cycles counter); COCOTB_RANDOM_SEED. HWSIM_TRACE records signals
(recorder.py) until the first recall with a difference; HWSIM_UNTIL_NS ends the run then.

A stall is waited out with one timer, and a quiet engine with the rising edge of its valid signal:
Python runs at handshakes only.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import cocotb
import recorder
from bench import PERIOD_NS, cycles, end_with_parent, read_words, seeded, start, value
from cocotb.triggers import FallingEdge, RisingEdge, Timer
from cocotb.utils import get_sim_time

FLAGS = ("steps", "converged", "miss", "distance")
# Numbers that may still grow while the result is being sent.
GROWING = ("cycles", "state_reads")
# What check bits say; of sound memories nothing.
TOLD = ("corrected_errors", "detected_errors")


def stall(chance: random.Random, stalls: bool) -> int:
    """Cycles to wait: none half of the time, else a few, rarely many."""
    if not stalls or chance.random() < 0.5:
        return 0
    return chance.randint(20, 60) if chance.random() < 0.05 else chance.randint(1, 5)


class Recalls:
    """One run of all vectors through the engine."""

    def __init__(self, dut: Any, folder: Path, stalls: bool, chance: random.Random) -> None:
        self.dut, self.stalls = dut, stalls
        document = json.loads((folder / "vectors.json").read_text())
        self.expected = document["recalls"]
        parameters = document["parameters"]
        self.slots = parameters.get("queries_in_flight", 1)
        # Of outputs other than the patterns, which have fields and labels, a query has T results.
        self.outputs = parameters.get("outputs", 0)
        self.results = parameters["max_steps"] if self.outputs else 1
        self.flags = (*FLAGS, "label") if self.outputs else FLAGS
        self.fields: list[int | str] = []  # of the result to come
        self.queries = read_words(str(folder / "queries.mem"))
        self.states = read_words(str(folder / "states.mem"))
        self.query_words = len(self.queries) * self.results // len(self.expected)
        self.words = len(self.states) // len(self.expected)
        self.counters = list(self.expected[-1]["counters"])
        # Queries of a batch follow each other at once; its last recall has its counters.
        self.ends = ["counters" in recall for recall in self.expected]
        self.query_ends = self.ends[self.results - 1 :: self.results]
        self.told = [name for name in TOLD if hasattr(dut, name)]
        self.watched = [getattr(dut, f"result_{name}") for name in self.flags]
        self.watched += [getattr(dut, name) for name in self.counters if name not in GROWING]
        # One source of chance a port: their order of execution must not matter.
        self.query_chance = random.Random(chance.random())
        self.result_chance = random.Random(chance.random())
        self.errors: list[list[int]] = []  # of each recall, as TOLD; none where memories are sound
        self.mismatches: list[str] = []
        self.cycles: list[int | str] = []
        self.begun = 0.0  # the batch
        self.tids: list[int] = []
        self.answered = 0
        self.first_alone = "HWSIM_TRACE" in os.environ

    async def drive(self) -> None:
        """Offer every query, one beat after the other."""
        dut = self.dut
        await cycles(1)  # out of reset, tready rises
        for index, word in enumerate(self.queries):
            number, beat = divmod(index, self.query_words)
            begins = number == 0 or self.query_ends[number - 1]
            gap = stall(self.query_chance, self.stalls)
            if gap and (begins or beat):
                dut.s_axis_tvalid.value = 0
                dut.s_axis_tdata.value = self.query_chance.getrandbits(len(dut.s_axis_tdata))
                await cycles(gap)
            last = beat == self.query_words - 1
            if beat == 0:
                self.tids.append(self.query_chance.getrandbits(len(dut.s_axis_tid)))
            dut.s_axis_tvalid.value = 1
            dut.s_axis_tid.value = self.tids[-1]
            dut.s_axis_tdata.value = word
            dut.s_axis_tlast.value = int(last)
            while value(dut.s_axis_tready) != 1:  # again, for a netlist's ready may have glitches
                await RisingEdge(dut.s_axis_tready)
                await FallingEdge(dut.clk)
            if beat == 0 and begins:
                self.begun = get_sim_time("ns")
            await cycles(1)  # over the rising edge that accepts the beat
            if last and self.query_ends[number]:
                dut.s_axis_tvalid.value = 0
                dut.s_axis_tlast.value = 0
                # A pause after a batch; tvalid may rise again while the engine is busy.
                await cycles(1 + stall(self.query_chance, self.stalls))

    async def listen(self) -> None:
        """Take down every field of outputs other than the patterns."""
        dut = self.dut
        while True:
            await RisingEdge(dut.field_valid)
            await FallingEdge(dut.clk)
            while value(dut.field_valid) == 1:
                self.fields.append(value(dut.field))
                await FallingEdge(dut.clk)

    async def collect(self) -> None:
        """Accept every result and compare it."""
        dut = self.dut
        for index, expected in enumerate(self.expected):
            if self.mismatches and self.first_alone:
                return
            for beat in range(self.words):
                while value(dut.m_axis_tvalid) != 1:
                    await RisingEdge(dut.m_axis_tvalid)
                    await FallingEdge(dut.clk)
                gap = stall(self.result_chance, self.stalls)
                if gap:
                    dut.m_axis_tready.value = 0
                    before = self.offered()
                    await cycles(gap)
                    if self.offered() != before:
                        self.differ(index, f"beat {beat}", "changed while waiting", "stable")
                dut.m_axis_tready.value = 1
                await Timer(1, unit="ns")  # tready is at the engine
                self.compare(
                    index,
                    f"state word {beat}",
                    dut.m_axis_tdata,
                    self.states[index * self.words + beat],
                )
                self.compare(index, "tlast", dut.m_axis_tlast, int(beat == self.words - 1))
                self.compare(index, "tid", dut.m_axis_tid, self.tids[index // self.results])
                if beat == self.words - 1:
                    self.judge(index, expected)
                await FallingEdge(dut.clk)
            dut.m_axis_tready.value = 0 if self.stalls else 1

    def offered(self) -> list[int | str]:
        dut = self.dut
        signals = [dut.m_axis_tvalid, dut.m_axis_tdata, dut.m_axis_tlast, *self.watched]
        return [value(signal) for signal in signals]

    def judge(self, index: int, expected: dict[str, Any]) -> None:
        """Flags and counters, in the cycle of the last beat's acceptance."""
        dut = self.dut
        for name in self.flags:
            self.compare(index, name, getattr(dut, f"result_{name}"), int(expected[name]))
        if self.outputs:  # none comes where all are 0 because nothing is near
            wanted = [] if expected["miss"] else [f % 2**64 for f in expected["fields"]]
            if self.fields != wanted:
                self.differ(index, "fields", self.fields, wanted)
            self.fields = []
        self.answered += 1
        if not self.ends[index]:
            return
        for name in self.counters:
            self.compare(index, name, getattr(dut, name), expected["counters"][name])
        for name in self.told:
            expected_errors = self.errors[index][TOLD.index(name)] if self.errors else 0
            self.compare(index, name, getattr(dut, name), expected_errors)
        self.compare(index, "cycles", dut.cycles, expected["cycles"])
        self.cycles.append(value(dut.cycles))
        if not self.stalls:
            # Same phase of the clock at both ends, but for the 1 ns above.
            elapsed = round((get_sim_time("ns") - self.begun) / PERIOD_NS) + 1
            # A batch that is not full begins after a cycle in which no beat is offered.
            waited = int((index + 1) % self.slots != 0)
            self.compare(index, "cycles between handshakes", elapsed, expected["cycles"] + waited)

    def compare(self, index: int, name: str, found: Any, expected: int) -> None:
        number = found if isinstance(found, int) else value(found)
        if number != expected:
            self.differ(index, name, number, expected)

    def differ(self, index: int, name: str, found: Any, expected: Any) -> None:
        self.mismatches.append(f"{self.named(index)}: {name} is {found}, expected {expected}")

    def named(self, index: int) -> str:
        """A result: a recall, or a sequence's step, numbered from 1 as its steps are."""
        sequence, step = divmod(index, self.results)
        if self.results == 1:
            return f"recall {index}"
        return f"sequence {sequence}, step {step + 1}"

    def write(self, path: Path) -> None:
        path.write_text(
            json.dumps(
                {
                    "recalls": self.answered,
                    "mismatches": self.mismatches,
                    "cycles": self.cycles,
                }
            )
        )


@cocotb.test()
async def golden_vectors(dut: Any) -> None:
    """Every recall of the vectors: state, steps, flags, distance, cycles, counters."""
    await compare_all(dut)


async def compare_all(dut: Any, errors: list[list[int]] | None = None) -> None:
    """Run the vectors through the engine, and write what differs.

    errors: of each recall, those corrected and those detected; None where there are none.
    """
    end_with_parent()
    stalls = os.environ.get("HWSIM_STALLS", "1") == "1"
    run = Recalls(dut, Path(os.environ["HWSIM_VECTORS"]), stalls, seeded(dut))
    run.errors = errors or []
    quiet = dict.fromkeys(("s_axis_tvalid", "s_axis_tdata", "s_axis_tlast", "s_axis_tid"), 0)
    await start(dut, **quiet, m_axis_tready=int(not stalls))
    # An engine that hangs is a mismatch too: at most every cycle and a long stall a beat.
    limit = sum(recall.get("cycles", 0) for recall in run.expected) + 200 * len(run.queries) + 1000
    limit = int(os.environ.get("HWSIM_UNTIL_NS", limit * PERIOD_NS)) // PERIOD_NS
    tracer = recorder.start(dut)
    driver = cocotb.start_soon(run.drive())
    listener = cocotb.start_soon(run.listen()) if run.outputs else None
    collector = cocotb.start_soon(run.collect())
    watchdog = Timer(limit * PERIOD_NS, unit="ns")
    if await cocotb.triggers.First(collector, watchdog) is watchdog:
        late = run.named(run.answered)
        run.mismatches.append(f"{late}: no answer by cycle {limit}, expected one")
    driver.cancel()
    collector.cancel()
    if listener is not None:
        listener.cancel()
    if tracer is not None:
        tracer.output.close()
    if hasattr(dut, "memory_faults"):  # hwsim_external
        run.compare(run.answered, "faults at the memory's port", dut.memory_faults, 0)
    run.write(Path(os.environ["HWSIM_RESULT"]))
    assert run.answered, "no recall was compared"
    assert not run.mismatches, f"{len(run.mismatches)} differences, first: {run.mismatches[0]}"
