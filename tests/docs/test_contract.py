"""The contract is enough to recall by, and what cites a document cites one that is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hwsim
from hwsim.cost.cycles import recall_cycles
from hwsim.hardware.memories import memories
from hwsim.hardware.rules import with_rules
from tests.docs.conftest import ROOT
from tests.documents import examples
from tests.test_architecture import text_files

CONTRACT = (ROOT / "docs" / "contract.md").read_text()
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


@pytest.mark.parametrize(
    "choices",
    [
        {"bits": 2, "lanes": 16, "offset_bits": 5},
        {"bits": 1, "lanes": 8, "kernel_origin": "absolute", "kernel_bits": 12, "max_steps": 2},
        {"bits": 3, "lanes": 32, "quantizer": "kmeans", "kernel_bits": 3},
        {"bits": 2, "lanes": 16, "stop": True, "winner": True, "coarse_words": 1},
        {"bits": 1, "lanes": 8, "dataflow": "row", "kernel_origin": "absolute"},
        {"bits": 2, "lanes": 8, "dataflow": "row", "stop": True, "radius": True, "coarse_words": 2},
    ],
)
def test_the_page_is_enough_to_recall(tmp_path: Path, choices: dict[str, Any]) -> None:
    (block,) = examples(CONTRACT)
    written: dict[str, Any] = {}
    exec(block.text, written)
    rng = np.random.default_rng(3)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (21, 37))
    memory = hwsim.train(patterns, 0.02, steps=60)
    image = hwsim.lower(memory, check=False, **choices)
    hwsim.write_image(tmp_path / "image", image)
    queries = patterns[:6] * rng.choice([-1, 1], (6, 37), p=[0.2, 0.8]).astype(np.int8)
    recalls = hwsim.recall(image, queries)
    for query, state, steps in zip(queries, recalls.states, recalls.steps, strict=True):
        bits, taken = written["recall"](tmp_path / "image", (query > 0).astype(int).tolist())
        assert bits == (state > 0).astype(int).tolist()
        assert taken == steps


@pytest.mark.parametrize("name", ["plain", "trained", "trained-absolute"])
def test_the_page_is_enough_for_format_1(name: str) -> None:
    (block,) = examples(CONTRACT)
    written: dict[str, Any] = {}
    exec(block.text, written)
    folder = ROOT / "tests" / "export" / "format_1" / name
    image = hwsim.load_image(folder / "image")
    for pattern in image.patterns[:4]:
        recalls = hwsim.recall(image, 2 * pattern.astype(np.int8) - 1)
        bits, taken = written["recall"](folder / "image", pattern.tolist())
        assert (bits, taken) == ((recalls.states[0] > 0).astype(int).tolist(), recalls.steps[0])


def formulas() -> dict[str, str]:
    """The page's cycles: of search, group and row."""
    text = CONTRACT.split("\n search = ", 1)[1].split(" cycles = ", 1)[0]
    text = "search = " + re.sub(r"   +(c = W|[a-z]+ [a-z]).*$", "", text, flags=re.M)
    for old, new in (("·", "*"), ("−", "-"), ("log2 L", "log2(L)"), ("log2 KB", "log2(KB)")):
        text = text.replace(old, new)
    text = re.sub(r"   +candidates$", "", text, flags=re.M)
    return {
        name.strip(): " ".join(formula.split())
        for name, formula in (part.split("=", 1) for part in text.split("\n\n") if part.strip())
    }


