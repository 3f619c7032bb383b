"""From the float memory to the image, and recalls on the image."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from hwsim.choices import CHECKED, CLOSE, FORMAT_NAMES, MODELS, NOISES, PATHS
from hwsim.cli.auto import auto_options
from hwsim.cli.common import (
    check_archive,
    emit,
    example,
    force_option,
    json_option,
    load_image,
    note,
    output_option,
    print_table,
    progress,
    query_options,
    verify_option,
)
from hwsim.cli.options import design_options, save_design_option
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, NPY, NPZ, Choice
from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.printable import printable
from hwsim.quantities import counted

if TYPE_CHECKING:
    from hwsim.cli.auto import Chooser
    from hwsim.hardware.image import Image


@click.command(epilog=example("hwsim export memory.npz --bits 2 --format mem,mif -o image"))
@click.argument("memory", type=NPZ, metavar="MEM.npz")
@design_options
@auto_options
@click.option(
    "--format",
    "formats",
    default="mem",
    show_default=True,
    metavar="LIST",
    help=f"Of {', '.join(FORMAT_NAMES)}, separated by commas; mem is always written. "
    "ihex is standard Intel HEX, whose addresses count bytes; for Quartus, which takes a .hex's "
    "addresses for words', give ihex-word or mif.",
)
@click.option(
    "--prefix",
    default=DEFAULT_PREFIX,
    show_default=True,
    metavar="NAME",
    help="Begins the names in the C and Verilog headers; two images in one program or design "
    "need different ones.",
)
@click.option(
    "--protect",
    "protection",
    type=Choice(("none", *CHECKED)),
    default="none",
    show_default=True,
    help="Check bits beside every word of the engine's memories: parity detects an odd number of "
    "wrong bits, secded corrects one and detects two; the engine counts both.",
)
@click.option(
    "--kit",
    type=FOLDER,
    metavar="DIR",
    help="A designer's kit besides: this image's engine in Verilog with a self-checking testbench, "
    "file lists, constraints and a FuseSoC core; an older kit there is replaced.",
)
@save_design_option
@output_option("IMAGE", "The folder; an older image there is replaced.")
@force_option
@json_option
def export(
    memory: Path,
    design: Design,
    chooser: Chooser,
    formats: str,
    prefix: str,
    protection: str,
    kit: Path | None,
    save_design: Path | None,
    output: Path,
    force: bool,
    as_json: bool,
) -> None:
    """Quantize a float memory and write its ROM images."""
    from hwsim.cli.outputs import answers_of, check_outputs, print_outputs
    from hwsim.compress.lower import lower_both
    from hwsim.compress.offsets import LoweringWarning
    from hwsim.explore.kept import measure_kept
    from hwsim.export.folder import (
        FOLDER_KIND,
        check_formats,
        check_protection,
        staged_image,
    )
    from hwsim.export.names import check_prefix
    from hwsim.files import Kind, check_file, check_folder
    from hwsim.kit import FOLDER_KIND as KIT_KIND
    from hwsim.kit import staged_kit
    from hwsim.reference.remarks import load_and_tell

    names = [name.strip() for name in formats.split(",") if name.strip()]
    check_formats(names)
    check_prefix(prefix)
    check_folder(output, FOLDER_KIND)
    _check_apart({"image": output, "kit": kit, "design": save_design})
    if kit is not None:
        check_folder(kit, KIT_KIND, others_stay=True)
    if save_design is not None:
        check_file(save_design, Kind.DESIGN, force=force)
    loaded = load_and_tell(memory, targets=True)
    if loaded.outputs:
        check_outputs(kit, names)
    found = chooser(loaded, design)
    design = found.chosen.design if found else design
    with progress("radii") as advance, warnings.catch_warnings():
        if found:  # what its clipped offsets cost was measured
            warnings.simplefilter("ignore", LoweringWarning)
        quantized, image = lower_both(loaded, design, advance)
    check_protection(protection, image.parameters)
    # The choices also stand one by one, where the images of hwsim 0.1 have them.
    name = printable(memory.name)
    origin = {"memory": name, **image.provenance["design"], **image.provenance}
    noises, asked = (found.noise, found.asked) if found else (NOISES, None)
    kept = None
    if loaded.outputs:
        answers = answers_of(loaded, quantized, image, noises)
    else:
        kept = measure_kept(loaded, image, design, noises=noises, asked=asked)
    with ExitStack() as outputs:  # all are made before the first is at its place
        folder = outputs.enter_context(
            staged_image(
                output, image, names, provenance=origin, prefix=prefix, protection=protection
            )
        )
        if kit is not None:
            with progress("recalls of the kit") as advance:
                outputs.enter_context(staged_kit(kit, folder, progress=advance))
        if save_design is not None:
            design.save(save_design, force=force)
    result = {"image": output, **_image_summary(image, protection)}
    if kept is None:
        lost = max(row.lost for row in answers.rows)
        if lost > CLOSE:
            note(f"Warning: the image loses {lost:.4f} of the float memory; try more --bits")
        if "sequence" in loaded.provenance and not image.parameters.sequence:
            note("Note: it answers one step; --max-steps T replays T steps of the sequence")

        def show() -> None:
            print_outputs(result, answers)
            _print_sizes(result)

        emit(result | {"kept": answers.to_dict()}, as_json, show)
        return
    result["kept"] = kept.to_dict()
    if not kept.keeps:
        note(f"Warning: {kept.words}")
    if kit is not None:
        result["kit"] = kit
    if found:
        result["auto"] = found.to_dict()
    emit(result, as_json, lambda: _print_image(output, result))


def _check_apart(outputs: dict[str, Path | None]) -> None:
    """Refuse before the work outputs one of which would lie in another."""
    given = [(name, path, path.resolve()) for name, path in outputs.items() if path is not None]
    for (name, path, target), (other, beside, place) in combinations(given, 2):
        if place.is_relative_to(target) or target.is_relative_to(place):
            raise InputError(
                f"the {other} is {beside} and the {name} {path}: one lies in the other; name "
                "another path"
            )


def _image_summary(image: Image, protection: str) -> dict[str, Any]:
    from hwsim.cost.footprint import check_bits, footprint_bits

    protected = {}
    if protection != "none":
        beside = check_bits(image.parameters, protection)
        protected = {"protection": protection, "check_bits": beside}
    return {
        "parameters": {
            **image.parameters.to_dict(),
            "field_bits": image.parameters.field_bits,
            "sum_bits": image.parameters.sum_bits,
            "accumulator_bits": image.parameters.field_bits,  # the contract's name for field_bits
        },
        "footprint_bits": footprint_bits(image.parameters),
        **protected,
    }


def _print_image(output: Path, result: dict[str, Any]) -> None:
    tell(f"image {output}")
    if "kit" in result:
        tell(f"kit {result['kit']}: sh {result['kit'] / 'simulate.sh'} icarus runs its self-check")
    if "auto" in result:
        tell(result["auto"]["why"])
    kept = result["kept"]
    if kept["keeps"]:
        tell(kept["accuracies"])
    tell(kept["beside"]["words"])
    _print_sizes(result)


def _print_sizes(result: dict[str, Any]) -> None:
    rows = [
        [name, str(value)]
        for name, value in result["parameters"].items()
        if name != "accumulator_bits"
    ]
    print_table(["parameter", "value"], rows)
    rows = [[name, f"{bits:,}"] for name, bits in result["footprint_bits"].items()]
    if "protection" in result:
        rows = [[*row, f"{result['check_bits'].get(row[0], 0):,}"] for row in rows]
        print_table(["memory", "bits", f"check bits ({result['protection']})"], rows)
        return
    print_table(["memory", "bits"], rows)


@click.command(epilog=example("hwsim recall image queries.npy -o recalls.npz"))
@click.argument("image", type=FOLDER)
@click.argument("queries", type=NPY, metavar="QUERIES.npy")
@output_option(
    "OUT.npz",
    "states, steps, converged, miss and distance of each query; fields and labels of outputs; "
    "trajectories of sequences.",
)
@click.option(
    "--model",
    "--engine",
    "model",
    type=Choice(MODELS),
    default=MODELS[0],
    show_default=True,
    help="The fast model, or the specification.",
)
@click.option(
    "--path",
    type=Choice(PATHS),
    help="Code of the fast model for one kind of processor.  [default: the fastest that runs]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="A Dask scheduler, tcp://host:port, whose workers share the queries.",
)
@verify_option
@force_option
@json_option
def recall(
    image: Path,
    queries: Path,
    output: Path,
    model: str,
    path: str | None,
    scheduler: str | None,
    verify: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Recall queries bit-exactly from the image alone."""
    from hwsim.cli.outputs import associate
    from hwsim.files.marks import Kind
    from hwsim.measure.recall_file import recall_file
    from hwsim.measure.two_cycles import told

    check_archive(output, Kind.RECALLS, force)
    loaded = load_image(image, verify, outputs=True)
    if loaded.parameters.outputs:
        for option, value in (("--path", path), ("--scheduler", scheduler)):
            if value is not None:
                raise InputError(f"{option} is for recalls of states; leave it out with outputs")
        associate(loaded, queries, output, model, force, as_json)
        return
    with progress("recalls") as advance:
        found = recall_file(
            loaded,
            queries,
            output,
            model=model,
            path=path,
            scheduler=scheduler,
            progress=advance,
            force=force,
        )
    cycling = int(found["period_two"].sum())
    recalls = len(found["steps"])
    told_model = "specification" if model == "spec" else "fast model"
    result = {
        "output": output,
        "model": model,
        "engine": model,  # the contract's name for it
        "recalls": recalls,
        "converged": int(found["converged"].sum()),
        "period_two": cycling,
        "misses": int(found["miss"].sum()),
        "mean_steps": float(found["steps"].mean()),
        "mean_distance": float(found["distance"].mean()),
    }
    emit(
        result,
        as_json,
        lambda: tell(
            f"{counted(recalls, 'recall')} by the {told_model}: {result['converged']} converged, "
            f"{result['misses']} missed, {result['mean_steps']:.2f} steps on average; {output}"
        ),
    )
    if cycling:
        note(told(cycling, recalls))


