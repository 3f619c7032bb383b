"""What quantization costs as a function of its step: figures 4 and 9.

The paper measures the loss of the stability margin and argues for a quadratic law through a
Taylor expansion of the training loss. The two are not the same: the margin, mean of
`xi_i * sum_mu alpha[mu, i] K(xi, xi_mu)`, is *linear* in alpha, so an error without bias costs it
nothing on average, whatever the step. We therefore measure five kinds of damage, each from
min-max quantization and from added uniform noise of the same step (what Appendix A assumes).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.experiments import lab
from hwsim.experiments.lab import FloatArray, Memory
from hwsim.measure.rows import Row

BITS = (2, 3, 4, 5, 6, 7, 8, 9, 10)
PAPER_BITS = range(2, 9)  # what the paper's plot can show

KEYS = ("neurons", "bits", "source")

# Column, and what it is in words.
DAMAGES: tuple[tuple[str, str], ...] = (
    ("margin_loss", "loss of the mean margin"),
    ("margin_change", "size of the margin's change"),
    ("normalised_margin_loss", "loss of the mean margin over the fields' spread"),
    ("worst_margin_loss", "loss of the smallest margin"),
    ("training_loss_increase", "increase of the regularised training loss"),
)


def _measures(memory: Memory) -> dict[str, float]:
    fields = lab.fields(memory)
    aligned = memory.patterns * fields
    spread = fields.std(axis=0)  # (N,): divides out a neuron's scale, which the sign ignores
    return {
        "margin": float(aligned.mean()),
        "normalised_margin": float((aligned.mean(axis=0) / spread).mean()),
        "worst_margin": float(aligned.min()),
        "training_loss": lab.training_loss(memory),
    }


def damage_rows(memory: Memory, seed: int) -> list[Row]:
    """One row a bit depth and source (`quantization` or `noise`), all damages in it."""
    before = _measures(memory)
    random = np.random.default_rng([seed, 4])
    rows: list[Row] = []
    for bits in BITS:
        step = lab.step_size(memory, bits)
        noise = random.uniform(-step / 2, step / 2, memory.alpha.shape)
        damaged = {
            "quantization": lab.dequantized(memory, "minmax", bits)
            if bits <= 8
            else lab.with_alpha(memory, round_to_grid(memory.alpha, bits)),
            "noise": lab.with_alpha(memory, memory.alpha + noise),
        }
        for source, changed in damaged.items():
            after = _measures(changed)
            rows.append(
                {
                    "neurons": memory.patterns.shape[1],
                    "bits": bits,
                    "source": source,
                    "step": step,
                    "margin_loss": before["margin"] - after["margin"],
                    "margin_change": abs(before["margin"] - after["margin"]),
                    "relative_margin_loss": 1 - after["margin"] / before["margin"],
                    "normalised_margin_loss": before["normalised_margin"]
                    - after["normalised_margin"],
                    "worst_margin_loss": before["worst_margin"] - after["worst_margin"],
                    "training_loss_increase": after["training_loss"] - before["training_loss"],
                }
            )
    return rows


def round_to_grid(alpha: FloatArray, bits: int) -> FloatArray:
    """The paper's uniform quantization, for depths that the engine has no codes for."""
    low = alpha.min()
    step = (alpha.max() - low) / (2**bits - 1)
    return np.asarray(low + step * np.round((alpha - low) / step))


def slope(rows: Sequence[Row], damage: str) -> Row:
    """A straight line through log(damage) against log(step), least squares.

    Only points with positive damage can be drawn on logarithmic axes, in the paper as here.

    Returns:
        slope, r_squared (both None with fewer than 3 points), points, of, scatter (root mean
        square distance from the line, in decades).
    """
    shown = [row for row in rows if row[damage] > 0]
    fit: Row = {"points": len(shown), "of": len(rows)}
    if len(shown) < 3:
        return {"slope": None, "r_squared": None, "scatter_decades": None} | fit
    x = np.log10([row["step"] for row in shown])
    y = np.log10([row[damage] for row in shown])
    gradient, intercept = np.polyfit(x, y, 1)
    residual = y - (gradient * x + intercept)
    return {
        "slope": float(gradient),
        "r_squared": float(1 - residual.var() / y.var()),
        "scatter_decades": float(np.sqrt((residual**2).mean())),
    } | fit
