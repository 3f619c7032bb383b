"""Syntheses beside the images that they were made of: cells, clocks, and who beats whom by them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.cli.compare import print_comparison
from hwsim.comparison.candidates import dominates
from hwsim.errors import InputError
from hwsim.export.vectors import image_digest
from hwsim.report.comparison import SYNTHESIS
from hwsim.report.comparison import syntheses as made_rows

CELLS = {"luts": 900, "flip_flops": 400, "block_rams": 5, "dsps": 0}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("images")
    patterns = np.random.default_rng(2).choice(np.array([-1, 1], np.int8), (60, 40))
    memory = hwsim.train(patterns, gamma=0.05)
    for bits in (1, 2):
        hwsim.write_image(
            folder / f"{bits}b", hwsim.lower(memory, bits=bits, lanes=16, check=False)
        )
    return folder / "1b", folder / "2b"


def synthesis(folder: Path, image: Path, **changed: Any) -> Path:
    """The part of a synthesis that is read."""
    folder.mkdir()
    made = {
        "target": "ecp5-25k", "fits": True, "clock_mhz": 80.0, "cells": CELLS,
        "image_sha256": image_digest(image), "tools": {"yosys": "made up"},
    }  # fmt: skip
    (folder / "synthesis.json").write_text(json.dumps(made | changed))
    return folder


def test_cells_and_times_at_each_ones_own_clock(folders: tuple[Path, Path], tmp_path: Path) -> None:
    one = synthesis(tmp_path / "s1", folders[0])
    large: dict[str, Any] = {"fits": False, "clock_mhz": None, "cells": {}}
    two = synthesis(tmp_path / "s2", folders[1], **large)
    (contest,) = hwsim.compare(folders, queries=5, syntheses=[two, one]).contests
    first, second = contest.engines
    assert first.latency_us == first.answer_cycles / 80
    assert second.latency_us is None
    assert (
        first.to_dict() | CELLS | {"device": "ecp5-25k", "device_mhz": 80.0, "device_um2": None}
        == first.to_dict()
    )
    table = [dict(zip(SYNTHESIS, row, strict=True)) for row in made_rows(contest)]
    assert [row["design"] for row in table] == ["1b", "2b"]
    assert table[1]["clock or area"] == "does not fit"
    assert table[1]["LUTs"] == "–"
    shown = {name: getattr(table[0][name], "text", "") for name in ("LUTs", "block RAMs")}
    assert shown == {"LUTs": "900", "block RAMs": "5"}
    (clocked,) = hwsim.compare(folders, queries=5, syntheses=[one], clock_mhz=10).contests
    assert clocked.engines[0].latency_us == first.answer_cycles / 10
    assert made_rows(hwsim.compare(folders, queries=5).contests[0]) == []


def test_a_terminal_is_wide_enough(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = synthesis(tmp_path / "s1", folders[0])
    print_comparison(hwsim.compare(folders, queries=5, syntheses=[made]))
    shown = capsys.readouterr().out
    assert "By hwsim synth" in shown
    for words in ("80.0 MHz", "ecp5-25k", "1.0000"):
        assert words in shown
    assert not re.search(r"\d…", shown)  # no number is cut


def test_what_takes_more_of_the_same_device_beats_nobody(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    image = folders[0]
    copies = {"a": image, "b": image}
    (contest,) = hwsim.compare(copies, queries=5).contests
    less, more = contest.engines
    assert not dominates(less, more)
    for index, cells in enumerate((CELLS, CELLS | {"luts": 901})):
        made = synthesis(tmp_path / f"s{index}", image, cells=cells)
        (found,) = hwsim.compare([image], queries=5, syntheses=[made]).contests
        less, more = more, found.engines[0]
    assert dominates(less, more)
    assert not dominates(more, less)


def test_syntheses_of_others_are_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    one = synthesis(tmp_path / "s1", folders[0])
    again = synthesis(tmp_path / "s2", folders[0], target="up5k")
    stranger = synthesis(tmp_path / "s3", folders[0], image_sha256="0" * 64)
    wrong = synthesis(tmp_path / "s4", folders[0], clock_mhz=-1)
    old = synthesis(tmp_path / "s5", folders[0])
    document = json.loads((old / "synthesis.json").read_text())
    del document["image_sha256"]
    (old / "synthesis.json").write_text(json.dumps(document))
    for given, words in (
        ([one, again], "s2 is a second synthesis of 1b, beside that for ecp5-25k; leave one out"),
        ([stranger], "s3 is the synthesis of another image; .*these: 1b, 2b"),
        ([wrong], "synthesis.json: clock_mhz is -1; .*; make it with hwsim synth IMAGE -o DIR"),
        ([old], "synthesis.json has no image_sha256|image_sha256"),
        ([folders[0]], "1b is no synthesis: cannot read synthesis.json"),
    ):
        with pytest.raises(InputError, match=words):
            hwsim.compare(folders, queries=5, syntheses=given)
    image = hwsim.load_image(folders[0])
    with pytest.raises(InputError, match=r"another image; .*: none has a folder"):
        hwsim.compare([image], queries=5, syntheses=[one])
