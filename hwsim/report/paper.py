"""The study: every experiment drawn, and the page that sums them up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hwsim.experiments.defaults import ranked
from hwsim.experiments.evidence import RULE
from hwsim.experiments.result import FOLDER_KIND, OUR_OWN, STUDY, Result, Study
from hwsim.files import Shelf
from hwsim.measure.rows import clean
from hwsim.report.markdown import escape, table
from hwsim.report.study_extras import EXTRA_FIGURES
from hwsim.report.study_figures import PAPER_FIGURES

DRAWINGS = PAPER_FIGURES | EXTRA_FIGURES


def draw(study: Study, folder: Path) -> None:
    """Write an SVG of each experiment; of all of them also the page that sums them up.

    Args:
        study: what was run.
        folder: files of the same names there are replaced, if an earlier run wrote them.

    Raises:
        InputError: the folder cannot be written.
    """
    shelf = Shelf(folder, FOLDER_KIND)
    for result in study.results:
        shelf.write(f"{result.name}.svg", DRAWINGS[result.name](result))
    if study.complete:
        shelf.write(STUDY, index(study))


def index(study: Study) -> str:
    """The study as Markdown."""
    results, settings = study.results, study.settings
    size = "quick (small networks, two trials: numbers prove nothing)" if settings.quick else "full"
    seeds = f"{settings.seeds[0]} to {settings.seeds[-1]}"
    command = "hwsim experiments run all -o reports/paper"
    options = [
        ("--quick", settings.quick),
        (f"--trials {settings.trials}", settings.trials != 10 and not settings.quick),
        (f"--seed {settings.seed}", settings.seed != 0),
    ]
    command += "".join(f" {words}" for words, given in options if given)
    parts = [
        "# Quantization robustness of the kernel associative memory: the paper, reproduced\n\n"
        "A. Tamamori, “Quantization robustness from dense representations of sparse functions in "
        "high-capacity kernel associative memory”, 2026 (arXiv 2604.20333), measured again, with "
        "the integers that hardware computes beside the floats.",
        f"Size of this run: {size}; seeds {seeds}, new random patterns each; means ± sample "
        "standard deviation over trials. *Exact model* means an image of integers run bit by bit "
        "as the Verilog engine runs it; nothing called exact was rounded from floats.",
        f"Made by `{command}`; the same command makes the same bytes. One figure: `hwsim "
        "experiments run figure1 -o DIR`.",
        "## What a designer should take from it\n\n"
        + "\n\n".join(f"**{question}** {answer}" for question, answer in study.conclusions),
        f"## The paper's claims\n\n{RULE}.\n\n" + _verdict_table(results, own=False),
        "## Questions of our own\n\n" + _verdict_table(results, own=True),
        "## The paper's figures",
        *(_section(result) for result in results if result.name in PAPER_FIGURES),
        "## What the paper lacks",
        *(_section(result) for result in results if result.name in EXTRA_FIGURES),
        "## Every scheme at the hard point\n\n" + _hard_point_table(results),
        "## Schemes over all operating points\n\n" + _schemes_table(results),
    ]
    return "\n\n".join(parts) + "\n"


def _verdict_table(results: Sequence[Result], own: bool) -> str:
    rows = [
        [result.name, verdict.claim, verdict.measured] + ([] if own else [verdict.outcome])
        for result in results
        for verdict in result.verdicts
        if (verdict.outcome == OUR_OWN) == own
    ]
    headers = ["experiment", "question", "measured"] if own else [
        "figure", "the paper says", "measured", "verdict"
    ]  # fmt: skip
    return table(headers, rows)


def _section(result: Result) -> str:
    files = [f"[{result.name}.json]({result.name}.json)"]
    for position, data in enumerate(result.tables):
        name = f"{result.name}.csv" if position == 0 else f"{result.name}-{data}.csv"
        files.append(f"[{name}]({name})")
    held = "; ".join(f"{name} {value}" for name, value in clean(dict(result.parameters)).items())
    title = escape(result.title)
    remarks = "".join(f"{remark}\n\n" for remark in result.remarks)
    return (
        f"### {result.name}: {title}\n\n![{title}]({result.name}.svg)\n\n"
        f"{remarks}Data: {', '.join(files)}. Seeds {result.seeds[0]} to {result.seeds[-1]}. "
        f"{escape(held)}."
    )


def _hard_point_table(results: Sequence[Result]) -> str:
    result = next(result for result in results if result.name == "hard-point")
    rows = [
        [
            str(row["bits"]),
            row["quantizer"],
            f"{row['offset_bits']} ({row['offset_source']})" if row["offset_bits"] else "none",
            f"{row['bit_accuracy']:.4f}",
            f"{row['recall']:.4f} ± {row['recall_std']:.4f}",
            f"{row['lost']:+.4f}",
            "yes" if row["close_to_float"] else "no",
        ]
        for row in result.tables["rows"]
    ]
    first, held = result.tables["rows"][0], result.parameters
    return (
        f"N = {held['neurons']}, P = {held['patterns']}, gamma = {held['gamma']}; recall from "
        f"{100 * held['noise']:g} % noise on the exact model; float recalls "
        f"{first['float_recall']:.4f} ± {first['float_recall_std']:.4f}.\n\n"
        + table(
            [
                *("bits", "quantizer", "offset bits", "bit accuracy", "recall", "lost"),
                f"within {held['close']}",
            ],
            rows,
        )
    )


def _schemes_table(results: Sequence[Result]) -> str:
    """Every quantizer and kind of offsets, the one that keeps the most points first."""
    result = next(result for result in results if result.name == "defaults")
    bits_tried = result.parameters["bits"]
    cells = []
    for scheme in ranked(result.tables["rows"]):
        names = {name: scheme[name] for name in ("quantizer", "offset_bits", "offset_source")}
        row = [
            f"{scheme['quantizer']}{' (default)' if names == result.parameters['default'] else ''}",
            f"{scheme['offset_bits']} ({scheme['offset_source']})"
            if scheme["offset_bits"]
            else "none",
        ]
        for bits in bits_tried:
            at = result.rows("rows", bits=bits, **names)[0]
            row.append(f"{at['kept']} of {at['points']}")
            row.append(f"{at['worst_lost']:+.4f}")
        cells.append(row)
    headings = [
        heading
        for bits in bits_tried
        for heading in (f"{bits} bit{'s' * (bits > 1)}: kept", "most lost")
    ]
    return (
        f"Operating points at which recall stays within {result.parameters['close']} of float, of "
        "those at which any scheme's does, and the most that is lost at these.\n\n"
        + table(["quantizer", "offset bits", *headings], cells)
    )
