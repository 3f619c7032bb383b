"""Numbers out of reach or in a wrong unit: one line that names them, and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.errors import InputError
from tests.cli.conftest import Run, folder_content, refused


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--clock", "100000000", ("clock is 100000000", "10000 MHz", "did you mean 100 MHz?")),
        ("--clock", "nan", ("clock is nan", "MHz")),
        ("--on-chip", "2097152", ("on-chip memory is 2097152", "did you mean 2048 KiB?")),
        ("--on-chip", "-1", ("on-chip memory is -1", "0 to 1048576 KiB")),
        ("--on-chip", "inf", ("on-chip memory is inf", "KiB")),
    ],
)
def test_quantities_in_a_wrong_unit(
    run: Run, image: Path, tmp_path: Path, option: str, value: str, words: tuple[str, ...]
) -> None:
    refused(run, "report", image, option, value, "-o", tmp_path / "r", words=words)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("node", ["process_nm = 28e-9", "voltage_v = 800"])
def test_a_technology_in_wrong_units(run: Run, image: Path, tmp_path: Path, node: str) -> None:
    keys = {"process_nm": "process_nm = 28", "voltage_v": "voltage_v = 0.8", node.split()[0]: node}
    table = tmp_path / "mine.toml"
    table.write_text('[scaling]\nfrom = "horowitz_45nm"\n' + "\n".join(keys.values()))
    words = ("mine.toml", "scaling." + node.split()[0], "did you mean")
    refused(run, "report", image, "--technology", table, "-o", tmp_path / "r", words=words)
    assert not (tmp_path / "r").exists()


HUGE = "1" + "0" * 31
SMALL = ["train", "--neurons", 8, "--patterns", 4, "--gamma", 1]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["vectors", "IMAGE", "--count", "1000000000000", "-o", "new"], ("--count", "1048576")),
        (["cosim", "IMAGE", "--count", "1000000000000"], ("--count", "1048576")),
        (["vectors", "IMAGE", "--noise", "nan", "-o", "new"], ("noise is nan",)),
        (["vectors", "IMAGE", "--seed", HUGE, "-o", "new"], ("--seed", "9223372036854775807")),
        (["report", "IMAGE", "--on-chip", "nan", "-o", "new"], ("on-chip memory is nan",)),
        (["report", "IMAGE", "--on-chip", "inf", "-o", "new"], ("on-chip memory is inf",)),
        (["report", "IMAGE", "--clock", "1e308", "-o", "new"], ("clock is 1e+308",)),
        (["export", "MEMORY", "--bits", HUGE, "-o", "new"], ("bits is 1000",)),
        (["validate", "MEMORY", "--noise", "1e400"], ("noise is inf",)),
        (
            ["validate", "MEMORY", "--advise", "--accuracy-loss", "nan"],
            ("--accuracy-loss", "nan is not in the range 0<=x<=1"),
        ),
        (
            ["watch", "IMAGE", "none.npy", "--delay", "nan"],
            ("--delay", "nan is not in the range 0<=x<=60"),
        ),
        (["synth", "IMAGE", "--clock", "1e300"], ("clock_mhz is 1e+300", "10000 MHz")),
        (
            [*SMALL, "--seed", HUGE, "-o", "m.npz"],
            ("--seed", "9223372036854775807"),
        ),
        (
            [
                "train",
                "--neurons",
                8,
                "--patterns",
                4,
                "--gamma",
                1,
                "--steps",
                HUGE,
                "-o",
                "m.npz",
            ],
            ("steps is 1000", "1000000"),
        ),
        (["experiments", "run", "figure1", "--jobs", HUGE, "-o", "new"], ("--jobs", "1024")),
        (["experiments", "run", "figure1", "--trials", HUGE, "-o", "new"], ("--trials", "100000")),
    ],
)
def test_numbers_that_no_machine_bears(
    run: Run,
    memory: Path,
    image: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[object],
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    before = folder_content(tmp_path)
    places = {"IMAGE": image, "MEMORY": memory}
    refused(run, *(places.get(str(word), word) for word in command), words=words)
    assert folder_content(tmp_path) == before


@pytest.mark.parametrize("value", ["0", "-1", "two", "", HUGE])
def test_threads_that_the_compiler_cannot_have(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    from hwsim.hardware.fast.jitted.environment import check_environment

    monkeypatch.setenv("NUMBA_NUM_THREADS", value)
    with pytest.raises(InputError, match=r"NUMBA_NUM_THREADS is .*; it must be a whole number"):
        check_environment()
    monkeypatch.setenv("NUMBA_NUM_THREADS", "2")
    check_environment()
