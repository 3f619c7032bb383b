"""Files of one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwsim.errors import InputError
from hwsim.toml import load_toml, one_table, only_table


def test_one_table_is_read_as_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(one_table("sweep", {"bits": [1, 2], "load": 3.0, "name": "ä", "none": None}))
    assert load_toml(path) == {"sweep": {"bits": [1, 2], "load": 3.0, "name": "ä"}}
    assert only_table(load_toml(path), "sweep")["bits"] == [1, 2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, r"there is no table \[sweep\]; put the sweep's keys under that heading"),
        ({"sweep": 3}, r"there is no table \[sweep\]"),
        ({"sweep": {}, "noise": 1}, r"noise is outside the table \[sweep\]; move it under"),
    ],
)
def test_what_is_no_single_table(content: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        only_table(content, "sweep")


def test_what_is_no_file_of_toml(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml does not exist"):
        load_toml(tmp_path / "none.toml")
    with pytest.raises(InputError, match=r"is a folder; name a file"):
        load_toml(tmp_path)
    path = tmp_path / "t.toml"
    path.write_bytes(b"a = '\xff'")
    with pytest.raises(InputError, match=r"t\.toml is not UTF-8 text; save it as such"):
        load_toml(path)
    path.write_text("a = ")
    with pytest.raises(InputError, match=r"t\.toml is not TOML: "):
        load_toml(path)
