"""What people give to the functions of `import hwsim`: what is taken, what is said of the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim

X = np.random.default_rng(5).choice(np.array([-1, 1], dtype=np.int8), (10, 24))
MEMORY = hwsim.train(X, 0.08)
IMAGE = hwsim.lower(MEMORY, lanes=8)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the memory, the image, queries and vectors as files."""
    folder = tmp_path_factory.mktemp("files")
    hwsim.save_memory(folder / "memory.npz", MEMORY)
    hwsim.write_image(folder / "image", IMAGE)
    hwsim.Design(bits=1).save(folder / "design.toml")
    np.save(folder / "queries.npy", X)
    np.savez(folder / "other.npz", states=X)
    hwsim.make_vectors(folder / "image", X[:2], folder / "vectors")
    hwsim.write_image(folder / "formats", IMAGE, "coe, mif")
    hwsim.make_vectors(folder / "formats", X[:2], folder / "formats-vectors")
    return folder


# TAKEN ------------------------------------------------------------------------------------------

FORMS: dict[str, Callable[[Any], Any]] = {
    "lists": lambda x: x.tolist(),
    "tuples": lambda x: tuple(map(tuple, x.tolist())),
    "rows": list,
    "Fortran order": np.asfortranarray,
    "every second": lambda x: np.repeat(x, 2, axis=0)[::2],
    "read-only": lambda x: np.frombuffer(x.tobytes(), dtype=np.int8).reshape(x.shape),
    "big-endian": lambda x: x.astype(">i4"),
    "int64": lambda x: x.astype(np.int64),
    "float16": lambda x: x.astype(np.float16),
    "float64": lambda x: x.astype(np.float64),
    "matrix": np.asmatrix,
    "masked": np.ma.masked_array,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_spins_are_taken_in_any_form(form: str) -> None:
    given = FORMS[form](X)
    assert hwsim.train(given, 0.08) == MEMORY
    assert hwsim.recall(IMAGE, given) == hwsim.recall(IMAGE, X)
    assert hwsim.recall_float(MEMORY, given) == hwsim.recall_float(MEMORY, X)
    assert hwsim.Memory(given, MEMORY.alpha, 0.08) == MEMORY


def test_a_single_query_has_results_of_one_row() -> None:
    for query in (X[0], X[0].tolist()):
        for recalls in (hwsim.recall(IMAGE, query), hwsim.recall_float(MEMORY, query)):
            assert recalls.states.shape == (1, 24)
            assert recalls.steps.shape == (1,)


def test_an_object_is_as_good_as_its_path(files: Path) -> None:
    memory, image, queries = files / "memory.npz", files / "image", files / "queries.npy"
    for where in (str, Path):
        assert hwsim.lower(where(memory), lanes=8) == IMAGE
        assert hwsim.recall(where(image), where(queries)) == hwsim.recall(IMAGE, X)
        assert hwsim.train(where(queries), 0.08) == MEMORY
    assert hwsim.recall(image, X, model="spec") == hwsim.recall(IMAGE, X)
    assert hwsim.lower(memory, files / "design.toml") == hwsim.lower(MEMORY, bits=1)
    assert hwsim.quantize(memory) == hwsim.quantize(MEMORY.alpha)
    assert hwsim.recall_float(memory, queries) == hwsim.recall_float(MEMORY, X)
    assert hwsim.validate(memory, noise=0.1) == hwsim.validate(MEMORY, noise=[0.1])
    assert hwsim.advise(memory, queries=5) == hwsim.advise(MEMORY, queries=np.int64(5))
    assert hwsim.assess(image, memory=memory) == hwsim.assess(IMAGE, memory=MEMORY)


def test_recall_and_cosimulate_agree_on_what_an_image_is(files: Path, tmp_path: Path) -> None:
    for image, given, recalls in (
        (IMAGE, files / "vectors", 2),
        (str(files / "image"), files / "vectors", 2),
        (IMAGE, files / "queries.npy", len(X)),
        (files / "image", X[:2].tolist(), 2),
        (IMAGE, X[0], 1),
    ):
        result = hwsim.cosimulate(image, given)
        assert (result.recalls, result.mismatches) == (recalls, ())
    assert hwsim.cosimulate(IMAGE, count=3).recalls == 3
    hwsim.make_vectors(IMAGE, X[:2], tmp_path / "vectors")
    assert (tmp_path / "vectors/vectors.json").read_bytes() == (
        files / "vectors/vectors.json"
    ).read_bytes()


def test_an_image_and_its_report_say_where_they_come_from(files: Path, tmp_path: Path) -> None:
    image = hwsim.lower(files / "memory.npz", bits=3)
    assert "made_from=memory.npz" in repr(image)
    hwsim.write_image(tmp_path / "image", image)
    assert hwsim.load_image(tmp_path / "image").provenance["design"]["bits"] == 3
    assert hwsim.assess(image).provenance["design"]["bits"] == 3
    assert hwsim.lower(MEMORY).provenance == {
        "design": hwsim.Design(kernel_origin="nearest", max_steps=50).to_dict()
    }


def test_what_was_written_once_is_written_again(tmp_path: Path) -> None:
    built = hwsim.Memory(X, MEMORY.alpha, 0.08)
    for _ in range(2):  # as a notebook's cell that runs twice
        hwsim.save_memory(tmp_path / "memory.npz", built)
        hwsim.write_image(tmp_path / "image", IMAGE)
        hwsim.make_vectors(tmp_path / "image", X[:1], tmp_path / "vectors")
        hwsim.Design(bits=1).save(tmp_path / "design.toml")
    (tmp_path / "notes.npz").write_text("mine")
    with pytest.raises(hwsim.InputError, match="force=True in Python"):
        hwsim.save_memory(tmp_path / "notes.npz", built)
    hwsim.save_memory(tmp_path / "notes.npz", built, force=True)


def test_numpy_s_numbers_are_numbers() -> None:
    assert hwsim.lower(MEMORY, lanes=np.int64(8), bits=np.uint8(2)) == IMAGE
    assert hwsim.train(X, np.float32(0.5), steps=np.int32(7)).provenance["steps"] == 7
    kmeans = hwsim.quantize(MEMORY, np.int8(2), "kmeans", plane_weights=np.array([1, 3]))
    assert kmeans.plane_weights == (1, 3)


# REFUSED ----------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a memory for an image": (
        lambda: hwsim.recall(MEMORY, X),
        r"recall\(\) takes an Image or the path of its folder, not a Memory; .*hwsim\.lower",
    ),
    "arguments in the other order": (
        lambda: hwsim.recall(X, IMAGE),
        r"recall\(\) takes an Image .* not an array of shape \(10, 24\)",
    ),
    "an image for a memory": (
        lambda: hwsim.lower(IMAGE),
        r"lower\(\) takes a Memory or the path of its \.npz, not an Image; .*hwsim\.train",
    ),
    "patterns for a memory": (
        lambda: hwsim.validate(X),
        r"validate\(\) takes a Memory .* not an array of shape \(10, 24\)",
    ),
    "nothing for a memory": (lambda: hwsim.advise(None), r"advise\(\) takes a Memory .* not None"),
    "a memory to cosimulate": (lambda: hwsim.cosimulate(MEMORY), "hwsim.lower"),
    "a memory to assess": (lambda: hwsim.assess(MEMORY), r"assess\(\) takes an Image"),
    "a negative seed": (lambda: hwsim.advise(MEMORY, seed=-1), "seed is -1; it must be a whole"),
    "a seed in words": (lambda: hwsim.choose(MEMORY, seed="one"), "seed is 'one'; it must be"),
    "half a query": (lambda: hwsim.make_vectors(IMAGE, None, "v", count=2.5), r"count is 2\.5; it"),
    "noise of vectors in words": (
        lambda: hwsim.make_vectors(IMAGE, None, "v", noise="much"),
        "noise is 'much'; it must be a number",
    ),
    "a cosimulation's seed": (lambda: hwsim.cosimulate(IMAGE, seed=-1), "seed is -1; it must be"),
    "weights that are no number": (
        lambda: hwsim.recall_float(MEMORY, X, alpha=MEMORY.alpha * np.nan),
        r"alpha\[0, 0\] is nan; every weight must be finite",
    ),
    "a note's name that is a number": (
        lambda: hwsim.save_memory("m.npz", hwsim.Memory(X, MEMORY.alpha, 0.08, {5: 1})),
        "provenance key 5 is no text",
    ),
    "half a seed": (lambda: hwsim.assess(IMAGE, seed=1.5), "seed is 1.5; it must be a whole num"),
    "a size in words": (
        lambda: hwsim.assess(IMAGE, budget_bits="2 MiB"),
        "budget_bits is '2 M",
    ),
    "a number for a table": (
        lambda: hwsim.assess(IMAGE, technology=45),
        r"assess\(\) takes the path of an energy table, not an int",
    ),
    "one original for all queries": (
        lambda: hwsim.assess(IMAGE, X[:3], X[:1]),
        "originals has 1 rows, queries 3; give one for each query",
    ),
    "a memory of another width": (
        lambda: hwsim.assess(IMAGE, memory=hwsim.Memory(X, MEMORY.alpha, 0.1)),
        r"the memory's gamma is 0\.1, the image's 0\.08; give the memory the image was made from",
    ),
    "another width's differences": (
        lambda: hwsim.diff(IMAGE, X, memory=hwsim.Memory(X, MEMORY.alpha, 0.1), engine=False),
        r"the memory's gamma is 0\.1, the image's 0\.08; give the one it was exported from",
    ),
    "a memory to write": (lambda: hwsim.write_image("x", MEMORY), r"write_image\(\) takes an Im"),
    "no path first": (
        lambda: hwsim.write_image(IMAGE, "image"),
        r"write_image\(\) takes the path of a folder first, then the image, not an Image",
    ),
    "a memory before its path": (
        lambda: hwsim.save_memory(MEMORY, "memory.npz"),
        r"takes the path of a file first, then the memory, not a Memory",
    ),
    "bytes for a path": (lambda: hwsim.load_memory(b"memory.npz"), "not a bytes"),
    "an image to load": (lambda: hwsim.load_image(IMAGE), r"load_image\(\) takes the path"),
    "bits of queries": (
        lambda: hwsim.recall(IMAGE, (X + 1) // 2),
        r"queries hold 0 and 1; .*hwsim\.spins_from\(queries\)",
    ),
    "bool patterns": (lambda: hwsim.train(X > 0, 0.1), r"hwsim\.spins_from\(patterns\)"),
    "floats": (lambda: hwsim.recall(IMAGE, X * 0.5), r"queries\[0, 0\] is .*0\.5"),
    "no number": (lambda: hwsim.recall(IMAGE, np.full(24, np.nan)), "is nan"),
    "text": (lambda: hwsim.recall(IMAGE, [["a"] * 24]), "dtype <U1"),
    "rows of all lengths": (lambda: hwsim.recall(IMAGE, [[1, -1], [1]]), "different lengths"),
    "another N": (lambda: hwsim.recall(IMAGE, X[:, :5]), r"\(10, 5\); the network has 24 neurons"),
    "the transpose": (lambda: hwsim.recall_float(MEMORY, X.T), r"\(24, 10\); the network has 24"),
    "three dimensions": (lambda: hwsim.train(X[None], 0.1), r"\(1, 10, 24\); \(P, N\) is expe"),
    "a single pattern": (lambda: hwsim.train(X[0], 0.1), r"shape \(24,\); \(P, N\) is expected"),
    "no queries": (lambda: hwsim.recall(IMAGE, None), r"recall\(\) takes queries as .* not None"),
    "recalls": (
        lambda: hwsim.recall(IMAGE, hwsim.recall(IMAGE, X)),
        r"not a Recalls; give its \.states",
    ),
    "an image of queries": (lambda: hwsim.cosimulate(IMAGE, IMAGE), "not an Image"),
    "a missing file": (lambda: hwsim.recall(IMAGE, "no.npy"), r"no\.npy does not exist"),
    "a missing memory": (lambda: hwsim.lower("no.npz"), r"no\.npz does not exist"),
    "a missing image": (lambda: hwsim.recall("no", X), "no is no image"),
    "a number for a design": (lambda: hwsim.lower(MEMORY, 2), "not an int; .* like bits=2"),
    "half a bit": (lambda: hwsim.lower(MEMORY, bits=2.5), "bits is 2.5"),
    "a quantizer's case": (lambda: hwsim.quantize(MEMORY, 2, "MinMax"), "did you mean 'minmax'"),
    "weights of one neuron": (lambda: hwsim.quantize(MEMORY.alpha[0]), r"shape \(24,\)"),
    "no gamma": (lambda: hwsim.train(X), "gamma is missing: method gradient-descent needs"),
    "half a step": (lambda: hwsim.train(X, 0.1, steps=2.5), "steps is 2.5"),
    "a rate in words": (lambda: hwsim.train(X, 0.1, learning_rate="fast"), "learning_rate is 'fa"),
    "no lambda": (lambda: hwsim.train(X, 0.1, regularization=None), "regularization is None"),
    "queries for a count": (
        lambda: hwsim.validate(MEMORY, queries=X),
        "queries is an array",
    ),
    "noise in words": (lambda: hwsim.validate(MEMORY, noise="much"), "noise is 'much'"),
    "whole-numbered fields": (lambda: hwsim.recall_float(MEMORY, X, dtype=int), "dtype is int64"),
    "a list for a path": (
        lambda: hwsim.compare([IMAGE], syntheses=5),
        "syntheses is 5; it must be a list of paths",
    ),
    "letters for a list": (lambda: hwsim.advise(MEMORY, quantizers="mse"), "a list of names"),
    "a level among others": (
        lambda: hwsim.validate(MEMORY, noise=[0.1, "0.2"]),
        r"noise\[1\] is '0.2'; it must be a number",
    ),
    "a type in words": (lambda: hwsim.recall_float(MEMORY, X, dtype="foo"), "dtype is 'foo'; it m"),
    "progress to nobody": (lambda: hwsim.train(X, 0.1, progress=5), "it must be a function or No"),
    "a switch in words": (lambda: hwsim.check("i", reseal="no"), "it must be True or False"),
    "masked queries": (
        lambda: hwsim.recall(IMAGE, np.ma.masked_array(X, X > 0)),
        r"\d+ values of queries hidden by a mask; .*queries\.filled\(-1\)",
    ),
    "a masked row": (
        lambda: hwsim.recall(IMAGE, [np.ma.masked_array(X[0], np.arange(24) == 3), X[1]]),
        "1 value of queries hidden by a mask",
    ),
    "masked weights": (
        lambda: hwsim.quantize(np.ma.masked_array(MEMORY.alpha, MEMORY.alpha > 0)),
        "values of alpha hidden",
    ),
    "a design without a name": (
        lambda: hwsim.compare({"": IMAGE}),
        "a design's name is empty; give each a name",
    ),
    "an unknown model": (lambda: hwsim.recall(IMAGE, X, model="spek"), "did you mean 'spec'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_told_as_it_was_typed(case: str) -> None:
    call, words = REFUSED[case]
    with pytest.raises(hwsim.InputError, match=words) as caught:
        call()
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


MISTYPED: dict[str, tuple[Callable[[], Any], str]] = {
    "a choice": (lambda: hwsim.lower(MEMORY, bit=2), r"lower\(\) .* 'bit'; did you mean 'bits'"),
    "a keyword": (
        lambda: hwsim.validate(MEMORY, noises=[0]),
        r"validate\(\) .* 'noises'; did you mean 'noise'",
    ),
    "no patterns": (lambda: hwsim.train(), r"train\(\) missing 1 required .* 'patterns'"),
    "no queries": (lambda: hwsim.recall(IMAGE), r"recall\(\) missing 1 required .* 'queries'"),
}


@pytest.mark.parametrize("case", MISTYPED)
def test_a_mistyped_call_is_a_type_error_of_what_was_called(case: str) -> None:
    call, words = MISTYPED[case]
    with pytest.raises(TypeError, match=words):
        call()


def test_a_wrong_file_is_told_with_what_takes_it(files: Path) -> None:
    memory, image, queries = files / "memory.npz", files / "image", files / "queries.npy"
    for call, words in (
        (lambda: hwsim.recall(memory, X), r"memory\.npz is a file; .*hwsim\.lower\('.*npz'\)"),
        (lambda: hwsim.recall(queries, X), r"queries\.npy is a file"),
        (lambda: hwsim.lower(image), "image is a folder"),
        (lambda: hwsim.lower(queries), r"queries\.npy is not an \.npz"),
        (lambda: hwsim.lower(files / "other.npz"), "has no patterns"),
        (lambda: hwsim.recall(IMAGE, memory), r"is an \.npz; give a \.npy"),
        (lambda: hwsim.load_image(files), "is no image"),
        (lambda: hwsim.cosimulate(IMAGE, files / "formats-vectors"), "to the byte; give the path"),
        (lambda: hwsim.lower(MEMORY, files / "queries.npy"), "queries"),
    ):
        with pytest.raises(hwsim.InputError, match=words):
            call()


def test_a_sparse_matrix_is_told_how_to_be_an_array() -> None:
    from scipy.sparse import csr_matrix

    with pytest.raises(hwsim.InputError, match=r"not a csr_matrix of shape \(10, 24\); give its"):
        hwsim.recall(IMAGE, csr_matrix(X))
