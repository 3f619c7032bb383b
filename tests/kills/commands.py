"""Every command that writes, twice: what is there before a kill, and what would be after it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

KILLS = int(os.environ.get("HWSIM_KILLS", "24"))  # of all commands together

SWEEP = """[sweep]
neurons = [20, 24]
load = 1.5
bits = [1, 2]
noise = {noise}
trials = 2
queries = 20
"""


@dataclass(frozen=True)
class Command:
    """A command and what it writes.

    Attributes:
        words: as typed; {variant} is 0 or 1.
        output: the name it writes.
        share: kills of it among all, relative.
        whole: a file or folder of one piece; else files that come one by one.
        variants: that are run. Two show that old and new are never mixed.
    """

    words: str
    output: str
    share: int = 2
    whole: bool = True
    variants: tuple[int, ...] = (0, 1)

    @property
    def name(self) -> str:
        """The first word."""
        return self.words.split()[0]

    def typed(self, variant: int) -> list[str]:
        """The arguments."""
        return self.words.format(variant=variant).split()


TRAIN = "train --neurons 30 --patterns 60 --gamma 0.05 --steps 60 --seed {variant}"
COMMANDS = (
    Command(f"{TRAIN} -o out.npz", "out.npz", 4),
    Command("export m.npz --bits 2 --format mem,coe,c --max-steps 4{variant} -o out", "out", 4),
    Command("vectors image --count 20 --seed {variant} -o out", "out", 3),
    Command("recall image q{variant}.npy -o out.npz", "out.npz", 3),
    Command("report image --seed {variant} -o out", "out", 3),
    Command("sweep sw{variant}.toml --jobs 2 -o out", "out", 3, False, (1,)),
    Command("experiments run figure1 --quick --jobs 1 -o out", "out", 2, False, (1,)),
    Command("cosim image --count 2 --waves --seed {variant}", "hwsim_engine.fst", 2, True, (1,)),
    Command("demo --seed {variant} -o out", "out", 1, True, (1,)),
)  # fmt: skip


def program(*arguments: str) -> list[str]:
    """The program of this environment with arguments."""
    return [str(Path(sys.executable).with_name("hwsim")), *arguments]


def prepare(folder: Path) -> None:
    """The inputs that COMMANDS name."""
    for words in (
        "train --neurons 30 --patterns 60 --gamma 0.05 --steps 60 -o m.npz",
        "export m.npz --bits 2 -o image",
    ):
        subprocess.run(program(*words.split()), cwd=folder, check=True, capture_output=True)
    for variant in (0, 1):
        spins = np.random.default_rng(variant).choice(np.array([-1, 1], np.int8), (400, 30))
        np.save(folder / f"q{variant}.npy", spins)
        (folder / f"sw{variant}.toml").write_text(SWEEP.format(noise=0.1 + 0.1 * variant))
