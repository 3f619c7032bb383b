"""A document as one HTML page that needs nothing else: no scripts, no files, no network."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from importlib import resources

from hwsim.report.document import (
    Block,
    Cell,
    Document,
    Figure,
    Gallery,
    Link,
    Number,
    Section,
    Table,
    Text,
)  # fmt: skip
from hwsim.report.svg import escape

LONG = 40  # characters


def render(document: Document) -> str:
    """The whole page."""
    style = resources.files("hwsim.report").joinpath("style.css").read_text("utf-8")
    contents = "".join(
        f'<li><a href="#{escape(section.anchor)}">{escape(section.title)}</a></li>'
        for section in document.sections
    )
    tables = [0]
    lead = "\n".join(_block(block, tables) for block in document.lead)
    first, *others = [_section(section, tables) for section in document.sections] or [""]
    rest = "\n".join(others)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(document.title)}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{escape(document.title)}</h1>
{lead}
</header>
<main>
{first}
<nav aria-label="Contents"><ul>{contents}</ul></nav>
{rest}
</main>
</body>
</html>
"""


def _section(section: Section, tables: list[int]) -> str:
    anchor = escape(section.anchor)
    blocks = "\n".join(_blocks(section.blocks, tables))
    return f'<section>\n<h2 id="{anchor}">{escape(section.title)}</h2>\n{blocks}\n</section>'


def _blocks(blocks: Sequence[Block], tables: list[int]) -> Iterator[str]:
    """Each block; a picture with the table to its side as one."""
    waiting = iter(blocks)
    for block in waiting:
        rendered = _block(block, tables)
        if isinstance(block, Figure) and block.beside:
            partner = next(waiting, None)
            other = "" if partner is None else _block(partner, tables)
            rendered = f'<div class="beside">{rendered}{other}</div>'
        yield rendered


def _block(block: Block, tables: list[int]) -> str:
    if isinstance(block, Text):
        return f"<p>{''.join(map(_cell, block.parts))}</p>"
    if isinstance(block, Table):
        return _table(block, tables)
    if isinstance(block, Gallery):
        return f'<div class="gallery">{"".join(map(_figure, block.figures))}</div>'
    return _figure(block)


def _figure(figure: Figure) -> str:
    if figure.png:
        data = base64.b64encode(figure.png).decode("ascii")
        picture = f'<img src="data:image/png;base64,{data}" alt="{escape(figure.alt)}">'
    else:
        picture = figure.svg
    return f"<figure>{picture}<figcaption>{escape(figure.caption)}</figcaption></figure>"


def _table(table: Table, tables: list[int]) -> str:
    tables[0] += 1
    name = f"table-{tables[0]}"
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in table.headers)
    rows = []
    for index, row in enumerate(table.rows):
        anchor = f' id="{escape(table.row_ids[index])}"' if table.row_ids else ""
        cells = f'<th scope="row">{_cell(row[0])}</th>'
        for cell in row[1:]:
            cells += f"<td{_class(cell)}>{_cell(cell)}</td>"
        rows.append(f"<tr{anchor}>{cells}</tr>")
    return (
        f'<div class="scroll" role="region" aria-labelledby="{name}" tabindex="0"><table>'
        f'<caption id="{name}"><span>{escape(table.caption)}</span></caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )


def _class(cell: Cell) -> str:
    """Numbers keep to one line; long words get room, or a row grows a screen high on a phone."""
    if isinstance(cell, Number):
        return ' class="number"'
    words = cell if isinstance(cell, str) else cell.text
    return ' class="words"' if len(words) > LONG else ""


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    if isinstance(cell, Link):
        return f'<a href="#{escape(cell.target)}">{escape(cell.text)}</a>'
    assert isinstance(cell, Number)
    number = f'<data value="{cell.value!r}">{escape(cell.text)}</data>'
    return f'<a href="#{escape(cell.target)}">{number}</a>' if cell.target else number
