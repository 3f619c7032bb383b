"""Every legal image has a report: all links lead somewhere, all numbers are numbers."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.config import DATAFLOWS, Parameters
from hwsim.cost.energy import EnergyReport, RecallCurve, estimate
from hwsim.cost.nearest_search import count_searches
from hwsim.hardware import fast, spec
from hwsim.hardware.accesses import closed_form
from hwsim.hardware.image import Image
from hwsim.hardware.rules import with_rules
from hwsim.measure.rules import counted_by_rule, rules_of
from hwsim.report import markdown, page
from hwsim.report.document import Document
from hwsim.report.energy_sections import energy_sections
from hwsim.report.source_sections import source_sections
from tests.images import corner_queries, small_images


def check(report: EnergyReport) -> None:
    document = Document("A", (), (*energy_sections(report), *source_sections(report)))
    html = page.render(document)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in re.findall(r'href="([^"]+)"', html)} <= set(ids)
    for figure in document.figures():
        ElementTree.fromstring(figure.svg)
    for text in (html, markdown.render(document), json.dumps(report.to_dict(), allow_nan=False)):
        assert not re.search(r"\b(nan|inf|None)\b", text.replace("null", ""))
    for row in report.comparisons:
        low, high = row.band_pj
        assert 0 < low <= row.total_pj * (1 + 1e-12)
        assert row.total_pj <= high * (1 + 1e-12)


@settings(max_examples=25)
@given(small_images(), st.booleans(), st.sampled_from((None, 0, 4000)))
def test_any_small_image(image: Image, measured: bool, budget: int | None) -> None:
    counts = fast.recall(image, corner_queries(image, np.random.default_rng(0))).counts
    check(
        estimate(
            image.parameters,
            image.gamma,
            counts,
            budget_bits=budget,
            clock_mhz=12.5 if measured else None,
            accuracy={"engine": 1.0, "int8": 0.0} if measured else None,
            curve=RecallCurve((0.1,), {"engine": (1.0,)}) if measured else None,
        )
    )


@settings(max_examples=15)
@given(small_images(), st.sampled_from(DATAFLOWS), st.integers(0, 3))
def test_any_small_image_with_rules(image: Image, dataflow: str, coarse_words: int) -> None:
    coarse = min(coarse_words, image.parameters.words)
    ruled = with_rules(image, dataflow=dataflow, coarse_words=coarse)
    queries = corner_queries(image, np.random.default_rng(0))
    counts = spec.recall(ruled, queries).counts
    report = estimate(
        ruled.parameters,
        ruled.gamma,
        counts,
        plain=spec.recall(image, queries).counts,
        searches=count_searches(ruled.parameters, ruled.patterns, queries),
        by_rule=counted_by_rule(ruled, queries, counts),
    )
    check(report)
    rules = rules_of(ruled)
    assert (report.savings is None) == (not rules)
    if report.savings is not None:
        assert tuple(saving.rule for saving in report.savings.rules) == rules
        assert report.savings.all.energy_pj == report.engine.total_pj


def test_the_largest_legal_parameters() -> None:
    parameters = Parameters(
        65536, 1048576, weight_bits=8, plane_weights=(255,) * 8, kernel_bits=16, lanes=512,
        offset_bits=16, offset_frac_bits=16, max_steps=65535,
    )  # fmt: skip
    steps = np.array([65535])
    counts = closed_form(
        parameters,
        steps=steps,
        active_steps=steps,
        groups_active=steps * parameters.groups,
        kernel_values=steps * parameters.patterns,
    )
    report = estimate(parameters, 1e-4, counts)
    assert "weights" in report.engine.in_dram
    check(report)
