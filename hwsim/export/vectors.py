"""Golden vectors: queries and everything the engine must answer, in a folder.

`vectors.json` names the image they belong to and holds a recall's steps, flags, distance, cycles
and counters, the last two, with several queries in flight, of its batch; `queries.mem` and
`states.mem` hold L-bit words, ceil(N / L) a recall, in `$readmemh` form, so that a plain Verilog
testbench reads them too.

Of outputs other than the patterns a recall is a result: it has fields and a label besides, its
state are the fields' signs, ceil(M / L) words, and the T results of a query are a batch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import UNSET, Meta, Struct, UnsetType, defstruct, to_builtins

from hwsim.config import FORMAT_VERSION, Parameters
from hwsim.config.schema import parameters_schema
from hwsim.errors import InputError
from hwsim.export.formats import mem
from hwsim.export.manifest import manifest_bytes
from hwsim.export.seal import Digest, SelfDigest, check_seal
from hwsim.export.versions import check_version, version_rules
from hwsim.files import replace_folder, sealed
from hwsim.files.reading import LARGEST_VECTORS, read_bytes
from hwsim.hardware import layout
from hwsim.hardware.association import Associations
from hwsim.hardware.batches import Batched, batch_sizes
from hwsim.hardware.image import Image
from hwsim.hardware.memories import MEMORIES, memories
from hwsim.hardware.outcome import IntArray, Recalls
from hwsim.json_files import parse_json, read_document
from hwsim.schema import json_schema, read
from hwsim.spins import bits_from_spins

VECTORS: Final = "vectors.json"
FOLDER_KIND: Final = "vectors"

# The counts that the engine itself keeps; the rest follow from these and the parameters.
_OF_ANY: Final = (
    *(counter for memory in MEMORIES if not memory.since_rules for counter in memory.counters),
    "groups_skipped",
)
_SINCE_RULES: Final = tuple(
    counter for memory in MEMORIES if memory.since_rules for counter in memory.counters
)


def engine_counters(parameters: Parameters) -> tuple[str, ...]:
    """The counters of an engine: of every memory that format 1 knows, and of its others."""
    present = (memory for memory in memories(parameters) if memory.since_rules)
    return (*_OF_ANY, *(counter for memory in present for counter in memory.counters))


SEAL: Final = "vectors_sha256"  # the document's hash of itself
WORDS: Final = ("queries.mem", "states.mem")
OF_BATCH: Final = ("cycles", "cycles_bound", "counters")  # beside the last recall of a batch
OF_OUTPUTS: Final = ("label", "fields")
REMEDY: Final = "make the vectors again"

Count = Annotated[int, Meta(ge=0)]
if TYPE_CHECKING:
    Counters = Mapping[str, int]
else:
    Counters = defstruct(
        "Counters",
        [(name, Count) for name in _OF_ANY] + [(name, Count, 0) for name in _SINCE_RULES],
    )


class Recall(Struct, frozen=True):
    """What the engine must answer to one query, besides the state it ends in.

    Cycles and counters are of a batch of queries in flight, and stand with its last one: with one
    in flight every recall has them.
    """

    steps: Annotated[int, Meta(ge=0, description="Updates, the one that confirms included.")]
    converged: Annotated[bool, Meta(description="Whether the last update changed nothing.")]
    miss: Annotated[bool, Meta(description="Whether every kernel value of the first step was 0.")]
    distance: Annotated[int, Meta(ge=0, description="Smallest distance of the last step.")]
    cycles: (
        Annotated[int, Meta(ge=1, description="Clock cycles without stalls, predicted.")]
        | UnsetType
    ) = UNSET
    cycles_bound: (
        Annotated[int, Meta(ge=1, description="Cycles at one memory word a cycle.")] | UnsetType
    ) = UNSET
    counters: Annotated[Counters, Meta(description="The engine's counters.")] | UnsetType = UNSET
    label: (
        Annotated[int, Meta(ge=0, description="Of outputs other than the patterns.")] | UnsetType
    ) = UNSET
    fields: Annotated[list[int], Meta(description="One an output, likewise.")] | UnsetType = UNSET


class Batch(NamedTuple):
    """What the engine's counters must say with the last result of a batch.

    Attributes:
        last: index of that recall.
        cycles, cycles_bound, counters: as in `Recall`.
    """

    last: int
    cycles: int
    cycles_bound: int
    counters: Mapping[str, int]


class Vectors(Struct, frozen=True):
    """Golden vectors: `vectors.json`, beside which the words of queries and states stand."""

    format_version: Annotated[int, Meta(ge=1, description="1 or 2.")]
    image_sha256: Annotated[Digest, Meta(description="SHA-256 of the image's manifest.json.")]
    parameters: Annotated[dict[str, Any], Meta(extra_json_schema=parameters_schema())]
    recalls: Annotated[list[Recall], Meta(min_length=1, description="One a query, in order.")]
    provenance: Annotated[Any, Meta(description="Where the queries come from.")] = None
    sha256: Annotated[dict[str, Digest], Meta(description="Of queries.mem and states.mem.")] = {}
    vectors_sha256: SelfDigest | UnsetType = UNSET

    def engine_parameters(self) -> Parameters:
        """The parameters of the engine that they are for.

        Raises:
            InputError: they are not legal.
        """
        return Parameters.from_dict(self.parameters, self.format_version)

    def batches(self) -> list[Batch]:
        """What is said of each batch of queries in flight.

        Raises:
            InputError: something is missing, or stands where no batch ends.
        """
        parameters = self.engine_parameters()
        slots, found = parameters.queries_in_flight * parameters.results, []
        for index, recall in enumerate(self.recalls):
            for name in OF_OUTPUTS:
                if (getattr(recall, name) is UNSET) == bool(parameters.outputs):
                    there = "missing" if parameters.outputs else "there"
                    raise InputError(
                        f"recalls[{index}].{name} is {there}; it must be with every recall of "
                        "outputs other than the patterns, and with no other"
                    )
            ends = index % slots == slots - 1 or index == len(self.recalls) - 1
            for name in OF_BATCH:
                if (getattr(recall, name) is UNSET) == ends:
                    raise InputError(
                        f"recalls[{index}].{name} is {'missing' if ends else 'there'}; it must be "
                        f"with the last of every {slots} recalls, and with no other"
                    )
            if ends:
                values = to_builtins(recall)
                found.append(Batch(index, *(values[name] for name in OF_BATCH)))
        return found


def vectors_schema() -> dict[str, Any]:
    """JSON Schema of `vectors.json`."""
    return {**json_schema(Vectors), "allOf": version_rules("parameters")}


def image_digest(image_folder: Path) -> str:
    """SHA-256 of the image's manifest, which holds the hashes of all its memories.

    Raises:
        InputError: the folder holds no readable manifest.
    """
    return hashlib.sha256(manifest_bytes(image_folder)).hexdigest()


def write_vectors(
    path: Path,
    image_folder: Path,
    image: Image,
    queries: npt.NDArray[np.int8],
    recalls: Recalls | Batched | Associations,
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
        recalls: the specification's answers, with counts of batches of queries in flight.
        cycles: (B,) predicted clock cycles of each batch; with one in flight, of each recall.
        bounds: (B,) the contract's bound on them.
        provenance: JSON-ready notes on where the queries came from.

    Raises:
        InputError: there are no queries, or the folder cannot be written.
    """
    if not len(queries):
        raise InputError("queries hold no query; golden vectors need at least one")
    files = vectors_files(
        image, image_digest(image_folder), queries, recalls, cycles, bounds, provenance
    )
    with replace_folder(path, FOLDER_KIND) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content)


