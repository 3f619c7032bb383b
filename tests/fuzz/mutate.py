"""Mutators: small damage to valid content, blind to its meaning or along its structure.

Every one takes a random generator and content, and gives content. `KINDS` says which belong to
which kind of file.
"""

from __future__ import annotations

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any

Mutator = Callable[[random.Random, bytes], bytes]

NASTY = (
    "0", "-0", "-1", "1", "2", "255", "256", "65535", "65536", "65537", "1048577", "2147483648",
    "9223372036854775807", "9223372036854775808", "1e3", "1e308", "1e309", "1e400", "-1e400",
    "1e99999999", "1e-99999999", "1e-400", "0.1", "-0.0", "1e99999999999999999999", "NaN", "nan",
    "inf", "-inf", "Infinity", "-Infinity", "true", "True", "null", "None", '""', "''", "[]", "{}",
    "[1, 2]", '"1"', "0x10", "0b1", "1_000", "1979-05-27", "07:32:00", "9" * 40, "9" * 400,
    "9" * 5000, "0." + "1" * 5000, "[" * 60, "[" * 100 + "]" * 100, "[" * 100000,
    '{"a":' * 2000, "{a=" * 2000, '"\\ud800"', '"\\u0000"', "'\\x00'", "a." * 3000 + "a",
)  # fmt: skip
SIGNS = b"\x00\x01\x7f\x80\xff \n\r\t\"'[]{}(),:=.#-+eE0189aflnuxAF\\"


# BYTES -----------------------------------------------------------------------------------------


def _place(dice: random.Random, content: bytes) -> int:
    return dice.randrange(len(content) + 1)


def flip(dice: random.Random, content: bytes) -> bytes:
    """Some bits of some bytes."""
    changed = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 8))):
        if changed:
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def replace(dice: random.Random, content: bytes) -> bytes:
    """One byte."""
    at = _place(dice, content)
    return content[:at] + bytes([dice.choice(SIGNS)]) + content[at + 1 :]


def insert(dice: random.Random, content: bytes) -> bytes:
    """Some bytes."""
    at = _place(dice, content)
    extra = bytes(dice.choice(SIGNS) for _ in range(dice.choice((1, 1, 2, 16, 400))))
    return content[:at] + extra + content[at:]


def delete(dice: random.Random, content: bytes) -> bytes:
    """A stretch."""
    at = _place(dice, content)
    return content[:at] + content[at + dice.choice((1, 1, 2, 16, 200)) :]


def truncate(dice: random.Random, content: bytes) -> bytes:
    """The rest."""
    return content[: _place(dice, content)]


def duplicate(dice: random.Random, content: bytes) -> bytes:
    """A stretch, elsewhere again."""
    start, at = _place(dice, content), _place(dice, content)
    return content[:at] + content[start : start + dice.choice((1, 8, 64, 1000))] + content[at:]


def swap_lines(dice: random.Random, content: bytes) -> bytes:
    """Two lines, or one of them twice or gone."""
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content
    one, other = dice.sample(range(len(lines)), 2)
    deed = dice.randrange(4)
    if deed == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif deed == 1:
        lines[one] = lines[other]
    elif deed == 2:
        lines.insert(one, lines[other])
    else:
        del lines[one]
    return b"".join(lines)


BYTES: tuple[Mutator, ...] = (flip, replace, insert, delete, truncate, duplicate, swap_lines)


# TEXT ------------------------------------------------------------------------------------------

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_VALUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|-?\d[\w.+-]*|true|false|null|\[[^\[\]\n]*\]')


def _exchange(dice: random.Random, content: bytes, what: re.Pattern[bytes], new: bytes) -> bytes:
    found = list(what.finditer(content))
    if not found:
        return content
    match = dice.choice(found)
    return content[: match.start()] + new + content[match.end() :]


def nasty_number(dice: random.Random, content: bytes) -> bytes:
    """A number becomes one that is hard to bear, or no number."""
    return _exchange(dice, content, _NUMBER, dice.choice(NASTY).encode())


def nasty_value(dice: random.Random, content: bytes) -> bytes:
    """Any value becomes a nasty one."""
    return _exchange(dice, content, _VALUE, dice.choice(NASTY).encode())


def near_number(dice: random.Random, content: bytes) -> bytes:
    """A number becomes its neighbour: what only a hash can see."""
    found = [match for match in _NUMBER.finditer(content) if match[0].isdigit()]
    if not found:
        return content
    match = dice.choice(found)
    near = str(int(match[0][:30]) + dice.choice((-1, 1, 10))).encode()
    return content[: match.start()] + near + content[match.end() :]


def other_value(dice: random.Random, content: bytes) -> bytes:
    """A value takes the place of another."""
    found = list(_VALUE.finditer(content))
    return _exchange(dice, content, _VALUE, dice.choice(found)[0]) if found else content


TEXT: tuple[Mutator, ...] = (nasty_number, nasty_value, near_number, other_value)

_KEY = re.compile(rb"^([A-Za-z_]\w*)( *=)|^\[+([\w.]+)\]+$", re.MULTILINE)


