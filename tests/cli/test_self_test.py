"""`hwsim vectors --self-test`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import hwsim
from tests.cli.conftest import Run, refused

RNG = np.random.default_rng(7)
MEMORY = hwsim.train(RNG.choice((-1, 1), (16, 16)).astype(np.int8), gamma=0.1)
IMAGE = hwsim.lower(MEMORY, lanes=8, kernel_bits=4, max_steps=4, check=False)


@pytest.mark.parametrize("more", [{"engines": 2}, {"queries_in_flight": 2}])
def test_vectors_of_a_self_test_say_what_they_find(
    more: dict[str, int], run: Run, tmp_path: Path
) -> None:
    image = hwsim.lower(MEMORY, lanes=8, kernel_bits=4, max_steps=4, check=False, **more)  # type: ignore[arg-type]
    hwsim.write_image(tmp_path / "image", image)
    arguments = ("vectors", tmp_path / "image", "--self-test", "--count", 3, "--json")
    told = run(*arguments, "-o", tmp_path / "golden")
    assert told.status == 0, told
    result = json.loads(told.out)
    notes = json.loads((tmp_path / "golden" / "vectors.json").read_text())["provenance"]
    assert notes["queries"] == "self-test"
    assert result["recalls"] == notes["count"] == 3
    assert 0 < result["faults_found"] == notes["faults_found"] <= notes["faults_modelled"]
    recalls = hwsim.make_vectors(tmp_path / "image", None, tmp_path / "v", count=3, self_test=True)
    words = [(tmp_path / name / "queries.mem").read_text() for name in ("golden", "v")]
    assert words[0] == words[1]
    assert len(recalls.states) == 3


@pytest.mark.parametrize(("option", "value"), [("--noise", "0.2"), ("--queries", "q.npy")])
def test_a_self_test_takes_no_other_queries(
    option: str, value: str, run: Run, tmp_path: Path
) -> None:
    hwsim.write_image(tmp_path / "image", IMAGE)
    golden = tmp_path / "golden"
    arguments = ("vectors", tmp_path / "image", "--self-test", option, value, "-o", golden)
    refused(run, *arguments, words=(f"--self-test chooses the queries; leave out {option}",))
    with pytest.raises(hwsim.InputError, match="leave queries None"):
        hwsim.make_vectors(tmp_path / "image", MEMORY.patterns, golden, self_test=True)
    assert not golden.exists()
