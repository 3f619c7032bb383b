"""Energy tables: data files in which every number carries unit, width, process, source and basis.

A table is TOML: see `data/horowitz_45nm.toml`. A user's own may say `base = "horowitz_45nm"`, or
`[scaling] from = …, process_nm = …, voltage_v = …` for a base at another node, and give only what
differs from that: what it gives stands on top, unscaled. What is not known is refused, not ignored.

The name of an operation says the width its energy is of. A figure of an adder or a gate of another
width is brought to that one in proportion, bit for bit; a multiplier's would grow with its square,
and is refused.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any, Final

from hwsim.cost.plausible import (
    AREA_UM2_PER_BIT,
    CAPACITY_BYTES,
    ENERGY_PJ_PER_BIT,
    LEAKAGE_PW_PER_BIT,
    PROCESS_NM,
    VOLTAGE_V,
    plausible,
)
from hwsim.cost.table_file import (
    DramFigure,
    Exact,
    Figure,
    LeakageFigure,
    MacroFigure,
    MacroRow,
    Scaling,
    SramFigure,
    Table,
)
from hwsim.cost.technology import (
    COMMON_MACROS,
    OTHER_ENTRIES,
    REQUIRED_ENTRIES,
    Entry,
    Leakage,
    Macro,
    Technology,
    operation_bits,
)
from hwsim.errors import InputError
from hwsim.files.reading import LARGEST_TOML, read_bytes
from hwsim.printable import told
from hwsim.schema import read
from hwsim.suggest import check_choice, did_you_mean
from hwsim.toml import parse_toml

DEFAULT_TABLE: Final = "horowitz_45nm"
# No exponent: Fraction would take 1e99999999 for a number of as many digits.
_RATIO: Final = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20}|/0*[1-9][0-9]{0,19})?")
UNITS_IN_PW: Final = {"pW": 1, "nW": 10**3, "uW": 10**6, "mW": 10**9}
UNITS_IN_PJ: Final = {"fJ": Fraction(1, 1000), "pJ": Fraction(1), "nJ": Fraction(1000)}


def load_technology(choice: str | Path = DEFAULT_TABLE) -> Technology:
    """Read a table: the name of one that comes with hwsim, or a TOML file.

    Raises:
        InputError: no such table, not TOML, or an entry lacks or mistakes something.
    """
    if isinstance(choice, str) and choice in bundled_tables():
        content = resources.files("hwsim.cost").joinpath(f"data/{choice}.toml").read_bytes()
        return replace(_parse(content, f"table {choice}"), own=())
    if choice == "":
        raise InputError(
            "the energy table has an empty name; give a TOML file or one of "
            f"{', '.join(bundled_tables())}"
        )
    path = Path(choice)
    try:
        content = read_bytes(path, LARGEST_TOML)
    except OSError as error:
        raise InputError(
            f"cannot read energy table {path}: {error.strerror}; give a TOML file or one of "
            f"{', '.join(bundled_tables())}{did_you_mean(choice, bundled_tables())}"
        ) from error
    return _parse(content, str(path))


def bundled_tables() -> tuple[str, ...]:
    """Names of the tables that come with hwsim."""
    return (DEFAULT_TABLE,)


def published_chips() -> list[dict[str, Any]]:
    """Measured binary hardware from the literature, for a sanity check only."""
    file = resources.files("hwsim.cost").joinpath("data/published_chips.toml")
    chips: list[dict[str, Any]] = parse_toml(file.read_bytes(), "published_chips.toml")["chip"]
    return chips


# READING IT ------------------------------------------------------------------------------------


def _parse(content: bytes, where: str) -> Technology:
    raw = parse_toml(content, where, exact=True)
    try:
        table = read(Table, raw, mapping="a table")
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    base = _base(table, where)
    sources = {**(base.sources if base else {}), **table.sources}
    entries = dict(base.entries) if base else {}
    _check_names(table, entries, where)
    for name, figure in table.entries.items():
        entries[name] = _operation(name, figure, sources, f"{where}: entries.{name}")
    for name, figure in table.entries.items():
        entries[name] = _with_exact_ratio(figure, entries, f"{where}: entries.{name}", name)
    _follow(entries, table)
    if missing := [name for name in REQUIRED_ENTRIES if name not in entries]:
        raise InputError(f"{where}: entries.{missing[0]} is missing; give it or a base table")
    if table.sram is not None or base is None:
        sram = _sram(table.sram or [], sources, where)
    else:
        sram = base.sram
    if table.dram is not None:
        dram, low, high = _dram(table.dram, sources, where)
    elif base is not None:
        dram, low, high = base.dram, base.dram_low, base.dram_high
    else:
        raise InputError(f"{where}: dram is missing; give it or a base table")
    name = table.name or (base.name if base else "")
    if not name:
        raise InputError(f"{where}: name is missing; name the table")
    process, voltage = _node(table, f"{where}: ", base)
    macros = COMMON_MACROS if table.macro is None else _macros(table.macro, raw, sources, where)
    title = table.title or table.name or (base.title if base else name)
    leakage = None if table.leakage is None else _leakage(table.leakage, sources, where)
    kinds = ("sram", "dram", "leakage", "macro")
    own = (*table.entries, *(kind for kind in kinds if getattr(table, kind) is not None))
    return Technology(
        name, title, process, voltage, sources, entries, sram, dram, low, high, macros, own, leakage
    )


def _base(table: Table, where: str) -> Technology | None:
    """What a table's own figures stand on top of."""
    if table.scaling is None:
        return None if table.base is None else _load_base(table.base, where)
    for key in ("base", "process_nm", "voltage_v"):
        if getattr(table, key) is not None:
            raise InputError(f"{where}: {key} stands beside [scaling], which says it; leave it out")
    node = _node(table.scaling, f"{where}: scaling.")
    return _load_base(table.scaling.base, where).scaled(*node)


