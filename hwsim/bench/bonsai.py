"""Bonsai (Kumar, Goyal and Varma, ICML 2017), written here after the paper, for comparison alone.

A shallow tree in a learned projection z = Z x, of which every node on a sample's path scores:

    score = sum over the path's nodes k of  (W_k z) * tanh(V_k z)

A sample goes to the left of node k where theta_k z > 0. To be learned with all else by descent, the
path is soft at first, (1 + tanh(s theta_k z)) / 2 of a sample to the left, and hardens as s grows.
Unlike the paper: a softmax's log loss in place of the hinge, Adam, and no sparsity, whose indices
would have to be held, too; numbers have 8 bits, as ProtoNN's here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.bench.neighbours import PROTO_BITS, PROTO_COUNT, Adam, rounded
from hwsim.reference.classifying import log_loss

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PROJECTED: Final = 10  # dimensions, as ProtoNN's
DEEPEST: Final = 3
SOFT: Final = 1.0  # s at first
HARD: Final = 20.0  # and at last
RATES: Final = {"projection": 0.005, "turns": 0.05, "scores": 0.05, "gates": 0.05}
MATRICES: Final = tuple(RATES)


def depth_within(features: int, classes: int) -> int:
    """Levels below the root of the deepest tree of no more numbers than ProtoNN has."""
    most = PROJECTED * features + PROTO_COUNT * (PROJECTED + classes)
    fits = [depth for depth in range(DEEPEST + 1) if numbers(features, classes, depth) <= most]
    return max(fits, default=0)


def numbers(features: int, classes: int, depth: int) -> int:
    """Numbers of a tree: projection with a constant, turns of inner nodes, two matrices a node."""
    nodes = (2 << depth) - 1
    return PROJECTED * (features + 1 + nodes // 2 + 2 * nodes * classes)


def bonsai(
    samples: FloatArray, labels: IntArray, asked: FloatArray, steps: int, seed: int
) -> tuple[IntArray, int, int]:
    """Learn a tree, round it to 8 bits, and answer.

    Args:
        samples, labels: (n, features) from 0 to 1, and (n,).
        asked: (q, features).
        steps: of learning, times two.
        seed: of all that is random.

    Returns:
        Labels (q,), nodes, and bits of the four matrices and their steps.
    """
    rng = np.random.default_rng(seed)
    classes = int(labels.max()) + 1
    depth = depth_within(samples.shape[1], classes)
    nodes = (2 << depth) - 1
    middle = samples.mean(axis=0)
    axes = np.linalg.svd(samples - middle, full_matrices=False)[2][:PROJECTED].T
    axes = np.pad(axes, ((0, 0), (0, PROJECTED - axes.shape[1])))
    axes /= np.abs((samples - middle) @ axes).max()
    parts: dict[str, Any] = {
        "projection": np.concatenate([axes, -middle[np.newaxis] @ axes]),
        "turns": rng.normal(size=(nodes // 2, PROJECTED)),
        "scores": rng.normal(size=(nodes, PROJECTED, classes)),
        "gates": rng.normal(size=(nodes, PROJECTED, classes)),
    }
    adam = {name: Adam(rate) for name, rate in RATES.items()}
    known = np.pad(samples, ((0, 0), (0, 1)), constant_values=1.0)
    for step in range(2 * steps):
        sharpness = SOFT * (HARD / SOFT) ** (step / (2 * steps))
        batch = rng.integers(0, len(known), 128)
        for name, slope in slopes(parts, known[batch], labels[batch], sharpness).items():
            parts[name] = parts[name] + adam[name].step(slope)
    held = {name: rounded(parts[name]) if parts[name].size else parts[name] for name in MATRICES}
    queries = np.pad(asked, ((0, 0), (0, 1)), constant_values=1.0)
    answers = scores(held, queries, np.inf)[0].argmax(axis=1)
    size = sum(part.size for part in held.values())
    return answers, nodes, size * PROTO_BITS + 32 * len(MATRICES)


def scores(
    parts: dict[str, Any], samples: FloatArray, sharpness: float
) -> tuple[FloatArray, dict[str, Any]]:
    """Scores (n, M) of samples with their constant, and all that their slopes are made of.

    Args:
        parts: projection (features + 1, d), turns (inner, d), scores and gates (nodes, d, M).
        samples: (n, features + 1).
        sharpness: s; infinite for the path itself.
    """
    z = samples @ parts["projection"]
    sides = z @ parts["turns"].T
    left = np.where(sides > 0, 1.0, -1.0) if np.isinf(sharpness) else np.tanh(sharpness * sides)
    nodes = len(parts["scores"])
    share = np.ones((nodes, len(samples)))
    for node in range(1, nodes):  # children of k are 2 k + 1, to the left, and 2 k + 2
        above, side = (node - 1) // 2, 1.0 if node % 2 else -1.0
        share[node] = share[above] * (1 + side * left[:, above]) / 2
    plain, gated = z @ parts["scores"], np.tanh(z @ parts["gates"])
    found: FloatArray = (share[:, :, np.newaxis] * plain * gated).sum(axis=0)
    return found, {"z": z, "left": left, "share": share, "plain": plain, "gated": gated}


def slopes(
    parts: dict[str, Any], samples: FloatArray, labels: IntArray, sharpness: float
) -> dict[str, Any]:
    """The loss's derivatives by each part; arguments as of `scores`, labels (n,)."""
    found, made = scores(parts, samples, sharpness)
    z, left, share, plain, gated = made.values()
    _, slope = log_loss(found, labels)
    by_plain = share[:, :, np.newaxis] * slope * gated
    by_gate = share[:, :, np.newaxis] * slope * plain * (1 - gated**2)
    by_share = (slope * plain * gated).sum(axis=2)
    by_side = np.zeros_like(left)
    for node in reversed(range(left.shape[1])):  # children before their parents
        one, other = by_share[2 * node + 1], by_share[2 * node + 2]
        by_side[:, node] = share[node] * (one - other) / 2 * (1 - left[:, node] ** 2) * sharpness
        by_share[node] += one * (1 + left[:, node]) / 2 + other * (1 - left[:, node]) / 2
    by_z = by_side @ parts["turns"]
    for name, by in (("scores", by_plain), ("gates", by_gate)):
        by_z += (by @ parts[name].transpose(0, 2, 1)).sum(axis=0)
    return {
        "projection": samples.T @ by_z,
        "turns": by_side.T @ z,
        "scores": z.T @ by_plain,
        "gates": z.T @ by_gate,
    }
