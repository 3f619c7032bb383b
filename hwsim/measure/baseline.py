"""An image's recalls beside the search for the nearest pattern: measured, counted, priced."""

from __future__ import annotations

from typing import Final

from hwsim.cost.baseline import Baseline, Price
from hwsim.cost.comparisons import nearest_patterns, search_comparisons
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.cost.nearest_search import count_searches
from hwsim.cost.savings import spend
from hwsim.cost.tables import load_technology
from hwsim.cost.technology import Technology
from hwsim.hardware import fast
from hwsim.hardware.batches import Batched
from hwsim.hardware.image import Image
from hwsim.spins import SpinArray

# Queries by which searches with rules are counted, whose mean hardly moves: whole batches of any
# number in flight.
COUNTED: Final = 96

COUNTABLE: Final = 2**25  # N times P up to which that takes seconds, not minutes


def beside_search(
    image: Image,
    queries: SpinArray,
    targets: SpinArray,
    *,
    recalls: Batched | None = None,
    technology: Technology | None = None,
    budget_bits: int | None = DEFAULT_BUDGET_BITS,
) -> Baseline:
    """Recall by the fast model and search for the nearest pattern; what both give and take.

    Args:
        image: as it is, several queries in flight or engines side by side included.
        queries: (Q, N) int8 of ±1, Q at least 1; of large images the plain search alone is told.
        targets: (Q, N), what each should come back as.
        recalls: those of the queries, in batches; None to recall them here.
        technology: None for the built-in table.
        budget_bits: SRAM on the chip; None for no limit.
    """
    table = load_technology() if technology is None else technology
    p = image.parameters
    if recalls is None:
        recalls = fast.recall_in_flight(image, queries)
    spent = spend(p, recalls.counts, len(queries), table, budget_bits)
    right = float((recalls.states == targets).mean())
    nearest = float((nearest_patterns(image.patterns, queries) == targets).mean())
    small = p.neurons * p.patterns <= COUNTABLE
    searches = count_searches(p, image.patterns, queries[:COUNTED]) if small else ()
    ways = search_comparisons(p, table, budget_bits, nearest, searches, len(queries))
    price = Price(right, spent.energy_pj, spent.footprint_bits, spent.cycles, p.lanes)
    return Baseline.beside(price, ways, p.queries_in_flight)
