"""Verilog that is different for every image: the modules that fix its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from hwsim.config import Parameters
from hwsim.errors import InputError
from hwsim.export.header import engine_file, verilog_parameters
from hwsim.hardware.layout import Rom, roms
from hwsim.hardware.memories import MEMORIES, image_memories

_Port = tuple[str, str, str]  # direction, name, width in the header's macros

_QUERY: Final[tuple[_Port, ...]] = (
    ("input", "clk", ""),
    ("input", "rst", ""),
    ("input", "s_axis_tdata", "[`@_LANES-1:0]"),
    ("input", "s_axis_tvalid", ""),
    ("output", "s_axis_tready", ""),
    ("input", "s_axis_tlast", ""),
    ("input", "s_axis_tid", ""),
)
_RESULT: Final[tuple[_Port, ...]] = (
    ("output", "m_axis_tdata", "[`@_LANES-1:0]"),
    ("output", "m_axis_tvalid", ""),
    ("input", "m_axis_tready", ""),
    ("output", "m_axis_tlast", ""),
    ("output", "m_axis_tid", ""),
)
# Ports that an instance hands on, of the engine
_ENGINE: Final[tuple[_Port, ...]] = (
    *_QUERY,
    ("output", "query_dropped", ""),
    *_RESULT,
    ("output", "result_steps", "[15:0]"),
    ("output", "result_converged", ""),
    ("output", "result_miss", ""),
    ("output", "result_distance", "[$clog2(`@_NEURONS + 1)-1:0]"),
    ("output", "cycles", "[63:0]"),
)
# of outputs other than the patterns
_OUTPUTS: Final[tuple[_Port, ...]] = (
    ("output", "result_label", "[15:0]"),
    ("output", "field_valid", ""),
    ("output", "field", "[63:0]"),
)
# and of the engine behind AXI
_WRAPPER: Final[tuple[_Port, ...]] = (
    *_QUERY,
    *_RESULT,
    ("output", "m_axis_tuser", "[$clog2(`@_NEURONS + 1)+17:0]"),
    ("input", "s_axil_awaddr", "[11:0]"),
    ("input", "s_axil_awprot", "[2:0]"),
    ("input", "s_axil_awvalid", ""),
    ("output", "s_axil_awready", ""),
    ("input", "s_axil_wdata", "[31:0]"),
    ("input", "s_axil_wstrb", "[3:0]"),
    ("input", "s_axil_wvalid", ""),
    ("output", "s_axil_wready", ""),
    ("output", "s_axil_bresp", "[1:0]"),
    ("output", "s_axil_bvalid", ""),
    ("input", "s_axil_bready", ""),
    ("input", "s_axil_araddr", "[11:0]"),
    ("input", "s_axil_arprot", "[2:0]"),
    ("input", "s_axil_arvalid", ""),
    ("output", "s_axil_arready", ""),
    ("output", "s_axil_rdata", "[31:0]"),
    ("output", "s_axil_rresp", "[1:0]"),
    ("output", "s_axil_rvalid", ""),
    ("input", "s_axil_rready", ""),
    ("output", "irq", ""),
)
# Of an engine whose weights are external: AXI4 reads, without what is always the same, the weights'
# address, and what hwsim_weights tells
_WEIGHTS: Final[tuple[_Port, ...]] = (
    ("input", "weight_address", "[31:0]"),
    ("output", "m_axi_araddr", "[31:0]"),
    ("output", "m_axi_arlen", "[7:0]"),
    ("output", "m_axi_arvalid", ""),
    ("input", "m_axi_arready", ""),
    ("input", "m_axi_rdata", "[`@_LANES-1:0]"),
    ("input", "m_axi_rresp", "[1:0]"),
    ("input", "m_axi_rvalid", ""),
    ("output", "m_axi_rready", ""),
    ("output", "weight_waits", "[31:0]"),
    ("output", "weight_error", ""),
)
_NO_OUTPUTS: Final = f"        {' '.join(f'.{name}(),' for _, name, _ in _OUTPUTS)}"
# The counters are left open, and take no logic then.
COUNTERS: Final = (
    *(counter for memory in MEMORIES for counter in memory.counters),
    "groups_skipped",
)
ERRORS: Final = ("corrected_errors", "detected_errors")  # of protected memories


def instance_name(prefix: str) -> str:
    """The module's name."""
    return f"{prefix}_memory"


