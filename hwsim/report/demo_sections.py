"""What a demo's report says before energy and footprint: the models and the co-simulation."""

from __future__ import annotations

import io

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure as Canvas

from hwsim.cosim.result import CosimResult
from hwsim.cost.energy import EnergyReport
from hwsim.demo import Demo
from hwsim.quantities import counted, in_percent
from hwsim.report.document import Cell, Figure, Number, Section, Table, Text
from hwsim.report.story import story_section
from hwsim.validation import Validation

matplotlib.use("Agg")

MODELS = {"float32": "float network", "quantized": "quantized float", "exact": "exact model"}
SIDE = 8  # pixels of a digit


def demo_sections(demo: Demo, report: EnergyReport) -> list[Section]:
    """One picture of it all; the memory, the models side by side, the engine, digits if any."""
    memory = demo.memory
    sections = [
        story_section(demo, report),
        Section(
            "What was stored",
            (
                Text.of(
                    f"{counted(memory.stored, 'pattern')} of {counted(memory.neurons, 'neuron')} "
                    f"({memory.provenance['data']}), kernel width {memory.gamma:g}, trained "
                    f"by {memory.provenance['method']} in "
                    f"{counted(memory.provenance['steps'], 'step')}; "
                    f"{demo.image.parameters.weight_bits}-bit weights, "
                    f"{demo.image.parameters.kernel_bits}-bit kernel values, "
                    f"{demo.image.parameters.lanes} lanes."
                ),
            ),
        ),
        validation_section(demo.validation),
        cosim_section(demo.cosim),
    ]
    if memory.provenance["data"] == "digits":
        sections.append(_digits_section(demo))
    return sections


def validation_section(validation: Validation) -> Section:
    """Float network, quantized float network and exact model side by side."""
    rows: list[tuple[Cell, ...]] = [
        (
            "bit accuracy",
            *(_exact(validation.bit_accuracy[name]) for name in MODELS),
            "",
            "",
        )
    ]
    rows.append(
        (
            "stability margin",
            *(
                _exact(validation.stability_margin[name])
                if name in validation.stability_margin
                else "other scale"
                for name in MODELS
            ),
            "",
            "",
        )
    )
    for row in validation.recall:
        cause = row.parting
        explained = cause.kernel + cause.offset + cause.both
        rows.append(
            (
                f"recall accuracy, {in_percent(row.noise)}% noise",
                *(_exact(getattr(row, name)) for name in (*MODELS, "nearest")),
                f"{row.states_unlike_quantized} of {row.queries} states; {explained} bits by "
                f"rounding, {cause.unexplained} unexplained",
            )
        )
    return Section(
        "Float against exact",
        (
            Text.of(
                "Every difference between the exact model and the quantized float network is "
                "followed to the step where the two first part, and to the bits that part there: "
                "kernel rounding, offset rounding, or both must account for each of them."
            ),
            Table(
                "The three models on the same queries",
                ("measure", *MODELS.values(), "nearest-pattern search", "exact unlike quantized"),
                tuple(rows),
            ),
        ),
    )


def _exact(value: float) -> Number:
    return Number(value, f"{value:.6g}")


def cosim_section(result: CosimResult) -> Section:
    """What the Verilog engine answered."""
    rows = []
    triples = zip(result.cycles, result.cycles_predicted, result.cycles_bound, strict=True)
    for index, (measured, predicted, bound) in enumerate(triples):
        rows.append(
            (
                str(index),
                Number(measured, f"{measured:,}"),
                Number(predicted, f"{predicted:,}"),
                Number(bound, f"{bound:,}"),
                f"{measured / bound:.4f}",
            )
        )
    verdict = (
        f"{counted(len(result.mismatches), 'difference')} were found: {result.mismatches[0]}"
        if result.mismatches
        else "every state, flag, cycle and counter is equal"
    )
    return Section(
        "The engine against the specification",
        (
            Text.of(f"{counted(result.recalls, 'recall')} in {result.simulator}: {verdict}."),
            Table(
                "Cycles of each recall, and the contract's bound of one memory word a cycle",
                ("recall", "measured", "predicted", "bound", "measured / bound"),
                tuple(rows),
            ),
        ),
    )


def _digits_section(demo: Demo) -> Section:
    originals, corrupted, recalled = demo.pictures
    right = int(np.all(originals == recalled, axis=1).sum())
    return Section(
        "Digits",
        (
            Figure(
                "digits",
                f"Stored, with 20 % of the pixels flipped, and recalled by the engine: {right} of "
                f"{len(originals)} came back without a wrong pixel.",
                "Three rows of handwritten digits: as stored, corrupted, recalled.",
                png=_digit_grid((originals, corrupted, recalled)),
            ),
        ),
    )


def _digit_grid(rows: tuple[npt.NDArray[np.int8], ...]) -> bytes:
    count = len(rows[0])
    canvas = Canvas(figsize=(count, len(rows) * 1.1), layout="constrained")
    axes = canvas.subplots(len(rows), count, squeeze=False)
    for name, line, spins in zip(("stored", "corrupted", "recalled"), axes, rows, strict=True):
        for axis, digit in zip(line, spins, strict=True):
            axis.imshow(-digit.reshape(SIDE, SIDE), cmap="gray", vmin=-1, vmax=1)
            axis.set_xticks([])
            axis.set_yticks([])
        line[0].set_ylabel(name, fontsize=11)
    stream = io.BytesIO()
    canvas.savefig(stream, format="png", dpi=110, metadata={"Software": None})
    return stream.getvalue()
