"""The kit's folder, written whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

from hwsim.choices import NOISE
from hwsim.cosim.simulators import source_folder
from hwsim.cost.cycles import engine_cycles
from hwsim.cost.plausible import CLOCK_MHZ as CLOCKS_MHZ
from hwsim.cost.plausible import plausible
from hwsim.export.folder import load_image
from hwsim.export.header import FILE as HEADER
from hwsim.export.header import engine_file
from hwsim.export.manifest import engine_form, read_manifest, rom_file, stated_protection
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.export.vectors import image_digest
from hwsim.files import check_folder, replace_folder
from hwsim.golden import specified
from hwsim.hardware.association import Associations
from hwsim.hardware.layout import MemoryShape, roms
from hwsim.kit.answers import QUERIES, answer_files, word_checks
from hwsim.kit.instance import (
    check_on_chip,
    instance,
    instance_name,
    wrapper_instance,
    wrapper_name,
)
from hwsim.kit.words import check_file, words
from hwsim.reference.queries import noisy_queries
from hwsim.spins import spins_from_bits

FOLDER_KIND: Final = "kit"
RECALLS: Final = 8
CLOCK_MHZ: Final = 50.0

# Templates, and the files they become; {} is the prefix.
_TEMPLATES: Final = {
    "word_count.v": "{}_word_count.v",
    "word_check.v": "{}_word_check.v",
    "testbench.v": "{}_testbench.v",
    "axi_ports.v": "{}_axi_ports.v",
    "kit.core": "{}.core",
    "engine.sdc": "{}.sdc",
    "engine.lpf": "{}.lpf",
    "engine.pcf": "{}.pcf",
    "waves.gtkw": "{}.gtkw",
    "simulate.sh": "simulate.sh",
    "README.md": "README.md",
}


def write_kit(
    path: str | Path,
    image_folder: str | Path,
    *,
    recalls: int = RECALLS,
    noise: float = NOISE,
    seed: int = 0,
    clock_mhz: float = CLOCK_MHZ,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write a designer's kit of an image.

    Args:
        path: the folder; a kit of hwsim's there is replaced, and what others put beside its files
            (`simulate.sh` its `build/`) stays.
        image_folder: the image.
        recalls: how many the testbench runs; their queries are stored patterns with noise.
        noise: fraction of the spins flipped.
        seed: of patterns and noise.
        clock_mhz: MHz that the constraints ask for.
        progress: called with (recalls done, recalls in all).

    Raises:
        InputError: the image is not sound, or the folder cannot be written.
    """
    with staged_kit(
        path,
        image_folder,
        recalls=recalls,
        noise=noise,
        seed=seed,
        clock_mhz=clock_mhz,
        progress=progress,
    ):
        pass


@contextmanager
def staged_kit(
    path: str | Path,
    image_folder: str | Path,
    *,
    recalls: int = RECALLS,
    noise: float = NOISE,
    seed: int = 0,
    clock_mhz: float = CLOCK_MHZ,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Path]:
    """Yield the kit's folder, whole, under a temporary name; it is at `path` after the block.

    What fails in the block leaves no kit: for what must not be there without one, or it without.

    Args, Raises: as `write_kit`.
    """
    path, image_folder = Path(path), Path(image_folder)
    check_folder(path, FOLDER_KIND, others_stay=True)
    plausible("clock_mhz", clock_mhz, CLOCKS_MHZ, "MHz")
    image = load_image(image_folder)
    parameters, manifest = image.parameters, read_manifest(image_folder)
    check_on_chip(parameters, "a kit")
    protection = stated_protection(manifest)
    queries, _ = noisy_queries(spins_from_bits(image.patterns), recalls, noise, seed)
    answered = specified(image, queries, progress)
    assert not isinstance(answered, Associations)  # load_image refuses outputs
    memories = {
        engine_file(name, protection): (
            image_folder / rom_file(image_folder, manifest, name, engine_form(manifest))
        ).read_bytes()
        for name in roms(parameters)
    }
    answers = answer_files(parameters, queries, answered)
    prefix = manifest.get("prefix", DEFAULT_PREFIX)
    rtl = _sources("rtl", "", "hwsim_*.v")
    axi = _sources("rtl/axi", "axi", "*.v")
    cycles = engine_cycles(parameters, answered.counts, len(queries))
    header = (image_folder / HEADER).read_bytes()
    given = words(
        parameters,
        prefix,
        rtl=[*rtl],
        axi=[*axi],
        header=header.decode(),
        answers={name: _shape(content) for name, content in answers.items()},
        cycles=[int(count) for count in cycles],
        protection=protection,
    )
    given |= {
        "clock_mhz": f"{clock_mhz:g}",
        "period_ns": f"{1e3 / clock_mhz:.3f}",
        "image_sha256": image_digest(image_folder),
        "noise_percent": f"{100 * noise:g}",
        "recalls": str(len(queries)),
    }
    module, wrapper = f"{instance_name(prefix)}.v", f"{wrapper_name(prefix)}.v"
    testbench = [f"{prefix}_{name}.v" for name in ("word_count", "word_check", "testbench")]
    checked = {**memories, QUERIES: answers[QUERIES]}
    contents = {
        **rtl,
        **axi,
        "rtl/axi/REGISTERS.md": (source_folder("rtl") / "axi" / "REGISTERS.md").read_bytes(),
        **_sources("driver", "driver", "hwsim*.[ch]"),
        **memories,
        **answers,
        **{check_file(name): word_checks(content) for name, content in checked.items()},
        HEADER: header,
        module: instance(parameters, prefix, HEADER, protection=protection).encode(),
        wrapper: wrapper_instance(parameters, prefix, HEADER, protection=protection).encode(),
        f"{prefix}.f": _file_list(["+incdir+.", *rtl, module]),
        f"{prefix}_axi.f": _file_list(["+incdir+.", *rtl, *axi, wrapper]),
        f"{prefix}_testbench.f": _file_list(testbench),
        f"{prefix}_axi_testbench.f": _file_list([f"{prefix}_axi_ports.v", *testbench]),
        **_from_templates(prefix, given),
    }
    with replace_folder(path, FOLDER_KIND, others_stay=True) as folder:
        for name in ("rtl/axi", "driver"):
            (folder / name).mkdir(parents=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        yield folder


def _sources(into: str, under: str, pattern: str) -> dict[str, bytes]:
    """Files of hwsim's Verilog below `under`, by their names in the kit."""
    found = sorted((source_folder("rtl") / under).glob(pattern))
    return {f"{into}/{file.name}": file.read_bytes() for file in found}


def _shape(content: bytes) -> MemoryShape:
    """Of the words of a `.mem` file, whose width is a multiple of four bits."""
    lines = content.split()
    return MemoryShape(4 * len(lines[0]), len(lines))


def _file_list(names: list[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _from_templates(prefix: str, given: Mapping[str, str]) -> dict[str, bytes]:
    made = {}
    for template, name in _TEMPLATES.items():
        text = (files("hwsim.kit") / "templates" / template).read_text(encoding="utf-8")
        for word, value in given.items():
            text = text.replace(f"@{word}@", value)
        made[name.format(prefix)] = text.encode()
    return made
