"""What the check bits of an image's engine cost, as a section of its report."""

from __future__ import annotations

from typing import Any

from hwsim.reliability.price import Price, Protected
from hwsim.report.document import Cell, Section, Table, Text
from hwsim.report.numbers import bits, energy


def protection_sections(protected: Protected | None) -> list[Section]:
    """A table of the memories, none without check bits."""
    if protected is None:
        return []
    words = (
        f"{protection_words(protected)}. All other numbers here are of the engine without them. "
        "Accesses are priced log-log in a memory's capacity; checks as the XORs of check bits, 4/9 "
        "of a full adder each; the logic that corrects switches only after an error."
    )
    headers = ("memory", "bits", "check bits", "accesses without", "accesses with", "checks")
    rows = [_row(without, with_checks) for without, with_checks in protected.memories]
    table = Table("Each memory, a recall", headers, tuple(rows), name="protection")
    return [Section("Check bits", (Text.of(words), table), "protection")]


def protection_words(protected: Protected) -> str:
    """What the check bits add, in a sentence without its end."""
    name = {"secded": "SECDED"}.get(protected.protection, protected.protection)
    (plain_bits, all_bits), (plain_pj, all_pj) = protected.bits, protected.energy_pj
    return (
        f"check bits ({name}) in all memories add {all_bits - plain_bits:,} bits to "
        f"{plain_bits:,}, {all_pj - plain_pj:,.1f} pJ to the {plain_pj:,.1f} pJ of a recall's "
        "accesses, and no cycle"
    )


def protection_json(protected: Protected | None) -> dict[str, Any]:
    """The same as numbers; empty without any."""
    return {} if protected is None else {"protection": protected.to_dict()}


def _row(without: Price, with_checks: Price) -> tuple[Cell, ...]:
    return (
        without.title,
        bits(without.bits),
        bits(with_checks.bits - without.bits),
        energy(without.memory_pj),
        energy(with_checks.memory_pj),
        energy(with_checks.check_pj),
    )
