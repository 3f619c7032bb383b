"""Designs held side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from hwsim.api.given import (
    AnyImage,
    AnyMemory,
    AnyPath,
    at_least,
    the_image,
    the_levels,
    the_memory,
    the_path,
    the_table,
)
from hwsim.choices import NOISES_AND_NONE
from hwsim.errors import InputError
from hwsim.printable import printable
from hwsim.typed import is_list, typed

if TYPE_CHECKING:
    from hwsim.comparison import Compared

Progress = Callable[[int, int], None]
AnyImages: TypeAlias = Mapping[str, AnyImage] | Sequence[AnyImage]


@typed
def compare(
    designs: AnyImages | AnyPath,
    *,
    memory: AnyMemory | None = None,
    noise: float | Sequence[float] = NOISES_AND_NONE,
    queries: int = 200,
    seed: int = 0,
    technology: AnyPath | None = None,
    clock_mhz: float | None = None,
    syntheses: Sequence[AnyPath] = (),
    progress: Progress | None = None,
) -> Compared:
    """Hold designs side by side: what each recalls and takes, and who beats whom.

    Args:
        designs: images, or paths of their folders, in a list or by name (of a folder whose engine's
            memories have check bits these are counted, too); or the path of a finished
            sweep's folder, which was measured already: what follows is for images alone, but for
            the clock of a sweep that has none.
        memory: the float memory of the images, to stand beside them.
        noise: fractions of spins flipped; energy and cycles are counted at the middle one.
        queries: recalls of each image at each noise.
        seed: of the patterns recalled and their noise.
        technology: an energy table, built in or the path of a TOML file.
        clock_mhz: adds latency and throughput.
        syntheses: folders that `synthesize` left, of images that are given by their folders: adds
            cells, and without clock_mhz times at the clock that each bears.
        progress: called with (recalls done, recalls in all), counted in images and noises.

    Returns:
        `contests`, one a task: `candidates`, `front(cost, noise)`, `dominated`, `warnings`; and
        `to_dict()`, `to_csv()`.

    Raises:
        InputError: an argument is not legal.
    """
    from hwsim import comparison  # and the fast model's compiler, for which nobody else waits
    from hwsim.comparison.images import Costs
    from hwsim.comparison.synthesized import read_syntheses
    from hwsim.cost.tables import load_technology
    from hwsim.export.manifest import read_manifest, stated_protection

    if isinstance(designs, str | os.PathLike):
        folder = the_path(designs, "compare", "a sweep's folder")
        if the_sweep([folder]):
            return comparison.compare_sweep(folder, clock_mhz)
        designs = [folder]
    table = None if technology is None else load_technology(the_table(technology, "compare"))
    given = _named(designs)
    paths = {
        name: Path(each) for name, each in given.items() if isinstance(each, str | os.PathLike)
    }
    folders = [the_path(each, "compare", "a synthesis's folder") for each in syntheses]
    return comparison.compare_images(
        {name: the_image(each, "compare") for name, each in given.items()},
        memory=None if memory is None else the_memory(memory, "compare"),
        noise=the_levels(noise),
        queries=at_least(queries, "queries, how many to recall,", 1),
        syntheses=read_syntheses(folders, paths) if folders else None,
        protections={name: stated_protection(read_manifest(path)) for name, path in paths.items()},
        costs=Costs(table, clock_mhz),
        seed=at_least(seed, "seed"),
        progress=progress,
    )


def the_sweep(folders: Sequence[Path]) -> bool:
    """Whether what was named is a sweep, and not images.

    Raises:
        InputError: it is a sweep and something else.
    """
    from hwsim.comparison import is_sweep

    sweeps = [folder for folder in folders if is_sweep(folder)]
    if sweeps and len(folders) > 1:
        raise InputError(
            f"{sweeps[0]} is a sweep, which is compared by itself; name images, or one sweep"
        )
    return bool(sweeps)


def _named(designs: AnyImages) -> dict[str, AnyImage]:
    """Images by name: as given, else their folders' names, else numbers."""
    if isinstance(designs, Mapping):
        names = [printable(str(name)) for name in designs]
        if any(not name.strip() for name in names):
            raise InputError("a design's name is empty; give each a name of its own")
        named = dict(zip(names, designs.values(), strict=True))
        if len(named) < len(designs):
            twin = next(name for name in named if names.count(name) > 1)
            raise InputError(f"two designs are named {twin}; give each a name of its own")
        return named
    given: list[Any] = list(designs) if is_list(designs) else [designs]
    return dict(zip(_names(given), given, strict=True))


def _names(given: Sequence[AnyImage]) -> list[str]:
    """The last parts of their paths, as many as tell them apart.

    Raises:
        InputError: one is named twice, be it by another path.
    """
    folders: dict[str, AnyPath] = {}
    for each in given:
        if isinstance(each, str | os.PathLike):
            folder = os.path.realpath(each)
            if folder in folders:
                first = folders[folder]
                also = "" if Path(first) == Path(each) else f", here and as {os.fspath(first)}"
                raise InputError(f"{os.fspath(each)} is named twice{also}; name each design once")
            folders[folder] = each
    paths = [
        Path(os.path.normpath(Path(each).absolute()))  # of `.`, too, the name
        if isinstance(each, str | os.PathLike)
        else Path(f"image {index + 1}")
        for index, each in enumerate(given)
    ]
    for parts in range(1, max((len(path.parts) for path in paths), default=0) + 1):
        short = [printable("/".join(path.parts[-parts:])) for path in paths]
        if len(set(short)) == len(short):
            return short
    return [printable(str(path)) for path in paths]
