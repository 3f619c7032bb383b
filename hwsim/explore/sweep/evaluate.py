"""One point of a sweep, computed: the same on every machine that has the same processor type."""

from __future__ import annotations

from hwsim.cost.energy import estimate
from hwsim.explore.sweep.spec import Point
from hwsim.measure import recalls as measure
from hwsim.measure.rows import Row, clean
from hwsim.reference.memory import Memory


def evaluate(point: Point, memory: Memory) -> Row:
    """The measurements of a point.

    Args:
        point: what to measure.
        memory: `point.memory`, trained.

    Returns:
        Accuracies of the exact model and of float on the same queries, the shares that converged
        and that missed, mean steps, bits of the image's weights and of all memories, and mean
        cycles and energy (pJ) of a recall. Floats are rounded as in files.
    """
    image = measure.lowered(memory, point.design)
    # The same noise for every way of lowering one memory, so that differences are theirs.
    seed = [point.seed, 9, round(point.noise * 1_000_000)]
    queries, targets = measure.noisy(memory.patterns, point.noise, seed, point.queries)
    recalls = measure.exact(image, queries)
    report = estimate(image.parameters, image.gamma, recalls.counts)
    row: Row = clean(
        {
            "bit_accuracy": measure.exact_one_step_accuracy(image),
            "recall_accuracy": float((recalls.states == targets).mean()),
            "float_recall_accuracy": measure.float_accuracy(memory, queries, targets),
            "converged": float(recalls.converged.mean()),
            "miss": float(recalls.miss.mean()),
            "steps": float(recalls.steps.mean()),
            "cycles": float(report.timing.mean),
            "energy_pj": float(report.engine.total_pj),
            "weight_bits_stored": report.weights_alone["engine"],
            "footprint_bits": report.engine.footprint_bits,
        }
    )
    return row
