"""A report as data: sections of text, tables and figures. Markdown and HTML render the same one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """Words that lead to an id of this report."""

    text: str
    target: str


@dataclass(frozen=True)
class Number:
    """A number as a person reads it, and as it is.

    Attributes:
        value: exactly what the JSON holds.
        text: rounded, with unit.
        target: id of the row it comes from, or empty.
        unit: of `value`, in a table's CSV.
    """

    value: float
    text: str
    target: str = ""
    unit: str = ""


Cell = str | Link | Number


@dataclass(frozen=True)
class Text:
    """One paragraph."""

    parts: tuple[Cell, ...]

    @classmethod
    def of(cls, *parts: Cell) -> Text:
        """A paragraph of these pieces, one after the other."""
        return cls(parts)


@dataclass(frozen=True)
class Table:
    """A table; the first column heads its row.

    Attributes:
        caption: what it shows.
        headers: one a column.
        rows: cells, as many as headers.
        row_ids: one id a row, or none at all.
        name: of its CSV file, without suffix; by default its section's, with a number.
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_ids: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture: one of `svg` and `png`.

    Attributes:
        name: of its file, without suffix.
        caption: below it.
        alt: what it shows, for those who do not see it.
        svg: a whole <svg> element.
        png: bytes of a PNG file.
        beside: put the table that follows to its side, where there is room.
    """

    name: str
    caption: str
    alt: str
    svg: str = ""
    png: bytes = b""
    beside: bool = False


@dataclass(frozen=True)
class Gallery:
    """Small pictures of the same kind, side by side where there is room.

    Attributes:
        figures: in reading order.
    """

    figures: tuple[Figure, ...]


Block = Text | Table | Figure | Gallery


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it."""

    title: str
    blocks: tuple[Block, ...]
    name: str = ""

    @property
    def anchor(self) -> str:
        """Id of the heading."""
        return self.name or "-".join("".join(c if c.isalnum() else " " for c in self.title).split())


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...] = field(default=())

    def figures(self) -> list[Figure]:
        """Every figure, in order."""
        blocks = [*self.lead, *(block for section in self.sections for block in section.blocks)]
        found: list[Figure] = []
        for block in blocks:
            if isinstance(block, Figure):
                found.append(block)
            elif isinstance(block, Gallery):
                found += block.figures
        return found
