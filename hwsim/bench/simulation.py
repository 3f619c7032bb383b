"""How fast the engine simulates, and what cocotb adds over a plain Verilog testbench.

Both testbenches drive the same golden vectors through the same engine in Icarus Verilog, in turns.
Processor time is compared, for it does not depend on who else uses the machine: of the simulator's
process alone, compilation apart.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from hwsim.bench import machine
from hwsim.bench.contenders import Point
from hwsim.cosim import engine_testbench
from hwsim.cosim.simulators import check_simulator, source_folder
from hwsim.cosim.surroundings import Surroundings, copy_sources, link
from hwsim.cosim.testbench import RUN_SECONDS, literal
from hwsim.errors import ToolError
from hwsim.export.folder import write_image
from hwsim.files import scratch_folder
from hwsim.golden import make_vectors
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits

Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class SimulationCase:
    """What is simulated.

    Attributes:
        point: size and kernel.
        recalls: one after the other, of one step each but where they wander.
        lanes: L.
    """

    point: Point
    recalls: int
    lanes: int


# Long enough that starting Python, half a second, is a small part of the time.
CASES: Final = {
    "small-200": SimulationCase(Point(200, 600, 0.02), 40, 64),
    "sparse-1000": SimulationCase(Point(1000, 3000, 0.02), 6, 256),
    "dense-1000": SimulationCase(Point(1000, 3000, 0.0017), 3, 256),
}
ROUNDS: Final = 3


@dataclass(frozen=True)
class SimulationResult:
    """One case's medians.

    Attributes:
        cycles: clock cycles simulated in one run.
        plain_seconds, cocotb_seconds: processor time of one run.
        overhead: the second over the first.
    """

    name: str
    neurons: int
    patterns: int
    lanes: int
    recalls: int
    cycles: int
    plain_seconds: float
    cocotb_seconds: float

    @property
    def overhead(self) -> float:
        """Processor time with cocotb over that without."""
        return self.cocotb_seconds / self.plain_seconds

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            **asdict(self),
            "plain_cycles_per_second": self.cycles / self.plain_seconds,
            "cocotb_cycles_per_second": self.cycles / self.cocotb_seconds,
            "overhead": self.overhead,
        }


def measure(seed: int = 0, progress: Progress | None = None) -> dict[str, Any]:
    """Simulate every case in turns with and without cocotb.

    Returns:
        `cases`, `machine` and `settings`, ready for JSON.

    Raises:
        ToolError: Icarus is missing, or a testbench found a difference.
    """
    check_simulator("icarus")
    results = []
    for index, (name, case) in enumerate(CASES.items()):
        with scratch_folder("bench") as folder:
            results.append(_measure_case(name, case, folder, seed))
        if progress is not None:
            progress(index + 1, len(CASES))
    version = subprocess.run(
        ["iverilog", "-V"], capture_output=True, text=True, check=False
    ).stdout.splitlines()[0]
    return {
        "cases": [result.to_dict() for result in results],
        "machine": {**machine(), "icarus": version},
        "settings": {"seed": seed, "rounds": ROUNDS},
    }


def _measure_case(name: str, case: SimulationCase, folder: Path, seed: int) -> SimulationResult:
    image = case.point.image(seed)
    image = replace(image, parameters=replace(image.parameters, lanes=case.lanes))
    write_image(folder / "image", image)
    patterns = spins_from_bits(image.patterns)
    queries, _ = noisy_queries(patterns, case.recalls, 0.0, seed, order="independent")
    make_vectors(folder / "image", queries, folder / "vectors")
    plain = build_plain(folder / "image", folder / "vectors", case.recalls, folder / "plain")
    simulation = engine_testbench(folder / "image").build("icarus", folder / "cocotb")
    environment = {
        "HWSIM_VECTORS": str(folder / "vectors"),
        "HWSIM_RESULT": str(folder / "result.json"),
        "HWSIM_STALLS": "0",
    }
    alone, together, cycles = [], [], 0
    for _ in range(ROUNDS):
        seconds, cycles = _processor_time(lambda: run_plain(plain))
        alone.append(seconds)
        seconds, (failed, _) = _processor_time(lambda: simulation.run(environment, seed))
        together.append(seconds)
        if failed:
            raise ToolError(f"the engine differs from the specification in {name}; run hwsim cosim")
    return SimulationResult(
        name,
        case.point.neurons,
        case.point.patterns,
        case.lanes,
        case.recalls,
        cycles,
        statistics.median(alone),
        statistics.median(together),
    )


def _processor_time(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor time of the child processes `work` starts, and what it returns."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, result


def build_plain(
    image_folder: Path, vectors_folder: Path, recalls: int, folder: Path
) -> Surroundings:
    """Compile the testbench without cocotb, `cosim/tb_plain.v`, into `folder`.

    Raises:
        ToolError: Icarus does not accept it.
    """
    engine = engine_testbench(image_folder)
    vectors = {name: vectors_folder / f"{name}.mem" for name in ("queries", "states")}
    chosen: Mapping[str, int | str] = {
        **engine.parameters,
        "RECALLS": recalls,
        "QUERIES_FILE": "queries.mem",
        "STATES_FILE": "states.mem",
    }
    surroundings = Surroundings.make(folder, "icarus")
    for name, file in {**engine.files, **{f"{n}.mem": file for n, file in vectors.items()}}.items():
        link(file, folder / name)
    sources = copy_sources([source_folder("cosim") / "tb_plain.v", *engine.sources], folder, "rtl")
    options = [f"-Ptb_plain.{name}={literal(value)}" for name, value in chosen.items()]
    command = ["iverilog", "-g2005", "-s", "tb_plain", "-o", "plain.vvp", *options, *sources]
    if surroundings.run(command, "build.log", seconds=RUN_SECONDS):
        said = (folder / "build.log").read_text(errors="replace")
        raise ToolError(f"iverilog does not accept tb_plain: {said.strip()}")
    return surroundings


def run_plain(plain: Surroundings) -> int:
    """Run the compiled plain testbench; the clock cycles of all recalls.

    Raises:
        ToolError: it does not say PASS.
    """
    plain.run(["vvp", "-n", "plain.vvp"], "run.log", seconds=RUN_SECONDS)
    said = (plain.folder / "run.log").read_text(errors="replace")
    if not said.startswith("PASS:"):
        raise ToolError(f"the plain testbench failed: {said.strip()[:200]}")
    return int(said.splitlines()[0].split()[-2])
