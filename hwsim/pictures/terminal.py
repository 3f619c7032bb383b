"""A state as lines of text, two rows of pixels a line: a character is twice as high as wide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwsim.pictures.tiles import Shape, Spins

_HALVES = " ▄▀█"  # by 2 * upper + lower
_ASCII = " .'#"
# Of 256 colours: paper, ink, ink that lacks, ink too many.
_COLOURS = (255, 16, 217, 160)


def blocks(
    spins: Spins, shape: Shape, *, stored: Spins | None = None, ascii_only: bool = False
) -> list[str]:
    """The lines of one state.

    Args:
        spins: (N,) of ±1.
        shape: rows and columns.
        stored: (N,) of ±1; then in colour, and what differs from it in red.
        ascii_only: for a terminal that has no blocks; without colour.
    """
    levels = np.zeros(2 * -(-shape[0] // 2) * shape[1], dtype=np.int64)
    lit = spins > 0
    levels[: len(spins)] = lit if stored is None else lit + 2 * (spins != stored)
    pairs = levels.reshape(-1, 2, shape[1])
    if stored is not None:
        return [
            "".join(
                f"\x1b[38;5;{_COLOURS[u]};48;5;{_COLOURS[v]}m▀" for u, v in zip(*pair, strict=True)
            )
            + "\x1b[0m"
            for pair in pairs
        ]
    signs = _ASCII if ascii_only else _HALVES
    return [
        "".join(signs[2 * upper + lower] for upper, lower in zip(*pair, strict=True))
        for pair in pairs
    ]


def beside(
    tiles: Sequence[tuple[str, Sequence[str]]], columns: int, width: int | None
) -> list[str]:
    """Titled tiles next to each other, as many as there is room for, then the next ones below.

    Args:
        tiles: title and lines of each; all of one height.
        columns: characters that a line of a tile shows.
        width: of the terminal; None for no limit.
    """
    room = max(columns, max(len(title) for title, _ in tiles)) + 3
    a_row = len(tiles) if width is None else max(width // room, 1)
    lines: list[str] = []
    for first in range(0, len(tiles), a_row):
        row = tiles[first : first + a_row]
        lines.append("".join(title.ljust(room) for title, _ in row).rstrip())
        for pieces in zip(*(drawn for _, drawn in row), strict=True):
            lines.append((" " * (room - columns)).join(pieces).rstrip())
        lines.append("")
    return lines
