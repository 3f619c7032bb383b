"""Trained memories by key."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.errors import InputError
from hwsim.measure.memories import MemoryKey, Store


def test_a_stored_memory_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = MemoryKey(12, 10, 0.1, seed=0)
    store = Store(tmp_path)
    first = store.load(key)
    monkeypatch.setattr(MemoryKey, "train", lambda self: pytest.fail("trained again"))
    assert (store.load(key).alpha == first.alpha).all()


def test_digits_are_chosen_by_seed() -> None:
    key = MemoryKey(64, 20, 0.1, seed=1, data="digits")
    other = MemoryKey(64, 20, 0.1, seed=2, data="digits")
    assert (key.make_patterns() == key.make_patterns()).all()
    assert (key.make_patterns() != other.make_patterns()).any()
    with pytest.raises(InputError, match="digits have 64 pixels"):
        MemoryKey(63, 20, 0.1, seed=1, data="digits").make_patterns()
    with pytest.raises(InputError, match="there are 1750 digits"):
        MemoryKey(64, 9999, 0.1, seed=1, data="digits").make_patterns()
    with pytest.raises(InputError, match="data is 'faces'"):
        MemoryKey(64, 20, 0.1, seed=1, data="faces").make_patterns()
