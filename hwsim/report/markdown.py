"""A document as Markdown, figures as files beside it; and the one writer of Markdown tables."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from hwsim.printable import printable
from hwsim.report.document import Block, Cell, Document, Figure, Gallery, Table, Text


def figure_file(figure: Figure) -> str:
    """Name of a figure's file."""
    return f"{figure.name}.{'png' if figure.png else 'svg'}"


def render(document: Document, *, captions: bool = False) -> str:
    """The whole text.

    Args:
        document: what to say.
        captions: whether tables have theirs above them; without, headings must say it all.
    """
    parts = [f"# {escape(document.title)}", *map(_block, document.lead)]
    for section in document.sections:
        parts.append(f'<a id="{anchor(section.anchor)}"></a>\n\n## {escape(section.title)}')
        for block in section.blocks:
            if captions and isinstance(block, Table):
                parts.append(f"*{escape(block.caption.strip())}*")
            parts.append(_block(block))
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Text):
        return _paragraph("".join(map(_cell, block.parts)))
    if isinstance(block, Figure):
        return f"![{escape(block.alt)}]({figure_file(block)})\n\n*{escape(block.caption.strip())}*"
    if isinstance(block, Gallery):
        return "\n\n".join(map(_block, block.figures))
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
    marks = [f'<a id="{anchor(name)}"></a>' for name in row_ids] or [""] * len(rows)
    lines = ["| " + " | ".join(map(escape, headers)) + " |", "|" + "---|" * len(headers)]
    for mark, row in zip(marks, rows, strict=True):
        lines.append("| " + mark + " | ".join(map(_cell, row)) + " |")
    return "\n".join(lines)


# An underline within a word means nothing.
_SPECIAL: Final = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
_STARTS: Final = re.compile(r"(\d{1,9})(?=[.)](\s|$))|(?=[#+=-])")


def escape(text: str) -> str:
    """Words on one line that stay words, whoever wrote them.

    They are neither HTML nor Markdown: no element, link, code, emphasis or formula, nor the border
    of a table's cell. What means something at the start of a line alone is `_paragraph`'s.
    """
    line = printable(re.sub(r"\s", " ", text))
    return html.escape(_SPECIAL.sub(r"\\\g<0>", line), quote=False)


def _paragraph(words: str) -> str:
    """Escaped words that are a paragraph, and no heading, list or rule."""
    words = words.strip()
    start = _STARTS.match(words)
    if start is None:
        return words
    return f"{start[0]}\\{words[start.end() :]}"


def anchor(name: str) -> str:
    """An id that needs no quoting, here and in the link to it."""
    return re.sub(r"[^A-Za-z0-9_.-]", lambda found: f"-{ord(found[0]):x}-", name)


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    words = escape(cell.text)
    return f"[{words}](#{anchor(cell.target)})" if cell.target else words
