"""Axes that came later: rules, own memories, energy tables, SRAM macros, clocks."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.audit.check import check
from hwsim.comparison import compare_sweep
from hwsim.cost.footprint import MemoryFootprint, check_bits
from hwsim.cost.hierarchy import system
from hwsim.cost.tables import load_technology
from hwsim.errors import HwsimWarning, InputError
from hwsim.explore import sweep
from hwsim.explore.sweep.journal import NAME, finished_rows
from hwsim.explore.sweep.point import later_columns
from hwsim.explore.sweep.sources import built_of
from hwsim.explore.sweep.spec import load_spec, parse_spec

TABLE = """
base = "horowitz_45nm"
name = "own"
title = "Own"
[sources]
foundry = "A data sheet"
[leakage]
value = 2.0
unit = "mW"
memory_bits = 1048576
process_nm = 45
voltage_v = 0.9
source = "foundry"
basis = "quoted"
[[macro]]
depth = 64
width = 16
area_um2 = 1500
source = "foundry"
"""


def run(folder: Path, text: str) -> list[dict[str, str]]:
    """The rows of a sweep's results, each a table of text."""
    spec = folder / "spec.toml"
    spec.write_text(f"[sweep]\n{text}\n")
    sweep.run(spec, folder / "out", jobs=1)
    assert check(folder / "out").sound
    return list(csv.DictReader((folder / "out" / "results.csv").read_text().splitlines()))


@pytest.fixture(scope="module")
def trained() -> hwsim.Memory:
    """A memory of 300 patterns of 40 neurons."""
    patterns = np.random.default_rng(4).choice(np.array([-1, 1], np.int8), (300, 40))
    return hwsim.train(patterns, gamma=0.05)


@pytest.fixture
def own(trained: hwsim.Memory, tmp_path: Path) -> hwsim.Memory:
    """The same, in own.npz."""
    hwsim.save_memory(tmp_path / "own.npz", trained)
    return trained


def test_a_memory_of_ones_own(own: hwsim.Memory, tmp_path: Path) -> None:
    rows = run(tmp_path, 'memory = "own.npz"\nbits = [1, 2]\ntrials = 1\nqueries = 8\nnoise = 0.1')
    assert [row["bits"] for row in rows] == ["1", "2"]
    for row in rows:
        assert (row["neurons"], row["patterns"], row["gamma"]) == ("40", "300", "0.05")
        assert row["data"] == str(tmp_path / "own.npz")
        image = hwsim.lower(
            own, bits=int(row["bits"]), lanes=int(row["lanes"]), quantizer=row["quantizer"],
            offset_bits=int(row["offset_bits"]), dataflow="group", stop=False, winner=False,
            radius=False, coarse_words=0, check=False,
        )  # fmt: skip
        (contest,) = hwsim.compare([image], noise=[0.1], queries=8).contests
        assert float(row["footprint_bits"]) == contest.engines[0].footprint_bits
    names = [each.name for each in compare_sweep(tmp_path / "out").contests[0].engines]
    assert names == ["1 bit", "2 bits"]


def test_a_memory_with_a_kernel_of_its_own(own: hwsim.Memory, tmp_path: Path) -> None:
    values = np.linspace(1, 0, 41) ** 8
    memory = hwsim.Memory(own.patterns[:12], own.patterns[:12].astype(float), kernel_values=values)
    hwsim.save_memory(tmp_path / "kernel.npz", memory)
    (row,) = run(tmp_path, 'memory = "kernel.npz"\nnoise = 0.1\ntrials = 1\nqueries = 4')
    assert (row["gamma"], row["kernel_origin"]) == ("0.0", "absolute")
    assert "kernel of its own" in compare_sweep(tmp_path / "out").contests[0].task


def test_what_is_odd_about_a_memory_is_told(own: hwsim.Memory, tmp_path: Path) -> None:
    np.savez(tmp_path / "t.npz", patterns=own.patterns.T, alpha=own.alpha.T, gamma=0.05)
    with pytest.warns(HwsimWarning, match=r"t\.npz: patterns and alpha seem to be transposed"):
        run(tmp_path, 'memory = "t.npz"\nbits = 1\ntrials = 1\nqueries = 4\nnoise = 0.1')