@pytest.mark.parametrize("dataflow", ["group", "row"])
@pytest.mark.parametrize("coarse_words", [None, 0, 1, 3])
def test_the_page_s_cycles_are_the_model_s(dataflow: str, coarse_words: int | None) -> None:
    rng = np.random.default_rng(0)
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), (70, 40))
    queries = patterns[:20] * rng.choice([-1, 1], (20, 40), p=[0.1, 0.9]).astype(np.int8)
    for lanes, kernel_bits in ((8, 8), (16, 5), (64, 1)):
        plain = hwsim.lower(
            hwsim.train(patterns, 0.05, steps=30),
            lanes=lanes,
            kernel_bits=kernel_bits,
            dataflow=dataflow,
        )
        image = plain
        if coarse_words is not None:
            words = min(coarse_words, plain.parameters.words)
            image = with_rules(plain, dataflow=dataflow, coarse_words=words)
        recalls = hwsim.recall(image, queries)
        p = image.parameters
        names = {
            **{"N": p.neurons, "P": p.patterns, "B": p.weight_bits, "L": p.lanes},
            **{"KB": p.kernel_bits, "W": p.words, "G": p.groups, "max": max},
            **{"log2": lambda x: int(np.log2(x)) if x & (x - 1) == 0 else np.log2(x)},
            **{"ceil": lambda x: int(np.ceil(x))},
            **{name: getattr(recalls.counts, name) for name in recalls.counts.names()},
            "c": p.coarse_words or p.words,
        }
        parts = formulas()
        cycles = 2 * p.words + 3 + eval(parts["search"], names) + eval(parts[dataflow], names)
        assert (cycles == recall_cycles(p, recalls.counts)).all()


def test_every_count_and_parameter_is_on_the_page() -> None:
    from hwsim.hardware.outcome import Counts

    for name in (*Counts.names(), *hwsim.Parameters.__dataclass_fields__):
        assert f"`{name}`" in CONTRACT, name


@pytest.mark.parametrize("case", ["group", "row", "external"])
def test_the_page_s_memories_are_those_declared(case: str) -> None:
    dataflow, outside = ("group", 40) if case == "external" else (case, 0)
    p = hwsim.Parameters(
        70, 95, weight_bits=3, plane_weights=(1, 2, 5), kernel_bits=5, lanes=32, offset_bits=4,
        dataflow=dataflow, shared_planes=(1,) if dataflow == "row" else (),
        radius_bits=6, coarse_words=1, reach=9, external_weights=outside,
    )  # fmt: skip
    symbols = {
        **{"N": p.neurons, "P": p.patterns, "B": p.weight_bits, "L": p.lanes, "W": p.words},
        **{"G": p.groups, "KB": p.kernel_bits, "ZB": p.offset_bits, "C": sum(p.C)},
        **{"B_stored": len(p.stored_planes), "RB": p.radius_bits, "A": outside},
        **{"bits": lambda x: max(x.bit_length(), 1), "min": min},
    }

    def value(formula: str) -> int:
        for old, new in (
            ("·", "*"),
            ("−", "-"),
            ("<sup>", "**"),
            ("</sup>", ""),
            ("Σ", ""),
            ("′", "_stored"),
        ):
            formula = formula.replace(old, new)
        return int(eval(formula, symbols))

    def there(words: str) -> str | None:
        """The formula of the dataflow; a memory of the other one has none."""
        for part in words.split("; "):
            of_one = re.fullmatch(r"(.+) \((group|row|external|outputs)\)", part)
            if of_one is None or of_one[2] in (dataflow, case):
                return part if of_one is None else of_one[1]
        return None

    table = CONTRACT.split("| memory | key in reports |", 1)[1].split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    assert [
        (words.split(",")[0].split(" of ")[0], key, value(formula), value(width), counters)
        for words, key, depth, width, counters in rows
        if (formula := there(depth)) is not None
    ] == [
        (
            memory.title,
            f"`{memory.name}`",
            memory.depth(p),
            memory.width(p),
            ", ".join(f"`{counter}`" for counter in memory.counters),
        )
        for memory in memories(p)
    ]


def test_what_is_cited_is_there() -> None:
    cited = re.compile(r"\bdocs/[\w./-]+\.md\b")
    for file in text_files():
        for name in cited.findall(file.read_text(errors="replace")):
            assert (ROOT / name).is_file(), f"{file.relative_to(ROOT)} cites {name}"
        if file.suffix == ".md" and "docs" not in file.relative_to(ROOT).parts:
            for target in LINK.findall(file.read_text()):
                there = re.match(r"\w+:", target) or (file.parent / target).exists()
                assert there, f"{file.relative_to(ROOT)} links to {target}"
