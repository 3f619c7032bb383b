"""What stands in the templates for each name between two @."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hwsim.config import Parameters
from hwsim.export.formats.checked import checked_shape
from hwsim.export.header import FILE as HEADER
from hwsim.export.header import engine_file
from hwsim.hardware.layout import MemoryShape, roms
from hwsim.kit.answers import CHECK_BITS, QUERIES
from hwsim.kit.instance import COUNTERS, ERRORS, instance_name, wrapper_name
from hwsim.quantities import counted

_VERSION: Final = "1.0.0"  # of the core, for FuseSoC: an image has none of its own
_CYCLES: Final = 0x100  # that register's address; counters and errors follow
_CLOCK: Final = ("clk", "rst")
_QUERY: Final = ("query", "query_valid", "query_ready", "query_last", "query_dropped")
_RESULT: Final = (
    "state", "state_valid", "state_last", "steps", "converged", "miss", "distance", "cycles",
)  # fmt: skip


def check_file(file: str) -> str:
    """The file with the checks of the words of a `.mem` file."""
    return f"{_stem(file)}_check.mem"


def words(
    parameters: Parameters,
    prefix: str,
    *,
    rtl: Sequence[str],
    axi: Sequence[str],
    header: str,
    answers: Mapping[str, MemoryShape],
    cycles: Sequence[int],
    protection: str = "none",
) -> dict[str, str]:
    """What follows from an image and from the files of its kit.

    Args:
        parameters: of the image.
        prefix: begins every name.
        rtl: files of the engine.
        axi: files of what puts it behind AXI.
        header: the Verilog header's text.
        answers: files of queries and answers, their words.
        cycles: of each batch that the testbench runs.
        protection: of the memories.
    """
    module, errors = instance_name(prefix), ERRORS if protection != "none" else ()
    memories = {
        engine_file(name, protection): checked_shape(protection, rom.shape)
        for name, rom in roms(parameters).items()
    }
    checked = dict(memories)
    checked[QUERIES] = answers[QUERIES]  # a wrong one may have the same answer
    sizes = {check_file(name): MemoryShape(CHECK_BITS, s.depth) for name, s in checked.items()}
    sizes = {**checked, **sizes, **answers}
    return {
        "prefix": prefix,
        "PREFIX": prefix.upper(),
        "header": HEADER,
        "instance": module,
        "version": _VERSION,
        "description": f"Kernel associative memory: {counted(parameters.patterns, 'pattern')} of "
        f"{counted(parameters.neurons, 'neuron')}, {counted(parameters.weight_bits, 'bit')} a "
        f"weight, {parameters.lanes} lanes",
        "batches": str(len(cycles)),
        "most_cycles": str(2 * sum(cycles) + 10_000),
        "word_checks": "\n".join(_word_check(prefix, name, s) for name, s in checked.items()),
        "word_counts": "\n".join(_word_count(prefix, name, s) for name, s in sizes.items()),
        "macro_checks": "\n".join(
            _macro_check(*line.split()[1:])
            for line in header.splitlines()
            if line.startswith("`define ") and line.count(" ") == 2
        ),
        "words_wrong": "\n            + ".join(
            [
                *(f"{_stem(name)}_words.wrong" for name in checked),
                *(f"{_stem(name)}_count.wrong" for name in sizes),
            ]
        ),
        "rtl_files": _listed([*rtl, f"{module}.v"]),
        "axi_files": _listed([*axi, f"{wrapper_name(prefix)}.v"]),
        **axi_ports(parameters, f"{prefix}_axi_ports", wrapper_name(prefix), ["cycles", *errors]),
        "error_wires": "".join(f"    wire [63:0]              {name};\n" for name in errors),
        "error_ports": "".join(f", .{name}({name})" for name in errors),
        "error_check": "".join(map(_error_check, errors)),
        "protected": _protected(protection),
        "memory_files": _copied(memories),
        "answer_files": _copied([*answers, *map(check_file, checked)]),
        "memory_rows": "\n".join(
            f"| `{name}` | {shape.depth:,} words of {shape.width} bits |"
            for name, shape in memories.items()
        ),
        "usage": _usage(module, errors),
        "in_flight": _in_flight(parameters),
        "wave_clock": _waves(prefix, _CLOCK),
        "wave_query": _waves(prefix, _QUERY),
        "wave_result": _waves(prefix, _RESULT),
    }


def axi_ports(
    parameters: Parameters, module: str, wrapper: str, counters: Sequence[str]
) -> dict[str, str]:
    """What stands in axi_ports.v.

    Args:
        parameters: of the image.
        module: the name that it gets.
        wrapper: the module behind AXI.
        counters: those that are read, in the order of their registers.
    """
    return {
        "module": module,
        "wrapper": wrapper,
        "words": str(parameters.words),
        "lanes": str(parameters.lanes),
        "queries_in_flight": str(parameters.queries_in_flight),
        "distance_bits": str(parameters.neurons.bit_length()),
        "pieces": str(2 * len(counters)),
        "counters": ", ".join(counters),
        "counters_back": ", ".join(reversed(counters)),
        "first": _first_register(counters),
    }


def _first_register(counters: Sequence[str]) -> str:
    """Of the first counter; a piece that comes after registers which are not read begins later."""
    registers = ("cycles", *COUNTERS, *ERRORS)
    places = [registers.index(name) - index for index, name in enumerate(counters)]
    address = f"12'h{_CYCLES + 8 * places[0]:x}"
    for index in range(1, len(counters)):
        if places[index] != places[index - 1]:
            later = f"12'h{_CYCLES + 8 * places[index]:x}"
            address = f"(piece < 6'd{2 * index}) ? {address} : {later}"
    return address


def _stem(file: str) -> str:
    """Its name, for an instance and for the file of its checks."""
    return file.removesuffix(".mem").replace(".", "_")


def _word_check(prefix: str, file: str, shape: MemoryShape) -> str:
    return (
        f"    {prefix}_word_check #(.WIDTH({shape.width}), .DEPTH({shape.depth}),\n"
        f'        .FILE("{file}"), .CHECKS_FILE("{check_file(file)}")) {_stem(file)}_words ();'
    )


def _word_count(prefix: str, file: str, shape: MemoryShape) -> str:
    return (
        f"    {prefix}_word_count #(.WIDTH({shape.width}), .DEPTH({shape.depth}),\n"
        f'        .FILE("{file}")) {_stem(file)}_count ();'
    )


def _macro_check(name: str, value: str) -> str:
    """A macro held against its value."""
    shown = value.replace('"', '\\"')
    return (
        f"        if (`{name} !== {value}) begin\n"
        f"            macros_wrong = macros_wrong + 1;\n"
        f'            $display("{HEADER}: {name} is not {shown}, which was exported");\n'
        f"        end"
    )


def _listed(names: Iterable[str]) -> str:
    return "\n".join(f"      - {name}" for name in names)


def _copied(names: Iterable[str]) -> str:
    """Files of a FuseSoC file set that must lie where the simulator runs."""
    return "\n".join(f"      - {name}: {{copyto: {name}}}" for name in names)


def _waves(prefix: str, signals: tuple[str, ...]) -> str:
    return "\n".join(f"{prefix}_testbench.{signal}" for signal in signals)


def _error_check(name: str) -> str:
    """A count that is 0 where every word was right, at the end of a batch."""
    return (
        f"                if ({name} !== 64'd0) begin\n"
        f"                    wrong = wrong + 1;\n"
        f'                    $display("recall %0d: {name} is %0d, expected 0", recall, {name});\n'
        f"                end\n"
    )


def _protected(protection: str) -> str:
    if protection == "none":
        return ""
    done = {"parity": "told", "secded": "corrected, or told where it is of two"}[protection]
    return (
        f" Every memory has check bits: a wrong bit of a word is {done}. `corrected_errors` and "
        "`detected_errors` count such reads of a recall, with its last beat; behind AXI they are "
        "registers, and the interrupt `memory_error`."
    )


def _in_flight(parameters: Parameters) -> str:
    if parameters.queries_in_flight == 1:
        return ""
    return (
        f" Offer {parameters.queries_in_flight} queries one directly after the other: they are "
        "recalled together; `m_axis_tid` of a result is the `s_axis_tid` of its query, and "
        "`cycles` is of all of them."
    )


def _usage(module: str, errors: Sequence[str]) -> str:
    ports = [
        ".clk(clk), .rst(rst)",
        ".s_axis_tdata(query), .s_axis_tvalid(query_valid), .s_axis_tready(query_ready)",
        ".s_axis_tlast(query_last), .s_axis_tid(1'b0), .query_dropped(query_dropped)",
        ".m_axis_tdata(state), .m_axis_tvalid(state_valid), .m_axis_tready(state_ready)",
        ".m_axis_tlast(state_last), .m_axis_tid()",
        ".result_steps(steps), .result_converged(converged), .result_miss(miss)",
        ".result_distance(distance), .cycles()",
    ]
    if errors:
        ports.append(", ".join(f".{name}({name})" for name in errors))
    return f"{module} memory (\n    " + ",\n    ".join(ports) + "\n);"
