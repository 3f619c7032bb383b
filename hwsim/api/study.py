"""What a memory and its image are worth: accuracy, proof in simulation, cost, advice.

What the fast model's compiler has to be loaded for is imported when it is called: completing a name
in an interpreter, or showing its help, should not wait for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from hwsim import cosim, golden
from hwsim.api.given import (
    AnyDesign,
    AnyImage,
    AnyMemory,
    AnyPath,
    AnySpins,
    at_least,
    the_design,
    the_image,
    the_image_folder,
    the_levels,
    the_memory,
    the_path,
    the_queries,
    the_table,
)
from hwsim.choices import ADVISED_QUANTIZERS, CLOSE, NOISE, NOISES, NOISES_AND_NONE
from hwsim.compress import lower as lowering
from hwsim.config import Parameters
from hwsim.cosim.result import CosimResult
from hwsim.cost.energy import EnergyReport
from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
from hwsim.design import Choices, Design, refuse_rules, shows_choices
from hwsim.errors import InputError
from hwsim.export.vectors import check_vectors
from hwsim.files import scratch_folder
from hwsim.hardware.association import Associations
from hwsim.hardware.batches import Batched
from hwsim.hardware.image import Image
from hwsim.hardware.outcome import Recalls
from hwsim.quantities import counted, in_percent
from hwsim.reference.queries import enough, noisy_queries
from hwsim.spins import SpinArray, spins_from_bits
from hwsim.typed import typed

if TYPE_CHECKING:
    from hwsim.explore.advise import Advice
    from hwsim.measure.associations import AssociationValidation
    from hwsim.validation import Validation

Progress = Callable[[int, int], None]


class _Drawn(TypedDict):
    """How noisy stored patterns are drawn."""

    count: int
    noise: float
    seed: int


@shows_choices
@typed
def validate(
    memory: AnyMemory,
    design: AnyDesign | None = None,
    *,
    noise: float | Sequence[float] = NOISES_AND_NONE,
    queries: int | None = None,
    progress: Progress | None = None,
    **choices: Unpack[Choices],
) -> Validation | AssociationValidation:
    """Compare float network, quantized float network and exact model on the stored patterns.

    Args:
        memory: the memory, or the path of its .npz. With targets, shares of outputs, labels, or
            with `max_steps` of a sequence's steps are compared.
        design: as in `lower`.
        noise: fractions of spins flipped, 0 to 1.
        queries: how many patterns to recall at each level; None for all.
        progress: called with (levels done, levels in all).
        **choices: as in `lower`; `seed` also draws the patterns and the noise.

    Raises:
        InputError: a value is not legal.
        TypeError: a choice has no such name.
    """
    from hwsim import validation
    from hwsim.measure import associations

    given = the_memory(memory, "validate", targets=True)
    how = the_design(design, choices, "validate", ("noise", "queries", "progress"))
    if given.outputs:
        refuse_rules(choices)
    quantized, image = lowering.lower_both(given, how)
    levels = the_levels(noise)
    count = at_least(queries, "queries, how many to recall,", 1)
    if given.outputs:
        return associations.validate_outputs(
            given, quantized, image, levels, seed=how.seed, queries=count, progress=progress
        )
    return validation.validate(
        given, quantized, image, levels, seed=how.seed, queries=count, progress=progress
    )


@typed
def advise(
    memory: AnyMemory,
    *,
    accuracy_loss: float = CLOSE,
    noise: float | Sequence[float] = NOISES,
    recall_accuracy: float | None = None,
    kernel_origin: str | None = Design.kernel_origin,
    max_steps: int = Parameters.max_steps,
    quantizers: Sequence[str] = ADVISED_QUANTIZERS,
    queries: int | None = None,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Advice:
    """Find the smallest weight bits, then kernel bits, then offset bits that keep recall.

    It is measured on the queries by which `hwsim export` says what an image keeps.

    Args:
        memory: the memory, or the path of its .npz.
        accuracy_loss: most recall accuracy to lose against float at any noise, on the same queries.
        noise: fractions of flipped spins in the queries.
        recall_accuracy: the accuracy to keep itself at the largest noise, and to lose no more than
            that loses of the float network's at the others; in place of a loss.
        kernel_origin: `nearest`, `absolute`, or None for what suits the memory's kernel.
        max_steps: most update steps of a recall.
        quantizers: names to choose from.
        queries: recalls of every measurement at each noise; None for as many as a second or so
            allows, in several draws, each of which must be kept.
        seed: of the queries.
        progress: called with what is being tried.

    Raises:
        InputError: a number is outside its range.
    """
    from hwsim.explore import advise as advice

    return advice.advise(
        the_memory(memory, "advise"),
        accuracy_loss=accuracy_loss,
        noise=the_levels(noise),
        recall_accuracy=recall_accuracy,
        kernel_origin=kernel_origin,
        max_steps=at_least(max_steps, "max_steps", 1),
        quantizers=quantizers,
        queries=at_least(queries, "queries, how many to recall,", 1),
        seed=at_least(seed, "seed"),
        progress=progress,
    )


@typed
def make_vectors(
    image: AnyImage,
    queries: AnySpins | None,
    path: AnyPath,
    *,
    count: int = 8,
    noise: float = NOISE,
    seed: int = 0,
    self_test: bool = False,
    progress: Progress | None = None,
) -> Recalls | Batched | Associations:
    """Write golden vectors: queries, and all that the engine must answer.

    Args:
        image: the path of its folder, or an image that is written nowhere with anything else than
            `write_image(path, image)`; vectors belong to one folder's files.
        queries: (Q, N) of ±1, the path of a .npy, or None for `count` noisy stored patterns.
        path: the folder of vectors; older vectors there are replaced.
        count, noise, seed: how many noisy patterns, what fraction of spins flipped, drawn how.
        self_test: choose `count` queries whose recalls find most stuck-at faults, by fault
            simulation on the exact model; `queries` is None then.
        progress: called with (recalls done, recalls in all).

    Returns:
        The specification's recalls; with several queries in flight, the counts of their batches;
        of an image with outputs other than the patterns, what `associate` gives.

    Raises:
        InputError: image or queries are not sound, or the folder cannot be written.
    """
    where = the_path(path, "make_vectors", "a folder for the vectors")
    with the_image_folder(image, "make_vectors", outputs=not self_test) as (given, source):
        states = (
            None
            if queries is None
            else the_queries(queries, given.parameters.neurons, "make_vectors")
        )
        drawn = _drawn(count, noise, seed)
        origin = None
        if self_test:
            if states is not None:
                raise InputError("self_test chooses the queries; leave queries None, or it False")
            from hwsim.reliability.self_test import choose_queries

            test = choose_queries(given, drawn["count"], drawn["seed"])
            states, origin = test.queries, test.origin
        return golden.make_vectors(source, states, where, **drawn, origin=origin, progress=progress)


@typed
def cosimulate(
    image: AnyImage,
    vectors: AnySpins | None = None,
    *,
    simulator: str = "icarus",
    count: int = 8,
    noise: float = NOISE,
    seed: int = 0,
    waves: bool = False,
    stalls: bool = True,
    build_dir: AnyPath | None = None,
    rtl: AnyPath | None = None,
) -> CosimResult:
    """Run the Verilog engine on an image and compare every bit, flag, cycle and count.

    Args:
        image: the image, or the path of its folder.
        vectors: the folder of golden vectors made for that image; or queries, (Q, N) of ±1 or the
            path of a .npy; or None for `count` noisy stored patterns.
        simulator: `icarus` or `verilator`.
        count, noise: of the noisy stored patterns.
        seed: of the noisy patterns and of the stalls.
        waves: leave a waveform, `hwsim_engine.fst` (Icarus) or `.vcd`, in the current folder.
        stalls: random stalls on both ports.
        build_dir: where to compile, kept afterwards; None for a temporary folder.
        rtl: folder of the Verilog files; None for the project's own.

    Returns:
        `mismatches` holds a sentence a difference and is empty when all is equal; `divergence` is
        the first place where the engine parts from the specification, if it does.

    Raises:
        InputError: the image or the vectors are not sound.
        ToolError: the simulator is missing or broke off.
    """
    drawn = _drawn(count, noise, seed)
    verilog = None if rtl is None else the_path(rtl, "cosimulate", "a folder of Verilog files")
    build = None if build_dir is None else the_path(build_dir, "cosimulate", "a folder to build in")
    with (
        the_image_folder(image, "cosimulate", outputs=True) as (given, source),
        scratch_folder("vectors") as scratch,
    ):
        answers = scratch / "vectors"
        if isinstance(vectors, str | os.PathLike) and Path(vectors).suffix != ".npy":
            answers = Path(vectors)
            _check_belong(answers, source, image)
        else:
            queries = (
                None
                if vectors is None
                else the_queries(vectors, given.parameters.neurons, "cosimulate")
            )
            golden.make_vectors(source, queries, answers, **drawn)
        result = cosim.cosimulate(
            source,
            answers,
            simulator=simulator,
            waves=waves,
            stalls=stalls,
            seed=seed,
            build_dir=build,
            rtl=verilog,
        )
        if not result.mismatches:
            return result
        from hwsim.differences import located  # and a compiler, for which nobody else waits

        return located(result, source, answers, stalls=stalls, seed=seed, rtl=verilog)


def _drawn(count: int, noise: float, seed: int) -> _Drawn:
    return {
        "count": at_least(count, "count", 1),
        "noise": noise,
        "seed": at_least(seed, "seed"),
    }


def _check_belong(vectors: Path, source: Path, image: AnyImage) -> None:
    """Refuse vectors of another image in words that do not name a temporary folder."""
    try:
        check_vectors(vectors, source)
    except InputError as error:
        if not isinstance(image, Image) or str(source) not in str(error):
            raise
        raise InputError(
            f"{vectors} was made from an image folder that the Image given is not, to the byte; "
            "give the path of that folder, or queries in place of the vectors"
        ) from error


@typed
def assess(
    image: AnyImage,
    queries: AnySpins | None = None,
    originals: AnySpins | None = None,
    *,
    memory: AnyMemory | None = None,
    count: int | None = None,
    noise: float = NOISE,
    seed: int = 0,
    technology: AnyPath | None = None,
    clock_mhz: float | None = None,
    budget_bits: int | None = DEFAULT_BUDGET_BITS,
    query_note: str | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> EnergyReport:
    """Recall queries and estimate what they cost: memory, energy, cycles, by part.

    Args:
        image: the image, or the path of its folder; of a sequence each recall is all its steps, and
            accuracies, of noisy stored patterns alone, are of the bits at all of them, and of
            other outputs likewise of their signs.
        queries: (Q, N) of ±1, the path of a .npy, or None for `count` noisy stored patterns.
        originals: (Q, N), what each query should come back as; None when nobody knows, which
            leaves accuracies out.
        memory: the float memory of the image: adds float32 and 8-bit accuracies.
        count: how many noisy stored patterns; None for as many as a second or so allows, 20 to
            1,000.
        noise: of the noisy stored patterns.
        seed: of all randomness.
        technology: name or file of an energy table; None for the built-in one.
        clock_mhz: gives latency and throughput.
        budget_bits: SRAM on the chip, beyond which memory is charged as DRAM; None for no limit.
        query_note: where the queries came from, in words.
        provenance: JSON-ready notes.

    Raises:
        InputError: an argument is not legal.
    """
    from hwsim import assessment

    given = the_image(image, "assess", outputs=True)
    neurons = given.parameters.neurons
    work = given.parameters.patterns * given.parameters.results
    many = enough(neurons, work) if count is None else count
    drawn = _drawn(many, noise, seed)
    if budget_bits is not None:
        budget_bits = at_least(budget_bits, "budget_bits")
    targets: SpinArray | None = None
    indices = None
    if queries is None:
        patterns = spins_from_bits(given.patterns)
        states, indices = noisy_queries(patterns, **drawn)
        targets = patterns[indices]
        note = (
            f"{counted(many, 'stored pattern')} with {in_percent(noise)}% of the spins flipped, "
            f"seed {seed}"
        )
    else:
        states = the_queries(queries, neurons, "assess")
        if originals is not None:
            targets = the_queries(originals, neurons, "assess", "originals")
        note = "given queries"
    outputs = bool(given.parameters.outputs)
    by = None if memory is None else the_memory(memory, "assess", targets=outputs)
    common: dict[str, Any] = {
        "memory": by,
        "technology": None if technology is None else the_table(technology, "assess"),
        "clock_mhz": clock_mhz,
        "budget_bits": budget_bits,
        "query_note": note if query_note is None else query_note,
        "provenance": {**_design(given), **(provenance or {})},
    }
    if given.parameters.sequence:
        return assessment.assess_sequence(given, states, indices, **common)[0]
    if outputs:
        return assessment.assess_outputs(given, states, indices, **common)[0]
    return assessment.assess(given, states, targets, seed=seed, **common)


def _design(image: Image) -> dict[str, Any]:
    """The design that an image's notes hold, for its report to carry."""
    notes = image.provenance if isinstance(image.provenance, Mapping) else {}
    return {name: value for name, value in notes.items() if name == "design"}
