"""The main job in one command, reports, and studies.

These commands import what they need when they run: pictures and worker processes take a second
to load that `hwsim --help` should not cost.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from hwsim.choices import DATA
from hwsim.cli.common import (
    command_line,
    emit,
    example,
    json_option,
    output_option,
    print_table,
    progress,
    query_options,
    seed_option,
    silence_matplotlib,
)
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, NPZ, TOML, Choice
from hwsim.config import MAX_JOBS
from hwsim.errors import InputError
from hwsim.quantities import counted, in_percent

if TYPE_CHECKING:
    from hwsim.class_demo import ClassDemo
    from hwsim.cosim.result import CosimResult
    from hwsim.cost.energy import EnergyReport
    from hwsim.reliability.price import Protected
    from hwsim.sequence_demo import SequenceDemo

DEMO = "demo.json"
DEMO_KIND = "demo"
TASKS = ("recall", "classify", "sequence")


@click.command(
    short_help="Do all of it once, from training to the report.",
    epilog=example("hwsim demo -o demo"),
)
@click.option(
    "--data", type=Choice(DATA), default=DATA[0], show_default=True,
    help="Random patterns (N = 200, P = 600), or scikit-learn's digits (N = 64).",
)  # fmt: skip
@click.option(
    "--task", type=Choice(TASKS), default=TASKS[0], show_default=True,
    help="Recall stored patterns, classify digits by learned prototypes, or replay a sequence, of "
    "digits unless --data says otherwise (a minute at most).",
)  # fmt: skip
@seed_option
@click.option(
    "-o", "--output", type=FOLDER, default=Path("hwsim-demo"), show_default=True,
    help="The folder; an older demo there is replaced.",
)  # fmt: skip
@json_option
@click.pass_context
def demo(
    context: click.Context, data: str, task: str, seed: int, output: Path, as_json: bool
) -> int:
    """Train, quantize, export, co-simulate and report, from nothing."""
    given = context.get_parameter_source("data") is not ParameterSource.DEFAULT
    if task == "sequence":
        return _sequence_demo(data if given else "digits", seed, output, as_json)
    if task == "classify":
        if given and data != "digits":
            raise InputError(
                f"--data is {data}, which has no classes; give digits, or leave it out"
            )
        return _class_demo(seed, output, as_json)
    from hwsim.cosim.simulators import check_simulator

    check_simulator("icarus")
    start = time.perf_counter()
    from hwsim.assessment import assess
    from hwsim.cli.hardware import cosim_summary, print_cosim
    from hwsim.demo import DESIGN, JUDGED, run_demo
    from hwsim.files import replace_folder, write_file
    from hwsim.report.write import write_report

    silence_matplotlib()
    with replace_folder(output, DEMO_KIND) as folder:
        result = run_demo(folder, data, seed, progress)
        energy = assess(
            result.image,
            *result.noisy,
            memory=result.memory,
            judged=result.judged(seed),
            query_note=(
                "the co-simulated queries with 10 % and 20 % noise; "
                f"accuracies of {JUDGED:,} more at each"
            ),
            seed=seed,
            provenance={"command": command_line(), "design": DESIGN.to_dict()},
        )
        cosim = cosim_summary(result.cosim)
        from hwsim.report.demo_sections import demo_sections  # waits for what draws

        write_report(
            folder / "report",
            energy,
            demo_sections(result, energy),
            title=f"hwsim demo: {data}",
            extra_json={"validation": result.validation.to_dict(), "cosim": cosim},
        )
        summary = {
            "data": data,
            "seed": seed,
            "validation": result.validation.to_dict(),
            "cosim": cosim,
            "total_energy_pj": energy.engine.total_pj,
            "report": "report/report.html",
        }
        write_file(folder / DEMO, json.dumps(summary, indent=2) + "\n")
    seconds = time.perf_counter() - start

    def text() -> None:
        from hwsim.cli.beside import print_report
        from hwsim.cli.memory import print_validation

        print_validation(result.validation)
        print_report(output / "report" / "report.html", energy)
        tell(f"{seconds:.0f} s in all")
        print_cosim(result.cosim)

    emit({**summary, "output": output}, as_json, text)
    return 1 if result.cosim.mismatches or result.validation.unexplained else 0


def _class_demo(seed: int, output: Path, as_json: bool) -> int:
    """Classes, by the exact model and, where Icarus is, the Verilog engine."""
    from hwsim.class_demo import COMPARED, run_class_demo
    from hwsim.files import replace_folder

    start = time.perf_counter()
    with replace_folder(output, DEMO_KIND) as folder:
        result = run_class_demo(folder, seed, progress)
        told = {"task": "classify", "data": "digits", "seed": seed, **result.to_dict()}
        summary = _write_summary(folder, told, result.cosim)

    def text() -> None:
        print_table(["classifier", "right", "kbit", "nJ", "cycles"], result.table())
        _print_demo(result, f"{result.agreed} of {COMPARED} answers", start)

    emit({**summary, "output": output}, as_json, text)
    return _demo_status(result.agreed < COMPARED, result.cosim)


def _sequence_demo(data: str, seed: int, output: Path, as_json: bool) -> int:
    """A sequence, by the exact model and, where Icarus is, the Verilog engine."""
    from hwsim.files import replace_folder
    from hwsim.sequence_demo import run_sequence_demo

    start = time.perf_counter()
    with replace_folder(output, DEMO_KIND) as folder:
        result = run_sequence_demo(folder, data, seed, progress)
        told = {"task": "sequence", "data": data, "seed": seed, **result.to_dict()}
        summary = _write_summary(folder, told, result.cosim)
    steps = len(result.replayed)

    def text() -> None:
        heading = ["replayed by", "steps right", "sequences right", "kbit", "nJ", "cycles"]
        print_table(heading, result.table())
        _print_demo(result, f"{result.agreed} of {steps} steps", start)

    emit({**summary, "output": output}, as_json, text)
    return _demo_status(result.agreed < steps, result.cosim)


def _write_summary(folder: Path, told: dict[str, Any], cosim: CosimResult | None) -> dict[str, Any]:
    """Keep in a demo's folder what it found, and return it."""
    from hwsim.cli.hardware import cosim_summary
    from hwsim.files import write_file

    summary = {**told, "cosim": None if cosim is None else cosim_summary(cosim)}
    write_file(folder / DEMO, json.dumps(summary, indent=2) + "\n")
    return summary


