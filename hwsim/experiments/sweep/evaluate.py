"""One point of a sweep, computed: the same on every machine that has the same processor type."""

from __future__ import annotations

from hwsim.cost.energy import estimate
from hwsim.experiments import lab
from hwsim.experiments.lab import Memory
from hwsim.experiments.result import Row, clean
from hwsim.experiments.sweep.spec import Point


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
    image = lab.lowered(memory, point.design)
    # The same noise for every way of lowering one memory, so that differences are theirs.
    seed = [point.seed, 9, round(point.noise * 1_000_000)]
    queries, targets = lab.noisy(memory.patterns, point.noise, seed, point.queries)
    recalls = lab.exact(image, queries)
    report = estimate(image.parameters, image.gamma, recalls.counts)
    row: Row = clean(
        {
            "bit_accuracy": lab.exact_one_step_accuracy(image),
            "recall_accuracy": float((recalls.states == targets).mean()),
            "float_recall_accuracy": lab.float_accuracy(memory, queries, targets),
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
