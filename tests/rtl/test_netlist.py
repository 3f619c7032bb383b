"""Netlists from Yosys answer as the specification does: states, flags, cycles and counters.

Of generic gates, of iCE40 cells with and without multiplier blocks, and of ECP5 cells: without
block RAMs and multiplier blocks, of which there is no model to simulate.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hwsim.config import Parameters
from tests.rtl.images import two_origins
from tests.rtl.opinions import Question, in_netlist, question, question_of
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
TARGETS = {
    "generic": ("synth -flatten", ("simcells.v", "simlib.v")),
    "ice40": ("synth_ice40 -device u", ("ice40/cells_sim.v",)),
    "ice40 with multipliers": ("synth_ice40 -device u -dsp", ("ice40/cells_sim.v",)),
    "ecp5": ("synth_ecp5 -nobram -nodsp", ("ecp5/cells_sim.v",)),
}


def asked(name: str, folder: Path) -> Question:
    """An image with offsets and unequal plane weights, and some queries."""
    if name in RULED:
        return question(*RULED[name].make(), folder)
    given = two_origins(folder)[name]
    return question_of(given / "image", given / "vectors", folder, most=10)


@pytest.mark.parametrize(
    ("name", "target", "yosys"),
    [
        ("nearest", "ice40 with multipliers", "newest"),
        ("nearest", "ice40 with multipliers", "Debian's"),
        ("absolute", "ice40", "newest"),
        ("absolute", "ecp5", "Debian's"),
        ("all rules, row", "ice40", "newest"),
        ("all rules, row", "ecp5", "newest"),
        ("all rules, two engines", "generic", "newest"),
        ("all rules, two in flight", "ice40", "newest"),
    ],
)
def test_the_netlist_is_bit_exact(name: str, target: str, yosys: str, tmp_path: Path) -> None:
    image = asked(name, tmp_path)
    command, cells = TARGETS[target]
    # Icarus does not take the newest models of ECP5; cells of these names are the same in both.
    models = "Debian's" if target == "ecp5" else yosys
    assert in_netlist(image, yosys, command, cells, models) == image.answer
    netlist = (tmp_path / "netlist.v").read_text()
    assert ("SB_MAC16" in netlist) == (target == "ice40 with multipliers")
    assert "hwsim_mac" not in netlist  # it is flat: nothing of the sources is left