def _print_demo(result: ClassDemo | SequenceDemo, agreed: str, start: float) -> None:
    """Pictures, who agrees with whom, and how long all of it took."""
    from hwsim.cli.hardware import print_verdict

    width, encoding = shutil.get_terminal_size().columns, sys.stdout.encoding or "ascii"
    tell(result.drawn(width, ascii_only=not encoding.lower().startswith("utf")))
    tell(f"{agreed} have the same integers in specification and fast model")
    if result.cosim is None:
        tell(f"the Verilog engine was not simulated: {result.missing}")
    else:
        print_verdict(result.cosim)
    tell(f"{time.perf_counter() - start:.0f} s in all")


def _demo_status(differs: bool, cosim: CosimResult | None) -> int:
    """1 where models or engine differ."""
    return 1 if differs or (cosim is not None and cosim.mismatches) else 0


@click.command(
    short_help="Report memory footprint and energy per recall.",
    epilog=example("hwsim report image --clock 100 -o report"),
)
@click.argument("image", type=FOLDER)
@query_options(None)
@click.option("--memory", type=NPZ, help="The float memory of this image: adds float32 accuracy.")
@click.option(
    "--technology", type=str, metavar="NAME|FILE.toml", help="Energy table, built in or your own."
)
@click.option("--clock", type=float, metavar="MHZ", help="Adds latency and throughput.")
@click.option(
    "--on-chip",
    type=float,
    metavar="KIB",
    help="SRAM on the chip; what does not fit is charged as DRAM.  [default: 2048]",
)
@click.option(
    "--synthesis", "syntheses", type=FOLDER, multiple=True, metavar="DIR",
    help="What hwsim synth -o left of this image: adds cells, clock or area; may be repeated.",
)  # fmt: skip
@output_option("DIR", "The folder; an older report there is replaced.")
@json_option
def report(
    image: Path,
    queries: Path | None,
    count: int | None,
    noise: float,
    seed: int,
    memory: Path | None,
    technology: str | None,
    clock: float | None,
    on_chip: float | None,
    syntheses: tuple[Path, ...],
    output: Path,
    as_json: bool,
) -> None:
    """Memory footprint and energy per recall: Markdown, JSON and one HTML page."""
    from hwsim.arrays import load_queries
    from hwsim.comparison.synthesized import read_syntheses
    from hwsim.cost.energy import KIB, check_chip
    from hwsim.cost.hierarchy import DEFAULT_BUDGET_BITS
    from hwsim.export.folder import image_design, load_image
    from hwsim.export.vectors import image_digest
    from hwsim.files import check_folder
    from hwsim.reference.queries import enough, noisy_queries
    from hwsim.reference.remarks import load_and_tell
    from hwsim.report.output_sections import (
        outputs_json,
        outputs_section,
        sequence_json,
        sequence_section,
    )
    from hwsim.report.protection_section import (
        protection_json,
        protection_sections,
        protection_words,
    )
    from hwsim.report.synthesis_section import synthesis_json, synthesis_sections
    from hwsim.report.write import FOLDER_KIND, write_report
    from hwsim.spins import spins_from_bits

    silence_matplotlib()
    check_folder(output, FOLDER_KIND)
    check_chip(clock, on_chip)
    loaded = load_image(image, outputs=True)
    made = [
        one
        for folder in syntheses
        for one in read_syntheses([folder], {image.name: image}).values()
    ]
    originals = chosen = None
    if queries is not None and memory is not None:
        raise InputError(
            "--memory adds accuracies, and nobody knows what own --queries should come back as; "
            "leave one of them out"
        )
    if queries is not None:
        spins, words = load_queries(queries, loaded.parameters.neurons), f"{queries.name}"
    else:
        patterns = spins_from_bits(loaded.patterns)
        work = len(patterns) * loaded.parameters.results
        drawn = enough(loaded.parameters.neurons, work) if count is None else count
        spins, chosen = noisy_queries(patterns, drawn, noise, seed)
        originals = patterns[chosen]
        words = (
            f"{counted(drawn, 'stored pattern')} with {in_percent(noise)}% of the spins flipped, "
            f"seed {seed}"
        )
    from hwsim.assessment import assess, assess_outputs, assess_sequence  # waits for a compiler
    from hwsim.cli.beside import print_report

    by = None if memory is None else load_and_tell(memory, targets=bool(loaded.parameters.outputs))
    common: dict[str, Any] = {
        "technology": technology,
        "clock_mhz": clock,
        "budget_bits": DEFAULT_BUDGET_BITS if on_chip is None else round(on_chip * KIB),
        "query_note": words,
        "provenance": {
            "command": command_line(),
            "image_sha256": image_digest(image),
            **image_design(image),
        },
    }
    sections, extra = [], {}
    if loaded.parameters.sequence:
        energy, answers = assess_sequence(loaded, spins, chosen, memory=by, **common)
        sections, extra = [sequence_section(answers)], sequence_json(answers)
    elif loaded.parameters.outputs:
        energy, given = assess_outputs(loaded, spins, chosen, memory=by, **common)
        sections, extra = [outputs_section(given)], outputs_json(given)
    else:
        energy = assess(loaded, spins, originals, memory=by, seed=seed, **common)
    cycles = float(energy.timing.mean)
    protected = _protected(image, energy)
    extra |= synthesis_json(made, cycles) | protection_json(protected)
    sections = [*protection_sections(protected), *sections, *synthesis_sections(made, cycles)]
    write_report(output, energy, sections, extra_json=extra)

    def show() -> None:
        print_report(output / "report.html", energy)
        if protected is not None:
            tell(protection_words(protected))

    emit({"report": output, **extra, **energy.to_dict()}, as_json, show)


