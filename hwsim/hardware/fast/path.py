"""Which code runs: the C compiled for one kind of processor (`native`), or numba's (`jitted`)."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import Final, Literal

from hwsim.errors import InputError
from hwsim.hardware.fast.native.recall import most_product, tables
from hwsim.suggest import did_you_mean

Method = Literal["rows", "dot", "blas"]
VARIABLE: Final = "HWSIM_PATH"


@dataclass(frozen=True)
class Path:
    """One of them.

    Attributes:
        name: as `--path` takes it.
        methods: ways to multiply and accumulate; dense queries go by the first.
        most_product: largest product of a kernel byte and a code that its byte products take.
        packs: whether it takes codes from packed planes.
    """

    name: str
    methods: tuple[Method, ...]
    most_product: int
    packs: bool = True


JITTED: Final = Path("jitted", ("blas", "rows"), 255 * 127, packs=False)


@functools.cache
def paths() -> dict[str, Path]:
    """Those that run on this machine, the fastest first."""
    native = [Path(name, ("dot", "rows"), most_product(name)) for name in tables()]
    return {path.name: path for path in [*native, JITTED]}


def chosen_path(name: str | None = None) -> Path:
    """The path of that name, or of the environment's, or the fastest one.

    Raises:
        InputError: there is no such path here.
    """
    here = paths()
    asked = (os.environ.get(VARIABLE) or None) if name is None else name
    if asked is None:
        return next(iter(here.values()))
    if asked not in here:
        where = "" if name is not None else f" in {VARIABLE}"
        raise InputError(
            f"path is {asked[:60]!r}{where}; here run {', '.join(here)}{did_you_mean(asked, here)}"
        )
    return here[asked]
