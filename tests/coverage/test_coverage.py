"""Coverage is read, judged and told as it is; one design is run, `make coverage` runs them all."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from hwsim.cosim.simulators import source_folder
from tests.coverage.designs import DESIGNS, run
from tests.coverage.points import KINDS, Point, read, together
from tests.coverage.report import Reason, judged, page
from tests.tools import require_module

TURNED = Point("toggle", "hwsim_a.v", "7", "sum[2]:0->1")
STUCK = Point("toggle", "hwsim_a.v", "7", "sum[3]:0->1")
ENTERED = Point("state", "hwsim_b.v", "9.5", "IDLE")


def entry(what: str, count: int, **fields: str) -> str:
    """A line as Verilator writes it."""
    named = {"f": "rtl/hwsim_a.v", "l": "7", "n": "3", "page": "v_toggle/hwsim_a", "o": what}
    text = "".join(f"\x01{name}\x02{value}" for name, value in (named | fields).items())
    return f"C '{text}' {count}\n"


def test_points_of_all_instances_count_together(tmp_path: Path) -> None:
    file = tmp_path / "coverage.dat"
    state = {"f": "hwsim_b.v", "l": "9", "n": "5", "page": "v_fsm_state/$root", "Ft": "IDLE"}
    file.write_text(
        "# SystemC::Coverage-3\n"
        + entry("sum[2]:0->1", 4, h="top.one")
        + entry("sum[2]:0->1", 3, h="top.other")
        + entry("sum[3]:0->1", 0)
        + entry("clk:0->1", 9, f="tb_plain.v")
        + entry("top.state::IDLE", 2, **state)
    )
    assert read(file) == {TURNED: 7, STUCK: 0, ENTERED: 2}
    assert together([file, file])[TURNED] == 14


def test_what_is_out_of_reach_is_not_counted_and_what_is_passed_is() -> None:
    counts = Counter({TURNED: 7, STUCK: 0, ENTERED: 2})
    plain = judged(counts, [])
    assert plain["points"]["toggle"] == {"passed": 1, "of": 2}
    assert plain["missed"] == ["hwsim_a.v:7 toggle sum[3]:0->1"]
    known = judged(counts, [Reason.parse({"file": "hwsim_a", "what": r"sum\[.\]", "why": "so"})])
    assert known["points"]["toggle"] == {"passed": 1, "of": 1}
    assert known["out_of_reach"] == [{"why": "so", "points": 1}]
    assert known["missed"] == []
    assert "**2 of 2 points are passed, 100.0%**" in page(known)
    assert "* `hwsim_a.v:7 toggle sum`, bits 3" in page(plain)


@pytest.mark.parametrize("changed", [{"file": "hwsim_b"}, {"what": "su"}, {"kinds": "line branch"}])
def test_a_reason_is_about_its_own_points(changed: dict[str, str]) -> None:
    named = {"file": "hwsim_a", "what": r"sum\[3\]", "why": "so"}
    assert Reason.parse(named).holds(STUCK)
    assert not Reason.parse(named | changed).holds(STUCK)


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ({"within": "stored_planes"}, True),
        ({"within": "coefficients"}, False),
        ({"text": "if (!shared[plane]) stored"}, True),
        ({"text": "if (shared[plane])"}, False),
    ],
)
def test_a_reason_follows_its_line_in_the_source(where: dict[str, str], holds: bool) -> None:
    file = source_folder("rtl") / "hwsim_row_mac.v"
    place = next(number for number, line in enumerate(file.read_text().splitlines(), 1)
                 if "stored_planes = stored_planes + 1" in line)  # fmt: skip
    reason = Reason.parse({"kinds": "branch", "file": "hwsim_row_mac", "why": "so"} | where)
    assert reason.holds(Point("branch", file.name, f"{place}.17", "if")) == holds


def test_a_design_is_covered(tmp_path: Path) -> None:
    """The group dataflow without rules: what it has for COPY alone is not reached."""
    require_module("verilator")
    counts = together(run(DESIGNS[0], tmp_path / "group"))
    assert {point.kind for point in counts} == set(KINDS)
    states = {point.what: count > 0 for point, count in counts.items() if point.kind == "state"}
    assert states == {
        "LOAD": True, "SEARCH": True, "SCAN": True, "UPDATE": True, "COPY": False, "SEND": True,
    }  # fmt: skip
    upper = [count for point, count in counts.items()
             if point.file == "hwsim_counters.v" and point.signal == "cycles[60]"]  # fmt: skip
    assert len(upper) == 2
    assert all(upper)


def test_the_page_is_of_the_figures() -> None:
    """Where `make coverage` has written both."""
    for file in (Path(__file__).resolve().parents[2] / "reports").glob("*/coverage.json"):
        found = json.loads(file.read_text())
        assert file.with_name("coverage.md").read_text() == page(found)
