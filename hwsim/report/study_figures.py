"""The paper's nine figures, drawn from results with the paper's axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from hwsim.experiments.result import Result
from hwsim.measure.rows import Row, select
from hwsim.report.charts import COLOURS, curve, draw, label, logarithmic

FLOAT_PLACE = 9  # where the float row stands on an axis of bits


def _placed(rows: Sequence[Row]) -> list[Row]:
    """Float, whose bits are 32, beside the codes on an axis of bits."""
    return [row | {"bits": min(row["bits"], FLOAT_PLACE)} for row in rows]


def _bit_axis(axes: Axes) -> None:
    axes.set_xticks([*range(1, 9), FLOAT_PLACE], [*map(str, range(1, 9)), "float"])


def _quantization(accuracy: Axes, margin: Axes, rows: Sequence[Row]) -> None:
    placed = _placed(rows)
    paper = sorted(
        (row for row in placed if row["quantizer"] in ("float", "sign-mean", "minmax")),
        key=lambda row: row["bits"],
    )
    median = select(placed, quantizer="sign-median")
    curve(accuracy, paper, "bits", "bit_accuracy", "float arithmetic", 0)
    curve(accuracy, paper, "bits", "exact_bit_accuracy", "exact model", 1, line="--")
    curve(accuracy, paper, "bits", "exact_without_offsets", "exact model, no offset", 2, line=":")
    curve(accuracy, median, "bits", "exact_without_offsets", "about the median, no offset", 3)
    _bit_axis(accuracy)
    label(accuracy, "bits k of a weight", "bit accuracy")
    curve(margin, paper, "bits", "margin", "uniform; 1 bit: about the mean", 0)
    _bit_axis(margin)
    label(margin, "bits k of a weight", "stability margin")


def _pruning(accuracy: Axes, margin: Axes, rows: Sequence[Row]) -> None:
    for index, order in enumerate(("magnitude", "random")):
        chosen = select(rows, order=order)
        curve(accuracy, chosen, "sparsity", "bit_accuracy", order, index)
        curve(margin, chosen, "sparsity", "margin", order, index)
    label(accuracy, "sparsity ρ", "bit accuracy")
    label(margin, "sparsity ρ", "stability margin")


def _bits(result: Result) -> str:
    bits = result.parameters["bits"]
    return f"{bits} bit{'s' * (bits > 1)}"


def figure1(result: Result) -> str:
    return draw(2, lambda axes: _quantization(axes[0], axes[1], result.tables["rows"]))


def figure2(result: Result) -> str:
    return draw(2, lambda axes: _pruning(axes[0], axes[1], result.tables["rows"]))


def figure3(result: Result) -> str:
    def fill(axes: Sequence[Axes]) -> None:
        for axis, penalty in zip(axes, ("l2", "l1"), strict=True):
            amount = result.tables["rows"][0]["regularization"]
            chosen = result.rows("histogram", penalty=penalty, regularization=amount)
            found = result.rows("rows", penalty=penalty, regularization=amount)[0]
            left = [row["influence"] for row in chosen]
            axis.bar(
                left, [row["fraction"] for row in chosen], width=left[1] - left[0], align="edge",
                color=COLOURS[0],
            )  # fmt: skip
            axis.set_yscale("log")
            words = (
                f"{penalty.upper()} training, Gini {found['gini']:.3f} ± {found['gini_std']:.3f}"
            )
            label(axis, "influence of input j on output i ≠ j", "fraction", words, legend=False)

    return draw(2, fill)


def figure4(result: Result) -> str:
    main = result.tables["rows"][0]["neurons"]

    def fill(axes: Sequence[Axes]) -> None:
        kinds = (
            ("margin_loss", "loss of the mean margin"),
            ("training_loss_increase", "increase of the training loss"),
            ("normalised_margin_loss", "loss of margin over fields' spread"),
        )
        for axis, (column, words) in zip(axes, kinds, strict=True):
            for index, source in enumerate(("quantization", "noise")):
                chosen = result.rows("rows", neurons=main, source=source)
                fit = result.rows("fits", neurons=main, source=source, damage=column)[0]
                slope = "no fit" if fit["slope"] is None else f"slope {fit['slope']:.2f}"
                curve(
                    axis,
                    chosen,
                    "step",
                    column,
                    f"{source}: {slope}",
                    index,
                    line="",
                    positive=True,
                )
            logarithmic(axis)
            axis.set_yscale("log")
            label(axis, "quantization step Δ", words)

    return draw(3, fill)


def figure5(result: Result) -> str:
    def fill(axes: Sequence[Axes]) -> None:
        rows, bits = result.tables["rows"], _bits(result)
        curve(axes[0], rows, "noise", "float", "float32", 0)
        curve(axes[0], rows, "noise", "quantized_float", f"{bits}, float arithmetic", 1, line="--")
        curve(axes[0], rows, "noise", "exact", f"{bits}, exact model", 2, line=":")
        label(axes[0], "input noise (fraction of flipped bits)", "bit-wise recall accuracy")

    return draw(1, fill)


def figure6(result: Result) -> str:
    def fill(axes: Sequence[Axes]) -> None:
        rows = result.tables["rows"]
        width = rows[1]["weight"] - rows[0]["weight"]
        axes[0].bar(
            [row["weight"] for row in rows], [row["fraction"] for row in rows], width=width,
            color=COLOURS[0],
        )  # fmt: skip
        label(axes[0], "weight α", "fraction of weights", legend=False)

    return draw(1, fill)


def figure7(result: Result) -> str:
    def fill(axes: Sequence[Axes]) -> None:
        for index, method in enumerate(result.parameters["method"]):
            rows = result.rows("rows", method=method)
            curve(axes[0], rows, "gamma", "loss", method, index)
            curve(axes[1], rows, "gamma", "float", f"float, {method}", index)
            curve(
                axes[1], rows, "gamma", "exact", f"{_bits(result)}, {method}", index + 2, line="--"
            )
        for axis in axes:
            logarithmic(axis)
            axis.axvline(0.02, color="#999999", linewidth=0.8)
        label(
            axes[0], "kernel parameter γ (grey: the ridge)", f"bit accuracy lost at {_bits(result)}"
        )
        label(axes[1], "kernel parameter γ (grey: the ridge)", "bit accuracy")

    return draw(2, fill)


def figure8(result: Result) -> str:
    def fill(axes: Sequence[Axes]) -> None:
        _quantization(axes[0], axes[1], result.tables["quantization"])
        _pruning(axes[2], axes[3], result.tables["pruning"])

    return draw(2, fill, rows=2)


def figure9(result: Result) -> str:
    def fill(axes: Sequence[Axes]) -> None:
        for index, source in enumerate(("quantization", "noise")):
            rows = result.rows("rows", source=source)
            curve(axes[0], rows, "step", "margin_loss", source, index)
        logarithmic(axes[0])
        label(axes[0], "quantization step Δ", "loss of the mean margin")

    return draw(1, fill)


PAPER_FIGURES: dict[str, Callable[[Result], str]] = {
    "figure1": figure1,
    "figure2": figure2,
    "figure3": figure3,
    "figure4": figure4,
    "figure5": figure5,
    "figure6": figure6,
    "figure7": figure7,
    "figure8": figure8,
    "figure9": figure9,
}
