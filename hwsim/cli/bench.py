"""Measured speed: the exact model, training, the simulated engine; and machines side by side."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from hwsim.choices import PATHS
from hwsim.cli.common import (
    emit,
    example,
    json_option,
    print_table,
    progress,
    seed_option,
    silence_matplotlib,
)
from hwsim.cli.streams import tell
from hwsim.cli.types import FOLDER, Choice
from hwsim.errors import InputError

# Path: OpenBLAS' name of a processor like it, and how NumPy's newer features begin.
AVX512: Final = ("X86_V4", "AVX512")
RESTRICTED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "avxvnni": ("Haswell", AVX512),
    "avx2": ("Haswell", AVX512),
    "ssse3": ("Nehalem", ("",)),
    "generic": ("Prescott", ("",)),
}


@click.command(
    short_help="Time the exact model against float32 NumPy.",
    epilog=example("hwsim bench --quick -o bench"),
)
@click.option(
    "--what",
    type=Choice(
        [
            "recall",
            "training",
            "solvers",
            "load",
            "cosim",
            "synthesis",
            "protection",
            "classification",
        ]
    ),
    default="recall",
    show_default=True,
    help="Recall by the exact model, a training step, training by others, training at P/N = 30, "
    "the simulated engine, engines in silicon, the same with check bits, or classes from few bits.",
)
@click.option(
    "--quick",
    is_flag=True,
    help="Recall: fewer repetitions and no growth curves. Classification: two splits.",
)
@click.option("-o", "--output", type=FOLDER, help="A folder for the report and its plots.")
@click.option(
    "--path", type=Choice(PATHS),
    help="Code of the fast model, with NumPy and BLAS as old.  [default: fastest]",
)  # fmt: skip
@click.option(
    "--beside", type=FOLDER, multiple=True, metavar="FOLDER",
    help="Measure nothing, but put the recall reports in these folders side by side.",
)  # fmt: skip
@seed_option
@json_option
def bench(
    what: str,
    quick: bool,
    output: Path | None,
    path: str | None,
    beside: tuple[Path, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Time the exact model against float32 NumPy, side by side in one run."""
    if path is not None:
        if what != "recall" or beside:
            raise InputError("--path is for a bench of recall; leave it out")
        _restrict(path)
    if beside:
        if what != "recall" or quick:
            raise InputError("--beside measures nothing; leave --what and --quick out")
        _put_beside(beside, output, as_json)
        return
    if what != "recall":
        if quick and what != "classification":
            raise InputError(
                f"--quick shortens --what recall and classification, not {what}; leave it out"
            )
        _bench_other(what, output, seed, as_json, quick)
        return
    silence_matplotlib()
    from hwsim.bench import run as run_bench
    from hwsim.files import check_folder
    from hwsim.report.performance import FOLDER_KIND, write_performance

    if output is not None:
        check_folder(output, FOLDER_KIND)
    with progress("measurements") as advance:
        result = run_bench(quick=quick, seed=seed, progress=advance, path=path)
    if output is not None:
        write_performance(output, result)
    emit(result.to_dict(), as_json, lambda: _print_bench(result.to_dict()))


def _restrict(path: str) -> None:
    """Let NumPy and BLAS, not loaded yet, use no newer instructions than a path of x86-64 does.

    OpenBLAS has no code for SSSE3 alone: the next newer one stands for it.
    """
    if path not in RESTRICTED:
        return
    blas, prefixes = RESTRICTED[path]
    os.environ.setdefault("OPENBLAS_CORETYPE", blas)
    listed = "from numpy._core._multiarray_umath import __cpu_dispatch__; print(*__cpu_dispatch__)"
    import subprocess  # nobody else waits for it

    ran = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    newer = [name for name in ran.stdout.split() if name.startswith(prefixes)]
    os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", " ".join(newer))


def _put_beside(folders: tuple[Path, ...], output: Path | None, as_json: bool) -> None:
    """Machines that were measured, as one table."""
    from hwsim.files import check_folder
    from hwsim.report import machines

    if output is not None:
        check_folder(output, machines.FOLDER_KIND)
    measured = machines.load_all(folders)
    if output is not None:
        machines.write(output, measured)
    emit(
        {"machines": measured},
        as_json,
        lambda: print_table([*machines.HEADINGS], machines.rows(measured)),
    )


def _bench_other(what: str, output: Path | None, seed: int, as_json: bool, quick: bool) -> None:
    """Training, by others and of many patterns; the engine simulated, in silicon; classes."""
    silence_matplotlib()
    from hwsim.bench import classification, load, simulation, solvers, synthesis, training
    from hwsim.files import check_folder
    from hwsim.report import speed

    kinds: dict[str, tuple[Callable[..., dict[str, Any]], speed.Kind]] = {
        "training": (training.measure, speed.TRAINING),
        "solvers": (solvers.measure, speed.SOLVERS),
        "load": (load.measure, speed.LOAD),
        "cosim": (simulation.measure, speed.COSIMULATION),
        "synthesis": (synthesis.measure, speed.SYNTHESIS),
        "protection": (partial(synthesis.measure, engines=synthesis.PROTECTED), speed.PROTECTION),
        "classification": (partial(classification.measure, quick=quick), speed.CLASSIFICATION),
    }
    measure, kind = kinds[what]
    if output is not None:
        check_folder(output, speed.FOLDER_KIND)
    with progress("measurements") as advance:
        result = measure(seed, advance)
    if output is not None:
        pictures = None
        if what == "classification":
            from hwsim.report.classes import charts

            pictures = charts(result["cases"], classification.DIGITS)
        speed.write(output, kind, result, pictures)
    headings, rows = speed.rows(kind, result, whole=False)

    def show() -> None:
        print_table(headings, rows)
        for note in result.get("notes", ()):
            tell(note)

    emit(result, as_json, show)


def _print_bench(result: dict[str, Any]) -> None:
    headings = ["name", *("float32_us", "spec_us", "fast_us", "ratio", "ruled_us")]
    headings.append("roofline_fraction")
    rows = [
        [str(case["name"]), *(f"{case[name]:,.3g}" for name in headings[1:])]
        for case in result["cases"]
    ]
    print_table([heading.replace("_", " ") for heading in headings], rows)