def toml_key(dice: random.Random, content: bytes) -> bytes:
    """A key or a table's heading is renamed, made endless, or taken from elsewhere."""
    found = list(_KEY.finditer(content))
    if not found:
        return content
    match, other = dice.choice(found), dice.choice(found)
    new = dice.choice(
        (b"x = ", other[0], b"[" + b"a." * 300 + b"a]\n", b"a." * 99 + b"a =", b"[[sweep]]", b"")
    )
    return content[: match.start()] + new + content[match.end() :]


# JSON ------------------------------------------------------------------------------------------


def _containers(value: Any) -> list[Any]:
    found: list[Any] = []
    if isinstance(value, dict | list):
        found.append(value)
        for inner in value.values() if isinstance(value, dict) else value:
            found += _containers(inner)
    return found


_OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**63, 10**30, 0.5, 1e300, "", "1", "a\x00b", [], {}, [1],
    [[]], {"a": 1}, "0" * 64, "../x", "/dev/zero",
)  # fmt: skip


def json_value(dice: random.Random, content: bytes) -> bytes:
    """A value of another kind, a key renamed, dropped or copied, two values exchanged."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return content
    place = dice.choice([value for value in _containers(document) if value] or [{}])
    if not place:
        return content
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    key, other = dice.choice(keys), dice.choice(keys)
    deed = dice.randrange(6)
    if deed == 0:
        place[key] = dice.choice(_OTHERS)
    elif deed == 1 and isinstance(place[key], int | float):
        place[key] = place[key] + dice.choice((1, -1, 0.5))
    elif deed == 2:
        place[key], place[other] = place[other], place[key]
    elif deed == 3:
        del place[key]
    elif isinstance(place, dict):
        value = place.pop(key) if deed == 4 else place[key]
        place[dice.choice((f"{key}s", f" {key}", str(key).upper(), "x"))] = value
    else:
        place.append(place[key])
    return json.dumps(document, indent=dice.choice((None, 1, 2))).encode()


def json_twin(dice: random.Random, content: bytes) -> bytes:
    """A key stands twice, with another value."""
    found = list(re.finditer(rb'"(\w+)": *(-?[\d.]+|"[^"]*"|true|false|null)', content))
    if not found:
        return content
    match = dice.choice(found)
    twin = b'"' + match[1] + b'": ' + dice.choice((b"1", b"null", b'"x"', b"[]")) + b", "
    at = dice.choice((match.start(), match.start()))
    return content[:at] + twin + content[at:]


def json_line(dice: random.Random, content: bytes) -> bytes:
    """One line of a journal, as JSON."""
    lines = content.splitlines()
    if not lines:
        return content
    at = dice.randrange(len(lines))
    changed = dice.choice((json_value, json_twin, nasty_value))(dice, lines[at])
    lines[at] = json.dumps(json.loads(changed)).encode() if _is_json(changed) else changed
    return b"\n".join(lines) + b"\n"


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return b"Infinity" not in content and b"NaN" not in content


# NPY -------------------------------------------------------------------------------------------

_DTYPES = (
    "<f8", ">f8", "<f4", "<f2", "<f16", "|i1", "<i8", ">i4", "<u2", "|b1", "?", "<c16", "<U5",
    "|S3", "|V8", "|O", "<M8[ns]", "<m8", "<U0", "|S0", "<U999999999", "i4,i4", "<x9", "", "<f9",
)  # fmt: skip
_SHAPES = (
    "()", "(1,)", "(7, 20)", "(20, 7)", "(140,)", "(1, 140)", "(-1, 20)", "(7, -20)", "(True, 20)",
    "(7.0, 20)", "(0, 20)", "(0, 99999999999999999999)", "(99999999999999999999, 1)",
    "(1000000, 100000)", "(1099511627776, 1)", "7, 20)", "(7, 20", "(7 20)", "((7, 20))", "[7, 20]",
    "(7L, 20L)", "'x'", "None", "(" * 200 + ")" * 200, "(" + "1, " * 65 + ")", "(1_0, 14)",
    "(" + "9" * 5000 + ",)", "(0x7, 20)", "{}", "(4611686018427387904, 4)", "(2**3, 20)",
)  # fmt: skip
_WHOLES = (
    "{[]:1}", "{", "}", "", "#" + "-" * 400, "[" * 3000, "{'descr': '<f8'}", "{1:2}", "\n" * 50,
    "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (7, 20), }", "'" * 3, '"""',
    "{'descr': '|i1', 'descr': '<f8', 'fortran_order': False, 'shape': (7, 20)}", "\x00" * 20,
    "{'shape': (7, 20), 'fortran_order': False, 'descr': '|i1'}", "lambda: 0", "1" * 4999,
)  # fmt: skip


