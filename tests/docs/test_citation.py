"""CITATION.cff: the keys and kinds that the Citation File Format 1.2.0 asks for, our version."""

from __future__ import annotations

import re

import yaml

import hwsim
from tests.docs.conftest import ROOT


def test_it_is_citable() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == hwsim.__version__
    assert citation["license"] == "Apache-2.0"
    for key in ("message", "title", "type", "abstract"):
        assert isinstance(citation[key], str)
        assert citation[key]
    for entry in (citation, *citation["references"]):
        assert entry["authors"]
        for author in entry["authors"]:
            assert "name" in author or {"family-names", "given-names"} <= set(author)
    (paper,) = citation["references"]
    assert {"type", "title", "authors", "year"} <= set(paper)
    assert re.fullmatch(r"arXiv \d{4}\.\d{5}", paper["notes"])
