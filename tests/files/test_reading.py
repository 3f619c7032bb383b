"""Files that others made: regular ones alone, none larger than its kind can be, and no waiting."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hwsim import limits
from hwsim.arrays import load_patterns, load_queries
from hwsim.cost.tables import load_technology
from hwsim.design import Design
from hwsim.errors import HwsimWarning, InputError
from hwsim.explore.sweep.journal import NAME, open_journal
from hwsim.explore.sweep.spec import load_spec
from hwsim.export.folder import load_image
from hwsim.export.manifest import MANIFEST
from hwsim.files.reading import LARGEST_MANIFEST, LARGEST_TOML, read_bytes
from hwsim.reference.memory import load_memory

Load = Callable[[Path], Any]


def load_journal(path: Path) -> None:
    with open_journal(path.parent):
        pass


# What reads it, and the name of the file in an empty folder.
READERS: list[tuple[Load, str]] = [
    (load_memory, "m.npz"),
    (load_patterns, "p.npy"),
    (lambda path: load_queries(path, 3), "q.npy"),
    (load_technology, "t.toml"),
    (load_spec, "s.toml"),
    (Design.load, "d.toml"),
    (lambda path: load_image(path.parent), MANIFEST),
    (load_journal, NAME),
]
names = pytest.mark.parametrize(("load", "name"), READERS, ids=[name for _, name in READERS])


def refusal(load: Load, path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@names
def test_a_pipe_is_not_waited_for(tmp_path: Path, load: Load, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert "it is a pipe, no regular file" in refusal(load, tmp_path / name)


@names
def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: Load, name: str) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's whole path is short by law
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(name)
        message = refusal(load, tmp_path / name)
    assert "it is a socket" in message or "No such device" in message


@names
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device(tmp_path: Path, load: Load, name: str, device: str) -> None:
    (tmp_path / name).symlink_to(device)
    message = refusal(load, tmp_path / name)
    no_terminal = "No such device or address" in message or "it is a socket" in message
    followed = "it is a device, no regular file" in message
    assert followed or "symbolic" in message or (device == "/dev/tty" and no_terminal)


@pytest.mark.parametrize(
    ("load", "name", "limit"),
    [
        (load_technology, "t.toml", LARGEST_TOML),
        (load_spec, "s.toml", LARGEST_TOML),
        (Design.load, "d.toml", LARGEST_TOML),
        (lambda path: load_image(path.parent), MANIFEST, LARGEST_MANIFEST),
    ],
)
def test_a_file_larger_than_its_kind_is_not_read(
    tmp_path: Path, load: Load, name: str, limit: int
) -> None:
    with (tmp_path / name).open("wb") as stream:
        stream.truncate(1 << 40)  # a hole: it takes no room on the disk
    assert "it takes 1 TiB, and " in refusal(load, tmp_path / name)
    with (tmp_path / name).open("wb") as stream:
        stream.truncate(limit + 1)
    assert f"{limits.size_text(limit)} is the most possible" in refusal(load, tmp_path / name)


def test_an_array_larger_than_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "usable_memory", lambda: 1000)
    np.save(tmp_path / "q.npy", np.ones((3, 1000), np.int8))
    message = refusal(lambda path: load_queries(path, 1000), tmp_path / "q.npy")
    assert "(3, 1000)" in message
    assert "take 2.93 KiB" in message
    assert message.endswith("give a smaller one")
    np.savez(tmp_path / "m.npz", patterns=np.ones((3, 1000), np.int8), alpha=1, gamma=1)
    assert message.startswith(f"{tmp_path / 'q.npy'}: the values of an array")
    assert "patterns: the values of an array of shape (3, 1000)" in refusal(
        load_memory, tmp_path / "m.npz"
    )


def test_a_file_that_says_it_is_empty_and_is_not() -> None:
    with pytest.raises(OSError, match="it grew while it was read"):
        read_bytes("/proc/self/status", 100)


def test_a_name_that_no_file_has() -> None:
    assert "holds a NUL" in refusal(Design.load, Path("a\0b"))


def test_nothing_is_read_of_members_that_nobody_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    parts = {"patterns": np.ones((2, 3), np.int8), "alpha": np.ones((2, 3)), "gamma": 0.1}
    np.savez(path, **parts, large=np.zeros((1 << 20) + 1, np.int8), small=np.arange(3))
    with pytest.warns(HwsimWarning, match=r"large \(1 MiB\) is not read"):
        assert set(load_memory(path).provenance) == {"small"}


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1 << 40, "1 TiB"),
        (3 << 29, "1.5 GiB"),
    ],
)
def test_sizes_in_words(size: int, text: str) -> None:
    assert limits.size_text(size) == text
