"""The readers under test: a sound folder each, what in it is damaged, and what reading must give.

`judge` says what is wrong with data that was read from a damaged file, or None. Where a hash covers
the data they must be the same; where none does, an independent reader says what the file holds.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from hwsim.arrays import load_patterns, load_queries
from hwsim.audit.check import check
from hwsim.config import Parameters
from hwsim.cost.tables import load_technology
from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.explore.sweep.journal import NAME as JOURNAL
from hwsim.explore.sweep.journal import open_journal
from hwsim.explore.sweep.point import Point
from hwsim.explore.sweep.spec import load_spec
from hwsim.export.folder import load_image, write_image
from hwsim.export.formats import FORMATS
from hwsim.export.vectors import check_vectors, read_words
from hwsim.files.listing import LISTING, first_foreign
from hwsim.golden import make_vectors
from hwsim.hardware.rules import with_rules
from hwsim.reference.memory import Memory, load_memory, save_memory
from tests.images import remembering_image

NEURONS, PATTERNS = 20, 7
ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "hwsim/cost/data/horowitz_45nm.toml"
PARAMETERS = Parameters(
    neurons=10, patterns=9, kernel_bits=9, lanes=8, offset_bits=3, offset_frac_bits=1
)


@dataclasses.dataclass(frozen=True)
class Reader:
    """One kind of input.

    Attributes:
        prepare: fills a folder; gives the names of the files to damage, each with its kind of
            mutators. Files whose names differ only by what stands before the first dot are
            alternatives of one kind.
        read: what a damaged file of that name gives.
        judge: of the sound file's data, the damaged file's data, its path, and whether a warning
            said that no hash covers it.
    """

    prepare: Callable[[Path], Mapping[str, str]]
    read: Callable[[Path], Any]
    judge: Callable[[Any, Any, Path, bool], str | None]


def the_same(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    """Data under a hash do not change."""
    return None if uncovered or sound == found else f"{str(found)[:200]} is not {str(sound)[:200]}"


# ARRAYS ----------------------------------------------------------------------------------------


def _spins() -> Any:
    return np.random.default_rng(1).choice(np.array([-1, 1], np.int8), (PATTERNS, NEURONS))


def _arrays(folder: Path) -> Mapping[str, str]:
    spins = _spins()
    kinds = {"int8": spins, "double": spins.astype("<f8"), "big": spins.astype(">i4")}
    kinds |= {"columns": np.asfortranarray(spins), "half": spins.astype("<f2"), "one": spins[0]}
    for name, array in kinds.items():
        np.save(folder / f"{name}.npy", array)
    with (folder / "second.npy").open("wb") as stream:
        np.lib.format.write_array(stream, spins, version=(2, 0))
    return {path.name: "npy" for path in sorted(folder.iterdir())}


def _as_numpy_reads(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    expected = np.load(path, allow_pickle=False)
    return None if np.array_equal(np.atleast_2d(expected), found) else "NumPy reads other data"


def _memories(folder: Path) -> Mapping[str, str]:
    spins = _spins()
    alpha = spins * np.random.default_rng(2).normal(3, 0.3, spins.shape)
    notes = {"method": "gradient-descent", "seed": 3, "loss": 0.25, "steps": 500}
    save_memory(folder / "own.npz", Memory(spins, alpha, 0.02, notes))
    np.savez(folder / "plain.npz", patterns=spins, alpha=alpha.astype("f4"), gamma=0.02)
    np.savez_compressed(folder / "packed.npz", patterns=spins * 1.0, alpha=alpha, gamma=0.02)
    return {path.name: "npz" for path in sorted(folder.iterdir())}


def _archive_as_numpy_reads(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    with np.load(path, allow_pickle=False) as archive:
        for name in ("patterns", "alpha", "gamma"):
            if not np.array_equal(archive[name].reshape(-1), np.ravel(getattr(found, name))):
                return f"NumPy reads another {name}"
    return None


# FOLDERS ---------------------------------------------------------------------------------------


def _image(folder: Path) -> None:
    """By rows and with every rule, so with every memory and parameter that there can be."""
    plain = remembering_image(PARAMETERS, np.random.default_rng(16))
    image = with_rules(plain, dataflow="row", coarse_words=1)
    write_image(folder, image, tuple(FORMATS), {"seed": 5, "design": {"bits": 2}})


def _image_data(path: Path) -> Any:
    image = load_image(path.parent)
    rows = {name: row.tobytes() for name, row in image.memory_rows().items()}
    return (image.parameters, image.gamma, image.provenance, rows)


def _manifest(folder: Path) -> Mapping[str, str]:
    _image(folder)
    return {"manifest.json": "json"}


def _roms(folder: Path) -> Mapping[str, str]:
    _image(folder)
    kinds = [".mem", *(suffix for suffix, _ in FORMATS.values()), ".vh"]
    names = [path.name for path in sorted(folder.iterdir()) if path.name.endswith(tuple(kinds))]
    return dict.fromkeys(names, "words")


def _rom_data(path: Path) -> Any:
    """A memory's words are under the manifest's hash, every file under the listing's."""
    if path.suffix != ".mem" and (reason := first_foreign(path.parent, "image")) is not None:
        raise InputError(reason)
    return _image_data(path)


