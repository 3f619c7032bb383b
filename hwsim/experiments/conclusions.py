"""What a designer should take from the study, worked out from its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hwsim.choices import CLOSE
from hwsim.experiments.result import Result
from hwsim.experiments.schemes import scheme_name
from hwsim.measure.rows import Row, select


def conclusions(results: Sequence[Result]) -> list[tuple[str, str]]:
    """Question and answer each; one whose experiments were not run is left out."""
    found = {result.name: result for result in results}
    questions = (
        (
            "When do 2 bits suffice?",
            _two_bits,
            ("figure1", "figure5", "figure6", "figure7", "hard-point"),
        ),
        ("When do 1 bit and an offset?", _one_bit, ("figure1", "hard-point", "precision")),
        ("How precise must the kernel be?", _kernel, ("precision",)),
        ("When do weights earn their memory at all?", _weights, ("figure6", "nearest-baseline")),
        ("And on real, correlated data?", _digits, ("digits",)),
        ("What is the overloaded phase?", _overload, ("figure7",)),
    )
    return [
        (question, answer(found))
        for question, answer, needed in questions
        if all(name in found for name in needed)
    ]


def _two_bits(found: Mapping[str, Result]) -> str:
    ridge = found["figure1"].rows("rows", bits=2, quantizer="minmax")[0]
    noisy = found["figure5"].rows("rows", noise=0.2)[0]
    hard = found["hard-point"].tables["rows"]
    paper = select(hard, bits=2, quantizer="minmax", offset_source="quantizer")[0]
    near = [row for row in hard if row["bits"] == 2 and row["close_to_float"]]
    best = min((row for row in hard if row["bits"] == 2), key=lambda row: row["lost"])
    sizes = found["figure1"].parameters
    clustered = found["figure6"].rows("statistics", quantity="near_zero")[0]["value"] < 0.01
    kept = noisy["float"] - noisy["exact"] <= CLOSE
    where = "Where the weights lie in two tight clusters. At" if clustered and kept else "At"
    n = found["hard-point"].parameters["neurons"]
    return (
        f"{where} N = {sizes['neurons']}, P/N = {sizes['patterns'] / sizes['neurons']:g}, gamma = "
        f"{sizes['gamma']} the paper's min-max quantizer at 2 bits has bit accuracy "
        f"{ridge['exact_bit_accuracy']:.4f} and recalls {noisy['exact']:.4f} at 20 % noise (float "
        f"{noisy['float']:.4f}). {_losing(found['figure7'].rows('rows', method='converged'))}, "
        f"and at N = {n} it recalls {paper['recall']:.4f} at 20 % noise (float "
        f"{paper['float_recall']:.4f}). "
        + ("There another 2-bit scheme still does" if near else "No 2-bit scheme does there; best")
        + f": {scheme_name(best)} recalls {best['recall']:.4f}; {len(near)} schemes stay within "
        f"{CLOSE}."
    )


def _losing(rows: Sequence[Row]) -> str:
    """Where the paper's quantizer loses bit accuracy at 2 bits, of rows that differ in gamma."""
    losing = sorted(row["gamma"] for row in rows if row["loss"] > 0.001)
    if not losing:
        return "With converged training it loses accuracy nowhere measured"
    below = sorted(row["gamma"] for row in rows if row["gamma"] <= losing[-1])
    where = f"{losing[-1]} and below" if losing == below else ", ".join(map(str, losing))
    few = "Where patterns share much kernel (small gamma * N) it fails: it"
    return (
        f"{few if losing == below else 'It'} loses accuracy at gamma = {where} with converged "
        "training"
    )


def _one_bit(found: Mapping[str, Result]) -> str:
    hard = [row for row in found["hard-point"].tables["rows"] if row["bits"] == 1]
    best = min(hard, key=lambda row: row["lost"])
    bare = max((row for row in hard if row["offset_bits"] == 0), key=lambda row: row["recall"])
    bits = [
        f"{row['words']} at N = {row['neurons']}"
        for row in found["precision"].rows("needed", name="offset-bits-at-1-bit", noise=0.2)
    ]
    one = found["figure1"].rows("rows", quantizer="sign-mean")[0]
    enough = all(
        row["least"] == 1
        for row in found["precision"].rows("needed", name="weight-bits", noise=0.2)
    )
    where = (
        "At every size measured, with learned offsets. At"
        if enough and best["lost"] <= CLOSE
        else "At"
    )
    return (
        f"{where} the hard point {scheme_name(best)} recalls "
        f"{best['recall']:.4f} at 20 % noise (float {best['float_recall']:.4f}), the best 1-bit "
        f"scheme without offsets ({bare['quantizer']}) {bare['recall']:.4f}. On the ridge at N = "
        f"{found['figure1'].parameters['neurons']} signs alone have bit accuracy "
        f"{one['exact_without_offsets']:.4f}. Offset bits needed for 1-bit weights: "
        + ", ".join(bits)
        + "."
    )