def _protected(image: Path, energy: EnergyReport) -> Protected | None:
    """What an image's check bits cost on the report's recalls."""
    from hwsim.export.manifest import read_manifest, stated_protection
    from hwsim.reliability.price import price_all

    protection = stated_protection(read_manifest(image))
    if protection == "none":
        return None
    return price_all(
        energy.parameters, protection, energy.count_totals, energy.queries, energy.technology
    )


@click.command(
    short_help="Explore the design space that a TOML file spans.",
    epilog=example("hwsim sweep sweep.toml -o sweep"),
)
@click.argument("spec", type=TOML, metavar="SPEC.toml")
@output_option("DIR", "Gets points, results and plots; a sweep begun there goes on.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, tcp://host:port.")
@click.option(
    "--jobs", type=click.IntRange(1, MAX_JOBS), default=2, show_default=True, help="Processes."
)
@json_option
def sweep(spec: Path, output: Path, scheduler: str | None, jobs: int, as_json: bool) -> None:
    """Explore the design space: every combination of the values in SPEC.toml.

    \b
    [sweep]
    neurons = [100, 200]
    load = 3.0
    quantizer = ["minmax", "neuron-mse"]
    bits = [1, 2]
    offset_bits = [0, 8]
    noise = 0.2
    trials = 3

    Every key but trials, seed and queries takes a value or a list. Further keys: patterns (in place
    of load), gamma, kernel_bits, kernel_origin, data, method, penalty, lanes, max_steps; dataflow,
    stop, winner, radius, coarse_words, queries_in_flight, engines, pipelined; memory, files of your
    own in place of neurons and patterns; technology, macro (like 1024x32), clock_mhz; device, for
    which hwsim synth synthesizes every design (minutes each).
    """
    from hwsim.explore.sweep import FOLDER_KIND, PICTURE, run
    from hwsim.files import Shelf

    with progress("points") as advance:
        result = run(spec, output, scheduler, advance, jobs=jobs)
    from hwsim.comparison.sweeps import compare_rows
    from hwsim.report.sweep import pareto

    compared = compare_rows(result.summary)
    assert compared is not None  # all of its points are finished
    Shelf(output, FOLDER_KIND).write(PICTURE, pareto(compared))
    emit(
        {"output": output, "points": len(result.points), "computed": result.computed},
        as_json,
        lambda: tell(
            f"{counted(len(result.points), 'point')}, {result.computed} of them computed now: "
            f"{output}"
        ),
    )
