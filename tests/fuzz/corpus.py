"""Small inputs of every kind that once was not met cleanly, made anew by our own hands.

Each is the content of one file; `READER_FILES` says in the place of which sound file it is read.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping

import numpy as np

READER_FILES = {
    "queries": "int8.npy",
    "patterns": "int8.npy",
    "memory": "plain.npz",
    "journal": "points.jsonl",
    "technology": "own.toml",
    "sweep": "sweep.toml",
    "design": "design.toml",
    "manifest": "manifest.json",
    "vectors": "vectors/vectors.json",
}

_DEEP = 5000
_ENDLESS = "9" * 5000


# NPY -------------------------------------------------------------------------------------------


def npy(header: str, data: bytes = b"\x01" * 140, version: int = 1) -> bytes:
    """A .npy with any text as its header."""
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode("latin-1") + data


def header(descr: str = "'|i1'", order: str = "False", shape: str = "(7, 20)") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


ARRAYS: Mapping[str, bytes] = {
    "bool-axis": npy(header("'<f8'", shape="(True, 20)"), bytes(160), 2),
    "claims-745-gib": npy(header("'<f8'", shape="(1000000, 100000)"), version=2),
    "claims-8-tib": npy(header("'<f8'", shape="(1099511627776, 1)")),
    "axis-beyond-int64": npy(header("'>f8'", "True", "(99999999999999999999999, 1)"), version=3),
    "axis-of-5000-digits": npy(header(shape=f"({_ENDLESS},)")),
    "no-spins-of-many": npy(header(shape="(0, 99999999999999999999)"), b""),
    "negative-axis": npy(header(shape="(-7, -20)")),
    "bracket-missing": npy(header(shape="7, 20)")),
    "header-cut": npy("{'descr"),
    "unhashable-key": npy("{[]:1}"),
    "comment-only": npy("#" + "-" * 9000),
    "brackets-without-end": npy("[" * 9000),
    "quotes-without-end": npy('"""'),
    "zero-bytes": npy("\x00" * 64),
    "dtype-of-no-size": npy(header("'<U0'")),
    "dtype-of-gigabytes": npy(header("'<U999999999'")),
    "dtype-unknown": npy(header("'<x9'")),
    "pickled": npy(header("'|O'")),
    "records": npy(header("[('a', '<f8')]")),
    "key-twice": npy("{'descr': '|i1', 'descr': '<f8', 'fortran_order': False, 'shape': (7, 20)}"),
    "version-9": npy(header(), version=9),
    "version-1-64": npy(header()).replace(b"NUMPY\x01\x00", b"NUMPY\x01\x40"),
    "more-bytes": npy(header(), b"\x01" * 141),
    "columns-first": npy(header(order="True")),
    "not-spins": npy(header("'<f8'", shape="(1, 20)"), struct.pack("<20d", *[float("nan")] * 20)),
}


# NPZ -------------------------------------------------------------------------------------------


def _array(value: object) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asanyarray(value))
    return stream.getvalue()


_PARTS = {
    "patterns.npy": _array(np.ones((7, 20), np.int8)),
    "alpha.npy": _array(np.ones((7, 20))),
    "gamma.npy": _array(0.02),
}