def _listing(folder: Path) -> Mapping[str, str]:
    _image(folder)
    return {LISTING: "json"}


def _listing_data(path: Path) -> Any:
    if (reason := first_foreign(path.parent, "image")) is not None:
        raise InputError(reason)


def _audited(folder: Path) -> Mapping[str, str]:
    _image(folder / "image")
    make_vectors(folder / "image", None, folder / "vectors", count=2, noise=0.2, seed=1)
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): "json" if path.suffix == ".json" else "words"
        for path in names
    }


def _audit_data(path: Path) -> Any:
    """What `hwsim check` takes for unchanged."""
    audit = check(path.parent)
    if audit.differences:
        raise InputError(str(audit.differences[0]))
    return path.read_bytes()


def _same_file(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    """The same bytes; of a JSON file, whose hash is of its content, the same content."""
    if sound == found or (path.suffix == ".json" and json.loads(sound) == json.loads(found)):
        return None
    return "nobody noticed"


def _vectors(folder: Path) -> Mapping[str, str]:
    _image(folder / "image")
    make_vectors(folder / "image", None, folder / "vectors", count=2, noise=0.2, seed=1)
    names = {"vectors.json": "json", "queries.mem": "words", "states.mem": "words"}
    return {f"vectors/{name}": kind for name, kind in names.items()}


def _vectors_data(path: Path) -> Any:
    folder = path.parent
    vectors = check_vectors(folder, folder.parent / "image")
    words = [read_words(folder, name, vectors).tobytes() for name in ("queries.mem", "states.mem")]
    return (vectors.recalls, vectors.parameters, vectors.image_sha256, words)


# SWEEPS, DESIGNS, TABLES -----------------------------------------------------------------------

_POINT = Point("random", 16, 32, 0.02, "gradient-descent", "l2", 0, "minmax", 1, 8, "nearest", 0,
               64, 50, 0.1, 20)  # fmt: skip
_ROW = {
    "bit_accuracy": 0.701171875, "recall_accuracy": 0.615625, "float_recall_accuracy": 0.890625,
    "converged": 1.0, "miss": 0.0, "steps": 2.35, "cycles": 388.05, "energy_pj": 812.0865667,
    "weight_bits_stored": 512, "footprint_bits": 4670,
}  # fmt: skip


def _journal(folder: Path) -> Mapping[str, str]:
    with open_journal(folder) as journal:
        for seed in range(4):
            journal.add(dataclasses.replace(_POINT, seed=seed), {**_ROW, "footprint_bits": seed})
    return {JOURNAL: "jsonl"}


def _journal_data(path: Path) -> Any:
    with open_journal(path.parent) as journal:
        return journal.finished


def _no_others(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    """A torn line is computed again, but no result is another."""
    return None if uncovered or found.items() <= sound.items() else f"{found} is not of {sound}"


_SWEEP = """\
[sweep]
neurons = [20, 30]
load = 1.5
gamma = 0.02
quantizer = ["minmax", "sign-zero"]
bits = [1, 2]
kernel_origin = ["nearest", "absolute"]
offset_bits = [0, 8]
method = "gradient-descent"
noise = [0.1, 0.2]
trials = 3
seed = 0
queries = 200
"""
_DESIGN = """\
# hwsim design

[design]
bits = 2
quantizer = "kmeans"
kernel_bits = 8
lanes = 64
offset_bits = 8
offset_frac_bits = 2
kernel_origin = "nearest"
max_steps = 50
plane_weights = [1, 3]
offset_source = "learned"
seed = 0
"""
_OWN_TABLE = """\
base = "horowitz_45nm"
name = "mine"
process_nm = 28
voltage_v = 0.8
[sources]
s = "a data sheet"
[entries.integer_add_8]
value = 0.02
unit = "pJ"
access_bits = 8
process_nm = 28
voltage_v = 0.8
source = "s"
basis = "derived"
derivation = "guessed"
[[macro]]
depth = 128
width = 8
area_um2 = 1000.5
source = "s"
"""
_SCALED = "[scaling]\nfrom = 'horowitz_45nm'\nprocess_nm = 22.5\nvoltage_v = 0.8\n"


def _texts(**texts: str) -> Callable[[Path], Mapping[str, str]]:
    def prepare(folder: Path) -> Mapping[str, str]:
        for name, text in texts.items():
            (folder / f"{name}.toml").write_text(text)
        return {f"{name}.toml": "toml" for name in texts}

    return prepare


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)


def _every_choice(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    choices, table = found.to_dict(), _toml(path)["design"]
    others = [name for name in table if choices[name] != table[name]]
    return f"{others[0]} is {choices[others[0]]}" if others else None


def _every_axis(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    table = _toml(path)["sweep"]
    for name, values in found.axes.items():
        given = table.get(name, list(values))
        given = given if isinstance(given, list) else [given]
        if list(dict.fromkeys(type(values[0])(value) for value in given)) != [*values]:
            return f"{name} is {values}, not {given}"
    return None


def _sweep_data(path: Path) -> Any:
    spec = load_spec(path)
    spec.points()
    return spec


def _same_node(sound: Any, found: Any, path: Path, uncovered: bool) -> str | None:
    table = _toml(path)
    table = table.get("scaling", table)
    for key in ("process_nm", "voltage_v"):
        if key in table and Fraction(table[key]) != getattr(found, key):
            return f"{key} is {getattr(found, key)}"
    return None


READERS: Mapping[str, Reader] = {
    "queries": Reader(_arrays, lambda path: load_queries(path, NEURONS), _as_numpy_reads),
    "patterns": Reader(_arrays, load_patterns, _as_numpy_reads),
    "memory": Reader(_memories, load_memory, _archive_as_numpy_reads),
    "manifest": Reader(_manifest, _image_data, the_same),
    "rom": Reader(_roms, _rom_data, the_same),
    "check": Reader(_audited, _audit_data, _same_file),
    "listing": Reader(_listing, _listing_data, the_same),
    "vectors": Reader(_vectors, _vectors_data, the_same),
    "journal": Reader(_journal, _journal_data, _no_others),
    "technology": Reader(
        _texts(whole=TABLE.read_text(), own=_OWN_TABLE, scaled=_SCALED), load_technology, _same_node
    ),
    "sweep": Reader(_texts(sweep=_SWEEP), _sweep_data, _every_axis),
    "design": Reader(_texts(design=_DESIGN), Design.load, _every_choice),
}
