"""How fast this machine's cores are at one path's instructions, on what lies in their caches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hwsim.hardware.fast.native import compiled_library
from hwsim.hardware.fast.native.recall import tables
from hwsim.hardware.fast.threads import share, thread_count

# Kind of work and the function that does it, see `peaks.c`.
_PEAKS: Final[Mapping[str, str]] = {
    "plain": "hwsim_peak_words",
    "adders": "hwsim_peak_distances",
}


def works(path: str, words: int) -> dict[str, tuple[Callable[[], object], int]]:
    """What there is to be fast at, each as a call for all cores and how much it does.

    `plain` xors and popcounts 64-bit words one by one; `adders` does so as the distance stage does,
    by whatever is fastest.

    Args:
        path: one of `recall.tables()`.
        words: at least so many.
    """
    table, threads = tables()[path], thread_count()
    made = {}
    for kind, name in _PEAKS.items():
        peak: Any = getattr(compiled_library().lib, name)
        each = threads * int(peak(table, 1))
        turns = -(-words // each)
        made[kind] = (_on_all_cores(peak, table, turns, threads), turns * each)
    return made


def products_on_one_core(path: str, products: int) -> tuple[Callable[[], object], int]:
    """At least so many byte products on the caller's core, as a call, and how many it does."""
    table, peak = tables()[path], compiled_library().lib.hwsim_peak_products
    each = int(peak(table, 1))
    turns = -(-products // each)
    return lambda: peak(table, turns), turns * each


def _on_all_cores(peak: Any, table: Any, turns: int, threads: int) -> Callable[[], object]:
    return lambda: share(lambda: peak(table, turns), threads)
