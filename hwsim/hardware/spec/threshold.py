"""THRESHOLD: the next bit of a neuron from its sum.

    f[i] = (2 * U[i] - sum(C) * S) * 2**F + z[i] * S

Outputs of their own have no old bit: a field of 0 gives 0. Their signs take the place of the
query's bits, and the lowest output with the largest score, its field times its scale, is the label.

Registers are as wide as the largest numbers that they hold, so they never overflow; what is larger
after a fault keeps its low bits, as in the engine.
"""

from __future__ import annotations

from hwsim.hardware.packing import signed
from hwsim.hardware.spec.machine import Slot, Step


def threshold(slot: Slot, step: Step, i: int, counted: int) -> int:
    """Replace bit i of the state by the sign of its field; 1 if it became another bit.

    Args:
        slot, step: whose.
        i: neuron, each in turn.
        counted: U, what its accumulators have counted.
    """
    p = slot.parameters
    bias = sum(p.C) * step.kernel_sum % 2**p.sum_bits
    total = signed(2 * (counted % 2**p.sum_bits) - bias, p.sum_bits + 1)
    value = total * 2**p.offset_frac_bits
    if p.offset_bits:
        value += slot.offsets.read(i) * step.kernel_sum
        slot.tally["offset_multiplications"] += 1
    value = signed(slot.registers.latch("field", value), p.field_bits)
    step.sums.append(total)
    step.fields.append(value)
    slot.tally["thresholds"] += 1
    if p.outputs:
        _judge(slot, step, i, value)
    word, lane = divmod(i, p.lanes)
    held = slot.held
    if lane == 0:  # old bits, where there are any, leave at the bottom, new ones come in at the top
        held = 0 if p.outputs else slot.state.read(word)
    old = held & 1
    new = old if value == 0 else int(value > 0)
    slot.held = slot.registers.latch("threshold_word", held >> 1 | new << (p.lanes - 1))
    if i == p.fields - 1:
        slot.write_state(word, slot.held >> (p.lanes - 1 - lane))
    elif lane == p.lanes - 1:
        slot.write_state(word, slot.held)
    return new ^ old


def _judge(slot: Slot, step: Step, i: int, value: int) -> None:
    """Hold the score of output i against the best of those before it."""
    score = value
    if slot.parameters.scale_bits:
        score *= slot.scales.read(i)
    step.scores.append(score)
    if score > step.scores[step.label]:
        step.label = i
