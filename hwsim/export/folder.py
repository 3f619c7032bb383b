"""The image folder: `manifest.json`, one `.mem` file a memory, other formats on request."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from msgspec import UnsetType

from hwsim.callers import stacklevel
from hwsim.choices import CHECKED
from hwsim.config import FORMAT_VERSION, Parameters
from hwsim.errors import HwsimWarning, InputError
from hwsim.export import header
from hwsim.export.formats import FORMATS, mem, streams
from hwsim.export.manifest import (
    MANIFEST,
    REMEDY,
    MemoryFile,
    checked_manifest,
    encode_manifest,
    manifest_parameters,
    read_manifest,
)
from hwsim.export.names import DEFAULT_PREFIX, check_prefix
from hwsim.files import replace_folder
from hwsim.files.reading import open_regular
from hwsim.hardware.assembly import Assembly
from hwsim.hardware.association import check_recalls_states
from hwsim.hardware.image import Image
from hwsim.hardware.layout import MemoryShape, blocks, memory_shapes, roms
from hwsim.hardware.radii import Progress
from hwsim.hardware.verify import sampled
from hwsim.hardware.verify import verify as verified
from hwsim.suggest import check_choice

FOLDER_KIND: Final = "image"


def check_formats(formats: Sequence[str]) -> None:
    """Raise InputError if a name is not one of FORMATS."""
    for name in formats:
        check_choice("format", name, FORMATS)


def check_protection(name: str, parameters: Parameters) -> None:
    """Raise InputError if the engine of these parameters has no memories with that protection."""
    check_choice("protection", name, ("none", *CHECKED))
    for limit, meaning in (
        (parameters.engines > 1, f"engines is {parameters.engines}; let engines be 1, or"),
        (parameters.external_weights, "its weights are external; keep them in the engine, or"),
        (
            parameters.outputs,
            f"outputs is {parameters.outputs}, and the engine has check bits only where it recalls "
            "its patterns;",
        ),
    ):
        if limit and name != "none":
            raise InputError(f"protection is {name} and {meaning} let protection be none")


def write_image(
    path: str | Path,
    image: Image,
    formats: Sequence[str] = ("mem",),
    provenance: Any = None,
    *,
    prefix: str = DEFAULT_PREFIX,
    protection: str = "none",
) -> None:
    """Write the image folder; `.mem` files and the Verilog header are always there.

    Weights in an external memory are there in format `bin` besides, what that memory must hold.

    Of engines side by side, each one's share of a memory is there besides, as `NAME_0.mem` and so
    on, and the formats are of the shares.

    Args:
        path: the folder; replaced if hwsim wrote an image there, refused if it holds anything
            else.
        image: the integers.
        formats: names of FORMATS, written besides `.mem`.
        provenance: JSON-ready notes on where the image came from, kept in the manifest; None
            for the image's own.
        prefix: begins every name that the C headers define, and in upper case every macro of
            theirs and of the Verilog header; give images that meet in one program or design
            different ones.
        protection: of the engine's memories, `none`, `parity` or `secded`: what the engine reads
            is written besides, in the format of that name, with check bits above each word.

    Raises:
        InputError: an unknown format or protection, one that the engine of these parameters does
            not have, a prefix that begins no legal name, or the folder cannot be
            written.
    """
    with staged_image(path, image, formats, provenance, prefix=prefix, protection=protection):
        pass


@contextmanager
def staged_image(
    path: str | Path,
    image: Image,
    formats: Sequence[str] = ("mem",),
    provenance: Any = None,
    *,
    prefix: str = DEFAULT_PREFIX,
    protection: str = "none",
) -> Iterator[Path]:
    """Yield the image's folder, whole, under a temporary name; it is at `path` after the block.

    What fails in the block leaves no image: for what must not be there without one, or it without.

    Args, Raises: as `write_image`.
    """
    path = Path(path)
    check_formats(formats)
    check_prefix(prefix)
    check_protection(protection, image.parameters)
    if protection != "none":
        formats = [*formats, protection]
    chosen_formats = streams(prefix)
    shapes = memory_shapes(image.parameters)
    memories: dict[str, dict[str, Any]] = {}
    others: list[dict[str, Any]] = []
    with replace_folder(path, FOLDER_KIND) as folder:
        for name, shape in shapes.items():
            pieces = chosen_formats["mem"][1](name, shape, image.memory_blocks(name))
            memories[name] = {
                "file": f"{name}.mem",
                "width": shape.width,
                "depth": shape.depth,
                "sha256": _write(folder / f"{name}.mem", pieces),
            }
        for name, rom in roms(image.parameters).items():
            outside = ["bin"] if image.parameters.external_weights and name == "weights" else []
            for chosen in dict.fromkeys(["mem", *outside, *formats]):
                suffix, stream = chosen_formats[chosen]
                file = name + suffix
                if chosen == "mem" and name in memories:
                    continue
                words = image.memory_blocks(rom.memory, rom.words)
                digest = _write(folder / file, stream(name, rom.shape, words))
                others.append({"memory": name, "format": chosen, "file": file, "sha256": digest})
        verilog = header.encode(image.parameters, prefix, protection=protection).encode()
        _write(folder / header.FILE, [verilog])
        manifest = {
            "format_version": FORMAT_VERSION,
            **image.parameters.to_dict(),
            "gamma": image.gamma,
            "memories": memories,
            "other_formats": others,
            "header": {"file": header.FILE, "sha256": hashlib.sha256(verilog).hexdigest()},
            "provenance": image.provenance if provenance is None else provenance,
        }
        if prefix != DEFAULT_PREFIX:
            manifest["prefix"] = prefix
        if protection != "none":
            manifest["protection"] = protection
        _write(folder / MANIFEST, [encode_manifest(manifest)])
        yield folder


def _write(path: Path, pieces: Iterable[bytes]) -> str:
    """Write a file piece by piece; its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as stream:
        for piece in pieces:
            digest.update(piece)
            stream.write(piece)
    return digest.hexdigest()


