"""Each byte of an image and of golden vectors flipped, in turn: refused, or the same data."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hwsim.audit.check import check
from hwsim.errors import HwsimWarning, InputError
from hwsim.explore.sweep.journal import NAME, open_journal
from hwsim.export.folder import load_image
from hwsim.export.vectors import VECTORS, WORDS, check_vectors


def flips(file: Path, step: int = 1) -> Iterator[int]:
    """Flip one bit of each byte in turn, a different one from byte to byte; yield the offset."""
    content = file.read_bytes()
    for offset in range(0, len(content), step):
        changed = bytearray(content)
        changed[offset] ^= 1 << (offset // step % 8)
        file.write_bytes(changed)
        yield offset
    file.write_bytes(content)


def refused(read: Callable[[], Any], same: Callable[[Any], bool]) -> bool:
    """Whether `read` refuses; if not, what it reads must be the same, and not merely noted."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", HwsimWarning)
        try:
            found = read()
        except InputError:
            return True
    assert same(found)
    return False


@pytest.mark.parametrize("name", ["image", "ruled"])
def test_an_image(folders: Path, name: str) -> None:
    image = load_image(folders / name)
    read = ["manifest.json", *(f"{memory}.mem" for memory in image.memory_rows())]
    assert name == "image" or "radius.mem" in read
    for file in sorted((folders / name).iterdir()):
        outcomes = [
            refused(lambda: load_image(folders / name), lambda found: bool(found == image))
            for _ in flips(file)
        ]
        if file.name in read:
            # an `e` of a number may be a capital, and a hexadecimal digit of an escape
            assert outcomes.count(False) <= 2 * (file.name == "manifest.json"), file.name
        else:
            assert not any(outcomes), file.name


@pytest.mark.parametrize(("of", "vectors"), [("image", "vectors"), ("ruled", "ruled-vectors")])
def test_golden_vectors(folders: Path, of: str, vectors: str) -> None:
    image, path = folders / of, folders / vectors
    answers = check_vectors(path, image)
    for name in (VECTORS, *WORDS):
        outcomes = [
            refused(lambda: check_vectors(path, image), lambda found: bool(found == answers))
            for _ in flips(path / name)
        ]
        assert all(outcomes), name


def test_a_journal(folders: Path) -> None:
    with open_journal(folders / "sweep") as journal:
        finished = dict(journal.finished)
    file = folders / "sweep" / NAME
    content = file.read_bytes()
    torn = content.rindex(b"\n")

    def read() -> Any:
        with open_journal(folders / "sweep") as journal:
            return dict(journal.finished)

    for offset in flips(file, 3):
        if offset != torn:  # the line end that a kill may have kept from being written
            assert refused(read, lambda found: bool(found == finished)), offset


@pytest.mark.parametrize("kind", ["image", "ruled", "vectors", "sweep"])
def test_check_names_the_byte(folders: Path, kind: str) -> None:
    whole = check(folders / kind)
    assert whole.sound
    assert not whole.notes
    for file in sorted((folders / kind).iterdir()):
        step = max(file.stat().st_size // 7, 1)
        for offset in flips(file, step):
            differences = check(folders / kind).differences
            assert [found.file for found in differences] == [file.name], (file.name, offset)
            if file.name != "hwsim-files.json":
                assert differences[0].offset == offset, (file.name, differences[0])
