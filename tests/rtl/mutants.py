"""Verilog with a deliberate mistake."""

from __future__ import annotations

from pathlib import Path

from hwsim.cosim.simulators import source_folder


def mutated(folder: Path, module: str, original: str, mutant: str) -> Path:
    """A new folder of the engine's Verilog, in which one text of one module is another."""
    folder.mkdir()
    for path in source_folder("rtl").glob("*.v"):
        text = path.read_text()
        if path.stem == module:
            assert text.count(original) == 1, f"{original} is not in {module}.v just once"
            text = text.replace(original, mutant)
        (folder / path.name).write_text(text)
    return folder
