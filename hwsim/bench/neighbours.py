"""Other classifiers of few bits, written here after their papers, for comparison alone."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.reference.classifying import log_loss
from hwsim.reference.kernel import hamming_distances
from hwsim.spins import SpinArray

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROUNDS: Final = 30  # through all samples, of learned vectors and of hyperdimensional retraining
PULL: Final = 0.1  # of a learned vector's latent numbers, at first

PROJECTED: Final = 10  # dimensions of ProtoNN's projection
PROTO_COUNT: Final = 40
PROTO_BITS: Final = 8

DIMENSIONS: Final = 1024
GREY_LEVELS: Final = 17


def learn_vectors(
    start: SpinArray, owners: IntArray, samples: SpinArray, labels: IntArray, seed: int
) -> SpinArray:
    """Learning vector quantization (LVQ1, Kohonen 1990) of binary prototypes.

    Each sample draws the nearest prototype nearer if it is of its class, and pushes it away if not:
    not its spins, but latent numbers whose signs they are.

    Args:
        start: (P, N) int8 of ±1.
        owners: (P,) their classes.
        samples, labels: (n, N) int8 of ±1 and (n,).
        seed: of the samples' order.
    """
    rng = np.random.default_rng(seed)
    latent = start * 0.5
    for turn in range(ROUNDS):
        pull = PULL * (1 - turn / ROUNDS)
        for index in rng.permutation(len(samples)):
            sample = samples[index]
            spins = np.where(latent > 0, 1, -1)
            winner = int((spins @ sample).argmax())
            side = 1.0 if owners[winner] == labels[index] else -1.0
            latent[winner] = np.clip(latent[winner] + side * pull * sample, -1, 1)
    return np.where(latent > 0, 1, -1).astype(np.int8)


class Adam:
    """Steps of Adam for one array."""

    def __init__(self, rate: float) -> None:
        self.rate, self.steps = rate, 0
        self.mean: Any = 0.0
        self.square: Any = 0.0

    def step(self, gradient: Any) -> Any:
        """What to add."""
        self.steps += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient**2
        mean, square = self.mean / (1 - 0.9**self.steps), self.square / (1 - 0.999**self.steps)
        return -self.rate * mean / (np.sqrt(square) + 1e-9)


def proto_nn(
    samples: FloatArray, labels: IntArray, asked: FloatArray, steps: int, seed: int
) -> tuple[IntArray, int, int]:
    """ProtoNN (Gupta et al., ICML 2017): projection, prototypes and scores learned jointly.

    score = sum_j Z[j] exp(-gamma² |W x - B[j]|²), all of it by Adam for the softmax's log loss,
    from principal axes and samples of each class; rounded to 8 bits a matrix afterwards.

    Args:
        samples, labels: (n, features) from 0 to 1, and (n,).
        asked: (q, features).
        steps: of learning, times two.
        seed: of all that is random.

    Returns:
        Labels (q,), prototypes, and bits of W, B and Z.
    """
    rng = np.random.default_rng(seed)
    classes = int(labels.max()) + 1
    middle = samples.mean(axis=0)
    axes = np.linalg.svd(samples - middle, full_matrices=False)[2][:PROJECTED]
    per = PROTO_COUNT // classes
    chosen = np.concatenate(
        [rng.permutation(np.flatnonzero(labels == label))[:per] for label in range(classes)]
    )
    parts: dict[str, Any] = {
        "projection": axes.T.copy(),
        "prototypes": samples[chosen] @ axes.T,
        "scores": np.eye(classes)[labels[chosen]],
        "width": np.log(1 / np.median(np.var(samples @ axes.T, axis=0)) / (2 * PROJECTED)),
    }
    rates = {"projection": 0.005, "prototypes": 0.02, "scores": 0.05, "width": 0.01}
    adam = {name: Adam(rate) for name, rate in rates.items()}
    for _ in range(2 * steps):
        batch = rng.integers(0, len(samples), 128)
        for name, slope in _slopes(parts, samples[batch], labels[batch]).items():
            parts[name] = parts[name] + adam[name].step(slope)
    for name in ("projection", "prototypes", "scores"):
        parts[name] = rounded(parts[name])
    fields = _kernel(parts, asked)[0] @ parts["scores"]
    numbers = sum(parts[name].size for name in ("projection", "prototypes", "scores"))
    return fields.argmax(axis=1), len(chosen), numbers * PROTO_BITS + 4 * 32  # 3 steps, width


def _kernel(parts: dict[str, Any], samples: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Kernel values and squared distances, (n, P)."""
    apart = (samples @ parts["projection"])[:, np.newaxis] - parts["prototypes"]
    squares = (apart**2).sum(axis=2)
    return np.exp(-np.exp(parts["width"]) * squares), squares


