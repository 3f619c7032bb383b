"""Charts by matplotlib as SVG: the same bytes from the same numbers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from hwsim.measure.rows import Row

# Okabe and Ito's colours, told apart with every kind of colour vision; markers repeat the order.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
MARKERS = "osD^vP*X"
STYLE: Any = {
    "svg.hashsalt": "hwsim",  # identifiers in the file would be random
    "svg.fonttype": "none",  # text stays text: readable and small
    "font.family": "sans-serif",
    "font.size": 10.0,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.markersize": 4.0,
    "savefig.facecolor": "white",
}


def draw(
    columns: int, fill: Callable[[Sequence[Axes]], None], *, rows: int = 1, height: float = 3.6
) -> str:
    """An SVG of `rows` by `columns` panels, each row `height` inches high, filled by `fill`."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a person's matplotlibrc may say anything
        matplotlib.rcParams.update(STYLE)
        # No pyplot: it would choose a backend and keep every figure alive.
        figure = Figure(figsize=(4.7 * columns, height * rows), layout="constrained")
        fill(list(figure.subplots(rows, columns, squeeze=False).ravel()))
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    lines = stream.getvalue().decode().splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def curve(
    axes: Axes,
    rows: Sequence[Row],
    x: str,
    y: str,
    label: str,
    index: int,
    *,
    line: str = "-",
    positive: bool = False,
) -> None:
    """Mean of column `y` against `x` with bars of one standard deviation over trials.

    Args:
        index: chooses colour and marker.
        positive: leave out points that logarithmic axes cannot show.
    """
    shown = [row for row in rows if row[y] is not None and (row[y] > 0 or not positive)]
    if not shown:
        return
    colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
    abscissa = [row[x] for row in shown]
    values = np.array([row[y] for row in shown])
    spread = np.array([row.get(f"{y}_std", 0.0) for row in shown])
    bars = None if positive else spread  # a bar that reaches zero has no logarithm
    axes.errorbar(
        abscissa, values, yerr=bars, label=label, color=colour, marker=marker, linestyle=line,
        linewidth=1.4, capsize=2.5, elinewidth=0.8,
    )  # fmt: skip


def logarithmic(axes: Axes) -> None:
    """A logarithmic abscissa with plain numbers at 1, 2, 5, 10, …"""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def label(axes: Axes, x: str, y: str, title: str = "", legend: bool = True) -> None:
    """Name the axes."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if title:
        axes.set_title(title, fontsize=10)
    if legend:
        axes.legend()
