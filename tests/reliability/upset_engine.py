"""A Verilog engine whose flip-flops can be inverted one by one, in any cycle of a recall.

Yosys flattens it, and unfolds the enables and resets of its flip-flops into multiplexers before
them. A pulse inverts the output of one flip-flop from one clock edge to the next: what is held is
written back inverted, as after an upset of the cell itself. Flip-flops are those that mapping to
gates keeps: what it finds constant, or equal to another, is no cell of its own. Verilator runs, for
each upset, the recall that it hits and three more, then a reset and one more; each answer is
compared with the specification's, counters and cycles included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from hwsim.export.folder import write_image
from hwsim.golden import make_vectors
from hwsim.hardware.image import Image
from hwsim.spins import SpinArray
from tests.mutation.mutants import contents
from tests.reliability.cones import Netlist
from tests.reliability.coverage import gates, longest_recall
from tests.rtl.opinions import (
    COUNTERS,
    FLAGS,
    Question,
    question_of,
    run_in,
    verilated,
    write_flat_testbench,
    yosys_program,
)

# Of a recall. Nothing differs; counters, cycles or steps alone do; state, distance or flags do,
# and the engine says that it missed or did not converge, or gives it to another query; the same,
# and nothing says so; no result, or too much of one, or a query dropped.
OUTCOMES: Final = ("masked", "other counts", "told", "silent", "no answer")
FLOP: Final = re.compile(r"^  cell \$dff (\S+)\n(.*?)^  end$", re.MULTILINE | re.DOTALL)
FIELDS: Final = (*FLAGS, "cycles", *COUNTERS, "errors")  # the last: corrected and detected
FOLLOWING: Final = 3  # recalls after the one that is hit, before the reset

# What takes the place of the plain testbench's procedure, after its engine and its memories. Each
# word of plan.mem is an upset: flip-flop, clock cycles from the first beat, five queries.
PROCEDURE: Final = """
    always #5 clk = !clk;

    integer       file;
    integer       beat, got, since, waited, each;
    reg [127:0]   plan = 128'd0;
    reg           answered, stray, dropped, tid_wrong, state_wrong, accepted, told, missed;
    reg [FIELDS:0] others;  // that differ; the last is the counts of errors

    // Until the result is there, or @LONGEST@ cycles. The flip-flop is inverted in one of them.
    task recall(input [15:0] asked, input hit);
        begin
            {answered, stray, dropped, tid_wrong, state_wrong, told, missed} = 7'd0;
            others = {FIELDS+1{1'b0}};
            beat = 0;
            got = 0;
            since = 0;
            waited = 0;
            query_tid = !query_tid;
            while (!answered && waited < @LONGEST@) begin
                query = queries[asked*WORDS_EACH + (beat < WORDS_EACH ? beat : 0)];
                query_valid = beat < WORDS_EACH;
                query_last = beat == WORDS_EACH - 1;
                @(posedge clk);
                accepted = query_valid && query_ready;
                if (query_dropped) dropped = 1'b1;
                if (result_valid && beat < WORDS_EACH) stray = 1'b1;
                else if (result_valid) begin
                    if (got >= RESULT_WORDS_EACH) stray = 1'b1;
                    else if (result !== states[asked*RESULT_WORDS_EACH+got]) state_wrong = 1'b1;
                    if (result_tid !== query_tid) tid_wrong = 1'b1;
                    got = got + 1;
                    if (result_last) begin
                        answered = 1'b1;
                        if (got != RESULT_WORDS_EACH) stray = 1'b1;
                        told = converged;
                        missed = miss;
                        for (each = 0; each < FIELDS; each = each + 1)
                            others[each] = outcome[64*(FIELDS-1-each) +: 64]
                                !== outcomes[asked][64*(FIELDS-1-each) +: 64];
                        others[FIELDS] = {corrected_errors, detected_errors} != 128'd0;
                    end
                end
                if (plan[112 +: 16] != 0)
                    upset[plan[112 +: 16] - 1] <=
                        hit && (since != 0 || accepted) && since == plan[96 +: 16];
                if (since != 0 || accepted) since = since + 1;
                if (accepted) beat = beat + 1;
                waited = waited + 1;
                @(negedge clk);
            end
            query_valid = 1'b0;
            $write("%h ", {answered, stray, dropped, tid_wrong, state_wrong, told, missed,
                           others});
        end
    endtask

    task reset;
        begin
            rst = 1'b1;
            @(negedge clk);
            rst = 1'b0;
            @(negedge clk);
        end
    endtask

    reg [8*32-1:0] name;
    initial begin
        $readmemh(QUERIES_FILE, queries, 0, WORDS - 1);
        $readmemh(STATES_FILE, states, 0, RESULT_WORDS - 1);
        $readmemh(OUTCOMES_FILE, outcomes, 0, RECALLS - 1);
        if (!$value$plusargs("plan=%s", name)) name = "plan.mem";
        file = $fopen(name, "r");
        @(negedge clk);
        reset;
        recall(16'd0, 1'b0);
        $write("\\n");
        while ($fscanf(file, "%h\\n", plan) == 1) begin
            recall(plan[80 +: 16], 1'b1);
            recall(plan[64 +: 16], 1'b0);
            if (answered) begin  // else it hangs, and would for as long each time
                recall(plan[48 +: 16], 1'b0);
                recall(plan[32 +: 16], 1'b0);
            end
            reset;
            recall(plan[16 +: 16], 1'b0);
            $write("\\n");
        end
        $finish;
    end

endmodule
"""


@dataclass(frozen=True)
class Recall:
    """What the engine answered to a query, beside the specification's answer.

    Attributes:
        answered: a result came, in time.
        stray: it had another number of beats, or came before the query.
        dropped: `query_dropped`, at any time.
        tid: is another's.
        state: differs.
        converged, miss: as the engine says.
        others: names that differ, of flags, `cycles` and counters.
    """

    answered: bool
    stray: bool
    dropped: bool
    tid: bool
    state: bool
    converged: bool
    miss: bool
    others: frozenset[str]

    @classmethod
    def parse(cls, number: int) -> Recall:
        """As the testbench writes one."""
        differ = frozenset(name for bit, name in enumerate(FIELDS) if number >> bit & 1)
        names = ("miss", "converged", "state", "tid", "dropped", "stray", "answered")
        flags = {name: bool(number >> bit & 1) for bit, name in enumerate(names, len(FIELDS))}
        return cls(**flags, others=differ)

    @cached_property
    def outcome(self) -> str:
        """One of OUTCOMES."""
        if not self.answered or self.stray or self.dropped:
            return "no answer"
        if self.tid or self.state or self.others & {"converged", "miss", "distance"}:
            return "silent" if self.converged and not self.miss and not self.tid else "told"
        return "other counts" if self.others else "masked"

    @property
    def right(self) -> bool:
        """State, distance and flags are, and only what was asked for came."""
        return self.outcome in ("masked", "other counts")


@dataclass(frozen=True)
class Upset:
    """What is to happen to which recall.

    Attributes:
        flop: which is inverted; None is none.
        moment: clock edges after the one that accepts the first beat, from 0.
        queries: of the recall that is hit, of the following ones, and of the one after a reset.
    """

    flop: str | None
    moment: int
    queries: Sequence[int]


@dataclass(frozen=True)
class Told:
    """What happened.

    Attributes:
        hit: the recall in which the upset is.
        following: those after it; one alone where that got no answer.
        reset: the recall after the reset.
    """

    hit: Recall
    following: Sequence[Recall]
    reset: Recall

    @property
    def later(self) -> bool:
        """A following recall is wrong."""
        return not all(recall.right for recall in self.following)

    @property
    def stays(self) -> bool:
        """The last of them is."""
        return not self.following[-1].right


class Engine:
    """An image's netlist in Verilator, whose flip-flops can be inverted one by one.

    Args:
        image: small, one engine, one query in flight.
        queries: (count, N) int8 of ±1, what is asked.
        folder: empty.
        protection: of the memories.
        optimised: as `verilated` takes it.

    Attributes:
        flops: names of all flip-flops, `register` or `register [bit]`.
        cycles: (count,) int64, of each recall without upset.
        sound: recalls that converge and do not miss, without upset.
        longest: cycles after which a recall hangs.
    """

    def __init__(
        self,
        image: Image,
        queries: SpinArray,
        folder: Path,
        protection: str = "none",
        optimised: str = "-O1",
    ) -> None:
        self.folder = folder
        write_image(folder / "image", image, protection=protection)
        make_vectors(folder / "image", queries, folder / "vectors")
        asked = question_of(folder / "image", folder / "vectors", folder)
        for source in folder.glob(f"*.{protection}"):  # netlists know the second name
            source.rename(source.with_suffix(".mem"))
        recalls = json.loads((folder / "vectors" / "vectors.json").read_text())["recalls"]
        self.cycles = np.array([recall["cycles"] for recall in recalls])
        self.sound = sum(recall["converged"] and not recall["miss"] for recall in recalls)
        self.longest = longest_recall(image.parameters)
        gates(folder, asked)
        mapped = Netlist(folder / "gates.il")
        self.flops = sorted(
            bit.lstrip("\\")
            for cell, kind in mapped.kinds.items()
            if "DFF" in kind
            for bit in mapped.outputs[cell]
        )
        names = write_upsets(folder)
        self._places = {name.lstrip("\\"): place for place, name in enumerate(names, 1)}
        self._run = _compiled(folder, asked, len(names), self.longest, optimised)

    def draw(self, flops: Sequence[str], moments: int, seed: int) -> list[Upset]:
        """Upsets of each of these flip-flops, in cycles of a recall of any query."""
        rng = np.random.default_rng([seed, 6])
        plan = []
        for flop in flops:
            for _ in range(moments):
                queries = rng.integers(0, len(self.cycles), FOLLOWING + 2).tolist()
                # the last edge but one accepts the last beat but one
                moment = int(rng.integers(0, self.cycles[queries[0]] - 1))
                plan.append(Upset(flop, moment, queries))
        return plan

    def answers(self, plan: Sequence[Upset]) -> list[Told]:
        """What they do, in order."""
        size = max(-(-len(plan) // 2), 1)
        parts = [plan[first : first + size] for first in range(0, len(plan), size)]
        with ThreadPoolExecutor(2) as pool:
            return [told for part in pool.map(self._part, range(2), parts) for told in part]

    def _part(self, number: int, plan: Sequence[Upset]) -> list[Told]:
        (self.folder / f"plan{number}.mem").write_text("".join(map(self._word, plan)))
        first, *lines = self._run(f"+plan=plan{number}.mem").splitlines()
        (begun,) = _recalls(first)
        assert begun.outcome == "masked", "a recall is wrong without an upset"
        told = []
        for line in lines:
            hit, *following, reset = _recalls(line)
            told.append(Told(hit, following, reset))
        assert len(told) == len(plan)
        return told

    def _word(self, upset: Upset) -> str:
        place = 0 if upset.flop is None else self._places[upset.flop]
        numbers = (place, upset.moment, *upset.queries, 0)
        return "".join(f"{number:04x}" for number in numbers) + "\n"


def _recalls(line: str) -> list[Recall]:
    return [Recall.parse(int(number, 16)) for number in line.split()]


def write_upsets(folder: Path) -> list[str]:
    """Of `flat.il` `netlist.v`, with an input `upset` of a bit for each flip-flop; their names.

    A bit at 1 inverts the output of its flip-flop.
    """
    (folder / "flops.ys").write_text(
        "read_rtlil flat.il\ndffunmap\nopt_clean\nrename -top hwsim_engine\nwrite_rtlil flops.il\n"
    )
    yosys = [*yosys_program("newest")[0], "-q", "-s"]
    run_in([*yosys, "flops.ys"], folder)
    netlist = Netlist(folder / "flops.il")
    kinds = {kind for kind in netlist.kinds.values() if "ff" in kind or "latch" in kind}
    assert kinds == {"$dff"}, kinds
    text = (folder / "flops.il").read_text()
    names: list[str] = []
    wires: list[str] = []
    cells: list[str] = []

    def held(found: re.Match[str]) -> str:
        bits = netlist.outputs[found[1]]
        output = re.search(r"^    connect \\Q (.*)$", found[2], re.MULTILINE)
        assert output is not None
        first, number = len(names), len(cells)
        names.extend(bits)
        wires.append(f"  wire width {len(bits)} \\held${number}\n")
        sizes = "".join(f"    parameter \\{each}_WIDTH {len(bits)}\n" for each in "ABY")
        cells.append(
            f"  cell $xor $upset${number}\n    parameter \\A_SIGNED 0\n"
            f"    parameter \\B_SIGNED 0\n{sizes}    connect \\A \\held${number}\n"
            f"    connect \\B \\upset [{first + len(bits) - 1}:{first}]\n"
            f"    connect \\Y {output[1]}\n  end\n"
        )
        return found[0].replace(output[0], f"    connect \\Q \\held${number}")

    text = FLOP.sub(held, text)
    # the port after the last one
    port = 1 + max(map(int, re.findall(r"^  wire .*?put (\d+) ", text, re.MULTILINE)))
    wires.append(f"  wire width {len(names)} input {port} \\upset\n")
    head, module, tail = text.partition("module \\hwsim_engine\n")
    tail, end, rest = tail.rpartition("\nend\n")
    (folder / "upsets.il").write_text(
        "".join([head, module, *wires, tail, "\n", *cells, "end\n", rest])
    )
    (folder / "upsets.ys").write_text("read_rtlil upsets.il\nwrite_verilog -noattr netlist.v\n")
    run_in([*yosys, "upsets.ys"], folder)
    written = (folder / "netlist.v").read_text()
    head, end, tail = written.rpartition("endmodule")
    (folder / "netlist.v").write_text(f"{head}{contents(written)}{end}{tail}")
    return names


def _compiled(
    folder: Path, asked: Question, count: int, longest: int, optimised: str
) -> Callable[..., str]:
    """What runs a plan."""
    write_flat_testbench(folder)
    bench = (folder / "tb_netlist.v").read_text()
    before, clock, _ = bench.partition("    always #5 clk = !clk;\n")
    head, port, tail = before.partition("    hwsim_engine engine (")
    assert clock
    assert port
    upset = f"    localparam FLOPS = {count};\n    reg [FLOPS-1:0] upset = {{FLOPS{{1'b0}}}};\n"
    procedure = PROCEDURE.replace("@LONGEST@", str(longest))
    (folder / "tb_netlist.v").write_text(f"{head}{upset}{port}.upset(upset), {tail}{procedure}")
    options = ["--x-initial", "0", *(f"-G{option}" for option in asked.of_testbench)]
    return verilated(folder, options, ["tb_netlist.v", "netlist.v"], optimised=optimised)