def _check_names(table: Table, base: Mapping[str, Entry], where: str) -> None:
    """Operations that nothing uses are misspelled, but for those that others are shares of."""
    known = {*REQUIRED_ENTRIES, *OTHER_ENTRIES, *base}
    used = {figure.derived_from for figure in table.entries.values()}
    for name in table.entries:
        if name not in known and name not in used:
            raise InputError(
                f"{where}: entries.{name} is unknown; the operations are "
                f"{', '.join(sorted(known))}{did_you_mean(name, known)}"
            )


def _load_base(name: str, where: str) -> Technology:
    check_choice(f"{where}: base table", name, bundled_tables())
    return load_technology(name)


def _number(value: Exact, where: str) -> Fraction:
    if isinstance(value, Decimal) and not value.is_finite():
        raise InputError(f"{where} is {value}; it must be finite")
    if value < 0:
        raise InputError(f"{where} is {value}; it must not be negative")
    return Fraction(value)


def _physical(value: Exact, where: str, bounds: tuple[float, float], unit: str) -> Fraction:
    number = _number(value, where)
    plausible(where, number, bounds, unit)
    return number


def _node(
    given: Figure | LeakageFigure | Scaling | Table, where: str, base: Technology | None = None
) -> tuple[Fraction, Fraction]:
    """process_nm and voltage_v; what a table leaves out is its base's."""

    def one(key: str, bounds: tuple[float, float], unit: str) -> Fraction:
        value: Exact | None = getattr(given, key)
        if value is not None:
            return _physical(value, f"{where}{key}", bounds, unit)
        if base is None:
            raise InputError(f"{where}{key} is missing; give a number of {unit}")
        inherited: Fraction = getattr(base, key)
        return inherited

    return one("process_nm", PROCESS_NM, "nm"), one("voltage_v", VOLTAGE_V, "V")


