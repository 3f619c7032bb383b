"""Golden vectors: what is written, and one clear line for vectors that will not do."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import asdict

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export.folder import write_image
from hwsim.export.vectors import (
    VECTORS,
    Recall,
    check_vectors,
    engine_counters,
    write_vectors,
)
from hwsim.hardware.image import Image
from hwsim.hardware.spec import recall
from hwsim.spins import bits_from_spins
from tests.images import corner_queries, random_image
from tests.sealing import edit_vectors

PARAMETERS = Parameters(neurons=10, patterns=9, kernel_bits=4, lanes=8, offset_bits=3)
PRESENT = Recall.__struct_fields__[:-2]  # label and fields are of outputs other than the patterns
CYCLES, BOUNDS = np.arange(100, 106), np.arange(90, 96)


def sample(seed: int = 5) -> tuple[Image, np.ndarray]:
    rng = np.random.default_rng(seed)
    image = random_image(PARAMETERS, rng)
    return image, corner_queries(image, rng)


def write(folders: tuple[Path, Path], seed: int = 5) -> None:
    (vectors, image_folder), (image, queries) = folders, sample(seed)
    answer = recall(image, queries)
    write_vectors(vectors, image_folder, image, queries, answer, CYCLES, BOUNDS, {"seed": seed})


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Vectors and the image they belong to."""
    both = tmp_path / "vectors", tmp_path / "image"
    write_image(both[1], sample()[0])
    write(both)
    return both


def refused(folders: tuple[Path, Path]) -> str:
    with pytest.raises(InputError) as caught:
        check_vectors(*folders)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def edit(folders: tuple[Path, Path], change: Callable[[dict[str, Any]], object]) -> None:
    edit_vectors(folders[0], change)


def test_vectors_hold_everything_the_engine_must_answer(folders: tuple[Path, Path]) -> None:
    answer = recall(*sample())
    vectors = check_vectors(*folders)
    assert len(vectors.recalls) == 6
    for q, row in enumerate(vectors.recalls):
        assert row.steps == answer.steps[q]
        assert row.converged is bool(answer.converged[q])
        assert row.miss is bool(answer.miss[q])
        assert row.distance == answer.distance[q]
        assert (row.cycles, row.cycles_bound) == (100 + q, 90 + q)
        expected = answer.counts.row(q)
        counters = asdict(row.counters)
        assert counters == {name: expected[name] for name in counters}
        assert set(counters) >= set(engine_counters(PARAMETERS))
    document = json.loads((folders[0] / VECTORS).read_text())
    assert all(tuple(row) == PRESENT for row in document["recalls"])
    assert Parameters.from_dict(document["parameters"]) == PARAMETERS
    assert document["provenance"] == {"seed": 5}


def test_words_are_lanes_of_neurons(folders: tuple[Path, Path]) -> None:
    image, queries = sample()
    for name, spins in (("queries", queries), ("states", recall(image, queries).states)):
        lines = (folders[0] / f"{name}.mem").read_text().splitlines()
        assert len(lines) == 6 * 2  # ten neurons take two words of eight
        for q, bits in enumerate(bits_from_spins(spins)):
            value = int(lines[2 * q + 1] + lines[2 * q], 16)  # word 0 holds neurons 0 to 7
            assert value == sum(int(bit) << i for i, bit in enumerate(bits))


def test_vectors_of_another_image(folders: tuple[Path, Path]) -> None:
    write_image(folders[1], sample(6)[0])
    assert refused(folders) == (
        f"{folders[0]} was made from another image than {folders[1]}; make the vectors again"
    )


