"""The comparisons, each as one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hwsim.cosim import check_waves
from hwsim.cosim.simulators import check_simulator
from hwsim.differences.engine import compare_engine
from hwsim.differences.exact import compare_models
from hwsim.differences.floats import FloatNetwork
from hwsim.differences.images import first_recall, unlike
from hwsim.differences.release import first_of_release, read_release
from hwsim.differences.result import Diff
from hwsim.differences.trace import ORDER
from hwsim.divergence import Divergence
from hwsim.export.folder import load_image
from hwsim.export.vectors import image_digest
from hwsim.files import scratch_folder
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from hwsim.reference.memory import Memory
from hwsim.spins import SpinArray

Progress = Callable[[int, int], None]


def diff_models(
    folder: Path,
    queries: SpinArray | None,
    *,
    vectors: Path | None = None,
    memory: Memory | None = None,
    engine: bool = True,
    simulator: str = "icarus",
    stalls: bool = True,
    seed: int = 0,
    waves: bool = False,
    rtl: Path | None = None,
    progress: Progress | None = None,
) -> Diff:
    """Hold float network, exact model and Verilog engine against each other on the same queries.

    Args:
        folder: of the image.
        queries: (Q, N) int8 of ±1; None for those of `vectors`.
        vectors: golden vectors of another release, whose answers are compared too.
        memory: the float network; None for the one that the image's codes and offsets stand for.
        engine: simulate the Verilog engine too.
        simulator, stalls, seed, waves, rtl: as in `hwsim.cosim.cosimulate`; the waveform is of the
            time around the engine's first divergence.
        progress: called with (recalls done, recalls in all) by the models.

    Raises:
        InputError: what is given is not sound.
        ToolError: the simulator is missing or broke off.
    """
    if engine:
        check_simulator(simulator)
        if waves:
            check_waves(simulator)
    image = load_image(folder)
    found: list[Divergence | None] = []
    compared, notes = [], []
    if vectors is not None:
        release, queries, states = read_release(vectors, image)
        compared.append("vectors and this release")
        if release.image_sha256 != image_digest(folder):
            notes.append(f"{vectors} was made from another manifest than {folder}")
        found.append(first_of_release(image, release, queries, states))
    assert queries is not None
    network = (
        FloatNetwork.of_image(image) if memory is None else FloatNetwork.of_memory(memory, image)
    )
    compared += [f"{network.name}, specification and fast model"]
    models = compare_models(image, queries, network, progress)
    roundings = [place for place in models.floats if place.rounding is not None]
    apart = (place for place in models.floats if place.rounding is None)
    found += [*models.faults, next(apart, None)]
    kept = None
    if engine:
        compared.append(f"Verilog engine in {simulator}")
        with scratch_folder("vectors") as scratch:
            make_vectors(folder, queries, scratch / "vectors")
            of_engine = compare_engine(
                folder, scratch / "vectors", simulator=simulator, stalls=stalls, seed=seed,
                waves=waves, rtl=rtl,
            )  # fmt: skip
        found.append(of_engine.divergence)
        kept = of_engine.waves
    return Diff(
        compared, len(queries), _in_order(found), roundings, waves=kept,
        notes=notes,
    )  # fmt: skip


def _in_order(found: list[Divergence | None]) -> list[Divergence]:
    places = [place for place in found if place is not None]
    return sorted(places, key=lambda place: (place.query, place.step or 0, _stage(place)))


def _stage(place: Divergence) -> int:
    return ORDER.index(place.stage)


def diff_images(first: Image, second: Image, queries: SpinArray) -> Diff:
    """Hold two images against each other: parameters, memories, recalls.

    Args:
        first, second: of the same N.
        queries: (Q, N) int8 of ±1.

    Raises:
        InputError: the images have different N.
    """
    place = first_recall(first, second, queries)
    return Diff(
        ["first image and second image"],
        len(queries),
        [] if place is None else [place],
        unlike=list(unlike(first, second)),
    )
