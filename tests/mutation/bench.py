"""What a design's mutants are judged by: its sources, its testbench, what that must say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hwsim.cosim.testbench import Parameter
from tests.rtl.spoiled import Spoiled


@dataclass(frozen=True)
class Bench:
    """A design and its testbench, in a folder with all they need.

    Attributes:
        top: `engine`, `axi`, which is the engine behind AXI with the engine's testbench, or
            `wrapper`.
        sources: of the design.
        parameters: of the design.
        options: the testbench's parameters.
        answers: folders to run it in, and what it says there, or how that begins.
        spoiled: RAMs of an engine some cells of which are faulty.
    """

    folder: Path
    top: str
    sources: Sequence[str]
    parameters: Mapping[str, Parameter]
    options: Sequence[str]
    answers: Sequence[tuple[Path, str]]
    spoiled: Sequence[Spoiled] = ()

    @property
    def testbench(self) -> str:
        """The module that drives it."""
        return {"engine": "tb_plain", "axi": "tb_plain", "wrapper": "tb_wrapper"}[self.top]


class Design(Protocol):
    """Something to take mutants of: its name, the modules whose, and how to set it up."""

    @property
    def name(self) -> str: ...
    @property
    def modules(self) -> tuple[str, ...]: ...
    def bench(self, folder: Path) -> Bench: ...
