"""hwsim schema: one JSON Schema a kind of file, accepting what hwsim writes and documents."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from hwsim.choices import FILES
from hwsim.cli import cli
from hwsim.design import FIELDS, Design

ROOT = Path(__file__).resolve().parents[2]


def printed(file: str) -> Draft202012Validator:
    result = CliRunner().invoke(cli, ["schema", file])
    assert result.exit_code == 0, result.output
    schema: dict[str, Any] = json.loads(result.output)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("file", FILES)
def test_every_file_has_a_schema_that_refuses_nothing_at_all(file: str) -> None:
    judge = printed(file)
    assert judge.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert not judge.is_valid([])


def test_another_file_has_none() -> None:
    result = CliRunner().invoke(cli, ["schema", "manifests"])
    assert result.exit_code == 2


def test_a_design(tmp_path: Path) -> None:
    judge = printed("design")
    table = judge.schema["properties"]["design"]["properties"]
    assert tuple(table) == tuple(FIELDS)
    for design in (Design(), Design(bits=1, quantizer="neuron-sign-zero", offset_bits=8, seed=3)):
        design.save(tmp_path / "d.toml")
        judge.validate(tomllib.loads((tmp_path / "d.toml").read_text()))
    for wrong in ({"bits": 9}, {"lanes": 12}, {"bit": 1}, {"quantizer": "best"}, {"seed": -1}):
        assert not judge.is_valid({"design": wrong}), wrong


def test_a_sweep() -> None:
    judge = printed("sweep")
    guide = (ROOT / "docs/guides/architect.md").read_text()
    texts = re.findall(r"^\[sweep\]\n(?:\w+ = .*\n)+", guide, re.MULTILINE)
    assert texts
    for text in texts:
        judge.validate(tomllib.loads(text))
    for wrong in (
        {"neurons": 8},
        {"neurons": 8, "load": 1, "patterns": 8},
        {"neurons": [8, 0], "load": 1},
        {"neurons": 8, "load": 1, "gamma": []},
        {"neurons": 8, "load": 1, "lanes": 12},
        {"neuron": 8, "load": 1},
    ):
        assert not judge.is_valid({"sweep": wrong}), wrong
