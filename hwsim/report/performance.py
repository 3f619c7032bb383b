"""What `hwsim bench` measured, as tables and plots of growth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from matplotlib.axes import Axes

from hwsim.files import replace_folder, write_file
from hwsim.report.charts import curve, draw, label
from hwsim.report.markdown import escape, table

RESULT: Final = "performance.json"
FOLDER_KIND: Final = "bench"

# File, then the quantities that grow in its panels and the axes' names.
PLOTS: Final = {
    "growth-sizes.svg": {
        "neurons": "neurons N",
        "patterns": "patterns P",
        "queries": "queries in one call",
    },
    "growth-precision.svg": {
        "weight_bits": "weight bits B",
        "kernel_bits": "kernel bits KB",
        "gamma": "kernel width γ (large: sparse)",
    },
}
EVENLY_SPACED: Final = ("weight_bits", "kernel_bits")  # the others grow by factors
HEADINGS: Final = {
    "name": "case",
    "queries": "queries in a call",
    "float32_us": "float32",
    "fast_us": "fast",
    "ratio": "ratio",
    "ruled_us": "with rules",
    "distance_us": "distances alone",
    "roofline_fraction": "of the roofline",
    "hamming_us": "Hamming search",
    "spec_us": "specification",
    "typical_kernel": "median kernel value",
    "path": "path",
    "method": "accumulation",
}


class Measured(Protocol):
    """A finished run of the bench."""

    def to_dict(self) -> dict[str, Any]:
        """`cases`, `curves`, `machine` and `settings`."""


def _octaves_apart(values: Sequence[float]) -> list[float]:
    """Of the values, in order, those at least twice as large as the one taken before."""
    taken: list[float] = []
    for value in sorted(set(values)):
        if not taken or value >= 2 * taken[-1]:
            taken.append(value)
    return taken


def _panel(axes: Axes, rows: Sequence[dict[str, Any]], quantity: str, name: str) -> None:
    index = 0
    for case in dict.fromkeys(row["case"] for row in rows):
        chosen = [row for row in rows if row["quantity"] == quantity and row["case"] == case]
        for column, words, line in (("float32_us", "float32", "--"), ("fast_us", "fast", "-")):
            if chosen:
                curve(axes, chosen, "value", column, f"{words}, {case}", index, line=line)
            index += 1
    if quantity not in EVENLY_SPACED:
        axes.set_xscale("log")
        ticks = _octaves_apart([row["value"] for row in rows if row["quantity"] == quantity])
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    axes.set_yscale("log")
    label(axes, name, "µs a query and step")


def growth_plots(curves: Sequence[dict[str, Any]]) -> dict[str, str]:
    """File name to SVG."""

    def fill(panels: dict[str, str]) -> Callable[[Sequence[Axes]], None]:
        def filled(axes: Sequence[Axes]) -> None:
            for one, (quantity, name) in zip(axes, panels.items(), strict=True):
                _panel(one, curves, quantity, name)

        return filled

    return {file: draw(len(panels), fill(panels)) for file, panels in PLOTS.items()}


def _cell(value: object) -> str:
    if value is None:
        return "not installed"
    return (
        f"{value:,.3g}"
        if isinstance(value, float) and value < 1000
        else (f"{value:,.0f}" if isinstance(value, float) else str(value))
    )


def _measured(case: dict[str, Any], name: str) -> str:
    """A cell, with the quartiles of what has some."""
    spread = case["quartiles"].get(name.removesuffix("_us"))
    text = _cell(case[name])
    return text if spread is None else f"{text} ({_cell(spread[0])} to {_cell(spread[1])})"


def _stage_lines(cases: Sequence[dict[str, Any]]) -> list[str]:
    """Where the time goes, and what limits it."""
    names = list(dict.fromkeys(name for case in cases for name in case["stages"]))
    lines = [
        "## What limits it",
        "",
        "Microseconds a query of each stage alone, on one core:",
        "",
        table(
            ["case", *(name.replace("_", " ") for name in names)],
            [
                [case["name"], *(_cell(case["stages"].get(name, "")) for name in names)]
                for case in cases
            ],
        ),
    ]
    for case in cases:
        lines += ["", f"{escape(case['name'])}: {'; '.join(_limits(case))}."]
    return lines


def _limits(case: dict[str, Any]) -> Iterator[str]:
    """What one case's own times say of its limits."""
    spent = case["stages"]
    most = max(spent, key=spent.__getitem__)
    share = spent[most] / sum(spent.values())
    more = ", more than all others together" if share > 0.5 else ""
    yield (
        f"the longest of these stages is {most.replace('_', ' ')}, {share:.0%} of their sum{more}; "
        f"{case['nonzero_share']:.2%} of the kernel values are not 0"
    )
    if "byte_products" in spent:
        products = case["neurons"] * case["patterns"]
        yield (
            f"byte products do {products / spent['byte_products'] / 1000:.0f} multiply-adds a "
            f"nanosecond on one core, the two products of float32 "
            f"{2 * products / case['float32_us'] / 1000:.0f}, exponentials and signs included"
        )
    if (fraction := case.get("products_fraction")) is not None:  # older runs have none
        yield (
            f"these are {fraction:.0%} of the byte products that the instructions of "
            f"{case['path']} can do"
        )


