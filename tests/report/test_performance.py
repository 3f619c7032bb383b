"""What the performance report says follows from the run's numbers, and turns over with them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from hwsim.report import speed
from hwsim.report.performance import growth_plots, performance_text

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "performance"
MEASURED = json.loads((FOLDER / "performance.json").read_text())
FLOAT, ROOFLINE = "`float32` is one update", "The roofline is"


def text(change: Callable[[dict[str, Any]], object] | None = None, plots: tuple[str, ...] = ()):
    result = deepcopy(MEASURED)
    if change is not None:
        change(result)
    return performance_text(result, plots)


def paragraph(page: str, start: str) -> str:
    return next(part for part in page.split("\n\n") if part.startswith(start))


def test_the_committed_report_is_what_its_numbers_give() -> None:
    plots = growth_plots(MEASURED["curves"])
    assert (FOLDER / "performance.md").read_text() == text(plots=tuple(plots))
    for name, svg in plots.items():
        assert (FOLDER / name).read_text() == svg


def test_the_longest_stage_is_the_run_s() -> None:
    stages = {"distance": 1.829, "select": 0.496, "rows": 0.361, "threshold": 0.257}
    page = text(lambda result: result["cases"][0].update(stages=stages, nonzero_share=0.0003))
    assert paragraph(page, "sparse-1000: ") == (
        "sparse-1000: the longest of these stages is distance, 62% of their sum, more than all "
        "others together; 0.03% of the kernel values are not 0."
    )
    other = {"distance": 1.0, "select": 1.0, "rows": 2.0, "threshold": 1.0}
    page = text(lambda result: result["cases"][0].update(stages=other, nonzero_share=0.5))
    assert paragraph(page, "sparse-1000: ") == (
        "sparse-1000: the longest of these stages is rows, 40% of their sum; 50.00% of the kernel "
        "values are not 0."
    )


def test_rates_of_products_only_where_there_were_byte_products() -> None:
    def change(result: dict[str, Any]) -> None:
        for case in result["cases"]:
            case["products_fraction"] = None
        result["cases"][1].update(
            neurons=1000, patterns=2000, float32_us=100.0, stages={"byte_products": 10.0}
        )
        del result["cases"][2]["stages"]["byte_products"]

    page = text(change)
    assert "can do" not in page
    assert (
        "byte products do 200 multiply-adds a nanosecond on one core, the two products of float32 "
        "40, exponentials and signs included"
    ) in paragraph(page, "dense-1000: ")
    for name in ("sparse-1000", "small-200"):
        assert "multiply-adds" not in paragraph(page, f"{name}: ")


def test_the_share_of_what_a_path_can_do_is_told_where_it_was_measured() -> None:
    page = text(lambda result: result["cases"][1].update(products_fraction=0.61, path="avx2"))
    expected = "these are 61% of the byte products that the instructions of avx2 can do."
    assert paragraph(page, "dense-1000: ").endswith(expected)


def test_others_are_named_only_when_they_ran() -> None:
    others = "## What else there is"
    assert "| case | faiss search |" in text()
    assert "Not installed" not in text()

    def without(result: dict[str, Any]) -> None:
        result["settings"]["others"] = ["faiss search", "PyTorch int8"]
        for case in result["cases"]:
            case["others_us"] = {}

    page = text(without)
    assert "IndexBinaryFlat" not in page
    assert page.split(others)[1].startswith("\n\nNot installed here: faiss search, PyTorch int8.\n")


def test_quartiles_stand_beside_medians() -> None:
    def without(result: dict[str, Any]) -> None:
        for case in result["cases"]:
            case["quartiles"] = {}

    def with_some(result: dict[str, Any]) -> None:
        without(result)
        spread = {"ratio": [17.5, 19.25], "fast": [1.0, 2.0]}
        result["cases"][0].update(ratio=18.0, quartiles=spread)

    assert "quartile" in text()
    assert "quartile" not in text(without)
    page = text(with_some)
    assert "| 18 (17.5 to 19.2) |" in page
    assert page.count(" to ") == text(without).count(" to ") + 2
    assert "brackets are the first and the third quartile." in page


def test_features_of_the_processor() -> None:
    page = text(lambda result: result["machine"].update(features=["ssse3", "avx2"]))
    assert "cores (ssse3 avx2); NumPy" in page


def test_a_fraction_above_1_is_explained_only_when_there_is_one() -> None:
    def over(fraction: float) -> Callable[[dict[str, Any]], None]:
        def change(result: dict[str, Any]) -> None:
            for case in result["cases"]:
                case["roofline_fraction"] = 0.9
            result["cases"][1]["roofline_fraction"] = fraction

        return change

    assert "above 1" not in text(over(1.0))
    assert " dense-1000 came out above 1: " in paragraph(text(over(1.02)), ROOFLINE)


def test_padding_is_of_the_sizes_that_ran() -> None:
    assert "N = 1000 is 98% of its words, N = 200 is 78% of its words." in paragraph(
        text(), ROOFLINE
    )
    alike = {"neurons": 65, "roofline_fraction": 0.9}
    page = text(lambda result: [case.update(alike) for case in result["cases"]])
    assert paragraph(page, ROOFLINE).endswith(
        "States fill whole words: N = 65 is 51% of its words."
    )


def test_openblas_only_when_it_was_openblas() -> None:
    assert "OpenBLAS' threads" in text()
    assert "OpenBLAS" not in text(lambda result: result["machine"].update(blas="mkl 2024"))
    page = text(lambda result: result["settings"].update(rest=0))
    assert "OpenBLAS" not in page
    assert "rest for" not in page


def test_threads_and_compilation_are_what_the_run_had() -> None:
    assert "threads)" not in text(lambda result: result["machine"].pop("blas_threads"))
    page = text(lambda result: result["machine"].update(blas_target="", blas_threads=1))
    assert "scipy-openblas 0.3.31.188.0 (1 threads)" in page
    page = text(lambda result: result["machine"].update(blas_target="Haswell", blas_threads=2))
    assert "scipy-openblas 0.3.31.188.0 (Haswell, 2 threads)" in page
    assert "switched off" not in text(lambda result: result["settings"].update(compiled=True))

    def not_compiled(result: dict[str, Any]) -> None:
        result["settings"]["compiled"] = False
        result["cases"][0]["path"] = "jitted"

    page = text(not_compiled)
    assert "numba 0.68.1 switched off by NUMBA_DISABLE_JIT" in page


def test_numba_is_named_only_where_it_compiled() -> None:
    assert "numba" not in text()
    page = text(lambda result: [case.update(path="jitted") for case in result["cases"]])
    assert ", numba 0.68.1." in page


def test_growth_only_when_it_was_measured() -> None:
    assert "How times grow" not in text()
    assert "How times grow" in text(plots=("growth-sizes.svg",))


def test_the_memory_is_that_of_the_largest_case() -> None:
    page = text(lambda result: result["cases"][2].update(neurons=4000, patterns=5000))
    assert "blocks in work (N = 4000, P = 5000)." in page


@pytest.mark.parametrize("name", ["training", "solvers", "load", "cosimulation"])
def test_the_committed_speeds_are_what_their_numbers_give(name: str, tmp_path: Path) -> None:
    kind = {
        "training": speed.TRAINING,
        "solvers": speed.SOLVERS,
        "load": speed.LOAD,
        "cosimulation": speed.COSIMULATION,
    }[name]
    folder = FOLDER.parent / name
    result = json.loads((folder / "speed.json").read_text())
    speed.write(tmp_path / name, kind, result)
    assert (tmp_path / name / "speed.md").read_text() == (folder / "speed.md").read_text()


def test_a_person_s_settings_of_matplotlib_change_no_chart(tmp_path: Path) -> None:
    """matplotlib reads them from the current folder; this asks for LaTeX, a program."""
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nfont.size: 30\n")
    code = (
        "from hwsim.report.charts import draw\n"
        "print(draw(1, lambda axes: axes[0].set_title('title')))"
    )
    ours, theirs = (
        subprocess.run(
            [sys.executable, "-c", code], cwd=folder, capture_output=True, check=True
        ).stdout
        for folder in (tmp_path, FOLDER)
    )
    assert ours == theirs
