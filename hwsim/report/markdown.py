"""A document as Markdown; figures are files beside it."""

from __future__ import annotations

from hwsim.report.document import Block, Cell, Document, Figure, Link, Number, Table, Text


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
    return _table(block)


def _table(table: Table) -> str:
    lines = [
        "| " + " | ".join(_escape(header) for header in table.headers) + " |",
        "|" + "|".join("---" for _ in table.headers) + "|",
    ]
    for index, row in enumerate(table.rows):
        anchor = f'<a id="{table.row_ids[index]}"></a>' if table.row_ids else ""
        lines.append("| " + anchor + " | ".join(_cell(cell) for cell in row) + " |")
    return "\n".join(lines)


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _escape(cell)
    if isinstance(cell, Number):
        return f"[{cell.text}](#{cell.target})" if cell.target else cell.text
    assert isinstance(cell, Link)
    return f"[{_escape(cell.text).replace('[', '(').replace(']', ')')}](#{cell.target})"