def test_no_image(folders: tuple[Path, Path], tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert refused((folders[0], nowhere)) == (
        f"{nowhere} is no image: cannot read manifest.json (No such file or directory); "
        "make one with hwsim export"
    )
    with pytest.raises(InputError, match="is no image"):
        write((tmp_path / "new", nowhere))
    assert not (tmp_path / "new").exists()


def test_no_vectors(folders: tuple[Path, Path], tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert refused((nowhere, folders[1])) == (
        f"{nowhere} holds no golden vectors: cannot read vectors.json (No such file or directory); "
        "make them with hwsim vectors"
    )


def test_vectors_that_are_not_json(folders: tuple[Path, Path]) -> None:
    for content, words in (("{", "is not JSON: "), ("[" * 10**5, "is nested deeper than 64")):
        (folders[0] / VECTORS).write_text(content)
        assert refused(folders).startswith(f"{folders[0] / VECTORS} {words}")
    (folders[0] / VECTORS).write_text("[1]")
    assert refused(folders) == (
        f"{folders[0] / VECTORS} is not a JSON object; make the vectors again"
    )


@pytest.mark.parametrize("version", [None, 0, "1"])
def test_no_version(folders: tuple[Path, Path], version: object) -> None:
    edit(folders, lambda document: document.update(format_version=version))
    assert refused(folders) == (
        f"{folders[0] / VECTORS}: format_version is {version!r}; it must be 1 or 2; "
        "make the vectors again"
    )


def test_a_newer_version(folders: tuple[Path, Path]) -> None:
    edit(folders, lambda document: document.update(format_version=3))
    assert refused(folders) == (
        f"{folders[0] / VECTORS}: format_version is 3; this hwsim reads up to 2; update hwsim"
    )


@pytest.mark.parametrize("key", ["image_sha256", "recalls", "parameters"])
def test_an_entry_is_missing(folders: tuple[Path, Path], key: str) -> None:
    edit(folders, lambda document: document.pop(key))
    message = refused(folders)
    assert message.startswith(f"{folders[0] / VECTORS}: {key} is missing; it must be ")
    assert message.endswith("; make the vectors again")


@pytest.mark.parametrize("key", PRESENT)
def test_a_recall_lacks_an_entry(folders: tuple[Path, Path], key: str) -> None:
    edit(folders, lambda document: document["recalls"][3].pop(key))
    message = refused(folders)
    assert message.startswith(f"{folders[0] / VECTORS}: recalls[3].{key} is missing; it must be ")
    assert message.endswith("; make the vectors again")


@pytest.mark.parametrize(("key", "value"), [("label", 1), ("fields", [3])])
def test_a_recall_of_patterns_has_no_outputs(
    folders: tuple[Path, Path], key: str, value: object
) -> None:
    edit(folders, lambda document: document["recalls"][3].update({key: value}))
    assert refused(folders) == (
        f"{folders[0] / VECTORS}: recalls[3].{key} is there; it must be with every recall of "
        "outputs other than the patterns, and with no other; make the vectors again"
    )


def test_a_recall_lacks_a_counter(folders: tuple[Path, Path]) -> None:
    edit(folders, lambda document: document["recalls"][5]["counters"].pop("lut_reads"))
    assert refused(folders) == (
        f"{folders[0] / VECTORS}: recalls[5].counters.lut_reads is missing; it must be a whole "
        "number, 0 or more; make the vectors again"
    )


@pytest.mark.parametrize(
    "change",
    [{"recalls": None}, {"recalls": 3}, {"recalls": [3]}, {"parameters": None}],
    ids=str,
)
def test_damaged_entries(folders: tuple[Path, Path], change: dict[str, object]) -> None:
    edit(folders, lambda document: document.update(change))
    message = refused(folders)
    (name, value), *_ = change.items()
    place, value = ("recalls[0]", 3) if value == [3] else (name, value)
    assert message.startswith(f"{folders[0] / VECTORS}: {place} is {value}; it must be ")
    assert message.endswith("; make the vectors again")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", "2"),
        ("steps", True),
        ("distance", -1),
        ("cycles", None),
        ("cycles_bound", 0),
        ("miss", 0),
        ("counters", None),
        ("counters", [*engine_counters(PARAMETERS)]),
    ],
)
def test_a_recall_s_entry_of_another_kind(
    folders: tuple[Path, Path], name: str, value: object
) -> None:
    edit(folders, lambda document: document["recalls"][3].update({name: value}))
    message = refused(folders)
    assert message.startswith(f"{folders[0] / VECTORS}: recalls[3].{name} is {value!r:.60}")
    assert "; it must be " in message
    assert message.endswith("; make the vectors again")


def test_a_counter_that_is_no_number(folders: tuple[Path, Path]) -> None:
    edit(folders, lambda document: document["recalls"][1]["counters"].update(lut_reads=1.5))
    assert refused(folders) == (
        f"{folders[0] / VECTORS}: recalls[1].counters.lut_reads is 1.5; it must be a whole number, "
        "0 or more; make the vectors again"
    )


def test_illegal_parameters(folders: tuple[Path, Path]) -> None:
    edit(folders, lambda document: document["parameters"].update(lanes=0))
    message = refused(folders)
    assert message.startswith(f"{folders[0] / VECTORS}: lanes is 0; it must be one of 8, 16")
    assert message.endswith("; make the vectors again")


def test_no_recalls(folders: tuple[Path, Path]) -> None:
    edit(folders, lambda document: document.update(recalls=[]))
    message = refused(folders)
    assert message.startswith(f"{folders[0] / VECTORS}: recalls is []; it must be a list of one or")
    assert message.endswith("; make the vectors again")


def test_no_queries_are_no_vectors(folders: tuple[Path, Path], tmp_path: Path) -> None:
    image, queries = sample()
    none = queries[:0]
    with pytest.raises(InputError, match=r"^queries hold no query; golden vectors need at least"):
        write_vectors(
            *(tmp_path / "new", folders[1], image, none),
            *(recall(image, none), CYCLES[:0], BOUNDS[:0]),
        )
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["queries", "states"])
def test_words_are_missing_short_or_wrong(folders: tuple[Path, Path], name: str) -> None:
    file = folders[0] / f"{name}.mem"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]))
    assert f"{file} is too short: 11 words, it must have 12; make the vectors" in refused(folders)
    file.write_text("".join([*lines[:-1], "xy\n"]))
    assert f"{file} line 12 is 'xy'; a word of 8 bits is 2 hexadecimal digits" in refused(folders)
    file.unlink()
    assert refused(folders) == (
        f"cannot read {file}: No such file or directory; make the vectors again"
    )


@pytest.mark.parametrize("writes", range(3))
def test_a_full_disk_keeps_the_old_vectors(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    write_bytes, left = Path.write_bytes, [writes]

    def fill_up(self: Path, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        return write_bytes(self, data)

    before = (folders[0] / VECTORS).read_bytes()
    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(InputError, match=f"^cannot write {folders[0]}: No space left on device$"):
        write(folders, seed=6)
    assert (folders[0] / VECTORS).read_bytes() == before
    assert sorted(entry.name for entry in folders[0].parent.iterdir()) == ["image", "vectors"]


def test_a_folder_that_holds_no_vectors_is_kept(folders: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="it holds image, not vectors"):
        write((folders[1], folders[1]))
    assert (folders[1] / "weights.mem").exists()
