"""The Verilog engine on an image's own files, against golden vectors."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hwsim.config.external import weight_buffer
from hwsim.cosim.result import CosimResult
from hwsim.cosim.simulators import check_simulator, source_folder
from hwsim.cosim.surroundings import plain_holder
from hwsim.cosim.testbench import (
    CYCLE_SECONDS,
    RUN_SECONDS,
    WAVES,
    Parameter,
    Simulation,
    Testbench,
)
from hwsim.errors import InputError, ToolError
from hwsim.export.folder import load_image
from hwsim.export.header import PROTECTIONS, verilog_parameters
from hwsim.export.manifest import (
    engine_form,
    manifest_parameters,
    read_manifest,
    rom_file,
    stated_protection,
)
from hwsim.export.vectors import Vectors, check_vectors
from hwsim.files import Kind, check_file, scratch_folder, staged_file
from hwsim.hardware.layout import roms


@contextmanager
def _build_folder(build_dir: Path | None) -> Iterator[Path]:
    if build_dir is not None:
        yield build_dir.resolve()
        return
    with scratch_folder("cosim", plain_holder()) as folder:
        yield folder


def engine_testbench(
    image_folder: Path,
    *,
    rtl: Path | None = None,
    module: str = "test_hwsim_engine",
    waves: bool = False,
    waves_from: int = 0,
) -> Testbench:
    """The engine with the parameters and files of an image.

    Where its weights are external, `hwsim_external` stands in its place: engine, `hwsim_weights`
    and a memory that holds the image's `weights.bin`, with the same ports.

    Args:
        image_folder: manifest and `.mem` files.
        rtl: folder of the Verilog files; None for the project's own.
        module: the testbench.
        waves: record every signal.
        waves_from: nanoseconds, as `Testbench.waves_from`.

    Raises:
        InputError: the image has no manifest, its external weights no sound byte image, or `rtl`
            no Verilog of the engine.
    """
    manifest = read_manifest(image_folder)
    of_image = manifest_parameters(image_folder, manifest)
    parameters: dict[str, Parameter] = dict(verilog_parameters(of_image))
    files = {}
    if protected := PROTECTIONS[stated_protection(manifest)]:
        parameters["PROTECTION"] = protected
    for name, rom in roms(of_image).items():
        form = "bin" if of_image.external_weights and name == "weights" else engine_form(manifest)
        file = f"image/{name}.{form}"
        parameters.setdefault(f"{rom.memory.upper()}_FILE", file)  # the first share's
        files[file] = image_folder / rom_file(image_folder, manifest, name, form)
    verilog = rtl or source_folder("rtl")
    sources = sorted(verilog.glob("hwsim_*.v"))
    if not sources:
        raise InputError(f"rtl is {verilog}, which holds no hwsim_*.v; give a copy of hwsim's rtl")
    toplevel = "hwsim_engine"
    if of_image.external_weights:
        toplevel = "hwsim_external"
        port = verilog / "axi" / "hwsim_weights.v"
        if not port.is_file():
            raise InputError(
                f"rtl is {verilog}, which holds no {port.name} in axi; give a whole copy"
            )
        bench = source_folder("cosim")
        sources += [port, bench / "axi_memory.v", bench / "hwsim_external.v"]
        parameters["LATENCY"] = of_image.external_weights
        parameters["WEIGHT_BUFFER"] = weight_buffer(of_image)
    return Testbench(
        toplevel=toplevel,
        module=module,
        sources=sources,
        python_path=source_folder("cosim"),
        parameters=parameters,
        files=files,
        waves=waves,
        waves_from=waves_from,
    )


def cosimulate(
    image_folder: str | Path,
    vectors_folder: str | Path,
    *,
    simulator: str = "icarus",
    waves: bool = False,
    stalls: bool = True,
    seed: int = 0,
    build_dir: Path | None = None,
    rtl: Path | None = None,
) -> CosimResult:
    """Drive golden vectors through the engine and compare every bit, flag and count.

    Args:
        image_folder: the image; its `.mem` files initialise the engine's memories.
        vectors_folder: golden vectors made from that image.
        simulator: one of `hwsim.choices.SIMULATORS`.
        waves: leave a waveform, `hwsim_engine.fst` (Icarus) or `.vcd`, in the current folder.
        stalls: random stalls on both ports; without them the time between the ports' handshakes
            is compared with the `cycles` counter as well.
        seed: of the stalls.
        build_dir: where to compile, kept afterwards; None for a temporary folder.
        rtl: folder of the Verilog files; None for the project's own.

    Raises:
        InputError: the image or the vectors are not sound.
        ToolError: the simulator is missing or broke off, or a memory file does not fit.
    """
    image_folder, vectors_folder = Path(image_folder), Path(vectors_folder)
    check_simulator(simulator)
    if waves:
        check_waves(simulator)
    load_image(image_folder, outputs=True)  # a changed word is no fault of the engine's
    vectors = check_vectors(vectors_folder, image_folder)
    with _build_folder(build_dir) as folder:
        testbench = engine_testbench(image_folder, rtl=rtl, waves=waves)
        simulation = testbench.build(simulator, folder)
        start = time.perf_counter()
        failed, result = drive(simulation, vectors_folder, vectors, stalls=stalls, seed=seed)
        seconds = time.perf_counter() - start
        kept = keep_waves(folder, simulator) if waves else None
    mismatches = tuple(result["mismatches"])
    if failed and not mismatches:
        mismatches = ("the testbench failed without naming a difference",)
    of_query = vectors.engine_parameters().results
    if result["recalls"] != len(vectors.recalls):
        what = "recalls" if of_query == 1 else "steps"
        mismatches += (f"{result['recalls']} of {len(vectors.recalls)} {what} were answered",)
    return CosimResult(
        simulator=simulator,
        recalls=result["recalls"] // of_query,
        mismatches=mismatches,
        cycles=tuple(result["cycles"]),
        cycles_predicted=tuple(batch.cycles for batch in vectors.batches()),
        cycles_bound=tuple(batch.cycles_bound for batch in vectors.batches()),
        seconds=seconds,
        waves=kept,
        results=of_query,
    )


def cosimulate_if_possible(
    image_folder: Path, vectors_folder: Path, *, simulator: str = "icarus", seed: int = 0
) -> tuple[CosimResult | None, str]:
    """As `cosimulate`; where there is no such simulator, None, and what lacks and installs it."""
    try:
        check_simulator(simulator)
    except ToolError as error:
        return None, str(error)
    return cosimulate(image_folder, vectors_folder, simulator=simulator, seed=seed), ""


def drive(
    simulation: Simulation,
    vectors_folder: Path,
    vectors: Vectors,
    *,
    stalls: bool,
    seed: int,
    extra: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Run the engine's testbench on golden vectors.

    Args:
        simulation: a compiled `engine_testbench`.
        vectors_folder: of `vectors`.
        vectors: as read from it.
        stalls, seed: as in `cosimulate`.
        extra: environment variables that ask the testbench for more.

    Returns:
        How many tests failed, and the answer of the testbench.

    Raises:
        ToolError: there is none.
    """
    answer = simulation.surroundings.folder / "result.json"
    answer.unlink(missing_ok=True)
    environment = {
        "HWSIM_VECTORS": str(vectors_folder.resolve()),
        "HWSIM_RESULT": answer.name,
        "HWSIM_STALLS": str(int(stalls)),
        **(extra or {}),
    }
    cycles = sum(batch.cycles for batch in vectors.batches())
    failed, output = simulation.run(environment, seed, RUN_SECONDS + cycles * CYCLE_SECONDS)
    if not answer.exists():
        raise ToolError(f"the engine's testbench gave no result: {output.strip()[-200:]!r}")
    return failed, json.loads(answer.read_text(encoding="utf-8"))


def check_waves(simulator: str) -> None:
    """Refuse before the work a waveform that could not be left after it.

    Raises:
        InputError: something else of its name is in the current folder, or nobody may write there.
    """
    check_file(_waves_file(simulator), Kind.WAVEFORM)


def _waves_file(simulator: str) -> Path:
    return Path("hwsim_engine").with_suffix(Path(WAVES[simulator]).suffix)


def keep_waves(folder: Path, simulator: str) -> str:
    """Copy what a simulation recorded in its folder to the current one; its name there."""
    kept = _waves_file(simulator)
    with staged_file(kept, Kind.WAVEFORM) as temporary:
        shutil.copyfile(folder / WAVES[simulator], temporary)
    return str(kept)