def npy_header(dice: random.Random, content: bytes) -> bytes:
    """Another dtype, order, shape, version, or a header of another kind, of the right length."""
    if content[:6] != b"\x93NUMPY" or len(content) < 12:
        return content
    old = content[6]
    size = 2 if old == 1 else 4
    length = int.from_bytes(content[8 : 8 + size], "little")
    header = content[8 + size : 8 + size + length].decode("latin-1")
    data = content[8 + size + length :]
    deed = dice.randrange(6)
    if deed == 0:
        header = re.sub(r"'descr': '[^']*'", lambda _: f"'descr': '{dice.choice(_DTYPES)}'", header)
    elif deed == 1:
        header = re.sub(r"\([^()]*\)", lambda _: dice.choice(_SHAPES), header, count=1)
    elif deed == 2:
        header = re.sub("True|False", dice.choice(("True", "False", "0", "'F'", "None")), header)
    elif deed == 3:
        header = dice.choice(_WHOLES)
    elif deed == 4:
        at = dice.randrange(len(header) + 1)
        header = header[:at] + chr(dice.choice(SIGNS)) + header[at + dice.randrange(2) :]
    else:
        data = dice.choice((data * 2, data[:-1], data + b"\0", data[::-1], b""))
    version = dice.choice((old, old, 1, 2, 3, 0, 4, 255))
    size = 2 if version == 1 else 4
    claimed = dice.choice((len(header),) * 6 + (len(header) + 1, 0, 65535, 2**31))
    number = (claimed % (1 << (8 * size))).to_bytes(size, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + number + header.encode("latin-1") + data


# ZIP -------------------------------------------------------------------------------------------

_NAMES = ("alpha.npy", "alpha", "patterns.npy", "x.npy", "../alpha.npy", "alpha.npy\x00", "ä.npy")


def zip_member(dice: random.Random, content: bytes) -> bytes:
    """The archive written anew: a member twice, renamed, dropped, emptied, packed, or damaged."""
    members = _members(content)
    if not members:
        return content
    name = dice.choice(list(members))
    entries = list(members.items())
    at = list(members).index(name)
    deed = dice.randrange(6)
    packing = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
    if deed == 0:
        twin = npy_header(dice, members[name]) if dice.random() < 0.5 else flip(dice, members[name])
        entries.insert(dice.randrange(len(entries) + 1), (name, twin))
    elif deed == 1:
        entries[at] = (dice.choice(_NAMES), members[name])
    elif deed == 2:
        del entries[at]
    elif deed == 3:
        entries[at] = (name, dice.choice((b"", b"\x93NUMPY", bytes(300), b"text", b"PK\x05\x06")))
    elif deed == 4:
        entries[at] = (name, npy_header(dice, members[name]))
    else:
        entries[at] = (name, flip(dice, members[name]))
    return _archive(entries, packing)


def zip_bomb(dice: random.Random, content: bytes) -> bytes:
    """A member of 64 MiB of nothing, packed to 64 KiB, under a wanted name or another; rarely."""
    if dice.random() > 0.02:  # it takes as long as a thousand others
        return zip_field(dice, content)
    entries = list(_members(content).items())
    if not entries:
        return content
    size = 64 << 20
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': (1, {size // 8}), }}"
    bomb = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(size)
    at = dice.randrange(len(entries))
    name = dice.choice((entries[at][0], "unasked.npy"))
    entries = [entry for entry in entries if entry[0] != name] + [(name, bomb)]
    return _archive(entries, zipfile.ZIP_DEFLATED)


def zip_field(dice: random.Random, content: bytes) -> bytes:
    """A field of a local head, a directory entry or the end record: flags, method, sizes, CRC."""
    changed = bytearray(content)
    places = [
        match.start() + offset
        for mark, offsets in ((b"PK\x03\x04", range(4, 30)), (b"PK\x01\x02", range(4, 46)),
                              (b"PK\x05\x06", range(4, 22)))
        for match in re.finditer(re.escape(mark), content)
        for offset in offsets
    ]  # fmt: skip
    for _ in range(dice.choice((1, 1, 2))):
        if places and (at := dice.choice(places)) < len(changed):
            changed[at] = dice.choice((0, 1, 8, 12, 14, 255, changed[at] ^ 1, changed[at] ^ 128))
    return bytes(changed)


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # already damaged by another mutator
        return {}


def _archive(entries: list[tuple[str, bytes]], packing: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in entries:
            member = zipfile.ZipInfo(name.replace("\x00", "0"))
            # by hand, for zipfile warns of a name that stands twice
            member.compress_type = packing
            archive.NameToInfo.pop(member.filename, None)
            archive.writestr(member, content)
    return stream.getvalue()


KINDS: dict[str, tuple[Mutator, ...]] = {
    "npy": (*BYTES, npy_header, npy_header, npy_header),
    "npz": (*BYTES, zip_member, zip_member, zip_member, zip_field, zip_field, zip_bomb),
    "json": (*BYTES, *TEXT, json_value, json_value, json_value, json_twin),
    "jsonl": (*BYTES, *TEXT, json_line, json_line, json_line),
    "toml": (*BYTES, *TEXT, *TEXT, toml_key),
    "words": (*BYTES, *TEXT),
}


def mutate(dice: random.Random, kind: str, content: bytes) -> bytes:
    """Content with one to three mutations of its kind."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        content = dice.choice(KINDS[kind])(dice, content)
    return content
