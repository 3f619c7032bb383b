"""What flipped bits do to a recall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hwsim.choices import NOISE
from hwsim.cli.common import emit, example, json_option, numbers, print_table, progress, seed_option
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, NPZ
from hwsim.config import MAX_QUERIES
from hwsim.errors import InputError
from hwsim.printable import told

if TYPE_CHECKING:
    from hwsim.reliability import FaultStudy

MANY = click.IntRange(1, MAX_QUERIES)


@click.command(
    short_help="Flip bits in each memory and see what is recalled.",
    epilog=example("hwsim faults image -o faults"),
)
@click.argument("image", type=FOLDER)
@click.option(
    "--rates", default="1e-6,1e-5,1e-4,1e-3,1e-2,1e-1", show_default=True, metavar="LIST",
    help="Bit-error rates.",
)  # fmt: skip
@click.option(
    "--kinds", default="flip", show_default=True, metavar="LIST",
    help="flip: a cell gives back the other bit; stuck: always 0, or 1; burst: four neighbours "
    "flip together; read: a bit flips while it is read; write: while it is written; upset: each "
    "stored bit turns over with this probability a recall.",
)  # fmt: skip
@click.option(
    "--memories",
    metavar="LIST",
    help="Names, as the table has them, or memories, or registers, for all of either. [default: "
    "all of the engine]",
)
@click.option("--maps", type=MANY, default=100, show_default=True, help="Fault maps of a point.")
@click.option("--count", type=MANY, default=100, show_default=True, help="Recalls under a map.")
@click.option(
    "--slow-maps", type=MANY, default=20, show_default=True,
    help="Maps where the specification recalls: kernel LUT, memories inside the engine, reads.",
)  # fmt: skip
@click.option("--slow-count", type=MANY, default=2, show_default=True, help="Recalls under these.")
@click.option(
    "--noise", type=float, default=NOISE, show_default=True, help="Fraction of spins flipped."
)
@seed_option
@click.option("--memory", type=NPZ, help="The float memory: its float32 weights hit, too.")
@click.option(
    "--worst", type=click.IntRange(min=0), default=0, show_default=True,
    help="Bits of each memory to flip alone, to find the worst.",
)  # fmt: skip
@click.option(
    "--no-rules", is_flag=True,
    help="Hit the engine without rules: with them, most recalls end before a weight is read.",
)  # fmt: skip
@click.option(
    "--protect", default="none", show_default=True, metavar="LIST",
    help="Check bits of the words that are hit: none; parity: errors are told; secded: one wrong "
    "bit of a word is corrected, two are told; interleaved2, interleaved4: so many such codes, "
    "whose bits take turns; triple: two of three copies decide. secded@1000: scrubbed, every 1,000 "
    "recalls.",
)  # fmt: skip
@click.option(
    "--keep", type=click.FloatRange(0, 1, min_open=True), metavar="ACCURACY",
    help="Find, at each rate, the cheapest protection of all memories with which this share of "
    "patterns comes back whole, and the voltage that it allows.",
)  # fmt: skip
@click.option(
    "--sram", default="virtex7-28nm", show_default=True, metavar="NAME|FILE",
    help="Whose bit errors by voltage: virtex7-28nm, kintex7-28nm, finfet-14nm, or a TOML file.",
)  # fmt: skip
@click.option(
    "--upsets", type=float, default=0.0, show_default=True, metavar="RATE",
    help="Stored bits that turn over in a recall, besides kind flip; they gather in the image's "
    "memories.",
)  # fmt: skip
@click.option(
    "--life", type=click.IntRange(min=1), default=10**6, show_default=True, metavar="RECALLS",
    help="From one time the image is loaded to the next.",
)  # fmt: skip
@click.option(
    "--scrub",
    metavar="LIST",
    help="Intervals in recalls at which --keep may scrub. [default: none]",
)
@click.option(
    "-o", "--output", type=FOLDER, metavar="DIR",
    help="Gets one page with pictures, and Markdown, JSON and CSV; an older one is replaced.",
)  # fmt: skip
@click.option("--csv", "as_csv", is_flag=True, help="The points as CSV on stdout.")
@json_option
def faults(
    image: Path,
    rates: str,
    kinds: str,
    memories: str | None,
    maps: int,
    count: int,
    slow_maps: int,
    slow_count: int,
    noise: float,
    seed: int,
    memory: Path | None,
    worst: int,
    no_rules: bool,
    protect: str,
    keep: float | None,
    sram: str,
    upsets: float,
    life: int,
    scrub: str | None,
    output: Path | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Recall with faulty bits in one memory after the other.

    For each memory and bit-error rate: bits and whole patterns that come back right, with 95 %
    intervals over fault maps, and the recalls that end in another state with nothing in the answer
    that tells. Patterns, weights, offsets and radii are hit on the fast model; everything else on
    the specification, with fewer recalls.
    """
    from hwsim.api.faults import faults as measured
    from hwsim.files import check_folder

    if as_csv and as_json:
        raise InputError("--csv and --json both print to stdout; leave one out")
    if output is not None:
        check_folder(output, "report")
    with progress("points") as advance:
        found = measured(
            image,
            memory=memory,
            rates=numbers(rates, "rates"),
            kinds=[each.strip() for each in kinds.split(",")],
            memories=None if memories is None else [each.strip() for each in memories.split(",")],
            maps=maps,
            count=count,
            slow_maps=slow_maps,
            slow_count=slow_count,
            noise=noise,
            seed=seed,
            worst=worst,
            rules=not no_rules,
            protect=[each.strip() for each in protect.split(",")],
            keep=keep,
            sram=sram,
            upsets=upsets,
            life=life,
            scrub=[] if scrub is None else _intervals(scrub),
            progress=advance,
        )
    if output is not None:
        from hwsim.report.faults import write_faults

        write_faults(output, found)
    if as_csv:
        print(found.to_csv(), end="")
        return

    def text() -> None:
        _print(found)
        if output is not None:
            tell(f"page, tables and pictures: {output / 'report.html'}")

    emit(found.to_dict() | ({} if output is None else {"output": output}), as_json, text)


