"""The ranges of the parameters as JSON Schema says them."""

from __future__ import annotations

from typing import Any

from hwsim.config import (
    DATAFLOWS,
    KERNEL_ORIGINS,
    LANE_CHOICES,
    MAX_COARSE_WORDS,
    MAX_EXTERNAL_WEIGHTS,
    MAX_NEURONS,
    MAX_OUTPUTS,
    MAX_PLANE_WEIGHT,
    MAX_SCALE_BITS,
    MAX_WEIGHT_BITS,
    PARALLEL,
    PARALLEL_CHOICES,
    RANGES,
)


def parameters_schema() -> dict[str, Any]:
    """JSON Schema of the parameters under their names in code; required are those of any format.

    `Parameters` checks itself, wherever it comes from; this says the same ranges to others.
    """
    whole = {
        name: {"type": "integer", "minimum": low, "maximum": high}
        for name, (low, high) in RANGES.items()
    }
    properties: dict[str, Any] = {
        **whole,
        "lanes": {"enum": list(LANE_CHOICES)},
        "kernel_origin": {"enum": list(KERNEL_ORIGINS)},
        "plane_weights": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": MAX_PLANE_WEIGHT},
            "minItems": 1,
            "maxItems": RANGES["weight_bits"][1],
        },
    }
    required = list(properties)
    plane = {"type": "integer", "minimum": 0, "maximum": MAX_WEIGHT_BITS - 1}
    properties |= {
        "dataflow": {"enum": list(DATAFLOWS)},
        "shared_planes": {"type": "array", "items": plane, "maxItems": MAX_WEIGHT_BITS},
        "radius_bits": {"type": "integer", "minimum": 0, "maximum": MAX_NEURONS.bit_length()},
        "winner_limit": {"type": "integer", "minimum": 0},
        "coarse_words": {"type": "integer", "minimum": 0, "maximum": MAX_COARSE_WORDS},
        "reach": {"type": "integer", "minimum": 0, "maximum": MAX_NEURONS + 1},
        **{name: {"enum": list(PARALLEL_CHOICES)} for name in PARALLEL},
        "pipelined": {"type": "boolean"},
        "external_weights": {"type": "integer", "minimum": 0, "maximum": MAX_EXTERNAL_WEIGHTS},
        "outputs": {"type": "integer", "minimum": 0, "maximum": MAX_OUTPUTS},
        "scale_bits": {"type": "integer", "minimum": 0, "maximum": MAX_SCALE_BITS},
    }
    return {"type": "object", "properties": properties, "required": required}