def vectors_files(
    image: Image,
    image_sha256: str,
    queries: npt.NDArray[np.int8],
    recalls: Recalls | Batched | Associations,
    cycles: IntArray,
    bounds: IntArray,
    provenance: Any,
    format_version: int = FORMAT_VERSION,
) -> dict[str, bytes]:
    """The content of each file of the folder, as `write_vectors` writes them.

    Raises:
        InputError: provenance is no JSON.
    """
    p = image.parameters
    rows = [_row(recalls, index, p.results) for index in range(len(queries) * p.results)]
    sizes = batch_sizes(len(rows), p.queries_in_flight * p.results)
    for batch, last in enumerate(np.cumsum(sizes) - 1):
        counts = recalls.counts.row(batch)
        rows[last] |= {
            "cycles": int(cycles[batch]),
            "cycles_bound": int(bounds[batch]),
            "counters": {name: counts[name] for name in engine_counters(p)},
        }
    words = {
        file: mem.encode(
            file, words_shape(p, file, len(rows)), layout.pack_patterns(p, bits_from_spins(spins))
        )
        for file, spins in zip(WORDS, (queries, recalls.states), strict=True)
    }
    document = {
        "format_version": format_version,
        "image_sha256": image_sha256,
        "parameters": p.to_dict(format_version),
        "provenance": provenance,
        "recalls": rows,
        "sha256": {file: hashlib.sha256(content).hexdigest() for file, content in words.items()},
    }
    return {**words, VECTORS: encode_vectors(document)}


