"""What `hwsim synth` made of an image, read from the folder that it left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta, Struct

from hwsim.errors import InputError
from hwsim.export.vectors import image_digest
from hwsim.files.reading import LARGEST_MANIFEST
from hwsim.json_files import parse_json, read_document
from hwsim.schema import Positive, read

FILE: Final = "synthesis.json"
REMEDY: Final = "make it with hwsim synth IMAGE -o DIR"


class Cells(Struct, frozen=True):
    """Of which the engine takes so many; 0 each where it was not synthesized for its size."""

    luts: Annotated[int, Meta(ge=0)] = 0
    flip_flops: Annotated[int, Meta(ge=0)] = 0
    block_rams: Annotated[int, Meta(ge=0)] = 0
    dsps: Annotated[int, Meta(ge=0)] = 0


class Hop(Struct, frozen=True):
    """A stretch of the critical path."""

    module: str
    nanoseconds: float


class Synthesized(Struct, frozen=True):
    """The part of a synthesis that designs are compared by.

    Attributes:
        target: the device.
        fits: whether it was placed and routed.
        clock_mhz: that it bears; None where it does not fit.
        cells: of each kind.
        image_sha256: of the manifest of the image.
        area_um2, leakage_uw: square micrometres and microwatts in standard cells.
        critical_path: stretches of it, module by module.
        tools: programs and versions.
    """

    target: str
    fits: bool
    clock_mhz: Positive | None
    cells: Cells
    image_sha256: str
    area_um2: Positive | None = None
    leakage_uw: Positive | None = None
    critical_path: tuple[Hop, ...] = ()
    tools: dict[str, str] = {}


def read_syntheses(folders: Sequence[Path], images: Mapping[str, Path]) -> dict[str, Synthesized]:
    """The synthesis of each image that has one.

    Args:
        folders: that `hwsim synth` left.
        images: folders by name.

    Raises:
        InputError: a folder holds no synthesis, one of none of these images, or a second one of
            the same.
    """
    names: dict[str, list[str]] = {}
    for name, folder in images.items():
        names.setdefault(image_digest(folder), []).append(name)
    found: dict[str, Synthesized] = {}
    for folder in folders:
        content = read_document(
            folder / FILE, LARGEST_MANIFEST, f"{folder} is no synthesis", REMEDY
        )
        document = parse_json(content, folder / FILE, REMEDY)
        try:
            made = read(Synthesized, document, remedy=REMEDY)
        except InputError as error:
            raise InputError(f"{folder / FILE}: {error}") from error
        if made.image_sha256 not in names:
            raise InputError(
                f"{folder} is the synthesis of another image; leave it out, or synthesize one of "
                f"these: {', '.join(images) or 'none has a folder'}"
            )
        for name in names[made.image_sha256]:
            if name in found:
                raise InputError(
                    f"{folder} is a second synthesis of {name}, beside that for "
                    f"{found[name].target}; leave one out"
                )
            found[name] = made
    return found
