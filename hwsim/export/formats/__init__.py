"""The ROM formats an image can be written in, one module each.

Every `stream` gets a memory's words in blocks, (n, ceil(width / 8)) uint8, little-endian bytes with
unused bits 0, and gives the file's content piece by piece; `encode` does so at once. The same words
always give the same bytes, however they are cut.
"""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Final

from hwsim.choices import CHECKED
from hwsim.export.formats import binary, c, checked, coe, ihex, ihex_word, load_stream, mem, mif
from hwsim.export.formats.streams import Encoder, Stream

__all__ = ["ALL_FORMATS", "FORMATS", "Encoder", "streams"]

# Suffix of the file, and what turns (memory name, shape, words) into its content.
FORMATS: Final[dict[str, tuple[str, Encoder]]] = {
    "mem": (".mem", mem.encode),
    "coe": (".coe", coe.encode),
    "mif": (".mif", mif.encode),
    "ihex": (".hex", ihex.encode),
    "ihex-word": (".word.hex", ihex_word.encode),
    "bin": (".bin", binary.encode),
    "c": (".h", c.encode),
    "stream": (".stream", load_stream.encode),
}
# And those of the engine's protected memories, which a protection writes.
ALL_FORMATS: Final[dict[str, tuple[str, Encoder]]] = {
    **FORMATS,
    "parity": (".parity.mem", checked.encode_parity),
    "secded": (".secded.mem", checked.encode_secded),
}


def streams(prefix: str) -> dict[str, tuple[str, Stream]]:
    """Suffix and stream of each format; those that define names begin them with `prefix`."""
    modules: dict[str, ModuleType] = {
        "mem": mem,
        "coe": coe,
        "mif": mif,
        "ihex": ihex,
        "ihex-word": ihex_word,
        "bin": binary,
        "stream": load_stream,
    }
    found: dict[str, tuple[str, Stream]] = {
        name: (FORMATS[name][0], module.stream) for name, module in modules.items()
    }
    for name in CHECKED:
        found[name] = (ALL_FORMATS[name][0], partial(checked.stream, protection=name))
    return {**found, "c": (".h", partial(c.stream, prefix=prefix))}
