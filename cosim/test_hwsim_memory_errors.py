"""hwsim_wrapper whose memories have check bits and wrong words: what its registers say of them.

Environment: HWSIM_VECTORS, the folder of golden vectors of the model with the same wrong words;
HWSIM_ERRORS, a JSON list: of each recall, reads that were corrected, and those told of.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cocotb
from axi_host import Host, Vectors
from bench import end_with_parent, seeded


@cocotb.test()
async def counted_and_told(dut: Any) -> None:
    """The counts of each recall, and an interrupt where its result is not to be trusted."""
    end_with_parent()
    errors = json.loads(Path(os.environ["HWSIM_ERRORS"]).read_text())
    h = Host(dut, Vectors(Path(os.environ["HWSIM_VECTORS"])), seeded(dut))
    await h.start()
    assert (await h.fields("features"))["protection"] == int(dut.PROTECTION.value)
    await h.write("interrupt_enable", memory_error=1)
    for index, (corrected, detected) in enumerate(errors):
        h.ask(index)
        await h.expect(index)
        assert dut.irq.value == (detected != 0), f"query {index}: interrupt"
        assert await h.causes() == {"done", *(["memory_error"] if detected else [])}
        await h.compare_registers(index)
        assert await h.read("corrected_errors") == corrected, f"query {index}"
        assert await h.read("detected_errors") == detected, f"query {index}"
    await h.write("control", soft_reset=1)
    assert await h.read("corrected_errors") == await h.read("detected_errors") == 0
