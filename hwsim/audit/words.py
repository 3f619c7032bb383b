"""A memory's words, block by block: what its `.mem` file holds, and what it may have held."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from hwsim.compress.kernel_lut import kernel_lut
from hwsim.config import Parameters
from hwsim.export.formats import mem
from hwsim.export.formats.streams import Rows
from hwsim.export.manifest import Manifest
from hwsim.files.reading import open_regular
from hwsim.hardware import layout
from hwsim.hardware.layout import BLOCK_BYTES, MemoryShape, blocks, memory_shapes


def memory_words(
    folder: Path, file: str, parameters: Parameters, name: str, share: slice | None = None
) -> Iterator[Rows]:
    """A memory's words from its `.mem` file, or an engine's share of them, block by block.

    Raises:
        InputError: a line is no word, or there are too few or too many.
        OSError: it cannot be read.
    """
    before = blocks(parameters, name, slice(0, share.start)) if share and share.start else []
    parts = [*before, *blocks(parameters, name, share)]
    counts = (part.words.stop - part.words.start for part in parts)
    shape = memory_shapes(parameters)[name]
    with open_regular(folder / file, mem.most_bytes(shape)) as (stream, size):
        words = mem.read(stream, size, shape, file, counts, hashlib.sha256())
        yield from itertools.islice(words, len(before), None)


def former_files(
    folder: Path, name: str, parameters: Parameters, manifest: Manifest
) -> list[Callable[[], Iterable[bytes]]]:
    """What a memory's file may have held, from elsewhere: gamma, or another format's words."""
    former: list[Callable[[], Iterable[bytes]]] = []
    shape = memory_shapes(parameters)[name]
    if name == "kernel_lut" and manifest.gamma is not None:
        table = kernel_lut(parameters.neurons, manifest.gamma, parameters.kernel_bits)
        rows = layout.pack_integers(parameters.kernel_bits, table)
        former.append(lambda: [mem.encode(name, shape, rows)])
    for other in manifest.other_formats:
        file = folder / other.file
        if other.memory != name or not file.is_file():
            continue
        if other.format == "bin" and file.stat().st_size == shape.depth * shape.row_bytes:
            former.append(partial(_of_binary, file, name, shape))
        elif other.format in ("coe", "mif"):
            former.append(partial(_of_lines, file, shape))
    return former


def _of_binary(file: Path, name: str, shape: MemoryShape) -> Iterator[bytes]:
    """The `.mem` file of a `.bin`'s words."""
    size = BLOCK_BYTES // shape.row_bytes * shape.row_bytes
    with open_regular(file) as (stream, _):
        contents = iter(lambda: stream.read(size), b"")
        rows = (np.frombuffer(each, np.uint8).reshape(-1, shape.row_bytes) for each in contents)
        yield from mem.stream(name, shape, rows)


def _of_lines(file: Path, shape: MemoryShape) -> Iterator[bytes]:
    """The `.mem` file of the words in a `.coe` or a `.mif`, one a line."""
    line = re.compile(rb"^(?:[0-9a-f]+ : )?([0-9a-f]{%d})[,;]$" % mem.hex_digits(shape.width), re.M)
    with open_regular(file) as (stream, _):
        while lines := stream.readlines(BLOCK_BYTES):
            yield b"".join(word + b"\n" for word in line.findall(b"".join(lines)))


def sha256_of(pieces: Iterable[bytes]) -> str:
    """Of a content that comes in pieces."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
