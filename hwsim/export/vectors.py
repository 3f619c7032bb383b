"""Golden vectors: queries and everything the engine must answer, in a folder.

`vectors.json` names the image they belong to and holds a recall's steps, flags, distance, cycles
and counters; `queries.mem` and `states.mem` hold L-bit words, ceil(N / L) a recall, in
`$readmemh` form, so that a plain Verilog testbench reads them too.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export.folder import MANIFEST
from hwsim.export.formats import mem
from hwsim.files import replace_folder
from hwsim.hardware import layout
from hwsim.hardware.image import Image
from hwsim.hardware.memories import MEMORIES
from hwsim.hardware.outcome import IntArray, Recalls
from hwsim.spins import bits_from_spins

FORMAT_VERSION: Final = 1
VECTORS: Final = "vectors.json"

# The counts that the engine itself keeps; the rest follow from these and the parameters.
ENGINE_COUNTERS: Final = (
    *(counter for memory in MEMORIES for counter in memory.counters),
    "groups_skipped",
)

# What `vectors.json` holds of each recall.
RECALL_KEYS: Final = (
    "steps",
    "converged",
    "miss",
    "distance",
    "cycles",
    "cycles_bound",
    "counters",
)


def image_digest(image_folder: Path) -> str:
    """SHA-256 of the image's manifest, which holds the hashes of all its memories.

    Raises:
        InputError: the folder holds no readable manifest.
    """
    try:
        manifest = (image_folder / MANIFEST).read_bytes()
    except OSError as error:
        raise InputError(
            f"{image_folder} is no image: cannot read {MANIFEST} ({error.strerror}); "
            "make one with hwsim export"
        ) from error
    return hashlib.sha256(manifest).hexdigest()


def write_vectors(
    path: Path,
    image_folder: Path,
    image: Image,
    queries: npt.NDArray[np.int8],
    recalls: Recalls,
    cycles: IntArray,
    bounds: IntArray,
    provenance: Any = None,
) -> None:
    """Write the folder of golden vectors.

    Args:
        path: the folder; replaced if it holds vectors, refused if it holds anything else.
        image_folder: where `image` came from.
        image: its integers.
        queries: (Q, N) int8 of ±1.
        recalls: the specification's answers.
        cycles: (Q,) predicted clock cycles of each recall.
        bounds: (Q,) the contract's bound on them.
        provenance: JSON-ready notes on where the queries came from.

    Raises:
        InputError: there are no queries, or the folder cannot be written.
    """
    if not len(queries):
        raise InputError("queries hold no query; golden vectors need at least one")
    p = image.parameters
    shape = layout.MemoryShape(p.lanes, len(queries) * p.words)
    rows = []
    for index in range(len(queries)):
        counts = recalls.counts.row(index)
        rows.append(
            {
                "steps": int(recalls.steps[index]),
                "converged": bool(recalls.converged[index]),
                "miss": bool(recalls.miss[index]),
                "distance": int(recalls.distance[index]),
                "cycles": int(cycles[index]),
                "cycles_bound": int(bounds[index]),
                "counters": {name: counts[name] for name in ENGINE_COUNTERS},
            }
        )
    document = {
        "format_version": FORMAT_VERSION,
        "image_sha256": image_digest(image_folder),
        "parameters": p.to_dict(),
        "provenance": provenance,
        "recalls": rows,
    }
    with replace_folder(path, VECTORS) as folder:
        for name, spins in (("queries", queries), ("states", recalls.states)):
            words = layout.pack_patterns(p, bits_from_spins(spins))
            (folder / f"{name}.mem").write_bytes(mem.encode(name, shape, words))
        (folder / VECTORS).write_bytes((json.dumps(document, indent=1) + "\n").encode())


@dataclass(frozen=True)
class Vectors:
    """Golden vectors as read: `recalls` as in `vectors.json`, words of queries and states."""

    image_sha256: str
    recalls: list[dict[str, Any]]


def check_vectors(path: Path, image_folder: Path) -> Vectors:
    """Read a folder of vectors and see that it is whole and belongs to the image.

    Raises:
        InputError: it is missing or damaged, or was made from another image.
    """
    file = path / VECTORS
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise InputError(
            f"{path} holds no golden vectors: cannot read {VECTORS} ({error.strerror}); "
            "make them with hwsim vectors"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is not JSON: {error}; make the vectors again") from error
    if not isinstance(document, dict):
        raise InputError(f"{file} is not a JSON object; make the vectors again")
    version = document.get("format_version")
    if version != FORMAT_VERSION:
        raise InputError(
            f"{file}: format_version is {version!r}; this hwsim reads {FORMAT_VERSION}; "
            "make the vectors again"
        )
    try:
        digest, recalls = document["image_sha256"], document["recalls"]
        parameters = Parameters.from_dict(document["parameters"])
        for index, recall in enumerate(recalls):
            _check_recall(f"recalls[{index}]", recall)
    except KeyError as error:
        raise InputError(f"{file} lacks {error}; make the vectors again") from error
    except (TypeError, InputError) as error:
        raise InputError(f"{file} is damaged ({error}); make the vectors again") from error
    shape = layout.MemoryShape(parameters.lanes, parameters.words * len(recalls))
    if digest != image_digest(image_folder):
        raise InputError(
            f"{path} was made from another image than {image_folder}; make the vectors again"
        )
    if not recalls:
        raise InputError(f"{file} holds no recalls; make the vectors again")
    for name in ("queries", "states"):
        try:
            content = (path / f"{name}.mem").read_bytes()
        except OSError as error:
            raise InputError(
                f"cannot read {path / name}.mem: {error.strerror}; make the vectors again"
            ) from error
        mem.decode(content, shape, str(path / f"{name}.mem"), "make the vectors again")
    return Vectors(digest, recalls)


def _check_recall(place: str, recall: dict[str, Any]) -> None:
    """Raise KeyError for an entry that is missing, TypeError for one of another kind."""
    for entries, names in ((recall, RECALL_KEYS), (recall["counters"], ENGINE_COUNTERS)):
        if missing := [name for name in names if name not in entries]:
            raise KeyError(missing[0])
        for name in names:
            value = entries[name]
            if name in ("converged", "miss"):
                sound = isinstance(value, bool)
            elif name == "counters":
                sound = isinstance(value, dict)
            else:  # a cycle at least, for the bound is divided by
                least = 1 if name.startswith("cycles") else 0
                sound = type(value) is int and value >= least
            if not sound:
                raise TypeError(f"{place}: {name} is {value!r}")
