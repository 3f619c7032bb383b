"""An engine beside the nearest-pattern search, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwsim.cli.common import print_table
from hwsim.cli.streams import tell

if TYPE_CHECKING:
    from hwsim.cost.baseline import Baseline


def print_beside(baseline: Baseline, title: str) -> None:
    """Accuracy, energy, memory and cycles of both, and the searches in words."""
    from hwsim.cost.baseline import HEADINGS

    print_table(["", *HEADINGS], baseline.rows(), title)
    for words in baseline.sentences().values():
        tell(words)
