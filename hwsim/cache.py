"""The folder where compiled code is kept between runs: never older than its source.

It lies in the user's cache, not in the package: an installation may be read-only or another
user's, and uninstalling must leave nothing in it.

    ~/.cache/hwsim/PLACE/VERSION/...

PLACE stands for the source folder, the Python and the processor, VERSION for the source's contents
and the compiler. A new version removes the older ones of its place, and places whose source is
gone; what other installations and processors use is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

_RECORD = "source.txt"  # in a place: the folder it was compiled from


def cache_home() -> Path | None:
    """The folder of all that hwsim keeps, or None where there is no home.

    It is in NUMBA_CACHE_DIR, else in XDG_CACHE_HOME, else in `.cache` of the user's home.
    """
    for variable in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        if os.environ.get(variable):
            return Path(os.environ[variable]).absolute() / "hwsim"
    try:
        home = Path.home()
    except RuntimeError:  # a user without an entry in the system's list
        return None
    return home / ".cache" / "hwsim" if home.is_dir() else None


def is_usable(folder: Path) -> bool:
    """Whether files can be kept in `folder` safely, which is created if need be.

    What is kept is run, so the folder must belong to this user. And root, who may write anywhere,
    leaves nothing in other people's homes.
    """
    try:
        nearest = next(place for place in (folder, *folder.parents) if place.exists())
        if os.geteuid() == 0 and nearest.stat().st_uid != 0:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        return folder.stat().st_uid == os.geteuid()
    except OSError:
        return False


def compiled_folder(source: Path, *, compiler: str, processor: str) -> Path | None:
    """Where code compiled from the Python files of `source` is kept, or None: in memory.

    Args:
        source: folder of all source the code depends on.
        compiler: its name and version.
        processor: what the code is compiled for, features included.
    """
    home = cache_home()
    if home is None or not is_usable(home):
        return None
    place = home / _short_hash(str(source), str(sys.implementation.cache_tag), processor)
    version = place / _short_hash(sources_digest(source), compiler)
    if not version.is_dir():
        _remove_outdated(home, place)
    if not is_usable(version):
        return None
    with contextlib.suppress(OSError):  # without it, this place is removed by the next version
        (place / _RECORD).write_text(str(source))
    return version


def sources_digest(folder: Path) -> str:
    """SHA-256 of the Python files below a folder, names and contents."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _short_hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _remove_outdated(home: Path, place: Path) -> None:
    """Remove the other versions of `place`, and the places whose source is gone."""
    for version in place.glob("*/"):
        shutil.rmtree(version, ignore_errors=True)
    for record in home.glob(f"*/{_RECORD}"):
        with contextlib.suppress(OSError, ValueError):
            if not Path(record.read_text()).is_dir():
                shutil.rmtree(record.parent, ignore_errors=True)
