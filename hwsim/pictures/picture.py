"""A picture: SVG text that a notebook shows, and a file on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from os import PathLike
from pathlib import Path

from hwsim.errors import InputError
from hwsim.files import write_file
from hwsim.files.marks import Kind
from hwsim.printable import printable, told

# Every rule begins with the class of the root: in some notebooks a picture is part of the page.
STYLE = (
    ".hwsim{--ink:#1b1f24;--soft:#5a6472;--paper:#fff;--line:#c3c9d1;--a:#1f6fb5;--wrong:#c8480a;"
    "font-family:system-ui,sans-serif;font-size:12px}"
    "@media(prefers-color-scheme:dark){.hwsim{--ink:#e6e8eb;--soft:#a8b1bd;--paper:#14171c;"
    "--line:#48505b;--a:#6db3f2;--wrong:#f0824a}}"
    ".hwsim text{fill:var(--ink)}.hwsim .soft{fill:var(--soft)}.hwsim .paper{fill:var(--paper)}"
    ".hwsim .line{fill:none;stroke:var(--line)}.hwsim .ink{fill:var(--ink)}"
    ".hwsim .a{fill:var(--a)}.hwsim .track{fill:none;stroke:var(--a);stroke-width:2}"
    ".hwsim .small{font-size:10.5px}.hwsim .wrong{fill:var(--wrong)}"
    ".hwsim .frame{visibility:hidden}.hwsim .last{visibility:visible}"
)
STILL = "@media(prefers-reduced-motion:reduce){.hwsim .frame{animation:none!important}}"


@dataclass(frozen=True)
class Picture:
    """An SVG that a notebook shows where a cell ends with it, light or dark as the reader prefers.

    Attributes:
        svg: the whole file's text.
        alt: what it shows, for those who do not see it.
    """

    svg: str = field(repr=False)
    alt: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | PathLike[str], *, force: bool = False) -> None:
        """Write it, whole or not at all.

        Args:
            path: the file, whose name ends in .svg; an existing one is replaced only if hwsim wrote
                it.
            force: replace a regular file whatever it is.

        Raises:
            InputError: the name ends otherwise, or the file cannot be written.
        """
        check_name(path)
        write_file(Path(path), self.svg, Kind.PICTURE, force=force)


def check_name(path: str | PathLike[str]) -> None:
    """Refuse a name that promises another format.

    Raises:
        InputError: it does not end in .svg, or is no path.
    """
    if not isinstance(path, str | PathLike):
        raise InputError(f"picture is {told(path)}; it must be the path of an .svg")
    if Path(path).suffix != ".svg":
        raise InputError(
            f"picture is {Path(path)}; its name must end in .svg, which browsers, LaTeX and office "
            "programs take"
        )


def label(x: float, y: float, words: str, classes: str = "", anchor: str = "start") -> str:
    """One line of text."""
    chosen = f' class="{classes}"' if classes else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}"{chosen} text-anchor="{anchor}">'
        f"{escape(printable(words))}</text>"
    )


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def picture(alt: str, width: float, height: float, body: Sequence[str], style: str = "") -> Picture:
    """The whole SVG around what was drawn; its first line tells hwsim that it is its own."""
    size = f'width="{number(width)}" height="{number(height)}"'
    words = escape(printable(alt))
    svg = (
        f'{Kind.PICTURE.value}\n<svg xmlns="http://www.w3.org/2000/svg" class="hwsim" role="img" '
        f'aria-label="{words}" {size} viewBox="0 0 {number(width)} {number(height)}" '
        f'style="max-width:100%;height:auto"><title>{words}</title><style>{STYLE}{style}</style>'
        f'<rect class="paper" {size}/>' + "\n".join(body) + "</svg>\n"
    )
    return Picture(svg, alt)
