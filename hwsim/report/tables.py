"""A document's tables as CSV files: numbers to ten digits, their unit with the column's name."""

from __future__ import annotations

from hwsim.measure.rows import Row, to_csv
from hwsim.printable import printable
from hwsim.report.document import Cell, Document, Number, Table


def csv_files(document: Document) -> dict[str, str]:
    """Every table's text by file name: its own name, else its section's and a number."""
    files = {}
    for section in document.sections:
        tables = [block for block in section.blocks if isinstance(block, Table)]
        for index, table in enumerate(tables, start=1):
            number = f"-{index}" if len(tables) > 1 else ""
            name = table.name or f"{section.anchor}{number}".lower()
            files[f"{name}.csv"] = to_csv(_rows(table))
    return files


def _rows(table: Table) -> list[Row]:
    headers = [_header(table, index) for index in range(len(table.headers))]
    return [dict(zip(headers, map(_value, row), strict=True)) for row in table.rows]


def _header(table: Table, index: int) -> str:
    cells = [row[index] for row in table.rows]
    units = {cell.unit for cell in cells if isinstance(cell, Number)}
    unit = units.pop() if len(units) == 1 else ""
    return f"{table.headers[index]}, {unit}" if unit else table.headers[index]


def _value(cell: Cell) -> float | str:
    if isinstance(cell, Number):
        return cell.value
    return printable(cell if isinstance(cell, str) else cell.text)
