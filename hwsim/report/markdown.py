"""A document as Markdown, figures as files beside it; and the one writer of Markdown tables."""

from __future__ import annotations

import html
from collections.abc import Sequence

from hwsim.report.document import Block, Cell, Document, Figure, Link, Number, Text


def figure_file(figure: Figure) -> str:
    """Name of a figure's file."""
    return f"{figure.name}.{'png' if figure.png else 'svg'}"


def render(document: Document) -> str:
    """The whole text."""
    parts = [f"# {document.title}", *map(_block, document.lead)]
    for section in document.sections:
        parts.append(f'<a id="{section.anchor}"></a>\n\n## {section.title}')
        parts += map(_block, section.blocks)
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Text):
        return "".join(map(_cell, block.parts))
    if isinstance(block, Figure):
        return f"![{block.alt}]({figure_file(block)})\n\n*{block.caption}*"
    return table(block.headers, block.rows, block.row_ids)


def table(
    headers: Sequence[str], rows: Sequence[Sequence[Cell]], row_ids: Sequence[str] = ()
) -> str:
    """A table, without a line's end after it.

    Args:
        headers: one a column.
        rows: cells, as many as headers; plain words stay plain words, whatever is in them.
        row_ids: one anchor a row, or none at all.
    """
    anchors = [f'<a id="{name}"></a>' for name in row_ids] or [""] * len(rows)
    lines = ["| " + " | ".join(map(escape, headers)) + " |", "|" + "---|" * len(headers)]
    for anchor, row in zip(anchors, rows, strict=True):
        lines.append("| " + anchor + " | ".join(map(_cell, row)) + " |")
    return "\n".join(lines)


def escape(text: str) -> str:
    """Words on one line that are neither HTML nor the border of a table's cell."""
    return html.escape(text, quote=False).replace("|", "\\|").replace("\n", " ")


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    if isinstance(cell, Number):
        return f"[{cell.text}](#{cell.target})" if cell.target else cell.text
    assert isinstance(cell, Link)
    return f"[{escape(cell.text).replace('[', '(').replace(']', ')')}](#{cell.target})"
