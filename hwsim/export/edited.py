"""Which keys of a manifest were edited, told from what stands elsewhere in the folder.

The Verilog header holds every parameter once more, and the files have their hashes. Where putting
those back makes the manifest fit its own hash again, the keys that differed were edited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hwsim.config import FORMAT_VERSION, SINCE_FORMAT_2, Parameters
from hwsim.errors import InputError
from hwsim.export import header
from hwsim.files import Seal, file_sha256, seal_of
from hwsim.hardware.layout import memory_shapes

SEAL: Final = "manifest_sha256"  # the manifest's hash of itself

_DEFINE: Final = re.compile(r"^`define ([A-Z][A-Z0-9_]*?)_([A-Z_]+) (?:\d+'h)?([0-9a-f]+)$", re.M)
_NUMBERS: Final = {  # macros of the header, and the manifest's names of them
    "NEURONS": "neurons",
    "PATTERNS": "patterns",
    "WEIGHT_BITS": "weight_bits",
    "KERNEL_BITS": "kernel_bits",
    "LANES": "lanes",
    "OFFSET_BITS": "offset_bits",
    "OFFSET_FRAC_BITS": "offset_frac_bits",
    "MAX_STEPS": "max_steps",
}
_SINCE_FORMAT_2: Final = {
    "RADIUS_BITS": "radius_bits",
    "COARSE_WORDS": "coarse_words",
    "REACH": "reach",
}
_OPTIONAL: Final = {"QUERIES_IN_FLIGHT": "queries_in_flight", "ENGINES": "engines"}
_OUTPUTS: Final = {"OUTPUTS": "outputs", "SCALE_BITS": "scale_bits"}


def edited_keys(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """The keys of a manifest that were edited, where that can be known; else none.

    Args:
        folder: the image.
        manifest: its manifest, which does not fit its own hash.
    """
    former = former_manifest(folder, manifest)
    if former is None:
        return []
    found: list[str] = []
    for key in former:
        if key == "memories" and isinstance(manifest.get(key), Mapping):
            now, then = manifest[key], former[key]
            found += [
                f"{key}.{name}" for name in {**then, **now} if now.get(name) != then.get(name)
            ]
        elif manifest.get(key) != former[key]:
            found.append(key)
    return found


def former_manifest(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any] | None:
    """The manifest that fits its own hash, with what header and files tell put back; or None."""
    try:
        parameters = _parameters_of_header(folder / header.FILE)
        version = FORMAT_VERSION if SINCE_FORMAT_2[0] in parameters else 1
        memories = _memories_of_files(folder, Parameters.from_dict(parameters, version))
    except (OSError, ValueError, KeyError, InputError):
        return None
    now = manifest.get("memories")
    further = now if isinstance(now, Mapping) else {}
    for name, entry in memories.items():  # keys that hwsim does not know stay
        if isinstance(further.get(name), Mapping):
            memories[name] = {**further[name], **entry}
    former = {**manifest, "format_version": version, **parameters, "memories": memories}
    return former if _whole(former) else None


def _whole(manifest: Mapping[str, Any]) -> bool:
    return seal_of(manifest, SEAL) is Seal.SOUND


def _parameters_of_header(file: Path) -> dict[str, Any]:
    """The parameters that a Verilog header defines."""
    macros = {name: value for _, name, value in _DEFINE.findall(file.read_text("ascii"))}
    found: dict[str, Any] = {name: int(macros[macro]) for macro, name in _NUMBERS.items()}
    packed = int(macros["PLANE_WEIGHTS"], 16)
    planes = range(found["weight_bits"])
    found["plane_weights"] = [packed >> (8 * plane) & 255 for plane in planes]
    found["kernel_origin"] = "nearest" if macros["ORIGIN_NEAREST"] == "1" else "absolute"
    if "DATAFLOW_ROW" in macros:
        found |= {name: int(macros[macro]) for macro, name in _SINCE_FORMAT_2.items()}
        mask = int(macros["SHARED_PLANES"])
        found["dataflow"] = "row" if macros["DATAFLOW_ROW"] == "1" else "group"
        found["shared_planes"] = [plane for plane in planes if mask >> plane & 1]
        found["winner_limit"] = int(macros["WINNER_LIMIT"], 16)
        found |= {name: int(macros[macro]) for macro, name in _OPTIONAL.items() if macro in macros}
        found |= {"pipelined": True} if "PIPELINED" in macros else {}
        if "EXTERNAL_WEIGHTS" in macros:
            found["external_weights"] = int(macros["EXTERNAL_WEIGHTS"])
        found |= {name: int(macros[macro]) for macro, name in _OUTPUTS.items() if macro in macros}
    return found


def _memories_of_files(folder: Path, parameters: Parameters) -> dict[str, dict[str, Any]]:
    """What the manifest says of the memories when it is as the files are."""
    shapes = memory_shapes(parameters)
    return {
        name: {
            "file": f"{name}.mem",
            "width": shape.width,
            "depth": shape.depth,
            "sha256": file_sha256(folder / f"{name}.mem"),
        }
        for name, shape in shapes.items()
    }