def _slopes(parts: dict[str, Any], samples: FloatArray, labels: IntArray) -> dict[str, Any]:
    """The loss's derivatives by each part."""
    kernel, squares = _kernel(parts, samples)
    projected, width = samples @ parts["projection"], np.exp(parts["width"])
    _, slope = log_loss(kernel @ parts["scores"] * 5.0, labels)  # so that scores of 1 can convince
    slope = slope * 5.0
    by_squares = -(slope @ parts["scores"].T) * kernel * width
    apart = projected[:, np.newaxis] - parts["prototypes"]
    by_apart = 2 * by_squares[:, :, np.newaxis] * apart
    return {
        "scores": kernel.T @ slope,
        "prototypes": -by_apart.sum(axis=0),
        "projection": samples.T @ by_apart.sum(axis=1),
        "width": (by_squares * squares).sum(),
    }


def rounded(values: FloatArray) -> FloatArray:
    """Evenly spaced over ± the largest magnitude."""
    step = np.abs(values).max() / (2 ** (PROTO_BITS - 1) - 1)
    even: FloatArray = np.rint(values / step) * step
    return even


def hyperdimensional(
    samples: npt.NDArray[np.integer[Any]],
    labels: IntArray,
    asked: npt.NDArray[np.integer[Any]],
    seed: int,
) -> tuple[IntArray, int]:
    """Hyperdimensional computing (Kanerva 2009; Rahimi et al. 2016): one binary vector a class.

    A sample is the majority over its pixels of position vector times level vector; a class the
    majority of its samples, then moved by those that it gets wrong.

    Args:
        samples, labels: (n, pixels) from 0 to 16, and (n,).
        asked: (q, pixels).
        seed: of the vectors.

    Returns:
        Labels (q,), and bits of the class vectors alone: position and level vectors, 81 more, can
        be made anew from a seed.
    """
    rng = np.random.default_rng(seed)
    positions = rng.choice(np.array([-1, 1], dtype=np.int8), (samples.shape[1], DIMENSIONS))
    levels = np.repeat(
        rng.choice(np.array([-1, 1], dtype=np.int8), (1, DIMENSIONS)), GREY_LEVELS, axis=0
    )
    turned = rng.permutation(DIMENSIONS)
    for level in range(GREY_LEVELS):  # neighbours alike, the ends half apart
        levels[level, turned[: DIMENSIONS // 2 * level // (GREY_LEVELS - 1)]] *= -1

    def encode(values: npt.NDArray[np.integer[Any]]) -> SpinArray:
        sums = np.zeros((len(values), DIMENSIONS), dtype=np.int32)
        for pixel in range(values.shape[1]):
            sums += positions[pixel] * levels[values[:, pixel]]
        return np.where(sums > 0, 1, -1).astype(np.int8)

    given, queries = encode(samples), encode(asked)
    classes = int(labels.max()) + 1
    latent = np.stack([given[labels == label].sum(axis=0) for label in range(classes)]).astype(
        float
    )
    for _ in range(ROUNDS):
        for index in rng.permutation(len(given)):
            guess = int((np.sign(latent) @ given[index]).argmax())
            if guess != labels[index]:
                latent[labels[index]] += given[index]
                latent[guess] -= given[index]
    vectors = np.where(latent > 0, 1, -1).astype(np.int8)
    answers = hamming_distances(queries, vectors).argmin(axis=1)
    return answers, classes * DIMENSIONS