def _kernel(found: Mapping[str, Result]) -> str:
    nearest, absolute = (
        found["precision"].rows("needed", name=f"kernel-bits-{origin}", noise=0.2)
        for origin in ("nearest", "absolute")
    )
    more = any(
        there["least"] is None or (here["least"] is not None and there["least"] > here["least"])
        for here, there in zip(nearest, absolute, strict=True)
    )
    why = ": far patterns round to nothing, and the query comes back untouched" if more else ""

    def least(rows: Sequence[Row]) -> str:
        return ", ".join(f"{row['words']} at N = {row['neurons']}" for row in rows)

    return (
        f"Counted from the nearest pattern, kernel bits that keep recall within {CLOSE} of float "
        f"at 20 % noise: {least(nearest)}. From the absolute origin: {least(absolute)}{why}."
    )


def _weights(found: Mapping[str, Result]) -> str:
    agree = found["figure6"].rows("statistics", quantity="sign_agrees")[0]["value"]
    baseline = found["nearest-baseline"]
    fifth = baseline.rows("rows", noise=0.2)[0]
    ways = ["float", *baseline.parameters["schemes"]]
    gain, way, noise = max(
        (row[way] - row["nearest"], way, row["noise"])
        for row in baseline.tables["rows"]
        for way in ways
    )
    # The share of whole patterns is what a memory is for; bits alone can rise by blending.
    engine = next(iter(baseline.parameters["schemes"]))
    whole = max(
        (row[f"{name}, whole"] - row["nearest_whole"], name, row["noise"])
        for row in baseline.tables["rows"]
        for name in baseline.parameters["schemes"]
    )
    costs = baseline.tables["costs"]
    search = select(costs, name="nearest")[0]
    cost: Row = select(costs, way=engine)[0]
    verdict = "Never, as measured here" if whole[0] <= CLOSE else f"At {whole[2]:.0%} noise"
    return (
        f"{verdict}, if the task is to return one of the stored random patterns: in whole patterns "
        f"recalled the engine gains at most {whole[0]:+.4f} on the nearest stored pattern by "
        f"Hamming distance. At 20 % noise that search recalls {fifth['nearest']:.4f} of the bits "
        f"(float memory {fifth['float']:.4f}) from the pattern memory alone; the engine "
        f"({engine}) takes {cost['footprint_bits'] / search['footprint_bits']:.1f} times its "
        f"memory and {cost['energy_pj'] / search['energy_pj']:.0f} times its energy. In bits the "
        f"largest gain is {gain:+.4f} ({way}, {noise:.0%} noise). And {100 * agree:.2f} % of the "
        "weights have the sign of their own pattern's spin: where all do, 1-bit weights are the "
        "pattern memory over again, "
        "transposed, and the network is the sum of the patterns weighted by the kernel, with "
        "nothing learned but the offsets."
    )


def _digits(found: Mapping[str, Result]) -> str:
    digits = found["digits"]
    rows = select(digits.tables["rows"], noise=0.1)
    ways = ["float", *digits.parameters["schemes"], "nearest"]

    def listed(row: Row) -> str:
        point = f"{row['method']}, gamma = {row['gamma']}"
        return f"{point}: " + ", ".join(f"{way} {row[way]:.4f}" for way in ways)

    best = max(rows, key=lambda row: row["float"])
    paper = min(select(rows, method="gradient-descent"), key=lambda row: row["gamma"])
    kept = [
        f"{row['gamma']} ({row['method']})"
        for row in rows
        if row["float"] - row["2-bit min-max"] <= CLOSE
    ]
    lead = "It depends on gamma." if 0 < len(kept) < len(rows) else "At every gamma measured."
    return (
        f"{lead if kept else 'Nowhere measured.'} Recall from 10 % noise at float's best point "
        f"({listed(best)}); at the smallest gamma ({listed(paper)}). The paper's 2-bit quantizer "
        f"stays within {CLOSE} of float at gamma {', '.join(kept) if kept else 'nowhere measured'}."
    )


def _overload(found: Mapping[str, Result]) -> str:
    return f"{found['figure7'].verdict('overloaded-phase').measured}."
