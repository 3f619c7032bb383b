"""Check bits of the Verilog against the model: every column, every single error, double ones."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from hwsim.hardware.protection import Hsiao, Parity
from tests.rtl.columns import LARGEST, SOURCE, WIDTHS, packed, source
from tests.rtl.simulators import run_block
from tests.tools import require_tool

VERDICTS = {"": 0, "corrected": 1, "detected": 2}


def test_every_column_in_the_verilog_is_the_models() -> None:
    text = SOURCE.read_text()
    assert text == source(), "write it anew: python -m tests.rtl.columns"
    # and read without what wrote it
    found = {}
    for width, value in re.findall(r"^ +(\d+): columns = (.*?);$", text, re.M | re.S):
        pieces = re.findall(r"(\d+)'h([0-9a-f]+)", value)
        assert sum(int(bits) for bits, _ in pieces) == LARGEST
        whole = 0
        for bits, digits in pieces:
            whole = whole << int(bits) | int(digits, 16)
        found[int(width)] = whole
    assert found == {width: packed(width) for width in WIDTHS}
    for width, whole in found.items():
        hsiao = Hsiao(width)
        mask = (1 << hsiao.check_bits) - 1
        columns = [whole >> hsiao.check_bits * bit & mask for bit in range(width)]
        assert tuple(columns) == hsiao.columns


def test_one_wrong_bit_has_a_syndrome_of_its_own_and_two_have_none_of_one() -> None:
    """What `make proofs` leaves to words of 256 and 512 bits, of every width."""
    for width in WIDTHS:
        hsiao = Hsiao(width)
        alone = {*hsiao.columns, *(1 << check for check in range(hsiao.check_bits))}
        assert len(alone) == width + hsiao.check_bits  # so no two cancel
        assert all(syndrome.bit_count() % 2 for syndrome in alone)  # so two make an even one


@pytest.mark.parametrize("width", [1, 2, 4, 8, 11, 13, 47, 64, 512])
@pytest.mark.parametrize("protection", [1, 2])
def test_words_are_taken_for_what_the_model_takes_them_for(
    protection: int, width: int, tmp_path: Path
) -> None:
    """No error, each single one, and double ones: all of them, or a sample."""
    require_tool("iverilog")
    model = Parity(width) if protection == 1 else Hsiao(width)
    bits, checks = width + model.check_bits, model.check_bits
    rng = np.random.default_rng([width, protection])
    pairs = list(combinations(range(bits), 2))
    chosen = rng.choice(len(pairs), min(len(pairs), 600), replace=False)
    flips = [(), *((bit,) for bit in range(bits)), *(pairs[each] for each in chosen)]
    lines = []
    for places in flips:
        word = int.from_bytes(rng.bytes(64), "little") % 2**width
        read = model.encode(word)
        for place in places:
            read ^= 1 << place
        data, verdict = model.decode(read)
        told = VERDICTS[verdict] << width | data
        line = (told << checks | model.encode(data) >> width) << bits | read
        lines.append(f"{line:x}\n")
    file = tmp_path / "cases.mem"
    file.write_text("".join(lines))
    parameters: dict[str, int | str] = {
        "PROTECTION": protection, "WIDTH": width, "CHECK_BITS": checks,
    }  # fmt: skip
    failed, log = run_block("hwsim_correct", parameters, tmp_path / "build", file)
    assert failed == 0, log[-2000:]
