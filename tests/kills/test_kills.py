"""kill -9, SIGTERM and Ctrl-C at random moments: nothing half-written, nothing left.

make kills                     # 200 kills and as many requests to end
HWSIM_KILLS=50 HWSIM_KILL_SEED=7 pytest tests/kills
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from hwsim.files import LISTING, Kind, scratch_folder, write_file
from hwsim.files.listing import first_foreign, read_listing
from hwsim.files.marks import is_of_kind
from tests.kills.commands import COMMANDS, KILLS, Command, prepare
from tests.kills.killing import Place, Snapshot, end, snapshot

SEED = int(os.environ.get("HWSIM_KILL_SEED", random.randrange(1 << 32)))
JOURNAL = "points.jsonl"


def share(command: Command) -> int:
    """Kills of one command."""
    return max(1, round(KILLS * command.share / sum(each.share for each in COMMANDS)))


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    prepare(folder)
    return folder


@pytest.fixture
def place(inputs: Path, tmp_path: Path) -> Place:
    shutil.copytree(inputs, tmp_path / "work")
    (tmp_path / "tmp").mkdir()
    return Place(tmp_path / "work", tmp_path / "tmp")


class Case:
    """One command in one place, and what its output is before and after."""

    def __init__(self, command: Command, place: Place) -> None:
        self.command, self.place = command, place
        self.output = place.folder / command.output
        self.inputs = set(os.listdir(place.folder))  # noqa: PTH208
        self.wholes: list[Snapshot] = []
        self.seconds, self.said = 0.0, dict[int, str]()
        for variant in command.variants:
            self.seconds, self.said[variant] = place.run(command, variant)
            self.wholes.append(snapshot(self.output))
        if not command.whole:
            shutil.rmtree(self.output)
        assert len(self.wholes) == 1 or self.wholes[0] != self.wholes[1]

    def check_output(self, before: Snapshot) -> None:
        """What stands under the output's name is what was there, or the new one, whole."""
        found = snapshot(self.output)
        if self.command.name == "cosim":  # a waveform carries its date
            if found not in ({}, before):
                assert is_of_kind(self.output, Kind.WAVEFORM)
                assert len(found[""]) > 0.9 * len(self.wholes[-1][""])
        elif self.command.whole:
            assert found in (before, *self.wholes), f"{self.output} is half-written"
            if found and self.output.is_dir():
                listing = read_listing(self.output)
                assert listing is not None
                assert first_foreign(self.output, listing.kind) is None
        else:
            self._check_shelf(found)

    def _check_shelf(self, found: Snapshot) -> None:
        for name, content in found.items():
            if name == LISTING:
                assert read_listing(self.output) is not None
            elif ".hwsim-" not in name and name != JOURNAL:
                assert content in [whole.get(name) for whole in self.wholes], name

    def end_one(self, number: int, chance: random.Random) -> int:
        """End a run at a random moment and check; its status."""
        variant = chance.choice(self.command.variants)
        before = snapshot(self.output)
        if self.command.whole and chance.randrange(3) == 0 and before:
            shutil.rmtree(self.output) if self.output.is_dir() else self.output.unlink()
            before = {}
        elif not self.command.whole and snapshot(self.output).keys() >= self.wholes[-1].keys():
            shutil.rmtree(self.output)  # it was done: begin anew
        process = self.place.start(self.command, variant)
        ended = end(process, number, chance.uniform(0, 1.1 * self.seconds))
        self.check_output(before)
        if number == signal.SIGKILL:
            assert ended.status in (0, -signal.SIGKILL), ended
            # What every next run does first, here and in the temporary folder.
            write_file(self.place.folder / "next", "")
            (self.place.folder / "next").unlink()
            with scratch_folder("next", self.place.temporary):
                pass
        # A run that was killed may have left something, which this one ended too soon to remove.
        elif left := {name for name in snapshot(self.output) if ".hwsim-" in name} - before.keys():
            pytest.fail(f"left in {self.output}: {sorted(left)}")
        elif ended.status:
            word = "interrupted" if number == signal.SIGINT else "terminated"
            assert ended.status == 128 + number
            assert ended.said.removeprefix(self.said[variant]) == f"Error: {word}\n"
        else:
            assert ended.said == self.said[variant]  # it was done before it heard
        assert self.place.strangers(self.inputs, self.command) == set()
        return ended.status

    def finish(self) -> None:
        """The run after all kills gives what an undisturbed one gives, and leaves nothing else."""
        self.place.run(self.command, self.command.variants[-1])
        assert self.place.strangers(self.inputs, self.command) == set()
        if self.command.name != "cosim":
            found, whole = snapshot(self.output), dict(self.wholes[-1])
            if JOURNAL in found:  # its points stand as they came
                assert sorted(found.pop(JOURNAL).splitlines()) == sorted(
                    whole.pop(JOURNAL).splitlines()
                )
            assert found == whole


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_run_that_ends_at_any_moment(command: Command, place: Place) -> None:
    print(f"HWSIM_KILL_SEED={SEED}")
    chance = random.Random(f"{SEED} {command.name}")
    case = Case(command, place)
    for number, turns in (
        (signal.SIGKILL, share(command)),
        (signal.SIGTERM, share(command) // 2 or 1),
        (signal.SIGINT, share(command) // 2 or 1),
    ):
        early = sum(case.end_one(number, chance) != 0 for _ in range(turns))
        print(f"{command.name}: {turns} by {number.name}, {early} of them before its end")
    case.finish()
