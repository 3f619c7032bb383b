"""Energy tables: data files in which every number carries unit, width, process, source and basis.

A table is TOML: see `data/horowitz_45nm.toml`. A user's own may say `base = "horowitz_45nm"` and
give only what differs, or `[scaling] from = …, process_nm = …, voltage_v = …` and nothing else.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
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
    PROCESS_NM,
    VOLTAGE_V,
    plausible,
)
from hwsim.cost.technology import COMMON_MACROS, REQUIRED_ENTRIES, Entry, Macro, Technology
from hwsim.errors import InputError
from hwsim.suggest import check_choice, did_you_mean

DEFAULT_TABLE: Final = "horowitz_45nm"
UNITS_IN_PJ: Final = {"fJ": Fraction(1, 1000), "pJ": Fraction(1), "nJ": Fraction(1000)}


def load_technology(choice: str | Path = DEFAULT_TABLE) -> Technology:
    """Read a table: the name of one that comes with hwsim, or a TOML file.

    Raises:
        InputError: no such table, not TOML, or an entry lacks or mistakes something.
    """
    if isinstance(choice, str) and choice in bundled_tables():
        text = resources.files("hwsim.cost").joinpath(f"data/{choice}.toml").read_text("utf-8")
        return _parse(text, f"table {choice}")
    path = Path(choice)
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(
            f"cannot read energy table {path}: {error.strerror}; give a TOML file or one of "
            f"{', '.join(bundled_tables())}{did_you_mean(choice, bundled_tables())}"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"energy table {path} is not UTF-8 text: {error.reason}") from error
    return _parse(text, str(path))


def bundled_tables() -> tuple[str, ...]:
    """Names of the tables that come with hwsim."""
    return (DEFAULT_TABLE,)


def published_chips() -> list[dict[str, Any]]:
    """Measured binary hardware from the literature, for a sanity check only."""
    text = resources.files("hwsim.cost").joinpath("data/published_chips.toml").read_text("utf-8")
    chips: list[dict[str, Any]] = tomllib.loads(text)["chip"]
    return chips


def _parse(text: str, where: str) -> Technology:
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where} is not TOML: {error}") from error
    if "scaling" in table:
        return _scaled_table(table["scaling"], where)
    base = _load_base(table["base"], where) if "base" in table else None
    sources = {**(base.sources if base else {}), **_mapping(table, "sources", where)}
    entries = dict(base.entries) if base else {}
    given = _mapping(table, "entries", where)
    for name, values in given.items():
        entries[name] = _entry(name, values, sources, f"{where}: entries.{name}")
    for name, values in given.items():
        entries[name] = _with_exact_ratio(values, entries, f"{where}: entries.{name}", name)
    for name, entry in entries.items():
        if name not in given and entry.derived_from in entries:  # it follows its new base
            entries[name] = _derived(entry, entries[entry.derived_from])
    if missing := [name for name in REQUIRED_ENTRIES if name not in entries]:
        raise InputError(f"{where}: entries.{missing[0]} is missing; give it or a base table")
    sram = _sram(table, sources, where) if "sram" in table or base is None else base.sram
    if "dram" in table or base is None:
        values = _mapping(table, "dram", where)
        dram = _entry("dram", values, sources, f"{where}: dram")
        unit, bits = values["unit"], dram.access_bits
        low, high = (
            _energy(values.get(key, values["value"]), unit, bits, f"{where}: dram.{key}")
            for key in ("low", "high")
        )
        if not low <= dram.energy_pj <= high:
            raise InputError(
                f"{where}: dram.value is {float(dram.energy_pj):g} pJ; it must lie from dram.low, "
                f"{float(low):g} pJ, to dram.high, {float(high):g} pJ"
            )
    else:
        dram, low, high = base.dram, base.dram_low, base.dram_high
    name = str(table.get("name", base.name if base else ""))
    if not name:
        raise InputError(f"{where}: name is missing; name the table")
    own = {"process_nm": base.process_nm, "voltage_v": base.voltage_v} if base else {}
    process, voltage = _node({**own, **table}, f"{where}: ")
    title = str(table.get("title", name))
    macros = _macros(table, sources, where) if "macro" in table else COMMON_MACROS
    return Technology(
        name, title, process, voltage, sources, entries, sram, dram, low, high, macros
    )


def _scaled_table(scaling: Any, where: str) -> Technology:
    if not isinstance(scaling, dict) or "from" not in scaling:
        raise InputError(f"{where}: scaling.from is missing; name the table to scale")
    base = _load_base(scaling["from"], where)
    return base.scaled(*_node(scaling, f"{where}: scaling."))


def _load_base(name: Any, where: str) -> Technology:
    check_choice(f"{where}: base table", name, bundled_tables())
    return load_technology(str(name))


def _mapping(table: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    values = table.get(key, {})
    if not isinstance(values, dict):
        raise InputError(f"{where}: {key} must be a table of TOML")
    return values


def _number(value: Any, where: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise InputError(f"{where} is {value!r}; it must be a number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise InputError(f"{where} is {value}; it must be finite")
    if value < 0:
        raise InputError(f"{where} is {value}; it must not be negative")
    return Fraction(value)


def _physical(value: Any, where: str, bounds: tuple[float, float], unit: str) -> Fraction:
    if value is None:
        raise InputError(f"{where} is missing; give a number of {unit}")
    number = _number(value, where)
    plausible(where, number, bounds, unit)
    return number


def _node(table: Mapping[str, Any], where: str) -> tuple[Fraction, Fraction]:
    """process_nm and voltage_v."""
    return (
        _physical(table.get("process_nm"), f"{where}process_nm", PROCESS_NM, "nm"),
        _physical(table.get("voltage_v"), f"{where}voltage_v", VOLTAGE_V, "V"),
    )


def _energy(value: Any, unit: str, bits: int, where: str) -> Fraction:
    """pJ; 0 is possible, for what is to cost nothing."""
    energy = _number(value, where)
    if energy:
        low, high = (bits * bound / float(UNITS_IN_PJ[unit]) for bound in ENERGY_PJ_PER_BIT)
        plausible(where, energy, (low, high), f"{unit} for {bits} bits")
    return energy * UNITS_IN_PJ[unit]


def _entry(name: str, values: Any, sources: Mapping[str, str], where: str) -> Entry:
    """Check one entry: everything there, units known, nothing negative."""
    if not isinstance(values, dict):
        raise InputError(f"{where} must be a table with value, unit, access_bits, …")
    for key in ("value", "unit", "access_bits", "process_nm", "voltage_v", "source", "basis"):
        if key not in values:
            raise InputError(f"{where} has no {key}; every figure must state it")
    check_choice(f"{where}.unit", values["unit"], UNITS_IN_PJ)
    bits = values["access_bits"]
    if isinstance(bits, bool) or not isinstance(bits, int) or bits < 1:
        raise InputError(f"{where}.access_bits is {bits!r}; it must be a whole number of bits")
    if values["source"] not in sources:
        raise InputError(
            f"{where}.source is {values['source']!r}; it must be a key of sources, with a citation"
        )
    if values["basis"] not in ("quoted", "derived"):
        raise InputError(f"{where}.basis is {values['basis']!r}; it must be quoted or derived")
    derivation = str(values.get("derivation", ""))
    if values["basis"] == "derived" and not derivation:
        raise InputError(f"{where} is derived but has no derivation; say how")
    process, voltage = _node(values, f"{where}.")
    return Entry(
        name=name,
        energy_pj=_energy(values["value"], values["unit"], bits, f"{where}.value"),
        access_bits=bits,
        process_nm=process,
        voltage_v=voltage,
        source=values["source"],
        basis=values["basis"],
        derivation=derivation,
    )


def _with_exact_ratio(
    values: Mapping[str, Any], entries: Mapping[str, Entry], where: str, name: str
) -> Entry:
    """An entry said to be another's times a ratio, made exactly that; a wrong value is refused."""
    entry = entries[name]
    if "derived_from" not in values:
        return entry
    base = entries.get(values["derived_from"])
    if base is None:
        raise InputError(f"{where}.derived_from is {values['derived_from']!r}, not an entry")
    try:
        ratio = Fraction(str(values["ratio"]))
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise InputError(f"{where}.ratio must be a fraction such as '1/8'") from error
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


