"""One point of a sweep, computed: the same on every machine that has the same processor type."""

from __future__ import annotations

import numpy as np

from hwsim.cost.baseline import WAYS
from hwsim.cost.comparisons import Comparison, nearest_patterns
from hwsim.cost.energy import EnergyReport, estimate
from hwsim.cost.hierarchy import macros_area
from hwsim.cost.nearest_search import count_searches
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Technology
from hwsim.explore.sweep import devices
from hwsim.explore.sweep.point import Point
from hwsim.explore.sweep.sources import built_of
from hwsim.hardware import fast
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.rules import one_at_a_time
from hwsim.measure import recalls as measure
from hwsim.measure.baseline import COUNTED
from hwsim.measure.rows import Row, clean
from hwsim.reference.memory import Memory
from hwsim.reliability.price import added
from hwsim.spins import SpinArray


def evaluate(point: Point, memory: Memory, technology: Technology | None = None) -> Row:
    """The measurements of a point.

    Args:
        point: what to measure.
        memory: `point.memory`, trained.
        technology: the energy table that the point names; None for the built-in one.

    Returns:
        Accuracies of the exact model, of float and of the nearest-pattern search on the same
        queries, the shares that converged and that missed, mean steps, bits of the image's weights
        and of all memories, mean cycles and energy (pJ) of a recall, of both searches and of float;
        with a clock times, and with tables that say so leakage and area; with a device whether the
        engine fits it, the clock there, by which times are if the point names none, and cells.
        Check bits are in the memory and energy of the engine, not in leakage. Floats are rounded
        as in files.
    """
    image = measure.lowered(memory, point.design)
    # The same noise for every way of lowering one memory, so that differences are theirs.
    seed = [point.seed, 9, round(point.noise * 1_000_000)]
    queries, targets = measure.noisy(memory.patterns, point.noise, seed, point.queries)
    p = image.parameters
    recalls = measure.exact(one_at_a_time(image), queries)
    made = devices.on_device(point, image) if point.device else None
    clock_mhz = point.clock_mhz or (made and made.clock_mhz) or None
    report = _report(point, image, recalls, queries, technology, clock_mhz)
    nearest = nearest_patterns(image.patterns, queries)
    check_bits, checks_pj = 0, 0.0
    if point.protection != "none":
        check_bits, checks_pj = added(
            p, point.protection, report.count_totals, report.queries, report.technology
        )
    row: Row = clean(
        {
            "bit_accuracy": measure.exact_one_step_accuracy(image),
            "recall_accuracy": float((recalls.states == targets).mean()),
            "float_recall_accuracy": measure.float_accuracy(memory, queries, targets),
            "converged": float(recalls.converged.mean()),
            "miss": float(recalls.miss.mean()),
            "steps": float(recalls.steps.mean()),
            "cycles": float(report.timing.mean),
            "energy_pj": float(report.engine.total_pj) + checks_pj,
            "weight_bits_stored": report.weights_alone["engine"],
            "footprint_bits": report.engine.footprint_bits + check_bits,
            "nearest_accuracy": float(np.mean(nearest == targets)),
            **_others(report),
            **({"answer_cycles": float(report.timing.batch)} if p.queries_in_flight > 1 else {}),
            **_of_tables(report),
            **({} if made is None else devices.columns(made)),
        }
    )
    return row


def _report(
    point: Point,
    image: Image,
    recalls: Recalls,
    queries: SpinArray,
    technology: Technology | None,
    clock_mhz: float | None,
) -> EnergyReport:
    p = image.parameters
    several = p.queries_in_flight * p.engines > 1
    return estimate(
        p,
        image.gamma,
        recalls.counts,
        technology=built_of(technology or load_technology(), point.macro),
        clock_mhz=clock_mhz,
        searches=count_searches(p, image.patterns, queries[:COUNTED]),
        together=fast.recall_in_flight(image, queries).counts if several else None,
    )


def _others(report: EnergyReport) -> Row:
    """What the ways to search for the nearest pattern take, and float32 weights from DRAM."""
    found: Row = {}
    ways: dict[str, Comparison | None] = {
        name: report.comparison(name) for name in ("nearest", "nearest_rules", "float32_dram")
    }
    known = [way for name in WAYS if (way := report.comparison(name)) is not None]
    cheapest = min(known, key=lambda way: way.total_pj)  # that of each trial, whichever it is
    found["nearest_best_lanes"] = cheapest.lanes
    for name, way in (ways | {"nearest_best": cheapest}).items():
        if way is not None:
            found[f"{name}_energy_pj"] = way.total_pj
            found[f"{name}_cycles"] = float(way.cycles)
            found[f"{name}_footprint_bits"] = way.footprint_bits
    return found


def _of_tables(report: EnergyReport) -> Row:
    """What takes a clock, or figures that not every table has."""
    known = {
        "latency_us": report.timing.latency_us,
        "recalls_per_second": report.timing.recalls_per_second,
        "leakage_pj": report.leakage_pj,
        "area_um2": macros_area(report.plans),
    }
    return {name: float(value) for name, value in known.items() if value is not None}
