"""Parameters: what is legal, what follows from them, and what is said of illegal ones."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given

from hwsim.config import LANE_CHOICES, Parameters, default_plane_weights, required_names
from hwsim.errors import InputError
from hwsim.quantities import counted
from tests.images import small_parameters

RANGES = {
    "neurons": (1, 65536),
    "patterns": (1, 1048576),
    "kernel_bits": (1, 16),
    "offset_bits": (0, 16),
    "offset_frac_bits": (0, 16),
    "max_steps": (1, 65535),
}


def make(**changes: Any) -> Parameters:
    return Parameters(**{"neurons": 7, "patterns": 3, **changes})


@pytest.mark.parametrize("name", RANGES)
def test_range_ends_are_legal_and_their_neighbours_are_not(name: str) -> None:
    low, high = RANGES[name]
    for value in (low, high):
        assert getattr(make(**{name: value}), name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(InputError) as caught:
            make(**{name: value})
        assert str(caught.value) == f"{name} is {value}; it must be from {low} to {high}"


@pytest.mark.parametrize("name", [*RANGES, "weight_bits"])
@pytest.mark.parametrize("value", [2.0, "2", True, None])
def test_only_whole_numbers(name: str, value: object) -> None:
    with pytest.raises(InputError, match=rf"^{name} is {value!r}; it must be a whole number from"):
        make(**{name: value})


@pytest.mark.parametrize("bits", [0, 9])
def test_weight_bits_out_of_range(bits: int) -> None:
    with pytest.raises(InputError, match=f"^weight_bits is {bits}; it must be from 1 to 8$"):
        make(weight_bits=bits)


@pytest.mark.parametrize("lanes", [0, 4, 7, 24, 1024, -8, 64.0, "64", True, None])
def test_lanes_are_a_power_of_two_from_8_to_512(lanes: object) -> None:
    with pytest.raises(InputError) as caught:
        make(lanes=lanes)
    assert str(caught.value) == (
        f"lanes is {lanes!r}; it must be one of 8, 16, 32, 64, 128, 256, 512"
    )
    assert LANE_CHOICES == (8, 16, 32, 64, 128, 256, 512)


@pytest.mark.parametrize("name", ["queries_in_flight", "engines"])
def test_a_power_of_two_runs_in_parallel(name: str) -> None:
    for value in (1, 2, 4, 8):
        assert getattr(make(patterns=64, lanes=8, **{name: value}), name) == value
    for wrong in (0, 3, 16, 2.0, True, None):
        with pytest.raises(InputError) as caught:
            make(**{name: wrong})
        assert str(caught.value) == f"{name} is {wrong!r}; it must be one of 1, 2, 4, 8"


def test_queries_in_flight_or_engines() -> None:
    with pytest.raises(InputError) as caught:
        make(patterns=64, lanes=8, queries_in_flight=8, engines=2)
    assert str(caught.value) == "engines is 2 and queries_in_flight is 8; one of them must be 1"


@pytest.mark.parametrize(
    ("patterns", "engines", "groups"),
    [(9, 2, 1), (16, 2, 1), (17, 2, 2), (25, 4, 1), (40, 4, 2), (49, 4, 2), (57, 8, 1), (64, 8, 1)],
)
def test_every_engine_has_a_group(patterns: int, engines: int, groups: int) -> None:
    p = make(patterns=patterns, lanes=8, engines=engines)
    assert p.share_groups == max(map(len, p.shares)) == groups
    assert min(map(len, p.shares)) >= max(groups - 1, 1)
    assert [group for share in p.shares for group in share] == list(range(p.groups))


@pytest.mark.parametrize(("patterns", "engines", "groups"), [(8, 2, 1), (24, 4, 3), (56, 8, 7)])
def test_no_engine_without_a_group(patterns: int, engines: int, groups: int) -> None:
    with pytest.raises(InputError) as caught:
        make(patterns=patterns, lanes=8, engines=engines)
    assert str(caught.value) == (
        f"engines is {engines}, but the patterns are {counted(groups, 'group')} of 8; give fewer "
        "engines or lanes"
    )


@pytest.mark.parametrize("name", ["queries_in_flight", "engines"])
def test_an_image_without_a_number_of_them_has_one(name: str) -> None:
    values = make(dataflow="row").to_dict()
    del values[name]
    assert Parameters.from_dict(values) == make(dataflow="row")
    with pytest.raises(InputError, match=f"parameter {name} is of format 2"):
        Parameters.from_dict({**make().to_dict(1), name: 1}, 1)


@pytest.mark.parametrize("origin", ["", "Nearest", None, 0, ["nearest"]])
def test_kernel_origin(origin: object) -> None:
    with pytest.raises(InputError) as caught:
        make(kernel_origin=origin)
    hint = "; did you mean 'nearest'?" if origin == "Nearest" else ""
    assert str(caught.value) == (
        f"kernel_origin is {origin!r}; it must be one of nearest, absolute{hint}"
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ((1,), "plane_weights has 1 entries, weight_bits is 2; give one positive integer a plane"),
        ((1, 2, 4), "plane_weights has 3 entries, weight_bits is 2; give one positive integer"),
        ((0, 1), "plane_weights[0] is 0; it must be from 1 to 255"),
        ((1, 256), "plane_weights[1] is 256; it must be from 1 to 255"),
        ((1, -2), "plane_weights[1] is -2; it must be from 1 to 255"),
        ((1, 2.0), "plane_weights[1] is 2.0; it must be a whole number from 1 to 255"),
        (3, "plane_weights is 3; it must be a list of weight_bits positive integers"),
    ],
)
def test_illegal_plane_weights(weights: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        make(weight_bits=2, plane_weights=weights)
    assert str(caught.value).startswith(message)


def test_plane_weights_default_to_binary_place_values() -> None:
    assert default_plane_weights(4) == (1, 2, 4, 8)
    assert make(weight_bits=3).plane_weights == (1, 2, 4)
    assert make(weight_bits=8).C[-1] == 128
    assert make(weight_bits=2, plane_weights=[255, 1]).C == (255, 1)  # a list will do


def test_sizes_round_up() -> None:
    p = make(neurons=65, patterns=129, lanes=64, weight_bits=3)
    assert (p.words, p.groups) == (2, 3)
    assert p.pattern_depth == 129 * 2
    assert p.weight_depth == 3 * 65 * 3
    exact = make(neurons=64, patterns=128, lanes=64)
    assert (exact.words, exact.groups) == (1, 2)


@pytest.mark.parametrize(
    ("neurons", "bits"), [(1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4), (1000, 10), (65536, 17)]
)
def test_distance_bits_hold_0_to_n(neurons: int, bits: int) -> None:
    assert make(neurons=neurons).distance_bits == bits


# |f| <= P * (2**KB - 1) * (sum(C) * 2**F + 2**(ZB - 1)), worked out by hand.
@pytest.mark.parametrize(
    ("changes", "largest", "bits"),
    [
        # 1 * 1 * 1
        ({"patterns": 1, "weight_bits": 1, "kernel_bits": 1}, 1, 2),
        # 600 * 255 * (1 + 2) = 459 000 < 2**19 = 524 288
        ({"patterns": 600}, 459_000, 20),
        # 3000 * 255 * 3 = 2 295 000 < 2**22 = 4 194 304
        ({"patterns": 3000}, 2_295_000, 23),
        # 95 * 511 * (7 * 16 + 32) = 6 990 480 < 2**23 = 8 388 608
        (
            {
                "patterns": 95,
                "weight_bits": 3,
                "kernel_bits": 9,
                "offset_bits": 6,
                "offset_frac_bits": 4,
            },
            6_990_480,
            24,
        ),
        # 1 * 3 * (5 + 1) = 18 < 2**5; an offset of one bit is 0 or -1
        (
            {
                "patterns": 1,
                "kernel_bits": 2,
                "weight_bits": 1,
                "plane_weights": (5,),
                "offset_bits": 1,
            },
            18,
            6,
        ),
        # exactly a power of two, 2**3: 8 * 1 * 1 takes four bits and the sign
        ({"patterns": 8, "weight_bits": 1, "kernel_bits": 1}, 8, 5),
    ],
)
def test_a_field_is_as_wide_as_the_largest_one(
    changes: dict[str, Any], largest: int, bits: int
) -> None:
    p = make(**changes)
    assert p.largest_field == largest
    assert p.field_bits == bits


def test_every_field_of_the_largest_parameters_fits_int64() -> None:
    p = Parameters(
        neurons=65536,
        patterns=1048576,
        weight_bits=8,
        plane_weights=(255,) * 8,
        kernel_bits=16,
        lanes=512,
        offset_bits=16,
        offset_frac_bits=16,
        max_steps=65535,
    )
    assert p.largest_field < 2**63
    assert p.field_bits == 64


def test_kernel_maximum_and_origin() -> None:
    assert [make(kernel_bits=bits).kernel_max for bits in (1, 8, 16)] == [1, 255, 65535]
    assert make().nearest
    assert not make(kernel_origin="absolute").nearest


def test_parameters_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make().neurons = 8  # type: ignore[misc]


@given(small_parameters())
def test_json_round_trip(parameters: Parameters) -> None:
    assert Parameters.from_dict(json.loads(json.dumps(parameters.to_dict()))) == parameters


@pytest.mark.parametrize("name", required_names(2))
def test_from_dict_names_what_is_missing(name: str) -> None:
    values = make().to_dict()
    del values[name]
    with pytest.raises(InputError, match=f"^parameter {name} is missing$"):
        Parameters.from_dict(values)


@pytest.mark.parametrize("value", [None, 3, "12", {"0": 1}])
def test_from_dict_wants_a_list_of_plane_weights(value: object) -> None:
    with pytest.raises(InputError, match=r"^plane_weights is .*; it must be a list$"):
        Parameters.from_dict({**make().to_dict(), "plane_weights": value})
