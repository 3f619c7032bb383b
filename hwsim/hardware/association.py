"""What an image with outputs of its own answers: fields, signs and a label for each query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Counts, IntArray
from hwsim.quantities import counted
from hwsim.show import Record
from hwsim.spins import SpinArray, spins_from_bits


@dataclass(frozen=True, eq=False, repr=False)
class Associations(Record):
    """What Q queries are associated with; two are equal when every field, flag and count is.

    A sequence of T steps answers each query T times: then Q * T stands for Q everywhere but in
    `counts`, a query's answers in order.

    Attributes:
        fields: (Q, M) int64, f of each output.
        labels: (Q,) int64, the output whose score, its field times its scale, is the largest; of
            equal ones the lowest.
        miss: (Q,) bool, whether every kernel value was 0 (`absolute` only): all fields are 0 then.
        distance: (Q,) int64, Hamming distance to the nearest pattern.
        counts: what each query took.
    """

    fields: IntArray
    labels: IntArray
    miss: npt.NDArray[np.bool_]
    distance: IntArray
    counts: Counts = field(compare=True)

    @property
    def states(self) -> SpinArray:
        """(Q, M) int8 of ±1, +1 for a field above 0."""
        return spins_from_bits(self.fields > 0)

    @property
    def trajectories(self) -> SpinArray:
        """(Q, T, M) int8 of ±1, the states in the order of the steps."""
        return self.states.reshape(len(self.counts.steps), -1, self.fields.shape[1])

    def _shown(self) -> Mapping[str, object]:
        count, outputs = self.fields.shape
        return {
            "Q": count,
            "M": outputs,
            "missed": int(self.miss.sum()),
            "mean_distance": float(self.distance.mean()) if count else None,
        }


def labels_of(fields: IntArray, image: Image) -> IntArray:
    """The lowest output with the largest score, (Q,) int64, of fields (Q, M)."""
    labels: IntArray = np.argmax(scores_of(fields, image), axis=1).astype(np.int64)
    return labels


def scores_of(fields: IntArray, image: Image) -> IntArray:
    """Fields (Q, M) times the scales of their outputs, which makes them comparable, int64."""
    return fields * image.scales


def check_has_outputs(parameters: Parameters) -> None:
    """Raise InputError for an image whose outputs are the neurons' next bits."""
    if not parameters.outputs:
        raise InputError(
            "the image has no outputs other than the patterns, so it recalls states; "
            "use hwsim.recall, or train with targets"
        )


def check_recalls_states(parameters: Parameters, place: str = "") -> None:
    """Raise InputError for an image with outputs of its own, which nothing else knows of.

    Args:
        parameters: the image's.
        place: the image's path and a colon, where it has one.
    """
    if parameters.outputs:
        raise InputError(
            f"{place}the image has {counted(parameters.outputs, 'output')} other than the "
            "patterns, so it recalls no states, which this needs; hwsim recall (hwsim.associate) "
            "gives what they are, hwsim report (hwsim.assess) what they cost"
        )
