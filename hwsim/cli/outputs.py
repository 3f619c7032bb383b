"""Memories with targets, and images with outputs, for the commands that take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hwsim.cli.common import emit, print_table, progress
from hwsim.cli.options import typed_choices
from hwsim.cli.streams import tell
from hwsim.design import Design, refuse_rules
from hwsim.errors import InputError
from hwsim.quantities import counted

if TYPE_CHECKING:
    from hwsim.compress.weights import QuantizedWeights
    from hwsim.hardware.image import Image
    from hwsim.measure.associations import AssociationValidation
    from hwsim.reference.memory import Memory

MEASURED = 1000  # answers at each noise, by which an image is held beside its memory


def print_answers(found: AssociationValidation) -> None:
    """The models side by side, and what an answer costs."""
    heading, *rows = found.table()
    print_table(heading, rows)
    tell(found.sentence())


def validate_outputs(
    memory: Memory,
    design: Design,
    levels: Sequence[float],
    queries: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """`hwsim validate` of a memory with targets."""
    from hwsim.compress.lower import lower_both
    from hwsim.measure.associations import validate_outputs

    refuse_rules(typed_choices())
    quantized, image = lower_both(memory, design)
    with progress("noise levels") as advance:
        found = validate_outputs(
            memory, quantized, image, levels, seed=seed, queries=queries, progress=advance
        )
    emit(found.to_dict(), as_json, lambda: print_answers(found))


def check_outputs(kit: Path | None, formats: Sequence[str]) -> None:
    """Refuse before the work what takes no outputs: rules, the kit and the wrapper's memories."""
    refuse_rules(typed_choices())
    for option, given in (("--kit", kit is not None), ("--format stream", "stream" in formats)):
        if given:
            raise InputError(
                f"{option} does not take a memory with targets, of whose image the model and the "
                "bare Verilog engine answer; leave it out"
            )


def answers_of(
    memory: Memory, quantized: QuantizedWeights, image: Image, noises: Sequence[float]
) -> AssociationValidation:
    """What an image keeps of its memory's outputs, by as many answers as take a second or so."""
    from hwsim.measure.associations import validate_outputs
    from hwsim.reference.queries import enough

    few = enough(memory.neurons, memory.stored * image.parameters.results)
    asked = min(memory.stored, few if image.parameters.sequence else MEASURED)
    return validate_outputs(memory, quantized, image, noises, queries=asked)


def print_outputs(result: Mapping[str, Any], answers: AssociationValidation) -> None:
    """What `hwsim export` found of a memory with targets."""
    steps = "one step" if answers.results == 1 else f"{answers.results:,} steps, a sequence"
    tell(f"image {result['image']}, whose outputs are not its patterns: answers of {steps}")
    print_answers(answers)


def associate(
    image: Image, queries: Path, output: Path, model: str, force: bool, as_json: bool
) -> None:
    """`hwsim recall` of an image with outputs."""
    from hwsim.measure.associations import associate_file

    with progress("queries") as advance:
        found = associate_file(image, queries, output, model=model, progress=advance, force=force)
    steps = image.parameters.results
    asked = len(found["labels"]) // steps
    result = {
        "output": output,
        "model": model,
        "engine": model,
        "recalls": asked,
        "outputs": image.parameters.outputs,
        **({"sequence_steps": steps} if steps > 1 else {}),
        "misses": int(found["miss"].sum()),
        "mean_distance": float(found["distance"].mean()),
    }
    told_model = "specification" if model == "spec" else "fast model"
    emit(
        result,
        as_json,
        lambda: tell(
            f"{counted(asked, 'query')} by the {told_model}: "
            + (
                f"a sequence of {counted(steps, 'step')} each"
                if steps > 1
                else f"{counted(image.parameters.outputs, 'field')} and a label each"
            )
            + f", {result['misses']} missed; {output}"
        ),
    )
