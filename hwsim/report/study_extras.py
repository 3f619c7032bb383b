"""The studies that the paper lacks, drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from hwsim.experiments.result import Result
from hwsim.measure.rows import Row
from hwsim.report.charts import COLOURS, MARKERS, curve, draw, label, logarithmic


def hard_point(result: Result) -> str:
    rows = result.tables["rows"]
    depths = list(dict.fromkeys(row["bits"] for row in rows))
    quantizers = list(dict.fromkeys(row["quantizer"] for row in rows))
    sources = list(dict.fromkeys((row["offset_bits"], row["offset_source"]) for row in rows))

    def fill(axes: Sequence[Axes]) -> None:
        for axis, bits in zip(axes, depths, strict=True):
            for index, (offset_bits, source) in enumerate(sources):
                chosen = result.rows(
                    "rows", bits=bits, offset_bits=offset_bits, offset_source=source
                )
                words = f"{offset_bits}-bit {source}" if offset_bits else "no offsets"
                axis.errorbar(
                    [row["recall"] for row in chosen],
                    [quantizers.index(row["quantizer"]) for row in chosen],
                    xerr=[row["recall_std"] for row in chosen],
                    color=COLOURS[index],
                    marker=MARKERS[index],
                    linestyle="",
                    elinewidth=0.8,
                    label=words,
                )
            axis.axvline(rows[0]["float_recall"], color="#000000", linewidth=0.8)
            axis.set_yticks(range(len(quantizers)), quantizers, fontsize=8)
            axis.invert_yaxis()
            axis.legend(loc="lower left")
            label(
                axis,
                f"recall accuracy at {100 * result.parameters['noise']:g} % noise (line: float)",
                "",
                f"{bits}-bit weights",
                False,
            )

    return draw(len(depths), fill, height=4.8)


def nearest_baseline(result: Result) -> str:
    def fill(axes: Sequence[Axes]) -> None:
        rows = result.tables["rows"]
        for index, way in enumerate(("nearest", "float", *result.parameters["schemes"])):
            curve(axes[0], rows, "noise", way, way, index)
        label(axes[0], "input noise (fraction of flipped bits)", "bit-wise recall accuracy")
        costs = result.tables["costs"]
        for index, row in enumerate(costs):
            axes[1].plot(
                row["footprint_bits"] / 8192,
                row["energy_pj"] / 1000,
                marker=MARKERS[index % len(MARKERS)],
                color=COLOURS[index % len(COLOURS)],
                linestyle="",
                label=row["way"],
            )
        logarithmic(axes[1])
        axes[1].set_yscale("log")
        label(
            axes[1],
            "memory, KiB",
            f"energy of a recall, nJ ({100 * result.parameters['cost_noise']:g} % noise)",
        )

    return draw(2, fill, height=4.2)


def precision(result: Result) -> str:
    noise = max(row["noise"] for row in result.tables["rows"])

    def fill(axes: Sequence[Axes]) -> None:
        sizes = dict.fromkeys(row["neurons"] for row in result.tables["rows"])
        for index, n in enumerate(sizes):

            def rows(varied: str, n: int = n, **fixed: object) -> list[Row]:
                return result.rows("rows", neurons=n, varied=varied, noise=noise, **fixed)

            name = f"N = {n}"
            curve(axes[0], rows("bits"), "bits", "lost", name, index)
            nearest = rows("kernel_bits", kernel_origin="nearest")
            absolute = rows("kernel_bits", kernel_origin="absolute")
            curve(axes[1], nearest, "kernel_bits", "lost", f"{name}, nearest", index)
            curve(axes[1], absolute, "kernel_bits", "lost", f"{name}, absolute", index, line=":")
            for bits, line in ((2, "-"), (1, ":")):
                words = f"{name}, {bits}-bit weights"
                chosen = rows("offset_bits", bits=bits)
                curve(axes[2], chosen, "offset_bits", "lost", words, index, line=line)
        for axis, words in zip(axes, ("weight bits", "kernel bits", "offset bits"), strict=True):
            label(axis, words, f"recall lost against float at {noise:.0%} noise")

    return draw(3, fill, height=4.2)


def digits(result: Result) -> str:
    methods = list(dict.fromkeys(row["method"] for row in result.tables["rows"]))
    gammas = list(dict.fromkeys(row["gamma"] for row in result.tables["rows"]))

    def fill(axes: Sequence[Axes]) -> None:
        panels = [(method, gamma) for method in methods for gamma in gammas]
        for axis, (method, gamma) in zip(axes, panels, strict=True):
            rows = result.rows("rows", method=method, gamma=gamma)
            for index, way in enumerate(("nearest", "float", *result.parameters["schemes"])):
                curve(axis, rows, "noise", way, way, index)
            axis.set_ylim(0.4, 1.02)
            label(axis, "input noise", "recall accuracy", f"{method}, γ = {gamma}")

    return draw(len(gammas), fill, rows=len(methods))


def defaults(result: Result) -> str:
    rows = result.tables["rows"]
    bits_measured = result.parameters["bits"]
    sources = list(dict.fromkeys((row["offset_bits"], row["offset_source"]) for row in rows))

    def fill(axes: Sequence[Axes]) -> None:
        for axis, bits in zip(axes, bits_measured, strict=True):
            quantizers = list(
                dict.fromkeys(row["quantizer"] for row in rows if row["bits"] == bits)
            )
            for index, (offset_bits, source) in enumerate(sources):
                chosen = result.rows(
                    "rows", bits=bits, offset_bits=offset_bits, offset_source=source
                )
                axis.plot(
                    [row["kept"] / max(row["points"], 1) for row in chosen],
                    [quantizers.index(row["quantizer"]) for row in chosen],
                    color=COLOURS[index],
                    marker=MARKERS[index],
                    linestyle="",
                    label=f"{offset_bits}-bit {source}" if offset_bits else "no offsets",
                )
            axis.set_yticks(range(len(quantizers)), quantizers, fontsize=8)
            axis.invert_yaxis()
            axis.set_xlim(-0.03, 1.03)
            axis.legend(loc="lower left")
            words = f"share of operating points kept within {result.parameters['close']}"
            label(axis, words, "", f"{bits}-bit weights", False)

    return draw(len(bits_measured), fill, height=4.8)


def asynchronous(result: Result) -> str:
    rows, noises = result.tables["rows"], result.parameters["noise"]
    places = list(dict.fromkeys((row["neurons"], row["gamma"]) for row in rows))

    def fill(axes: Sequence[Axes]) -> None:
        for index, (neurons, gamma) in enumerate(places):
            for axis, noise in zip(axes, noises, strict=False):
                chosen = result.rows("rows", neurons=neurons, gamma=gamma, noise=noise)
                curve(axis, chosen, "load", "random", f"N = {neurons}, γ = {gamma:g}", index)
                curve(axis, chosen, "load", "together", "", index, line=":")
        for axis, noise in zip(axes, noises, strict=False):
            title = f"{100 * noise:g} % noise (dotted: all neurons together)"
            label(axis, "patterns per neuron, P/N", "bits right, one neuron at a time", title)
        paid = [row["events_pj"] / row["engine_pj"] for row in rows]
        axes[-1].scatter([row["flips_away"] for row in rows], paid, color=COLOURS[0], s=14)
        label(axes[-1], "flips over the query's distance", "energy over the engine's", legend=False)

    return draw(len(noises) + 1, fill, height=4.2)


def quantization_aware(result: Result) -> str:
    rows = result.tables["rows"]
    panels = list(dict.fromkeys((row["data"], row["bits"]) for row in rows))
    noises = list(dict.fromkeys(row["noise"] for row in rows))

    def fill(axes: Sequence[Axes]) -> None:
        for axis, (data, bits) in zip(axes, panels, strict=True):
            for index, noise in enumerate(noises):
                chosen = result.rows("rows", data=data, bits=bits, noise=noise)
                name = f"{100 * noise:g} % noise"
                curve(axis, chosen, "gamma", "tuned", name, index)
                curve(axis, chosen, "gamma", "after", "", index, line=":")
                curve(axis, chosen, "gamma", "float", "", index, line="--")
            title = f"{data}, {bits} bit{'s' * (bits > 1)} (dotted: after training; dashed: float)"
            label(axis, "γ", "bits right", title)

    return draw(2, fill, rows=-(-len(panels) // 2))


def mixed_precision(result: Result) -> str:
    rows = result.tables["rows"]
    stored, depths, noises = (
        list(dict.fromkeys(row[name] for row in rows)) for name in ("data", "bits", "noise")
    )

    def fill(axes: Sequence[Axes]) -> None:
        panels = [(data, bits) for data in stored for bits in depths]
        for axis, (data, bits) in zip(axes, panels, strict=True):
            for index, noise in enumerate(noises):
                chosen = result.rows("rows", data=data, bits=bits, noise=noise)
                curve(axis, chosen, "gamma", "mixed", f"{100 * noise:g} % noise", index)
                curve(axis, chosen, "gamma", "uniform", "", index, line=":")
                curve(axis, chosen, "gamma", "float", "", index, line="--")
            title = f"{data}, {bits} bits (dotted: uniform; dashed: float)"
            label(axis, "γ", "bits right", title)

    return draw(len(depths), fill, rows=len(stored))


def bayes(result: Result) -> str:
    rows, widths = result.tables["rows"], result.tables["assumed"]
    stored = list(dict.fromkeys(row["data"] for row in rows))
    ways = {
        "bayes": "Bayes point, one step",
        "iterated": "Bayes point, iterated",
        "nearest": "nearest pattern",
        "two_bits": "trained, 2 bits",
        "float": "trained, float",
    }

    def fill(axes: Sequence[Axes]) -> None:
        for place, data in enumerate(stored):
            bits, whole, assumed = axes[3 * place : 3 * place + 3]
            chosen = result.rows("rows", data=data)
            for index, (way, words) in enumerate(ways.items()):
                curve(bits, chosen, "noise", way, words, index)
                curve(whole, chosen, "noise", f"{way}_whole", words, index)
            for index, noise in enumerate(dict.fromkeys(row["noise"] for row in widths)):
                name = f"{100 * noise:g} % noise"
                curve(
                    assumed,
                    result.rows("assumed", data=data, noise=noise),
                    "assumed",
                    "bayes",
                    name,
                    index,
                )
            label(bits, "input noise", "bits right", data)
            label(whole, "input noise", "whole patterns right", data)
            label(assumed, "noise that γ is chosen for", "bits right, one step", data)

    return draw(3, fill, rows=len(stored), height=4.2)


def capacity(result: Result) -> str:
    rows = result.tables["rows"]
    methods, sizes = (
        list(dict.fromkeys(row[name] for row in rows)) for name in ("method", "neurons")
    )
    places = [(method, neurons) for method in methods for neurons in sizes]

    def fill(axes: Sequence[Axes]) -> None:
        for axis, (method, neurons) in zip(axes, places, strict=True):
            for index, gamma in enumerate(dict.fromkeys(row["gamma"] for row in rows)):
                chosen = result.rows("rows", method=method, neurons=neurons, gamma=gamma)
                curve(axis, chosen, "load", "recalled", f"γ = {gamma:g}", index)
                curve(axis, chosen, "load", "steps", "", index, line=":")
            logarithmic(axis)
            axis.set_ylim(-0.03, 1.03)
            words = "whole patterns (dotted: steps of sequences)"
            label(axis, "patterns per neuron, P/N", words, f"N = {neurons}, {method}")

    return draw(len(sizes), fill, rows=len(methods))


EXTRA_FIGURES: dict[str, Callable[[Result], str]] = {
    "hard-point": hard_point,
    "nearest-baseline": nearest_baseline,
    "precision": precision,
    "digits": digits,
    "defaults": defaults,
    "quantization-aware": quantization_aware,
    "mixed-precision": mixed_precision,
    "bayes": bayes,
    "asynchronous": asynchronous,
    "capacity": capacity,
}
