"""The command that trains a memory on for its codes."""

from __future__ import annotations

from pathlib import Path

import pytest

import hwsim
from hwsim.compress.tune import tune
from hwsim.measure.memories import MemoryKey
from hwsim.reference.memory import load_memory
from tests.cli.conftest import Run

MEMORY = MemoryKey(64, 60, 0.1, seed=0, data="digits", method="converged")


def test_it_says_how_to_export_what_it_wrote(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hwsim.save_memory("m.npz", MEMORY.train())
    ran = run(*["tune", "m.npz", "--bits", "2", "--steps", "20", "-o", "tuned.npz"])
    assert ran.status == 0
    assert ran.out == "tuned.npz: tuned for 2-bit weights\n"
    assert "Note: export it with --bits 2 --quantizer neuron-minmax" in ran.err
    tuned = load_memory(tmp_path / "tuned.npz")
    assert (tuned.alpha == tune(MEMORY.train(), 2, steps=20).alpha).all()
    assert tuned.provenance["tuned_bits"] == 2
    again = run(*["tune", "m.npz", "--bits", "2", "--noise", "0.7", "-o", "other.npz"])
    assert again.status == 2
    assert not (tmp_path / "other.npz").exists()
