"""Images held side by side: the same numbers as by hand, one search, the floats beside."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import hwsim
from hwsim.comparison import compare_images
from hwsim.comparison.images import Costs
from hwsim.config import Parameters
from hwsim.cost.energy import estimate
from hwsim.cost.footprint import engine_memories
from hwsim.errors import InputError
from hwsim.hardware import fast
from hwsim.reference.queries import noisy_queries
from hwsim.reliability.price import price_all
from hwsim.report.comparison import columns_of, write_comparison
from tests.images import random_image
from tests.report.browser import DARK, accessibility, require_browser


@pytest.fixture(scope="module")
def memory() -> hwsim.Memory:
    patterns = np.random.default_rng(1).choice(np.array([-1, 1], np.int8), (60, 40))
    return hwsim.train(patterns, gamma=0.05)


@pytest.fixture(scope="module")
def images(memory: hwsim.Memory) -> dict[str, hwsim.Image]:
    return {
        "one bit": hwsim.lower(memory, bits=1, offset_bits=5, lanes=16, check=False),
        "two bits": hwsim.lower(
            memory, bits=2, quantizer="minmax", offset_bits=0, lanes=16, check=False
        ),
        "four at once": hwsim.lower(
            memory, bits=1, offset_bits=5, lanes=16, check=False, queries_in_flight=4
        ),
    }


def test_numbers_are_those_of_recalls_and_of_the_estimate(images: dict[str, hwsim.Image]) -> None:
    found = hwsim.compare(images, queries=30, clock_mhz=50)
    (contest,) = found.contests
    assert contest.task == "60 patterns of 40 neurons"
    assert contest.noise == (0.0, 0.1, 0.2)
    assert contest.cost_noise == 0.1
    image = images["one bit"]
    patterns = np.where(image.patterns == 1, 1, -1).astype(np.int8)
    for at, noise in enumerate(contest.noise):
        queries, chosen = noisy_queries(patterns, 30, noise, [0, 9, round(noise * 1e6)])
        recalls = fast.recall(image, queries)
        right = (recalls.states == patterns[chosen]).mean()
        assert contest.candidates[0].accuracy[at] == right
        assert contest.candidates[2].accuracy[at] == right  # four at once change no result
        if noise == 0.1:
            report = estimate(image.parameters, image.gamma, recalls.counts, clock_mhz=50.0)
            assert contest.candidates[0].energy_pj == report.engine.total_pj
            assert contest.candidates[0].cycles == float(report.timing.mean)
            assert contest.candidates[0].latency_us == report.timing.latency_us
            assert contest.candidates[0].recalls_per_second == report.timing.recalls_per_second
    four = contest.candidates[2]
    assert four.answer_cycles > four.cycles
    assert [each.kind for each in contest.candidates[:3]] == ["engine"] * 3
    assert {each.kind for each in contest.candidates[3:]} == {"search"}
    for slots in 1, 4:  # a search beside each, that shares reads as it does
        searches = [each for each in contest.searches if each.design["queries_in_flight"] == slots]
        assert min(each.design["lanes"] for each in searches) == 8
        for each in searches:
            batches = -(-30 // slots)
            assert each.answer_cycles == pytest.approx(each.cycles * 30 / batches)


def test_patterns_of_others_are_a_contest_of_their_own(images: dict[str, hwsim.Image]) -> None:
    patterns = np.random.default_rng(2).choice(np.array([-1, 1], np.int8), (60, 40))
    other = hwsim.lower(hwsim.train(patterns, gamma=0.05), bits=2)
    found = hwsim.compare({**images, "other": other}, queries=5)
    assert [contest.task for contest in found.contests] == [
        "60 patterns of 40 neurons",
        "60 patterns of 40 neurons, others (2)",
    ]


def test_a_memory_stands_beside_its_images(
    memory: hwsim.Memory, images: dict[str, hwsim.Image]
) -> None:
    (contest,) = compare_images(images, memory=memory, noise=[0.1], queries=20).contests
    assert contest.candidates[-1].kind == "float"
    stranger = hwsim.train(-memory.patterns, gamma=0.05)
    with pytest.raises(InputError, match="not those of one bit"):
        compare_images(images, memory=stranger, queries=5)


def test_area_of_own_macros(tmp_path: Path) -> None:
    """Three memories of 300 by 48 bits, in macros of 64 words: five by three each."""
    table = tmp_path / "own.toml"
    table.write_text(
        'base = "horowitz_45nm"\nname = "own"\ntitle = "Own"\n[sources]\nfoundry = "A data sheet"\n'
        '[[macro]]\ndepth = 64\nwidth = 16\narea_um2 = 1500\nsource = "foundry"\n'
    )
    patterns = np.random.default_rng(2).choice(np.array([-1, 1], np.int8), (300, 40))
    image = hwsim.lower(hwsim.train(patterns, gamma=0.05), bits=1, lanes=16, dataflow="group")
    (contest,) = hwsim.compare({"one": image}, queries=5, technology=table).contests
    words = {"patterns": 3 * 300, "weights": 19 * 40}
    macros = sum(-(-depth // 64) for depth in words.values())
    assert contest.engines[0].area_um2 == 1500 * macros
    assert contest.searches[0].area_um2 is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"noise": []}, "there is no noise"),
        ({"noise": [2.0]}, "noise is 2.0; it must be a fraction from 0 to 1"),
        ({"noise": [0.1, float("nan")]}, "noise is nan; it must be a fraction from 0 to 1"),
        ({"noise": -0.1}, "noise is -0.1; it must be a fraction from 0 to 1"),
        ({"queries": 0}, "queries"),
        ({"clock_mhz": -1.0}, "clock"),
    ],
)
def test_what_cannot_be_is_refused(
    images: dict[str, hwsim.Image], change: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        hwsim.compare(images, **change)  # type: ignore[arg-type]


def test_no_image_is_refused() -> None:
    with pytest.raises(InputError, match="no image to compare"):
        hwsim.compare([])
    assert Costs().technology is None


def test_folders_are_named_by_what_tells_them_apart(
    images: dict[str, hwsim.Image], tmp_path: Path
) -> None:
    for place in ("a/image", "b/image"):
        hwsim.write_image(tmp_path / place, images["one bit"])
    (contest,) = hwsim.compare([tmp_path / "a/image", tmp_path / "b/image"], queries=4).contests
    assert [each.name for each in contest.engines] == ["a/image", "b/image"]
    with pytest.raises(InputError, match="is named twice; name"):
        hwsim.compare([tmp_path / "a/image", tmp_path / "a/image"], queries=4)


def test_a_folder_is_one_by_whatever_path(
    images: dict[str, hwsim.Image], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("one", "two"):
        hwsim.write_image(tmp_path / place, images["one bit"])
    (tmp_path / "link").symlink_to("one")
    monkeypatch.chdir(tmp_path / "one")
    for other in (tmp_path / "one", "../one", "../link"):
        with pytest.raises(InputError, match=r"is named twice, here and as \.; name"):
            hwsim.compare([".", other], queries=4)
    (contest,) = hwsim.compare([".", "../two"], queries=4).contests
    assert [each.name for each in contest.engines] == ["one", "two"]


def test_one_image_needs_no_list(images: dict[str, hwsim.Image]) -> None:
    (contest,) = hwsim.compare(images["one bit"], queries=4).contests  # type: ignore[arg-type]
    assert [each.name for each in contest.engines] == ["image 1"]
    with pytest.raises(InputError, match=r"compare\(\) takes an Image .* not an int"):
        hwsim.compare(3)  # type: ignore[arg-type]


# THE PAGE --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(
    memory: hwsim.Memory,
    images: dict[str, hwsim.Image],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    path = tmp_path_factory.mktemp("page") / "comparison"
    write_comparison(path, compare_images(images, memory=memory, queries=20))
    return path


def test_json_and_csv_say_the_same(folder: Path) -> None:
    content = json.loads((folder / "comparison.json").read_text())
    rows = list(csv.DictReader(io.StringIO((folder / "comparison.csv").read_text())))
    (task,) = content["tasks"]
    assert [row["name"] for row in rows] == [each["name"] for each in task["candidates"]]
    for row, each in zip(rows, task["candidates"], strict=True):
        assert float(row["energy_pj"]) == each["energy_pj"]
        assert float(row["recall_accuracy_0.2"]) == each["recall_accuracy"]["0.2"]
    assert hwsim.check(folder).sound


def test_names_and_noises_stay_apart() -> None:
    first, second = (
        random_image(Parameters(9, 10, lanes=8), np.random.default_rng(seed)) for seed in (1, 2)
    )
    with pytest.raises(InputError, match="two designs are named 3; give each a name of its own"):
        hwsim.compare({3: first, "3": second})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="the energy table has an empty name"):
        hwsim.compare([first], technology="")
    found = hwsim.compare([first], noise=(0.1, 0.1001, 0.104), queries=3)
    assert columns_of(found.contests[0])[1:4] == ["at 10 %", "at 10.01 %", "at 10.4 %"]


def test_every_engine_is_named_in_every_chart(folder: Path) -> None:
    for chart in ("memory-at-0.2.svg", "energy-at-0.2.svg", "cycles-at-0.2.svg"):
        text = (folder / chart).read_text()
        for name in ("one bit", "two bits", "four at once"):
            assert f">{name}</text>" in text


@pytest.mark.parametrize("options", [(), (DARK,)], ids=["light", "dark"])
def test_axe_finds_nothing(folder: Path, options: tuple[str, ...]) -> None:
    require_browser()
    result = accessibility(folder / "comparison.html", *options)
    assert result["violations"] == []


def test_check_bits_are_counted_in_memory_and_energy(memory: hwsim.Memory, tmp_path: Path) -> None:
    image = hwsim.lower(memory, bits=1, offset_bits=5, lanes=16, check=False)
    names = ("none", "parity", "secded")
    for name in names:
        protection = {} if name == "none" else {"protection": name}
        hwsim.write_image(tmp_path / name, image, **protection)
    found = hwsim.compare([tmp_path / name for name in names], queries=20)
    assert (
        "check bits are in the memory and energy of parity (parity), secded (secded)" in found.note
    )
    (contest,) = found.contests
    plain, parity, secded = contest.engines
    assert [each.design["protection"] for each in contest.engines] == list(names)
    assert plain.accuracy == parity.accuracy == secded.accuracy
    assert plain.cycles == parity.cycles == secded.cycles
    memories = engine_memories(image.parameters).values()
    words = sum(each.depth for each in memories if each.kind not in ("queue", "register"))
    assert parity.footprint_bits - plain.footprint_bits == words
    assert secded.footprint_bits > parity.footprint_bits
    assert secded.energy_pj > parity.energy_pj > plain.energy_pj
    # What hwsim report says of the same recalls.
    queries, _ = noisy_queries(memory.patterns, 20, 0.1, [0, 9, 100_000])
    counts = fast.recall(image, queries).counts
    totals = {name: int(getattr(counts, name).sum()) for name in counts.names()}
    without, with_checks = price_all(image.parameters, "secded", totals, 20).energy_pj
    assert secded.energy_pj - plain.energy_pj == pytest.approx(with_checks - without)
    assert all(each.footprint_bits < plain.footprint_bits for each in contest.searches)
    assert "protection" not in hwsim.compare([image], queries=5).contests[0].engines[0].design