def _energy(value: Exact, unit: str, bits: int, where: str) -> Fraction:
    """pJ; 0 is possible, for what is to cost nothing."""
    energy = _number(value, where)
    if energy:
        low, high = (bits * bound / float(UNITS_IN_PJ[unit]) for bound in ENERGY_PJ_PER_BIT)
        plausible(where, energy, (low, high), f"{unit} for {bits} bits")
    return energy * UNITS_IN_PJ[unit]


def _entry(name: str, figure: Figure, sources: Mapping[str, str], where: str) -> Entry:
    """One figure as an entry: its source cited, its derivation given, its size plausible."""
    _check_origin(figure, sources, where)
    process, voltage = _node(figure, f"{where}.")
    return Entry(
        name=name,
        energy_pj=_energy(figure.value, figure.unit, figure.access_bits, f"{where}.value"),
        access_bits=figure.access_bits,
        process_nm=process,
        voltage_v=voltage,
        source=figure.source,
        basis=figure.basis,
        derivation=figure.derivation,
    )


def _check_origin(figure: Figure | LeakageFigure, sources: Mapping[str, str], where: str) -> None:
    if figure.source not in sources:
        raise InputError(
            f"{where}.source is {told(figure.source)}; it must be a key of sources, with a citation"
        )
    if figure.basis == "derived" and not figure.derivation:
        raise InputError(f"{where} is derived but has no derivation; say how")


def _leakage(figure: LeakageFigure, sources: Mapping[str, str], where: str) -> Leakage:
    place = f"{where}: leakage"
    _check_origin(figure, sources, place)
    unit = UNITS_IN_PW[figure.unit]
    low, high = (figure.memory_bits * bound / unit for bound in LEAKAGE_PW_PER_BIT)
    text = f"{figure.unit} for {figure.memory_bits} bits"
    value = _physical(figure.value, f"{place}.value", (low, high), text)
    process, voltage = _node(figure, f"{place}.")
    return Leakage(
        value * unit / figure.memory_bits,
        process,
        voltage,
        figure.source,
        figure.basis,
        figure.derivation,
    )


def _operation(name: str, figure: Figure, sources: Mapping[str, str], where: str) -> Entry:
    """An entry of the width that its name means."""
    entry, bits = _entry(name, figure, sources, where), operation_bits(name)
    if entry.access_bits == bits:
        return entry
    if "multipl" in name and name != "multiplexer":
        raise InputError(
            f"{where}.access_bits is {entry.access_bits}; it must be {bits}: a multiplier of "
            "another width takes another share of every bit"
        )
    how = f"given for {entry.access_bits} bits"
    return replace(
        entry,
        energy_pj=entry.per_bit * bits,
        access_bits=bits,
        derivation="; ".join(filter(None, (entry.derivation, how))),
    )


def _with_exact_ratio(figure: Figure, entries: Mapping[str, Entry], where: str, name: str) -> Entry:
    """An entry said to be another's times a ratio, made exactly that; a wrong value is refused."""
    entry = entries[name]
    if not figure.derived_from:
        return entry
    base = entries.get(figure.derived_from)
    if base is None:
        raise InputError(
            f"{where}.derived_from is {told(figure.derived_from)}; it must be one of the entries, "
            f"{', '.join(entries)}"
        )
    if not _RATIO.fullmatch(str(figure.ratio)):
        raise InputError(
            f"{where}.ratio is {told(figure.ratio)}; it must be a fraction such as '1/8'"
        )
    ratio = Fraction(str(figure.ratio))
    expected = base.energy_pj * ratio
    if abs(entry.energy_pj - expected) > expected / 10**12:
        raise InputError(
            f"{where}.value is {float(entry.energy_pj):g} pJ, but {ratio} of "
            f"{base.name} is {float(expected):g} pJ; mend one of them"
        )
    derivation = f"{entry.derivation}: {base.name} x {ratio}"
    return _derived(
        replace(entry, derivation=derivation, derived_from=base.name, ratio=ratio), base
    )


