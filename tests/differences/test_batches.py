"""Bugs of engines with several queries in flight: at their place, or in what the queries share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hwsim.differences import compare_engine
from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from tests.rtl.images import ruled_image, ruled_queries
from tests.rtl.mutants import mutated
from tests.tools import require_tool

# file, what stands there, what the bug has instead; where it shows first, and what is said of it
BUGS: list[tuple[str, str, str, dict[str, Any], str]] = [
    (
        "hwsim_minima", "value < minimum)", "value < minimum && lane != 5)",
        {"stage": "SWEEP", "memory": "group minima", "word": 0, "bit": 0},
        "with one query in flight as well",
    ),
    (
        "hwsim_engine", "confirmed[turn] ?", "confirmed[0] ?",
        {"stage": "RESULT", "quantity": "answer"}, "with one query in flight nothing differs",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Image and golden vectors with four queries in flight."""
    folder = tmp_path_factory.mktemp("batches")
    image = ruled_image("all", "group")
    image = replace(image, parameters=replace(image.parameters, queries_in_flight=4))
    write_image(folder / "image", image)
    make_vectors(folder / "image", ruled_queries(image)[:12], folder / "vectors")
    return folder / "image", folder / "vectors"


@pytest.mark.parametrize(("module", "original", "mutant", "where", "note"), BUGS)
def test_a_bug_is_named_where_it_is(
    module: str,
    original: str,
    mutant: str,
    where: dict[str, Any],
    note: str,
    folders: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    require_tool("iverilog")
    rtl = mutated(tmp_path / "rtl", module, original, mutant)
    found = compare_engine(*folders, rtl=rtl).divergence
    assert found is not None
    print(found)
    assert {key: getattr(found, key) for key in where} == where, found
    assert note in (found.note or "")