def test_a_memory_is_known_by_its_content(own: hwsim.Memory, tmp_path: Path) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('[sweep]\nmemory = "own.npz"\ntrials = 1\n')
    (first,) = load_spec(spec).points()
    (tmp_path / "own.npz").rename(tmp_path / "moved.npz")
    spec.write_text('[sweep]\nmemory = "moved.npz"\ntrials = 1\n')
    (second,) = load_spec(spec).points()
    assert first.identity == second.identity
    hwsim.save_memory(tmp_path / "moved.npz", hwsim.train(own.patterns[:20], gamma=0.05))
    with pytest.raises(InputError, match="was changed while the sweep ran"):
        second.memory.train()


def test_rules_queries_in_flight_and_engines_change_costs_alone(
    own: hwsim.Memory, tmp_path: Path
) -> None:
    rows = run(
        tmp_path,
        'memory = "own.npz"\nnoise = 0.1\ntrials = 1\nqueries = 8\nlanes = 16\n'
        'stop = [false, true]\ndataflow = ["group", "row"]\n'
        "queries_in_flight = [1, 4]\nengines = [1, 2]\n",
    )
    assert len(rows) == 2 * 2 * 3  # several of both at once are left out
    assert len({row["recall_accuracy"] for row in rows}) == 1
    assert len({row["cycles"] for row in rows}) >= 6
    assert {bool(row["answer_cycles"]) for row in rows if row["queries_in_flight"] == "4"} == {True}