def _intervals(text: str) -> list[int]:
    """Intervals in recalls, separated by commas.

    Raises:
        InputError: one is no whole number.
    """
    found = numbers(text, "scrub")
    if not all(each.is_integer() for each in found):
        raise InputError(
            f"scrub is {told(text)}; it must be whole numbers of recalls separated by commas, like "
            "1000,100000"
        )
    return [int(each) for each in found]


def _print(study: FaultStudy) -> None:
    """A table of whole patterns by memory and rate, what nothing tells, and the worst bits."""
    from hwsim.report.fault_sections import (
        GUARD,
        MIX,
        WORST,
        guard_rows,
        mix_rows,
        mix_words,
        worst_rows,
    )
    from hwsim.report.faults import (
        LEFT,
        PRICE,
        curve_rows,
        heading,
        headings,
        left_rows,
        price_rows,
        summary,
    )

    tell(summary(study))
    for kind in dict.fromkeys(point.kind for point in study.points):
        print_table(headings(study, kind), curve_rows(study, kind), title=heading(kind))
    if study.prices:
        print_table([*PRICE], price_rows(study), title="What check bits cost")
    if study.scrubs:
        print_table([*LEFT], left_rows(study), title="Double errors between passes")
    if study.worst:
        print_table([*WORST], worst_rows(study, 1), title="The worst single bit of each memory")
    if study.guards:
        print_table([*GUARD], guard_rows(study), title="Two copies of the ten worst bits' words")
    if study.mixes:
        least = study.mixes[0].least
        print_table([*MIX], mix_rows(study), title=f"Cheapest protection that keeps {least:.4g}")
        tell(mix_words(study))
