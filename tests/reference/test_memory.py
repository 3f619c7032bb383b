"""Memories: validation, files, and every complaint."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hwsim import files
from hwsim.arrays import load_patterns, load_queries
from hwsim.errors import HwsimWarning, InputError
from hwsim.reference.memory import Memory, load_memory, save_memory

PATTERNS = np.array([[1, -1, 1], [-1, -1, 1]], dtype=np.int8)
ALPHA = np.array([[0.5, -1.5, 2.0], [-3.0, -0.25, 1.0]], dtype=np.float32)


def small_memory(**provenance: Any) -> Memory:
    return Memory(PATTERNS, ALPHA, 0.02, provenance)


def test_sizes() -> None:
    assert (small_memory().stored, small_memory().neurons) == (2, 3)


@given(
    alpha=hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.floats(-1e6, 1e6, width=32),
    ),
    gamma=st.floats(1e-6, 10),
    seed=st.integers(0, 2**32 - 1),
)
def test_saving_and_loading_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, alpha: Any, gamma: float, seed: int
) -> None:
    spins = 2 * np.random.default_rng(seed).integers(0, 2, alpha.shape, dtype=np.int8) - 1
    notes = {"method": "by hand", "seed": seed, "loss": 0.25, "curve": np.arange(3)}
    path = tmp_path_factory.mktemp("memory") / "m.npz"
    save_memory(path, Memory(spins, alpha, gamma, notes))
    loaded = load_memory(path)
    assert np.array_equal(loaded.patterns, spins)
    assert loaded.patterns.dtype == np.int8
    assert np.array_equal(loaded.alpha, alpha)
    assert loaded.alpha.dtype == alpha.dtype
    assert loaded.gamma == gamma
    assert {key: loaded.provenance[key] for key in ("method", "seed", "loss")} == {
        key: notes[key] for key in ("method", "seed", "loss")
    }
    assert np.array_equal(loaded.provenance["curve"], np.arange(3))


def test_equal_memories_make_equal_files(tmp_path: Path) -> None:
    save_memory(tmp_path / "a.npz", small_memory(seed=1))
    save_memory(tmp_path / "b.npz", small_memory(seed=1))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:  # whatever the clock says
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("spins", [np.int8, np.int64, np.float16, np.float64, ">i4"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4", ">f8"])
@pytest.mark.parametrize("gamma", [0.02, np.float32(0.02), np.array([0.02]), np.array([[0.02]])])
def test_loads_what_somebody_elses_numpy_wrote(
    tmp_path: Path, spins: Any, dtype: Any, gamma: Any
) -> None:
    path = tmp_path / "theirs.npz"
    np.savez_compressed(
        path,
        patterns=np.asfortranarray(PATTERNS.astype(spins)),
        alpha=ALPHA.astype(dtype),
        gamma=gamma,
    )
    memory = load_memory(path)
    assert np.array_equal(memory.patterns, PATTERNS)
    assert np.array_equal(memory.alpha, ALPHA)
    assert memory.alpha.dtype == (np.float64 if np.dtype(dtype).itemsize == 8 else np.float32)
    assert memory.gamma == pytest.approx(0.02)


def changed(array: Any, index: tuple[int, int], value: float) -> Any:
    other = array.astype(np.float64)
    other[index] = value
    return other


COMPLAINTS: list[tuple[dict[str, Any], str]] = [
    ({"alpha": changed(ALPHA, (1, 2), np.nan)}, "alpha[1, 2] is nan; every weight must be finite"),
    ({"alpha": changed(ALPHA, (0, 1), -np.inf)}, "alpha[0, 1] is -inf"),
    ({"patterns": changed(PATTERNS, (1, 0), 3)}, "patterns[1, 0] is 3.0; a spin must be +1 or -1"),
    ({"patterns": changed(PATTERNS, (0, 2), np.nan)}, "patterns[0, 2] is nan"),
    (
        {"patterns": (PATTERNS + 1) // 2},
        "patterns hold 0 and 1; spins are -1 and +1: use hwsim",
    ),
    ({"patterns": PATTERNS > 0}, "patterns hold 0 and 1"),
    ({"patterns": PATTERNS[0]}, "patterns have shape (3,)"),
    ({"patterns": PATTERNS[:0]}, "patterns have shape (0, 3); at least one spin"),
    ({"patterns": PATTERNS.astype(str)}, "patterns have dtype <U"),
    ({"alpha": np.vstack([ALPHA, ALPHA[:1]])}, "alpha has 3 rows, patterns 2"),
    ({"alpha": ALPHA[:, :2]}, "alpha has 2 columns, patterns 3"),
    (
        {"alpha": ALPHA.T},
        "alpha has 3 rows, patterns 2; both must be (P, N); it seems to be transp",
    ),
    ({"alpha": ALPHA[0]}, "alpha has shape (3,)"),
    ({"alpha": ALPHA + 1j}, "alpha has dtype complex64; it must be real numbers"),
    ({"gamma": 0.0}, "gamma is 0.0; it must be a positive finite number"),
    ({"gamma": -0.02}, "gamma is -0.02; it must be a positive"),
    ({"gamma": np.nan}, "gamma is nan; it must be a positive"),
    ({"gamma": 1e308}, "gamma is 1e+308; it must be at most 1e+300"),
    ({"gamma": 1e-320}, "gamma is 1e-320; it must be at least 1e-300"),
    ({"gamma": np.array([0.1, 0.2])}, "gamma has shape (2,); it must be one positive number"),
    ({"gamma": "wide"}, "gamma is 'wide'; it must be one positive number"),
    ({"alpha": changed(ALPHA, (1, 0), -1e101)}, "alpha[1, 0] is -1e+101, beyond 1e+100; divide"),
    ({"alpha": ALPHA.astype(np.longdouble) * np.longdouble("1e4000")}, "beyond 1e+100; divide all"),
    ({"patterns": np.ones((1, 65537), np.int8)}, "patterns have 65537 columns; at most 65536"),
    ({"patterns": np.ones((1048577, 1), np.int8)}, "patterns have 1048577 rows; at most 104857"),
]


@pytest.mark.parametrize(("change", "message"), COMPLAINTS)
def test_a_memory_that_is_not_one(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    parts = {"patterns": PATTERNS, "alpha": ALPHA, "gamma": 0.02} | change
    path = tmp_path / "bad.npz"
    np.savez(path, **parts)
    with pytest.raises(InputError) as caught:
        load_memory(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["patterns", "alpha", "gamma"])
def test_missing_key(tmp_path: Path, missing: str) -> None:
    parts = {"patterns": PATTERNS, "alpha": ALPHA, "gamma": 0.02}
    del parts[missing]
    np.savez(tmp_path / "m.npz", **parts)
    with pytest.raises(InputError, match=f"has no {missing}; a memory holds patterns"):
        load_memory(tmp_path / "m.npz")


@pytest.mark.parametrize("key", ["alpha", "notes"])
def test_pickles_are_refused_unread(tmp_path: Path, key: str) -> None:
    parts: dict[str, Any] = {"patterns": PATTERNS, "alpha": ALPHA, "gamma": 0.02}
    parts[key] = np.array([{"run": "me"}], dtype=object)
    np.savez(tmp_path / "m.npz", **parts)
    with pytest.raises(InputError, match=f"{key} is pickled"):
        load_memory(tmp_path / "m.npz")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04N.", b"\x93NUMPY\x01\x00"])
def test_not_an_npz(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"is not an \.npz file"):
        load_memory(tmp_path / "m.npz")


def test_every_truncation_and_some_damage_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    save_memory(path, small_memory())
    whole = path.read_bytes()
    mark = len(files.Kind.MEMORY.value)  # the zip comment at the end, which holds no data
    for length in range(len(whole) - mark):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError):
            load_memory(path)
    inside = whole.index(ALPHA.tobytes())
    path.write_bytes(whole[:inside] + b"\xff" + whole[inside + 1 :])
    with pytest.raises(InputError, match="damaged"):
        load_memory(path)


@pytest.mark.parametrize("load", [load_memory, load_patterns, lambda path: load_queries(path, 3)])
def test_missing_file_and_folder(tmp_path: Path, load: Callable[[Path], Any]) -> None:
    with pytest.raises(InputError, match=r"nothing\.npz does not exist"):
        load(tmp_path / "nothing.npz")
    with pytest.raises(InputError, match="is a folder; name a file"):
        load(tmp_path)


def test_provenance_that_cannot_be_kept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'alpha' is the name of a part"):
        save_memory(tmp_path / "m.npz", small_memory(alpha=1))
    with pytest.raises(InputError, match="provenance 'notes' is None"):
        save_memory(tmp_path / "m.npz", small_memory(notes=None))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.npz"
    save_memory(path, small_memory())
    before = path.read_bytes()

    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(InputError, match="No space left"):
        save_memory(path, small_memory(seed=2))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_queries(tmp_path: Path) -> None:
    path = tmp_path / "q.npy"
    np.save(path, PATTERNS.astype(np.float64))
    assert np.array_equal(load_queries(path, 3), PATTERNS)
    assert load_queries(path, 3).dtype == np.int8
    assert np.array_equal(load_patterns(path), PATTERNS)
    np.save(path, PATTERNS[0])
    assert np.array_equal(load_queries(path, 3), PATTERNS[:1])


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        (np.ones((2, 4), np.int8), "queries have shape (2, 4); the network has 3 neurons"),
        (np.ones(4), "queries have shape (1, 4); the network has 3 neurons"),
        (
            np.ones((1, 2, 3)),
            "queries have shape (1, 2, 3); the network has 3 neurons",
        ),
        (np.ones((0, 3)), "queries have shape (0, 3); at least one is needed"),
        (changed(PATTERNS, (1, 1), 0.5), "queries[1, 1] is 0.5; a spin must be +1 or -1"),
        (np.zeros((1, 3), np.uint8), "queries hold 0 and 1; spins are -1 and +1"),
    ],
)
def test_queries_that_are_none(tmp_path: Path, queries: Any, message: str) -> None:
    path = tmp_path / "q.npy"
    np.save(path, queries)
    with pytest.raises(InputError) as caught:
        load_queries(path, 3)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_files_that_are_no_queries(tmp_path: Path) -> None:
    path = tmp_path / "q.npy"
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="is pickled, which could run code"):
        load_queries(path, 3)
    save_memory(path, small_memory(), force=True)
    with pytest.raises(InputError, match=r"is an \.npz; give a \.npy"):
        load_queries(path, 3)
    np.save(path, PATTERNS)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"q\.npy (is|has) .*; write it with numpy\.save"):
            load_queries(path, 3)


def test_notes_that_are_not_read_are_told(tmp_path: Path) -> None:
    memory = small_memory(kept=np.zeros(1 << 20, np.uint8)[128:], seed=3)
    save_memory(tmp_path / "m.npz", memory)  # with the array's head, exactly what is read
    assert load_memory(tmp_path / "m.npz").provenance.keys() >= {"kept", "seed"}
    for count, words in ((1, r"large0 \(1 MiB\) is not read"), (3, "and 2 more are not read")):
        larger = {f"large{number}": np.zeros(1 << 20, np.uint8) for number in range(count)}
        save_memory(tmp_path / "m.npz", small_memory(seed=3, **larger))
        with pytest.warns(HwsimWarning, match=words):
            loaded = load_memory(tmp_path / "m.npz")
        assert loaded == memory
        assert loaded.provenance["seed"] == 3
        assert not loaded.provenance.keys() & larger.keys()
