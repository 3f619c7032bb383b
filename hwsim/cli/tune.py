"""Training a float memory on for the codes that it will become."""

from __future__ import annotations

from pathlib import Path

import click

from hwsim.choices import TUNING_NOISE, TUNING_RATE, TUNING_STEPS
from hwsim.cli.common import (
    check_archive,
    emit,
    example,
    force_option,
    json_option,
    note,
    output_option,
    progress,
    seed_option,
)
from hwsim.cli.streams import tell
from hwsim.cli.types import NPZ


@click.command(
    short_help="Train a memory on for the codes it will be exported with.",
    epilog=example("hwsim tune memory.npz --bits 2 -o tuned.npz"),
)
@click.argument("memory", type=NPZ, metavar="MEM.npz")
@click.option(
    "--bits", type=click.IntRange(1, 8), default=2, show_default=True,
    help="Weight planes B of the image.",
)  # fmt: skip
@click.option(
    "--noise", type=float, default=TUNING_NOISE, show_default=True,
    help="Most of a state's spins that are flipped while training; 0 for stored patterns alone.",
)  # fmt: skip
@click.option("--steps", type=int, default=TUNING_STEPS, show_default=True, help="Updates.")
@click.option(
    "--learning-rate", type=float, default=TUNING_RATE, show_default=True,
    help="First step size, of weights over their neuron's mean magnitude.",
)  # fmt: skip
@seed_option
@output_option("MEM.npz", "The tuned memory.")
@force_option
@json_option
def tune(
    memory: Path,
    bits: int,
    noise: float,
    steps: int,
    learning_rate: float,
    seed: int,
    output: Path,
    force: bool,
    as_json: bool,
) -> None:
    """Train a memory on for weights of a few bits (quantization-aware training).

    Rounding is seen by the loss and passed over by its gradient. The memory that comes out holds
    the levels themselves: export it with the same bits and the quantizer that the last line names.
    """
    from hwsim.compress.tune import quantizer_of
    from hwsim.compress.tune import tune as train_on
    from hwsim.files.marks import Kind
    from hwsim.reference.memory import save_memory
    from hwsim.reference.remarks import load_and_tell

    check_archive(output, Kind.MEMORY, force)
    given = load_and_tell(memory)
    with progress("training steps") as advance:
        tuned = train_on(
            given, bits, noise=noise, steps=steps, learning_rate=learning_rate, seed=seed,
            progress=lambda step, total, loss: advance(step, total, f"loss {loss:.4g}"),
        )  # fmt: skip
    save_memory(output, tuned, force=force)
    quantizer = quantizer_of(bits)
    emit(
        {
            "memory": output,
            "neurons": tuned.neurons,
            "patterns": tuned.stored,
            "bits": bits,
            "quantizer": quantizer,
            "noise": noise,
            "steps": steps,
            "seed": seed,
        },
        as_json,
        lambda: tell(f"{output}: tuned for {bits}-bit weights"),
    )
    note(f"Note: export it with --bits {bits} --quantizer {quantizer}")
