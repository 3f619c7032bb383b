"""The image: read, written, and recalled from, exact to the bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hwsim.api.given import AnyImage, AnyPath, AnySpins, the_image, the_path, the_queries
from hwsim.choices import MODELS
from hwsim.errors import InputError
from hwsim.export import folder
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.hardware import spec
from hwsim.hardware.association import Associations
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.hardware.trajectory import Trajectory, follow, which_query
from hwsim.printable import told
from hwsim.suggest import check_choice
from hwsim.typed import typed

Progress = Callable[[int, int], None]


@typed
def recall(
    image: AnyImage,
    queries: AnySpins,
    progress: Progress | None = None,
    *,
    model: str = "fast",
    path: str | None = None,
) -> Recalls:
    """Recall queries from an image alone, exact to the bit.

    Args:
        image: the image, or the path of its folder.
        queries: (Q, N) of ±1, or the path of a .npy; (N,) counts as one query.
        progress: called with (recalls done, recalls in all).
        model: `fast`, or `spec`, the plain specification, slow and equal in every bit and count.
        path: the instructions that `fast` takes, such as `avx2`; None for the fastest that run
            here. `hwsim doctor` lists them.

    Returns:
        `states` (Q, N) int8, `steps`, `converged`, `miss` and `distance` (Q,), and `counts`; with
        Q = 1 for a single query. `plot` draws them.

    Raises:
        InputError: the image is none, the queries are no spins of N neurons, or there is no such
            path here.

    Example:
        >>> import hwsim
        >>> memory = hwsim.train([[1, -1, 1, -1], [1, 1, -1, -1]], gamma=0.1)
        >>> recalls = hwsim.recall(hwsim.lower(memory), [[1, -1, 1, 1]])
        >>> recalls
        Recalls(Q=1, N=4, converged=1, missed=0, mean_steps=2, mean_distance=0)
        >>> recalls.states
        array([[ 1, -1,  1, -1]], dtype=int8)
    """
    check_choice("model", model, MODELS)
    given = the_image(image, "recall")
    states = the_queries(queries, given.parameters.neurons, "recall")
    if model == "spec":
        if path is not None:
            raise InputError(
                f"path is {told(path)}, of the fast model; leave it out with model='spec'"
            )
        recalls = spec.recall(given, states, progress)
    else:
        from hwsim.hardware import fast  # and its compiler, for whom nobody else waits

        recalls = fast.recall(given, states, progress, path)
    return replace(recalls, image=given, queries=states)


@typed
def associate(
    image: AnyImage,
    queries: AnySpins,
    progress: Progress | None = None,
    *,
    model: str = "fast",
) -> Associations:
    """What an image with outputs other than the patterns answers to queries, exact to the bit.

    Args:
        image: the image, or the path of its folder; lowered from a memory with targets.
        queries: (Q, N) of ±1, or the path of a .npy; (N,) counts as one query.
        progress: called with (queries done, queries in all).
        model: `fast`, or `spec`, the plain specification, slow and equal in every bit and count.

    Returns:
        `fields` (Q, M) int64, their signs as `states` (Q, M), `labels` (Q,), the lowest output
        with the largest score, `miss` and `distance` (Q,), and `counts`.

    Raises:
        InputError: the image is none or has no outputs, or the queries are no spins of N neurons.

    Example:
        >>> import hwsim
        >>> classes = [[1, -1], [-1, 1]]
        >>> memory = hwsim.train([[1, -1, 1, -1], [1, 1, -1, -1]], gamma=0.1, targets=classes)
        >>> hwsim.associate(hwsim.lower(memory), [[1, 1, 1, -1], [1, 1, -1, 1]]).labels
        array([0, 1])
    """
    check_choice("model", model, MODELS)
    given = the_image(image, "associate", outputs=True)
    states = the_queries(queries, given.parameters.neurons, "associate")
    if model == "spec":
        return spec.associate(given, states, progress)
    from hwsim.hardware import fast  # and its compiler, for whom nobody else waits

    return fast.associate(given, states, progress)


@typed
def watch(image: AnyImage, queries: AnySpins, query: int = 0) -> Trajectory:
    """Recall one query, keeping every state on the way.

    Args:
        image: the image, or the path of its folder.
        queries: (Q, N) of ±1, or the path of a .npy; (N,) counts as one query.
        query: which of them.

    Returns:
        `states`, and what each step measured and changed. `print` shows it as text, a notebook
        as a moving picture, `plot` makes one.

    Raises:
        InputError: the image is none, the queries are no spins of N neurons, or there is no such
            query.
    """
    given = the_image(image, "watch")
    states = the_queries(queries, given.parameters.neurons, "watch")
    return follow(given, states[which_query(query, len(states))])


@typed
def load_image(path: AnyPath, *, verify: bool = False, progress: Progress | None = None) -> Image:
    """Read an image folder, checking sizes, hashes and ranges.

    Args:
        path: of a folder that `write_image` or `hwsim export` wrote.
        verify: compute anew what the rules took from the image's integers, and compare; above
            65,536 patterns, the radii of 1,000 of them.
        progress: called with (patterns done, patterns in all) while verifying.

    Warns:
        HwsimWarning: only a sample was verified.

    Raises:
        InputError: a file is missing, short, long, altered, not hexadecimal, or out of range; or
            what follows from the image's integers is not what it must be.
    """
    where = the_path(path, "load_image", "an image's folder")
    if verify:
        return folder.load_image(where, verify=True, progress=progress, outputs=True)
    return the_image(where, "load_image", outputs=True)


@typed
def write_image(
    path: AnyPath,
    image: AnyImage,
    formats: str | Sequence[str] = ("mem",),
    provenance: Any = None,
    *,
    prefix: str = DEFAULT_PREFIX,
    protection: str = "none",
) -> None:
    """Write an image folder: manifest, Verilog header, and every memory as `.mem`.

    Args:
        path: the folder; replaced if hwsim wrote an image there, refused if it holds anything
            else.
        image: the image, or the path of its folder.
        formats: further ones, of mem, coe, mif, ihex, bin, c, as a list or separated by commas.
        provenance: JSON-ready notes kept in the manifest; None for the image's own.
        prefix: begins every name in the C and Verilog headers; two images in one program or design
            need two.
        protection: of the engine's memories: `none`, `parity`, which detects an odd number of wrong
            bits in a word, or `secded`, which corrects one and detects two. The engine's files are
            written besides, with check bits above each word (`patterns.secded.mem`).

    Raises:
        InputError: an unknown format or protection, the engine of this image has no memories with
            that protection (several engines, external weights, outputs other than the patterns),
            or the folder cannot be written.
    """
    where = the_path(path, "write_image", "a folder first, then the image")
    names = formats.replace(",", " ").split() if isinstance(formats, str) else formats
    given = the_image(image, "write_image", outputs=True)
    folder.write_image(where, given, names, provenance, prefix=prefix, protection=protection)