@click.command(epilog=example("hwsim vectors image --count 20 --noise 0.1 -o vectors"))
@click.argument("image", type=FOLDER)
@query_options(8)
@click.option(
    "--self-test", is_flag=True,
    help="Choose --count queries whose recalls find most stuck-at faults of the engine; minutes "
    "for a large image.",
)  # fmt: skip
@verify_option
@output_option("VECTORS", "The folder; older vectors there are replaced.")
@json_option
def vectors(
    image: Path,
    queries: Path | None,
    count: int,
    noise: float,
    seed: int,
    self_test: bool,
    verify: bool,
    output: Path,
    as_json: bool,
) -> None:
    """Write golden vectors: queries and what the engine answers."""
    from hwsim.arrays import load_queries
    from hwsim.export.vectors import FOLDER_KIND
    from hwsim.files import check_folder
    from hwsim.golden import make_vectors

    source = click.get_current_context().get_parameter_source
    for option in ("queries", "noise"):
        if self_test and source(option) != ParameterSource.DEFAULT:
            raise InputError(f"--self-test chooses the queries; leave out --{option}, or it")
    check_folder(output, FOLDER_KIND)
    loaded = load_image(image, verify, outputs=not self_test)
    spins = None if queries is None else load_queries(queries, loaded.parameters.neurons)
    test = None
    if self_test:
        from hwsim.reliability.self_test import choose_queries

        with progress("queries chosen") as advance:
            test = choose_queries(loaded, count, seed, advance)
        spins = test.queries
    with progress("recalls by the specification") as advance:
        recalls = make_vectors(
            image, spins, output, count=count, noise=noise, seed=seed, progress=advance,
            origin=None if test is None else test.origin,
        )  # fmt: skip
    steps = loaded.parameters.results
    made = len(recalls.states) // steps
    result = {"vectors": output, "recalls": made}
    words = f"{counted(made, 'golden vector')} in {output}"
    if steps > 1:
        result["sequence_steps"] = steps
        words += f", each a sequence of {counted(steps, 'step')}"
    if test is not None:
        result |= {"faults_modelled": test.modelled, "faults_found": test.found[-1]}
        words += f"; they find {test.found[-1]} of {test.modelled} stuck-at faults in the model"
    emit(result, as_json, lambda: tell(words))