def _method(result: dict[str, Any]) -> list[str]:
    """How it was measured, and on what."""
    machine, settings = result["machine"], result["settings"]
    text = (
        "Remade by `hwsim bench -o reports/performance`. Medians of wall-clock microseconds a "
        f"query and step, {settings['rounds']} rounds in which the contenders take turns, one "
        f"step a recall, queries with {settings['noise']:.0%} noise; the specification recalls one "
        "query once."
    )
    if any(case["quartiles"] for case in result["cases"]):
        text += " Numbers in brackets are the first and the third quartile."
    if settings["rest"]:
        text += f" After each turn of float32 all rest for {settings['rest']} s."
        if "openblas" in machine["blas"].lower():
            text += (
                " OpenBLAS' threads go on looking for work for a while after a product, and "
                "whoever comes next would share the cores with them."
            )
    jitted = any(case["path"] == "jitted" for case in result["cases"])
    compiled = f", numba {machine['numba']}" if jitted else ""
    if not settings.get("compiled", True):
        compiled += " switched off by NUMBA_DISABLE_JIT: all times but float32's are plain Python's"
    blas = machine["blas"]
    if "blas_threads" in machine:
        target = f"{machine['blas_target']}, " if machine.get("blas_target") else ""
        blas += f" ({target}{machine['blas_threads']} threads)"
    on = f"{machine['processor']}, {machine['cores']} cores"
    if machine.get("features"):
        on += f" ({' '.join(machine['features'])})"
    return [text, "", escape(f"{on}; NumPy {machine['numpy']} with {blas}{compiled}.")]


CONTENDERS: Final = (
    "`float32` is one update by NumPy: two matrix products on BLAS' threads, and exponentials "
    "and signs in place on one, as NumPy does them. `fast` is the whole recall: packing, "
    "distances, kernel values, sums, threshold. `with rules` is the same of an image as "
    "`hwsim export` writes it unless told otherwise, by the engine's rules. What is to be counted "
    "is noted, and counted when somebody asks. `Hamming search` finds the nearest stored pattern "
    "by the same distances."
)


def _others(result: dict[str, Any]) -> list[str]:
    """What other programs that are installed take for the same queries, and what is not."""
    cases = result["cases"]
    names = list(dict.fromkeys(name for case in cases for name in case["others_us"]))
    absent = [name for name in result["settings"]["others"] if name not in names]
    lines = ["## What else there is", ""]
    if names:
        rows = [
            [case["name"], *(_cell(case["others_us"].get(name)) for name in names)]
            for case in cases
        ]
        lines += [
            "Microseconds a query by other programs, in the same rounds: searches for the nearest "
            "stored pattern by Hamming distance (`faiss.IndexBinaryFlat`, usearch's exact search), "
            "and PyTorch's update, of two matrix products as float32's; in int8 with spins, kernel "
            "values and weights in 8 signed bits.",
            "",
            table(["case", *names], rows),
        ]
    if absent:
        lines += [*([""] if names else []), f"Not installed here: {', '.join(absent)}."]
    return lines


def _roofline(cases: Sequence[dict[str, Any]]) -> str:
    first = cases[0]
    plain, adders = (first[name] / 1e9 for name in ("plain_words", "adder_words"))
    sizes = sorted({case["neurons"] for case in cases}, reverse=True)
    filled = (f"N = {size} is {size / (64 * -(-size // 64)):.0%} of its words" for size in sizes)
    text = (
        "The roofline is the machine's peak of xor and popcount on 64-bit words in the "
        f"first-level cache, all cores, measured in the same run: {plain:.3g} thousand million "
        f"words a second one popcount a word, {adders:.3g} when words are added up bit by bit "
        f"before they are popcounted (medians, {first['name']}). A fraction is that of N P / 64 "
        "words a query in `distances alone` over the larger peak of the same round, and the table "
        f"has the median of all rounds. States fill whole words: {', '.join(filled)}."
    )
    over = [case["name"] for case in cases if case["roofline_fraction"] > 1]
    if over:
        text += (
            f" {' and '.join(over)} came out above 1: the machine did not keep its pace between "
            "the two measurements of a round."
        )
    return text


def performance_text(result: dict[str, Any], plots: Sequence[str]) -> str:
    """The report as Markdown: how it was measured, and what this run's own numbers say."""
    cases, settings = result["cases"], result["settings"]
    memory = settings["memory_bytes"]
    largest = max(cases, key=lambda case: case["neurons"] * case["patterns"])
    lines = [
        "# Performance of the exact model",
        "",
        *_method(result),
        "",
        table(
            [*HEADINGS.values()], [[_measured(case, name) for name in HEADINGS] for case in cases]
        ),
        "",
        CONTENDERS,
        "",
        _roofline(cases),
        "",
        *_others(result),
        "",
        *_stage_lines(cases),
        "",
        f"Memory beside image, queries and results, however many queries: "
        f"{memory['image'] / 2**20:.1f} MiB for the prepared image and "
        f"{memory['blocks'] / 2**20:.1f} MiB for blocks in work "
        f"(N = {largest['neurons']}, P = {largest['patterns']}).",
    ]
    if plots:
        lines += [
            "",
            f"How times grow from the cases above, {settings['curve_queries']} queries in a call "
            f"where their number does not grow, medians of {settings['curve_rounds']} rounds:",
        ]
    for plot in plots:
        lines += ["", f"![Microseconds a query and step as sizes grow]({plot})"]
    return "\n".join(lines) + "\n"


def write_performance(path: Path, result: Measured) -> None:
    """Write `performance.md`, `performance.json` and the plots, whole or not at all.

    Args:
        path: the folder; replaced if it came from an earlier run.
        result: what was measured.

    Raises:
        InputError: the folder cannot be written.
    """
    content = result.to_dict()
    plots = growth_plots(content["curves"]) if content["curves"] else {}
    with replace_folder(path, FOLDER_KIND) as folder:
        for name, svg in plots.items():
            write_file(folder / name, svg)
        write_file(folder / "performance.md", performance_text(content, list(plots)))
        write_file(folder / RESULT, json.dumps(content, indent=2, allow_nan=False) + "\n")
