"""Every ROM format against a file written by hand, and read back by a reader not our own."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hwsim.choices import FORMAT_NAMES
from hwsim.errors import InputError
from hwsim.export.formats import FORMATS, ihex, ihex_word, mem, streams
from hwsim.hardware.layout import MemoryShape
from tests.export.readers import READERS

# Files by hand -------------------------------------------------------------------------------

TEN_BITS = MemoryShape(10, 3)
WORDS = [0x001, 0x2FF, 0x3FE]
ROWS = np.array([[0x01, 0x00], [0xFF, 0x02], [0xFE, 0x03]], dtype=np.uint8)

BY_HAND = {
    "mem": "001\n2ff\n3fe\n",
    "coe": (
        "; lut: 3 words of 10 bits\n"
        "memory_initialization_radix=16;\n"
        "memory_initialization_vector=\n"
        "001,\n2ff,\n3fe;\n"
    ),
    "mif": (
        "-- lut: 3 words of 10 bits\n"
        "WIDTH=10;\nDEPTH=3;\nADDRESS_RADIX=HEX;\nDATA_RADIX=HEX;\n"
        "CONTENT BEGIN\n0 : 001;\n1 : 2ff;\n2 : 3fe;\nEND;\n"
    ),
    # 06 + 01 + ff + 02 + fe + 03 = 209, and 09 + f7 = 100
    "ihex": ":060000000100FF02FE03F7\n:00000001FF\n",
    # 02 + 00 + 01 = 3 and fd; 02 + 01 + 02 + ff = 104 and fc; 02 + 02 + 03 + fe = 105 and fb
    "ihex-word": ":020000000001FD\n:0200010002FFFC\n:0200020003FEFB\n:00000001FF\n",
    "bin": "\x01\x00\xff\x02\xfe\x03",
    "c": (
        "/* lut: 3 words of 10 bits; written by hwsim export. */\n"
        "#ifndef HWSIM_LUT_H\n#define HWSIM_LUT_H\n\n#include <stdint.h>\n\n"
        "#define HWSIM_LUT_WIDTH 10\n#define HWSIM_LUT_DEPTH 3\n\n"
        "static const uint16_t hwsim_lut[3] = {\n0x0001,\n0x02ff,\n0x03fe\n};\n\n#endif\n"
    ),
    # memory 2, 3 words, these words, and what `crc32` says of the file in format bin
    "stream": "\2\0\0\0\3\0\0\0\1\0\0\0\xff\2\0\0\xfe\3\0\0\x10=)\xb4",
}


def memory_name(chosen: str, name: str) -> str:
    """Any name will do, but for the format that tells the engine which memory it is."""
    return "kernel_lut" if chosen == "stream" else name


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_by_hand(name: str) -> None:
    made = FORMATS[name][1](memory_name(name, "lut"), TEN_BITS, ROWS)
    assert made == BY_HAND[name].encode("latin-1")


def test_the_command_line_offers_every_format() -> None:
    assert tuple(FORMATS) == FORMAT_NAMES


def test_suffixes_are_told_apart() -> None:
    assert [suffix for suffix, _ in FORMATS.values()] == [
        *(".mem", ".coe", ".mif", ".hex", ".word.hex", ".bin", ".h", ".stream")
    ]


def random_words(shape: MemoryShape) -> tuple[list[int], npt.NDArray[np.uint8]]:
    """Words as integers, and the same as rows of little-endian bytes; 0 and all ones occur."""
    rng = np.random.default_rng(shape.width)
    words = [int.from_bytes(rng.bytes(64), "little") % 2**shape.width for _ in range(shape.depth)]
    words[0] = 2**shape.width - 1
    words[-1] = 0 if shape.depth > 1 else words[0]
    size = -(-shape.width // 8)
    rows = np.array([list(word.to_bytes(size, "little")) for word in words], dtype=np.uint8)
    return words, rows


SHAPES = [
    *(MemoryShape(1, 1), MemoryShape(1, 3), MemoryShape(4, 17), MemoryShape(7, 2)),
    *(MemoryShape(8, 16), MemoryShape(9, 257), MemoryShape(16, 8), MemoryShape(32, 5)),
    *(MemoryShape(64, 33), MemoryShape(128, 9), MemoryShape(256, 7), MemoryShape(512, 3)),
    MemoryShape(256, 2048),  # exactly 64 KB, the last that needs no extended address
    MemoryShape(256, 4097),  # two extended addresses
    MemoryShape(9, 131073),  # two of them even where addresses count words
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.width}x{shape.depth}")
def test_an_independent_reader_finds_every_word(
    name: str, shape: MemoryShape, tmp_path: Path
) -> None:
    words, rows = random_words(shape)
    rom = memory_name(name, "rom")
    content = FORMATS[name][1](rom, shape, rows)
    assert content == FORMATS[name][1](rom, shape, rows.copy())
    assert READERS[name](content, shape, tmp_path) == words


@pytest.mark.parametrize(
    ("width", "element"),
    [(8, "uint8_t"), (9, "uint16_t"), (16, "uint16_t"), (17, "uint32_t"), (33, "uint64_t")],
)
def test_c_takes_the_narrowest_element(width: int, element: str) -> None:
    shape = MemoryShape(width, 2)
    content = FORMATS["c"][1]("rom", shape, random_words(shape)[1]).decode()
    assert f"static const {element} hwsim_rom[2] = {{\n" in content


def test_c_splits_a_wide_word_least_significant_first() -> None:
    rows = np.zeros((1, 16), dtype=np.uint8)
    rows[0, [0, 15]] = 0x01, 0x80
    content = FORMATS["c"][1]("rom", MemoryShape(128, 1), rows).decode()
    assert "uint64_t hwsim_rom[1][2] = {\n{0x0000000000000001, 0x8000000000000000}\n}" in content


def test_ihex_extended_addresses_by_hand() -> None:
    rows = np.zeros((65537, 1), dtype=np.uint8)
    rows[65536] = 0xAB
    lines = ihex.encode("rom", MemoryShape(8, 65537), rows).decode().splitlines()
    assert lines[:2] == [":10000000" + "00" * 16 + "F0", ":10001000" + "00" * 16 + "E0"]
    assert lines[4095:] == [
        ":10FFF000" + "00" * 16 + "01",
        ":020000040001F9",
        ":01000000AB54",
        ":00000001FF",
    ]


def test_ihex_ends_at_4_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ihex, "MOST_BYTES", 5)
    with pytest.raises(InputError) as caught:
        ihex.encode("weights", TEN_BITS, ROWS)
    assert str(caught.value) == (
        "weights takes 6 bytes; ihex addresses up to 5; export another format"
    )


def test_ihex_word_is_what_quartus_writes() -> None:
    # Three words of 16 bits as Quartus II 13.1 wrote them, from python-intelhex issue 32.
    rows = np.array([[0x00, 0x80], [0x06, 0x80], [0x0C, 0x80]], dtype=np.uint8)
    assert ihex_word.encode("rom", MemoryShape(16, 3), rows).decode().splitlines() == [
        *(":0200000080007E", ":02000100800677", ":02000200800C70", ":00000001FF")
    ]


def test_ihex_word_extended_addresses_by_hand() -> None:
    rows = np.zeros((65537, 2), dtype=np.uint8)
    rows[65535], rows[65536] = (0x34, 0x12), (0xCD, 0xAB)
    lines = ihex_word.encode("rom", MemoryShape(16, 65537), rows).decode().splitlines()
    assert lines[65534:] == [
        ":02FFFE00000001",
        ":02FFFF001234BA",
        ":020000021000EC",
        ":02000000ABCD86",
        ":00000001FF",
    ]


def test_ihex_word_ends_at_a_million_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ihex_word, "MOST_WORDS", 2)
    with pytest.raises(InputError) as caught:
        ihex_word.encode("weights", TEN_BITS, ROWS)
    assert str(caught.value) == ("weights has 3 words; ihex-word addresses up to 2; export mif")


@pytest.mark.parametrize("name", FORMATS)
def test_real_sizes_are_fast(name: str) -> None:
    shape = MemoryShape(256, 24000)
    rows = np.random.default_rng(0).integers(0, 256, (24000, 32)).astype(np.uint8)
    start = time.process_time()  # a busy machine is not our doing
    FORMATS[name][1]("weights", shape, rows)
    assert time.process_time() - start < 2.0


# mem is also what images are loaded from -------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.width}x{shape.depth}")
def test_mem_decodes_what_it_encoded(shape: MemoryShape) -> None:
    _, rows = random_words(shape)
    assert np.array_equal(mem.decode(mem.encode("rom", shape, rows), shape, "rom.mem"), rows)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("001\n2fg\n3fe\n", "rom.mem line 2 is '2fg'; a word of 10 bits is 3 hexadecimal digits"),
        ("001\n2f\n3fe\n", "rom.mem line 2 is '2f'; a word of 10 bits is 3 hexadecimal digits"),
        ("001\n02ff\n3fe\n", "rom.mem line 2 is '02ff'; a word of 10 bits is 3 hexadecimal"),
        ("001\n\n3fe\n", "rom.mem line 2 is ''; a word of 10 bits is 3 hexadecimal digits"),
        ("001\n2ff\n3f\u0665\n", "rom.mem line 3 is "),  # a digit, but no hexadecimal one
        ("001\n2ff\n", "rom.mem is too short: 2 words, it must have 3"),
        ("", "rom.mem is too short: 0 words, it must have 3"),
        ("001\n2ff\n3fe\n000\n", "rom.mem is too long: 4 words, it must have 3"),
        ("001\n400\n3fe\n", "rom.mem line 2 is '400', more than 10 bits"),
    ],
)
def test_mem_refuses(content: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        mem.decode(content.encode(), TEN_BITS, "rom.mem")
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("; export the image again")
    assert "\n" not in str(caught.value)


# In blocks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.width}x{shape.depth}")
def test_words_in_blocks_give_the_same_bytes(name: str, shape: MemoryShape) -> None:
    _, rows = random_words(shape)
    stream = streams("hwsim")[name][1]
    for size in (1, 7, 40000) if shape.depth < 1000 else (40000,):
        blocks = [rows[start : start + size] for start in range(0, shape.depth, size)]
        whole = FORMATS[name][1](memory_name(name, "rom"), shape, rows)
        assert b"".join(stream(memory_name(name, "rom"), shape, blocks)) == whole


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.width}x{shape.depth}")
def test_mem_is_read_in_blocks(shape: MemoryShape) -> None:
    _, rows = random_words(shape)
    plain = mem.encode("rom", shape, rows)
    half = shape.depth // 2 * (mem.hex_digits(shape.width) + 1)
    for content in (
        plain,
        plain.upper(),
        plain.replace(b"\n", b"\r\n"),
        plain.replace(b"\n", b"\r"),
        plain[:half] + plain[half:].replace(b"\n", b"\r"),
    ):
        digest = hashlib.sha256()
        counts = [shape.depth // 2, shape.depth - shape.depth // 2]
        blocks = mem.read(io.BytesIO(content), len(content), shape, "rom.mem", counts, digest)
        assert np.array_equal(np.concatenate([*blocks]), rows)
        assert digest.hexdigest() == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("damage", [b"g", b" ", b"\n", b"\xff", b"F"])
@pytest.mark.parametrize("where", [0, 4, 8])
def test_mem_in_blocks_is_refused_as_whole(where: int, damage: bytes) -> None:
    content = bytearray(b"001\n2ff\n3fe\n")
    content[where : where + 1] = damage

    def told(read: Callable[[], object]) -> str:
        with pytest.raises(InputError) as caught:
            read()
        return str(caught.value)

    def in_blocks() -> object:
        stream = io.BytesIO(content)
        return [*mem.read(stream, len(content), TEN_BITS, "rom.mem", [1, 1, 1], hashlib.sha256())]

    expected = told(lambda: mem.decode(bytes(content), TEN_BITS, "rom.mem"))
    assert told(in_blocks) == expected