def _derived(entry: Entry, base: Entry) -> Entry:
    return replace(entry, energy_pj=base.energy_pj * entry.ratio)


def _sram(
    table: Mapping[str, Any], sources: Mapping[str, str], where: str
) -> tuple[tuple[int, Entry], ...]:
    rows = table.get("sram", [])
    if not isinstance(rows, list) or len(rows) < 2:
        raise InputError(f"{where}: sram needs at least two points of different capacity")
    points: list[tuple[int, Entry]] = []
    for index, values in enumerate(rows):
        place = f"{where}: sram[{index}]"
        entry = _entry(f"sram_{index}", values, sources, place)
        capacity = values.get("capacity_bytes")
        if isinstance(capacity, bool) or not isinstance(capacity, int):
            raise InputError(
                f"{place}.capacity_bytes is {capacity!r}; it must be a whole number of bytes"
            )
        plausible(f"{place}.capacity_bytes", capacity, CAPACITY_BYTES, "bytes", step=1024)
        if not entry.energy_pj:
            raise InputError(f"{place}.value is 0; interpolation in logarithms needs more")
        points.append((8 * capacity, entry))
    points.sort(key=lambda point: point[0])
    if any(a[0] == b[0] for a, b in itertools.pairwise(points)):
        raise InputError(f"{where}: two sram points have the same capacity_bytes; keep one")
    return tuple(points)


def _macros(table: Mapping[str, Any], sources: Mapping[str, str], where: str) -> tuple[Macro, ...]:
    """SRAM macros of one's own: depth, width and source, area and energy if known."""
    rows = table["macro"]
    if not isinstance(rows, list) or not rows:
        raise InputError(f"{where}: macro must be one or more [[macro]] with depth and width")
    macros = []
    for index, values in enumerate(rows):
        place = f"{where}: macro[{index}]"
        for key in ("depth", "width"):
            size = values.get(key)
            if isinstance(size, bool) or not isinstance(size, int) or size < 1:
                raise InputError(f"{place}.{key} is {size!r}; it must be whole, positive")
        if values.get("source") not in sources:
            raise InputError(f"{place}.source is {values.get('source')!r}; it must be cited")
        area = energy = None
        if "area_um2" in values:
            size = values["depth"] * values["width"]
            low, high = (size * bound for bound in AREA_UM2_PER_BIT)
            area = _physical(values["area_um2"], f"{place}.area_um2", (low, high), "µm²")
        if "value" in values:
            entry = _entry(f"macro_{index}", values, sources, place)
            energy = entry.per_bit * values["width"]
        macros.append(Macro(values["depth"], values["width"], area, energy, values["source"]))
    return tuple(macros)
