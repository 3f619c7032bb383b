"""Large files are compared piece by piece, and what is told of them is as of small ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.audit import compare
from hwsim.audit.check import check
from hwsim.audit.compare import difference_of, file_by_hash, first_difference
from hwsim.audit.reseal import reseal
from hwsim.config import Parameters
from hwsim.export.folder import load_image, write_image
from tests.images import random_image
from tests.peak import peak_bytes

TEXTS = st.binary(max_size=12) | st.text("ab\n", max_size=12).map(str.encode)


@given(found=TEXTS, written=TEXTS, cut=st.integers(0, 12), at_once=st.integers(1, 5))
def test_pieces_tell_what_the_whole_tells(
    found: bytes, written: bytes, cut: int, at_once: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("pieces") / "file"
    file.write_bytes(found)
    told = first_difference("file", found, written)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compare, "_AT_ONCE", at_once)
        assert difference_of(file, [written[:cut], written[cut:]]) == told
    if told is None:
        assert found == written
        return
    unlike = [i for i, (a, b) in enumerate(zip(found, written, strict=False)) if a != b]
    assert told.offset == (unlike[0] if unlike else min(len(found), len(written)))
    assert told.problem.startswith(f"{'one' if len(unlike) == 1 else len(unlike)} byte")
    before = written[: told.offset].decode("latin-1")
    lines = before.split("\n")
    is_text = bool(written) and b"\0" not in written
    expected = f"line {len(lines)}, column {len(lines[-1]) + 1}" if is_text else None
    assert told.place == expected


def test_former_content_of_a_large_file_is_not_sought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"abd")
    digest = hashlib.sha256(b"abc").hexdigest()
    assert "one byte differs" in str(file_by_hash(tmp_path, "file", digest))
    monkeypatch.setattr(compare, "_HELD", 2)
    assert "its hash tells no more" in str(file_by_hash(tmp_path, "file", digest))
    (tmp_path / "file").write_bytes(b"abc")
    assert file_by_hash(tmp_path, "file", digest) is None


def test_no_file_is_held_whole(tmp_path: Path) -> None:
    folder = tmp_path / "image"
    p = Parameters(2048, 8192, lanes=512)
    write_image(folder, random_image(p, np.random.default_rng(1)), ["bin", "ihex"])
    image, blocks = 6 * 2**20, 10 * 2**20  # packed rows; some blocks of a megabyte of words
    files = sum(file.stat().st_size for file in folder.iterdir())
    assert image + blocks < files / 2
    for work in (load_image, check, reseal):
        assert peak_bytes(lambda work=work: work(folder)) < image + blocks
