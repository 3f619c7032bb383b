"""Figure 4: how damage grows with the quantization step, on the ridge, and with what slope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwsim.experiments import step_size
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.result import (
    NOT_REPRODUCED,
    OUR_OWN,
    PARTLY,
    REPRODUCED,
    Result,
    Tables,
    Verdict,
)
from hwsim.experiments.settings import RIDGE_LOAD, Settings, ridge
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select, summarise

NAME = "figure4"
TITLE = TITLES[NAME]

EXTRA_NEURONS = (110, 120, 130)  # where a first study found the loss to scale with slope 2.1


def _keys(settings: Settings, seed: int) -> list[MemoryKey]:
    key = ridge(settings, seed)
    extra = settings.pick(EXTRA_NEURONS, (120,))
    return [key] + [replace(key, neurons=n, patterns=round(RIDGE_LOAD * n)) for n in extra]


def trial(settings: Settings, seed: int, store: Store) -> Tables:
    return {
        "rows": [
            row
            for key in _keys(settings, seed)
            for row in step_size.damage_rows(store.load(key), seed)
        ]
    }


def _is_quadratic(fit: Row) -> bool:
    """Whether the fit is a power law near the square: no point dropped, close to its line."""
    return (
        fit["slope"] is not None
        and 1.7 <= fit["slope"] <= 2.3
        and fit["r_squared"] >= 0.98
        and fit["points"] == fit["of"]
    )


def _describe(fit: Row) -> str:
    if fit["slope"] is None:
        return f"no fit (only {fit['points']} of {fit['of']} points positive)"
    return (
        f"slope {fit['slope']:.2f} (R² {fit['r_squared']:.3f}, "
        f"{fit['points']} of {fit['of']} points positive)"
    )


def conclude(settings: Settings, trials: Sequence[Tables]) -> Result:
    rows = summarise([trial["rows"] for trial in trials], step_size.KEYS)
    neurons = list(dict.fromkeys(row["neurons"] for row in rows))
    fits: list[Row] = []
    for n in neurons:
        for source in ("quantization", "noise"):
            points = [
                row
                for row in select(rows, neurons=n, source=source)
                if row["bits"] in step_size.PAPER_BITS
            ]
            for damage, _ in step_size.DAMAGES:
                fits.append(
                    {"neurons": n, "source": source, "damage": damage}
                    | step_size.slope(points, damage)
                )

    def fit(n: int, source: str, damage: str) -> Row:
        return select(fits, neurons=n, source=source, damage=damage)[0]

    main = neurons[0]
    margin = fit(main, "quantization", "margin_loss")
    noise_margin = fit(main, "noise", "margin_loss")
    losses = [fit(n, "noise", "training_loss_increase") for n in neurons]
    rounding = [fit(n, "quantization", "training_loss_increase") for n in neurons]
    relative = fit(main, "noise", "normalised_margin_loss")
    size = fit(main, "noise", "margin_change")
    verdicts = [
        Verdict(
            "margin-power-law",
            "The margin's degradation follows a power law of the step, a little under quadratic",
            f"min-max quantization at N = {main}: {_describe(margin)}; of added uniform noise: "
            f"{_describe(noise_margin)}, the size of its change: {_describe(size)}. The margin is "
            "linear in the weights: an unbiased error moves it by chance, either way and in "
            "proportion to the step, and rounding by its bias, which changes sign with the bits",
            REPRODUCED if _is_quadratic(margin) else NOT_REPRODUCED,
        ),
        Verdict(
            "loss-quadratic",
            "The increase of the training loss is quadratic in the step (Appendix A)",
            "regularised loss, added uniform noise: "
            + "; ".join(f"N = {n}: {_describe(f)}" for n, f in zip(neurons, losses, strict=True)),
            REPRODUCED if all(_is_quadratic(f) for f in losses) else PARTLY,
        ),
        Verdict(
            "loss-by-rounding",
            "A first study: training-loss increase scales with slope near 2.1 at N = 110 to 130",
            "min-max quantization: "
            + "; ".join(f"N = {n}: {_describe(f)}" for n, f in zip(neurons, rounding, strict=True)),
            OUR_OWN,
        ),
        Verdict(
            "margin-by-spread",
            "Is there a margin that does follow the square?",
            f"the margin divided by the fields' spread, added noise: {_describe(relative)}",
            OUR_OWN,
        ),
    ]
    return Result(
        NAME,
        TITLE,
        ridge(settings, settings.seed).to_dict()
        | {
            "fitted_bits": list(step_size.PAPER_BITS),
            "neurons_measured": neurons,
            "damages": dict(step_size.DAMAGES),
        },
        EXPERIMENT.seeds(settings),
        {"rows": rows, "fits": fits},
        verdicts,
        (
            "Fits are through the mean over trials at 2 to 8 bits; points whose mean damage is not "
            "positive cannot be drawn on logarithmic axes and are left out, as in the paper.",
            "Where min-max rounding lowers the training loss (points missing from that fit) it "
            "moves both clusters outward: 500 updates have not converged, and larger weights fit "
            "better.",
        ),
    )


EXPERIMENT = Experiment(NAME, TITLE, _keys, trial, conclude)
