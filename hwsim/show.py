"""How the objects that people look at show themselves: one line, and a table in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from html import escape
from typing import Any


class Shown:
    """Gives a class `repr` and a notebook's table from what its `_shown` names.

    A dataclass that takes part says `repr=False`: its own would print whole arrays.
    """

    def _shown(self) -> Mapping[str, object]:
        """Name and value of what a person wants to know first, in order; None is left out."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={t}' for n, t in self._texts())})"

    def _repr_html_(self) -> str:
        return html_table(type(self).__name__, self._texts())

    def _texts(self) -> list[tuple[str, str]]:
        return [(name, text(value)) for name, value in self._shown().items() if value is not None]


class Record(Shown):
    """A dataclass of arrays: two are equal when what they hold is, fields of `compare=False` apart.

    Such a dataclass says `eq=False`: its own would ask arrays for one truth value.
    """

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(_same(mine, theirs) for mine, theirs in zip(_held(self), _held(other)))  # noqa: B905

    def __hash__(self) -> int:
        # Arrays by their shapes alone: equal records have equal hashes, and none is read for it.
        return hash(tuple(getattr(value, "shape", value) for value in _held(self)))


def _held(record: Any) -> list[Any]:
    return [getattr(record, field.name) for field in fields(record) if field.compare]


def _same(mine: Any, theirs: Any) -> bool:
    if not hasattr(mine, "shape"):
        return bool(mine == theirs)
    return mine.shape == theirs.shape and bool((mine == theirs).all())


def text(value: object) -> str:
    """A value as a person reads it: four digits of a float, the rest as Python shows it."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def size(bits: int) -> str:
    """A number of bits in KiB, or in bytes where that is less than one."""
    return f"{bits / 8192:,.1f} KiB" if bits >= 8192 else f"{-(-bits // 8)} bytes"


def text_table(rows: Iterable[Sequence[str]]) -> str:
    """Rows of equal length as lines, the first column to the left, numbers to the right."""
    table = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def html_table(
    caption: str, rows: Iterable[Sequence[str]], headings: Sequence[str] | None = None
) -> str:
    """A small table, the first column its rows' headings; no colours, so light and dark do."""
    head = ""
    if headings is not None:
        cells = "".join(
            f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in headings
        )
        head = f"<thead><tr>{cells}</tr></thead>"
    body = "".join(
        f'<tr><th scope="row" style="text-align: left">{escape(name)}</th>'
        + "".join(f'<td style="text-align: left">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return f"<table><caption>{escape(caption)}</caption>{head}<tbody>{body}</tbody></table>"
