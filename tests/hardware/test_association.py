"""Outputs other than the patterns: contract, specification and fast model answer the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hwsim
from hwsim.config import Parameters
from hwsim.cost.cycles import recall_cycles
from hwsim.errors import InputError
from hwsim.export.header import verilog_parameters
from hwsim.hardware import fast, rules, spec
from hwsim.hardware.assembly import image_of_rows
from hwsim.hardware.contract import fields_of, recall
from hwsim.hardware.image import Image
from tests.images import associating_images, corner_queries, near_queries

# Every output alike but the scale, and the nearest pattern alone counts.
BY_HAND = Image(
    Parameters(3, 2, 1, kernel_bits=2, lanes=8, max_steps=1, outputs=3, scale_bits=3),
    np.array([[0, 0, 0], [1, 1, 1]], dtype=np.uint8),
    np.array([[1, 1, 0], [0, 1, 1]], dtype=np.uint8),
    np.array([3, 0, 0, 0]),
    np.zeros(3, dtype=np.int64),
    0.5,
    scales=np.array([2, 5, 7]),
)


def test_by_hand() -> None:
    found = spec.associate(BY_HAND, np.array([[-1, -1, -1], [1, 1, -1]], dtype=np.int8))
    assert found.fields.tolist() == [[3, 3, -3], [-3, 3, 3]]
    assert found.labels.tolist() == [1, 2]  # scores 6, 15, -21 and -6, 15, 21
    assert found.states.tolist() == [[1, 1, -1], [-1, 1, 1]]
    assert found.distance.tolist() == [0, 1]
    assert not found.miss.any()


def test_ties_go_to_the_lowest_output() -> None:
    even = replace(BY_HAND, scales=np.array([4, 4, 4]))
    found = spec.associate(even, np.array([[-1, -1, -1], [1, 1, 1]], dtype=np.int8))
    assert found.labels.tolist() == [0, 1]


@given(associating_images(), st.integers(0, 2**32 - 1))
@example(BY_HAND, 0)
def test_all_models_agree(image: Image, seed: int) -> None:
    rng = np.random.default_rng(seed)
    queries = np.concatenate([corner_queries(image, rng), near_queries(image, 4, rng)])
    found = spec.associate(image, queries)
    assert found == fast.associate(image, queries)
    assert np.array_equal(found.fields, fields_of(image, queries))
    scores = found.fields.astype(object) * image.scales  # Python's integers, which never wrap
    assert found.labels.tolist() == [row.tolist().index(max(row)) for row in scores]
    assert np.array_equal(found.miss, found.counts.groups_active == 0)
    p = image.parameters
    cycles = recall_cycles(p, found.counts)
    assert (cycles > p.words + p.result_words + found.counts.weight_reads).all()


@given(associating_images(sequences=True), st.integers(0, 2**32 - 1))
def test_a_sequence_is_one_step_after_the_other(image: Image, seed: int) -> None:
    rng = np.random.default_rng(seed)
    queries = np.concatenate([corner_queries(image, rng), near_queries(image, 2, rng)])
    found = spec.associate(image, queries)
    assert found == fast.associate(image, queries)
    p = image.parameters
    step = replace(image, parameters=replace(p, max_steps=1))
    state, missed, cycles = queries, np.zeros(len(queries), dtype=bool), 0
    for t in range(p.max_steps):
        one = spec.associate(step, state)
        assert np.array_equal(found.trajectories[:, t], one.states)
        assert (one.miss | ~missed).all()  # nothing is near any more
        for name in ("fields", "labels", "miss", "distance"):
            each = getattr(found, name).reshape(len(queries), p.max_steps, -1)[:, t]
            assert np.array_equal(each, getattr(one, name).reshape(len(queries), -1)), name
        missed = one.miss
        state = np.where(missed[:, None], state, one.states)
        cycles += recall_cycles(step.parameters, one.counts) - p.words
    assert np.array_equal(recall_cycles(p, found.counts), cycles + p.words)


def test_a_sequence_is_replayed_from_a_noisy_cue() -> None:
    """100 patterns of 200 neurons: every step is the next pattern, in both models."""
    rng = np.random.default_rng(0)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (100, 200))
    targets = np.roll(patterns, -1, axis=0)
    image = hwsim.lower(hwsim.train(patterns, gamma=0.02, targets=targets), bits=2)
    image = replace(image, parameters=replace(image.parameters, max_steps=100))
    cue = np.where(rng.random((1, 200)) < 0.15, -patterns[:1], patterns[:1]).astype(np.int8)
    assert 20 < np.sum(cue != patterns[0]) < 40
    found = spec.associate(image, cue)
    assert found == fast.associate(image, cue)
    assert np.array_equal(found.trajectories, targets[None])


def test_a_sequence_goes_round() -> None:
    """Every pattern's output is the next one, the last one's the first."""
    bits = np.eye(4, dtype=np.uint8)
    codes = np.roll(bits, -1, axis=0)
    lut, none = np.array([3, 0, 0, 0, 0]), np.zeros(4, dtype=np.int64)
    image = Image(
        Parameters(4, 4, 1, kernel_bits=2, lanes=8, max_steps=6, outputs=4), bits, codes, lut, none
    )
    found = spec.associate(image, np.array([[1, -1, -1, -1]], dtype=np.int8))
    assert found.trajectories.argmax(axis=2).tolist() == [[1, 2, 3, 0, 1, 2]]
    assert found.labels.tolist() == [1, 2, 3, 0, 1, 2]


@given(associating_images())
def test_the_memories_hold_all_of_it(image: Image) -> None:
    assert image_of_rows(image.parameters, image.memory_rows(), image.gamma) == image
    p = image.parameters
    assert Parameters.from_dict(p.to_dict()) == p
    assert verilog_parameters(p)["OUTPUTS"] == p.outputs


@given(associating_images())
def test_codes_of_all_patterns_are_stored_once_an_output(image: Image) -> None:
    p, rows = image.parameters, image.memory_rows()
    assert len(rows["weights"]) == p.groups * p.outputs * p.weight_bits
    assert ("scales" in rows) == (p.scale_bits > 0)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("max_steps", 2, "max_steps is 2; with 10 outputs other than the patterns it must be 1"),
        ("dataflow", "row", "dataflow is 'row'; with outputs"),
        ("queries_in_flight", 2, "queries_in_flight is 2; with outputs"),
        ("engines", 2, "engines is 2; with outputs"),
        ("winner_limit", 3, "winner_limit is 3; with outputs"),
        ("radius_bits", 1, "radius_bits is 1; with outputs"),
        ("pipelined", True, "pipelined is True; with outputs"),
        ("outputs", 65, "states of 40 neurons in words of 64 have room for 64: give"),
        ("outputs", -1, "outputs is -1; it must be from 0 to 65536"),
        ("scale_bits", 17, "scale_bits is 17; it must be from 0 to 16"),
    ],
)
def test_what_is_not_proved_for_outputs_is_refused(name: str, value: object, words: str) -> None:
    given = {"max_steps": 1, "outputs": 10, "patterns": 200, name: value}
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        Parameters(40, **given)  # type: ignore[arg-type]


def test_scales_are_for_outputs() -> None:
    with pytest.raises(InputError, match="scale_bits is 4; it must be 0"):
        Parameters(40, 200, scale_bits=4)


def test_scores_fit_64_bits() -> None:
    sizes = {"kernel_bits": 16, "weight_bits": 8, "offset_bits": 16, "offset_frac_bits": 16}
    with pytest.raises(InputError, match="scores take 80 bits, more than 64"):
        Parameters(
            65536, 1048576, **sizes, max_steps=1, outputs=2, scale_bits=16,
            plane_weights=(255,) * 8,
        )  # fmt: skip


@pytest.mark.parametrize("answer", [recall, spec.recall, fast.recall])
def test_no_model_takes_outputs_for_states(answer: object) -> None:
    with pytest.raises(InputError, match="3 outputs other than the patterns"):
        answer(BY_HAND, np.ones((1, 3), dtype=np.int8))  # type: ignore[operator]


@pytest.mark.parametrize("answer", [spec.associate, fast.associate])
def test_states_are_not_taken_for_outputs(answer: object) -> None:
    p = Parameters(3, 2, 1, lanes=8)
    bits = np.array([[0, 0, 0], [1, 1, 1]], dtype=np.uint8)
    image = Image(p, bits, bits, np.array([3, 0, 0, 0]), np.zeros(3, dtype=np.int64), 0.5)
    with pytest.raises(InputError, match="no outputs other than the patterns"):
        answer(image, np.ones((1, 3), dtype=np.int8))  # type: ignore[operator]


def test_no_rule_is_derived_for_outputs() -> None:
    assert rules.without_rules(BY_HAND) == BY_HAND
