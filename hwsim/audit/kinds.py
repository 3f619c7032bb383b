"""What kind of folder of hwsim's one is, and which files of it are hwsim's own."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from hwsim.errors import InputError
from hwsim.experiments.catalogue import names
from hwsim.explore.sweep.journal import NAME as JOURNAL
from hwsim.explore.sweep.run import PARETO, PICTURE, RESULTS, SUMMARY
from hwsim.export import header
from hwsim.export.formats import ALL_FORMATS
from hwsim.export.manifest import MANIFEST, parse_manifest
from hwsim.export.vectors import VECTORS, WORDS
from hwsim.files import LISTING
from hwsim.files.listing import read_listing
from hwsim.hardware.memories import MEMORIES

# A file that tells the kind of a folder without a listing, in order.
MARKERS: Final = {
    MANIFEST: "image",
    VECTORS: "vectors",
    JOURNAL: "sweep",
    "demo.json": "demo",
    "report.json": "report",
    "comparison.json": "comparison",
    "performance.json": "bench",
    "speed.json": "bench",
}
WITHIN: Final = {"image": "image", "vectors": "vectors", "report": "report"}  # of a demo

# Names of what hwsim writes; `*` stands for anything.
_OWN: Final = {
    "image": (
        MANIFEST,
        header.FILE,
        *(f"{memory.name}{suffix}" for memory in MEMORIES for suffix, _ in ALL_FORMATS.values()),
    ),
    "vectors": (VECTORS, *WORDS),
    "sweep": (RESULTS, SUMMARY, PARETO, PICTURE),  # the journal's lines have their own hashes
    "report": ("report.json", "report.md", "report.html", "*.svg", "*.png", "*.csv"),
    "comparison": (
        *("comparison.json", "comparison.csv", "comparison.md", "comparison.html", "*.svg"),
    ),
    "bench": (
        *("performance.json", "performance.md", "growth-*.svg", "speed.json", "speed.md"),
        "machines.md",
    ),
    "demo": ("demo.json", "memory.npz"),
}

# Known by its listing, without which it is anybody's folder; what writes one.
LISTED_ALONE: Final = {"kit": "hwsim export --kit", "synthesis": "hwsim synth"}


def kind_of(folder: Path) -> str:
    """The kind of a folder: by its listing, else by the files in it.

    Raises:
        InputError: hwsim did not write it.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "is not there"
        raise InputError(f"{folder} {what}; name a folder that hwsim wrote")
    listing = read_listing(folder)
    if listing is not None and listing.kind in {*_OWN, *LISTED_ALONE, "experiments"}:
        return listing.kind
    for marker, kind in MARKERS.items():
        if (folder / marker).is_file():
            return kind
    if any((folder / f"{name}.json").is_file() for name in names()):
        return "experiments"
    raise InputError(
        f"{folder} is no folder of hwsim's: it holds neither a sound {LISTING} nor one of "
        f"{', '.join(MARKERS)}"
    )


def own_files(folder: Path, kind: str) -> list[str]:
    """The files in a folder that hwsim writes into one of its kind, by name."""
    return sorted(_own_files(folder, kind))


def _own_files(folder: Path, kind: str) -> Iterator[str]:
    patterns = _study_files() if kind == "experiments" else _OWN[kind]
    further = _named_in_manifest(folder) if kind == "image" else set()
    for entry in folder.iterdir():
        if entry.is_symlink():
            continue
        if kind == "demo" and entry.is_dir() and entry.name in WITHIN:
            yield from (f"{entry.name}/{name}" for name in own_files(entry, WITHIN[entry.name]))
            if (entry / LISTING).is_file():
                yield f"{entry.name}/{LISTING}"
        elif entry.is_file() and (
            entry.name in further or any(fnmatchcase(entry.name, pattern) for pattern in patterns)
        ):
            yield entry.name


def _study_files() -> list[str]:
    endings = (".json", ".csv", "-*.csv", ".svg")
    return ["README.md", *(f"{name}{ending}" for name in names() for ending in endings)]


def _named_in_manifest(folder: Path) -> set[str]:
    """Files that somebody else's writer gave other names."""
    try:
        memories = parse_manifest(folder)["memories"].values()
        return {str(memory["file"]) for memory in memories}
    except (InputError, KeyError, TypeError, AttributeError):
        return set()
