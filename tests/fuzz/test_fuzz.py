"""Every reader, on every kind of input that once failed and on thousands of damaged files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.fuzz.corpus import CORPUS, READER_FILES, SOUND
from tests.fuzz.oracle import LOADED, REFUSED, Bench
from tests.fuzz.readers import READERS

INPUTS = 2000
SEED = 20240607


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Bench]]:
    made: dict[str, Bench] = {}

    def of(name: str) -> Bench:
        if name not in made:
            made[name] = Bench(name, tmp_path_factory.mktemp(name))
        return made[name]

    return of


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name, kinds in CORPUS.items() for kind in kinds]
)
def test_what_once_failed(benches: Callable[[str], Bench], name: str, kind: str) -> None:
    outcome = benches(name).judge(READER_FILES[name], CORPUS[name][kind])
    assert outcome.what == (LOADED if (name, kind) in SOUND else REFUSED), outcome
    assert "\n" not in outcome.detail


@pytest.mark.parametrize("name", READERS)
def test_damaged_files_give_the_same_data_or_one_clear_error(
    benches: Callable[[str], Bench], name: str
) -> None:
    print(f"again: python -m tests.fuzz --reader {name} --seed {SEED} --inputs {INPUTS}")
    done = benches(name).run(SEED, range(INPUTS))
    assert [(number, file, outcome) for number, file, _, outcome in done.faults] == []
    assert done.counts[REFUSED] > INPUTS / 3, done.counts  # or the mutators damage nothing
