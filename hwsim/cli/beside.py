"""An engine beside the nearest-pattern search, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwsim.cli.common import print_table
from hwsim.cli.streams import tell

if TYPE_CHECKING:
    from pathlib import Path

    from hwsim.cost.baseline import Baseline
    from hwsim.cost.energy import EnergyReport


def print_beside(baseline: Baseline, title: str) -> None:
    """Accuracy, energy, memory and cycles of both, and the searches in words."""
    from hwsim.cost.baseline import HEADINGS

    print_table(["", *HEADINGS], baseline.rows(), title)
    for words in baseline.sentences().values():
        tell(words)


def print_report(page: Path, energy: EnergyReport) -> None:
    """What most people come for, and the search that takes the least energy beside it."""
    from hwsim.cost.baseline import Baseline
    from hwsim.quantities import counted, power_text, time_text

    times, power = energy.timing, energy.power_mw
    words = (
        f"{page}: {energy.engine.total_pj / 1000:,.2f} nJ per recall, "
        f"{energy.engine.footprint_bits / 8192:,.1f} KiB, {float(times.mean):,.0f} "
        "cycles on average"
    )
    if times.latency_us is not None and times.recalls_per_second is not None and power is not None:
        words += (
            f"; {time_text(times.latency_us)}, {times.recalls_per_second:,.0f} recalls a second "
            f"and {power_text(power)} at {times.clock_mhz:g} MHz"
        )
    tell(words)
    tell(f"mean of {counted(energy.queries, 'recall')}: {energy.query_note}")
    tell(Baseline.of(energy).sentence())