def _follow(entries: dict[str, Entry], table: Table) -> None:
    """Bring shares of what the table gives to it, node and derivation included: nothing scaled."""
    own = set(table.entries)
    unscaled = load_technology(table.scaling.base).entries if table.scaling else entries
    for name, entry in entries.items():
        if name in table.entries or entry.derived_from not in own:
            continue
        base = entries[entry.derived_from]
        own.add(name)
        entries[name] = replace(
            _derived(entry, base),
            process_nm=base.process_nm,
            voltage_v=base.voltage_v,
            derivation=unscaled[name].derivation,
        )


def _derived(entry: Entry, base: Entry) -> Entry:
    return replace(entry, energy_pj=base.energy_pj * entry.ratio)


def _dram(
    figure: DramFigure, sources: Mapping[str, str], where: str
) -> tuple[Entry, Fraction, Fraction]:
    """One access, and the least and most it may take."""
    dram = _entry("dram", figure, sources, f"{where}: dram")

    def end(key: str) -> Fraction:
        value: Exact | None = getattr(figure, key)
        chosen = figure.value if value is None else value
        return _energy(chosen, figure.unit, figure.access_bits, f"{where}: dram.{key}")

    low, high = end("low"), end("high")
    if not low <= dram.energy_pj <= high:
        raise InputError(
            f"{where}: dram.value is {float(dram.energy_pj):g} pJ; it must lie from dram.low, "
            f"{float(low):g} pJ, to dram.high, {float(high):g} pJ"
        )
    return dram, low, high


def _sram(
    rows: Sequence[SramFigure], sources: Mapping[str, str], where: str
) -> tuple[tuple[int, Entry], ...]:
    if len(rows) < 2:
        raise InputError(f"{where}: sram needs at least two points of different capacity")
    points: list[tuple[int, Entry]] = []
    for index, figure in enumerate(rows):
        place = f"{where}: sram[{index}]"
        entry = _entry(f"sram_{index}", figure, sources, place)
        capacity = figure.capacity_bytes
        plausible(f"{place}.capacity_bytes", capacity, CAPACITY_BYTES, "bytes", step=1024)
        if not entry.energy_pj:
            raise InputError(f"{place}.value is 0; interpolation in logarithms needs more")
        points.append((8 * capacity, entry))
    points.sort(key=lambda point: point[0])
    if any(a[0] == b[0] for a, b in itertools.pairwise(points)):
        raise InputError(f"{where}: two sram points have the same capacity_bytes; keep one")
    return tuple(points)


def _macros(
    rows: Sequence[MacroRow], raw: Mapping[str, Any], sources: Mapping[str, str], where: str
) -> tuple[Macro, ...]:
    """SRAM macros of one's own: depth, width and source, area and energy if known."""
    macros: list[Macro] = []
    for index, row in enumerate(rows):
        place = f"{where}: macro[{index}]"
        if row.source not in sources:
            raise InputError(f"{place}.source is {told(row.source)}; it must be cited")
        area = energy = None
        if row.area_um2 is not None:
            low, high = (row.depth * row.width * bound for bound in AREA_UM2_PER_BIT)
            area = _physical(row.area_um2, f"{place}.area_um2", (low, high), "µm²")
        if row.has_energy:
            try:
                figure = read(MacroFigure, raw["macro"][index])
            except InputError as error:
                raise InputError(f"{place}.{error}") from error
            energy = _entry(f"macro_{index}", figure, sources, place).per_bit * row.width
        if any((row.depth, row.width) == (other.depth, other.width) for other in macros):
            raise InputError(
                f"{place}: a macro before it is {row.depth}x{row.width}, too; keep one"
            )
        macros.append(Macro(row.depth, row.width, area, energy, row.source))
    return tuple(macros)
