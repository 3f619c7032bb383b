"""Recall against bit-error rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hwsim.api.given import (
    AnyImage,
    AnyMemory,
    AnyPath,
    at_least,
    the_image,
    the_levels,
    the_memory,
    the_path,
)
from hwsim.choices import NOISE
from hwsim.typed import typed

if TYPE_CHECKING:
    from hwsim.reliability import FaultStudy


@typed
def faults(
    image: AnyImage,
    *,
    memory: AnyMemory | None = None,
    rates: float | Sequence[float] = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
    kinds: str | Sequence[str] = "flip",
    memories: str | Sequence[str] | None = None,
    maps: int = 100,
    count: int = 100,
    slow_maps: int = 20,
    slow_count: int = 2,
    noise: float = NOISE,
    seed: int = 0,
    worst: int = 0,
    rules: bool = True,
    protect: str | Sequence[str] = "none",
    keep: float | None = None,
    sram: AnyPath = "virtex7-28nm",
    upsets: float = 0.0,
    life: int = 10**6,
    scrub: int | Sequence[int] = (),
    progress: Callable[[int, int], None] | None = None,
) -> FaultStudy:
    """Flip bits in one memory of the engine after the other, and recall.

    Args:
        image: the image, or the path of its folder.
        memory: its float memory, whose float32 weights are hit at the same rates, raw and guarded
            (what is not finite read as 0, the rest clipped to the largest weight).
        rates: probabilities of a bit, 0 to 1.
        kinds: `flip` (a cell gives back the other bit), `stuck` (always 0, or always 1), `burst`
            (four neighbours flip together), `read` (a bit flips while it is read), `write`
            (while it is written, until it is written again; of the image's memories, as `flip`),
            `upset` (each stored bit turns over with this probability in each recall, and stays so:
            of memories that no recall writes, at a recall drawn from their life).
        memories: which to hit, by the names that results have, or `memories` or `registers` for all
            of either; None for all of both. Registers, which the specification computes in, have no
            check bits, no faults of reads and no upsets that gather; `write` befalls each value
            that they take. A recall that a fault keeps from ending is cut off after T steps, as an
            engine's user can by its clock, and counts as one that has not converged.
        maps: sets of faulty cells that are drawn, for each memory and rate.
        count: recalls with each of them.
        slow_maps, slow_count: likewise of memories inside the engine, of the kernel LUT and of
            reads, where the specification recalls, thousands of times slower.
        noise: fraction of spins flipped in the queries.
        seed: of queries and faults.
        worst: how many bits of each memory to flip alone, to rank them; 0 for none. Where the
            words that recalls read have no more bits, all are tried; of patterns and weights half
            are those that the first steps of recalls point to.
        rules: as the image has them; False for the engine without any (group dataflow), which reads
            every weight that has a say. With rules, most recalls end at a search.
        protect: check bits beside each word that is hit, which may be hit as well: `none`, `parity`
            (one, which tells of an odd number of wrong bits), `secded` (a Hsiao code: one wrong bit
            is corrected, two are told), `interleaved2` and `interleaved4` (so many of these codes,
            whose bits take turns: each corrects one wrong bit, so that neighbours may be wrong
            together), `triple` (two more copies; two of three decide each bit). `secded@1000` is
            scrubbed: after every 1,000 recalls each word is read, corrected and written back. With
            any, the result has what they cost; the worst bits are those without.
        keep: share of patterns that shall come back whole. For each rate, the cheapest protection
            of all memories that keeps it with all of them hit at once, by flips, is found and
            measured; `protect` is every one that corrects then.
        sram: which published measurement says how low the memories' supply may go at a rate:
            `virtex7-28nm`, `kintex7-28nm`, `finfet-14nm`, or a TOML file of that form.
        upsets: probability that a stored bit turns over in a recall, in memories that no recall
            writes, besides the faults of kind `flip`.
        life: recalls from one time the image's memories are loaded to the next.
        scrub: intervals, in recalls, at which `keep` may scrub.
        progress: called with (points done, points in all).

    Returns:
        Points of the curves with intervals, the worst bits, and the cheapest protections.

    Raises:
        InputError: an argument is not legal, or the image has no such memory.
    """
    from hwsim import reliability
    from hwsim.assessment import check_memory

    plan = reliability.Plan(
        rates=tuple(the_levels(rates)),
        kinds=_names(kinds) or (),
        memories=_names(memories),
        maps=at_least(maps, "maps", 1),
        count=at_least(count, "count", 1),
        slow_maps=at_least(slow_maps, "slow_maps", 1),
        slow_count=at_least(slow_count, "slow_count", 1),
        noise=noise,
        seed=at_least(seed, "seed"),
        worst=at_least(worst, "worst"),
        rules=rules,
        protect=_names(protect) or (),
        keep=keep,
        sram=sram if isinstance(sram, str) else str(the_path(sram, "faults", "a voltage curve")),
        upsets=upsets,
        life=at_least(life, "life", 1),
        scrub=(scrub,) if isinstance(scrub, int) else tuple(scrub),
    )
    given = the_image(image, "faults")
    float_memory = None if memory is None else the_memory(memory, "faults")
    if float_memory is not None:
        check_memory(given, float_memory)
    return reliability.study(given, plan, float_memory, progress)


def _names(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """One name or several; None for None."""
    return (given,) if isinstance(given, str) else given if given is None else tuple(given)
