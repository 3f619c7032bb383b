"""The JSON Schema of a design's file."""

from __future__ import annotations

from typing import Any

from hwsim.choices import QUANTIZERS
from hwsim.config import MAX_SEED
from hwsim.config.schema import parameters_schema
from hwsim.design import FIELDS, OFFSET_SOURCES, SWITCHES, TABLE


def design_schema() -> dict[str, Any]:
    """JSON Schema of a design's file, once TOML is parsed.

    `Design` checks itself, wherever it comes from; this says its ranges to others.
    """
    fixed = parameters_schema()["properties"]
    kinds = fixed | {
        "bits": fixed["weight_bits"],
        "quantizer": {"enum": list(QUANTIZERS)},
        "offset_source": {"enum": list(OFFSET_SOURCES)},
        "seed": {"type": "integer", "minimum": 0, "maximum": MAX_SEED},
        **{name: {"type": "boolean"} for name in SWITCHES},
    }
    table = {
        "type": "object",
        "properties": {
            name: {**kinds[name], "description": entry.metadata["help"]}
            | ({} if entry.default is None else {"default": entry.default})
            for name, entry in FIELDS.items()
        },
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {TABLE: table},
        "required": [TABLE],
        "additionalProperties": False,
    }
