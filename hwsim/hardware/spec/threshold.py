"""THRESHOLD: the next bit of a neuron from its sum."""

from __future__ import annotations

from hwsim.hardware.spec.machine import Slot, Step


def threshold(slot: Slot, step: Step, i: int, total: int) -> int:
    """Replace bit i of the state by the sign of its field; 1 if it became another bit."""
    p = slot.parameters
    value = total * 2**p.offset_frac_bits
    if p.offset_bits:
        value += slot.offsets.read(i) * step.kernel_sum
        slot.tally["offset_multiplications"] += 1
    step.sums.append(total)
    step.fields.append(value)
    slot.tally["thresholds"] += 1
    word, lane = divmod(i, p.lanes)
    if lane == 0:
        slot.state.read(word)  # the engine holds the old word while it builds the new one
    old = (slot.state.words[word] >> lane) & 1
    new = old if value == 0 else int(value > 0)
    slot.state.words[word] ^= (new ^ old) << lane
    if lane == p.lanes - 1 or i == p.neurons - 1:
        slot.write_state(word, slot.state.words[word])
    return new ^ old
