"""Figure 4: how damage grows with the quantization step, on the ridge, and with what slope."""

from __future__ import annotations

from collections.abc import Sequence

from hwsim.experiments import step_size
from hwsim.experiments.catalogue import TITLES
from hwsim.experiments.evidence import Decision, all_of, any_of, mean
from hwsim.experiments.evidence import slope as slope_of
from hwsim.experiments.experiment import Experiment
from hwsim.experiments.parameters import RIDGE, Parameter, parameters
from hwsim.experiments.result import OUR_OWN, Judgement, Tables, Verdict, summarised, verdict
from hwsim.experiments.setup import Setup
from hwsim.measure.memories import MemoryKey, Store
from hwsim.measure.rows import Row, select

NAME = "figure4"
TITLE = TITLES[NAME]

# The paper's N first, then those at which a first study found the loss to scale with slope 2.1.
NEURONS = Parameter("neurons", (200, 110, 120, 130), (100, 120))
PARAMETERS = parameters(*RIDGE, NEURONS, without=("patterns",))


def memories(setup: Setup, seed: int) -> list[MemoryKey]:
    return list(dict.fromkeys(setup.key(seed, neurons=n) for n in setup["neurons"]))


def trial(setup: Setup, seed: int, store: Store) -> Tables:
    return {
        "rows": [
            row
            for key in memories(setup, seed)
            for row in step_size.damage_rows(store.load(key), seed)
        ]
    }


def summarise(setup: Setup, trials: Sequence[Tables]) -> Tables:
    rows = summarised(trials, rows=step_size.KEYS)["rows"]
    fits: list[Row] = [
        {"neurons": n, "source": source, "damage": damage}
        | step_size.slope(_points(rows, n, source), damage)
        for n in dict.fromkeys(row["neurons"] for row in rows)
        for source in ("quantization", "noise")
        for damage, _ in step_size.DAMAGES
    ]
    return {"rows": rows, "fits": fits}


def _points(rows: Sequence[Row], neurons: int, source: str) -> list[Row]:
    """The rows that a line is fitted through."""
    chosen = select(rows, neurons=neurons, source=source)
    return [row for row in chosen if row["bits"] in step_size.PAPER_BITS]


def _is_quadratic(tables: Tables, fit: Row) -> Decision:
    """Whether damage is a power law near the square: positive everywhere, slope from 1.7 to 2.3."""
    points = _points(tables["rows"], fit["neurons"], fit["source"])
    positive = all_of(mean(row, fit["damage"]).above(0) for row in points)
    return all_of((positive, slope_of(fit).within(1.7, 2.3)))


def _describe(fit: Row) -> str:
    if fit["slope"] is None:
        return f"no fit (only {fit['points']} of {fit['of']} points positive)"
    return (
        f"slope {fit['slope']:.2f} (R² {fit['r_squared']:.3f}, "
        f"{fit['points']} of {fit['of']} points positive)"
    )


def judge(setup: Setup, tables: Tables) -> Judgement:
    fits = tables["fits"]
    neurons = list(dict.fromkeys(row["neurons"] for row in fits))

    def fit(n: int, source: str, damage: str) -> Row:
        return select(fits, neurons=n, source=source, damage=damage)[0]

    main = neurons[0]
    margin = fit(main, "quantization", "margin_loss")
    noise_margin = fit(main, "noise", "margin_loss")
    losses = [fit(n, "noise", "training_loss_increase") for n in neurons]
    rounding = [fit(n, "quantization", "training_loss_increase") for n in neurons]
    relative = fit(main, "noise", "normalised_margin_loss")
    size = fit(main, "noise", "margin_change")
    quadratic = [_is_quadratic(tables, loss) for loss in losses]
    verdicts = [
        verdict(
            setup,
            "margin-power-law",
            "The margin's degradation follows a power law of the step, a little under quadratic",
            f"min-max quantization at N = {main}: {_describe(margin)}; of added uniform noise: "
            f"{_describe(noise_margin)}, the size of its change: {_describe(size)}. The margin is "
            "linear in the weights: an unbiased error moves it by chance, either way and in "
            "proportion to the step, and rounding by its bias, which changes sign with the bits",
            _is_quadratic(tables, margin),
        ),
        verdict(
            setup,
            "loss-quadratic",
            "The increase of the training loss is quadratic in the step (Appendix A)",
            "regularised loss, added uniform noise: "
            + "; ".join(f"N = {n}: {_describe(f)}" for n, f in zip(neurons, losses, strict=True)),
            all_of(quadratic),
            any_of(quadratic),
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
    return Judgement(
        verdicts,
        (
            "Fits are through the mean over trials at 2 to 8 bits; points whose mean damage is not "
            "positive cannot be drawn on logarithmic axes and are left out, as in the paper.",
            "Where min-max rounding lowers the training loss (points missing from that fit) it "
            "moves both clusters outward: 500 updates have not converged, and larger weights fit "
            "better.",
        ),
        {"fitted_bits": list(step_size.PAPER_BITS), "damages": dict(step_size.DAMAGES)},
    )


EXPERIMENT = Experiment(NAME, TITLE, PARAMETERS, memories, trial, summarise, judge)
