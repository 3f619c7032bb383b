"""One declaration: what it accepts, what it says of the rest, and its JSON Schema."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from msgspec import Meta, Struct

from hwsim.errors import InputError
from hwsim.schema import json_schema, read

Bits = Annotated[int, Meta(ge=1, le=8)]


class Leaf(Struct, forbid_unknown_fields=True):
    bits: Bits = 2
    share: Annotated[float, Meta(ge=0, le=1)] = 0.5


class Tree(Struct):
    name: str
    leaves: list[Leaf]
    named: dict[str, Leaf] = {}
    kind: Literal["oak", "elm"] = "oak"
    lanes: Literal[8, 16] = 8
    axis: Bits | Annotated[list[Bits], Meta(min_length=1)] = 1
    exact: Decimal = Decimal(0)
    fresh: bool = False
    many: Annotated[list[str], Meta(min_length=1)] = []


SOUND: dict[str, Any] = {"name": "t", "leaves": [{"bits": 1}], "named": {"a": {}, "b": {}}}


def test_what_fits_comes_back_as_it_is() -> None:
    tree = read(Tree, SOUND | {"axis": [1, 2], "exact": Decimal("0.1"), "unknown": 3})
    assert (tree.name, tree.leaves[0].bits, tree.named["b"].share) == ("t", 1, 0.5)
    assert (tree.axis, tree.exact) == ([1, 2], Decimal("0.1"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 3}, "name is 3; it must be text"),
        ({"name": None}, "name is None; it must be text"),
        ({"leaves": {}}, "leaves is an object; it must be a list, each an object"),
        ({"leaves": [{}, {"bits": 9}]}, "leaves[1].bits is 9; it must be a whole number from 1 to"),
        ({"leaves": [{}, {"bits": True}]}, "leaves[1].bits is True; it must be a whole number"),
        ({"leaves": [{"bits": 1.0}]}, "leaves[0].bits is 1.0; it must be a whole number from 1"),
        ({"leaves": [{"bits": 10**4000}]}, f"leaves[0].bits is 1{'0' * 59}…; it must be a whole"),
        ({"leaves": [{"share": float("nan")}]}, "leaves[0].share is nan; it must be a number from"),
        ({"leaves": [{"bit": 1}]}, "leaves[0].bit is unknown; the keys are bits, share; did you"),
        ({"leaves": ["x" * 99]}, f"leaves[0] is '{'x' * 59}…; it must be an object"),
        ({"named": {"a": {}, "b": {"bits": 0}}}, "named.b.bits is 0; it must be a whole number"),
        ({"named": {"a": {}, "b": {"x": 0}}}, "named.b.x is unknown; the keys are bits, share"),
        ({"kind": "ash"}, "kind is 'ash'; it must be one of elm, oak"),
        ({"lanes": 9}, "lanes is 9; it must be one of 8, 16"),
        ({"lanes": True}, "lanes is True; it must be one of 8, 16"),
        ({"axis": 0}, "axis is 0; it must be a whole number from 1 to 8, or a list of"),
        ({"axis": [1, 9]}, "axis[1] is 9; it must be a whole number from 1 to 8"),
        (
            {"axis": []},
            "axis is []; it must be a whole number from 1 to 8, or a list of",
        ),
        ({"exact": "0.1"}, "exact is '0.1'; it must be a number"),
        ({"exact": True}, "exact is True; it must be a number"),
        ({"fresh": 1}, "fresh is 1; it must be true or false"),
        ({"many": []}, "many is []; it must be a list of one or more, each text"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(Tree, SOUND | change, remedy="mend it")
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("; mend it")


def test_what_is_missing() -> None:
    with pytest.raises(InputError, match=r"^name is missing; it must be text$"):
        read(Tree, {"leaves": []})
    with pytest.raises(InputError, match=r"^the file is \[\]; it must be an object of name and"):
        read(Tree, [])


def test_a_schema_is_one() -> None:
    schema = json_schema(Tree)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(SOUND, schema)
