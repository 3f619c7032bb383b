"""What the fast model holds after one step of one state, for finding where it errs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from hwsim.hardware.fast.model import FastModel
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import IntArray, Recalls


@dataclass(frozen=True)
class Inside:
    """One step.

    Attributes:
        recalls: the outcome, of one query.
        distances: (P,), exact where they count.
        nearest: d0.
        kernel_sum: S.
        sums: (N,) int64, U; of no meaning where S is 0.
        lut: (N + 1,) int64, the kernel table that the model looks into.
    """

    recalls: Recalls
    distances: npt.NDArray[Any]
    nearest: int
    kernel_sum: int
    sums: IntArray
    lut: IntArray


def one_step(image: Image, state: npt.NDArray[np.int8]) -> Inside:
    """One step from a state (N,) of ±1."""
    p = image.parameters
    model = FastModel(replace(image, parameters=replace(p, max_steps=1)), threads=1)
    recalls = model.recall(state[np.newaxis])
    with model._borrowed() as (buffers, _):  # those of the recall
        return Inside(
            recalls=recalls,
            distances=buffers.distances.reshape(-1, model.sizes.columns)[0, : p.patterns].copy(),
            nearest=int(buffers.found[0, 0]),
            kernel_sum=int(buffers.sums[0]),
            sums=buffers.products[0, : p.neurons].astype(np.int64),
            lut=model.image.lut,
        )