def test_tables_macros_and_clocks(own: hwsim.Memory, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(TABLE)
    rows = run(
        tmp_path,
        'memory = "own.npz"\nnoise = 0.1\ntrials = 1\nqueries = 8\nlanes = 16\nbits = 1\n'
        'technology = ["horowitz_45nm", "own.toml"]\nmacro = ["64x16", "256x16"]\n'
        "clock_mhz = [100, 400]\n",
    )
    assert len(rows) == 8
    for row in rows:
        cycles, clock = float(row["cycles"]), float(row["clock_mhz"])
        assert float(row["latency_us"]) == pytest.approx(cycles / clock, rel=1e-9)
        assert float(row["recalls_per_second"]) == pytest.approx(1e6 * clock / cycles, rel=1e-9)
        known = row["technology"] == "own.toml"
        assert bool(row["leakage_pj"]) is known
        assert bool(row["area_um2"]) is (known and row["macro"] == "64x16")
    energies = {(row["technology"], row["macro"]): row["energy_pj"] for row in rows}
    assert len(set(energies.values())) == 2  # by macro; the tables differ in leakage and area alone
    (contest,) = compare_sweep(tmp_path / "out").contests
    assert contest.engines[0].name == "horowitz_45nm, 256x16, 100 MHz"


def test_the_energy_of_a_macro_by_hand() -> None:
    """1,000 words of 16 bits in macros of 256: four rows, two multiplexer levels a bit."""
    table = load_technology()
    memory = MemoryFootprint("patterns", "patterns", "rom", 16, 1000, 16000)
    chosen = built_of(table, "256x16")
    read = chosen.sram_access(256 * 16, 16).value
    expected = read + table.energy("multiplexer") * 16 * 2
    assert system({"patterns": memory}, chosen, None).access("patterns").value == expected
    small = MemoryFootprint("patterns", "patterns", "rom", 16, 100, 1600)  # below 1 KiB: no plan
    plain = system({"patterns": small}, table, None).access("patterns")
    assert system({"patterns": small}, chosen, None).access("patterns") == plain
    assert isinstance(expected, Fraction)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"memory": "gone.npz"}, "gone.npz"),
        ({"memory": "own.npz", "neurons": 8}, "neurons stands beside memory"),
        ({"memory": "own.npz", "gamma": 0.1}, "gamma stands beside memory"),
        ({"neurons": 8, "load": 1, "technology": "none"}, "none"),
        ({"neurons": 8, "load": 1, "technology": "horowitz_65nm"}, "did you mean"),
        ({"neurons": 8, "load": 1, "macro": "1024"}, "macro is '1024'; it must be DEPTHxWIDTH"),
        ({"neurons": 8, "load": 1, "macro": ["64x16", "0x16"]}, "macro is '0x16'"),
        ({"neurons": 8, "load": 1, "clock_mhz": 0}, "clock_mhz is 0"),
        ({"neurons": 8, "load": 1, "clock_mhz": 1e12}, "clock_mhz is 1"),
        ({"neurons": 8, "load": 1, "clock": 100}, "clock is unknown.*did you mean 'clock_mhz'"),
        ({"neurons": 8, "load": 1, "engines": 3}, "engines is 3"),
        ({"neurons": 8, "load": 1, "stop": 1}, "stop is 1"),
    ],
)
def test_a_bad_value_is_named(
    own: hwsim.Memory, tmp_path: Path, table: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        parse_spec({"sweep": table}, tmp_path)


def test_more_coarse_words_than_words_are_refused() -> None:
    spec = parse_spec({"sweep": {"neurons": 16, "load": 1, "lanes": 8, "coarse_words": [0, 3]}})
    with pytest.raises(InputError, match="coarse_words is 3"):
        spec.points()


def test_a_journal_from_before_is_read_on(tmp_path: Path) -> None:
    """Without the columns that came later, and lines of now after it."""
    spec = tmp_path / "spec.toml"
    spec.write_text("[sweep]\nneurons = 16\nload = 2\nbits = [1, 2]\nqueries = 4\ntrials = 1\n")
    sweep.run(spec, tmp_path / "out", jobs=1)
    lines = (tmp_path / "out" / NAME).read_text().splitlines()
    first = json.loads(lines[0])
    later = ("nearest", "float32", "answer", "latency", "recalls_per", "leakage", "area")
    first["result"] = {k: v for k, v in first["result"].items() if not k.startswith(later)}
    first["point"] = {k: v for i, (k, v) in enumerate(first["point"].items()) if i < 16}
    del first["sha256"]
    (tmp_path / "out" / NAME).write_text(f"{json.dumps(first)}\n{lines[1]}\n")
    with pytest.warns(hwsim.HwsimWarning, match="have no sha256"):
        assert sweep.run(spec, tmp_path / "out", jobs=1).computed == 0
    rows = finished_rows(tmp_path / "out")
    assert [row["bits"] for row in rows] == [1, 2]
    assert "dataflow" not in rows[0]
    assert check(tmp_path / "out").sound
    assert len(compare_sweep(tmp_path / "out").contests[0].engines) == 2


def test_check_bits_are_in_memory_and_energy_and_nowhere_else(
    own: hwsim.Memory, tmp_path: Path
) -> None:
    rows = run(
        tmp_path,
        'memory = "own.npz"\nbits = 2\nlanes = 16\ntrials = 1\nqueries = 8\nnoise = 0.1\n'
        'protection = ["none", "parity", "secded"]',
    )
    by_name = {row["protection"]: row for row in rows}
    priced = ("footprint_bits", "energy_pj")
    for name in ("parity", "secded"):
        for column, value in by_name[name].items():
            if column not in (*priced, "protection"):
                assert value == by_name["none"][column]
    image = hwsim.lower(
        own, bits=2, lanes=16, dataflow="group", stop=False, winner=False, radius=False,
        coarse_words=0, check=False,
    )  # fmt: skip
    bits = sum(check_bits(image.parameters, "secded").values())
    assert int(by_name["secded"]["footprint_bits"]) - int(by_name["none"]["footprint_bits"]) == bits
    none, parity, secded = (float(by_name[n]["energy_pj"]) for n in ("none", "parity", "secded"))
    assert none < parity < secded
    (contest,) = compare_sweep(tmp_path / "out").contests
    assert {each.design["protection"] for each in contest.engines} == {"none", "parity", "secded"}
    assert {each.name for each in contest.engines} >= {"check bits none", "check bits secded"}
    plain = parse_spec({"sweep": {"neurons": 9, "patterns": 9, "lanes": 8}}).points()[0]
    assert "protection" not in later_columns([asdict(plain)])


@pytest.mark.parametrize("other", [{"device": "up5k"}, {"macro": "64x16"}, {"engines": 2}])
def test_check_bits_are_refused_with_what_does_not_know_them(other: dict[str, Any]) -> None:
    table = {"neurons": 9, "patterns": 9, "protection": "secded"} | other
    with pytest.raises(InputError, match=f"protection is secded.*leave {next(iter(other))} or"):
        parse_spec({"sweep": table})
