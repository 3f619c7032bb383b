"""The float memory: training it, and seeing what quantization does to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hwsim.choices import (
    BAYES,
    CLOSE,
    KERNEL_MATRICES,
    LEARNING_RATE,
    METHODS,
    NOISES,
    NOISES_AND_NONE,
    PENALTIES,
    REGULARIZATION,
    SEQUENCES,
    STEPS,
)
from hwsim.cli.common import (
    activity,
    check_archive,
    duration,
    emit,
    example,
    force_option,
    in_list,
    json_option,
    note,
    numbers,
    output_option,
    print_table,
    progress,
    seed_option,
)
from hwsim.cli.options import design_options, save_design_option
from hwsim.cli.streams import tell
from hwsim.cli.types import NPY, NPZ, Between, Choice
from hwsim.design import Design
from hwsim.errors import InputError
from hwsim.printable import printable
from hwsim.quantities import counted, in_percent

if TYPE_CHECKING:
    from hwsim.explore.advise import Advice
    from hwsim.reference.memory import Memory
    from hwsim.spins import SpinArray
    from hwsim.validation import Validation

FORETOLD = 1_000_000  # weights from which on training takes long enough to be foretold


@click.command(
    short_help="Train a float memory by kernel logistic regression.",
    epilog=example("hwsim train --neurons 100 --patterns 200 --gamma 0.02 -o memory.npz"),
)
@click.option("--neurons", type=int, help="N, for random patterns.")
@click.option("--patterns", type=int, help="P, for random patterns.")
@click.option("--patterns-file", type=NPY, help="Own patterns: a .npy of (P, N), +1 and -1.")
@click.option(
    "--targets", type=NPY,
    help="What each pattern is associated with, in place of itself: a .npy of (P, M), +1 and -1; "
    "classes have a single +1 a row.",
)  # fmt: skip
@click.option(
    "--sequence", type=Choice(SEQUENCES),
    help="In place of --targets: each pattern's is the next one; after the last comes the first "
    "(cyclic), or itself (ending). hwsim export --max-steps T replays T steps.",
)  # fmt: skip
@click.option(
    "--gamma", type=float,
    help="Width of the kernel exp(-gamma |x-y|^2); bayes takes it from the noise.",
)  # fmt: skip
@seed_option
@click.option(
    "--method", type=Choice(METHODS), default=METHODS[0], show_default=True,
    help="How the loss is minimised, in fixed steps or until it has converged; or bayes: the "
    "patterns as weights, without training.",
)  # fmt: skip
@click.option(
    "--noise", type=float, help="Fraction of spins that is flipped, for bayes alone."
)  # fmt: skip
@click.option(
    "--penalty", type=Choice(PENALTIES), default=PENALTIES[0], show_default=True,
    help="Penalty on the float weights: their squares (l2) or magnitudes (l1).",
)  # fmt: skip
@click.option(
    "--learning-rate", type=float, default=LEARNING_RATE, show_default=True,
    help="Step size of gradient descent.",
)  # fmt: skip
@click.option(
    "--lambda", "regularization", type=float, default=REGULARIZATION, show_default=True,
    help="Weight of the penalty.",
)  # fmt: skip
@click.option("--steps", type=int, help=f"Updates.  [default: {STEPS} of gradient descent]")
@click.option(
    "--matrix", type=Choice(KERNEL_MATRICES), default=KERNEL_MATRICES[0], show_default=True,
    help="Kernel matrix: whole, without what cannot matter, or made in blocks at every step.",
)  # fmt: skip
@output_option("MEM.npz", "The float memory.")
@force_option
@json_option
def train(
    neurons: int | None,
    patterns: int | None,
    patterns_file: Path | None,
    targets: Path | None,
    sequence: str | None,
    gamma: float | None,
    seed: int,
    method: str,
    noise: float | None,
    penalty: str,
    learning_rate: float,
    regularization: float,
    steps: int | None,
    matrix: str,
    output: Path,
    force: bool,
    as_json: bool,
) -> None:
    """Train a float memory by kernel logistic regression, or make one that needs no training."""
    from hwsim.arrays import load_patterns
    from hwsim.files.marks import Kind
    from hwsim.reference.data import random_patterns
    from hwsim.reference.memory import save_memory
    from hwsim.reference.metrics import bit_accuracy_of, stability_margin_of
    from hwsim.reference.recall import field
    from hwsim.reference.remarks import copies
    from hwsim.reference.training import train as train_memory

    check_archive(output, Kind.MEMORY, force)
    if patterns_file is not None:
        if neurons is not None or patterns is not None:
            raise InputError("--patterns-file sets neurons and patterns; leave those options out")
        stored = load_patterns(patterns_file)
        origin: dict[str, Any] = {"patterns_file": printable(patterns_file.name)}
    elif neurons is None or patterns is None:
        raise InputError("give --neurons and --patterns, or --patterns-file")
    else:
        stored = random_patterns(neurons, patterns, seed)
        origin = {"seed": seed}
    goals = None
    if targets is not None:
        goals = load_patterns(targets, "targets")
        origin["targets_file"] = printable(targets.name)
    if stored.size >= FORETOLD and gamma is not None and method != BAYES:
        _foretell(stored, gamma, method, penalty, steps, matrix)
    with progress("training steps") as advance:
        memory = train_memory(
            stored,
            gamma,
            targets=goals,
            sequence=sequence,
            method=method,
            noise=noise,
            penalty=penalty,
            learning_rate=learning_rate,
            regularization=regularization,
            steps=steps,
            matrix=matrix,
            progress=lambda step, total, loss, margin: advance(
                step, total, f"loss {loss:.4g}, margin {margin:.4g}"
            ),
            provenance=origin,
        )
    save_memory(output, memory, force=force)
    if words := copies(memory.patterns, memory.targets):
        note(f"Note: {words}")
    if method == BAYES:
        note("Note: its first step is the one that keeps the most bits: export with --max-steps 1")
    fields = field(memory, memory.patterns)  # each pattern is its own nearest: of either origin
    wanted = memory.patterns if memory.targets is None else memory.targets
    result = {
        "memory": output,
        "neurons": memory.neurons,
        "patterns": memory.stored,
        **({"outputs": memory.outputs} if memory.outputs else {}),
        "gamma": memory.gamma,
        "bit_accuracy": bit_accuracy_of(fields, wanted),
        "stability_margin": stability_margin_of(fields, wanted),
        **memory.provenance,
    }
    emit(
        result,
        as_json,
        lambda: tell(
            f"{output}: {counted(memory.stored, 'pattern')} of {counted(memory.neurons, 'neuron')}"
            + (f" and {counted(memory.outputs, 'output')}" if memory.outputs else "")
            + f", bit accuracy {result['bit_accuracy']:.6g}"
            + f", margin {result['stability_margin']:.4g}"
            + (f", gamma {memory.gamma:.4g}" if method == BAYES else "")
            + (f", loss {loss:.4g}" if (loss := memory.provenance.get("loss")) else "")
        ),
    )


def _foretell(
    patterns: SpinArray, gamma: float, method: str, penalty: str, steps: int | None, matrix: str
) -> None:
    """Say what training will take, before it does."""
    from hwsim.limits import size_text
    from hwsim.reference.forecast import forecast

    ahead = forecast(patterns, gamma, method=method, penalty=penalty, steps=steps, matrix=matrix)
    note(
        f"training {counted(len(patterns), 'pattern')} of {counted(patterns.shape[1], 'neuron')}: "
        f"kernel matrix {ahead.matrix}, {size_text(ahead.memory)} of memory, "
        f"{'at most' if ahead.at_most else 'about'} {duration(ahead.seconds)}"
    )


@click.command(epilog=example("hwsim validate memory.npz --bits 2 --noise 0,0.1,0.2"))
@click.argument("memory", type=NPZ, metavar="MEM.npz")
@design_options
@click.option(
    "--noise",
    metavar="LIST",
    help="Fractions of spins flipped, separated by commas.  "
    f"[default: {in_list(NOISES_AND_NONE)}; of --advise {in_list(NOISES)}]",
)
@click.option(
    "--queries",
    type=int,
    help="Patterns to recall at each noise level.  [default: all; of --advise what a second or so "
    "allows, as many as the line of hwsim export]",
)
@click.option(
    "--advise",
    is_flag=True,
    help="Find the smallest precision that keeps recall at every noise level.",
)
@click.option(
    "--accuracy-loss",
    type=Between(0, 1),
    default=CLOSE,
    show_default=True,
    help="Recall accuracy that --advise may give up against the float network.",
)
@save_design_option
@force_option
@seed_option
@json_option
def validate(
    memory: Path,
    design: Design,
    noise: str | None,
    queries: int | None,
    advise: bool,
    accuracy_loss: float,
    save_design: Path | None,
    force: bool,
    seed: int,
    as_json: bool,
) -> int:
    """Compare float network, quantized network and exact model.

    --advise --save-design D.toml keeps the precision found for hwsim export --design D.toml.
    """
    from hwsim.cli.outputs import validate_outputs
    from hwsim.compress.lower import lower_both
    from hwsim.files import Kind, check_file
    from hwsim.reference.remarks import load_and_tell

    levels = None if noise is None else numbers(noise, "noise")
    if save_design is not None:
        check_file(save_design, Kind.DESIGN, force=force)
    loaded = load_and_tell(memory, targets=not advise)
    if loaded.outputs:
        validate_outputs(
            loaded, design, NOISES_AND_NONE if levels is None else levels, queries, seed, as_json
        )
        if save_design is not None:
            design.save(save_design, force=force)
        return 0
    if advise:
        advice = _advise(loaded, accuracy_loss, levels, design, queries, seed)
        if advice.choice is not None and save_design is not None:
            # What advice says nothing of stays as it was chosen.
            kept = replace(advice.choice.design, lanes=design.lanes, max_steps=design.max_steps)
            kept.save(save_design, force=force)
        emit(advice.to_dict(), as_json, lambda: _print_advice(advice))
        return 0 if advice.choice else 1
    from hwsim.validation import validate as validate_models  # waits for a compiler

    quantized, image = lower_both(loaded, design)
    with progress("noise levels") as advance:
        validation = validate_models(
            loaded,
            quantized,
            image,
            NOISES_AND_NONE if levels is None else levels,
            seed=seed,
            queries=queries,
            progress=advance,
        )
    if save_design is not None:
        design.save(save_design, force=force)
    emit(validation.to_dict(), as_json, lambda: print_validation(validation))
    return 1 if validation.unexplained else 0


def _advise(
    memory: Memory,
    accuracy_loss: float,
    levels: list[float] | None,
    design: Design,
    queries: int | None,
    seed: int,
) -> Advice:
    """The smallest precision that keeps the recall asked for."""
    from hwsim.explore.advise import advise as advise_precision

    with activity("trying precisions") as tell:
        return advise_precision(
            memory,
            accuracy_loss=accuracy_loss,
            noise=NOISES if levels is None else levels,
            kernel_origin=design.kernel_origin,
            max_steps=design.most_steps,
            queries=queries,
            seed=seed,
            progress=tell,
        )


def _print_advice(advice: Advice) -> None:
    from hwsim.explore.samples import listed, percents

    tell(
        f"float network: {listed(advice.float_recall_accuracy)} at {percents(advice.noise)} noise "
        f"({counted(advice.queries, 'recall')} each); goal {listed(advice.goal)}"
    )
    chosen = advice.choice or advice.closest
    lead = "smallest found" if advice.choice else "none keeps it; closest"
    tell(
        f"{lead}: --quantizer {chosen.quantizer} --bits {chosen.bits} "
        f"--kernel-bits {chosen.kernel_bits} --offset-bits {chosen.offset_bits} "
        f"--kernel-origin {chosen.kernel_origin}: {listed(chosen.recall_accuracy)}"
    )
    for warning in advice.warnings:
        note(f"Warning: {warning}")


def print_validation(validation: Validation) -> None:
    """The three models side by side, and the nearest-pattern search beside them."""
    from hwsim.cli.beside import print_beside
    from hwsim.measure import two_cycles

    models = ("float32", "quantized", "exact")
    columns = (*models, "nearest")
    rows = [
        ["bit accuracy", *(f"{validation.bit_accuracy[name]:.6f}" for name in models), "", "", ""],
        [
            "stability margin",
            *(
                f"{validation.stability_margin[name]:.4f}"
                if name in validation.stability_margin
                else ""
                for name in columns
            ),
            "",
            "",
        ],
    ]
    for row in validation.recall:
        cause = row.parting
        rows.append(
            [
                f"recall, {in_percent(row.noise)}% noise",
                *(f"{getattr(row, name):.6f}" for name in columns),
                f"{row.states_unlike_quantized}/{row.queries}",
                f"{cause.kernel} / {cause.offset} / {cause.both} / {cause.unexplained}",
            ]
        )
    print_table(
        ["", *columns, "exact unlike quantized", "bits by kernel / offset / both / unexplained"],
        rows,
    )
    for row in validation.recall:
        if row.parting.queries or row.parting.unexplained:
            tell(f"at {in_percent(row.noise)}% noise {row.parting.told(row.queries)}")
        if row.period_two:
            tell(
                f"at {in_percent(row.noise)}% noise {two_cycles.told(row.period_two, row.queries)}"
            )
    last = validation.noisiest
    if last is not None:
        print_beside(last.beside, f"One recall at {in_percent(last.noise)}% noise")
