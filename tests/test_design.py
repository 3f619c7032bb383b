"""A design: its defaults said once, its file, and what it refuses."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hwsim
from hwsim.choices import QUANTIZERS
from hwsim.codes import bits_possible
from hwsim.compress.lower import lower
from hwsim.config import DATAFLOWS, LANE_CHOICES, PARALLEL_CHOICES, Parameters
from hwsim.design import (
    FIELDS,
    OFFSET_SOURCES,
    Choices,
    Design,
    chosen,
)
from hwsim.errors import InputError
from hwsim.reference.data import random_patterns
from hwsim.reference.memory import Memory


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """Any legal design."""
    bits = draw(st.integers(1, 8))
    quantizer = draw(st.sampled_from([name for name in QUANTIZERS if bits_possible(name, bits)]))
    planes = st.lists(st.integers(1, 255), min_size=bits, max_size=bits).map(tuple)
    offset_bits = draw(st.integers(0, 16))
    return Design(
        bits=bits,
        quantizer=quantizer,
        kernel_bits=draw(st.integers(1, 16)),
        lanes=draw(st.sampled_from(LANE_CHOICES)),
        offset_bits=offset_bits,
        offset_frac_bits=draw(st.none() | st.integers(0, 16 if offset_bits else 0)),
        kernel_origin=draw(st.sampled_from(("nearest", "absolute"))),
        max_steps=draw(st.none() | st.integers(1, 65535)),
        plane_weights=draw(st.none() | planes) if "kmeans" in quantizer else None,
        offset_source=draw(st.sampled_from(OFFSET_SOURCES)),
        seed=draw(st.integers(0, 2**40)),
        dataflow=draw(st.sampled_from(DATAFLOWS)),
        stop=draw(st.booleans()),
        winner=draw(st.booleans()),
        radius=draw(st.booleans()),
        coarse_words=draw(st.integers(0, 1)),
        queries_in_flight=draw(st.sampled_from(PARALLEL_CHOICES)),
    )


@given(designs())
def test_a_design_survives_json(design: Design) -> None:
    assert Design.from_dict(json.loads(json.dumps(design.to_dict()))) == design


@given(design=designs())
def test_a_design_survives_its_file(design: Design, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "design.toml"
    design.save(path)
    assert Design.load(path) == design
    assert "None" not in path.read_text()


@given(designs(), st.integers(1, 65536), st.integers(1, 1048576))
def test_the_parameters_are_the_design_s(design: Design, neurons: int, patterns: int) -> None:
    parameters = design.parameters(neurons, patterns)
    assert (parameters.neurons, parameters.patterns) == (neurons, patterns)
    assert parameters.weight_bits == design.bits
    for name in ("kernel_bits", "lanes", "offset_bits", "kernel_origin", "dataflow"):
        assert getattr(parameters, name) == getattr(design, name)
    assert parameters.max_steps == (design.max_steps or 50) == design.most_steps
    assert parameters.offset_frac_bits == (design.offset_frac_bits or 0)
    if design.plane_weights is not None:
        assert design.plane_weights == parameters.C


def test_defaults() -> None:
    design = Design()
    assert design == hwsim.Design(
        bits=2,
        quantizer="neuron-mse",
        kernel_bits=8,
        lanes=64,
        offset_bits=8,
        offset_frac_bits=None,
        kernel_origin=None,
        max_steps=None,
        plane_weights=None,
        offset_source="learned",
        seed=0,
        dataflow="group",
        stop=True,
        winner=True,
        radius=True,
        coarse_words=1,
        queries_in_flight=1,
        engines=1,
    )
    assert design.parameters(7, 9) == Parameters(7, 9, offset_bits=8)


def test_a_file_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text('[design]\nquantizer = "kmeans"\nplane_weights = [1, 3]\nlanes = 16\n')
    design = Design.load(path)
    assert design == Design(quantizer="kmeans", plane_weights=(1, 3), lanes=16)
    assert hash(design) == hash(Design.load(path))
    with pytest.raises(InputError, match="not a design that hwsim saved"):
        design.save(path)
    design.save(path, force=True)
    assert "offset_frac_bits" not in path.read_text()  # TOML has no none


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"bits": 0}, "bits is 0; it must be a whole number from 1 to 8"),
        ({"bits": True}, "bits is True"),
        ({"kernel_bits": 17}, "kernel_bits is 17; it must be from 1 to 16"),
        ({"kernel_bits": "8"}, "kernel_bits is '8'; it must be a whole number"),
        ({"lanes": 12}, "lanes is 12; it must be one of 8, 16"),
        ({"offset_bits": 17}, "offset_bits is 17"),
        ({"offset_bits": 4, "offset_frac_bits": 17}, "offset_frac_bits is 17"),
        ({"offset_bits": 0, "offset_frac_bits": 3}, "offset_frac_bits is 3, but offset_bits is 0"),
        ({"max_steps": 0}, "max_steps is 0"),
        ({"kernel_origin": "far"}, "kernel_origin is 'far'"),
        ({"offset_source": "magic"}, "offset_source is 'magic'; it must be one of learned, quant"),
        ({"quantizer": "minmx"}, "quantizer is 'minmx'; .* did you mean 'minmax'"),
        ({"quantizer": 3}, "quantizer is 3"),
        ({"quantizer": "neuron-neuron-minmax"}, "quantizer is 'neuron-neuron-minmax'"),
        ({"quantizer": "sign-mean"}, "sign-mean makes 1 bit, bits is 2; give bits 1"),
        ({"quantizer": "kmeans", "plane_weights": [1]}, "plane_weights has 1 entries, bits is 2"),
        ({"quantizer": "kmeans", "plane_weights": [1, 256]}, r"plane_weights\[1\] is 256"),
        ({"quantizer": "kmeans", "plane_weights": [1, 2.0]}, r"plane_weights\[1\] is 2.0"),
        ({"plane_weights": [1, 3]}, "quantizer neuron-mse, whose levels are evenly spaced"),
        ({"plane_weights": "1,2"}, "plane_weights is '1,2'; it must be a list"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 0.5}, "seed is 0.5"),
        ({"dataflow": "rows"}, "dataflow is 'rows'; it must be one of group, row"),
        ({"stop": 1}, "stop is 1; it must be true or false"),
        ({"winner": None}, "winner is None"),
        ({"radius": "yes"}, "radius is 'yes'"),
        ({"coarse_words": -1}, "coarse_words is -1; it must be from 0 to 8192"),
        ({"coarse_words": True}, "coarse_words is True"),
        ({"queries_in_flight": 3}, "queries_in_flight is 3; it must be one of 1, 2, 4, 8"),
        ({"engines": True}, "engines is True; it must be one of 1, 2, 4, 8"),
        (
            {"queries_in_flight": 2, "engines": 4},
            "engines is 4 and queries_in_flight is 2; one of them must be 1",
        ),
    ],
)
def test_illegal_choices(choices: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        Design(**choices)
    with pytest.raises(InputError, match=message):
        Design.from_dict(choices)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"there is no table \[design\]"),
        ("bits = 2", r"there is no table \[design\]"),
        ("design = 3", r"there is no table \[design\]"),
        ("[design]\n[sweep]\n", r"sweep is outside the table \[design\]"),
        ("[design]\nbit = 3\n", r"bit is no choice of a design; .*; did you mean 'bits'\?"),
        ("[design]\nbits = 9\n", "bits is 9"),
        ("[design]\nbits = [1, 2]\n", r"bits is \[1, 2\]"),
        ("[design", "is not TOML"),
    ],
)
def test_a_file_that_is_no_design(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=f"d.toml.*{message}"):
        Design.load(path)
    with pytest.raises(InputError, match=r"missing\.toml does not exist"):
        Design.load(tmp_path / "missing.toml")
    with pytest.raises(InputError, match="is a folder; name a file"):
        Design.load(tmp_path)


# CALLS -----------------------------------------------------------------------------------------


def test_the_signature_of_lower_shows_every_choice() -> None:
    shown = inspect.signature(lower).parameters
    assert list(shown) == ["memory", "design", *(entry.name for entry in fields(Design))]
    assert {name: shown[name].default for name in FIELDS} == {
        name: value if name != "plane_weights" else None
        for name, value in Design().to_dict().items()
    }
    assert all(shown[name].kind is inspect.Parameter.KEYWORD_ONLY for name in FIELDS)


def test_editors_see_the_choices_that_there_are() -> None:
    assert get_type_hints(Choices) == get_type_hints(Design)


def test_choices_override_a_design() -> None:
    patterns = random_patterns(8, 10, 0)
    memory = Memory(patterns, 3.0 * patterns + 0.1, 0.05)
    design = Design(bits=3, lanes=16)
    image = lower(memory, design, bits=1)
    assert (image.parameters.weight_bits, image.parameters.lanes) == (1, 16)
    np.testing.assert_array_equal(image.codes, lower(memory, bits=1, lanes=16).codes)
    with pytest.raises(InputError, match=r"design is 'd.toml'; give a hwsim.Design"):
        lower(memory, "d.toml")  # type: ignore[arg-type]


def test_an_unknown_choice_is_lower_s_own_error() -> None:
    with pytest.raises(TypeError, match=r"^lower\(\) got an unexpected choice 'bit'; did .*'bits'"):
        lower(None, bit=3)  # type: ignore[arg-type,call-arg]
    with pytest.raises(TypeError, match=r"^lower\(\) got an unexpected choice 'xyz'$"):
        chosen("lower", None, {"xyz": 3})


# RULES -----------------------------------------------------------------------------------------

OFF: dict[str, Any] = {"stop": False, "winner": False, "radius": False, "coarse_words": 0}
RULES: dict[str, dict[str, Any]] = {
    "stop": {"stop": True},
    "winner": {"winner": True},
    "radius": {"stop": True, "radius": True},
    "coarse_words": {"coarse_words": 2},
    "dataflow": {"dataflow": "row"},
}


@pytest.fixture(scope="module")
def memory() -> Memory:
    patterns = random_patterns(32, 40, 0)
    return Memory(patterns, 3.0 * patterns + 0.1, 0.3)


@pytest.mark.parametrize("name", RULES)
def test_each_rule_alone_is_in_the_parameters(memory: Memory, name: str) -> None:
    p = lower(memory, bits=1, lanes=8, **(OFF | RULES[name])).parameters
    assert (p.radius_bits > 0) is (name in ("stop", "radius"))
    assert (p.radius_bits > 1) is (name == "radius")
    assert (p.winner_limit > 0) is (name == "winner")
    assert (p.coarse_words, p.reach > 0) == ((2, True) if name == "coarse_words" else (0, False))
    assert (p.dataflow, p.shared_planes) == (("row", (0,)) if name == "dataflow" else ("group", ()))


def test_rules_change_no_integer_of_the_image(memory: Memory) -> None:
    every = {key: value for rule in RULES.values() for key, value in rule.items()}
    plain, ruled = (lower(memory, bits=1, lanes=8, **choices) for choices in (OFF, every))
    for name in ("patterns", "codes", "kernel_lut", "offsets"):
        np.testing.assert_array_equal(getattr(ruled, name), getattr(plain, name))
    assert ruled.provenance["design"]["dataflow"] == "row"


def test_radius_needs_stop(memory: Memory) -> None:
    assert lower(memory, stop=False).parameters.radius_bits == 0


def test_no_more_coarse_words_than_a_pattern_has(memory: Memory) -> None:
    with pytest.raises(InputError, match="coarse_words is 5; it must be from 0 to 4"):
        lower(memory, lanes=8, coarse_words=5)