def words_shape(parameters: Parameters, file: str, recalls: int) -> layout.MemoryShape:
    """The words of `queries.mem` or `states.mem` of so many recalls."""
    p = parameters
    depth = recalls // p.results * p.words if file == WORDS[0] else recalls * p.result_words
    return layout.MemoryShape(p.lanes, depth)


def _row(recalls: Recalls | Batched | Associations, index: int, results: int) -> dict[str, Any]:
    """What is said of a recall alone, or of one of a query's results."""
    if isinstance(recalls, Associations):
        return {
            "steps": index % results + 1,
            "converged": False,
            "miss": bool(recalls.miss[index]),
            "distance": int(recalls.distance[index]),
            "label": int(recalls.labels[index]),
            "fields": recalls.fields[index].tolist(),
        }
    return {
        "steps": int(recalls.steps[index]),
        "converged": bool(recalls.converged[index]),
        "miss": bool(recalls.miss[index]),
        "distance": int(recalls.distance[index]),
    }


def encode_vectors(document: Mapping[str, Any]) -> bytes:
    """The content of `vectors.json`, its hash of itself added or made anew.

    Raises:
        InputError: provenance is no JSON.
    """
    return (json.dumps(sealed(document, SEAL), indent=1) + "\n").encode()


def check_vectors(path: Path, image_folder: Path) -> Vectors:
    """Read a folder of vectors and see that it is whole, unchanged and belongs to the image.

    Warns:
        HwsimWarning: it carries no hashes, as those of hwsim before 0.2; `hwsim check` recomputes
            what it holds.

    Raises:
        InputError: it is missing, damaged or edited, or was made from another image.
    """
    document = parse_vectors(path)
    check_seal(path / VECTORS, document, SEAL, REMEDY)
    vectors = vectors_of(path, document)
    if vectors.image_sha256 != image_digest(image_folder):
        raise InputError(f"{path} was made from another image than {image_folder}; {REMEDY}")
    for name in WORDS:
        read_words(path, name, vectors)
    return vectors


def parse_vectors(path: Path) -> dict[str, Any]:
    """`vectors.json` of a folder, as JSON gives it.

    Raises:
        InputError: there is none, it is no JSON object, or of another version.
    """
    file = path / VECTORS
    absent, make = f"{path} holds no golden vectors", "make them with hwsim vectors"
    document = parse_json(read_document(file, LARGEST_VECTORS, absent, make), file, REMEDY)
    check_version(file, document, REMEDY)
    return document


def vectors_of(path: Path, document: dict[str, Any]) -> Vectors:
    """A document of golden vectors, checked; errors name the file."""
    try:
        vectors = read(Vectors, document)
        vectors.batches()
    except InputError as error:
        raise InputError(f"{path / VECTORS}: {error}; {REMEDY}") from error
    return vectors


def read_words(path: Path, name: str, vectors: Vectors) -> npt.NDArray[np.uint8]:
    """The words of `queries.mem` or `states.mem`, (`words_shape`, L / 8) uint8.

    Raises:
        InputError: the file is missing, short, long, altered or not hexadecimal.
    """
    shape = words_shape(vectors.engine_parameters(), name, len(vectors.recalls))
    file = path / name
    try:
        content = read_bytes(file, mem.most_bytes(shape))
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}; {REMEDY}") from error
    rows = mem.decode(content, shape, str(file), REMEDY)
    written = vectors.sha256.get(name)
    if written is not None and hashlib.sha256(content).hexdigest() != written:
        raise InputError(f"{file} was altered: its SHA-256 is not that in {VECTORS}; {REMEDY}")
    return rows
