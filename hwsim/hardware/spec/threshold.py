"""THRESHOLD: the next bit of a neuron from its sum."""

from __future__ import annotations

from hwsim.hardware.spec.machine import Machine, Step


def threshold(machine: Machine, step: Step, i: int, total: int) -> int:
    """Replace bit i of the state by the sign of its field; 1 if it became another bit."""
    p = machine.parameters
    value = total * 2**p.offset_frac_bits
    if p.offset_bits:
        value += machine.offsets.read(i) * step.kernel_sum
        machine.tally["offset_multiplications"] += 1
    step.fields.append(value)
    machine.tally["thresholds"] += 1
    word, lane = divmod(i, p.lanes)
    if lane == 0:
        machine.state.read(word)  # the engine holds the old word while it builds the new one
    old = (machine.state.words[word] >> lane) & 1
    new = old if value == 0 else int(value > 0)
    machine.state.words[word] ^= (new ^ old) << lane
    if lane == p.lanes - 1 or i == p.neurons - 1:
        machine.state.write(word, machine.state.words[word])
    return new ^ old
