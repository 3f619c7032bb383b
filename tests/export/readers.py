"""Readers of the ROM formats, each written from the format's description."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from intelhex import IntelHex

from hwsim.hardware.layout import MemoryShape
from tests.tools import require_tool, run, run_verilog


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