def npz(packing: int = zipfile.ZIP_STORED, comment: bytes = b"", **parts: bytes | None) -> bytes:
    """An archive; None leaves a part out, a name with _2 stands for one that is there already."""
    chosen = _PARTS | {f"{name}.npy": part for name, part in parts.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        archive.comment = comment
        for name, part in chosen.items():
            if part is not None:
                member = zipfile.ZipInfo(name.replace("_2", ""))
                member.compress_type = packing
                archive.NameToInfo.pop(member.filename, None)
                archive.writestr(member, part)
    return stream.getvalue()


def _field(content: bytes, mark: bytes, offset: int, value: int) -> bytes:
    changed = bytearray(content)
    changed[content.rindex(mark) + offset] = value
    return bytes(changed)


_BOMB = npy(header("'<f8'", shape="(8, 1048576)"), bytes(64 << 20))

MEMORIES: Mapping[str, bytes] = {
    **{f"member-{kind}": npz(patterns=content) for kind, content in ARRAYS.items()},
    "alpha-twice": npz(alpha_2=_array(np.zeros((7, 20)))),
    "encrypted": _field(npz(note=_array(1)), b"PK\x01\x02", 8, 1),
    "lzma": npz(zipfile.ZIP_LZMA),
    "bzip2": npz(zipfile.ZIP_BZIP2),
    "unknown-method": _field(npz(), b"PK\x01\x02", 10, 99),
    "comment-cut": npz(comment=b"hwsim memory")[:-5],
    "end-cut": npz()[:-1],
    "bomb": npz(zipfile.ZIP_DEFLATED, patterns=_BOMB),
    "bomb-unasked": npz(zipfile.ZIP_DEFLATED, extra=_BOMB),
    "empty-member": npz(gamma=b""),
    "text-member": npz(readme=b"hello"),
    "no-gamma": npz(gamma=None),
    "not-a-zip": b"PK" + bytes(100),
}


# TOML AND JSON ---------------------------------------------------------------------------------

_BASE = 'base = "horowitz_45nm"\nname = "x"\n'
_NUMBERS = {
    "exponent-99999999": "1e99999999",
    "exponent-of-20-digits": "1e99999999999999999999",
    "beyond-float": "1e400",
    "below-float": "1e-400",
    "infinite": "inf",
    "nan": "nan",
    "5000-digits": _ENDLESS,
    "400-digits": "9" * 400,
    "5000-decimals": f"0.{_ENDLESS}",
    "huge-hex": "0x" + "f" * 5000,
    "list": "[]",
    "table": "{}",
    "text": '"1"',
    "true": "true",
    "date": "1979-05-27",
    "no-date": "1979-02-30",
    "nested-lists": "[" * _DEEP,
    "nested-tables": "{a=" * _DEEP,
}


def _tables(line: str) -> dict[str, bytes]:
    """A line of TOML with each nasty value."""
    return {kind: line.replace("?", value).encode() for kind, value in _NUMBERS.items()} | {
        "endless-key": ("a." * _DEEP + "a = 1").encode(),
        "endless-heading": ("[" + "a." * _DEEP + "a]").encode(),
        "key-twice": line.replace("?", "1").encode() + b"\n" + line.replace("?", "1").encode(),
        "not-utf-8": b"a = '\xff'",
        "quotes-without-end": b'a = "' + b'\\"' * _DEEP,
    }


_ENTRY = (
    f"{_BASE}[entries.full_adder]\nvalue = 0.003\nunit = 'pJ'\naccess_bits = 1\nprocess_nm = 45\n"
    "voltage_v = 0.9\nsource = 'horowitz2014'\nbasis = 'quoted'\n"
)
TECHNOLOGIES: Mapping[str, bytes] = {
    **_tables(f"{_BASE}process_nm = ?"),
    **{f"scaling-{k}": v for k, v in
       _tables("[scaling]\nfrom = 'horowitz_45nm'\nvoltage_v = 1\nprocess_nm = ?").items()},
    **{f"unit-{k}": v for k, v in _tables(_ENTRY.replace("'pJ'", "?")).items()},
    **{f"value-{k}": v for k, v in _tables(_ENTRY.replace("0.003", "?")).items()},
    **{f"source-{k}": v for k, v in _tables(_ENTRY.replace("'horowitz2014'", "?")).items()},
    **{f"derived-{k}": v for k, v in _tables(f"{_ENTRY}derived_from = ?").items()},
    **{f"ratio-{k}": v for k, v in
       _tables(f"{_ENTRY}derived_from = 'integer_add_8'\nratio = ?").items()},
    **{f"ratio-{text[:9]}": f"{_ENTRY}derived_from='integer_add_8'\nratio='{text}'".encode()
       for text in ("1e99999999", "1/1e99999999", "1/0", "9" * 5000, "-1/8", "inf")},
    **{f"citation-{k}": v for k, v in _tables(f"{_BASE}[sources]\ns = ?").items()},
    **{f"macro-{k}": v for k, v in _tables(f"macro = [?]\n{_BASE}").items()},
    **{f"capacity-{k}": v for k, v in _tables(f"{_BASE}[[sram]]\ncapacity_bytes = ?").items()},
}  # fmt: skip
SWEEPS: Mapping[str, bytes] = {
    **{f"load-{k}": v for k, v in _tables("[sweep]\nneurons = 20\nload = ?").items()},
    **{f"neurons-{k}": v for k, v in _tables("[sweep]\nload = 1\nneurons = ?").items()},
    "million-trials": b"[sweep]\nneurons = 20\nload = 1\ntrials = 1000000000000",
}
DESIGNS: Mapping[str, bytes] = {
    **{f"bits-{k}": v for k, v in _tables("[design]\nbits = ?").items()},
    **{f"planes-{k}": v for k, v in _tables("[design]\nplane_weights = [1, ?]").items()},
    **{f"seed-{k}": v for k, v in _tables("[design]\nseed = ?").items()},
    **{f"quantizer-{k}": v for k, v in _tables("[design]\nquantizer = ?").items()},
}

DOCUMENTS: Mapping[str, bytes] = {
    "nested-lists": b"[" * 100_000,
    "nested-below-the-parser-s-limit": b'{"a":' * 200 + b"1" + b"}" * 200,
    "5000-digits": json.dumps({"format_version": 1}).encode().replace(b"1", _ENDLESS.encode()),
    "infinity": b'{"format_version": 1, "gamma": Infinity}',
    "nan": b'{"format_version": NaN}',
    "beyond-float": b'{"format_version": 1e400}',
    "key-twice": b'{"format_version": 1, "format_version": 1}',
    "list": b"[]",
    "text": b'"x"',
    "utf-16": '{"format_version": 1}'.encode("utf-16"),
    "lone-surrogate": b'{"format_version": 1, "neurons": "\\ud800"}',
}


def _line(**changed: object) -> bytes:
    row = {
        "bit_accuracy": 0.5, "recall_accuracy": 0.6, "float_recall_accuracy": 0.9, "steps": 2.35,
        "converged": 1.0, "miss": 0.0, "cycles": 388.05, "energy_pj": 812.1,
        "weight_bits_stored": 512, "footprint_bits": 4670,
    } | changed  # fmt: skip
    return json.dumps({"identity": "0" * 24, "point": {}, "result": row}).encode() + b"\n"


JOURNALS: Mapping[str, bytes] = {
    "result-null": b'{"identity": "x", "point": {}, "result": null}\n',
    "result-list": b'{"identity": "x", "point": {}, "result": []}\n',
    "accuracy-text": _line(bit_accuracy=""),
    "accuracy-null": _line(bit_accuracy=None),
    "accuracy-true": _line(bit_accuracy=True),
    "accuracy-beyond-1": _line(bit_accuracy=1.5),
    "accuracy-of-400-digits": _line(bit_accuracy=10**400),
    "accuracy-list": _line(bit_accuracy=[0.5]),
    "steps-infinite": _line(steps=float("inf")),
    "column-unknown": _line(other=1),
    "endless-line": b"x" * 70_000,
    "nested-lists": b"[" * 60_000 + b"\n",
    "hash-null": b'{"identity": "x", "point": {}, "result": {}, "sha256": null}\n',
}

CORPUS: Mapping[str, Mapping[str, bytes]] = {
    "queries": ARRAYS,
    "patterns": ARRAYS,
    "memory": MEMORIES,
    "technology": TECHNOLOGIES,
    "sweep": SWEEPS,
    "design": DESIGNS,
    "manifest": DOCUMENTS,
    "vectors": DOCUMENTS,
    "journal": JOURNALS,
}
# What is sound after all: it is loaded as what it holds.
SOUND = {
    ("queries", "columns-first"), ("patterns", "columns-first"), ("memory", "member-columns-first"),
    ("memory", "bomb-unasked"), ("technology", "citation-text"),
}  # fmt: skip