def wrapper_name(prefix: str) -> str:
    """The name of the module behind AXI."""
    return f"{prefix}_axi_memory"


def host_bits(parameters: Parameters) -> int:
    """Bits of a word by which a host writes the engine's memories."""
    return max(32, parameters.lanes)


def on_chip(parameters: Parameters) -> dict[str, Rom]:
    """The memories that an image fills, but for weights that are external."""
    return {
        name: rom
        for name, rom in roms(parameters).items()
        if not (parameters.external_weights and rom.memory == "weights")
    }


def check_on_chip(parameters: Parameters, what: str) -> None:
    """Raise InputError where an image's weights are external, whose port is the wrapper's alone."""
    if parameters.external_weights:
        raise InputError(
            f"external_weights is {parameters.external_weights}, but {what} is of an engine with "
            "all memories on the chip; export the image without --external-weights, or instantiate "
            "rtl/axi/hwsim_wrapper.v with its header"
        )


def instance(
    parameters: Parameters,
    prefix: str,
    header: str,
    *,
    loadable: bool = False,
    protection: str = "none",
) -> str:
    """The module `PREFIX_memory`: `hwsim_engine` with an image's parameters and files.

    Where its weights are external, `hwsim_weights` is in it, too, with a port to their memory.

    Args:
        parameters: of the image.
        prefix: of the macros in the image's Verilog header.
        header: that file's name.
        loadable: with the ports of a host that writes the memories; patterns and weights, the
            large ones, have no file then.
        protection: of the memories; with one the counts of errors are ports.
    """
    ports = [*_ENGINE, *(_OUTPUTS if parameters.outputs else ())]
    if protection != "none":
        ports += [("output", name, "[63:0]") for name in ERRORS]
    changed: dict[str, str] = {}
    if loadable:
        bits = host_bits(parameters)
        ports += [("input", "host", f"[{bits + 40}:0]"), ("output", "host_data", f"[{bits}:0]")]
        changed |= {"HOST_BITS": str(bits), "PATTERNS_FILE": '""', "WEIGHTS_FILE": '""'}
    outside = ("weight_supply", "weight_demand") if parameters.external_weights else ("1'b0", "")
    unread = COUNTERS if protection != "none" else (*COUNTERS, *ERRORS)
    left_open = ",\n".join(f"        .{name}()" for name in unread)
    more = [
        "        .step_limit(16'd0),",
        *([] if loadable else ["        .host(41'd0),"]),
        f"        .weight_supply({outside[0]}),",
        "        // Counters that nobody reads take no logic.",
        "        /* verilator lint_off PINCONNECTEMPTY */",
        *([] if loadable else ["        .host_data(),"]),
        f"        .weight_demand({outside[1]}),",
        *([] if parameters.outputs else [_NO_OUTPUTS]),
        f"{left_open},",
        "        /* verilator lint_on PINCONNECTEMPTY */",
    ]
    name = instance_name(prefix)
    beside: tuple[tuple[_Port, ...], list[str]] = ((), [])
    if parameters.external_weights:
        beside = _WEIGHTS, _weights(prefix.upper())
    inner = "hwsim_engine"
    return _module(
        parameters, prefix, header, name, inner, ports, more, protection, changed, *beside
    )


