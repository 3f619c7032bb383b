"""Golden vectors from the specification: the one place that joins model, cycles and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.choices import NOISE
from hwsim.cost.cycles import engine_cycles, recall_bound
from hwsim.export.folder import load_image
from hwsim.export.vectors import FOLDER_KIND, write_vectors
from hwsim.files import check_folder
from hwsim.hardware import spec
from hwsim.hardware.association import Associations
from hwsim.hardware.batches import Batched
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits


def make_vectors(
    image_folder: str | Path,
    queries: npt.NDArray[np.int8] | None,
    path: str | Path,
    *,
    count: int = 8,
    noise: float = NOISE,
    seed: int = 0,
    origin: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Recalls | Batched | Associations:
    """Write golden vectors for `queries`, or for noisy stored patterns when there are none.

    Args:
        image_folder: the image.
        queries: (Q, N) int8 of ±1, or None for `noisy_queries(…, count, noise, seed)`.
        path: the folder of vectors.
        origin: where given queries come from, ready for JSON.
        progress: called with (recalls done, recalls in all).

    Returns:
        What they hold; the counts are of batches of queries in flight.

    Raises:
        InputError: the image or the queries are not sound, or the folder cannot be written.
    """
    image_folder, path = Path(image_folder), Path(path)
    check_folder(path, FOLDER_KIND)
    image = load_image(image_folder, outputs=True)
    provenance: dict[str, Any] = {"queries": "given"} if origin is None else dict(origin)
    if queries is None:
        patterns = spins_from_bits(image.patterns)
        queries, _ = noisy_queries(patterns, count, noise, seed)
        provenance = {"queries": "noisy patterns", "count": count, "noise": noise, "seed": seed}
    recalls = specified(image, queries, progress)
    write_vectors(
        path,
        image_folder,
        image,
        queries,
        recalls,
        engine_cycles(image.parameters, recalls.counts, len(queries)),
        recall_bound(recalls.counts, image.parameters.engines),
        provenance,
    )
    return recalls


def specified(
    image: Image,
    queries: npt.NDArray[np.int8],
    progress: Callable[[int, int], None] | None = None,
) -> Recalls | Batched | Associations:
    """What the specification answers, with counts of batches of queries in flight.

    Args:
        image: its integers.
        queries: (Q, N) int8 of ±1.
        progress: called with (recalls done, recalls in all).
    """
    if image.parameters.outputs:
        return spec.associate(image, queries, progress)
    slots = image.parameters.queries_in_flight
    if slots == 1:
        return spec.recall(image, queries, progress)
    outcome, counts = spec.recall_in_flight(image, queries, slots, progress)
    return Batched(**vars(outcome), counts=counts)
