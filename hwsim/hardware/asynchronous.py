"""The integers of an image recalled one neuron at a time, exactly.

The contract's step with one neuron in it: f[i] = sum_m k[m] (v[m, i] 2**F + z[i]), which is
a[i] 2**F + z[i] S. No rule of the engine is applied, and the Verilog engine does no such recall.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hwsim.asynchronous import (
    MAX_SWEEPS,
    ORDERS,
    AsynchronousRecalls,
    Network,
    recall_by_sweeps,
)
from hwsim.hardware.association import check_recalls_states
from hwsim.hardware.contract import code_values
from hwsim.hardware.image import Image
from hwsim.spins import checked_queries, spins_from_bits


def recall_asynchronously(
    image: Image,
    queries: npt.NDArray[np.int8],
    *,
    order: str = ORDERS[0],
    seed: int = 0,
    max_sweeps: int = MAX_SWEEPS,
) -> AsynchronousRecalls:
    """Visit neurons one by one until a sweep flips nothing; int64, and groups counted by lanes.

    Args:
        image: the integers; its T bounds steps of all neurons and is not looked at.
        queries: (Q, N) of ±1.
        order, seed, max_sweeps: as for `hwsim.asynchronous.recall_by_sweeps`.

    Raises:
        InputError: queries that are not ±1 of N neurons, or a choice that there is not.
    """
    p = image.parameters
    check_recalls_states(p)
    network = Network(
        spins_from_bits(image.patterns),
        code_values(image) * 2**p.offset_frac_bits + image.offsets,
        image.kernel_lut,
        p.nearest,
        p.lanes,
    )
    return recall_by_sweeps(
        network,
        checked_queries(queries, p.neurons),
        order=order,
        seed=seed,
        max_sweeps=max_sweeps,
    )
