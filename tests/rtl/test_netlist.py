"""Netlists from Yosys answer as the specification does: states, flags, cycles and counters.

Of generic gates, of iCE40 cells with and without multiplier blocks, and of ECP5 cells: without
block RAMs and multiplier blocks, of which there is no model to simulate. The engine's run in
Icarus, the wrapper's in Verilator.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hwsim.config import DATAFLOWS, Parameters
from tests.images import associating_image, corner_queries
from tests.mutation.designs import NARROW, OUTSIDE, Wrapper
from tests.rtl.images import two_origins
from tests.rtl.opinions import (
    Question,
    Target,
    behind_axi_in_netlist,
    in_netlist,
    question,
    question_of,
    write_flat_testbench,
)
from tests.rtl.ruled import Case

# As small as shows every stage: cells take their time to map and to simulate.
ROW = Case(
    "row", Parameters(17, 20, 2, (3, 5), 4, 8, 3, 1, 4), "row", True, True, True, 1,
    queries=18, seed=2,
)  # fmt: skip
RULED = {
    "all rules, row": ROW,
    "all rules, two engines": replace(ROW, parameters=replace(ROW.parameters, engines=2)),
    "all rules, two in flight": replace(
        ROW, parameters=replace(ROW.parameters, queries_in_flight=2)
    ),
}
_ANSWERING = Parameters(
    17, 20, 2, (3, 5), 4, 8, 3, 1, kernel_origin="absolute", max_steps=1, outputs=10, scale_bits=4
)
OUTPUTS = {
    "outputs": _ANSWERING,
    "a sequence": replace(_ANSWERING, max_steps=3, outputs=17, scale_bits=0),
}
ICE40 = ("ice40/cells_sim.v",)
# Icarus does not take the newest models of ECP5; cells of these names are the same in both.
TARGETS = {
    "generic": Target("synth -flatten", ("simcells.v", "simlib.v"), "newest", "newest"),
    "ice40": Target("synth_ice40 -device u", ICE40, "newest", "newest"),
    "ice40 with multipliers": Target("synth_ice40 -device u -dsp", ICE40, "newest", "newest"),
    "ice40 with multipliers, Debian's": Target(
        "synth_ice40 -device u -dsp", ICE40, "Debian's", "Debian's"
    ),
    "gates": Target("synth -flatten", ("simcells.v",), "newest", "newest"),
    "ice40, Debian's": Target("synth_ice40 -device u", ICE40, "Debian's", "Debian's"),
    "ecp5": Target("synth_ecp5 -nobram -nodsp", ("ecp5/cells_sim.v",), "newest", "Debian's"),
    "ecp5, Debian's": Target(
        "synth_ecp5 -nobram -nodsp", ("ecp5/cells_sim.v",), "Debian's", "Debian's"
    ),
}
FLAT = ("gates", "ice40", "ice40 with multipliers", "ice40, Debian's", "ecp5", "ecp5, Debian's")
WRAPPERS = {
    "group": Wrapper("group", NARROW, ()),
    "row": Wrapper("row", replace(NARROW, dataflow="row"), ()),
    "two banks": Wrapper("two banks", NARROW, (), banks=2),
    "external weights": Wrapper("external weights", OUTSIDE, (), latency=11),
}
# Compiling cells takes a minute: `make opinions` has them all.
BEHIND = [pytest.param(ROW, "ecp5, Debian's", id="row, ecp5, Debian's")]
LOADED = [("group", "gates")]
if "HWSIM_OPINIONS" in os.environ:
    BEHIND = [
        pytest.param(replace(ROW, dataflow=dataflow), target, id=f"{dataflow}, {target}")
        for dataflow in DATAFLOWS
        for target in FLAT
    ]
    LOADED = [(name, target) for name in WRAPPERS for target in FLAT]


def asked(name: str, folder: Path) -> Question:
    """An image with offsets and unequal plane weights, and some queries."""
    if name in RULED:
        return question(*RULED[name].make(), folder)
    if name in OUTPUTS:
        rng = np.random.default_rng(7)
        image = associating_image(OUTPUTS[name], rng)
        return question(image, corner_queries(image, rng), folder)
    given = two_origins(folder)[name]
    return question_of(given / "image", given / "vectors", folder, most=10)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("nearest", "ice40 with multipliers"),
        ("nearest", "ice40 with multipliers, Debian's"),
        ("absolute", "ice40"),
        ("absolute", "ecp5, Debian's"),
        ("all rules, row", "ice40"),
        ("all rules, row", "ecp5"),
        ("all rules, two engines", "generic"),
        ("all rules, two in flight", "ice40"),
        ("outputs", "ice40 with multipliers"),
        ("a sequence", "ecp5"),
    ],
)
def test_the_netlist_is_bit_exact(name: str, target: str, tmp_path: Path) -> None:
    image = asked(name, tmp_path)
    assert in_netlist(image, TARGETS[target]) == image.answer
    netlist = (tmp_path / "netlist.v").read_text()
    assert ("SB_MAC16" in netlist) == ("multipliers" in target)
    assert "hwsim_mac" not in netlist  # it is flat: nothing of the sources is left


@pytest.mark.parametrize(("case", "target"), BEHIND)
def test_the_netlist_behind_axi_is_bit_exact(case: Case, target: str, tmp_path: Path) -> None:
    """Its memories are ROM; the counters come over its registers."""
    image = question(*case.make(), tmp_path)
    said = behind_axi_in_netlist(image, tmp_path / "image", TARGETS[target])
    assert said == image.answer


@pytest.mark.parametrize(("name", "target"), LOADED)
def test_the_netlist_of_a_loaded_wrapper_is_exact(name: str, target: str, tmp_path: Path) -> None:
    """Its memories are RAM that a host loads: every port and register."""
    bench = WRAPPERS[name].bench(tmp_path)
    TARGETS[target].write(tmp_path, "hwsim_wrapper", bench.sources, bench.parameters)
    write_flat_testbench(tmp_path, "tb_wrapper", "wrapper")
    said = TARGETS[target].in_verilator(tmp_path, "tb_wrapper", bench.options, ["tb_netlist.v"])
    assert said.startswith("PASS: "), said
