"""The engine: co-simulation, and what it needs to be there."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hwsim.choices import SIMULATORS
from hwsim.cli.common import (
    emit,
    example,
    json_option,
    load_image,
    print_table,
    progress,
    query_options,
    verify_option,
)
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, Choice
from hwsim.errors import InputError
from hwsim.quantities import counted

if TYPE_CHECKING:
    from hwsim.cosim.result import CosimResult
    from hwsim.doctor import Finding


LONGEST_CELL = 60  # of a remedy


@click.command(
    short_help="Run the Verilog engine and compare every bit and count.",
    epilog=example("hwsim cosim image --count 4"),
)
@click.argument("image", type=FOLDER)
@click.option("--vectors", type=FOLDER, help="Golden vectors of this image, from hwsim vectors.")
@query_options(8)
@click.option(
    "--sim", type=Choice(SIMULATORS), default=SIMULATORS[0], show_default=True, help="Simulator."
)
@click.option("--stalls/--no-stalls", default=True, help="Random stalls on both ports.")
@click.option("--waves", is_flag=True, help="Leave a waveform in the current folder.")
@verify_option
@json_option
def cosim(
    image: Path,
    vectors: Path | None,
    queries: Path | None,
    count: int,
    noise: float,
    seed: int,
    sim: str,
    stalls: bool,
    waves: bool,
    verify: bool,
    as_json: bool,
) -> int:
    """Run the Verilog engine on the image's own files and compare every bit and count."""
    from hwsim.arrays import load_queries
    from hwsim.cosim import check_waves, cosimulate
    from hwsim.files import scratch_folder
    from hwsim.golden import make_vectors

    if vectors is not None and queries is not None:
        raise InputError("both --vectors and --queries are given; give one")
    if waves:
        check_waves(sim)
    with scratch_folder("vectors") as scratch:
        if vectors is None:
            neurons = load_image(image, verify, outputs=True).parameters.neurons
            spins = None if queries is None else load_queries(queries, neurons)
            vectors = scratch / "vectors"
            with progress("golden vectors") as advance:
                make_vectors(
                    image, spins, vectors, count=count, noise=noise, seed=seed, progress=advance
                )
        else:
            load_image(image, verify, outputs=True)
        result = cosimulate(image, vectors, simulator=sim, waves=waves, stalls=stalls, seed=seed)
        if result.mismatches:
            from hwsim.differences import located  # waits for what compiles

            result = located(result, image, vectors, stalls=stalls, seed=seed)
    emit(cosim_summary(result), as_json, lambda: print_cosim(result))
    return 1 if result.mismatches else 0


def cosim_summary(result: CosimResult) -> dict[str, object]:
    """The result as JSON: totals over the recalls, and each recall's numbers."""
    return {
        "simulator": result.simulator,
        "recalls": result.recalls,
        **({"sequence_steps": result.results} if result.results > 1 else {}),
        "mismatches": len(result.mismatches),
        "differences": list(result.mismatches),
        "cycles": sum(result.cycles),
        "cycles_predicted": sum(result.cycles_predicted),
        "cycles_bound": sum(result.cycles_bound),
        "cycles_each": list(result.cycles),
        "cycles_predicted_each": list(result.cycles_predicted),
        "cycles_bound_each": list(result.cycles_bound),
        "divergence": None if result.divergence is None else result.divergence.to_dict(),
    }


def print_cosim(result: CosimResult) -> None:
    """The result for a person: a line a recall, sequence or batch, and the verdict."""
    for index, (measured, predicted, bound) in enumerate(
        zip(result.cycles, result.cycles_predicted, result.cycles_bound, strict=False)
    ):
        relation = "=" if measured == predicted else "!="
        tell(
            f"{result.timed} {index}: cycles measured {measured} {relation} predicted {predicted}, "
            f"{measured / bound:.4f} x the bound {bound}"
        )
    print_verdict(result)


def print_verdict(result: CosimResult) -> None:
    """A line a difference, cycles in all, and the verdict."""
    for mismatch in result.mismatches:
        tell(f"differs: {mismatch}")
    if result.divergence is not None:
        tell(f"first place: {result.divergence}")
    cycles, predicted, bound = (
        sum(result.cycles),
        sum(result.cycles_predicted),
        sum(result.cycles_bound),
    )
    tell(
        f"cycles: measured {cycles} {'=' if cycles == predicted else '!='} predicted {predicted}; "
        f"{cycles / bound:.4f} x the contract's bound of {bound}"
    )
    different = len(result.mismatches)
    verdict = counted(different, "difference") if different else "bit-exact"
    tell(f"{result.compared} co-simulated in {result.simulator}: {verdict}")


@click.command(epilog=example("hwsim doctor"))
@json_option
def doctor(as_json: bool) -> int:
    """Say what is installed, what is missing and how to fix it."""
    from hwsim.doctor import examine

    findings = examine()
    missing = [finding for finding in findings if finding.version is None and finding.required]
    result = {
        "ready": not missing,
        "findings": [dataclasses.asdict(finding) for finding in findings],
    }
    emit(result, as_json, lambda: _print_findings(findings))
    return 1 if missing else 0


def _print_findings(findings: list[Finding]) -> None:
    rows, below = [], []
    for finding in findings:
        found = finding.version or ("MISSING" if finding.required else "not installed (optional)")
        remedy = "" if finding.version else finding.remedy
        if len(remedy) > LONGEST_CELL:
            below.append(f"{finding.name}: {remedy}")
            remedy = "below"
        rows.append([finding.name, found, finding.needed_for, remedy])
    print_table(["what", "found", "needed for", "remedy"], rows)
    for words in below:  # a table would cut them, and they are to be copied
        tell(words)
