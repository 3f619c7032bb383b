"""Verilog that is different for every image: the module that fixes its parameters."""

from __future__ import annotations

from typing import Final

from hwsim.config import Parameters
from hwsim.export.header import verilog_parameters
from hwsim.hardware.layout import roms
from hwsim.hardware.memories import MEMORIES, image_memories

# Ports of the engine that the instance hands on, with their widths in the header's macros.
_PORTS: Final = (
    ("input", "clk", ""),
    ("input", "rst", ""),
    ("input", "s_axis_tdata", "[`@_LANES-1:0]"),
    ("input", "s_axis_tvalid", ""),
    ("output", "s_axis_tready", ""),
    ("input", "s_axis_tlast", ""),
    ("input", "s_axis_tid", ""),
    ("output", "query_dropped", ""),
    ("output", "m_axis_tdata", "[`@_LANES-1:0]"),
    ("output", "m_axis_tvalid", ""),
    ("input", "m_axis_tready", ""),
    ("output", "m_axis_tlast", ""),
    ("output", "m_axis_tid", ""),
    ("output", "result_steps", "[15:0]"),
    ("output", "result_converged", ""),
    ("output", "result_miss", ""),
    ("output", "result_distance", "[$clog2(`@_NEURONS + 1)-1:0]"),
    ("output", "cycles", "[63:0]"),
)
# The counters are left open, and take no logic then.
_OPEN: Final = (
    *(counter for memory in MEMORIES for counter in memory.counters),
    "groups_skipped",
)


def instance_name(prefix: str) -> str:
    """The module's name."""
    return f"{prefix}_memory"


def instance(parameters: Parameters, prefix: str, header: str) -> str:
    """The module `PREFIX_memory`: `hwsim_engine` with an image's parameters and files.

    Args:
        parameters: of the image.
        prefix: of the macros in the image's Verilog header.
        header: that file's name.
    """
    macro = prefix.upper()
    values = {name: f"`{macro}_{name}" for name in verilog_parameters(parameters)}
    files = [memory.file_parameter for memory in image_memories(parameters)]
    values |= {name: f"`{macro}_{name}" for name in files}
    ports = [
        f"    {direction:<6} wire {width.replace('@', macro) + ' ' if width else ''}{name}"
        for direction, name, width in _PORTS
    ]
    if spare := 64 - 8 * parameters.weight_bits:  # the engine's parameter has room for 8 planes
        values["PLANE_WEIGHTS"] = f"{{{spare}'d0, {values['PLANE_WEIGHTS']}}}"
    fixed = [f"        .{name}({value})" for name, value in values.items()]
    wired = "".join(f"        .{name}({name}),\n" for _, name, _ in _PORTS)
    left_open = ",\n".join(f"        .{name}()" for name in _OPEN)
    memories = ", ".join(f"{name}.mem" for name in roms(parameters))
    return "\n".join(
        [
            "// SPDX-License-Identifier: Apache-2.0",
            "//",
            "// hwsim_engine with the parameters of this image, which follow from its integers: no",
            f"// others give its recalls. It reads {memories}.",
            "`default_nettype none",
            f'`include "{header}"',
            "",
            f"module {instance_name(prefix)} (",
            ",\n".join(ports),
            ");",
            "",
            "    hwsim_engine #(",
            ",\n".join(fixed),
            "    ) engine (",
            "        .step_limit(16'd0), .host(40'd0),",
            f"{wired}        // Counters that nobody reads take no logic.",
            "        /* verilator lint_off PINCONNECTEMPTY */",
            "        .host_data(),",
            left_open,
            "        /* verilator lint_on PINCONNECTEMPTY */",
            "    );",
            "",
            "endmodule",
            "",
            "`default_nettype wire",
            "",
        ]
    )
