"""Pictures of arrays by matplotlib, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure as Canvas

from hwsim.report.document import Figure

DOTS_PER_INCH = 120


def png_bytes(canvas: Canvas) -> bytes:
    """A matplotlib figure as PNG without date or version in it."""
    buffer = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "hwsim"}):
        canvas.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()


def picture_grid(
    name: str,
    caption: str,
    alt: str,
    rows: Sequence[tuple[str, npt.NDArray[Any]]],
    columns: Sequence[str] = (),
) -> Figure:
    """Small pictures in a grid, one labelled row after the other, such as recalled digits.

    Args:
        name: of the file.
        caption, alt: below it, and instead of it.
        rows: label and (count, height, width) array each, dark where large.
        columns: a word above each column, or none.
    """
    most = max(len(pictures) for _, pictures in rows)
    # no pyplot: it would choose a backend and keep every figure alive
    canvas = Canvas(figsize=(0.7 * most + 1.1, 0.8 * len(rows) + 0.3), layout="constrained")
    canvas.set_facecolor("white")
    axes = canvas.subplots(len(rows), most, squeeze=False)
    for line, (words, pictures) in zip(axes, rows, strict=True):
        low, high = float(np.min(pictures)), float(np.max(pictures))
        for column, cell in enumerate(line):
            cell.set_xticks([])
            cell.set_yticks([])
            if column >= len(pictures):
                cell.set_axis_off()
                continue
            cell.imshow(pictures[column], cmap="gray_r", vmin=low, vmax=high)
            if line is axes[0] and column < len(columns):
                cell.set_title(columns[column], fontsize=9)
        line[0].set_ylabel(words, rotation=0, ha="right", va="center", fontsize=9)
    return Figure(name, caption, alt, png=png_bytes(canvas))