def _weights(macro: str) -> list[str]:
    """`hwsim_weights` beside the engine."""
    given = {
        **{name: name for name in ("clk", "rst", "weight_demand", "weight_supply")},
        **{name: name for _, name, _ in _WEIGHTS if name.startswith("m_axi_")},
        "clear": "rst",
        "soft_reset": "1'b0",
        "result_done": "m_axis_tvalid && m_axis_tready && m_axis_tlast",
        "base": "weight_address",
        "waited": "weight_waits",
        "error": "weight_error",
    }
    constant = ("arid", "arsize", "arburst", "arprot")
    return [
        "    wire [34:0] weight_demand;",
        f"    wire [`{macro}_LANES:0] weight_supply;",
        "",
        "    hwsim_weights #(",
        f"        .LANES(`{macro}_LANES), .WORDS(`{macro}_NEURONS * `{macro}_WEIGHT_BITS),",
        f"        .DEPTH(`{macro}_WEIGHT_BUFFER)",
        "    ) weights (",
        "        /* verilator lint_off PINCONNECTEMPTY */",
        f"        {' '.join(f'.m_axi_{name}(),' for name in constant)}",
        "        /* verilator lint_on PINCONNECTEMPTY */",
        ",\n".join(f"        .{name}({value})" for name, value in given.items()),
        "    );",
        "",
    ]


def wrapper_instance(
    parameters: Parameters, prefix: str, header: str, *, protection: str = "none"
) -> str:
    """The module `PREFIX_axi_memory`: `hwsim_wrapper` likewise; errors are counted in registers."""
    more = [
        "        // No external memory.",
        "        .m_axi_arready(1'b0), .m_axi_rid(1'b0), .m_axi_rresp(2'd0), .m_axi_rlast(1'b0),",
        f"        .m_axi_rvalid(1'b0), .m_axi_rdata({parameters.lanes}'d0),",
        "        /* verilator lint_off PINCONNECTEMPTY */",
        "        .m_axi_arid(), .m_axi_araddr(), .m_axi_arlen(), .m_axi_arsize(),",
        "        .m_axi_arburst(), .m_axi_arprot(), .m_axi_arvalid(), .m_axi_rready(),",
        "        /* verilator lint_on PINCONNECTEMPTY */",
    ]
    name = wrapper_name(prefix)
    return _module(parameters, prefix, header, name, "hwsim_wrapper", _WRAPPER, more, protection)


def _module(
    parameters: Parameters,
    prefix: str,
    header: str,
    name: str,
    inner: str,
    ports: Sequence[_Port],
    more: Sequence[str],
    protection: str = "none",
    changed: Mapping[str, str] = MappingProxyType({}),
    outer: Sequence[_Port] = (),
    beside: Sequence[str] = (),
) -> str:
    macro = prefix.upper()
    values = {name: f"`{macro}_{name}" for name in verilog_parameters(parameters)}
    files = [memory.file_parameter for memory in image_memories(parameters)]
    values |= {name: f"`{macro}_{name}" for name in files}
    values |= changed
    if protection != "none":
        values["PROTECTION"] = f"`{macro}_PROTECTION"
    declared = [
        f"    {direction:<6} wire {width.replace('@', macro) + ' ' if width else ''}{name}"
        for direction, name, width in (*ports, *outer)
    ]
    if spare := 64 - 8 * parameters.weight_bits:  # the engine's parameter has room for 8 planes
        values["PLANE_WEIGHTS"] = f"{{{spare}'d0, {values['PLANE_WEIGHTS']}}}"
    fixed = [f"        .{name}({value})" for name, value in values.items()]
    memories = ", ".join(engine_file(name, protection) for name in on_chip(parameters))
    return "\n".join(
        [
            "// SPDX-License-Identifier: Apache-2.0",
            "//",
            f"// {inner} with the parameters of this image, which follow from its integers: no",
            f"// others give its recalls. It reads {memories}.",
            "`default_nettype none",
            f'`include "{header}"',
            "",
            f"module {name} (",
            ",\n".join(declared),
            ");",
            "",
            *beside,
            f"    {inner} #(",
            ",\n".join(fixed),
            f"    ) {inner.removeprefix('hwsim_')} (",
            *more,
            ",\n".join(f"        .{name}({name})" for _, name, _ in ports),
            "    );",
            "",
            "endmodule",
            "",
            "`default_nettype wire",
            "",
        ]
    )
