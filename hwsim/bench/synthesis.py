"""Engines side by side in silicon: lanes, kernel bits, queries in flight and dataflow.

Random patterns, trained and lowered to two bits without rules, at a size where a synthesis takes
seconds, one choice varied at a time; the size of the README's memory on two devices; and the
largest that a device of this family holds beside the paper's, which it does not. Apart, a small
engine on two devices with check bits beside its memories' words and without.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

from hwsim.bench import machine
from hwsim.compress.lower import lower
from hwsim.design import PLAIN, Design
from hwsim.export.folder import write_image
from hwsim.files import scratch_folder
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory
from hwsim.reference.training import train
from hwsim.synth import Synthesis, in_cells, synthesize

Progress = Callable[[int, int], None]

GAMMA: Final = 0.02
SMALL: Final = (64, 128)  # neurons and patterns
README: Final = (200, 600)
LARGE: Final = (1000, 1000)
PAPER: Final = (1000, 3000)
SEEDS: Final = 3
BASE: Final = Design(**{**PLAIN, "bits": 2, "lanes": 32})


@dataclass(frozen=True)
class Engine:
    """What is synthesized.

    Attributes:
        size: neurons and patterns.
        design: how the memory is lowered.
        device: one of `hwsim.synth.TARGETS`.
        loadable: a host writes the memories.
        seeds: of placement, of which the median clock is told.
        protection: check bits of its memories, `none`, `parity` or `secded`.
    """

    size: tuple[int, int]
    design: Design
    device: str = "ecp5-25k"
    loadable: bool = False
    seeds: int = SEEDS
    protection: str = "none"


ENGINES: Final = (
    Engine(README, replace(BASE, pipelined=True), "up5k", loadable=True),
    Engine(README, replace(BASE, lanes=64, pipelined=True)),
    Engine(README, replace(BASE, lanes=64)),
    Engine(LARGE, replace(BASE, lanes=256, pipelined=True), "ecp5-85k", seeds=1),  # half an hour
    Engine(PAPER, replace(BASE, lanes=256, pipelined=True), "ecp5-85k"),
    Engine(SMALL, BASE),
    Engine(SMALL, replace(BASE, lanes=8)),
    Engine(SMALL, replace(BASE, lanes=64)),
    Engine(SMALL, replace(BASE, kernel_bits=4)),
    Engine(SMALL, replace(BASE, queries_in_flight=2)),
    Engine(SMALL, replace(BASE, dataflow="row")),
)
PROTECTED: Final = tuple(
    Engine((64, 64), replace(BASE, lanes=16), device, protection=protection)
    for device in ("up5k", "ecp5-25k")
    for protection in ("none", "parity", "secded")
)
_PRICED: Final = {
    "luts": "LUTs", "flip_flops": "flip-flops", "block_rams": "block RAMs", "clock_mhz": "MHz",
    "logic_um2": "µm² of cells", "memories_um2": "µm² of macros", "leakage_uw": "µW of leakage",
}  # fmt: skip


def measure(
    seed: int = 0, progress: Progress | None = None, engines: tuple[Engine, ...] = ENGINES
) -> dict[str, Any]:
    """Synthesize each engine for its device and in standard cells.

    Args:
        seed: of the patterns; placement has seeds of its own, always the same.
        progress: called with (engines done, engines in all).
        engines: which ones.

    Returns:
        `cases`, `notes` (why one does not fit), `machine` and `settings`, ready for JSON.
    """
    memories = {
        size: train(random_patterns(*size, seed), GAMMA, method="converged")
        for size in dict.fromkeys(engine.size for engine in engines)
    }
    cases: list[dict[str, Any]] = []
    notes: list[str] = []
    tools: dict[str, str] = {}
    # The programs have one thread each.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        made = threads.map(lambda engine: _synthesized(memories[engine.size], engine), engines)
        for engine, (on_device, silicon) in zip(engines, made, strict=True):
            tools |= on_device.tools
            cases.append(_case(engine, on_device, silicon))
            notes += _told(engine, on_device)
            if progress is not None:
                progress(len(cases), len(engines))
    notes += _prices(cases)
    settings = {"seed": seed, "gamma": GAMMA, **tools}
    return {"cases": cases, "notes": notes, "machine": machine(), "settings": settings}


def _prices(cases: list[dict[str, Any]]) -> list[str]:
    """What check bits cost, of each engine that is there without them too."""
    told = []
    bare: dict[str, Any] = {}
    for case in cases:
        if case["protection"] == "none":
            bare = case
            continue
        changes = ", ".join(
            f"{case[key] / bare[key] - 1:+.0%} {name}"
            for key, name in _PRICED.items()
            if case[key] and bare[key]
        )
        told.append(
            f"{case['protection']} in the {case['dataflow']} engine on the {case['device']}: "
            f"{changes}."
        )
    return told


def _told(engine: Engine, made: Synthesis) -> list[str]:
    """Why it does not fit, or what keeps it from the clock asked for."""
    neurons, patterns = engine.size
    name = f"N = {neurons}, P = {patterns}, {engine.design.lanes} lanes"
    if not made.fits:
        return [f"{name} does not fit the {made.target}: {made.reason}."]
    if made.clock_mhz is None or made.asked_mhz is None or made.clock_mhz >= made.asked_mhz:
        return []
    path = ", ".join(
        f"{hop.nanoseconds:.1f} ns in {hop.module.rpartition('.')[2]}" for hop in made.critical_path
    )
    kind = f"{engine.design.dataflow}, {engine.design.kernel_bits} bits a kernel value"
    kind += f", {engine.protection}" * (engine.protection != "none")
    return [
        f"{name}, {kind}, {engine.design.queries_in_flight} in flight on the {made.target} bears "
        f"{made.clock_mhz:.0f} of {made.asked_mhz:.0f} MHz: {path}."
    ]


def _synthesized(memory: Memory, engine: Engine) -> tuple[Synthesis, Synthesis]:
    with scratch_folder("synthesis") as folder:
        lowered = lower(memory, engine.design)
        write_image(folder / "image", lowered, protection=engine.protection)
        image = folder / "image"
        made = synthesize(image, engine.device, loadable=engine.loadable, seeds=engine.seeds)
        return made, in_cells(image)


def _case(engine: Engine, made: Synthesis, silicon: Synthesis) -> dict[str, Any]:
    assert silicon.silicon is not None
    path = max(made.critical_path, key=lambda hop: hop.nanoseconds, default=None)
    return {
        "neurons": engine.size[0],
        "patterns": engine.size[1],
        "lanes": engine.design.lanes,
        "kernel_bits": engine.design.kernel_bits,
        "queries_in_flight": engine.design.queries_in_flight,
        "dataflow": engine.design.dataflow,
        "pipelined": "yes" if engine.design.pipelined else "no",
        "protection": engine.protection,
        "device": engine.device,
        "luts": made.cells.get("luts", 0),
        "flip_flops": made.cells.get("flip_flops", 0),
        "block_rams": made.cells.get("block_rams", 0),
        "sprams": made.cells.get("sprams", 0),
        "dsps": made.cells.get("dsps", 0),
        "asked_mhz": made.asked_mhz,
        "clock_mhz": made.clock_mhz,
        "seeds": engine.seeds,
        "least_mhz": min(made.clocks_mhz, default=None),
        "most_mhz": max(made.clocks_mhz, default=None),
        "longest_in": "does not fit" if path is None else path.module.rpartition(".")[2],
        "cycles": made.effort.cycles,
        "recalls_per_second": made.recalls_per_second,
        "energy_delay": made.energy_delay,
        "logic_um2": silicon.silicon.gates_um2 + silicon.silicon.registers_um2,
        "memories_um2": silicon.silicon.memories_um2,
        "leakage_uw": silicon.leakage_uw,
    }
