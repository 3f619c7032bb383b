"""Every ROM format against a file written by hand, and read back by a reader not our own."""

from __future__ import annotations

import hashlib
import io
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from intelhex import IntelHex

from hwsim.choices import FORMAT_NAMES
from hwsim.errors import InputError
from hwsim.export.formats import FORMATS, ihex, ihex_word, mem, streams
from hwsim.hardware.layout import MemoryShape
from tests.tools import require_tool, run, run_verilog

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


# Readers, each written from the format's description -----------------------------------------


def read_mem(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """Icarus Verilog's $readmemh; a short or long file would make it print a warning."""
    (folder / "memory.mem").write_bytes(content)
    lines = run_verilog(
        f"""
        module bench;
          reg [{shape.width - 1}:0] memory [0:{shape.depth - 1}];
          integer a;
          initial begin
            $readmemh("{folder / "memory.mem"}", memory);
            for (a = 0; a < {shape.depth}; a = a + 1) $display("%h", memory[a]);
          end
        endmodule
        """,
        folder,
    )
    return [int(line, 16) for line in lines]


def read_coe(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """`keyword = value;` statements, comments from a semicolon at a line's start."""
    text = re.sub(r"^;.*$", "", content.decode("ascii"), flags=re.MULTILINE)
    statements = dict(part.split("=") for part in text.split(";") if part.strip())
    values = {key.strip().lower(): value for key, value in statements.items()}
    assert list(values) == ["memory_initialization_radix", "memory_initialization_vector"]
    radix = int(values["memory_initialization_radix"])
    return [int(word, radix) for word in values["memory_initialization_vector"].split(",")]


def read_mif(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """`KEY = value;` statements, then `address : word;` between CONTENT BEGIN and END;"""
    text = re.sub(r"--.*|%[^%]*%", "", content.decode("ascii"))
    head, body = re.fullmatch(r"(.*)\bCONTENT\s+BEGIN\b(.*)\bEND;\s*", text, re.DOTALL).groups()
    values = dict(re.findall(r"(\w+)\s*=\s*(\w+)\s*;", head))
    assert (int(values["WIDTH"]), int(values["DEPTH"])) == (shape.width, shape.depth)
    radix = {"BIN": 2, "OCT": 8, "UNS": 10, "HEX": 16}
    memory: dict[int, int] = {}
    for statement in body.split(";")[:-1]:
        address, word = statement.split(":")
        where = int(address, radix[values["ADDRESS_RADIX"]])
        assert where not in memory
        memory[where] = int(word, radix[values["DATA_RADIX"]])
    return [memory[address] for address in range(shape.depth)]


def read_ihex(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """The intelhex library, which checks every checksum."""
    image = IntelHex(io.StringIO(content.decode("ascii")))
    step = -(-shape.width // 8)
    assert (image.minaddr(), image.maxaddr()) == (0, step * shape.depth - 1)
    data = image.tobinstr()
    return [int.from_bytes(data[at : at + step], "little") for at in range(0, len(data), step)]


def read_ihex_word(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """Quartus' description: one word a record, addresses of words, type 02 in units of 16."""
    assert b"\r" not in content
    lines = content.decode("ascii").splitlines()
    size, base = -(-shape.width // 8), 0
    memory: dict[int, int] = {}
    for line in lines:
        field = re.fullmatch(r":(..)(....)(..)((?:..)*)(..)", line).groups()
        assert sum(bytes.fromhex(line[1:])) % 256 == 0
        length, address, kind = (int(part, 16) for part in field[:3])
        assert length == len(field[3]) // 2
        if kind == 2:
            base = int(field[3], 16) * 16
        elif kind == 0:
            assert length == size
            assert base + address not in memory
            memory[base + address] = int(field[3], 16)
        else:
            assert (kind, line) == (1, lines[-1])
    assert sorted(memory) == list(range(shape.depth))
    return [memory[address] for address in range(shape.depth)]


def read_bin(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """NumPy."""
    columns = np.frombuffer(content, dtype=np.uint8).reshape(shape.depth, -1)
    place = [1 << (8 * column) for column in range(columns.shape[1])]
    return [sum(int(b) * p for b, p in zip(row, place, strict=True)) for row in columns]


def read_c(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """A C99 program that includes the header and prints its array, most significant part first."""
    (folder / "rom.h").write_bytes(content)
    parts = -(-shape.width // 64)
    element = "hwsim_rom[a]" if parts == 1 else "hwsim_rom[a][part]"
    (folder / "main.c").write_text(
        f"""
        #include <inttypes.h>
        #include <stdio.h>
        #include "rom.h"
        #include "rom.h"
        int main(void) {{
            for (int a = 0; a < HWSIM_ROM_DEPTH; ++a) {{
                for (int part = (HWSIM_ROM_WIDTH - 1) / 64; part >= 0; --part)
                    printf("%016" PRIx64, (uint64_t){element});
                printf("\\n");
            }}
            return sizeof hwsim_rom / sizeof hwsim_rom[0] != HWSIM_ROM_DEPTH;
        }}
        """
    )
    program = folder / "main"
    run(
        *(require_tool("gcc"), "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"),
        *("-o", program, folder / "main.c"),
    )
    return [int(line, 16) for line in run(program).splitlines()]


def read_stream(content: bytes, shape: MemoryShape, folder: Path) -> list[int]:
    """As the driver does: 32-bit words, the last of them a CRC of the words' bytes."""
    words = [int(word) for word in np.frombuffer(content, dtype="<u4")]
    assert words[:2] == [2, shape.depth]
    pieces, size = -(-shape.width // 32), -(-shape.width // 8)
    found = [
        sum(words[at + piece] << 32 * piece for piece in range(pieces))
        for at in range(2, len(words) - 1, pieces)
    ]
    data = b"".join(word.to_bytes(size, "little") for word in found)
    assert words[-1] == zlib.crc32(data)
    return found


Reader = Callable[[bytes, MemoryShape, Path], list[int]]
READERS: dict[str, Reader] = {
    "mem": read_mem,
    "coe": read_coe,
    "mif": read_mif,
    "ihex": read_ihex,
    "ihex-word": read_ihex_word,
    "bin": read_bin,
    "c": read_c,
    "stream": read_stream,
}


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