def image_design(path: Path) -> dict[str, Any]:
    """`{"design": its choices}` of an image folder whose provenance holds them, else `{}`.

    Raises:
        InputError: as `read_manifest`.
    """
    provenance = read_manifest(path).get("provenance")
    design = provenance.get("design") if isinstance(provenance, dict) else None
    return {"design": design} if isinstance(design, dict) else {}


def load_image(
    path: str | Path,
    *,
    verify: bool = False,
    progress: Progress | None = None,
    outputs: bool = False,
) -> Image:
    """Read an image folder back, checking sizes, hashes and ranges.

    Other formats and the header are not read: `hwsim.check` compares them.

    Args:
        path: the folder.
        verify: compute anew what the rules took from the image's integers, and compare.
        progress: called with (patterns done, patterns in all) while verifying.
        outputs: whether one with outputs other than the patterns will do.

    Warns:
        HwsimWarning: the manifest carries no hash of itself, as those of hwsim before 0.2; or only
            a sample was verified.

    Raises:
        InputError: a file is missing, short, long, altered, not hexadecimal, or out of range; or
            the manifest was edited; or what follows from the image's integers is not what it must.
    """
    path = Path(path)
    image = image_of(path, read_manifest(path))
    if not outputs:
        check_recalls_states(image.parameters, f"{path}: ")
    if verify:
        check_derived(path, image, progress)
        if words := sampled(image.parameters):
            warnings.warn(f"{path}: {words}", HwsimWarning, stacklevel=stacklevel())
    return image


def check_derived(path: Path, image: Image, progress: Progress | None = None) -> None:
    """Raise InputError if what the rules took from an image's integers is not what it must be."""
    if wrong := verified(image, progress):
        more = f", and {len(wrong) - 1} more are wrong" if wrong[1:] else ""
        raise InputError(f"{path}: {wrong[0]}{more}; {REMEDY}")


def image_of(path: Path, raw: dict[str, Any]) -> Image:
    """The image in the folder `path` by a manifest already read.

    Raises:
        InputError: as `load_image`.
    """
    parameters = manifest_parameters(path, raw)
    manifest = checked_manifest(path, raw)
    shapes = memory_shapes(parameters)
    for name in raw["memories"]:
        if name not in shapes:
            raise InputError(
                f"{path / MANIFEST}: memories.{name} is no memory of these parameters, which are "
                f"{', '.join(shapes)}; {REMEDY}"
            )
    assembly = Assembly(parameters)
    for name, shape in shapes.items():
        _read_memory(path, name, getattr(manifest.memories, name), shape, assembly)
    try:
        return assembly.image(manifest.gamma, manifest.provenance)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _read_memory(
    path: Path,
    name: str,
    entry: MemoryFile | UnsetType,
    shape: MemoryShape,
    assembly: Assembly,
) -> None:
    if isinstance(entry, UnsetType):
        raise InputError(f"{path / MANIFEST}: memories.{name} is missing; {REMEDY}")
    for quantity, found, expected in (
        ("width", entry.width, shape.width),
        ("depth", entry.depth, shape.depth),
    ):
        if found != expected:
            raise InputError(
                f"{path / MANIFEST}: memories.{name}.{quantity} is {found}, the parameters ask for "
                f"{expected}"
            )
    file = path / entry.file
    parts = blocks(assembly.parameters, name)
    digest = hashlib.sha256()
    try:
        with open_regular(file, mem.most_bytes(shape)) as (stream, size):
            counts = (part.words.stop - part.words.start for part in parts)
            words = mem.read(stream, size, shape, str(file), counts, digest)
            for part, rows in zip(parts, words, strict=True):
                assembly.put(name, part, rows)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}; {REMEDY}") from error
    if digest.hexdigest() != entry.sha256:
        raise InputError(f"{file} was altered: its SHA-256 is not the manifest's; {REMEDY}")
