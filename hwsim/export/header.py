"""A Verilog header with the engine's parameters, for `include` beside the image's files."""

from __future__ import annotations

from typing import Final

from hwsim.config import FORMAT_VERSION, Parameters
from hwsim.config.external import weight_buffer
from hwsim.export.names import DEFAULT_PREFIX
from hwsim.hardware.layout import roms
from hwsim.hardware.memories import image_memories

FILE: Final = "hwsim_parameters.vh"


PROTECTIONS: Final = {"none": 0, "parity": 1, "secded": 2}  # PROTECTION of the engine


def packed_plane_weights(parameters: Parameters) -> int:
    """The plane weights in one integer, 8 bits a plane, plane 0 lowest."""
    return sum(weight << (8 * plane) for plane, weight in enumerate(parameters.C))


def packed_shared_planes(parameters: Parameters) -> int:
    """The planes that `shared_planes` names as a mask, bit p for plane p."""
    return sum(1 << plane for plane in parameters.shared_planes)


def verilog_parameters(
    parameters: Parameters, format_version: int = FORMAT_VERSION
) -> dict[str, int]:
    """The integer parameters of the Verilog module `hwsim_engine`, by name."""
    values = {
        "NEURONS": parameters.neurons,
        "PATTERNS": parameters.patterns,
        "WEIGHT_BITS": parameters.weight_bits,
        "PLANE_WEIGHTS": packed_plane_weights(parameters),
        "KERNEL_BITS": parameters.kernel_bits,
        "LANES": parameters.lanes,
        "OFFSET_BITS": parameters.offset_bits,
        "OFFSET_FRAC_BITS": parameters.offset_frac_bits,
        "MAX_STEPS": parameters.max_steps,
        "ORIGIN_NEAREST": int(parameters.nearest),
        "ACCUMULATOR_BITS": parameters.field_bits,
    }
    if format_version > 1:
        values |= {
            "DATAFLOW_ROW": int(parameters.row),
            "SHARED_PLANES": packed_shared_planes(parameters),
            "RADIUS_BITS": parameters.radius_bits,
            "WINNER_LIMIT": parameters.winner_limit,
            "COARSE_WORDS": parameters.coarse_words,
            "REACH": parameters.reach,
            "QUERIES_IN_FLIGHT": parameters.queries_in_flight,
            "ENGINES": parameters.engines,
        }
    if parameters.pipelined:  # headers of before have none
        values["PIPELINED"] = 1
    if parameters.external_weights:
        values["EXTERNAL"] = 1
    for name in ("outputs", "scale_bits"):
        if value := getattr(parameters, name):
            values[name.upper()] = value
    return values


def engine_file(rom: str, protection: str) -> str:
    """The `$readmemh` file of one of the engine's ROMs, with check bits where it is protected."""
    return f"{rom}.mem" if protection == "none" else f"{rom}.{protection}.mem"


def encode(
    parameters: Parameters,
    prefix: str = DEFAULT_PREFIX,
    format_version: int = FORMAT_VERSION,
    protection: str = "none",
) -> str:
    """`define lines for every parameter of the engine and the size of every memory.

    Every macro, the include guard too, begins with `prefix` in upper case.
    """
    literals = {
        "PLANE_WEIGHTS": (8 * parameters.weight_bits, 2 * parameters.weight_bits),
        "WINNER_LIMIT": (64, 16),
    }  # bits and digits of those in hexadecimal: a plain number has 32 bits
    start = prefix.upper()
    lines = [
        "// SPDX-License-Identifier: Apache-2.0",
        "// Parameters of this image for hwsim_engine; written by hwsim export.",
        f"`ifndef {start}_PARAMETERS_VH",
        f"`define {start}_PARAMETERS_VH",
    ]
    for name, value in verilog_parameters(parameters, format_version).items():
        literal = str(value)
        if name in literals:
            bits, digits = literals[name]
            literal = f"{bits}'h{value:0{digits}x}"
        lines.append(f"`define {start}_{name} {literal}")
    if level := PROTECTIONS[protection]:
        lines.append(f"`define {start}_PROTECTION {level}")
    if parameters.external_weights:  # not the engine's: the memory's cycles, and what they ask for
        lines.append(f"`define {start}_EXTERNAL_WEIGHTS {parameters.external_weights}")
        lines.append(f"`define {start}_WEIGHT_BUFFER {weight_buffer(parameters)}")
    whole = roms(parameters)
    for memory in image_memories(parameters):
        name = memory.name.upper()
        lines.append(f"`define {start}_{name}_WIDTH {memory.width(parameters)}")
        lines.append(f"`define {start}_{name}_DEPTH {memory.depth(parameters)}")
        file = memory.name if memory.name in whole else f"{memory.name}_0"  # the first share's
        lines.append(f'`define {start}_{memory.file_parameter} "{engine_file(file, protection)}"')
    lines.append("`endif")
    return "\n".join(lines) + "\n"
