"""A report to draw, from a small random image with everything in it."""

from __future__ import annotations

import numpy as np

from hwsim.config import Parameters
from hwsim.cost.energy import EnergyReport, RecallCurve, estimate
from hwsim.hardware import fast
from tests.images import random_image, random_queries


def make_report() -> EnergyReport:
    """Offsets, plane weights that are no powers of two, a clock, accuracies and a curve."""
    parameters = Parameters(
        70, 95, weight_bits=3, plane_weights=(1, 2, 5), lanes=32, offset_bits=4, offset_frac_bits=1
    )
    rng = np.random.default_rng(5)
    counts = fast.recall(random_image(parameters, rng), random_queries(parameters, 7, rng)).counts
    return estimate(
        parameters,
        0.02,
        counts,
        clock_mhz=100.0,
        accuracy={"engine": 0.875, "nearest": 0.75, "float32": 0.9},
        curve=RecallCurve(
            (0.0, 0.1, 0.2), {"engine": (1.0, 0.9, 0.5), "float32": (1.0, 0.95, 0.6)}
        ),
        query_note="seven random <queries> & more",
    )
