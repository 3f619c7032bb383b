"""Measured speeds that are one table: training steps, and the simulated engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hwsim.files import replace_folder, write_file
from hwsim.report.markdown import escape, table

RESULT: Final = "speed.json"
FOLDER_KIND: Final = "bench"


@dataclass(frozen=True)
class Kind:
    """How a measurement reads.

    Attributes:
        title: of the page.
        command: that remakes it.
        text: what was measured, and how.
        columns: key of a case, and its heading.
        shown: likewise, those that a terminal has room for; None for all.
    """

    title: str
    command: str
    text: str
    columns: dict[str, str]
    shown: dict[str, str] | None = None


TRAINING: Final = Kind(
    "Speed of training",
    "hwsim bench --what training -o reports/training",
    "Wall-clock time of a step of gradient descent in float32 beside the two matrix products a "
    "step cannot do without, K (P, P) times (P, N), in turns; the ratio is the "
    "median over the rounds.",
    {
        "name": "case",
        "neurons": "N",
        "patterns": "P",
        "step_ms": "step, ms",
        "two_products_ms": "two products, ms",
        "ratio": "step / two products",
    },
)
SOLVERS: Final = Kind(
    "Training by hwsim and by others",
    "hwsim bench --what solvers -o reports/solvers",
    "Wall-clock time to train all neurons on the same random patterns for the same loss, in turns: "
    "median, least and most of the rounds. scikit-learn's LogisticRegression trains one neuron at "
    "a time, on the rows of the kernel matrix's Cholesky factor, which makes the losses one; it "
    "trained `neurons trained`, and its time is scaled to all. The Falkon-like solver, our own "
    "after the papers, has half of the patterns as centres, so it cannot store the other half "
    "where no pattern resembles another. Loss and bit accuracy are by the whole kernel matrix.",
    {
        "name": "solver",
        "neurons": "N",
        "patterns": "P",
        "gamma": "gamma",
        "trained": "neurons trained",
        "seconds": "seconds",
        "least": "least",
        "most": "most",
        "loss": "loss",
        "bit_accuracy": "bit accuracy",
    },
)
LOAD: Final = Kind(
    "Training at thirty patterns a neuron",
    "hwsim bench --what load -o reports/load",
    "Each training in a process of its own: processor time of all its threads, which other work on "
    "the machine does not prolong, the wall clock's, which it does, and the peak of memory, "
    "everything included. A sparse kernel matrix leaves entries out: of any row they sum to "
    "`dropped` at most, which can have changed the field of any state by `field error` at most, as "
    "hwsim/reference/sparse_kernel.py proves. Accuracies are of the float network: "
    "bits right after one step from stored patterns, and in the state recalled from stored "
    "patterns with 10 and 20 % of their spins flipped.",
    {
        "method": "method",
        "matrix": "matrix",
        "neurons": "N",
        "patterns": "P",
        "processor_seconds": "processor, s",
        "seconds": "wall clock, s",
        "peak_mb": "peak, MB",
        "dropped": "dropped",
        "field_error": "field error",
        "bit_accuracy": "bit accuracy",
        "recall_10": "recall at 10 %",
        "recall_20": "at 20 %",
    },
)
SYNTHESIS: Final = Kind(
    "Engines in silicon",
    "hwsim bench --what synthesis -o reports/synthesis",
    "Trained on random patterns, two bits a weight, without rules; one choice varied at a time at "
    "N = 64, P = 128, and N = 200, P = 600 on two devices, on the UP5K with patterns and weights "
    "in single-port RAMs that a host writes; N = 1000 on the largest. Cells, clock and the module "
    "in which most of the critical path lies are nextpnr's, with registers of pins around the "
    "engine: the median of placements with so many seeds, beside the least and the most; where it "
    "is less than asked for, a line below says what the critical path goes through. Cycles are of "
    "recalls at 10 % noise, energy-delay by Horowitz's energies at 45 nm and that clock. Area and "
    "leakage are those of hwsim synth --target liberty.",
    {
        "neurons": "N",
        "patterns": "P",
        "lanes": "L",
        "kernel_bits": "KB",
        "queries_in_flight": "Q",
        "dataflow": "dataflow",
        "pipelined": "pipelined",
        "device": "device",
        "luts": "LUTs",
        "flip_flops": "flip-flops",
        "block_rams": "block RAMs",
        "sprams": "single-port RAMs",
        "dsps": "multipliers",
        "asked_mhz": "MHz asked",
        "clock_mhz": "MHz",
        "seeds": "seeds",
        "least_mhz": "least",
        "most_mhz": "most",
        "longest_in": "longest path mostly in",
        "cycles": "cycles a recall",
        "recalls_per_second": "recalls a second",
        "energy_delay": "energy-delay, nJ µs",
        "logic_um2": "cells, µm²",
        "memories_um2": "macros, µm²",
        "leakage_uw": "leakage, µW",
    },
    shown={
        "neurons": "N",
        "patterns": "P",
        "lanes": "L",
        "kernel_bits": "KB",
        "queries_in_flight": "Q",
        "dataflow": "flow",
        "pipelined": "pipe",
        "device": "device",
        "luts": "LUTs",
        "block_rams": "RAMs",
        "clock_mhz": "MHz",
        "recalls_per_second": "recalls/s",
    },
)
PROTECTION: Final = Kind(
    "Check bits in silicon",
    "hwsim bench --what protection -o reports/protection",
    "Trained on random patterns, N = P = 64, two bits a weight, 16 lanes, without rules: without "
    "check bits, with parity and with SECDED beside the words of every memory. No cycle is added, "
    "but the clock is slower: check bits are looked at between the two registers of a memory, and "
    "what all memories say of a cycle's reads is added up and counted before the next. Cells and "
    "clock are nextpnr's, with registers of pins around the engine, those of the two counters of "
    "errors among them: the median of placements with so many seeds, beside the least and the "
    "most. Area and leakage are those of hwsim synth --target liberty. Block RAMs and macros come "
    "in steps, so that check bits may take none, or as many again.",
    {
        "dataflow": "dataflow",
        "device": "device",
        "protection": "protection",
        "luts": "LUTs",
        "flip_flops": "flip-flops",
        "block_rams": "block RAMs",
        "asked_mhz": "MHz asked",
        "clock_mhz": "MHz",
        "seeds": "seeds",
        "least_mhz": "least",
        "most_mhz": "most",
        "longest_in": "longest path mostly in",
        "cycles": "cycles a recall",
        "logic_um2": "cells, µm²",
        "memories_um2": "macros, µm²",
        "leakage_uw": "leakage, µW",
    },
    shown={
        "dataflow": "flow",
        "device": "device",
        "protection": "protection",
        "luts": "LUTs",
        "flip_flops": "flip-flops",
        "block_rams": "RAMs",
        "clock_mhz": "MHz",
        "logic_um2": "cells, µm²",
        "memories_um2": "macros, µm²",
    },
)
CLASSIFICATION: Final = Kind(
    "Classes from few bits",
    "hwsim bench --what classification -o reports/beyond",
    "Samples told apart: every contender on the same splits, accuracy as mean and deviation over "
    "them. Data are what scikit-learn carries or makes, for no run downloads anything; features "
    "are whole numbers from 0 to 16, the digits' own, others scaled by the training part's range. "
    "They are binarised by thermometer codes: of two thresholds a pixel (N = 128) or one (N = 64), "
    "four elsewhere; 'learned projection' takes the signs of principal axes turned to fit them "
    "(iterative quantization), whose 8-bit numbers count as memory. SVC, Gaussian process, kernel "
    "logistic regression (scikit-learn's, on all samples or on as many as there are prototypes), "
    "ProtoNN, Bonsai (whose P are a tree's nodes) and the hyperdimensional classifier see the "
    "numbers. What is chosen is chosen within the training part. Kernel classifiers of B bits are "
    "the exact model's integers, with offsets and scales, and their memory is all that the engine "
    "holds, buffers included; 'afterwards' quantizes what float training found, 'in the loop' "
    "learns codes, scales and offsets with the quantization. Memory of a nearest-neighbour search "
    "is patterns, a label each, and the query. Energy and cycles are of an answer by Horowitz's "
    "energies at 45 nm, at the word length from 16 to 128 that takes least; what no engine of "
    "ours does is not priced, nor is a label's read. Cycles are the closed form's.",
    {
        "data": "data",
        "name": "contender",
        "prototypes": "P",
        "neurons": "N",
        "bits": "B",
        "accuracy": "accuracy",
        "deviation": "deviation",
        "kbit": "kbit",
        "nj": "nJ",
        "cycles": "cycles",
    },
)
COSIMULATION: Final = Kind(
    "Speed of the simulated engine",
    "hwsim bench --what cosim -o reports/cosimulation",
    "Processor time of the simulator's process; the plain Verilog testbench (cosim/tb_plain.v) and "
    "cocotb take turns on the same golden vectors. cocotb's time includes starting Python.",
    {
        "name": "case",
        "neurons": "N",
        "patterns": "P",
        "lanes": "L",
        "recalls": "recalls",
        "cycles": "cycles",
        "plain_cycles_per_second": "plain, cycles a second",
        "cocotb_cycles_per_second": "cocotb, cycles a second",
        "overhead": "cocotb / plain",
    },
)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return (
            f"{value:,.4g}" if value < 0.1 else f"{value:,.3f}" if value < 100 else f"{value:,.0f}"
        )
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)


def rows(
    kind: Kind, result: dict[str, Any], *, whole: bool = True
) -> tuple[list[str], list[list[str]]]:
    """Headings, and one row of text a case.

    Args:
        kind: what was measured.
        result: its `cases`.
        whole: all columns, not those alone that a terminal has room for.
    """
    columns = kind.columns if whole or kind.shown is None else kind.shown
    cells = [[_cell(case[key]) for key in columns] for case in result["cases"]]
    return list(columns.values()), cells


def write(
    path: Path,
    kind: Kind,
    result: dict[str, Any],
    pictures: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    """Write `speed.md`, `speed.json` and pictures, whole or not at all.

    Args:
        path: the folder; replaced if it came from an earlier run.
        kind: what was measured.
        result: `cases`, `machine` and `settings`; `notes` follow the table.
        pictures: words and SVG by the file's name.

    Raises:
        InputError: the folder cannot be written.
    """
    headings, cells = rows(kind, result)
    machine, settings = _listed(result["machine"]), _listed(result["settings"])
    lines = [
        f"# {kind.title}",
        "",
        f"Remade by `{kind.command}`. {kind.text}",
        "",
        f"Machine: {escape(machine)}. Settings: {escape(settings)}.",
        "",
        table(headings, cells),
        *(f"\n{escape(note)}" for note in result.get("notes", ())),
        *(f"\n![{escape(words)}]({name})" for name, (words, _) in (pictures or {}).items()),
    ]
    with replace_folder(path, FOLDER_KIND) as folder:
        write_file(folder / "speed.md", "\n".join(lines) + "\n")
        for name, (_, drawn) in (pictures or {}).items():
            write_file(folder / name, drawn)
        write_file(folder / RESULT, json.dumps(result, indent=2, allow_nan=False) + "\n")


def _listed(values: Mapping[str, Any]) -> str:
    """Names and values in a row; of several values with blanks between them."""
    return ", ".join(
        f"{name} {' '.join(map(str, value)) if isinstance(value, list | tuple) else value}"
        for name, value in values.items()
    )
